# ===- test_random_cases.py - random programs of every operation -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""300 random programs of every operation and element type that have cases: values
against numpy, derivatives against JAX and against tangents, and both at other
phases. `make random N=10000` runs more of them.
"""

from __future__ import annotations

import numpy as np
import pytest

import random_checks
from random_cases import Program, available
from random_checks import run_batch

SEEDS, COUNT = 3, 100


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_programs(seed: int, executed) -> None:
    print(f"seed {seed}")
    outcome = run_batch(seed, COUNT)
    assert not outcome.failures, "\n\n".join(outcome.failures)
    assert outcome.programs == COUNT
    present = {op for element in ("f64", "i32", "i1") for op in available(element)}
    assert len(present - set(outcome.operations)) <= len(present) // 8, present - set(outcome.operations)
    for element, number in outcome.elements.items():
        executed("random programs", element, "random", number)


def test_a_wrong_derivative_is_found(monkeypatch, tmp_path) -> None:
    """A rule that is wrong is found, and the program made small."""
    right = Program.push
    monkeypatch.setattr(Program, "push", lambda self, v: [
        np.asarray(x + 1) if x.dtype == np.int32 and "negate" in self.operations else x for x in right(self, v)])
    monkeypatch.setattr(random_checks, "PHASES", {"rev, compiled again": random_checks.PHASES["rev, compiled again"]})
    outcome = run_batch(0, 30, tmp_path)
    assert outcome.failures and "minimal program" in outcome.failures[0]
    (first, *_) = sorted(tmp_path.glob("*.mlir"))
    assert "catgrad.negate" in first.read_text() and first.read_text().count("catgrad.") <= 12
