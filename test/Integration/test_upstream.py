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
from collections.abc import Callable, Sequence

import numpy as np
import pytest

import harness
import upstream_cases
from backends import TO_LLVM, Run, Stock
from upstream_cases import CASES, Case

# What a loop carries need not be computed in place.
LOWER = ("convert-elementwise-to-linalg",
         "one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops "
         "function-boundary-type-conversion=identity-layout-map}", "canonicalize", *TO_LLVM)
DERIVE = "--catgrad-derive"


def build(text: str, *flags: str) -> Stock:
    """The module after catgrad-derive, compiled by MLIR's passes and tools."""
    return Stock(harness.opt(text, *(flags or (DERIVE,))), LOWER, "-O0")


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
    return build(upstream_cases.MAPS + "".join(case.text for case in CASES))


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
