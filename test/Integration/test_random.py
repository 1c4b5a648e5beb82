# ===- test_random.py - random programs against the reference ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random functions, their derivatives, and random learners: compiled code against
the reference evaluator, in place against out of place, and the residual policies
against each other. Bitwise in the rings.

And derivatives against difference quotients, which are exact in Z/2^32: there
h = 2^16 has h * h = 0, so that f(a + h v) = f(a) + h D f(a) v for a polynomial f."""

from __future__ import annotations

import numpy as np
import pytest

import harness
from arrows import Arrow, derive, generator, sample, samples, tensor
from backends import native, reference
from mlir_text import DTYPES, is_float
from random_programs import random_function, random_learner

FUNCTIONS, LEARNERS = 30, 12  # in one module
# Random programs amplify rounding: sums cancel, products grow.
TOLERANCE = {"f64": 1e-9, "f32": 1e-2, "f16": 5e-2, "bf16": 0.2}
NAMES = {np.dtype(dtype): element for element, dtype in DTYPES.items()}

each_module = pytest.mark.parametrize("seed, element", [
    *((seed, element) for element in ("i32", "i1", "f64", "f32") for seed in range(2)),
    *((0, element) for element in ("i8", "i16", "i64", "f16", "bf16"))])


def assert_agree(got: list[np.ndarray], want: list[np.ndarray], what: str) -> None:
    assert len(got) == len(want)
    for i, (g, w) in enumerate(zip(got, want)):
        assert g.dtype == w.dtype and g.shape == w.shape, what
        if not is_float(g.dtype):
            assert g.tobytes() == w.tobytes(), f"{what}, value {i}:\n{g}\nis not\n{w}"
            continue
        tolerance, g, w = TOLERANCE[NAMES[g.dtype]], g.astype(np.float64), w.astype(np.float64)
        if np.all(np.isfinite(w)) and np.max(np.abs(w), initial=0) < 1e12:
            error = np.max(np.abs(g - w), initial=0) / max(1.0, np.max(np.abs(w), initial=0))
            assert error < tolerance, f"{what}, value {i}: off by {error}"


def functions(seed: int, element: str, smooth: bool = False) -> tuple[str, dict[str, Arrow]]:
    """A module of functions, some of which call earlier ones, and their derivatives."""
    random = generator("functions", seed, element, smooth)
    arrows: dict[str, Arrow] = {}
    text = ""
    callees = []
    for i in range(FUNCTIONS):
        name = f"random{i}"
        arrow = arrows[name] = random_function(random, element, callees, smooth)
        text += arrow.function(name) + derive(f"{name}_rev", name)
        if random.random() < 0.4:
            callees.append((name, arrow.inputs, arrow.results))
    return text, arrows


@each_module
def test_random_functions(seed: int, element: str, executed) -> None:
    text, arrows = functions(seed, element)
    modules = {"compiled": native(text)} | {
        policy: native(harness.opt(text, f"--catgrad-derive=residuals={policy}")) for policy in ("inputs", "recompute")}
    oracle = reference(text)
    random = generator("numbers", seed, element)
    for name, arrow in arrows.items():
        a, b = samples(random, arrow.inputs), samples(random, arrow.results)
        for symbol, arguments in ((name, a), (f"{name}_rev", a + b)):
            want = oracle[symbol](*arguments)
            for form, module in modules.items():
                assert_agree(module[symbol](*arguments), want, f"{symbol}, {form}")
    executed("random functions", element, "reference", 2 * len(modules) * len(arrows))


# Laws E1 to E8 and F2: how a module is written does not matter, nor whether it is
# simplified before R or only after.
FORMS = {
    "generic form": ["--mlir-print-op-generic"],
    "explicit wiring": ["--catgrad-explicit-wiring"],
    "explicit and implicit wiring": ["--catgrad-explicit-wiring", "--catgrad-implicit-wiring"],
    "simplified before R": ["--canonicalize", "--cse"],
}


@pytest.mark.parametrize("element", ["i32", "i1", "f64"])
def test_forms_of_a_module(element: str, executed) -> None:
    text, arrows = functions(7, element)
    first = native(text)
    random = generator("forms", element)
    numbers = {name: (samples(random, f.inputs), samples(random, f.results)) for name, f in arrows.items()}
    for form, flags in FORMS.items():
        other = native(harness.opt(text, *flags))
        for name, (a, b) in numbers.items():
            assert_agree(other[name](*a), first[name](*a), f"{name}, {form}")
            assert_agree(other[f"{name}_rev"](*a, *b), first[f"{name}_rev"](*a, *b), f"R[{name}], {form}")
    executed("random functions", element, "law E8, F2 forms", 2 * len(FORMS) * len(arrows))


def inner(xs: list[np.ndarray], ys: list[np.ndarray], dtype: type) -> np.ndarray:
    with np.errstate(over="ignore"):
        return sum((np.sum(x * y, dtype=dtype) for x, y in zip(xs, ys, strict=True)), dtype(0))


@pytest.mark.parametrize("seed", range(2))
def test_derivatives_by_exact_differences(seed: int, executed) -> None:
    """h <R[f](a, b), v> = <b, f(a + h v) - f(a)> in Z/2^32 with h = 2^16, bitwise."""
    text, arrows = functions(seed, "i32", smooth=True)
    module = native(text)
    random = generator("exact", seed)
    h = np.int32(2**16)
    moved = 0
    for name, f in arrows.items():
        a, b = samples(random, f.inputs), samples(random, f.results)
        reverse = module[f"{name}_rev"](*a, *b)
        for _ in range(8):
            v = samples(random, f.inputs)
            with np.errstate(over="ignore"):
                there = module[name](*(np.asarray(x + h * y) for x, y in zip(a, v)))
                change = [np.asarray(y - x) for x, y in zip(module[name](*a), there)]
                assert h * inner(reverse, v, np.int32) == inner(b, change, np.int32), name
            moved += any(np.any(c) for c in change)
    assert moved > 4 * len(arrows)
    executed("random functions", "i32", "differences", 8 * len(arrows))


@pytest.mark.parametrize("seed", range(2))
def test_derivatives_by_differences(seed: int, executed) -> None:
    """<R[f](a, b), v> against central differences in float64."""
    text, arrows = functions(seed, "f64", smooth=True)
    module = native(text)
    random = generator("differences", seed)
    count = 0
    for name, f in arrows.items():
        a, b = samples(random, f.inputs), samples(random, f.results)
        reverse = module[f"{name}_rev"](*a, *b)
        for _ in range(2):
            v = samples(random, f.inputs)
            h = 1e-6
            up, down = (module[name](*(np.asarray(x + s * y) for x, y in zip(a, v))) for s in (h, -h))
            # Where numbers grow beyond all bounds, rounding hides the slope.
            if max((np.max(np.abs(u), initial=0) for u in up), default=0) < 1e3:
                want = inner(b, [(u - d) / (2 * h) for u, d in zip(up, down)], np.float64)
                assert inner(reverse, v, np.float64) == pytest.approx(want, rel=1e-4, abs=1e-4), name
                count += 1
    assert count > len(arrows)
    executed("random functions", "f64", "differences", count)


@each_module
def test_random_learners(seed: int, element: str, executed) -> None:
    random = generator("learners", seed, element)
    text = "".join(random_learner(random, element, f"learner{i}") for i in range(LEARNERS))
    library, oracle = native(text), reference(text)
    count = 0
    for symbol, function in library.functions.items():
        if function.kind == "init":
            continue
        arguments = [sample(random, tensor(NAMES[value.dtype], *value.shape)) for value in function.inputs]
        assert_agree(function.both_ways(*arguments), oracle[symbol](*arguments), symbol)
        count += 1
    assert count == 5 * LEARNERS
    executed("random learners", element, "reference", count)
