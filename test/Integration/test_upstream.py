# ===- test_upstream.py - derivatives of upstream operations, executed -------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Reverse derivatives of functions over arith, math, linalg, tensor and scf.

The derivatives come from catgrad-derive; everything after it is MLIR's own: the
passes of mlir-opt, mlir-translate, clang. Values are held against difference
quotients of the function itself, which shares nothing with any rule.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import harness
from backends import Run, Stock, run_stock, stock_library, stock_tool
from upstream_base import MAPS, Case, t
from upstream_cases import CASES
from upstream_programs import program

# Inlined, because MLIR's bufferisation writes to what a call returns, also where that is
# a constant. What a loop carries need not be computed in place.
LOWER = ("inline", "symbol-dce", "convert-elementwise-to-linalg",
         "one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops "
         "function-boundary-type-conversion=identity-layout-map}", "canonicalize",
         "convert-linalg-to-loops", "expand-strided-metadata", "lower-affine", "convert-scf-to-cf", "canonicalize",
         "cse", "convert-math-to-llvm", "convert-math-to-libm", "convert-to-llvm", "reconcile-unrealized-casts", "canonicalize")
# With a copy before every write: the analysis (22.1.8) computes a program of nested regions in
# place after cse and gets another result, which it does not without cse, or with the copies.
LOWER_WITH_COPIES = tuple(name.replace("one-shot-bufferize{", "one-shot-bufferize{copy-before-write ")
                          for name in LOWER)
DERIVE = "--catgrad-derive"


def build(text: str, *flags: str) -> Stock:
    """The module after catgrad-derive, compiled by MLIR's passes and tools."""
    return Stock(harness.opt(text, *(flags or (DERIVE,))), LOWER_WITH_COPIES, "-O0")


# Difference quotients ---------------------------------------------------------

