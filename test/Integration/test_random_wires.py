# ===- test_random_wires.py - laws of composition on random programs ------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random programs composed in one way and in another: the laws of a symmetric
monoidal category (E1 to E4), that R is a functor of it (C3), and that text is only
one way to write a graph (E8).

Both sides are made of calls, written as graphs by catgrad-translate, where the calls
are replaced by their callees, and compared up to isomorphism before any optimisation. Their
derivatives are executed. test/unit/HypergraphLawsTest.cpp has the same laws on
graphs that no text was ever made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

import harness
from arrows import Arrow, Types, call, compose, derive, generator, identity, names, product, quadratic, samples
from backends import Module, native
from isomorphism import Graph, cleaned, graphs, inlined, is_isomorphic
from random_cases import Program
from random_checks import drawn, hold
from test_random_laws import agree, each_element

PROGRAMS, VALUES, LENGTH = 10, 4, 12
# R alone, without the clean-up that would hide what it made.
REVERSE = ("--catgrad-explicit-wiring", "--catgrad-reverse-derivative", "--catgrad-implicit-wiring")


def symmetry(left: Types, right: Types) -> Arrow:
    """a, b to b, a."""
    n = len(left)
    inputs = names("a", n + len(right))
    return Arrow(left + right, right + left, "", (*inputs[n:], *inputs[:n]))


def before(program: Program) -> Arrow:
    """A map of the program's inputs to themselves."""
    types = program.arrow.inputs
    lines, returns = [], names("a", len(types))
    for i, type_ in enumerate(types):
        if program.inputs[i] not in program.fixed:
            lines.append(f"  %n{i} = catgrad.add %a{i}, %a{i} : {type_}")
            returns[i] = f"%n{i}"
    return Arrow(types, types, "\n".join(lines), tuple(returns))


class Builder:
    """Functions by name, each made of calls of earlier ones; so brackets are functions."""

    def __init__(self, prefix: str, leaves: dict[str, Arrow]) -> None:
        self.prefix = prefix
        self.arrows: dict[str, Arrow] = {}
        self.text = ""
        for name, arrow in leaves.items():
            self.define(name, arrow)

    def define(self, name: str, arrow: Arrow) -> Arrow:
        """The call of a new function."""
        self.text += arrow.function(f"{self.prefix}_{name}")
        self.arrows[name] = call(f"{self.prefix}_{name}", arrow.inputs, arrow.results)
        return self.arrows[name]

    def then(self, name: str, *parts: Arrow) -> Arrow:
        whole = parts[0]
        for part in parts[1:]:
            whole = compose(whole, part)
        return self.define(name, whole)

    def beside(self, name: str, f: Arrow, g: Arrow) -> Arrow:
        return self.define(name, product(f, g))


@dataclass(frozen=True)
class Law:
    """Functions that a law says are the same, and their types: `a` for inputs of a program, `b` for its results."""

    inputs: str
    results: str
    members: tuple[str, ...]


LAWS = {
    "E1 associativity": Law("a", "b", ("E1_left", "E1_right", "E1_flat")),
    "E1 units": Law("a", "b", ("f", "E1_before", "E1_after")),
    "E2 associativity": Law("aab", "abb", ("E2_left", "E2_right", "E2_flat")),
    "E2 units": Law("a", "b", ("f", "E2_before", "E2_after")),
    "E3 interchange": Law("aa", "bb", ("E3_left", "E3_right")),
    "E3 identities": Law("ab", "ab", ("E3_one", "E3_two")),
    "E4 inverse": Law("ab", "ab", ("E4_twice", "E3_two")),
    "E4 naturality": Law("aa", "ab", ("E4_left", "E4_right")),
    "E4 hexagon": Law("aba", "baa", ("E4_whole", "E4_parts")),
}


def sides(name: str, program: Program) -> str:
    """A program f, n before it and h after it, composed in all ways that the laws speak of."""
    a, b = program.arrow.inputs, program.arrow.results
    leaves = {"n": before(program), "f": program.arrow, "h": quadratic(b, name)}
    build = Builder(name, leaves)
    n, f, h = (build.arrows[leaf] for leaf in leaves)
    unit: Types = ()
    build.then("E1_left", build.then("nf", n, f), h)
    build.then("E1_right", n, build.then("fh", f, h))
    build.define("E1_flat", compose(compose(leaves["n"], leaves["f"]), leaves["h"]))
    build.then("E1_before", identity(a), f)
    build.then("E1_after", f, identity(b))
    build.beside("E2_left", build.beside("n_x_f", n, f), h)
    build.beside("E2_right", n, build.beside("f_x_h", f, h))
    build.define("E2_flat", product(product(leaves["n"], leaves["f"]), leaves["h"]))
    build.beside("E2_before", identity(unit), f)
    build.beside("E2_after", f, identity(unit))
    build.beside("E3_left", build.arrows["nf"], build.arrows["fh"])
    build.then("E3_right", build.arrows["n_x_f"], build.arrows["f_x_h"])
    build.beside("E3_one", identity(a), identity(b))
    build.define("E3_two", identity(a + b))
    build.then("E4_twice", symmetry(a, b), symmetry(b, a))
    build.then("E4_left", build.beside("f_x_n", f, n), symmetry(b, a))
    build.then("E4_right", symmetry(a, a), build.beside("n_x_f_too", n, f))
    build.define("E4_whole", symmetry(a, b + a))
    build.then("E4_parts", product(symmetry(a, b), identity(a)), product(identity(b), symmetry(a, a)))
    return build.text


