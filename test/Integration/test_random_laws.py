# ===- test_random_laws.py - the laws on random programs ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The axioms RD.1 to RD.7 of reverse derivative categories (arXiv:1910.07065) and
what follows from them, on random programs of every operation: bitwise in Z/2^32 and
Z/2, within rounding in float64. test_laws.py has them for each operation by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from arrows import (Arrow, compose, constant, derive, generator, is_exact, names, pair, plus, product, quadratic,
                    sample, samples)
from backends import Module
from random_cases import Program
from random_checks import drawn, hold
from mlir_text import DTYPES
from test_laws import added, zeros
from test_wires import expanded, forward_derivative

ELEMENTS = ("i32", "i1", "f64")
TOLERANCE = 1e-8
# Programs of a law, and operations of a program at most. Each R multiplies the operations.
PROGRAMS, LENGTH = 12, 20
PROGRAMS_6, LENGTH_6 = 6, 8
PROGRAMS_7, LENGTH_7 = 4, 4

Arrays = Sequence[np.ndarray]

each_element = pytest.mark.parametrize("element", ELEMENTS)


def agree(left: Arrays, right: Arrays, what: str) -> bool:
    """Are both sides of a law the same? False if there are no numbers to compare: outside of where f is defined."""
    if not all(np.all(np.isfinite(x)) for x in (*left, *right) if x.dtype.kind == "f"):
        return False
    for i, (x, y) in enumerate(zip(left, right, strict=True)):
        if x.dtype.kind == "f":
            error = float(np.max(np.abs(x - y), initial=0)) / max(1.0, float(np.max(np.abs(y), initial=0)))
            assert error < TOLERANCE, f"{what}, value {i}: off by {error}:\n{x}\nis not\n{y}"
        else:
            assert x.tobytes() == y.tobytes(), f"{what}, value {i}:\n{x}\nis not\n{y}"
    return True


def nearby(program: Program) -> Arrow:
    """Another map of the same types: floats scaled before it, ring elements squared; indices as they are."""
    f = program.arrow
    lines, returns = [], names("a", len(f.inputs))
    for i, (place, type_) in enumerate(zip(program.inputs, f.inputs)):
        if place in program.fixed:
            continue
        factor = (sample(generator("nearby", i, type_), type_) if is_exact(type_.element)
                  else np.full(type_.shape, 0.875, DTYPES[type_.element]))
        lines += [constant(f"%g{i}", type_, factor), f"  %n{i} = catgrad.multiply %a{i}, %g{i} : {type_}"]
        returns[i] = f"%n{i}"
    return compose(Arrow(f.inputs, f.inputs, "\n".join(lines), tuple(returns)), f)


def laws_text(name: str, program: Program) -> str:
    """A program f, g beside it, h after it, and what is composed of them."""
    f, g, h = program.arrow, nearby(program), quadratic(program.arrow.results, name)
    members = {"f": f, "g": g, "h": h, "plus": plus(f, g), "pair": pair(f, g), "then": compose(f, h), "product": product(f, g)}
    return "".join(arrow.function(f"{name}_{member}") + derive(f"{name}_{member}_rev", f"{name}_{member}")
                   for member, arrow in members.items())


def check_laws(name: str, program: Program, module: Module) -> int:
    def R(member: str, *arguments: np.ndarray) -> list[np.ndarray]:
        return module[f"{name}_{member}_rev"](*arguments)

    random, held = generator("laws", name, program.element), 0
    a, b, c = program.at(), *(samples(random, program.arrow.results) for _ in range(2))
    held += agree(R("plus", *a, *b), added(R("f", *a, *b), R("g", *a, *b)), f"RD.1, {name}")
    held += agree(R("f", *a, *added(b, c)), added(R("f", *a, *b), R("f", *a, *c)), f"RD.2, {name}")
    held += agree(R("f", *a, *zeros(b)), zeros(a), f"RD.2 at 0, {name}")
    held += agree(R("pair", *a, *b, *c), added(R("f", *a, *b), R("g", *a, *c)), f"RD.4, {name}")
    through = R("h", *module[f"{name}_f"](*a), *c)
    held += agree(R("then", *a, *c), R("f", *a, *through), f"RD.5, {name}")
    held += agree(R("product", *a, *a, *b, *c), [*R("f", *a, *b), *R("g", *a, *c)], f"B3, {name}")
    return held


