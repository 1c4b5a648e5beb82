# ===- test_axes.py - indices, extrema and scans where it gets difficult ----===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What the cases of the families shape, join, indexing and reduction do not reach:
updates in place that read elsewhere than they write, special floats, ties, empty
axes in derivatives, indices far outside, sums in one order, and a whole model with
an embedding.
"""

from __future__ import annotations

import numpy as np
import pytest

from arrows import Arrow, derive, generator, samples, tensor
from backends import native, reference
from mlir_text import DTYPES, is_float

# Updates in place -----------------------------------------------------------

P, I, R = tensor("i32", 6, 4), tensor("i32", 6), tensor("i32", 4)
ALIASED = f"({P} {{catgrad.alias = 0 : i64}})"
UPDATES = {
    "gathered": f"  %0 = catgrad.gather %p, %i {{axis = 0}} : ({P}, {I}) -> {P}",
    "scattered": f"  %0 = catgrad.scatter_add %p, %i {{axis = 0}} : ({P}, {I}) -> {P}",
    "turned": f"  %0 = catgrad.reverse %p {{dimensions = array<i64: 0>}} : {P}",
    "added_turned": f"  %1 = catgrad.reverse %p {{dimensions = array<i64: 0, 1>}} : {P}\n  %0 = catgrad.add %p, %1 : {P}",
    "summed": f"  %0 = catgrad.cumsum %p {{axis = 0, reverse, exclusive}} : {P}",
    "twice": f"  %1 = catgrad.cumsum %p {{axis = 1}} : {P}\n  %0 = catgrad.gather %1, %i {{axis = 0}} : ({P}, {I}) -> {P}",
    "rotated": f"""  %a, %b = catgrad.split %p {{axis = 0, sizes = array<i64: 2, 4>}} : ({P}) -> (tensor<2x4xi32>, tensor<4x4xi32>)
  %0 = catgrad.concat %b, %a {{axis = 0}} : (tensor<4x4xi32>, tensor<2x4xi32>) -> {P}""",
    "restacked": f"""  %a:4 = catgrad.unstack %p {{axis = 1}} : ({P}) -> ({I}, {I}, {I}, {I})
  %0 = catgrad.stack %a#3, %a#0, %a#2, %a#0 {{axis = 1}} : ({I}, {I}, {I}, {I}) -> {P}""",
    "moved": f"""  %1 = catgrad.slice %p {{starts = array<i64: 1, 0>, limits = array<i64: 6, 4>, strides = array<i64: 1, 1>}} : ({P}) -> tensor<5x4xi32>
  %0 = catgrad.pad %1 {{low = array<i64: 0, 0>, high = array<i64: 1, 0>, interior = array<i64: 0, 0>}} : (tensor<5x4xi32>) -> {P}""",
    "updated_by_its_rows": f"""  %1 = catgrad.gather %p, %i {{axis = 0}} : ({P}, {I}) -> {P}
  %2 = catgrad.scatter_add %1, %i {{axis = 0}} : ({P}, {I}) -> {P}
  %0 = catgrad.subtract %p, %2 : {P}""",
}


@pytest.mark.parametrize("name", UPDATES)
def test_updates_in_place(name: str, executed) -> None:
    """In place and out of place agree, and with the reference."""
    text = "".join(f"func.func @{n}(%p: {P}, %i: {I}) -> {ALIASED} {{\n{body}\n  return %0 : {P}\n}}\n" for n, body in UPDATES.items())
    random = generator(name)
    p, i = random.integers(-99, 99, P.shape, np.int32), random.integers(-1, 7, I.shape, np.int32)
    got, want = native(text)[name].both_ways(p, i), reference(text)[name](p, i)
    assert np.array_equal(got[0], want[0]), f"{got[0]}\nis not\n{want[0]}"
    executed(name, "i32", "reference")


# Indices --------------------------------------------------------------------

