# ===- test_buffers.py - destinations, in-place updates, workspace ---------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions whose results are awkward to place, executed.

Each writes in place where a result has `catgrad.alias`; the harness compares in
place with out of place, and checks that nothing else is written. Integers, so
that every comparison is exact.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import harness

MODULE = """
// Called several times, with a transient of its own.
func.func private @g(%x: tensor<4x4xi32>) -> tensor<4x4xi32> {
  %0 = catgrad.matmul %x, %x : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = catgrad.matmul %0, %x : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>
  return %1 : tensor<4x4xi32>
}
func.func @callee_twice(%x: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi32>) {
  %0 = call @g(%x) : (tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = call @g(%0) : (tensor<4x4xi32>) -> tensor<4x4xi32>
  %2 = catgrad.add %0, %1 : tensor<4x4xi32>
  return %2, %1 : tensor<4x4xi32>, tensor<4x4xi32>
}

func.func @same_value(%x: tensor<4x4xi32>)
    -> (tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>, tensor<16xi32>) {
  %0 = call @g(%x) : (tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = catgrad.reshape %0 : (tensor<4x4xi32>) -> tensor<16xi32>
  return %0, %x, %0, %1 : tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>, tensor<16xi32>
}

func.func @reshaped(%x: tensor<4x4xi32>) -> tensor<2x8xi32> {
  %0 = catgrad.negate %x : tensor<4x4xi32>
  %1 = catgrad.reshape %0 : (tensor<4x4xi32>) -> tensor<2x8xi32>
  return %1 : tensor<2x8xi32>
}

// Each parameter takes the other's value.
func.func @swap(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}, tensor<4x4xi32> {catgrad.alias = 1 : i64}) {
  return %q, %p : tensor<4x4xi32>, tensor<4x4xi32>
}

// An update that changes nothing, one by a call, and both old values.
func.func @old_values(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}, tensor<4x4xi32> {catgrad.alias = 1 : i64},
        tensor<4x4xi32>, tensor<4x4xi32>) {
  %0 = call @g(%q) : (tensor<4x4xi32>) -> tensor<4x4xi32>
  return %p, %0, %q, %p : tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>
}

// One new value for two parameters, an old value for a third.
func.func @same_and_old(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>, %s: tensor<4x4xi32>, %t: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}, tensor<4x4xi32> {catgrad.alias = 1 : i64},
        tensor<4x4xi32> {catgrad.alias = 2 : i64}, tensor<4x4xi32> {catgrad.alias = 3 : i64}) {
  %0 = catgrad.subtract %t, %p : tensor<4x4xi32>
  %1 = catgrad.negate %0 : tensor<4x4xi32>
  return %0, %s, %1, %0 : tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>
}

// A loop that starts in a destination, of a function that is not inlined.
func.func private @multiples(%x: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<3x4x4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x4x4xi32>
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x, %s = %e) -> (tensor<4x4xi32>, tensor<3x4x4xi32>) {
    %0 = tensor.insert_slice %a into %s[%i, 0, 0] [1, 4, 4] [1, 1, 1] : tensor<4x4xi32> into tensor<3x4x4xi32>
    %1 = arith.addi %a, %x : tensor<4x4xi32>
    scf.yield %1, %0 : tensor<4x4xi32>, tensor<3x4x4xi32>
  }
  return %r#0, %r#1 : tensor<4x4xi32>, tensor<3x4x4xi32>
}
func.func @stack_twice(%x: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<3x4x4xi32>, tensor<3x4x4xi32>) {
  %0:2 = call @multiples(%x) : (tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<3x4x4xi32>)
  %1:2 = call @multiples(%0#0) : (tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<3x4x4xi32>)
  return %1#0, %0#1, %1#1 : tensor<4x4xi32>, tensor<3x4x4xi32>, tensor<3x4x4xi32>
}

// A loop that updates a parameter which is read behind it.
func.func @loop_on_parameter(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}, tensor<4x4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %p) -> (tensor<4x4xi32>) {
    %0 = arith.addi %a, %q : tensor<4x4xi32>
    scf.yield %0 : tensor<4x4xi32>
  }
  %1 = arith.muli %p, %r : tensor<4x4xi32>
  return %r, %1 : tensor<4x4xi32>, tensor<4x4xi32>
}

// Loops over nothing.
func.func @no_elements_carried(%x: tensor<3x0xi32>) -> tensor<3x0xi32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x, %b = %x) -> (tensor<3x0xi32>, tensor<3x0xi32>) {
    %0 = arith.addi %a, %b : tensor<3x0xi32>
    scf.yield %b, %0 : tensor<3x0xi32>, tensor<3x0xi32>
  }
  return %r#1 : tensor<3x0xi32>
}

// Reads the parameter in another order than it writes it.
func.func @turned(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}) {
  %0 = catgrad.transpose %p {permutation = array<i64: 1, 0>} : (tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = catgrad.add %0, %q : tensor<4x4xi32>
  return %1 : tensor<4x4xi32>
}

// An update that is a contraction of the parameter itself.
func.func @contracted(%p: tensor<4x4xi32>, %q: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}) {
  %0 = catgrad.matmul %p, %q : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}

// The updates are computed before the last reads of the old values.
func.func @momentum(%p: tensor<4x4xi32>, %v: tensor<4x4xi32>)
    -> (tensor<4x4xi32> {catgrad.alias = 0 : i64}, tensor<4x4xi32> {catgrad.alias = 1 : i64},
        tensor<4x4xi32>) {
  %0 = catgrad.add %v, %p : tensor<4x4xi32>
  %1 = catgrad.subtract %p, %0 : tensor<4x4xi32>
  %2 = catgrad.multiply %p, %v : tensor<4x4xi32>
  return %1, %0, %2 : tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>
}

// A caller keeps its inputs although the callee works in place.
func.func @calls_in_place(%p: tensor<4x4xi32>, %v: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi32>) {
  %0:3 = call @momentum(%p, %v) : (tensor<4x4xi32>, tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>)
  %1:3 = call @momentum(%0#0, %0#1) : (tensor<4x4xi32>, tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>)
  return %1#0, %p : tensor<4x4xi32>, tensor<4x4xi32>
}

func.func @constants() -> (tensor<3xi32>, tensor<2x2xf32>, tensor<i1>, tensor<3xi1>) {
  %0 = catgrad.constant dense<[1, 2, 3]> : tensor<3xi32>
  %1 = catgrad.constant dense<1.5> : tensor<2x2xf32>
  %2 = catgrad.constant dense<true> : tensor<i1>
  %3 = catgrad.constant dense<[true, false, true]> : tensor<3xi1>
  return %0, %1, %2, %3 : tensor<3xi32>, tensor<2x2xf32>, tensor<i1>, tensor<3xi1>
}

func.func @nothing(%x: tensor<4x4xi32>) {
  return
}

func.func private @h(%x: tensor<3x0xi32>) -> tensor<3x0xi32> {
  %0 = catgrad.negate %x : tensor<3x0xi32>
  %1 = catgrad.multiply %0, %x : tensor<3x0xi32>
  return %1 : tensor<3x0xi32>
}
func.func @no_elements(%x: tensor<3x0xi32>, %y: tensor<0x2xi32>, %s: tensor<i32>)
    -> (tensor<3x0xi32>, tensor<0x3xi32>, tensor<3x2xi32>, tensor<i32>, tensor<3xi32>) {
  %0 = call @h(%x) : (tensor<3x0xi32>) -> tensor<3x0xi32>
  %1 = call @h(%0) : (tensor<3x0xi32>) -> tensor<3x0xi32>
  %2 = catgrad.reshape %1 : (tensor<3x0xi32>) -> tensor<0x3xi32>
  %3 = catgrad.matmul %x, %y : (tensor<3x0xi32>, tensor<0x2xi32>) -> tensor<3x2xi32>
  %4 = catgrad.negate %s : tensor<i32>
  %5 = catgrad.reduce_sum %x {dimensions = array<i64: 1>} : (tensor<3x0xi32>) -> tensor<3xi32>
  return %1, %2, %3, %4, %5 : tensor<3x0xi32>, tensor<0x3xi32>, tensor<3x2xi32>, tensor<i32>, tensor<3xi32>
}

func.func @difference(%x: tensor<4x4xi32>, %y: tensor<4x4xi32>) -> tensor<4x4xi32> {
  %0 = catgrad.subtract %x, %y : tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}
"""

