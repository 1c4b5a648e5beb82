# ===- test_registry.py - no operation without its tests --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The operations that the compiler registers, each in every element type, have
cases, and the cases have what the other tests need. There is no list of exceptions:
what an operation cannot do, the compiler says.

Which tests run the cases: test_ops.py (values, reverse derivatives),
test_second_derivatives.py, test_laws.py, test_phases.py and test_random.py.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import pytest

import cases
import harness
from arrows import derive
from cases import Case

LIT = harness.ROOT / "test" / "Dialect" / "Catgrad"
OPERATIONS = sorted({c.op for c in cases.cases()})
each_operation = pytest.mark.parametrize("op", OPERATIONS)


def test_every_operation_has_cases() -> None:
    """An operation that is added without cases makes this fail."""
    assert cases.registered() - cases.PROGRAM_OPS == set(OPERATIONS)
    assert cases.PROGRAM_OPS < cases.registered()


# Element types --------------------------------------------------------------

def missing() -> list[tuple[str, str]]:
    """Each operation with each element type that it has no cases for."""
    present = cases.pairs()
    return [(op, element) for op in OPERATIONS for element in cases.ELEMENTS if (op, element) not in present]


def retyped(case: Case, element: str) -> str:
    """A case as a function @f, where one element type stands instead of its own."""
    return re.sub(rf"(?<=[<x]){case.element}(?=>)", element, case.arrow.function("f"))


@pytest.mark.parametrize("op, element", missing(), ids=["-".join(pair) for pair in missing()])
def test_element_types_without_cases_are_refused(op: str, element: str) -> None:
    """The verifier refuses a case of the operation, written down in another element type."""
    case = min(cases.select(op), key=lambda c: len(c.arrow.body))
    with pytest.raises(harness.ToolError, match="expected .*element type|must be static ranked tensor of"):
        harness.opt(retyped(case, element))


# Shapes ---------------------------------------------------------------------

def shapes(op: str) -> set[tuple[int, ...]]:
    return {type_.shape for case in cases.select(op) for type_ in case.inputs + case.results}


@each_operation
def test_edge_shapes(op: str) -> None:
    """Cases of rank 0 (unless that is refused), of no elements, of one element, and of odd sizes."""
    found = shapes(op)
    assert any(0 in shape for shape in found), "no case without elements"
    assert any(math.prod(shape) == 1 for shape in found), "no case of one element"
    assert any(size % 2 and size > 1 for shape in found for size in shape), "no case of an odd size"
    if () in found:
        return
    case = min(cases.select(op), key=lambda c: len(c.arrow.body))
    flat = re.sub(r"(?<=tensor<)(\d+x)+", "", case.arrow.function("f"))
    for text in (flat, re.sub(r"array<i64: [^>]*>", "array<i64>", flat)):
        with pytest.raises(harness.ToolError, match="error:"):
            harness.opt(text)


# What other tests need ------------------------------------------------------

@each_operation
def test_oracles(op: str) -> None:
    """A case through which floats flow says what it means in JAX."""
    lacking = [c.label for c in cases.select(op) if c.moving and c.floating and not c.jax]
    assert not lacking, f"without jax=: {lacking[:3]}"


@each_operation
def test_operations_without_derivative_are_refused(op: str, executed) -> None:
    """An error on the path from an input to a result, at the operation, by name."""
    refused = [c for c in cases.select(op) if not cases.differentiable(c)]
    for case in refused[:4]:
        with pytest.raises(harness.ToolError, match=f"'catgrad.{op}' has no reverse derivative"):
            harness.emit(case.arrow.function("f") + derive("f_rev", "f"), "rev")
    for element in {case.element for case in refused}:
        executed(op, element, "refused", sum(case.element == element for case in refused))


@each_operation
def test_round_trip(op: str, executed) -> None:
    """Text, generic form and bytecode give the same module again; every case of the operation."""
    text = "".join(c.arrow.function(c.label) for c in cases.select(op))
    once = harness.opt(text, "--verify-roundtrip")
    assert harness.opt(once) == once
    assert harness.opt(harness.generic(text)) == once
    for element in {c.element for c in cases.select(op)}:
        executed(op, element, "round trip", len(cases.select(op, element)))


# Text -----------------------------------------------------------------------

@cache
def chunks(folder: Path, pattern: str, separator: str) -> list[str]:
    """The parts of all files of a name."""
    return [part for path in sorted(folder.glob(pattern)) for part in re.split(separator, path.read_text())]


def uses(op: str, text: str) -> bool:
    """Is the operation in the text, outside of comments?"""
    return re.search(rf'^[^/\n]*catgrad\.{op}(?![\w.])', text, re.MULTILINE) is not None


@each_operation
def test_text(op: str) -> None:
    """lit has its syntax, its diagnostics and its reverse derivative."""
    assert any(uses(op, part) for part in chunks(LIT / "IR", "ops*.mlir", "// -----")), f"not in {LIT}/IR/ops*.mlir"
    assert any(uses(op, part) and "expected-error" in part for part in chunks(LIT / "IR", "invalid*.mlir", "// -----")), \
        f"no diagnostics in {LIT}/IR/invalid*.mlir"
    text = "".join(chunks(LIT / "Transforms", "reverse-derivative*.mlir", "// -----"))
    derived = [part for part in re.split(r"^(?=func\.func )", text, flags=re.MULTILINE) if uses(op, part.partition("\n}")[0])]
    names = [part.partition("(")[0].rpartition("@")[2] for part in derived]
    assert any(f"CHECK-LABEL: func.func @{name}_rev(" in text for name in names), \
        f"no reverse text in {LIT}/Transforms/reverse-derivative*.mlir"


@each_operation
def test_reference_documentation(op: str) -> None:
    """Each operation has a section with an example in the generated reference."""
    pages = "".join(path.read_text() for path in sorted((harness.ROOT / "docs" / "reference").glob("*.md")))
    section = re.search(rf"^###* `catgrad\.{op}` .*?(?=^###* `|\Z)", pages, re.MULTILINE | re.DOTALL)
    assert section, "no section in docs/reference"
    assert f"catgrad.{op}" in section.group().partition("```mlir")[2].partition("```")[0], "no example"
