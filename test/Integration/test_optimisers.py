# ===- test_optimisers.py - training steps of every optimiser ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Each optimiser as native code, 20 steps on two parameters, in place and out of
place, against PyTorch's definition in numpy."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

import harness
from backends import native, reference
from learners_numpy import OPTIMISERS, Array, Optimiser, Parameters, clipped

STEPS = 20
TOLERANCE = {"f64": 1e-6, "f32": 1e-4}
RATE = 0.05

# Each optimiser with its defaults, and with numbers of its own.
CASES: list[tuple[str, dict[str, float]]] = [
    ("sgd", {}),
    ("sgd", {"momentum": 0.9}),
    ("sgd", {"momentum": 0.9, "nesterov": True}),
    ("sgd", {"weight_decay": 0.1}),
    ("sgd", {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ("adam", {}),
    ("adam", {"beta1": 0.8, "beta2": 0.99, "eps": 1e-6}),
    ("adam", {"beta1": 0.0, "beta2": 0.9}),
    ("adamw", {}),
    ("adamw", {"beta1": 0.5, "weight_decay": 0.1}),
    ("adagrad", {}),
    ("adagrad", {"decay": 0.1, "eps": 1e-6}),
    ("rmsprop", {}),
    ("rmsprop", {"alpha": 0.9, "eps": 1e-3}),
]


def spell(name: str, options: dict[str, float]) -> str:
    """Returns a name for a case: adam_beta1_0.8."""
    return "_".join([name, *(f"{k}_{v}" for k, v in options.items())])


each_case = pytest.mark.parametrize("name, options", CASES, ids=[spell(*case) for case in CASES])
each_element = pytest.mark.parametrize("element", TOLERANCE)


def attribute(name: str, options: dict[str, float], rate: str, clip: float | None = None) -> str:
    """Returns the text of an optimiser."""
    def number(value: float) -> str:
        return str(value).lower() if isinstance(value, bool) else f"{value:.17e}"

    numbers = "".join(f", {key} = {number(value)}" for key, value in options.items())
    text = f"#catgrad.{name}<rate = {rate}{numbers}>"
    return text if clip is None else f"#catgrad.clip<max_norm = {clip:e}, optimiser = {text}>"


# A layer y = x w + b: two parameters of different shapes.
SHAPES = ((4, 3), (3,))


def learner(name: str, optimiser: str, element: str, bias: str | None = None) -> str:
    """Returns a learner of the layer; `bias` is the element type of b."""
    x, w, y = f"tensor<5x4x{element}>", f"tensor<4x3x{element}>", f"tensor<5x3x{element}>"
    b, given = f"tensor<3x{element}>", f"tensor<3x{bias or element}>"
    return f"""
func.func @{name}_model(%x: {x}) -> {y} {{
  %w = catgrad.parameter "w" {{init = #catgrad.normal<mean = 0.0, std = 1.0>}} : {w}
  %b = catgrad.parameter "b" {{init = #catgrad.normal<mean = 0.0, std = 1.0>}} : {given}
  %c = catgrad.cast %b : ({given}) -> {b}
  %0 = catgrad.matmul %x, %w : ({x}, {w}) -> {y}
  %1 = catgrad.broadcast %c {{dimensions = array<i64: 0>}} : ({b}) -> {y}
  %2 = catgrad.add %0, %1 : {y}
  return %2 : {y}
}}
catgrad.learner @{name} model(@{name}_model) optimiser({optimiser}) loss(#catgrad.mse)
"""


@functools.cache
def library(element: str) -> harness.Library:
    """Returns all cases of an element type: with a fixed rate, a dynamic one, and clipped."""
    text = ""
    for i, (name, options) in enumerate(CASES):
        text += learner(f"fixed{i}", attribute(name, options, str(RATE)), element)
        text += learner(f"dynamic{i}", attribute(name, options, "dynamic"), element)
        text += learner(f"clipped{i}", attribute(name, options, str(RATE), 0.5), element)
    return harness.compile_text(text)


def data(element: str) -> tuple[Array, Array]:
    """Returns inputs (5, 4) and labels (5, 3), too far away for 20 steps: where a gradient
    is nearly 0, an optimiser that divides by its size would magnify rounding errors."""
    generator = np.random.default_rng(11)
    dtype = harness.DTYPES[element]
    return generator.normal(size=(5, 4)).astype(dtype), (20 * generator.normal(size=(5, 3))).astype(dtype)


def gradients(p: Parameters, x: Array, label: Array) -> Parameters:
    w, b = p
    d = x @ w + b - label
    return [x.T @ d, d.sum(axis=0)]


def assert_near(got: Parameters, want: Parameters, tolerance: float, what: str) -> None:
    for g, w in zip(got, want, strict=True):
        assert g.shape == w.shape, what
        scale = max(1.0, float(np.max(np.abs(w), initial=0)))
        error = np.max(np.abs(g.astype(np.float64) - w), initial=0)
        assert error <= tolerance * scale, f"{what}: off by {error:.3g}:\n{g}\nis not\n{w}"


def train(step: harness.Function, init: harness.Function, oracle: Optimiser, element: str,
          dynamic: bool = False, clip: float | None = None) -> None:
    """Holds 20 steps against the oracle in f64, parameters and state."""
    values = init(np.int64(3))
    assert all(not np.any(state) for state in values[2:]), "state is zeros at the beginning"
    x, label = data(element)
    p = [value.astype(np.float64) for value in values[:2]]
    wide = x.astype(np.float64), label.astype(np.float64)
    for i in range(STEPS):
        rate = RATE / (1 + i % 3) if dynamic else RATE
        values = step.both_ways(*values, x, label, *([np.asarray(rate, x.dtype)] if dynamic else []))
        g = gradients(p, *wide)
        p = oracle.step(p, g if clip is None else clipped(g, clip), float(x.dtype.type(rate)) if dynamic else rate)
        assert_near(values, p + oracle.state(), TOLERANCE[element], f"{step.symbol}, step {i}")


@each_element
@each_case
def test_steps(name: str, options: dict[str, float], element: str, executed) -> None:
    lib, index = library(element), CASES.index((name, options))
    for kind in ("fixed", "dynamic", "clipped"):
        step = lib[f"{kind}{index}_step"]
        train(step, lib[f"{kind}{index}_init"], OPTIMISERS[name](options), element,
              dynamic=kind == "dynamic", clip=0.5 if kind == "clipped" else None)
        executed(f"#catgrad.{name}", element, "programs", STEPS)


@each_case
def test_state(name: str, options: dict[str, float]) -> None:
    """Shared scalars first, then each slot for all parameters; the rate comes last."""
    step = library("f32")[f"dynamic{CASES.index((name, options))}_step"]
    oracle = OPTIMISERS[name](options)
    oracle.step([np.zeros(shape) for shape in SHAPES], [np.ones(shape) for shape in SHAPES], 1.0)
    slots = [(f"{slot}.{p}", np.float32, shape)
             for slot in sorted(oracle.slots) for p, shape in zip("wb", SHAPES)]
    state = ([("t", np.int64, ())] if oracle.counts else []) + slots
    assert [(v.name, v.dtype, v.shape) for v in step.inputs if v.role == "state"] == state
    assert [(v.name, v.role) for v in step.inputs][-1] == ("rate", "hyper")
    assert [v.role for v in step.inputs] == [
        "parameter", "parameter", *["state"] * len(state), "input", "label", "hyper"]
    outputs = [(v.name, v.aliases) for v in step.outputs]
    assert outputs == [(f"{n}_out", n) for n in ["w", "b", *(n for n, _, _ in state)]]


@each_case
def test_no_copies(name: str, options: dict[str, float]) -> None:
    """Parameters and state are updated in their own buffers."""
    text = harness.emit(learner("l", attribute(name, options, "dynamic", 1.0), "f32"), "bufferized")
    assert "catgrad.parameter_copies = 0" in text.split("@l_step")[1]


@each_case
def test_mixed_types(name: str, options: dict[str, float], executed) -> None:
    """Each parameter is updated in its own type; the rate has that of the first."""
    lib = harness.compile_text(learner("l", attribute(name, options, "dynamic"), "f64", "f32"))
    w, b, *state = lib["l_init"](np.int64(3))
    x, label = data("f64")
    oracle, p = OPTIMISERS[name](options), [w, b.astype(np.float64)]
    for _ in range(STEPS):
        w, b, *state = lib["l_step"].both_ways(w, b, *state, x, label, np.float64(RATE))
        assert b.dtype == np.float32
        p = oracle.step(p, gradients(p, x, label), RATE)
        assert_near([w, b], p, 1e-4, name)
    executed(f"#catgrad.{name}", "f64", "programs", STEPS)


@each_case
def test_python(name: str, options: dict[str, float], executed) -> None:
    """The step as Python on numpy gives the same parameters and state."""
    text = learner("l", attribute(name, options, "dynamic", 1.0), "f64")
    lib, python = native(text), reference(text)
    values = lib["l_init"](np.int64(3))
    x, label = data("f64")
    for _ in range(3):
        want = python["l_step"](*values, x, label, np.float64(RATE))
        values = lib["l_step"](*values, x, label, np.float64(RATE))
        assert_near(values, want, 1e-12, name)
    executed(f"#catgrad.{name}", "f64", "reference", 3)


# Half precision -------------------------------------------------------------

@pytest.mark.parametrize("element, unit", [("f16", 2.0**-11), ("bf16", 2.0**-8)])
@each_case
def test_half_precision(name: str, options: dict[str, float], element: str, unit: float, executed) -> None:
    """Parameters of half precision have state in f32, and are rounded once a step."""
    text = GIVEN.replace("f32", element).format(optimiser=attribute(name, options, str(RATE)))
    step, dtype = native(text)["l_step"], harness.DTYPES[element]
    generator = np.random.default_rng(9)
    p = [generator.normal(size=s).astype(dtype) for s in ((3,), (2, 2))]
    state = [np.zeros(v.shape, v.dtype) for v in step.inputs if v.role == "state"]
    assert all(a.dtype in (np.float32, np.int64) for a in state)
    oracle = OPTIMISERS[name](options)
    for _ in range(STEPS):
        label = [(2 * generator.normal(size=a.shape)).astype(dtype) for a in p]
        # The gradient p - label is rounded, too.
        g = [(a.astype(np.float32) - b.astype(np.float32)).astype(dtype).astype(np.float64) for a, b in zip(p, label)]
        want = oracle.step([a.astype(np.float64) for a in p], g, RATE)
        values = step.both_ways(*p, *state, *label)
        p, state = values[:2], values[2:]
        for got, w in zip(p, want):
            error = np.abs(got.astype(np.float64) - w)
            assert np.all(error <= 1.01 * unit * np.maximum(np.abs(w), 2.0**-12)), name
        assert_near(state, oracle.state(), 1e-4, name)
    executed(f"#catgrad.{name}", element, "programs", STEPS)


# Clipping -------------------------------------------------------------------

GIVEN = """
func.func @m() -> (tensor<3xf32>, tensor<2x2xf32>) {{
  %a = catgrad.parameter "a" {{init = #catgrad.zeros}} : tensor<3xf32>
  %b = catgrad.parameter "b" {{init = #catgrad.zeros}} : tensor<2x2xf32>
  return %a, %b : tensor<3xf32>, tensor<2x2xf32>
}}
catgrad.learner @l model(@m) optimiser({optimiser}) loss(#catgrad.mse)
"""


def clip_once(a: Array, b: Array, max_norm: float) -> Parameters:
    """Returns what is left of the gradients (a, b), from parameters 0 and a rate of 1."""
    lib = harness.compile_text(GIVEN.format(optimiser=attribute("sgd", {}, "1.0", max_norm)))
    zeros = np.zeros_like(a), np.zeros_like(b)
    return [-p for p in lib["l_step"].both_ways(*zeros, -a, -b)]


@pytest.mark.parametrize("size, max_norm", list(itertools.product((1e-30, 1e-3, 1.0, 1e3, 1e30), (0.1, 1.0, 1e20))))
def test_clipping(size: float, max_norm: float, executed) -> None:
    """Also where squares overflow in f32."""
    generator = np.random.default_rng(5)
    a = (size * generator.normal(size=3)).astype(np.float32)
    b = (size * generator.normal(size=(2, 2))).astype(np.float32)
    got, want = clip_once(a, b, max_norm), clipped([a, b], max_norm)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-5)
    executed("#catgrad.clip", "f32", "programs")


def test_clipping_of_zeros_and_nan() -> None:
    zeros = np.zeros(3, np.float32), np.zeros((2, 2), np.float32)
    assert not any(np.any(g) for g in clip_once(*zeros, 1.0))
    bad = np.array([1, np.nan, 2], np.float32)
    assert all(np.all(np.isnan(g)) for g in clip_once(bad, zeros[1] + 1, 1.0))


# Edges ----------------------------------------------------------------------

@each_case
def test_zero_gradient(name: str, options: dict[str, float]) -> None:
    """With a gradient of 0 nothing moves but by weight decay, and nothing is NaN."""
    lib = harness.compile_text(GIVEN.format(optimiser=attribute(name, options, str(RATE))))
    p = [np.array([1, -2, 3], np.float32), np.ones((2, 2), np.float32)]
    step = lib["l_step"]
    state = [np.zeros(v.shape, v.dtype) for v in step.inputs if v.role == "state"]
    got = step.both_ways(*p, *state, *p)
    want = OPTIMISERS[name](options).step(p, [np.zeros_like(a) for a in p], RATE)
    assert_near(got[:2], want, 1e-6, name)


@each_case
def test_no_parameters(name: str, options: dict[str, float]) -> None:
    """A model without parameters has a step without outputs, state and rate."""
    step = harness.compile_text(f"""
func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {{
  return %x : tensor<3xf32>
}}
catgrad.learner @l model(@m) optimiser({attribute(name, options, "dynamic", 1.0)}) loss(#catgrad.mse)
""")["l_step"]
    assert [v.role for v in step.inputs] == ["input", "label"] and not step.outputs


def test_many_steps(executed) -> None:
    """Adam counts on: after 100,000 steps its corrections are as they should be."""
    lib = harness.compile_text(GIVEN.format(optimiser=attribute("adam", {}, str(RATE))))
    step, generator = lib["l_step"], np.random.default_rng(7)
    oracle = OPTIMISERS["adam"]({})
    p = [generator.normal(size=s) for s in ((3,), (2, 2))]
    oracle.step(p, p, RATE)
    for slot in oracle.slots.values():
        slot[:] = [np.abs(generator.normal(size=a.shape)) for a in p]
    for steps in (10, 1000, 100_000, 2**40):
        oracle.steps = steps
        state = [a if a.dtype == np.int64 else a.astype(np.float32) for a in oracle.state()]
        narrow = [a.astype(np.float32) for a in p]
        got = step(*narrow, *state, *(np.zeros_like(a) for a in narrow))
        copy = type(oracle)({}, oracle.steps, {k: list(v) for k, v in oracle.slots.items()})
        want = copy.step(p, p, RATE)
        assert got[2] == steps + 1
        assert_near(got[:2], want, 1e-5, f"{steps} steps")
    executed("#catgrad.adam", "f32", "programs", 4)