X, Y = np.random.default_rng(7).integers(-9, 10, (2, 4, 4), np.int32)
NO_ROWS, NO_COLUMNS = np.zeros((0, 2), np.int32), np.zeros((3, 0), np.int32)


def cube(x: np.ndarray) -> np.ndarray:
    return x @ x @ x


CASES = {
    "callee_twice": ((X,), (cube(X) + cube(cube(X)), cube(cube(X)))),
    "same_value": ((X,), (cube(X), X, cube(X), cube(X).reshape(16))),
    "reshaped": ((X,), (-X.reshape(2, 8),)),
    "swap": ((X, Y), (Y, X)),
    "old_values": ((X, Y), (X, cube(Y), Y, X)),
    "same_and_old": ((X, Y, X * Y, X @ Y), (X @ Y - X, X * Y, X - X @ Y, X @ Y - X)),
    "stack_twice": ((X,), (16 * X, np.stack([X, 2 * X, 3 * X]), np.stack([4 * X, 8 * X, 12 * X]))),
    "loop_on_parameter": ((X, Y), (X + 3 * Y, X * (X + 3 * Y))),
    "no_elements_carried": ((NO_COLUMNS,), (NO_COLUMNS,)),
    "turned": ((X, Y), (X.T + Y,)),
    "contracted": ((X, Y), (X @ Y,)),
    "momentum": ((X, Y), (-Y, X + Y, X * Y)),
    "calls_in_place": ((X, Y), (-(X + Y), X)),
    "constants": ((), (np.array([1, 2, 3], np.int32), np.full((2, 2), 1.5, np.float32),
                       np.array(True), np.array([True, False, True]))),
    "nothing": ((X,), ()),
    "no_elements": ((NO_COLUMNS, NO_ROWS, np.int32(5)),
                    (NO_COLUMNS, NO_COLUMNS.T, np.zeros((3, 2), np.int32), np.int32(-5), np.zeros(3, np.int32))),
    "difference": ((X, Y), (X - Y,)),
}


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("symbol", CASES)
def test_values_both_ways(symbol: str, level: str) -> None:
    arguments, expected = CASES[symbol]
    outputs = harness.compile_text(MODULE, level)[symbol].both_ways(*arguments)
    assert len(outputs) == len(expected)
    for output, value in zip(outputs, expected):
        np.testing.assert_array_equal(output, value, strict=True)


def test_every_public_function_has_a_case() -> None:
    assert set(harness.compile_text(MODULE, "-O2").functions) == set(CASES)


def test_inputs_may_be_one_array() -> None:
    difference = harness.compile_text(MODULE, "-O2")["difference"]
    x, out = X.copy(), np.full_like(X, 9)
    difference.address(x.ctypes.data, x.ctypes.data, out.ctypes.data, None)
    np.testing.assert_array_equal(out, np.zeros_like(X))


@pytest.mark.parametrize("symbol, copies", [
    ("momentum", 0),    # ordered so that no read comes after its write
    ("swap", 3),        # has no such order
    ("turned", 1),      # cannot be computed in place
    ("contracted", 1),
])
def test_copies_of_parameters(symbol: str, copies: int) -> None:
    text = harness.emit(MODULE, "bufferized")
    counted = re.search(rf"func\.func @{symbol}\(.*catgrad\.parameter_copies = (\d+)", text)
    assert counted and int(counted[1]) == copies


def test_no_heap_in_the_module() -> None:
    assert "memref.alloc" not in harness.emit(MODULE, "bufferized")
    assert "malloc" not in harness.emit(MODULE, "llvm")
