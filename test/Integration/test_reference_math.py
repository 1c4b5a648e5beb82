# ===- test_reference_math.py - the same bits on every processor ------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`--math=reference`: the CPU's code and CUDA kernels, executed by the double of
test/gpu, have the same bits for every operation and every step of a model; and the
functions are as accurate as docs/reference-math.md says."""

from __future__ import annotations

import re
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

import cases
import harness
import iris_native
import test_transformer as gpt
import transformer
from arrows import Arrow, derive, generator, sample, samples, tensor
from backends import native
from cuda import cuda_program
from iris_numpy import MODELS
from mlir_text import DTYPES
from random_programs import random_learner
from test_cuda import OPS, compare, mlp
from test_math import FUNCTIONS, SPELLING, points
from test_ops import assert_same, cotangents, operands
from test_random import NAMES, functions

REFERENCE = "--math=reference"
STEPS = 20
# How many cases of each operation; of those that sum all of f32.
FLOATS = {"f32": 2, "f64": 2, "f16": 1, "bf16": 1}
SUMS = {"contract", "cumsum", "matmul", "reduce_prod", "reduce_sum", "scatter_add"}


# Operations -----------------------------------------------------------------

def largest(op: str) -> list[cases.Case]:
    """Of each type of float the cases with the most numbers: vectors are full there."""
    def size(case: cases.Case) -> int:
        return sum(int(np.prod(t.shape)) for t in case.inputs + case.results)

    chosen: list[cases.Case] = []
    for element, count in FLOATS.items():
        of_type = [case for case in cases.select(op) if case.element == element
                   or case.element not in FLOATS and element in {t.element for t in case.inputs + case.results}]
        chosen += sorted(of_type, key=size)[-(len(of_type) if op in SUMS and element == "f32" else count):]
    return list({case.label: case for case in chosen}.values())


OPS_WITH_FLOATS = [op for op in OPS if largest(op)]
BATCH = 16


@pytest.mark.parametrize("start", range(0, len(OPS_WITH_FLOATS), BATCH), ids=lambda i: f"{OPS_WITH_FLOATS[i]}..")
def test_operations(start: int, executed) -> None:
    """Values and derivatives of every operation on floats, bitwise; and near numpy by hand."""
    ops = OPS_WITH_FLOATS[start:start + BATCH]
    text = "".join(case.arrow.function(case.label)
                   + (derive(f"{case.label}_rev", case.label) if cases.differentiable(case) else "")
                   for op in ops for case in largest(op))
    device, cpu = cuda_program(text, REFERENCE), native(text, "-O1", REFERENCE)
    for op in ops:
        for case in largest(op):
            calls = [(case.label, operands(case, "values"))]
            if cases.differentiable(case):
                calls.append((f"{case.label}_rev", [*operands(case, "reverse"), *cotangents(case, "reverse")]))
            for symbol, at in calls:
                want = cpu[symbol](*at)
                assert_bitwise(device[symbol](*at), want, symbol)
                if symbol == case.label:
                    compare(case, want, case.forward(*at))
            executed(op, case.element, "phases")


def assert_bitwise(got: list[np.ndarray], want: list[np.ndarray], what: str) -> None:
    for g, w in zip(got, want, strict=True):
        assert_same(g, w, what)


@pytest.mark.parametrize("element", ("f32", "f64"))
def test_whole_range(element: str, executed) -> None:
    """From the smallest denormal to the largest number, zeros of both signs, infinities and NaN."""
    x = points(element)
    t = tensor(element, x.size)
    text = "".join(Arrow((t,), (t,), f"  %r0 = catgrad.{SPELLING.get(name, f'{name} %a0')} : {t}", ("%r0",))
                   .function(f"of_{name}") for name in FUNCTIONS)
    device, cpu = cuda_program(text, REFERENCE), native(text, REFERENCE)
    for name in FUNCTIONS:
        assert_bitwise(device[f"of_{name}"](x), cpu[f"of_{name}"](x), f"{name} of {element}")
        executed(name, element, "phases")


@pytest.mark.parametrize("element", ("f32", "f64", "f16"))
@pytest.mark.parametrize("flags", [(), (REFERENCE,)], ids=["default", "reference"])
def test_zeros(element: str, flags: tuple[str, ...], executed) -> None:
    """0 is greater than -0, whichever comes first, element by element and along an axis."""
    special = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan], DTYPES[element])
    x, y = (a.ravel() for a in np.meshgrid(special, special))
    t, pairs = tensor(element, x.size), tensor(element, x.size, 2)
    names = ("maximum", "minimum"), ("reduce_max", "reduce_min")
    text = "".join(Arrow((t, t), (t,), f"  %r0 = catgrad.{name} %a0, %a1 : {t}", ("%r0",)).function(name)
                   for name in names[0])
    along = "{dimensions = array<i64: 1>}"
    text += "".join(Arrow((pairs,), (t,), f"  %r0 = catgrad.{name} %a0 {along} : ({pairs}) -> {t}", ("%r0",))
                    .function(name) for name in names[1])
    device, cpu = cuda_program(text, *flags), native(text, *flags)
    calls = [(name, (x, y)) for name in names[0]] + [(name, (np.stack([x, y], 1),)) for name in names[1]]
    for symbol, arguments in calls:
        (got,), (want,) = device[symbol](*arguments), cpu[symbol](*arguments)
        assert_same(got, want, symbol)
        zeros = (x == 0) & (y == 0)
        negative = np.signbit(x) & np.signbit(y) if "max" in symbol else np.signbit(x) | np.signbit(y)
        assert np.array_equal(np.signbit(want[zeros]), negative[zeros]), symbol
        executed(symbol, element, "phases")


# Models ---------------------------------------------------------------------

def steps(text: str, symbol: str, arguments: list[np.ndarray], *flags: str,
          count: int = STEPS) -> tuple[list[bytes], list[bytes]]:
    """The parameters after some steps, on the device and on the CPU."""
    ours = theirs = arguments
    device, cpu = cuda_program(text, *flags)[symbol], native(text, *flags)[symbol]
    positions = [[value.name for value in cpu.inputs].index(value.aliases) for value in cpu.outputs]
    for _ in range(count):
        for arrays, step in ((ours := list(ours), device), (theirs := list(theirs), cpu)):
            for position, output in zip(positions, step(*arrays), strict=True):
                arrays[position] = output
    return [ours[p].tobytes() for p in positions], [theirs[p].tobytes() for p in positions]


def iris(name: str) -> tuple[str, str, list[np.ndarray]]:
    text = (iris_native.EXAMPLE / f"{name}.mlir").read_text()
    return text, f"{name}_step", [*iris_native.initial(MODELS[name]), *iris_native.data(np.float32)]


@pytest.mark.parametrize("name", MODELS)
def test_iris(name: str, executed) -> None:
    text, symbol, arguments = iris(name)
    ours, theirs = steps(text, symbol, arguments, REFERENCE)
    assert ours == theirs
    device, cpu = cuda_program(text, REFERENCE), native(text, REFERENCE)
    random = generator("reference iris", name)
    for function in device.functions:  # the loss sums, the others are parts of the step
        at = [sample(random, tensor("f32", *value.shape)) for value in cpu[function].inputs]
        assert_bitwise(device[function](*at), cpu[function](*at), function)
    executed(name, "f32", "programs", STEPS + len(device.functions))


def test_mlp(executed) -> None:
    """Long sums of products, and of columns."""
    text = mlp(40, 130)
    random = generator("reference mlp")
    label = np.eye(10, dtype=np.float32)[random.integers(0, 10, 40)]
    x = random.normal(size=(40, 130)).astype(np.float32)
    ours, theirs = steps(text, "mlp_step", [*native(text, REFERENCE)["mlp_init"](np.int64(3)), x, label], REFERENCE)
    assert ours == theirs
    executed("mlp", "f32", "programs", STEPS)


def test_transformer(executed) -> None:
    """Softmax, layer norm, gelu, cross entropy and AdamW, in f64."""
    text = transformer.text(gpt.SHAPE, f"#catgrad.adamw<rate = {gpt.RATE}, weight_decay = {gpt.DECAY}>")
    p, (tokens, labels) = gpt.start(), gpt.batch(0)
    arguments = [p[v.name] if v.name in p else np.zeros(v.shape, v.dtype) if v.role == "state"
                 else labels if v.role == "label" else tokens for v in native(text, REFERENCE)["gpt_step"].inputs]
    ours, theirs = steps(text, "gpt_step", arguments, REFERENCE, count=3)
    assert ours == theirs
    executed("transformer", "f64", "programs", 3)


@pytest.mark.parametrize("seed, element", [(2, "f32"), (3, "f64")])
def test_random_functions(seed: int, element: str, executed) -> None:
    text, arrows = functions(seed, element)
    device, cpu = cuda_program(text, REFERENCE), native(text, "-O1", REFERENCE)
    random = generator("numbers", seed, element)
    for name, arrow in arrows.items():
        a, b = samples(random, arrow.inputs), samples(random, arrow.results)
        for symbol, arguments in ((name, a), (f"{name}_rev", a + b)):
            assert_bitwise(device[symbol](*arguments), cpu[symbol](*arguments), symbol)
    executed("random functions", element, "random", 2 * len(arrows))


def test_random_learners(executed) -> None:
    random = generator("learners", 1, "f32")
    text = "".join(random_learner(random, "f32", f"learner{i}") for i in range(12))
    device, cpu = cuda_program(text, REFERENCE), native(text, "-O1", REFERENCE)
    for symbol in device.functions:
        arguments = [sample(random, tensor(NAMES[value.dtype], *value.shape)) for value in cpu[symbol].inputs]
        assert_bitwise(device[symbol](*arguments), cpu[symbol](*arguments), symbol)
    executed("random learners", "f32", "random", 12)


def test_other_bits_without_it() -> None:
    """What the tests above compare is not the same by chance."""
    ours, theirs = steps(*iris("hidden"))
    assert ours != theirs


def test_near_the_default(executed) -> None:
    for name in MODELS:
        text, symbol, arguments = iris(name)
        reference, default = native(text, REFERENCE), iris_native.library(MODELS[name])
        iris_native.assert_near(reference[symbol](*arguments), default[symbol](*arguments), 1e-5)
        # The random numbers of both, too.
        seed = np.int64(7)
        for ours, theirs in zip(reference[f"{name}_init"](seed), default[f"{name}_init"](seed), strict=True):
            assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-12)
        executed(name, "f32", "phases", 2)


@pytest.mark.parametrize("flags", [("--cpu=x86-64",), ("-O0",), ("-O3",)], ids=lambda flags: flags[0])
def test_other_processors(flags: tuple[str, ...], executed) -> None:
    """An old processor, whose fused multiply-add is libm's; and however LLVM optimises."""
    for name in MODELS:
        text, symbol, arguments = iris(name)
        this, that = native(text, REFERENCE), native(text, REFERENCE, *flags)
        assert_bitwise(that[symbol](*arguments), this[symbol](*arguments), name)
        assert_bitwise(that[f"{name}_init"](np.int64(1)), this[f"{name}_init"](np.int64(1)), name)
        executed(name, "f32", "phases", 2)


