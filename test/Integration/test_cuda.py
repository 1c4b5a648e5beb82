# ===- test_cuda.py - compiled kernels on the GPU test double ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Every operation, the models and random programs as CUDA kernels, executed by the
double of test/gpu, against numpy by hand and the code of the CPU."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import cases
import harness
import iris_native
import test_transformer as gpt
import transformer
from arrows import derive, generator, sample, samples, tensor
from backends import native
from cuda import Resident, cuda_program, gpu
from cuda_native import needs_double, option
from iris_numpy import MODELS
from test_ops import TOLERANCE, assert_near, assert_same, cotangents, operands
from test_random import NAMES, assert_agree, functions
from random_programs import random_learner

ELEMENTS = ("f32", "f64", "i32", "i1")
SCHEDULES, STEPS = (0, 1, 2), 20


@contextmanager
def schedule(number: int) -> Iterator[None]:
    """Run blocks, warps and lanes in another order."""
    option("SCHEDULE", str(number))
    try:
        yield
    finally:
        option("SCHEDULE", "0")


# Operations -----------------------------------------------------------------

def of_major_types(op: str) -> list[cases.Case]:
    return [case for case in cases.select(op) if {t.element for t in case.inputs + case.results} <= set(ELEMENTS)]


# Modules of many operations, for a start of the compiler costs more than most of them.
OPS = sorted({case.op for case in cases.cases()})
BATCH = 8


def batch_text(ops: list[str]) -> str:
    return "".join(case.arrow.function(case.label)
                   + (derive(f"{case.label}_rev", case.label) if cases.differentiable(case) else "")
                   for op in ops for case in of_major_types(op))


@pytest.mark.parametrize("start", range(0, len(OPS), BATCH), ids=lambda i: f"{OPS[i]}..")
def test_operations(start: int, executed) -> None:
    """Values against numpy, bitwise where one rounding makes them; derivatives against the CPU."""
    ops = OPS[start:start + BATCH]
    text = batch_text(ops)
    device, cpu = cuda_program(text), native(text, "-O0")
    for op in ops:
        for case in of_major_types(op):
            at = operands(case, "values")
            got, want = device[case.label](*at), case.forward(*at)
            compare(case, got, want)
            if cases.differentiable(case):
                at = [*operands(case, "reverse"), *cotangents(case, "reverse")]
                compare(case, device[f"{case.label}_rev"](*at), cpu[f"{case.label}_rev"](*at), exact=False)
            executed(op, case.element, "values")


def compare(case: cases.Case, got: list[np.ndarray], want: list[np.ndarray], exact: bool = True) -> None:
    for g, w in zip(got, want, strict=True):
        if g.dtype.kind in "iub" or (exact and case.exact):
            assert_same(g, w, case.label)
        else:
            assert g.dtype == w.dtype
            tolerance = max(TOLERANCE[t.element] for t in case.inputs + case.results if t.element in TOLERANCE)
            finite = np.isfinite(w.astype(np.float64)) & np.isfinite(g.astype(np.float64))
            assert_near(np.where(finite, g, 0), np.where(finite, w, 0), tolerance, case.label)


# Models ---------------------------------------------------------------------

@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
@pytest.mark.parametrize("order", SCHEDULES)
def test_iris(model: iris_native.Model, order: int, executed) -> None:
    text = (iris_native.EXAMPLE / f"{model.name}.mlir").read_text()
    step = cuda_program(text)[f"{model.name}_step"]
    reference = iris_native.library(model)[f"{model.name}_step"]
    x, label = iris_native.data(np.float32)
    ours = theirs = iris_native.initial(model)
    with schedule(order):
        for turn in range(20):
            if turn == 0:  # w_out != w: copied, and the same bits
                apart = step(*ours, x, label)
            ours = step(*ours, x, label, inplace=True)
            theirs = reference(*theirs, x, label)
            if turn == 0:
                assert [a.tobytes() for a in apart] == [a.tobytes() for a in ours]
                iris_native.assert_near(ours, theirs, 1e-5)
    iris_native.assert_near(ours, theirs, 1e-5 if model.name == "linear" else 0.2)
    executed(model.name, "f32", "programs", 20)


