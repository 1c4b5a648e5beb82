# ===- test_random_laws.py - the laws on random programs ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The axioms RD.1 to RD.7 of reverse derivative categories (arXiv:1910.07065) and
what follows from them, on random programs of every operation: bitwise in Z/2^32 and
Z/2, within rounding in float64. test_laws.py has them for each operation by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from arrows import (Arrow, compose, constant, derive, generator, is_exact, names, pair, plus, product, quadratic,
                    sample, samples)
from backends import Module, native
from random_cases import Program, build
from random_checks import generate
from mlir_text import DTYPES
from test_laws import added, expanded, forward_derivative, zeros

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


@cache
def programs(element: str, count: int, length: int) -> dict[str, Program]:
    """So many programs of no more operations, all different."""
    found: dict[str, Program] = {}
    for seed in range(100):
        for recipe in generate(seed, 20, (element,), length):
            program = build(recipe)
            if 2 <= len(program.instructions) <= length and set(program.operations) - {"constant", "discard"}:
                found.setdefault(program.arrow.body, program)
        if len(found) >= count:
            break
    longest = sorted(found.values(), key=lambda p: -len(p.instructions))[:count]
    assert len(longest) == count
    return {f"p{i}": program for i, program in enumerate(longest)}


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


@cache
def laws_module(element: str) -> Module:
    """For each program f: f, g, h after it, and what is composed of them."""
    text = ""
    for name, program in programs(element, PROGRAMS, LENGTH).items():
        f, g, h = program.arrow, nearby(program), quadratic(program.arrow.results, name)
        for member, arrow in {"f": f, "g": g, "h": h, "plus": plus(f, g), "pair": pair(f, g), "then": compose(f, h),
                              "product": product(f, g)}.items():
            text += arrow.function(f"{name}_{member}") + derive(f"{name}_{member}_rev", f"{name}_{member}")
    return native(text)


@each_element
def test_laws(element: str, executed) -> None:
    """RD.1, RD.2, RD.4, RD.5 and B3 of each program."""
    module, held = laws_module(element), 0
    for name, program in programs(element, PROGRAMS, LENGTH).items():
        def R(member: str, *arguments: np.ndarray) -> list[np.ndarray]:
            return module[f"{name}_{member}_rev"](*arguments)

        random = generator("laws", name, element)
        a, b, c = program.at(), *(samples(random, program.arrow.results) for _ in range(2))
        ga = R("g", *a, *b)
        held += agree(R("plus", *a, *b), added(R("f", *a, *b), ga), f"RD.1, {name}")
        held += agree(R("f", *a, *added(b, c)), added(R("f", *a, *b), R("f", *a, *c)), f"RD.2, {name}")
        held += agree(R("f", *a, *zeros(b)), zeros(a), f"RD.2 at 0, {name}")
        held += agree(R("pair", *a, *b, *c), added(R("f", *a, *b), R("g", *a, *c)), f"RD.4, {name}")
        through = R("h", *module[f"{name}_f"](*a), *c)
        held += agree(R("then", *a, *c), R("f", *a, *through), f"RD.5, {name}")
        held += agree(R("product", *a, *a, *b, *c), [*R("f", *a, *b), *R("g", *a, *c)], f"B3, {name}")
    assert held > 4 * PROGRAMS
    executed("random programs", element, "law RD.1, RD.2, RD.4, RD.5, B3 of programs", held)


@cache
def forward_module(element: str, count: int, length: int, twice: bool) -> Module:
    """R[f], D[f], D[R[f]] and, if `twice`, D[D[f]] of each program."""
    text = ""
    for name, program in programs(element, count, length).items():
        f = program.arrow
        reverse = Arrow(f.inputs + f.results, f.inputs, "", ())
        part = expanded(f.function(f"{name}_f") + derive(f"{name}_r", f"{name}_f"))
        part, d = forward_derivative(part, f"{name}_d", f"{name}_f", f)
        part, _ = forward_derivative(part, f"{name}_dr", f"{name}_r", reverse)
        if twice:
            part, _ = forward_derivative(part, f"{name}_dd", f"{name}_d", d)
        text += part
    return native(text)


@each_element
def test_rd6(element: str, executed) -> None:
    """RD.6: D[R[f]]((a, b), (0, c)) = R[f](a, c). B1: D[f] is the tangent map."""
    module, held = forward_module(element, PROGRAMS_6, LENGTH_6, False), 0
    for name, program in programs(element, PROGRAMS_6, LENGTH_6).items():
        random, a = generator("RD.6", name, element), program.at()
        b, c = (samples(random, program.arrow.results) for _ in range(2))
        held += agree(module[f"{name}_dr"](*a, *b, *zeros(a), *c), module[f"{name}_r"](*a, *c), f"RD.6, {name}")
        v = [np.zeros_like(x) if place in program.fixed or is_exact(type_.element) != is_exact(element) else x
             for place, type_, x in zip(program.inputs, program.arrow.inputs, samples(random, program.arrow.inputs))]
        held += agree(module[f"{name}_d"](*a, *v), program.push(v), f"B1, {name}")
    assert held >= PROGRAMS_6
    executed("random programs", element, "law RD.6, B1 of programs", held)


@each_element
def test_rd7(element: str, executed) -> None:
    """RD.7: D[D[f]]((a, b), (c, d)) = D[D[f]]((a, c), (b, d))."""
    module, held = forward_module(element, PROGRAMS_7, LENGTH_7, True), 0
    for name, program in programs(element, PROGRAMS_7, LENGTH_7).items():
        random, a = generator("RD.7", name, element), program.at()
        b, c, d = (samples(random, program.arrow.inputs) for _ in range(3))
        held += agree(module[f"{name}_dd"](*a, *b, *c, *d), module[f"{name}_dd"](*a, *c, *b, *d), f"RD.7, {name}")
    assert held >= PROGRAMS_7 // 2
    executed("random programs", element, "law RD.7 of programs", held)