# Accuracy -------------------------------------------------------------------

EXACT: dict[str, Callable[..., mpmath.mpf]] = {
    "exp": mpmath.exp, "expm1": mpmath.expm1, "log": mpmath.log, "log1p": mpmath.log1p, "sin": mpmath.sin,
    "cos": mpmath.cos, "tan": mpmath.tan, "atan": mpmath.atan, "tanh": mpmath.tanh, "erf": mpmath.erf,
    "erfc": mpmath.erfc, "rsqrt": lambda x: 1 / mpmath.sqrt(x), "power": mpmath.power}
# Those that only programs of the dialect math have.
UPSTREAM: dict[str, Callable[..., mpmath.mpf]] = {
    "acos": mpmath.acos, "acosh": mpmath.acosh, "asin": mpmath.asin, "asinh": mpmath.asinh, "atan2": mpmath.atan2,
    "atanh": mpmath.atanh, "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), "cosh": mpmath.cosh,
    "exp2": lambda x: mpmath.power(2, x), "log10": mpmath.log10, "log2": lambda x: mpmath.log(x, 2),
    "sinh": mpmath.sinh}
# Where each has a finite value that is not 0, and the numbers are to be dense.
RANGES = {"exp": (-745, 709.7), "expm1": (-40, 709.7), "log": (0, 1e308), "log1p": (-1, 1e308), "rsqrt": (0, 1e308),
          "erfc": (-6, 26.5), "acos": (-1, 1), "acosh": (1, 1e308), "asin": (-1, 1), "atanh": (-1, 1),
          "cosh": (-710, 710), "exp2": (-1074, 1023.9), "log10": (0, 1e308), "log2": (0, 1e308), "sinh": (-710, 710)}