def mlp(batch: int, inner: int, hidden: int = 64, outer: int = 10) -> str:
    """Two layers with biases, and softmax cross entropy."""
    return f"""
func.func @model(%x: tensor<{batch}x{inner}xf32>) -> tensor<{batch}x{outer}xf32> {{
  %w1 = catgrad.parameter "w1" {{init = #catgrad.normal<mean = 0.0, std = 0.05>}} : tensor<{inner}x{hidden}xf32>
  %b1 = catgrad.parameter "b1" {{init = #catgrad.zeros}} : tensor<{hidden}xf32>
  %w2 = catgrad.parameter "w2" {{init = #catgrad.normal<mean = 0.0, std = 0.05>}} : tensor<{hidden}x{outer}xf32>
  %b2 = catgrad.parameter "b2" {{init = #catgrad.zeros}} : tensor<{outer}xf32>
  %0 = catgrad.matmul %x, %w1 : (tensor<{batch}x{inner}xf32>, tensor<{inner}x{hidden}xf32>) -> tensor<{batch}x{hidden}xf32>
  %1 = catgrad.broadcast %b1 {{dimensions = array<i64: 0>}} : (tensor<{hidden}xf32>) -> tensor<{batch}x{hidden}xf32>
  %2 = catgrad.add %0, %1 : tensor<{batch}x{hidden}xf32>
  %3 = catgrad.relu %2 : tensor<{batch}x{hidden}xf32>
  %4 = catgrad.matmul %3, %w2 : (tensor<{batch}x{hidden}xf32>, tensor<{hidden}x{outer}xf32>) -> tensor<{batch}x{outer}xf32>
  %5 = catgrad.broadcast %b2 {{dimensions = array<i64: 0>}} : (tensor<{outer}xf32>) -> tensor<{batch}x{outer}xf32>
  %6 = catgrad.add %4, %5 : tensor<{batch}x{outer}xf32>
  return %6 : tensor<{batch}x{outer}xf32>
}}
catgrad.learner @mlp model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
"""


def launches(text: str, symbol: str) -> int:
    """How many a call makes, as the compiler reports."""
    report = harness.run_tool("catgrad-compile", "--target=cuda", "--cubin=false", "-", "--emit-kernel-report", "-", text=text)
    (count,) = re.findall(rf"^{symbol}: (\d+) launches", report, re.MULTILINE)
    return int(count)


def test_launches() -> None:
    """Of a step, by the report of the compiler."""
    assert launches((iris_native.EXAMPLE / "linear.mlir").read_text(), "linear_step") <= 3
    assert launches(mlp(64, 784, 512), "mlp_step") <= 8


def assert_trains(text: str, symbol: str, arguments: list[np.ndarray], tolerance: float) -> None:
    """20 steps, eager and as a replayed graph, in all schedules: the same bits, and near the CPU's."""
    reference = native(text)[symbol]
    theirs = list(arguments)
    for _ in range(STEPS):
        for value, output in zip(reference.outputs, reference(*theirs)):
            theirs[[v.name for v in reference.inputs].index(value.aliases)] = output
    found = []
    for order in SCHEDULES:
        with schedule(order):
            for replay in (False, True):
                resident = Resident(cuda_program(text)[symbol], *arguments)
                for _ in range(STEPS):
                    resident.step(replay)
                found.append(resident.results())
                resident.close()
    for other in found[1:]:
        assert [x.tobytes() for x in other] == [x.tobytes() for x in found[0]]
    for value, ours in zip(reference.outputs, found[0]):
        want = theirs[[v.name for v in reference.inputs].index(value.aliases)].astype(np.float64)
        assert np.linalg.norm(ours - want) <= tolerance * max(1e-30, np.linalg.norm(want)), value.name


def test_mlp(executed) -> None:
    text = mlp(8, 784)
    random = generator("mlp")
    label = np.eye(10, dtype=np.float32)[random.integers(0, 10, 8)]
    x = random.normal(size=(8, 784)).astype(np.float32)
    assert_trains(text, "mlp_step", [*native(text)["mlp_init"](np.int64(3)), x, label], 1e-5)
    executed("mlp", "f32", "programs", 6 * STEPS)


GPT = transformer.text(gpt.SHAPE, f"#catgrad.adamw<rate = {gpt.RATE}, weight_decay = {gpt.DECAY}>")


def test_transformer(executed) -> None:
    p, (tokens, labels) = gpt.start(), gpt.batch(0)
    arguments = [p[v.name] if v.name in p else np.zeros(v.shape, v.dtype) if v.role == "state"
                 else labels if v.role == "label" else tokens for v in native(GPT)["gpt_step"].inputs]
    assert_trains(GPT, "gpt_step", arguments, 1e-8)
    executed("transformer", "f64", "programs", 6 * STEPS)


