# ===- __init__.py - what each operation is tested on ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""For every operation of the dialect: element types, shapes and attributes to run
it on, and its meaning in numpy, written down by hand and independently of
reference.py.

The derivative is given as the tangent map `push(a, v)`, the derivative at `a` in
direction `v`. It follows from the forward part of a linear operation, which is its
own tangent, and of one that is linear in each operand: the sum over the operands of
f(.., v_i, ..). This is exact in every ring. A nonlinear operation states its own
tangent map, or its meaning in jax.numpy (`jax=`), from which JAX makes one in f64.

One module per family of operations, named as the family in the dialect; each has a
function `cases()`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import harness
from arrows import derive, is_exact, total_size
from cases import activation, contraction, elementwise, indexing, join, math, normalisation, order, reduction, shape, structural
from cases.base import ELEMENTS, FLOATS, MAJOR, RINGS, Case

__all__ = ["ELEMENTS", "FLOATS", "MAJOR", "RINGS", "Case", "cases", "differentiable", "has_representative", "pairs", "registered",
           "representative", "select", "small", "without_derivative"]

FEW = 120  # elements in all inputs and results of a representative

FAMILIES = (activation, contraction, elementwise, indexing, join, math, normalisation, order, reduction, shape, structural)


@cache
def cases() -> tuple[Case, ...]:
    """All cases, grouped by operation."""
    everything = [c for family in FAMILIES for c in family.cases()]
    labels = [c.label for c in everything]
    assert len(set(labels)) == len(labels), [label for label in labels if labels.count(label) > 1]
    return tuple(sorted(thinned(everything), key=lambda c: c.op))


def thinned(everything: Sequence[Case]) -> list[Case]:
    """All cases of the major element types. Of the others, among cases whose statements differ in their shapes only,
    the first and the largest that is small enough to be a representative."""
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in everything:
        # Numbers in brackets are shapes, axes or elements.
        statement = re.sub(r"(?<=<)(\d+x)+|: [-\d, ]+(?=>)|dense<.*?>", "", case.arrow.body)
        key = (case.op, case.label if not case.is_minor else f"{case.element} {statement}")
        groups.setdefault(key, []).append(case)
    kept = [(group[0], max(group, key=lambda c: size if (size := total_size(c.inputs + c.results)) <= FEW else 0))
            for group in groups.values()]
    return [case for pair in kept for case in dict.fromkeys(pair)]


# Operations on modules and functions: test_programs.py has their tests.
PROGRAM_OPS = {"derive", "learner", "parameter"}


def pairs() -> list[tuple[str, str]]:
    """Each operation with each element type that it has cases for."""
    return sorted({(c.op, c.element) for c in cases()})


@cache
def without_derivative() -> frozenset[str]:
    """The cases, by label, which the compiler refuses to differentiate.

    Only where integers go in and out: every float has a derivative, so that one
    that is refused makes the module with its derivative fail.
    """
    whole = [c for c in cases() if all(map(is_exact, {t.element for t in c.inputs + c.results}))]
    # Located at the name of the case, an error tells which it is about.
    text = "// -----\n".join(f'{c.arrow.located(c.label)}{derive("derivative", c.label)}' for c in whole)
    try:
        harness.opt(text, "--split-input-file", "--catgrad-derive")
    except harness.ToolError as error:
        lines = [line for line in error.stderr.splitlines() if "error:" in line]
        if not all("has no reverse derivative" in line for line in lines):
            raise
        refused = [name for line in lines for name in re.findall(r'loc\("(\w+)"\)', line)]
        return frozenset(refused)
    return frozenset()


def differentiable(case: Case) -> bool:
    return case.label not in without_derivative()


@cache
def by_operation() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for c in cases():
        found.setdefault(c.op, []).append(c)
    return found


def select(op: str, element: str | None = None) -> list[Case]:
    return [c for c in by_operation().get(op, []) if element in (None, c.element)]


def representative(op: str, element: str) -> Case:
    """The case with the most elements, none of them empty, as long as they are few; for laws about whole programs."""
    def weight(c: Case) -> tuple[bool, int, int]:
        return all(0 not in t.shape for t in c.inputs), len(c.inputs), total_size(c.inputs + c.results)

    return max(small(op, element), key=weight)


def has_representative(op: str, element: str) -> bool:
    return bool(small(op, element))


def small(op: str, element: str) -> list[Case]:
    """Cases of few elements, with results and a derivative."""
    return [c for c in select(op, element)
            if total_size(c.inputs + c.results) <= FEW and c.results and differentiable(c)]


def registered() -> set[str]:
    """The operations that the dialect registers, from the code that TableGen made for the compiler."""
    generated = harness.BUILD / "include" / "catgrad" / "Dialect" / "Catgrad" / "IR" / "CatgradOps.h.inc"
    return set(re.findall(r'StringLiteral\("catgrad\.(\w+)"\)', generated.read_text()))
