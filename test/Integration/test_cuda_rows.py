# ===- test_cuda_rows.py - several sums along a row in one kernel ----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Softmax, layer norm, cross entropy, their derivatives, and rows that are none of
these: one launch each, at lengths around those where a kernel is another one, against
the CPU's code in float64."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from arrows import derive, generator
from backends import native
from cuda import CudaProgram, cuda_program
from test_cuda import GPT, SCHEDULES, launches, schedule
from test_ops import assert_near

# Rows and elements: fewer than a warp, at and beyond the threads of a row, in registers and in a loop.
SHAPES = [(1, 1), (3, 2), (70, 5), (9, 33), (3, 255), (3, 257), (2, 700), (1, 2048), (2, 2051)]

ROWS = """
func.func @softmax{n}(%x: tensor<{n}xE>) -> tensor<{n}xE> {{
  %0 = catgrad.softmax %x {{axis = 1}} : tensor<{n}xE>
  return %0 : tensor<{n}xE>
}}
func.func @log_softmax{n}(%x: tensor<{n}xE>) -> tensor<{n}xE> {{
  %0 = catgrad.log_softmax %x {{axis = 1}} : tensor<{n}xE>
  return %0 : tensor<{n}xE>
}}
func.func @norm{n}(%x: tensor<{n}xE>, %g: tensor<{c}xE>, %b: tensor<{c}xE>) -> tensor<{n}xE> {{
  %0 = catgrad.layer_norm %x, %g, %b {{axis = 1, eps = 1.0e-5}} : (tensor<{n}xE>, tensor<{c}xE>, tensor<{c}xE>) -> tensor<{n}xE>
  return %0 : tensor<{n}xE>
}}
func.func @both{n}(%x: tensor<{n}xE>, %y: tensor<{n}xE>) -> (tensor<{n}xE>, tensor<{r}xE>) {{
  %0 = catgrad.multiply %x, %y : tensor<{n}xE>
  %1 = catgrad.reduce_max %0 {{dimensions = array<i64: 1>}} : (tensor<{n}xE>) -> tensor<{r}xE>
  %2 = catgrad.reduce_sum %x {{dimensions = array<i64: 1>}} : (tensor<{n}xE>) -> tensor<{r}xE>
  %3 = catgrad.multiply %1, %2 : tensor<{r}xE>
  %4 = catgrad.broadcast %3 {{dimensions = array<i64: 1>}} : (tensor<{r}xE>) -> tensor<{n}xE>
  %5 = catgrad.subtract %0, %4 : tensor<{n}xE>
  %6 = catgrad.reduce_min %5 {{dimensions = array<i64: 1>}} : (tensor<{n}xE>) -> tensor<{r}xE>
  return %5, %6 : tensor<{n}xE>, tensor<{r}xE>
}}
"""


def text(element: str) -> str:
    functions = "".join(ROWS.format(n=f"{r}x{c}", r=r, c=c) for r, c in SHAPES)
    derived = "".join(derive(f"{name}{r}x{c}_rev", f"{name}{r}x{c}") for r, c in SHAPES for name in ("softmax", "log_softmax", "norm"))
    return functions.replace("xE>", f"x{element}>") + derived


@functools.cache
def inputs(symbol: str, element: str) -> tuple[np.ndarray, ...]:
    random = generator("rows", symbol)
    return tuple(random.normal(size=value.shape).astype(value.dtype) for value in program(element)[symbol].inputs)


def program(element: str) -> CudaProgram:
    return cuda_program(text(element))


def call(element: str) -> dict[str, list[np.ndarray]]:
    return {symbol: function(*inputs(symbol, element)) for symbol, function in program(element).functions.items()}


@pytest.mark.parametrize("element", ["f32", "f64"])
def test_rows(element: str, executed) -> None:
    """Near the CPU's, in all schedules the same bits, and in one launch."""
    found = call(element)
    for order in SCHEDULES[1:]:
        with schedule(order):
            for symbol, again in call(element).items():
                assert [x.tobytes() for x in again] == [x.tobytes() for x in found[symbol]], symbol
    reference = native(text("f64"), "-O0")
    for symbol, got in found.items():
        want = reference[symbol](*(x.astype(np.float64) for x in inputs(symbol, element)))
        for g, w in zip(got, want, strict=True):
            assert_near(g, w, 1e-11 if element == "f64" else 2e-5, symbol)
        # The derivative of a norm has sums of columns as well, and one element is no row.
        apart = symbol.startswith("norm") and symbol.endswith("rev") or "1x1" in symbol
        assert program(element)[symbol].launches == 1 or apart, symbol
        executed(symbol.rstrip("0123456789x_rev"), element, "values", len(SCHEDULES))


