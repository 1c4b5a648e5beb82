# ===- conftest.py - count the checks that were executed --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The fixture `executed`, by which tests say what they have checked, and the table
of it at the end of the run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest

KEY = "executed"
counts: Counter[tuple[str, str, str]] = Counter()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "double: wants the GPU test double, so that a run on a real device leaves it out")


@pytest.fixture
def executed(request: pytest.FixtureRequest) -> Callable[..., None]:
    """executed(subject, element, check, number): that many checks have passed."""
    def record(subject: str, element: str, check: str, number: int = 1) -> None:
        assert check in COLUMNS or check.startswith("law ")
        request.node.user_properties.append((KEY, (subject, element, check, number)))

    return record


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collects from this process or, with pytest-xdist, from the workers."""
    if report.when == "call" and report.passed:
        for key, value in report.user_properties:
            if key == KEY:
                subject, element, check, number = value
                counts[subject, element, check] += number


COLUMNS = {
    "round trip": "cases through text, generic form and bytecode",
    "refused": "cases without a derivative, refused",
    "values": "compiled values against numpy by hand",
    "transpose": "reverse derivative against the transposed tangent map, every input element",
    "jax": "reverse derivative against JAX's vjp, in float64",
    "differences": "reverse derivative against difference quotients, in float64 or exact in Z/2^32",
    "second": "second derivatives against tangents, bitwise in the rings",
    "random": "random programs against numpy, JAX, tangents and other phases",
    "mutants": "wrong reverse derivatives, each noticed or shown to be none",
    "reference": "compiled code against the reference evaluator",
    "laws": "both sides of a law",
    "programs": "learners and programs against numpy by hand, in place and out of place",
    "phases": "the same values at another phase, or with other flags",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not counts:
        return
    table: dict[str, Counter[str]] = defaultdict(Counter)
    elements: dict[str, set[str]] = defaultdict(set)
    laws: Counter[str] = Counter()
    for (subject, element, check), number in counts.items():
        if check.startswith("law "):
            laws[check.removeprefix("law ")] += number
            check = "laws"
        table[subject][check] += number
        elements[subject].add(element)
    width = max(map(len, table)) + 2
    write = terminalreporter.write_line
    terminalreporter.section("executed checks")
    columns = [column for column in COLUMNS if any(row[column] for row in table.values())]
    for column in columns:
        write(f"{column:12} {sum(row[column] for row in table.values()):6}  {COLUMNS[column]}")
    if laws:
        write("laws: " + ", ".join(f"{law}: {number}" for law, number in sorted(laws.items())))
    write("")
    write(f"{'':{width}}{'types':16}" + "".join(f"{column:>12}" for column in columns))
    for subject in sorted(table):
        row = "".join(f"{table[subject][column] or '-':>12}" for column in columns)
        write(f"{subject:{width}}{' '.join(sorted(elements[subject])):16}{row}")
    pairs = {(subject, element) for subject, element, _ in counts}
    write("")
    write(f"{len(table)} operations and programs, {len(pairs)} with their element types: "
          f"{sum(counts.values())} checks executed")