def dot(left: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> float:
    return sum(float(np.sum(a * b)) for a, b in zip(left, right, strict=True))


def moved(arrays: Sequence[np.ndarray], direction: Sequence[np.ndarray], step: float) -> list[np.ndarray]:
    return [a + step * v for a, v in zip(arrays, direction, strict=True)]


def slope(f: Run, inputs: Sequence[np.ndarray], direction: Sequence[np.ndarray],
          cotangents: Sequence[np.ndarray], step: float) -> float:
    """The derivative of <cotangents, f> along the direction, with an error of step to the fourth."""
    at = {k: dot(cotangents, f(*moved(inputs, direction, k * step))) for k in (-2, -1, 1, 2)}
    return (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * step)


def check_reverse(f: Run, reverse: Run, draw: Callable[[], list[np.ndarray]], rng: np.random.Generator,
                  directions: int = 3) -> int:
    """<d, D f(x) v> from quotients and <R f(x, d), v> agree. Gives the number of directions.

    A point where the quotients of two steps differ lies next to a kink or a jump: the
    next one is drawn.
    """
    for _ in range(8):
        inputs = draw()
        results = f(*inputs)
        assert all(np.all(np.isfinite(result)) for result in results)
        cotangents = [rng.uniform(-1, 1, result.shape) for result in results]
        gradient = reverse(*inputs, *cotangents)
        assert [g.shape for g in gradient] == [x.shape for x in inputs]
        size = 1 + max(float(np.max(np.abs(g), initial=0)) for g in gradient)
        pairs = []
        for _ in range(directions):
            v = [rng.uniform(-1, 1, x.shape) for x in inputs]
            coarse, fine = (slope(f, inputs, v, cotangents, step) for step in (2e-4, 1e-4))
            pairs.append((coarse, fine, dot(gradient, v)))
        if all(abs(coarse - fine) <= 1e-7 * size for coarse, fine, _ in pairs):
            for _, fine, ours in pairs:
                assert abs(ours - fine) <= 1e-7 * size, f"derivative {ours}, quotient {fine}"
            return directions
    raise AssertionError("no point without a kink nearby")


# Operations -------------------------------------------------------------------

def normal(name: str) -> str:
    return name.lower().replace("_", "")


def ops_with_model() -> set[str]:
    """What lib/Models attaches a model to, as dialect.op without underscores."""
    found = set()
    for path in (harness.ROOT / "lib" / "Models").glob("*.cpp"):
        text = path.read_text()
        # The dialect of the file is that of its lambda or struct names.
        for op in re.findall(r"(\w+)::(\w+)Op::attachInterface", text):
            found.add(f"{op[0]}.{normal(op[1])}")
        for arguments in re.findall(r"\battach\w*<([^()\[]*)", text):
            for op in re.findall(r"(\w+)::(\w+)Op\b", arguments):
                found.add(f"{op[0]}.{normal(op[1])}")
    assert len(found) > 100
    return found


def test_every_model_has_a_case() -> None:
    used = {f"{dialect}.{normal(op)}" for case in CASES
            for dialect, op in re.findall(r"\b(arith|math|linalg|tensor|scf)\.(\w+)", case.text)}
    assert ops_with_model() - used == set()


@pytest.fixture(scope="module")
def module() -> Stock:
    return build(MAPS + "".join(case.text for case in CASES))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reverse_of_op(case: Case, module: Stock, executed: Callable[..., None]) -> None:
    rng = np.random.default_rng([len(case.text), *case.name.encode()])
    types = module.signatures[case.name][0]

    def draw() -> list[np.ndarray]:
        return [np.array(rng.uniform(case.low, case.high, type_.shape)) for type_ in types]

    if case.name == "single_precision":  # its quotients are those of rounding
        x, d = draw()[0], rng.uniform(-1, 1, 3)
        assert np.allclose(module["single_precision_rev"](x, d)[0], 2 * x * d, rtol=1e-6, atol=0)
        number = 1
    else:
        number = check_reverse(module[case.name], module[case.name + "_rev"], draw, rng)
    executed(f"upstream {case.name}", "f64", "differences", number)


# Random programs --------------------------------------------------------------

SEEDS = range(50)
AGAIN = (0, 1, 2, 3, 4)  # of which R[R] is taken
LOOPS_AGAIN = ("for_in_for", "if_in_for_in_if", "tied_weight")


def build_programs(policy: str) -> Stock:
    """All programs and their derivatives, with a residual policy."""
    text = "".join(program(seed)[0] + f"catgrad.derive @p{seed}_rev of(@p{seed})\n" for seed in SEEDS)
    return build(text, f"--pass-pipeline=builtin.module(catgrad-derive{{residuals={policy}}})")


@pytest.fixture(scope="module")
def programs() -> Stock:
    return build_programs("rule")


def drawer(module: Stock, symbol: str, rng: np.random.Generator) -> Callable[[], list[np.ndarray]]:
    """Draws inputs of a function."""
    types = module.signatures[symbol][0]
    return lambda: [np.array(rng.uniform(-1.5, 1.5, type_.shape)) for type_ in types]


@pytest.mark.parametrize("seed", SEEDS)
def test_reverse_of_program(seed: int, programs: Stock, executed: Callable[..., None]) -> None:
    print("seed", seed)
    rng = np.random.default_rng([seed, 1])
    number = check_reverse(programs[f"p{seed}"], programs[f"p{seed}_rev"], drawer(programs, f"p{seed}", rng), rng)
    executed("upstream random programs", "f64", "differences", number)


@pytest.mark.parametrize("policy", ["inputs", "recompute"])
def test_residual_policies_agree(policy: str, programs: Stock, executed: Callable[..., None]) -> None:
    """The same operations on the same numbers, hence the same bits."""
    other = build_programs(policy)
    for seed in SEEDS:
        rng = np.random.default_rng([seed, 2])
        reverse = f"p{seed}_rev"
        inputs = drawer(programs, reverse, rng)()
        for ours, theirs in zip(programs[reverse](*inputs), other[reverse](*inputs), strict=True):
            assert np.array_equal(ours, theirs), f"seed {seed}"
    executed("upstream random programs", "f64", "phases", len(SEEDS))


@pytest.fixture(scope="module")
def second_order() -> Stock:
    """R[R[f]] of programs and of loops: the derivative of what catgrad-derive made."""
    names = [f"p{seed}" for seed in AGAIN] + list(LOOPS_AGAIN)
    cases = {case.name: case for case in CASES}
    text = MAPS
    text += "".join(program(seed)[0] + f"catgrad.derive @p{seed}_rev of(@p{seed})\n" for seed in AGAIN)
    text += "".join(cases[name].text for name in LOOPS_AGAIN)
    # Two stages: a derivative exists only once its pass has run.
    first = harness.opt(text, DERIVE).rstrip().removesuffix("}")
    return build(first + "".join(f"catgrad.derive @{name}_again of(@{name}_rev)\n" for name in names) + "}\n")


@pytest.mark.parametrize("name", [f"p{seed}" for seed in AGAIN] + list(LOOPS_AGAIN))
def test_reverse_of_reverse(name: str, second_order: Stock, executed: Callable[..., None]) -> None:
    module, rng = second_order, np.random.default_rng([*name.encode(), 3])
    draw = drawer(module, f"{name}_rev", rng)
    number = check_reverse(module[f"{name}_rev"], module[f"{name}_again"], draw, rng)
    executed("upstream R[R]", "f64", "differences", number)


# Exact values -----------------------------------------------------------------

RINGS = """
func.func @sum(%x: tensor<5xi32>, %y: tensor<5xi32>) -> tensor<5xi32> {
  %r = arith.addi %x, %y : tensor<5xi32>
  return %r : tensor<5xi32>
}
func.func @difference(%x: tensor<5xi32>, %y: tensor<5xi32>) -> tensor<5xi32> {
  %r = arith.subi %x, %y : tensor<5xi32>
  return %r : tensor<5xi32>
}
func.func @product(%x: tensor<5xi32>, %y: tensor<5xi32>) -> tensor<5xi32> {
  %r = arith.muli %x, %y : tensor<5xi32>
  return %r : tensor<5xi32>
}
func.func @cube(%x: tensor<5xi32>) -> tensor<5xi32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%v = %x) -> tensor<5xi32> {
    %p = arith.muli %v, %x : tensor<5xi32>
    scf.yield %p : tensor<5xi32>
  }
  return %r : tensor<5xi32>
}
func.func @matmul(%x: tensor<2x3xi32>, %y: tensor<3x4xi32>, %z: tensor<2x4xi32>) -> tensor<2x4xi32> {
  %r = linalg.matmul ins(%x, %y : tensor<2x3xi32>, tensor<3x4xi32>) outs(%z : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %r : tensor<2x4xi32>
}
"""

TIES = """
func.func @tie_{name}(%x: tensor<3xf64>, %y: tensor<3xf64>) -> tensor<3xf64> {{
  %r = arith.{name} %x, %y : tensor<3xf64>
  return %r : tensor<3xf64>
}}
"""
EXTREMA = ("maximumf", "minimumf", "maxnumf", "minnumf")
KINK = """
func.func @kink(%x: tensor<3xf64>) -> tensor<3xf64> {
  %r = math.absf %x : tensor<3xf64>
  return %r : tensor<3xf64>
}
"""


@pytest.fixture(scope="module")
def exact() -> Stock:
    text = RINGS + "".join(TIES.format(name=name) for name in EXTREMA) + KINK
    return build(text + "".join(f"catgrad.derive @{name}_rev of(@{name})\n" for name in re.findall(r"@(\w+)\(", text)))


def test_rings(exact: Stock, executed: Callable[..., None]) -> None:
    """In Z/2^32 every derivative of a polynomial is exact."""
    rng = np.random.default_rng(5)

    def draw(*shape: int) -> np.ndarray:
        return rng.integers(-2**31, 2**31, shape).astype(np.int32)

    module, (x, y, d) = exact, draw(3, 5)
    a, b, c, e = draw(2, 3), draw(3, 4), draw(2, 4), draw(2, 4)
    expected = {
        "sum": ((x, y, d), (d, d)), "difference": ((x, y, d), (d, -d)), "product": ((x, y, d), (y * d, x * d)),
        "cube": ((x, d), (3 * x * x * d,)), "matmul": ((a, b, c, e), (e @ b.T, a.T @ e, e)),
    }
    for name, (inputs, gradient) in expected.items():
        for ours, theirs in zip(module[f"{name}_rev"](*inputs), gradient, strict=True):
            assert ours.dtype == np.int32 and np.array_equal(ours, theirs), name
        executed(f"upstream {name} in Z/2^32", "i32", "values", len(gradient))


def test_ties_and_kinks(exact: Stock, executed: Callable[..., None]) -> None:
    """At a tie each operand of an extremum gets half; the derivative of |x| at 0 is 0."""
    module, x, d = exact, np.array([1.0, -2.0, 0.0]), np.array([2.0, -3.0, 5.0])
    for name in EXTREMA:
        for ours in module[f"tie_{name}_rev"](x, x, d):
            assert np.array_equal(ours, d / 2)
    assert np.array_equal(module["kink_rev"](x, d)[0], np.sign(x) * d)
    executed("upstream ties", "f64", "values", 2 * len(EXTREMA) + 1)


# A network with a loop, by MLIR's tools alone ------------------------------------

MLP = """
func.func @mlp(%x: tensor<5x4xf64>, %w: tensor<3x4x4xf64>, %b: tensor<3x4xf64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %h = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> tensor<5x4xf64> {
    %wi = tensor.extract_slice %w[%i, 0, 0] [1, 4, 4] [1, 1, 1] : tensor<3x4x4xf64> to tensor<4x4xf64>
    %bi = tensor.extract_slice %b[%i, 0] [1, 4] [1, 1] : tensor<3x4xf64> to tensor<4xf64>
    %e = tensor.empty() : tensor<5x4xf64>
    %c = linalg.broadcast ins(%bi : tensor<4xf64>) outs(%e : tensor<5x4xf64>) dimensions = [0]
    %m = linalg.matmul ins(%a, %wi : tensor<5x4xf64>, tensor<4x4xf64>) outs(%c : tensor<5x4xf64>) -> tensor<5x4xf64>
    %t = math.tanh %m : tensor<5x4xf64>
    scf.yield %t : tensor<5x4xf64>
  }
  %e = tensor.empty() : tensor<f64>
  %f = linalg.fill ins(%zero : f64) outs(%e : tensor<f64>) -> tensor<f64>
  %loss = linalg.reduce { arith.addf } ins(%h : tensor<5x4xf64>) outs(%f : tensor<f64>) dimensions = [0, 1]
  return %loss : tensor<f64>
}
catgrad.derive @mlp_rev of(@mlp)
"""


def literal(array: np.ndarray) -> str:
    return f"arith.constant dense<{array.tolist()}> : tensor<{''.join(f'{n}x' for n in array.shape)}f64>"


def test_network_in_stock_tools(tmp_path: Path, executed: Callable[..., None]) -> None:
    """mlir-opt with the plugin differentiates it, MLIR's passes lower it, mlir-runner runs it."""
    rng = np.random.default_rng(11)
    x, w, b = (rng.uniform(-1, 1, shape) for shape in ((5, 4), (3, 4, 4), (3, 4)))
    layers = [x]
    for i in range(3):
        layers.append(np.tanh(layers[-1] @ w[i] + b[i]))
    dh, dw, db = np.full((5, 4), 0.5), np.zeros_like(w), np.zeros_like(b)
    for i in (2, 1, 0):
        dz = dh * (1 - layers[i + 1] ** 2)
        dw[i], db[i], dh = layers[i].T @ dz, dz.sum(axis=0), dz @ w[i].T

    source, derived, joined, lowered = (tmp_path / f"{name}.mlir" for name in ("mlp", "derived", "joined", "lowered"))
    source.write_text(MLP)
    run_stock("mlir-opt", source, f"--load-dialect-plugin={harness.BUILD}/lib/CatgradPlugin.so",
              "--pass-pipeline=builtin.module(catgrad-derive)", "-o", derived)
    assert "catgrad." not in derived.read_text()
    prints = "".join(f"  %p{i} = tensor.cast %d{i} : {t(*array.shape)} to tensor<*xf64>\n"
                     f"  call @printMemrefF64(%p{i}) : (tensor<*xf64>) -> ()\n" for i, array in enumerate((x, w, b)))
    types = ", ".join(t(*array.shape) for array in (x, w, b))
    joined.write_text(derived.read_text().rstrip().removesuffix("}") + f"""
func.func private @printMemrefF64(tensor<*xf64>)
func.func @main() {{
  %x = {literal(x)}
  %w = {literal(w)}
  %b = {literal(b)}
  %d = arith.constant dense<0.5> : tensor<f64>
  %d0, %d1, %d2 = call @mlp_rev(%x, %w, %b, %d) : ({types}, tensor<f64>) -> ({types})
{prints}  return
}}
}}
""")
    run_stock("mlir-opt", joined, f"--pass-pipeline=builtin.module({','.join(LOWER)})", "-o", lowered)
    libraries = ",".join(str(stock_library(name)) for name in ("mlir_runner_utils", "mlir_c_runner_utils"))
    printed = subprocess.run([stock_tool("mlir-runner"), str(lowered), "-e", "main", "--entry-point-result=void",
                              f"--shared-libs={libraries},libm.so.6"], capture_output=True, text=True, check=True).stdout
    numbers = [np.array(re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", part.partition("data =")[2]), float)
               for part in printed.split("Unranked Memref")[1:]]
    for ours, theirs in zip(numbers, (dh, dw, db), strict=True):
        assert np.allclose(ours, theirs.ravel(), rtol=2e-5, atol=1e-5)
    executed("upstream network in stock tools", "f64", "programs", 3)