def derived(name: str, program: Program) -> str:
    """The same, with the derivatives of the sides."""
    members = dict.fromkeys(member for law in LAWS.values() for member in law.members)
    return sides(name, program) + "".join(derive(f"{name}_{m}_rev", f"{name}_{m}") for m in members)


def forward_graphs(text: str) -> dict[str, Graph]:
    return inlined(graphs(text))


def reverse_graphs(text: str) -> dict[str, Graph]:
    return {name: cleaned(graph) for name, graph in inlined(graphs(text, *REVERSE)).items()}


def check_graphs(name: str, program: Program, found: dict[str, Graph], suffix: str = "") -> int:
    held = 0
    for title, law in LAWS.items():
        first, *others = (f"{name}_{member}{suffix}" for member in law.members)
        for other in others:
            assert is_isomorphic(found[first], found[other]), f"{title}: @{first} is not @{other}"
            held += 1
    return held


@each_element
def test_graphs_before_optimisation(element: str, executed) -> None:
    """E1 to E4: associativity, units, interchange, symmetry and its naturality, up to isomorphism."""
    held = hold(f"E1 to E4 {element}", drawn(element, PROGRAMS, LENGTH), sides, check_graphs, forward_graphs)
    executed("random programs", element, "law E1 to E4 of programs", held)


@each_element
def test_derivatives_before_optimisation(element: str, executed) -> None:
    """C3: R of a composite is the composite of R, up to isomorphism.

    A function's reverse part makes constants again rather than keep them, each function finds for itself what
    nobody needs, and adds up on its own: the graphs are `cleaned`.
    """
    held = hold(f"C3 {element}", drawn(element, PROGRAMS, LENGTH), derived, partial(check_graphs, suffix="_rev"), reverse_graphs)
    executed("random programs", element, "law C3 of programs", held)


def check_values(name: str, program: Program, module: Module) -> int:
    """The functions and their derivatives, of each law."""
    held = 0
    for title, law in LAWS.items():
        random = generator(name, title)

        def draw(kinds: str, at: bool) -> list[np.ndarray]:
            return [x for kind in kinds for x in (program.at() if at and kind == "a" else samples(
                random, program.arrow.inputs if kind == "a" else program.arrow.results))]

        a, b = draw(law.inputs, True), draw(law.results, False)
        first, *others = (f"{name}_{member}" for member in law.members)
        for other in others:
            held += agree(module[other](*a), module[first](*a), f"{title}, {name}")
            held += agree(module[f"{other}_rev"](*a, *b), module[f"{first}_rev"](*a, *b), f"{title}, R, {name}")
    return held


@each_element
def test_values(element: str, executed) -> None:
    """The same after optimisation: both sides and both derivatives, executed."""
    held = hold(f"E1 to E4 and C3, values, {element}", drawn(element, VALUES, LENGTH), derived, check_values)
    assert held > VALUES * len(LAWS)
    executed("random programs", element, "law E1 to E4, C3 of programs, values", held)


def check_json(name: str, program: Program, module: Module) -> int:
    """There and back again is the same graph and the same function."""
    b = samples(generator(name, "E8"), program.arrow.results)
    there = harness.run_tool("catgrad-translate", "--catgrad-to-json", "-", text=text_with_derivative(name, program))
    back = harness.run_tool("catgrad-translate", "--json-to-catgrad", "-", text=there)
    first, second = graphs(text_with_derivative(name, program)), graphs(back)
    assert first.keys() == second.keys()
    assert all(is_isomorphic(first[symbol], second[symbol]) for symbol in first), name
    other = native(back)
    return agree(other[name](*program.at()), module[name](*program.at()), f"E8, {name}") + agree(
        other[f"{name}_rev"](*program.at(), *b), module[f"{name}_rev"](*program.at(), *b), f"E8, R[{name}]")


def text_with_derivative(name: str, program: Program) -> str:
    return program.arrow.function(name) + derive(f"{name}_rev", name)


@each_element
def test_json(element: str, executed) -> None:
    """E8: a program and its derivative by way of JSON."""
    held = hold(f"E8 {element}", drawn(element, VALUES, LENGTH), text_with_derivative, check_json)
    executed("random programs", element, "law E8 of programs", held)


def test_isomorphism_sees_differences() -> None:
    """Operands swapped, a value shared instead of computed twice, another attribute: none is the same graph."""
    t = "tensor<2xf32>"
    head = f"(%a: {t}, %b: {t}) -> {t}"
    bodies = {
        "f": ("%0 = catgrad.subtract %a, %b", "%1 = catgrad.negate %0", "%2 = catgrad.negate %0", "%3 = catgrad.multiply %1, %2"),
        "renamed": ("%9 = catgrad.subtract %a, %b", "%8 = catgrad.negate %9", "%7 = catgrad.negate %9",
                    "%3 = catgrad.multiply %7, %8"),
        "swapped": ("%0 = catgrad.subtract %b, %a", "%1 = catgrad.negate %0", "%2 = catgrad.negate %0",
                    "%3 = catgrad.multiply %1, %2"),
        "shared": ("%0 = catgrad.subtract %a, %b", "%1 = catgrad.negate %0", "%2 = catgrad.negate %0",
                   "%3 = catgrad.multiply %1, %1"),
    }
    found = graphs("".join(f"func.func @{name}{head} {{\n" + "\n".join(f"  {line} : {t}" for line in lines)
                           + f"\n  return %3 : {t}\n}}\n" for name, lines in bodies.items()))
    assert is_isomorphic(found["f"], found["renamed"])
    assert not is_isomorphic(found["f"], found["swapped"])
    assert not is_isomorphic(found["f"], found["shared"])
