# ===- test_mutants.py - a wrong rule is noticed -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A few mutants of every operation's reverse derivative, always the same ones, on one case of an element type.
`make mutants` makes all of them."""

from __future__ import annotations

import pytest

import cases
from mutants import Table, run

EVERY = 3  # one mutant of a representative in so many

OPERATIONS = sorted({op for op, element in cases.pairs() if element in ("f64", "i32") and cases.has_representative(op, element)})


@pytest.mark.parametrize("op", OPERATIONS)
def test_no_mutant_survives(op: str, executed) -> None:
    table = Table()
    run(op, table, take=lambda index: index % EVERY == 0, few=True)
    assert not table.survived, "\n".join(table.survived)
    assert table.caught[op] + len(table.equivalent) == table.mutants[op]
    executed(op, "f64", "mutants", table.mutants[op])


def test_a_mutant_survives_where_nothing_is_tested(monkeypatch) -> None:
    """Without the checks, nothing is caught: the table does not say so by itself."""
    monkeypatch.setattr("mutants.notices", lambda case, reverse: False)
    table = Table()
    run("multiply", table, take=lambda index: index == 0, few=True)
    assert table.survived and not table.caught
