# ===- test_random_cases.py - random programs of every operation -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""300 random programs of every operation and element type that have cases: values
against numpy, derivatives against JAX and against tangents, and both at other
phases. `make random N=10000` runs more of them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import harness
import random_checks
from arrows import tensor
from random_cases import Program, available, mix
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


# Prints the programs of some seeds.
PRINTS = """
from random_cases import build
from random_checks import drawn, text
from random_recipes import generate
print(text({f"p{i}": build(recipe) for i, recipe in enumerate(generate(5, 12))}))
print(*(f"{each.seed}: {each.program.arrow.body}" for each in drawn("f64", 5, 8).values()))
"""


def test_a_seed_gives_the_same_programs(tmp_path: Path) -> None:
    """In every process, by every way in, with whatever modules: Hypothesis draws the constants of those that are loaded."""
    other = tmp_path / "laden.py"
    other.write_text(f"import numbered, pytest, run_random, scipy.linalg, catgrad.learner\n{PRINTS}")
    (tmp_path / "numbered.py").write_text(f"NUMBERS = {list(range(200, 1100))}\n")
    path = ":".join(map(str, [Path(random_checks.__file__).parent, harness.ROOT / "python", tmp_path]))
    first, second = (subprocess.run([sys.executable, *arguments], env={"PYTHONPATH": path, "PYTHONHASHSEED": hashes},
                                    capture_output=True, text=True, check=True).stdout
                     for arguments, hashes in ((["-c", PRINTS], "1"), ([str(other)], "2")))
    assert first.count("func.func") == 12 and first == second


def test_bits_of_the_oracle_are_a_field() -> None:
    """A float chosen by a sum of bits: JAX's would be their disjunction."""
    program = Program(("f64", ()))
    bits = mix("i1", 4, 1)
    at = np.array([True, False, True, False])
    assert bits.forward(at)[0].tolist() == [False] != np.asarray(bits.jax(at)).tolist()
    (choose,) = (case for case in available("f64")["select"] if [t.shape for t in case.inputs] == [()] * 3)
    (sum_,) = program.apply(bits, [program.fresh(tensor("i1", 4), at, False)])
    scalars = [program.fresh(tensor("f64"), np.array(x), False) for x in (2.0, 3.0)]
    program.apply(choose, [program.reshape(sum_, ()), *scalars])
    pulled = program.jax_pull([np.ones(program.nodes[i].type_.shape) for i in program.outputs])
    assert [pulled[i].tolist() for i in (1, 2)] == [0.0, 1.0]