@pytest.mark.parametrize("element", ["i32", "i64", "i16", "i8"])
def test_indices_far_outside(element: str, executed) -> None:
    """Every index is clamped; one_hot gives zeros for it."""
    t, i, h = tensor("f64", 5), tensor(element, 7), tensor("f64", 7, 5)
    r = tensor("f64", 7)
    text = (Arrow((t, i), (r,), f"  %0 = catgrad.gather %a0, %a1 {{axis = 0}} : ({t}, {i}) -> {r}", ("%0",)).function("gather")
            + Arrow((r, i), (t,), f"  %0 = catgrad.scatter_add %a0, %a1 {{axis = 0}} : ({r}, {i}) -> {t}", ("%0",)).function("scatter")
            + Arrow((i,), (h,), f"  %0 = catgrad.one_hot %a0 {{axis = 1}} : ({i}) -> {h}", ("%0",)).function("hot"))
    bounds = np.iinfo(f"int{element[1:]}")
    indices = np.array([bounds.min, -1, 0, 4, 5, 3, bounds.max], bounds.dtype)
    module, x, d = native(text), np.arange(1.0, 6), 2.0 ** np.arange(7)
    assert module["gather"](x, indices)[0].tolist() == [1, 1, 1, 5, 5, 4, 5]
    assert module["scatter"](d, indices)[0].tolist() == [1 + 2 + 4, 0, 0, 32, 8 + 16 + 64]
    assert np.array_equal(module["hot"](indices)[0], (indices[:, None] == np.arange(5)).astype(float))
    executed("indices outside", element, "values", 3)


def test_sums_at_indices_have_one_order(executed) -> None:
    """scatter_add gives the bits of sums in the order of the indices, every time."""
    x, i, r = tensor("f32", 10_000), tensor("i32", 10_000), tensor("f32", 7)
    module = native(Arrow((x, i), (r,), f"  %0 = catgrad.scatter_add %a0, %a1 {{axis = 0}} : ({x}, {i}) -> {r}", ("%0",)).function("f"))
    random = generator("order")
    numbers, indices = random.normal(size=x.shape).astype(np.float32) * 1e3, random.integers(0, 7, i.shape, np.int32)
    want = np.zeros(7, np.float32)
    np.add.at(want, indices, numbers)
    assert [module["f"](numbers, indices)[0].tobytes() for _ in range(3)] == [want.tobytes()] * 3
    executed("scatter_add", "f32", "values", 3)


def test_a_large_table(executed) -> None:
    """Rows of an embedding of 8 million numbers, and the gradient of it."""
    t, i, r = tensor("f32", 100_000, 80), tensor("i32", 3, 5), tensor("f32", 3, 5, 80)
    arrow = Arrow((t, i), (r,), f"  %0 = catgrad.gather %a0, %a1 {{axis = 0}} : ({t}, {i}) -> {r}", ("%0",))
    module = native(arrow.function("f") + derive("f_rev", "f"))
    random = generator("table")
    table, indices = random.normal(size=t.shape).astype(np.float32), random.integers(0, 100_000, i.shape, np.int32)
    assert np.array_equal(module["f"](table, indices)[0], table[indices])
    d = random.normal(size=r.shape).astype(np.float32)
    want = np.zeros(t.shape, np.float32)
    np.add.at(want, indices, d)
    assert np.array_equal(module["f_rev"](table, indices, d)[0], want)
    executed("large table", "f32", "values", 2)


# Extrema --------------------------------------------------------------------

INF, NAN = np.inf, np.nan
ROWS = np.array([[1.0, 3.0, 2.0], [3.0, 3.0, 1.0], [-INF, -INF, -INF], [NAN, 1.0, INF], [2.0, NAN, NAN], [-0.0, 0.0, -1.0],
                 [INF, 5.0, INF], [-1e308, -1e308, -INF]])


def extremum(op: str, result: str = "f64") -> Arrow:
    a, r = tensor("f64", *ROWS.shape), tensor(result, len(ROWS))
    how = "axis = 1" if op == "argmax" else "dimensions = array<i64: 1>"
    return Arrow((a,), (r,), f"  %0 = catgrad.{op} %a0 {{{how}}} : ({a}) -> {r}", ("%0",))


