# ===- test_normalisation.py - softmax and normalisation at their limits ------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Rules by hand against the derivatives of the definitions, and numbers for which the
definition in the textbook would overflow, cancel or divide by zero."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import harness
from arrows import Arrow, derive, generator, sample, tensor
from backends import Module, native
from mlir_text import TensorType

# An operation by name: its text on %a0.., its operands and its result.
X = ("softmax", "log_softmax", "logsumexp", "layer_norm", "rms_norm")
SHAPE = (5, 7)


def operation(op: str, element: str, shape: tuple[int, ...] = SHAPE, eps: float = 1e-5) -> Arrow:
    """Returns an operation along the last axis."""
    x, row = tensor(element, *shape), tensor(element, shape[-1])
    match op:
        case "softmax" | "log_softmax":
            inputs, result, text = (x,), x, f"%a0 {{axis = {len(shape) - 1}}} : {x}"
        case "logsumexp":
            result = tensor(element, *shape[:-1])
            inputs, text = (x,), f"%a0 {{axis = {len(shape) - 1}}} : ({x}) -> {result}"
        case "layer_norm":
            inputs, result = (x, row, row), x
            text = f"%a0, %a1, %a2 {{eps = {eps:e}}} : ({x}, {row}, {row}) -> {x}"
        case _:
            inputs, result, text = (x, row), x, f"%a0, %a1 {{eps = {eps:e}}} : ({x}, {row}) -> {x}"
    return Arrow(inputs, (result,), f"  %0 = catgrad.{op} {text}", ("%0",))


@functools.cache
def module(op: str, element: str, shape: tuple[int, ...] = SHAPE) -> Module:
    """Returns @f, its derivative @r, and the derivative @rr of that."""
    return native(operation(op, element, shape).function("f") + derive("r", "f") + derive("rr", "r"))


@functools.cache
def defined(op: str, element: str) -> Module:
    """Returns the same, made from the definition."""
    text = harness.opt(operation(op, element).function("f"), "--catgrad-expand-composites").rstrip()
    assert text.endswith("}") and f"catgrad.{op} " not in text
    return native(text[:-1] + derive("r", "f") + derive("rr", "r") + "}\n")


def drawn(op: str, types: tuple[TensorType, ...], *key: object) -> list[np.ndarray]:
    random = generator(op, *key)
    return [sample(random, type_) for type_ in types]


def near(got: np.ndarray, want: np.ndarray, tolerance: float) -> None:
    scale = max(1.0, float(np.max(np.abs(want))))
    np.testing.assert_allclose(got, want, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("element, tolerance", [("f64", 1e-13), ("f32", 1e-5)])
@pytest.mark.parametrize("op", X)
def test_rule_is_the_derivative_of_the_definition(op: str, element: str, tolerance: float, executed) -> None:
    """Value, R and R[R] of the operation and of its definition (law B7)."""
    arrow = operation(op, element)
    inputs = drawn(op, arrow.inputs, "inputs")
    cotangents = drawn(op, arrow.results, "cotangents")
    seconds = drawn(op, arrow.inputs, "seconds")
    for name, arguments in (("f", inputs), ("r", [*inputs, *cotangents]), ("rr", [*inputs, *cotangents, *seconds])):
        got, want = (m[name](*arguments) for m in (module(op, element), defined(op, element)))
        assert len(got) == len(want)
        for g, w in zip(got, want):
            near(g, w, tolerance)
        executed(op, element, "laws")


# Softmax --------------------------------------------------------------------

def exact_softmax(x: np.ndarray) -> np.ndarray:
    wide = x.astype(np.longdouble)
    e = np.exp(wide - wide.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@pytest.mark.parametrize("element", ["f64", "f32"])
@pytest.mark.parametrize("size", [1e-40, 1.0, 1e2, 1e4, 1e30])
def test_softmax_of_any_size(size: float, element: str, executed) -> None:
    """Values and reverse parts are finite and right, whatever the size of the logits."""
    dtype, tolerance = harness.DTYPES[element], {"f64": 1e-14, "f32": 3e-7}[element]
    random = generator("softmax", size)
    x = (size * random.normal(size=SHAPE)).astype(dtype)
    d = random.normal(size=SHAPE).astype(dtype)
    p = exact_softmax(x)
    m = x.astype(np.longdouble).max(-1)
    lse = m + np.log(np.exp(x.astype(np.longdouble) - m[:, None]).sum(-1))
    near(module("softmax", element)["f"](x)[0], p, tolerance)
    near(module("softmax", element)["r"](x, d)[0], p * (d - (p * d).sum(-1, keepdims=True)), 10 * tolerance)
    np.testing.assert_allclose(module("log_softmax", element)["f"](x)[0], x - lse[:, None],
                               rtol=10 * tolerance, atol=10 * tolerance)
    near(module("log_softmax", element)["r"](x, d)[0], d - p * d.sum(-1, keepdims=True), 20 * tolerance)
    np.testing.assert_allclose(module("logsumexp", element)["f"](x)[0], lse, rtol=tolerance * 10, atol=tolerance)
    near(module("logsumexp", element)["r"](x, d[:, 0].copy())[0], p * d[:, :1], 2 * tolerance * max(1, min(size, 1e4)))
    for op in ("softmax", "log_softmax", "logsumexp"):
        executed(op, element, "values", 2)


@pytest.mark.parametrize("element", ["f64", "f32", "f16", "bf16"])
def test_masked(element: str) -> None:
    """-inf takes no part: probability and cotangent 0."""
    dtype = harness.DTYPES[element]
    x = generator("masked").normal(size=SHAPE).astype(dtype)
    x[:, ::2] = -np.inf
    (p,) = module("softmax", element)["f"](x)
    assert not np.any(p[:, ::2]) and np.all(p[:, 1::2] > 0)
    (dx,) = module("softmax", element)["r"](x, np.ones_like(x))
    assert not np.any(dx[:, ::2]) and np.all(np.isfinite(dx))
    assert np.all(np.isfinite(module("logsumexp", element)["f"](x)[0]))
    (dx,) = module("logsumexp", element)["r"](x, np.ones(5, dtype))
    assert not np.any(dx[:, ::2]) and np.all(np.isfinite(dx))


def test_infinities() -> None:
    """logsumexp of nothing and of -inf is -inf; infinities and NaN are what they have to be."""
    x = np.zeros(SHAPE)
    x[0], x[1, 3], x[2, 3], x[3] = -np.inf, np.inf, np.nan, np.inf
    (y,) = module("logsumexp", "f64")["f"](x)
    np.testing.assert_array_equal(y[:4], [-np.inf, np.inf, np.nan, np.inf])
    assert y[4] == np.log(7)
    (p,) = module("softmax", "f64")["f"](x)
    assert np.all(np.isnan(p[[0, 2]])) and np.all(p[4] == 1 / 7)
    (nothing,) = module("logsumexp", "f32", (0,))["f"](np.zeros(0, np.float32))
    assert nothing == -np.inf
    assert module("logsumexp", "f32", (0,))["r"](np.zeros(0, np.float32), np.float32(1))[0].shape == (0,)


# Normalisation over the last axis -------------------------------------------

@pytest.mark.parametrize("element", ["f64", "f32", "f16", "bf16"])
@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 1000.0])
def test_equal_elements(value: float, element: str) -> None:
    """Rows of equal elements have no deviation: the bias, and finite cotangents."""
    dtype = harness.DTYPES[element]
    x = np.full(SHAPE, value).astype(dtype)
    random = generator("equal")
    scale, bias = (random.normal(size=7).astype(dtype) for _ in range(2))
    d = random.normal(size=SHAPE).astype(dtype)
    (y,) = module("layer_norm", element)["f"](x, scale, bias)
    # The mean of seven equal numbers may be off by a rounding, which eps bounds.
    tolerance = {"f64": 1e-9, "f32": 0.1 if value == 1000 else 1e-3}.get(element, 0.1)
    near(y.astype(np.float64), np.broadcast_to(bias, SHAPE).astype(np.float64), tolerance)
    for op, operands in (("layer_norm", (x, scale, bias, d)), ("rms_norm", (x, scale, d))):
        for cotangent in module(op, element)["r"](*operands):
            assert np.all(np.isfinite(cotangent.astype(np.float64))), op