PAGE = harness.ROOT / "docs" / "reference-math.md"


def stated(element: str) -> dict[str, float]:
    """The table of the documentation: units in the last place of each function."""
    rows = re.findall(r"^\| `(\w+)` \| ([0-9.]+) \| ([0-9.]+) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: float(wide if element == "f64" else short) for name, wide, short in rows}


def sweep(name: str, element: str) -> list[np.ndarray]:
    """Numbers of all sizes, and dense where most functions bend."""
    random = generator("sweep", name, element)
    dtype = DTYPES[element]
    limits = np.finfo(dtype)
    largest = 400 if element == "f64" else 1500
    sizes = np.exp(random.uniform(np.log(float(limits.smallest_subnormal)), np.log(float(limits.max)), largest))
    sizes = np.concatenate([sizes, random.uniform(0, 2, 1500), random.uniform(0, 30, 1500),
                            random.uniform(0, 745, 500)])
    x = np.where(random.random(sizes.size) < 0.5, -sizes, sizes)
    if name == "power":
        x = np.exp(random.uniform(-40, 40, 3000))
        return [x.astype(dtype), (random.uniform(-80, 80, 3000) / np.log(x) if element == "f32"
                                  else random.uniform(-690, 690, 3000) / np.log(x)).astype(dtype)]
    if name == "atan2":
        return [x.astype(dtype), x[::-1].astype(dtype)]
    low, high = RANGES.get(name, (-np.inf, np.inf))
    with np.errstate(over="ignore"):
        x = x.astype(dtype)
    x = x[np.isfinite(x)]
    return [x[(x > low) & (x < high) & (x != 0)]]


@pytest.mark.parametrize("element", ("f64", "f32"))
def test_accuracy(element: str, executed) -> None:
    """Units in the last place of the exact value: at most what the documentation says, and not far below."""
    bounds = stated(element)
    assert set(bounds) == set(EXACT) | set(UPSTREAM)
    for name, exact in (EXACT | UPSTREAM).items():
        # All of f32 is computed in f64: fewer numbers show it.
        x = [a[::5] if element == "f32" else a for a in sweep(name, element)]
        t = tensor(element, x[0].size)
        arguments = ", ".join(f"%a{i}" for i in range(len(x)))
        dialect = "math" if name in UPSTREAM else "catgrad"
        arrow = Arrow((t,) * len(x), (t,), f"  %r0 = {dialect}.{name} {arguments} : {t}", ("%r0",))
        (got,) = native(arrow.function("f"), REFERENCE)["f"](*x)
        worst = max(error(exact, at, y) for *at, y in zip(*(a.tolist() for a in x), got))
        assert bounds[name] * 0.9 - 0.05 <= worst <= bounds[name], f"{name} of {element}: {worst:.4f} ulp"
        executed(name, element, "values", x[0].size)


def error(exact: Callable[..., mpmath.mpf], at: list[float], got: np.floating) -> float:
    """The distance from the exact value over that of the neighbouring numbers there."""
    with mpmath.workprec(1200 if max(map(abs, at)) > 1e15 else 140):
        want = exact(*map(mpmath.mpf, at))
        limits = np.finfo(got.dtype)
        if abs(want) > float(limits.max) or not abs(want) > float(limits.smallest_subnormal) / 2:
            return 0.0
        exponent = max(mpmath.frexp(want)[1] - 1, int(np.log2(limits.tiny)))
        return float(abs(mpmath.mpf(float(got)) - want) / mpmath.mpf(2) ** (exponent - limits.nmant))