def test_special_extrema(executed) -> None:
    """NaN wins, infinities are numbers, the first of several is the greatest."""
    module = native(extremum("reduce_max").function("max") + extremum("reduce_min").function("min")
                    + extremum("argmax", "i64").function("argmax"))
    assert np.array_equal(module["max"](ROWS)[0], np.max(ROWS, 1), equal_nan=True)
    assert np.array_equal(module["min"](ROWS)[0], np.min(ROWS, 1), equal_nan=True)
    assert np.array_equal(module["argmax"](ROWS)[0], np.argmax(ROWS, 1))
    executed("special extrema", "f64", "values", 3)


@pytest.mark.parametrize("element", DTYPES)
def test_extrema_of_nothing(element: str, executed) -> None:
    """The neutral element: infinite, the lowest or highest integer, false or true."""
    a, r = tensor(element, 0, 3), tensor(element, 3)
    module = native("".join(Arrow((a,), (r,), f"  %0 = catgrad.{op} %a0 {{dimensions = array<i64: 0>}} : ({a}) -> {r}", ("%0",)).function(op)
                            for op in ("reduce_max", "reduce_min")))
    nothing = np.zeros((0, 3), DTYPES[element])
    bounds = ((False, True) if element == "i1" else (-INF, INF) if is_float(nothing.dtype)
              else (np.iinfo(nothing.dtype).min, np.iinfo(nothing.dtype).max))
    for op, bound in zip(("reduce_max", "reduce_min"), bounds):
        assert module[op](nothing)[0].tolist() == [bound] * 3
    executed("extrema of nothing", element, "values", 2)


def test_extrema_share(executed) -> None:
    """The cotangent is shared evenly among the greatest, and goes nowhere where there is a NaN."""
    module = native(extremum("reduce_max").function("f") + derive("f_rev", "f"))
    d = np.arange(1.0, len(ROWS) + 1)
    (got,) = module["f_rev"](ROWS, d)
    share = np.array([[0, 1, 0], [.5, .5, 0], [1 / 3] * 3, [0, 0, 0], [0, 0, 0], [.5, .5, 0], [.5, 0, .5], [.5, .5, 0]])
    assert np.allclose(got, share * d[:, None], rtol=1e-15, atol=0)
    executed("extrema share", "f64", "values")


@pytest.mark.parametrize("op", ["reduce_max", "reduce_min", "reduce_prod"])
def test_reverse_over_an_empty_axis(op: str, executed) -> None:
    """R and R[R]: zeros and no NaN, because there is nothing to share with."""
    a, r = tensor("f64", 3, 0), tensor("f64", 3)
    arrow = Arrow((a,), (r,), f"  %0 = catgrad.{op} %a0 {{dimensions = array<i64: 1>}} : ({a}) -> {r}", ("%0",))
    module = native(arrow.function("f") + derive("f_rev", "f") + derive("f_rev_rev", "f_rev"))
    nothing, d = np.zeros((3, 0)), np.ones(3)
    assert module["f_rev"](nothing, d)[0].shape == (3, 0)
    _, to_d = module["f_rev_rev"](nothing, d, nothing)
    assert not np.any(to_d)
    executed(f"R[R[{op}]]", "f64", "values", 2)


def test_products_with_zeros(executed) -> None:
    """One zero, two zeros, none: no division. And R three times against differences of R twice."""
    a, r = tensor("f64", 3, 5), tensor("f64", 3)
    arrow = Arrow((a,), (r,), f"  %0 = catgrad.reduce_prod %a0 {{dimensions = array<i64: 1>}} : ({a}) -> {r}", ("%0",))
    module = native(arrow.function("f") + derive("g", "f") + derive("h", "g") + derive("k", "h"))
    x = np.array([[1.0, 2, 3, 4, 5], [1, 0, 3, 4, 5], [1, 0, 3, 0, 5]])
    (got,) = module["g"](x, np.ones(3))
    assert got.tolist() == [[120, 60, 40, 30, 24], [0, 60, 0, 0, 0], [0, 0, 0, 0, 0]]
    random = generator("products")
    at = [x, *samples(random, (r, a))]  # an input of R[R[f]]
    seed = samples(random, (a, r))
    found = module["k"](*at, *seed)
    direction = samples(random, (a, r, a))
    up, down = (module["h"](*(p + step * v for p, v in zip(at, direction))) for step in (1e-6, -1e-6))
    want = sum(np.sum((u - w) / 2e-6 * s) for u, w, s in zip(up, down, seed))
    assert sum(np.sum(f * v) for f, v in zip(found, direction)) == pytest.approx(want, rel=1e-6)
    executed("reduce_prod", "f64", "differences", 2)