@pytest.mark.parametrize("size", [1e-30, 1e-3, 1e3, 1e15])
@pytest.mark.parametrize("op", ["layer_norm", "rms_norm"])
def test_normalisation_of_any_size(op: str, size: float, executed) -> None:
    """In f32 against f64, for tiny and for large deviations."""
    random = generator(op, size)
    x = (size * random.normal(size=SHAPE)).astype(np.float32)
    rows = [random.normal(size=7).astype(np.float32) for _ in range(2 if op == "layer_norm" else 1)]
    d = random.normal(size=SHAPE).astype(np.float32)
    for name, arguments in (("f", [x, *rows]), ("r", [x, *rows, d])):
        got = module(op, "f32")[name](*arguments)
        want = module(op, "f64")[name](*(a.astype(np.float64) for a in arguments))
        for g, w in zip(got, want):
            assert np.all(np.isfinite(g))
            np.testing.assert_allclose(g, w, rtol=0, atol=2e-5 * np.max(np.abs(w)))
        executed(op, "f32", "values")


# Half precision -------------------------------------------------------------

@pytest.mark.parametrize("element, digits", [("f16", 11), ("bf16", 8)])
@pytest.mark.parametrize("op", X)
def test_half_precision_rounds_once(op: str, element: str, digits: int, executed) -> None:
    """Values and cotangents are off by little more than half a unit of the last place."""
    arrow = operation(op, element)
    inputs, cotangents = drawn(op, arrow.inputs, "half"), drawn(op, arrow.results, "half d")
    if op == "layer_norm":
        inputs[0] = inputs[0] + inputs[0].dtype.type(100)  # squares that f16 cannot hold
    for name, arguments in (("f", inputs), ("r", [*inputs, *cotangents])):
        got = module(op, element)[name](*arguments)
        want = module(op, "f64")[name](*(a.astype(np.float64) for a in arguments))
        for i, (g, w) in enumerate(zip(got, want)):
            # Rules that keep their output have it rounded.
            slack = 4 if name == "r" and op in ("softmax", "log_softmax", "logsumexp") else 1.2
            unit = 2.0 ** (np.floor(np.log2(np.maximum(np.abs(w), 2.0**-14))) + 1 - digits)
            if slack > 2:
                unit = np.max(unit)
            # In f32 the mean of numbers of about 100 is off by 1e-5, before the rounding.
            error = (np.abs(g.astype(np.float64) - w) - 1e-5 * np.max(np.abs(w))) / unit
            assert np.max(error) <= slack * 0.5 + 0.01, f"{op} {name} {i}: {np.max(error)}"
        executed(op, element, "values")
