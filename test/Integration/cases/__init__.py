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
from functools import cache

import harness
from arrows import total_size
from cases import activation, contraction, elementwise, reduction, shape, structural
from cases.base import ELEMENTS, FLOATS, RINGS, Case

__all__ = ["ELEMENTS", "FLOATS", "RINGS", "Case", "cases", "pairs", "registered", "representative", "select"]

FAMILIES = (activation, contraction, elementwise, reduction, shape, structural)


@cache
def cases() -> tuple[Case, ...]:
    """All cases, grouped by operation."""
    everything = [c for family in FAMILIES for c in family.cases()]
    labels = [c.label for c in everything]
    assert len(set(labels)) == len(labels), [label for label in labels if labels.count(label) > 1]
    return tuple(sorted(everything, key=lambda c: c.op))


# Operations on modules and functions: test_programs.py has their tests.
PROGRAM_OPS = {"derive", "learner", "parameter"}


def pairs() -> list[tuple[str, str]]:
    """Each operation with each element type that it has cases for."""
    return sorted({(c.op, c.element) for c in cases()})


def select(op: str, element: str | None = None) -> list[Case]:
    return [c for c in cases() if c.op == op and element in (None, c.element)]


def representative(op: str, element: str) -> Case:
    """The case with the most elements, as long as they are few; for laws about whole programs."""
    return max((c for c in select(op, element) if total_size(c.inputs + c.results) <= 120 and c.results),
               key=lambda c: (len(c.inputs), total_size(c.inputs + c.results)))


def registered() -> set[str]:
    """The operations that the dialect registers, from the code that TableGen made for the compiler."""
    generated = harness.BUILD / "include" / "catgrad" / "Dialect" / "Catgrad" / "IR" / "CatgradOps.h.inc"
    return set(re.findall(r'StringLiteral\("catgrad\.(\w+)"\)', generated.read_text()))