@each_element
def test_laws(element: str, executed) -> None:
    """RD.1, RD.2, RD.4, RD.5 and B3 of each program."""
    held = hold(f"RD.1 to RD.5 {element}", drawn(element, PROGRAMS, LENGTH), laws_text, check_laws)
    assert held > 4 * PROGRAMS
    executed("random programs", element, "law RD.1, RD.2, RD.4, RD.5, B3 of programs", held)


def forward_text(name: str, program: Program, twice: bool = False) -> str:
    """f, R[f], D[f], D[R[f]] and, if `twice`, D[D[f]]."""
    f = program.arrow
    reverse = Arrow(f.inputs + f.results, f.inputs, "", ())
    text = expanded(f.function(f"{name}_f") + derive(f"{name}_r", f"{name}_f"))
    text, d = forward_derivative(text, f"{name}_d", f"{name}_f", f)
    text, _ = forward_derivative(text, f"{name}_dr", f"{name}_r", reverse)
    return forward_derivative(text, f"{name}_dd", f"{name}_d", d)[0] if twice else text


def check_rd6(name: str, program: Program, module: Module) -> int:
    random, a = generator("RD.6", name, program.element), program.at()
    b, c = (samples(random, program.arrow.results) for _ in range(2))
    held = agree(module[f"{name}_dr"](*a, *b, *zeros(a), *c), module[f"{name}_r"](*a, *c), f"RD.6, {name}")
    v = [np.zeros_like(x) if place in program.fixed or is_exact(type_.element) != is_exact(program.element) else x
         for place, type_, x in zip(program.inputs, program.arrow.inputs, samples(random, program.arrow.inputs))]
    return held + agree(module[f"{name}_d"](*a, *v), program.push(v), f"B1, {name}")


@each_element
def test_rd6(element: str, executed) -> None:
    """RD.6: D[R[f]]((a, b), (0, c)) = R[f](a, c). B1: D[f] is the tangent map."""
    held = hold(f"RD.6 {element}", drawn(element, PROGRAMS_6, LENGTH_6), forward_text, check_rd6)
    assert held >= PROGRAMS_6
    executed("random programs", element, "law RD.6, B1 of programs", held)


def check_rd7(name: str, program: Program, module: Module) -> int:
    random, a = generator("RD.7", name, program.element), program.at()
    b, c, d = (samples(random, program.arrow.inputs) for _ in range(3))
    return agree(module[f"{name}_dd"](*a, *b, *c, *d), module[f"{name}_dd"](*a, *c, *b, *d), f"RD.7, {name}")


@each_element
def test_rd7(element: str, executed) -> None:
    """RD.7: D[D[f]]((a, b), (c, d)) = D[D[f]]((a, c), (b, d))."""
    held = hold(f"RD.7 {element}", drawn(element, PROGRAMS_7, LENGTH_7), partial(forward_text, twice=True), check_rd7)
    assert held >= PROGRAMS_7 // 2
    executed("random programs", element, "law RD.7 of programs", held)


def test_a_law_that_does_not_hold_is_found(tmp_path) -> None:
    """The law R[f](a, b) = 0 is none: a program that breaks it is made small and saved."""
    def nothing(name: str, program: Program, module: Module) -> int:
        b = samples(generator("none"), program.arrow.results)
        return agree(module[f"{name}_f_rev"](*program.at(), *b), zeros(program.at()), name)

    with pytest.raises(AssertionError, match="minimal program"):
        hold("R is zero", drawn("i32", 3, LENGTH_6), laws_text, nothing, save=tmp_path)
    (path,) = tmp_path.glob("*.mlir")
    body = path.read_text().partition("func.func @p_f")[2].partition("return")[0]
    assert path.name.startswith("R-is-zero-seed") and 1 <= body.count("catgrad.") <= 3