# Random programs ------------------------------------------------------------

RANDOM_FUNCTIONS = [(0, "i32"), (0, "i1"), (0, "f32"), (1, "f64")]


@pytest.mark.parametrize("seed, element", RANDOM_FUNCTIONS)
def test_random_functions(seed: int, element: str, executed) -> None:
    text, arrows = functions(seed, element)
    device, cpu = cuda_program(text), native(text, "-O0")
    random = generator("numbers", seed, element)
    for name, arrow in arrows.items():
        a, b = samples(random, arrow.inputs), samples(random, arrow.results)
        for symbol, arguments in ((name, a), (f"{name}_rev", a + b)):
            assert_agree(device[symbol](*arguments), cpu[symbol](*arguments), symbol)
    executed("random functions", element, "random", 2 * len(arrows))


def learners_text() -> str:
    random = generator("learners", 0, "f32")
    return "".join(random_learner(random, "f32", f"learner{i}") for i in range(12))


def test_random_learners(executed) -> None:
    text = learners_text()
    random = generator("learners of numbers", 0, "f32")
    device, cpu = cuda_program(text), native(text, "-O0")
    for symbol, function in cpu.functions.items():
        if function.kind == "init":
            continue
        arguments = [sample(random, tensor(NAMES[value.dtype], *value.shape)) for value in function.inputs]
        want = function(*arguments)
        assert_agree(device[symbol](*arguments), want, symbol)
        assert_agree(device[symbol](*arguments, inplace=True), want, symbol)
    executed("random learners", "f32", "random", 5 * 12)


# Single kernels -------------------------------------------------------------

MATMULS = "".join(f"""
func.func @matmul{m}x{n}x{k}_{element}(%x: tensor<{m}x{k}x{element}>, %y: tensor<{k}x{n}x{element}>) -> tensor<{m}x{n}x{element}> {{
  %0 = catgrad.matmul %x, %y : (tensor<{m}x{k}x{element}>, tensor<{k}x{n}x{element}>) -> tensor<{m}x{n}x{element}>
  return %0 : tensor<{m}x{n}x{element}>
}}
""" for m, n, k, elements in ((1025, 1030, 9, ("f32",)), (65, 70, 40, ("f32", "f64", "i1")),
                          (33, 40, 64, ("f32", "f64", "i32", "i1", "f16"))) for element in elements)


def test_tiles_of_all_sizes(executed) -> None:
    """Each size of tile, with rows, columns and turns beyond its edge."""
    program = cuda_program(MATMULS)
    random = generator("tiles")
    for symbol, function in program.functions.items():
        element = symbol.rpartition("_")[2]
        x, y = (sample(random, tensor(element, *value.shape)) for value in function.inputs)
        wide = np.int64 if x.dtype.kind in "iub" else np.float64
        want = x.astype(wide) @ y.astype(wide)
        (got,) = function(x, y)
        if element == "i1":
            assert np.array_equal(got, want % 2 == 1), symbol
        elif element == "i32":
            assert np.array_equal(got, want.astype(np.int32)), symbol
        else:
            assert_near(got, want, {"f32": 1e-5, "f64": 1e-13, "f16": 2e-3}[element], symbol)
        executed("matmul", element, "values")


LONG_SUMS = """
func.func @all(%x: tensor<64x300xf32>) -> tensor<f32> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0, 1>} : (tensor<64x300xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func @columns(%x: tensor<9000x3xf32>) -> tensor<3xf32> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0>} : (tensor<9000x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @rows(%x: tensor<3x9000xf64>) -> tensor<3xf64> {
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 1>} : (tensor<3x9000xf64>) -> tensor<3xf64>
  return %0 : tensor<3xf64>
}
"""


def test_long_sums(executed) -> None:
    """In two stages: parts in many blocks, then their sum. Exact, for the numbers are small integers."""
    program = cuda_program(LONG_SUMS)
    random = generator("long sums")
    for symbol, want in (("all", lambda x: x.sum()), ("columns", lambda x: x.sum(0)), ("rows", lambda x: x.max(1))):
        function = program[symbol]
        x = random.integers(-9, 10, function.inputs[0].shape).astype(function.inputs[0].dtype)
        (got,) = function(x)
        assert np.array_equal(got, want(x)), symbol
        assert function.launches == 2
        executed("reduce_sum", "f32", "values")