# Small floats ---------------------------------------------------------------

@pytest.mark.parametrize("element", ["f16", "bf16"])
def test_sums_of_small_floats(element: str, executed) -> None:
    """Running sums, sums at indices and products are carried in f32: 4096 ones are 4096, and not 2048 or 256."""
    x, i, one = tensor(element, 4096), tensor("i32", 4096), tensor(element, 1)
    text = (Arrow((x,), (x,), f"  %0 = catgrad.cumsum %a0 {{axis = 0}} : {x}", ("%0",)).function("cumsum")
            + Arrow((x, i), (one,), f"  %0 = catgrad.scatter_add %a0, %a1 {{axis = 0}} : ({x}, {i}) -> {one}", ("%0",)).function("scatter")
            + Arrow((x,), (tensor(element),), f"  %0 = catgrad.reduce_prod %a0 {{dimensions = array<i64: 0>}} : ({x}) -> {tensor(element)}",
                    ("%0",)).function("product"))
    module, dtype = native(text), np.dtype(DTYPES[element])
    ones = np.ones(4096, dtype)
    assert np.array_equal(module["cumsum"](ones)[0], np.arange(1, 4097).astype(np.float32).astype(dtype))
    assert module["scatter"](ones, np.zeros(4096, np.int32))[0].tolist() == [4096]
    factors = np.ones(4096, dtype)
    factors[:8] = dtype.type(1.0078125)  # each step would round
    want = (np.float32(1.0078125) ** 8).astype(dtype)
    assert module["product"](factors)[0] == want
    executed("small sums", element, "values", 3)


# A model --------------------------------------------------------------------

EMBEDDING = """
func.func @model(%i: tensor<5xi32>) -> tensor<5x3xf64> {
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0>} : tensor<7x4xf64>
  %u = catgrad.parameter "u" {init = #catgrad.normal<mean = 0.0, std = 1.0>} : tensor<4x3xf64>
  %x = catgrad.gather %w, %i {axis = 0} : (tensor<7x4xf64>, tensor<5xi32>) -> tensor<5x4xf64>
  %0 = catgrad.matmul %x, %u : (tensor<5x4xf64>, tensor<4x3xf64>) -> tensor<5x3xf64>
  %m = catgrad.reduce_max %0 {dimensions = array<i64: 1>} : (tensor<5x3xf64>) -> tensor<5xf64>
  %b = catgrad.broadcast %m {dimensions = array<i64: 1>} : (tensor<5xf64>) -> tensor<5x3xf64>
  %1 = catgrad.subtract %0, %b : tensor<5x3xf64>
  return %1 : tensor<5x3xf64>
}
catgrad.learner @net model(@model) optimiser(#catgrad.sgd<rate = 1.0e-1>) loss(#catgrad.mse)
"""


def test_training_an_embedding(executed) -> None:
    """A step in place and out of place, and against numpy."""
    random = generator("embedding")
    w, u, y = random.normal(size=(7, 4)), random.normal(size=(4, 3)), random.normal(size=(5, 3))
    i = np.array([3, 0, 3, 6, 1], np.int32)
    step = native(EMBEDDING)["net_step"]
    for _ in range(5):
        z = w[i] @ u
        out = z - z.max(1, keepdims=True)
        d = out - y
        dz = d - (z == z.max(1, keepdims=True)) * d.sum(1, keepdims=True)
        dw = np.zeros_like(w)
        np.add.at(dw, i, dz @ u.T)
        want = [w - 0.1 * dw, u - 0.1 * (w[i].T @ dz)]
        w, u = step.both_ways(w, u, i, y)
        assert np.allclose(w, want[0], rtol=1e-13, atol=1e-13) and np.allclose(u, want[1], rtol=1e-13, atol=1e-13)
    executed("embedding", "f64", "values", 5)