def test_rows_of_integers(executed) -> None:
    """Exact, in rings and with bits; a sum of rows that a later one overwrites."""
    body = """
func.func @{e}(%x: tensor<9x45x{e}>) -> (tensor<9x45x{e}>, tensor<9x{e}>) {{
  %0 = catgrad.reduce_sum %x {{dimensions = array<i64: 1>}} : (tensor<9x45x{e}>) -> tensor<9x{e}>
  %1 = catgrad.broadcast %0 {{dimensions = array<i64: 1>}} : (tensor<9x{e}>) -> tensor<9x45x{e}>
  %2 = catgrad.multiply %x, %1 : tensor<9x45x{e}>
  %3 = catgrad.reduce_sum %2 {{dimensions = array<i64: 1>}} : (tensor<9x45x{e}>) -> tensor<9x{e}>
  %4 = catgrad.add %3, %0 : tensor<9x{e}>
  return %2, %4 : tensor<9x45x{e}>, tensor<9x{e}>
}}
"""
    device = cuda_program("".join(body.format(e=element) for element in ("i1", "i8", "i32", "i64")))
    random = generator("integer rows")
    for element, function in device.functions.items():
        x = random.integers(0, 2 if element == "i1" else 100, (9, 45)).astype(function.inputs[0].dtype)
        wide = x.astype(np.int64)
        products = wide * wide.sum(1, keepdims=True)
        want = products, products.sum(1) + wide.sum(1)
        for g, w in zip(function(x), want, strict=True):
            assert np.array_equal(g, w % 2 == 1 if element == "i1" else w.astype(g.dtype)), element
        assert function.launches == 1
        executed("rows", element, "values")


def test_cross_entropy(executed) -> None:
    """The gradient is one kernel along the rows, between the two products of a step."""
    source = """
func.func @model(%x: tensor<64x10xf32>) -> tensor<64x10xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<10x10xf32>
  %0 = catgrad.matmul %x, %w : (tensor<64x10xf32>, tensor<10x10xf32>) -> tensor<64x10xf32>
  return %0 : tensor<64x10xf32>
}
catgrad.learner @ce model(@model) optimiser(#catgrad.sgd<rate = 0.5>) loss(#catgrad.softmax_cross_entropy)
"""
    device, cpu, random = cuda_program(source), native(source), generator("cross entropy")
    w, x = random.normal(size=(10, 10)).astype(np.float32), random.normal(size=(64, 10)).astype(np.float32)
    label = np.eye(10, dtype=np.float32)[random.integers(0, 10, 64)]
    for symbol in ("ce_step", "ce_loss"):
        (got,), (want,) = device[symbol](w, x, label), cpu[symbol](w, x, label)
        assert_near(got, want, 1e-6, symbol)
        executed("cross entropy", "f32", "values")
    scores = np.exp(x.astype(float) @ w)
    gradient = x.T @ (scores / scores.sum(1, keepdims=True) - label) / 64
    assert_near(device["ce_step"](w, x, label)[0], w - 0.5 * gradient, 1e-5, "by hand")
    assert launches(source, "ce_step") == 3


def test_launches_of_a_language_model() -> None:
    """A step of the small GPT, by the report of the compiler."""
    assert launches(GPT, "gpt_step") <= 50


def test_many_tiles_side_by_side() -> None:
    """They share their shared memory: as much as one of them needs, not all."""
    count, matrix = 12, "tensor<40x40xf32>"
    lines = [f"  %r{i} = catgrad.matmul %x{i}, %x{(i + 1) % count} : ({matrix}, {matrix}) -> {matrix}" for i in range(count)]
    source = (f"func.func @f({', '.join(f'%x{i}: {matrix}' for i in range(count))}) -> ({', '.join([matrix] * count)}) {{\n"
              + "\n".join(lines) + f"\n  return {', '.join(f'%r{i}' for i in range(count))} : {', '.join([matrix] * count)}\n}}\n")
    function = cuda_program(source)["f"]
    random = generator("tiles side by side")
    xs = [random.integers(-9, 10, (40, 40)).astype(np.float32) for _ in range(count)]
    for i, got in enumerate(function(*xs)):
        assert np.array_equal(got, xs[i] @ xs[(i + 1) % count])
    assert function.launches == 1