def test_wide_indices(executed) -> None:
    """Indices that are data of 64 bits are not cut to the 32 bits that others have."""
    text = """
func.func @take(%x: tensor<5xf32>, %i: tensor<4xi64>) -> tensor<4xf32> {
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<5xf32>, tensor<4xi64>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @hot(%i: tensor<4xi64>) -> tensor<4x3xf32> {
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<4xi64>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
"""
    indices = np.array([1, 2**32 + 1, -(2**32) + 1, 2**40], np.int64)
    x = np.arange(5, dtype=np.float32)
    program = cuda_program(text)
    assert program["take"](x, indices)[0].tolist() == [1, 4, 0, 4]
    assert program["hot"](indices)[0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    executed("gather", "i64", "values")


VECTORS = """
func.func @map(%x: tensor<131072xf32>, %y: tensor<512x256xf32>) -> (tensor<512x256xf32>, tensor<131072xi1>) {
  %0 = catgrad.reshape %x : (tensor<131072xf32>) -> tensor<512x256xf32>
  %1 = catgrad.multiply %0, %y : tensor<512x256xf32>
  %2 = catgrad.reshape %1 : (tensor<512x256xf32>) -> tensor<131072xf32>
  %3 = catgrad.compare %2, %x {predicate = #catgrad.predicate<gt>} : (tensor<131072xf32>, tensor<131072xf32>) -> tensor<131072xi1>
  return %1, %3 : tensor<512x256xf32>, tensor<131072xi1>
}
"""


@needs_double
def test_vectors(executed) -> None:
    """Four elements at a time where all buffers allow it, and one by one where any does not: the same bits."""
    function = cuda_program(VECTORS)["map"]
    random = generator("vectors")
    x, y = (random.normal(size=value.shape).astype(np.float32) for value in function.inputs)
    instructions = []
    for alignment, order in ((1, 1), (16, 2)):
        gpu().alignment = alignment
        with schedule(order):
            product, greater = function(x, y)
        gpu().alignment = 1
        assert np.array_equal(product, x.reshape(512, 256) * y)
        assert np.array_equal(greater, (x.reshape(512, 256) * y).ravel() > x)
        assert function.launches == 1
        instructions.append(function.instructions)
        executed("multiply", "f32", "values")
    assert instructions[1] < instructions[0], "one load has four elements"


def transposed(m: int, n: int, k: int) -> str:
    """Products of operands that lie either way: the summed axis first, and last."""
    x, y = {0: (k, m), 1: (m, k)}, {0: (k, n), 1: (n, k)}
    return "".join(f"""
func.func @tiles{i}{j}(%x: {tensor("f32", *x[i])}, %y: {tensor("f32", *y[j])}) -> tensor<{m}x{n}xf32> {{
  %0 = catgrad.contract %x, %y {{lhs_axes = array<i64: {i}>, rhs_axes = array<i64: {j}>}} : ({tensor("f32", *x[i])}, {tensor("f32", *y[j])}) -> tensor<{m}x{n}xf32>
  return %0 : tensor<{m}x{n}xf32>
}}
""" for i in (0, 1) for j in (0, 1))


@pytest.mark.parametrize("m, n, k", [(65, 70, 40), (68, 72, 44), (132, 128, 20)])
def test_transposed_tiles(m: int, n: int, k: int, executed) -> None:
    """Whichever way operands lie; rows of a multiple of four are loaded four at a time where addresses allow it."""
    text, random = transposed(m, n, k), generator("transposed tiles", m)
    for symbol, function in cuda_program(text).functions.items():
        i, j = map(int, symbol[-2:])
        x, y = (random.integers(-9, 10, value.shape).astype(np.float32) for value in function.inputs)
        instructions = []
        for alignment in (1, 16):
            gpu().alignment = alignment
            (got,) = function(x, y)
            gpu().alignment = 1
            assert np.array_equal(got, np.tensordot(x, y, ([i], [j]))), symbol
            instructions.append(function.instructions)
            executed("contract", "f32", "values")
        if m == 68:
            assert instructions[1] < instructions[0], "one load has four elements"
    ptx = harness.emit(text, "ptx", "--target=cuda")
    assert ptx.count("_tiles(") == 4 and re.search(r"ld\.global(\.nc)?\.v4", ptx)
