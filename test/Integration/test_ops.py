# ===- test_ops.py - every operation, executed -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Each case of the package `cases` as native code: its values against numpy by hand, and
its reverse derivative

* against the transpose of the tangent map, for every input element, bitwise in
  the rings Z/2^32 and Z/2,
* against JAX's vjp in float64,
* against difference quotients of the numpy program in float64, along random
  directions,
* against the reference evaluator on the derivative's text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

import cases
from arrows import Arrow, derive, generator, ring_add, ring_multiply, ring_sum, samples, tensor
from backends import Module, native, reference
from cases import FLOATS, Case
from cases.base import jax_pull_all
from mlir_text import DTYPES, SMALL_FLOATS, is_float

TOLERANCE = {"f32": 1e-5, "f64": 1e-13, "f16": 2e-3, "bf16": 1.6e-2}
DIRECTIONS = 4


def each(pairs: Sequence[tuple[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("op, element", pairs, ids=["-".join(pair) for pair in pairs])


each_op = each(cases.pairs())


@cache
def module_text(op: str) -> str:
    """All cases of an operation and their derivatives: one module, so that they are compiled at once."""
    return "".join(c.arrow.function(c.label) + (derive(f"{c.label}_rev", c.label) if cases.differentiable(c) else "")
                   for c in cases.select(op))


def compiled(op: str) -> Module:
    return native(module_text(op))


def differentiable(op: str, element: str) -> list[Case]:
    return [c for c in cases.select(op, element) if cases.differentiable(c)]


def operands(case: Case, purpose: str) -> list[np.ndarray]:
    return case.operands(generator(case.label, purpose))


def cotangents(case: Case, purpose: str) -> list[np.ndarray]:
    return samples(generator(case.label, purpose, "cotangents"), case.results)


def zeros_like(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.zeros_like(array) for array in arrays]


def inner(xs: Sequence[np.ndarray], ys: Sequence[np.ndarray], dtype: np.dtype) -> np.generic:
    """The inner product of two lists of arrays, in their ring."""
    total = np.zeros(1, dtype)
    for x, y in zip(xs, ys, strict=True):
        total = ring_add(total, ring_sum(ring_multiply(x, y)))
    return total[0]


def assert_same(got: np.ndarray, want: np.ndarray, what: str) -> None:
    """Equal bit by bit, except that there are many NaNs."""
    assert got.dtype == want.dtype and got.shape == want.shape, f"{what}: {got.dtype}{got.shape}"
    if got.tobytes() != want.tobytes() and not (is_float(got.dtype) and same_floats(got, want)):
        raise AssertionError(f"{what}:\n{got}\nis not\n{want}")


def least_precise(case: Case) -> str:
    """The float type of a case with the largest rounding."""
    return max((t.element for t in case.inputs + case.results if t.element in TOLERANCE), key=TOLERANCE.__getitem__)


def same_floats(x: np.ndarray, y: np.ndarray) -> bool:
    with np.errstate(invalid="ignore"):  # of bf16, numpy warns
        number = ~np.isnan(x)
        same = np.array_equal(number, ~np.isnan(y))
    return bool(same and x[number].tobytes() == y[number].tobytes())


def assert_near(got: np.ndarray, want: np.ndarray, tolerance: float, what: str) -> None:
    """The same up to a tolerance relative to the largest number."""
    assert got.shape == want.shape, f"{what}: {got.shape}"
    scale = max(1.0, float(np.max(np.abs(want), initial=0)))
    error = float(np.max(np.abs(got.astype(np.float64) - want.astype(np.float64)), initial=0))
    if not error <= tolerance * scale:
        raise AssertionError(f"{what}: off by {error:.3g}:\n{got}\nis not\n{want}")


# Values ---------------------------------------------------------------------

@each_op
def test_values(op: str, element: str, executed) -> None:
    """The compiled operation against numpy by hand, bitwise unless sums of floats or exp are in it."""
    module = compiled(op)
    for case in cases.select(op, element):
        at = operands(case, "values")
        got, want = module[case.label](*at), case.forward(*at)
        assert len(got) == len(want) == len(case.results)
        for g, w, type_ in zip(got, want, case.results):
            if case.exact:
                assert_same(g, w, case.label)
            else:
                assert g.dtype == w.dtype
                assert_near(g, w, TOLERANCE[type_.element], case.label)
    executed(op, element, "values", len(cases.select(op, element)))


@each_op
def test_values_of_the_reference(op: str, element: str, executed) -> None:
    """The operation's method of the array backend, called by translated Python, against numpy by hand."""
    evaluator = reference(module_text(op), "--catgrad-derive")
    for case in cases.select(op, element):
        at = operands(case, "values")
        got, want = evaluator[case.label](*at), case.forward(*at)
        assert len(got) == len(want)
        for g, w, type_ in zip(got, want, case.results):
            assert g.dtype == w.dtype
            if case.exact:
                assert_same(g, w, case.label)
            else:
                assert_near(g, w, TOLERANCE[type_.element], case.label)
    executed(op, element, "reference", len(cases.select(op, element)))


SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 3e38, -3e38, 88.0, -88.0, 104.0, -104.0,
           745.0, -745.0]


@pytest.mark.parametrize("element", FLOATS)
def test_special_floats(element: str, executed) -> None:
    """Zeros of both signs, infinities, NaN, denormals, numbers where exp overflows: every pair of them."""
    dtype = np.dtype(DTYPES[element])
    with np.errstate(over="ignore"):
        one = np.array(SPECIAL, dtype)
    x, y = (part.reshape(-1).copy() for part in np.meshgrid(one, one))
    t, bits = tensor(element, x.size), tensor("i1", x.size)
    ops = {f"{op}": (f"catgrad.{op} %a0, %a1 : {t}", t) for op in ("add", "subtract", "multiply")}
    ops |= {op: (f"catgrad.{op} %a0 : {t}", t) for op in ("negate", "relu", "sigmoid")}
    ops |= {p: (f"catgrad.compare %a0, %a1 {{predicate = #catgrad.predicate<{p}>}} : ({t}, {t}) -> {bits}", bits)
            for p in ("eq", "ne", "lt", "le", "gt", "ge")}
    ops["cast"] = (f"catgrad.cast %a0 : ({t}) -> {bits}", bits)
    module = native("".join(Arrow((t, t), (result,), f"  %r0 = {text}", ("%r0",)).function(f"special_{name}")
                            for name, (text, result) in ops.items()))
    with np.errstate(all="ignore"):
        want = {"add": x + y, "subtract": x - y, "multiply": x * y, "negate": -x, "cast": x != 0,
                "relu": np.where(np.isnan(x), x, np.where(x > 0, x, dtype.type(0))),
                "sigmoid": 1 / (1 + np.exp(-x.astype(np.float64))),
                "eq": x == y, "ne": x != y, "lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y}
    assert set(want) == set(ops)
    for name in ops:
        (got,) = module[f"special_{name}"](x, y)
        if name == "sigmoid":
            assert np.array_equal(np.isnan(got), np.isnan(x))
            finite = ~np.isnan(x)
            assert np.all((got[finite] >= 0) & (got[finite] <= 1))
            assert_near(got[finite], want[name][finite], TOLERANCE[element], name)
            assert got[x == np.inf].tolist() == [1.0] * int(np.sum(x == np.inf))
            assert not np.any(got[x == -np.inf])
        elif name == "relu":  # the sign of a zero is free
            assert_same(got + dtype.type(0), want[name] + dtype.type(0), name)
        else:
            assert_same(got, want[name], name)
    executed("special floats", element, "values", len(ops))


def test_cast_of_large_numbers(executed) -> None:
    """i32 to f32 rounds to nearest, ties to even; f64 to f32 too, and overflows to infinity."""
    i, d = tensor("i32", 7), tensor("f64", 7)
    f = tensor("f32", 7)
    module = native(Arrow((i,), (f,), f"  %r0 = catgrad.cast %a0 : ({i}) -> {f}", ("%r0",)).function("large_i32")
                    + Arrow((d,), (f,), f"  %r0 = catgrad.cast %a0 : ({d}) -> {f}", ("%r0",)).function("large_f64"))
    integers = np.array([2**24 + 1, 2**24 + 3, 2**31 - 1, -2**31, -2**24 - 1, 2**30 + 64, 0], np.int32)
    doubles = np.array([1 + 2**-24, 1 + 3 * 2**-24, 1e300, -1e300, 1e-46, np.inf, -0.0])
    assert_same(module["large_i32"](integers)[0], integers.astype(np.float32), "cast of i32")
    with np.errstate(over="ignore"):
        assert_same(module["large_f64"](doubles)[0], doubles.astype(np.float32), "cast of f64")
    executed("cast", "i32", "values")
    executed("cast", "f64", "values")


# Derivatives ----------------------------------------------------------------
#
# Each of these checks one reverse derivative; mutants.py applies them to wrong ones.

Reverse = Callable[..., list[np.ndarray]]


def transposed(case: Case, at: Sequence[np.ndarray], result: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The reverse derivative from the tangent map: <result, push(e_j)> for every input element j."""
    cotangent = zeros_like(at)
    for i, operand in enumerate(at):
        if i in case.constant_in:
            continue
        for j in np.ndindex(operand.shape):
            direction = zeros_like(at)
            direction[i][j] = 1
            pushed = case.push(at, direction)
            # Between floats of two types the products are made in the wider one.
            dtype = operand.dtype
            if is_float(dtype):
                pushed = [p.astype(np.float64) for p in pushed]
                dtype = np.dtype(np.float64)
                cotangent[i][j] = inner([r.astype(np.float64) for r in result], pushed, dtype)
            else:
                cotangent[i][j] = inner(result, pushed, dtype)
    return cotangent


def has_tangent(case: Case) -> bool:
    """Is its tangent map written down, or does it follow? Else only JAX knows it."""
    return bool(case.tangent or not case.jax or not case.moving)


def check_transpose(case: Case, reverse: Reverse) -> None:
    at, result = operands(case, "transpose"), cotangents(case, "transpose")
    got, want = reverse(*at, *result), transposed(case, at, result)
    assert len(got) == len(want)
    for i, (g, w) in enumerate(zip(got, want)):
        name = f"{case.label}, cotangent {i}"
        if case.inputs[i].element in FLOATS:
            assert g.dtype == w.dtype
            assert_near(g, w, TOLERANCE[least_precise(case)], name)
        else:
            assert_same(g, w, name)


def check_jax(case: Case, reverse: Reverse, want: Sequence[np.ndarray] | None = None) -> None:
    at, result = operands(case, "jax"), cotangents(case, "jax")
    got = reverse(*at, *result)
    want = case.jax_pull(at, result) if want is None else want
    for i, w in zip(case.moving, want, strict=True):
        assert_near(got[i], w, TOLERANCE[least_precise(case)], f"{case.label}, cotangent {i}")
    for i in set(range(len(at))) - set(case.moving):
        assert not np.any(got[i]), f"{case.label}: cotangent {i} of what it is locally constant in is not zero"


def check_differences(case: Case, reverse: Reverse) -> None:
    random = generator(case.label, "differences")
    at, result = case.inside(random), samples(random, case.results)
    got = reverse(*at, *result)
    moving = [i for i, type_ in enumerate(case.inputs) if type_.element in FLOATS]
    wide = [a.astype(np.float64) if i in moving else a for i, a in enumerate(at)]
    for _ in range(DIRECTIONS):
        direction = {i: random.normal(size=wide[i].shape) for i in moving}

        def moved(step: float) -> list[np.ndarray]:
            point = [w + step * direction[i] if i in moving else w for i, w in enumerate(wide)]
            return [r.astype(np.float64) for r in case.forward(*point)]

        slopes = [(up - down) / (2 * case.step) for up, down in zip(moved(case.step), moved(-case.step))]
        want = sum(np.sum(s * r.astype(np.float64)) for s, r in zip(slopes, result))
        found = sum(np.sum(got[i].astype(np.float64) * direction[i]) for i in moving)
        scale = 1 + sum(np.sum(np.abs(s * r.astype(np.float64))) for s, r in zip(slopes, result))
        assert abs(found - want) < 1e-5 * scale, f"{case.label}: {found} is not {want}"


@each_op
def test_reverse_is_the_transpose(op: str, element: str, executed) -> None:
    """R[f](a, b') holds <b', D f(a) e_j> at j: bitwise in the rings.

    Where only JAX knows the tangent map, `test_reverse_against_jax` does the same."""
    by_hand = [c for c in differentiable(op, element) if has_tangent(c)]
    for case in by_hand:
        check_transpose(case, compiled(op)[f"{case.label}_rev"])
    executed(op, element, "transpose", len(by_hand))


@each([pair for pair in cases.pairs() if pair[1] in FLOATS])
def test_reverse_against_jax(op: str, element: str, executed) -> None:
    """R[f](a, b') against JAX's vjp in f64: every case of f64, and in other types what has no tangent map by hand."""
    found = [c for c in differentiable(op, element) if c.moving and (element == "f64" or not has_tangent(c))]
    wanted = jax_pull_all(found, [operands(c, "jax") for c in found], [cotangents(c, "jax") for c in found])
    for case, want in zip(found, wanted, strict=True):
        check_jax(case, compiled(op)[f"{case.label}_rev"], want)
    executed(op, element, "jax", len(found))


@each([pair for pair in cases.pairs() if pair[1] in FLOATS and pair[1] not in SMALL_FLOATS])
def test_reverse_against_differences(op: str, element: str, executed) -> None:
    """<R[f](a, b'), v> against (f(a + h v) - f(a - h v)) / 2h, in float64 and away from kinks."""
    # The steps of a difference quotient are lost in the rounding to a small float.
    found = [c for c in differentiable(op, element) if not c.has_small_floats]
    for case in found:
        check_differences(case, compiled(op)[f"{case.label}_rev"])
    executed(op, element, "differences", DIRECTIONS * len(found))


@each_op
def test_reverse_against_the_reference(op: str, element: str, executed) -> None:
    """The compiled derivative against the reference evaluator on its text: bitwise in the rings."""
    module, evaluator = compiled(op), reference(module_text(op), "--catgrad-derive")
    for case in differentiable(op, element):
        at, result = operands(case, "reference"), cotangents(case, "reference")
        got, want = (backend[f"{case.label}_rev"](*at, *result) for backend in (module, evaluator))
        assert len(got) == len(want)
        for i, (g, w) in enumerate(zip(got, want)):
            name = f"{case.label}, cotangent {i}"
            if is_float(g.dtype):
                assert g.dtype == w.dtype
                assert_near(g, w, TOLERANCE[case.inputs[i].element], name)
            else:
                assert_same(g, w, name)
    executed(op, element, "reference", len(differentiable(op, element)))


# R[R[f]] --------------------------------------------------------------------

T = tensor("f64", 3, 4)
W = tensor("f64", 4, 2)
Y = tensor("f64", 3, 2)
TWICE = {
    "cube": Arrow((T,), (T,), f"  %0 = catgrad.multiply %a0, %a0 : {T}\n"
                              f"  %1 = catgrad.multiply %0, %a0 : {T}", ("%1",)),
    "layer": Arrow((T, W), (Y,), f"  %0 = catgrad.matmul %a0, %a1 : ({T}, {W}) -> {Y}\n"
                                 f"  %1 = catgrad.sigmoid %0 : {Y}", ("%1",)),
    "gated": Arrow((T,), (T,), f"  %0 = catgrad.sigmoid %a0 : {T}\n  %1 = catgrad.multiply %0, %a0 : {T}\n"
                               f"  %2 = catgrad.relu %1 : {T}", ("%2",)),
    "norm": Arrow((T,), (tensor("f64"), T), f"""
  %0 = catgrad.multiply %a0, %a0 : {T}
  %1 = catgrad.reduce_sum %0 {{dimensions = array<i64: 0, 1>}} : ({T}) -> tensor<f64>
  %2 = catgrad.broadcast %1 {{dimensions = array<i64: 0, 1>}} : (tensor<f64>) -> {T}
  %3 = catgrad.multiply %2, %a0 : {T}""", ("%1", "%3")),
    "contracted": Arrow((T, T), (tensor("f64", 4, 4),), f"""
  %0 = catgrad.sigmoid %a1 : {T}
  %1 = catgrad.contract %a0, %0 {{lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>}} : ({T}, {T}) -> tensor<4x4xf64>
  %2 = catgrad.transpose %1 {{permutation = array<i64: 1, 0>}} : (tensor<4x4xf64>) -> tensor<4x4xf64>
  %3 = catgrad.multiply %1, %2 : tensor<4x4xf64>""", ("%3",)),
}


@pytest.mark.parametrize("name", TWICE)
def test_reverse_of_the_reverse(name: str, executed) -> None:
    """R[R[f]] against difference quotients of the compiled R[f]."""
    text = "".join(arrow.function(n) + derive(f"{n}_rev", n) + derive(f"{n}_rev_rev", f"{n}_rev")
                   for n, arrow in TWICE.items())
    module, arrow = native(text), TWICE[name]
    random = generator(name)
    at = samples(random, arrow.inputs + arrow.results)  # an input of R[f]
    seed = samples(random, arrow.inputs)                # a cotangent of its result
    got = module[f"{name}_rev_rev"](*at, *seed)
    assert len(got) == len(at)
    step = 1e-6
    for _ in range(DIRECTIONS):
        direction = [random.normal(size=a.shape) for a in at]
        up, down = (module[f"{name}_rev"](*(np.asarray(a + s * d) for a, d in zip(at, direction)))
                    for s in (step, -step))
        want = sum(np.sum((u - d) / (2 * step) * s) for u, d, s in zip(up, down, seed))
        found = sum(np.sum(g * d) for g, d in zip(got, direction))
        assert found == pytest.approx(want, rel=1e-6, abs=1e-6)
    executed(f"R[R[{name}]]", "f64", "differences", DIRECTIONS)
