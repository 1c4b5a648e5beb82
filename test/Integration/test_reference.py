# ===- test_reference.py - the oracle itself, against numbers by hand ------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The reference evaluator decides what is right, so it is tested where numpy and
the dialect differ: rings, Z/2, axes, constants as text, and unknown operations. It is Python
that catgrad-translate writes, on the array backend `Numpy`."""

from __future__ import annotations

import re

import numpy as np
import pytest

from harness import ToolError
from reference import Numpy, evaluate


def run(signature: str, body: str, *arguments: np.ndarray, **options) -> list[np.ndarray]:
    """Evaluate a function whose arguments and results are given as MLIR types."""
    types, results = signature.split(" -> ")
    names = ", ".join(f"%a{i}: {type_}" for i, type_ in enumerate(re.findall(r"tensor<[^>]*>", types)))
    return evaluate(f"func.func @f({names}) -> {results} {{\n{body}\n}}", "f", *arguments, **options)


def test_integers_wrap_around() -> None:
    (r,) = run("tensor<2xi32> -> tensor<2xi32>", """
      %0 = catgrad.multiply %a0, %a0 : tensor<2xi32>
      %1 = catgrad.add %0, %a0 : tensor<2xi32>
      return %1 : tensor<2xi32>""", np.array([65536, 2**31 - 1], np.int32))
    assert r.tolist() == [65536, -(2**31)]
    assert r.dtype == np.int32


def test_sums_of_i32_stay_i32() -> None:
    (r,) = run("tensor<2x2xi32> -> tensor<2xi32>", """
      %0 = catgrad.reduce_sum %a0 {dimensions = array<i64: 1>} : (tensor<2x2xi32>) -> tensor<2xi32>
      return %0 : tensor<2xi32>""", np.array([[2**31 - 1, 1], [3, 4]], np.int32))
    assert r.tolist() == [-(2**31), 7]


def test_i1_is_the_ring_of_two_elements() -> None:
    a, b = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    add, subtract, negate, multiply = run(
        "tensor<4xi1>, tensor<4xi1> -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>)", """
      %0 = catgrad.add %a0, %a1 : tensor<4xi1>
      %1 = catgrad.subtract %a0, %a1 : tensor<4xi1>
      %2 = catgrad.negate %a0 : tensor<4xi1>
      %3 = catgrad.multiply %a0, %a1 : tensor<4xi1>
      return %0, %1, %2, %3 : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>""", a, b)
    assert add.tolist() == subtract.tolist() == [False, True, True, False]
    assert negate.tolist() == a.tolist()
    assert multiply.tolist() == [False, False, False, True]


@pytest.mark.parametrize("ones", [1, 2, 256, 257])  # 256 wraps in a byte
def test_sums_of_i1_are_parities(ones: int) -> None:
    row = np.ones((1, ones), bool)
    product, contraction, total = run(
        f"tensor<1x{ones}xi1>, tensor<{ones}x1xi1> -> (tensor<1x1xi1>, tensor<1x1xi1>, tensor<1xi1>)", f"""
      %0 = catgrad.matmul %a0, %a1 : (tensor<1x{ones}xi1>, tensor<{ones}x1xi1>) -> tensor<1x1xi1>
      %1 = catgrad.contract %a0, %a1 {{lhs_axes = array<i64: 1>, rhs_axes = array<i64: 0>}}
          : (tensor<1x{ones}xi1>, tensor<{ones}x1xi1>) -> tensor<1x1xi1>
      %2 = catgrad.reduce_sum %a0 {{dimensions = array<i64: 1>}} : (tensor<1x{ones}xi1>) -> tensor<1xi1>
      return %0, %1, %2 : tensor<1x1xi1>, tensor<1x1xi1>, tensor<1xi1>""", row, row.T)
    assert product.item() == contraction.item() == total.item() == bool(ones % 2)


def test_axes() -> None:
    x = np.arange(6, dtype=np.float64).reshape(2, 3)
    broadcast, transpose, contract = run(
        "tensor<2x3xf64> -> (tensor<2x4x3xf64>, tensor<3x4x2xf64>, tensor<3x3xf64>)", """
      %0 = catgrad.broadcast %a0 {dimensions = array<i64: 1>} : (tensor<2x3xf64>) -> tensor<2x4x3xf64>
      %1 = catgrad.transpose %0 {permutation = array<i64: 2, 1, 0>} : (tensor<2x4x3xf64>) -> tensor<3x4x2xf64>
      %2 = catgrad.contract %a0, %a0 {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>}
          : (tensor<2x3xf64>, tensor<2x3xf64>) -> tensor<3x3xf64>
      return %0, %1, %2 : tensor<2x4x3xf64>, tensor<3x4x2xf64>, tensor<3x3xf64>""", x)
    for j in range(4):
        assert np.array_equal(broadcast[:, j, :], x)
        assert np.array_equal(transpose[:, j, :], x.T)
    assert contract.tolist() == [[9, 12, 15], [12, 17, 22], [15, 22, 29]]


def test_transpose_of_three_axes_takes_result_axis_i_from_permutation_i() -> None:
    x = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    (r,) = run("tensor<2x3x4xi32> -> tensor<4x2x3xi32>", """
      %0 = catgrad.transpose %a0 {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xi32>) -> tensor<4x2x3xi32>
      return %0 : tensor<4x2x3xi32>""", x)
    assert all(r[k, i, j] == x[i, j, k] for i in range(2) for j in range(3) for k in range(4))


@pytest.mark.parametrize("element, values", [
    ("f32", np.linspace(-1, 1, 150).astype(np.float32)),   # printed as hexadecimal bytes
    ("f64", np.array([np.nan, np.inf, -0.0, 1e-300])),
    ("i32", np.arange(-100, 100).astype(np.int32)),
    ("i1", np.arange(131) % 3 == 0),                         # packed into bits
])
def test_constants(element: str, values: np.ndarray) -> None:
    def literal(value: np.generic) -> str:
        if element == "i1":
            return "true" if value else "false"
        return str(int(value)) if element == "i32" else hex(value.view(f"u{value.itemsize}"))
    type_ = f"tensor<{len(values)}x{element}>"
    (r,) = run(f" -> {type_}", f"""
      %0 = catgrad.constant dense<[{", ".join(map(literal, values))}]> : {type_}
      return %0 : {type_}""")
    assert r.dtype == values.dtype and r.tobytes() == values.tobytes()


def test_empty_tensors() -> None:
    (r,) = run("tensor<2x0xf32>, tensor<0x3xf32> -> tensor<2x3xf32>", """
      %0 = catgrad.matmul %a0, %a1 : (tensor<2x0xf32>, tensor<0x3xf32>) -> tensor<2x3xf32>
      return %0 : tensor<2x3xf32>""", np.zeros((2, 0), np.float32), np.zeros((0, 3), np.float32))
    assert np.array_equal(r, np.zeros((2, 3), np.float32))


def test_sigmoid_far_out_is_finite_and_floats_can_be_widened() -> None:
    x = np.array([-1e4, -100, 0, 1, 1e4], np.float32)
    body = """
      %0 = catgrad.sigmoid %a0 : tensor<5xf32>
      return %0 : tensor<5xf32>"""
    (r,) = run("tensor<5xf32> -> tensor<5xf32>", body, x)
    (wide,) = run("tensor<5xf32> -> tensor<5xf32>", body, x, floats=np.float64)
    assert r.dtype == np.float32 and wide.dtype == np.float64
    assert wide[3] == pytest.approx(0.7310585786300049, rel=1e-15)
    assert np.allclose(r, wide, rtol=1e-6) and r[4] == 1 and wide[1] > 0


def test_calls() -> None:
    text = """
      func.func @f(%x: tensor<f64>, %y: tensor<f64>) -> (tensor<f64>, tensor<f64>) {
        %0:2 = call @swap(%x, %y) : (tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<f64>)
        return %0#0, %0#1 : tensor<f64>, tensor<f64>
      }
      func.func private @swap(%x: tensor<f64>, %y: tensor<f64>) -> (tensor<f64>, tensor<f64>) {
        return %y, %x : tensor<f64>, tensor<f64>
      }"""
    assert [r.item() for r in evaluate(text, "f", np.float64(1), np.float64(2))] == [2, 1]


def test_an_operation_of_another_dialect_is_an_error_that_names_it() -> None:
    text = """
      func.func @f(%x: tensor<f64>) -> tensor<f64> {
        %0 = math.exp %x : tensor<f64>
        return %0 : tensor<f64>
      }"""
    with pytest.raises(ToolError, match="math.exp"):
        evaluate(text, "f", np.float64(1))


def test_an_operation_without_a_method_is_an_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="'no_such_operation'"):
        Numpy().no_such_operation(np.float64(1))


def test_the_wrong_number_of_arguments_is_an_error() -> None:
    with pytest.raises(TypeError, match="positional argument"):
        run("tensor<f32> -> tensor<f32>", "return %a0 : tensor<f32>", np.float32(1), np.float32(2))
