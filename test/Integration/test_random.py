# ===- test_random.py - random programs against the reference ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random functions, their derivatives, and random learners: compiled code against
the reference evaluator, in place against out of place, and the residual policies
against each other. Bitwise in the rings."""

from __future__ import annotations

import numpy as np
import pytest

import harness
from arrows import Arrow, derive, generator, sample, samples, tensor
from backends import native, reference
from random_programs import random_function, random_learner

FUNCTIONS, LEARNERS = 30, 12  # in one module
# Random programs amplify rounding: sums cancel, products grow.
TOLERANCE = {"float64": 1e-9, "float32": 1e-2}
NAMES = {"float64": "f64", "float32": "f32", "int32": "i32", "bool": "i1"}

each_module = pytest.mark.parametrize("seed, element", [
    (seed, element) for element in ("i32", "i1", "f64", "f32") for seed in range(2)])


def assert_agree(got: list[np.ndarray], want: list[np.ndarray], what: str) -> None:
    assert len(got) == len(want)
    for i, (g, w) in enumerate(zip(got, want)):
        assert g.dtype == w.dtype and g.shape == w.shape, what
        if g.dtype.kind != "f":
            assert g.tobytes() == w.tobytes(), f"{what}, value {i}:\n{g}\nis not\n{w}"
        elif np.all(np.isfinite(w)) and np.max(np.abs(w), initial=0) < 1e12:
            error = np.max(np.abs(g - w), initial=0) / max(1.0, np.max(np.abs(w), initial=0))
            assert error < TOLERANCE[str(g.dtype)], f"{what}, value {i}: off by {error}"


def functions(seed: int, element: str) -> tuple[str, dict[str, Arrow]]:
    """A module of functions, some of which call earlier ones, and their derivatives."""
    random = generator("functions", seed, element)
    arrows: dict[str, Arrow] = {}
    text = ""
    callees = []
    for i in range(FUNCTIONS):
        name = f"random{i}"
        arrow = arrows[name] = random_function(random, element, callees)
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


@each_module
def test_random_learners(seed: int, element: str, executed) -> None:
    random = generator("learners", seed, element)
    text = "".join(random_learner(random, element, f"learner{i}") for i in range(LEARNERS))
    library, oracle = native(text), reference(text)
    count = 0
    for symbol, function in library.functions.items():
        if function.kind == "init":
            continue
        arguments = [sample(random, tensor(NAMES[str(value.dtype)], *value.shape)) for value in function.inputs]
        assert_agree(function.both_ways(*arguments), oracle[symbol](*arguments), symbol)
        count += 1
    assert count == 5 * LEARNERS
    executed("random learners", element, "reference", count)
