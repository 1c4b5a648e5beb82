# ===- test_laws.py - the laws of reverse derivatives, executed -----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The axioms of reverse derivative categories (Cockett et al., arXiv:1910.07065,
definition 13) and what follows from them, for every operation and for programs.

Both sides of a law are compiled and executed. In the rings Z/2^32 and Z/2 they
have to agree bit by bit, in float64 within rounding. Notation: `;` composes from
left to right, R[f](a, b') is the reverse derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest

import cases
from arrows import (Arrow, Types, call, compose, constant, derive, generator, is_exact, names, pair, plus,
                    product, quadratic, ring_add, sample, samples, tensor)
from backends import native
from mlir_text import DTYPES

ELEMENTS = ("i32", "i1", "f64")
# Programs only: what an operation does in these rings does not differ from Z/2^32.
RINGS = ("i8", "i16", "i64")
TOLERANCE = {"float64": 1e-11, "float32": 1e-5, "float16": 1e-2, "bfloat16": 1e-1}

Arrays = Sequence[np.ndarray]


def assert_agree(left: Arrays, right: Arrays, what: str, precision: str = "float64") -> None:
    """Both sides of a law. Floats agree within the rounding of `precision`, which may be less than their own."""
    assert len(left) == len(right), what
    for i, (x, y) in enumerate(zip(left, right)):
        assert x.dtype == y.dtype and x.shape == y.shape, f"{what}, value {i}"
        if x.dtype.kind == "f":
            error = float(np.max(np.abs(x - y), initial=0)) / max(1.0, float(np.max(np.abs(y), initial=0)))
            assert error < TOLERANCE[precision], f"{what}, value {i}: off by {error}"
        else:
            assert x.tobytes() == y.tobytes(), f"{what}, value {i}:\n{x}\nis not\n{y}"


def added(xs: Arrays, ys: Arrays) -> list[np.ndarray]:
    return [ring_add(x, y) for x, y in zip(xs, ys, strict=True)]


def zeros(arrays: Arrays) -> list[np.ndarray]:
    return [np.zeros_like(array) for array in arrays]


# Programs -------------------------------------------------------------------

def program(inputs: Types, results: Types, returns: str, body: str) -> Arrow:
    return Arrow(inputs, results, body, tuple(returns.split()))


@cache
def programs(element: str) -> dict[str, Arrow]:
    """Small programs in which wires are shared, dropped, returned twice and passed through."""
    t, w, y = tensor(element, 3, 4), tensor(element, 4, 5), tensor(element, 3, 5)
    s, v = tensor(element), tensor(element, 4)
    cube = tensor(element, 2, 3, 4)
    return {
        "cube": program((t,), (t,), "%1", f"""
  %0 = catgrad.multiply %a0, %a0 : {t}
  %1 = catgrad.multiply %0, %a0 : {t}"""),
        "affine": program((t, w, y), (y,), "%1", f"""
  %0 = catgrad.matmul %a0, %a1 : ({t}, {w}) -> {y}
  %1 = catgrad.add %0, %a2 : {y}"""),
        "shared": program((t, t), (t, t), "%2 %1", f"""
  %0 = catgrad.add %a0, %a1 : {t}
  %1 = catgrad.multiply %0, %a0 : {t}
  %2 = catgrad.subtract %1, %0 : {t}"""),
        "through": program((t, v), (t, v, t), "%a0 %a1 %0", f"""
  %0 = catgrad.multiply %a0, %a0 : {t}"""),
        "twice": program((t,), (t, t), "%0 %0", f"""
  %0 = catgrad.multiply %a0, %a0 : {t}"""),
        "dropped": program((t, v), (t,), "%0", f"""
  %0 = catgrad.multiply %a0, %a0 : {t}
  %1 = catgrad.multiply %a1, %a1 : {v}"""),
        "norm": program((t,), (s, t), "%1 %3", f"""
  %0 = catgrad.multiply %a0, %a0 : {t}
  %1 = catgrad.reduce_sum %0 {{dimensions = array<i64: 0, 1>}} : ({t}) -> {s}
  %2 = catgrad.broadcast %1 {{dimensions = array<i64: 0, 1>}} : ({s}) -> {t}
  %3 = catgrad.multiply %2, %a0 : {t}"""),
        "shapes": program((cube,), (tensor(element, 4, 6),), "%3", f"""
  %0 = catgrad.transpose %a0 {{permutation = array<i64: 2, 0, 1>}} : ({cube}) -> {tensor(element, 4, 2, 3)}
  %1 = catgrad.reshape %0 : ({tensor(element, 4, 2, 3)}) -> {tensor(element, 4, 6)}
  %2 = catgrad.reshape %a0 : ({cube}) -> {tensor(element, 4, 6)}
  %3 = catgrad.multiply %1, %2 : {tensor(element, 4, 6)}"""),
        "contracted": program((cube, t), (tensor(element, 2),), "%1", f"""
  %0 = catgrad.contract %a0, %a1 {{lhs_axes = array<i64: 2, 1>, rhs_axes = array<i64: 1, 0>}}
      : ({cube}, {t}) -> {tensor(element, 2)}
  %1 = catgrad.multiply %0, %0 : {tensor(element, 2)}"""),
        "chosen": program((t, t), (t,), "%2", f"""
  %0 = catgrad.compare %a0, %a1 {{predicate = #catgrad.predicate<gt>}} : ({t}, {t}) -> {tensor("i1", 3, 4)}
  %1 = catgrad.multiply %a0, %a1 : {t}
  %2 = catgrad.select %0, %1, %a1 : ({tensor("i1", 3, 4)}, {t}, {t}) -> {t}"""),
    }


@cache
def subjects() -> dict[str, tuple[str, Arrow]]:
    """What every law is tested on, by name: an operation or a program, with its element type."""
    found = {f"{op}_{element}": (op, cases.representative(op, element).arrow)
             for op, element in cases.pairs() if element in ELEMENTS and cases.has_representative(op, element)}
    return found | {f"program_{name}_{element}": (f"program {name}", arrow)
                    for element in (*ELEMENTS, *RINGS) for name, arrow in programs(element).items()}


each_subject = pytest.mark.parametrize("name", subjects())


@dataclass
class Family:
    """f, a g beside it, an h after it, and what is composed of them; and the module with all of it."""

    name: str
    f: Arrow
    g: Arrow = field(init=False)
    h: Arrow = field(init=False)

    def __post_init__(self) -> None:
        self.g = compose(before(self.name), self.f)
        self.h = quadratic(self.f.results, f"{self.name} h")

    def members(self) -> dict[str, Arrow]:
        n, f, g, h = self.name, self.f, self.g, self.h
        return {
            "f": f, "g": g, "h": h, "plus": plus(f, g), "pair": pair(f, g), "then": compose(f, h),
            "product": product(f, g),
            "call": compose(call(f"{n}_f", f.inputs, f.results), call(f"{n}_h", h.inputs, h.results)),
            "twice": pair(call(f"{n}_f", f.inputs, f.results), call(f"{n}_f", f.inputs, f.results))}

    def text(self, only: Sequence[str] | None = None) -> str:
        members = {f"{self.name}_{member}": arrow for member, arrow in self.members().items()
                   if only is None or member in only}
        return "".join(arrow.function(name) + derive(f"{name}_rev", name) for name, arrow in members.items())


def before(name: str) -> Arrow:
    """What g does before it is f: a quadratic map, or, where f is not defined everywhere, a constant factor.

    Operands in which f is locally constant are indices or choices, and stay as they are."""
    subject, f = subjects()[name]
    case = None if subject.startswith("program") else cases.representative(subject, name.rpartition("_")[2])
    if case is None or not (case.constant_in or case.restricted):
        return quadratic(f.inputs, f"{name} g")
    lines, returns = [], names("a", len(f.inputs))
    for i, type_ in enumerate(f.inputs):
        if i not in case.constant_in and not (case.restricted and is_exact(type_.element)):
            factor = (sample(generator(name, i), type_) if is_exact(type_.element)
                      else np.full(type_.shape, 0.875, DTYPES[type_.element]))
            lines += [constant(f"%f{i}", type_, factor), f"  %m{i} = catgrad.multiply %a{i}, %f{i} : {type_}"]
            returns[i] = f"%m{i}"
    return Arrow(f.inputs, f.inputs, "\n".join(lines), tuple(returns))


@cache
def module_text(group: str) -> str:
    return "".join(Family(name, arrow).text() for name, (subject, arrow) in subjects().items() if subject == group)


class Laws:
    """The compiled family of one subject, with random inputs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.subject, self.f = subjects()[name]
        self.element = name.rpartition("_")[2]
        self.module = native(module_text(self.subject))
        self.random = generator(name)
        # A cast between floats rounds to another type on the way.
        floats = {np.dtype(DTYPES[t.element]).name for t in self.f.inputs + self.f.results if not is_exact(t.element)}
        self.precision = max(floats, key=TOLERANCE.__getitem__, default="float64")
        self.a = self.inputs()

    def inputs(self) -> list[np.ndarray]:
        """Numbers for which f is defined."""
        if self.subject.startswith("program"):
            return samples(self.random, self.f.inputs)
        return cases.representative(self.subject, self.element).inside(self.random)

    def agree(self, left: Arrays, right: Arrays, what: str) -> None:
        assert_agree(left, right, f"{what}, {self.name}", self.precision)

    def cotangents(self) -> list[np.ndarray]:
        return samples(self.random, self.f.results)

    def run(self, member: str, *arguments: np.ndarray) -> list[np.ndarray]:
        return self.module[f"{self.name}_{member}"](*arguments)

    def R(self, member: str, *arguments: np.ndarray) -> list[np.ndarray]:
        return self.run(f"{member}_rev", *arguments)


# The axioms, for each operation and program ---------------------------------

@each_subject
def test_rd1_sums(name: str, executed) -> None:
    """RD.1: R[f + g](a, b) = R[f](a, b) + R[g](a, b)."""
    law = Laws(name)
    b = law.cotangents()
    law.agree(law.R("plus", *law.a, *b), added(law.R("f", *law.a, *b), law.R("g", *law.a, *b)), "RD.1")
    executed(law.subject, law.element, "law RD.1")


@each_subject
def test_rd2_additive(name: str, executed) -> None:
    """RD.2: R[f](a, b + c) = R[f](a, b) + R[f](a, c), and R[f](a, 0) = 0."""
    law = Laws(name)
    b, c = law.cotangents(), law.cotangents()
    law.agree(law.R("f", *law.a, *added(b, c)), added(law.R("f", *law.a, *b), law.R("f", *law.a, *c)), "RD.2")
    law.agree(law.R("f", *law.a, *zeros(b)), zeros(law.a), "RD.2 at 0")
    executed(law.subject, law.element, "law RD.2")


@each_subject
def test_rd4_pairs(name: str, executed) -> None:
    """RD.4: R[<f, g>](a, (b, c)) = R[f](a, b) + R[g](a, c); also for a function that is called twice."""
    law = Laws(name)
    b, c = law.cotangents(), law.cotangents()
    law.agree(law.R("pair", *law.a, *b, *c), added(law.R("f", *law.a, *b), law.R("g", *law.a, *c)), "RD.4")
    law.agree(law.R("twice", *law.a, *b, *c), added(law.R("f", *law.a, *b), law.R("f", *law.a, *c)), "RD.4, calls")
    executed(law.subject, law.element, "law RD.4")


@each_subject
def test_rd5_chain_rule(name: str, executed) -> None:
    """RD.5: R[f ; h](a, c) = R[f](a, R[h](f(a), c)), both inline and with calls."""
    law = Laws(name)
    c = law.cotangents()
    want = law.R("f", *law.a, *law.R("h", *law.run("f", *law.a), *c))
    law.agree(law.R("then", *law.a, *c), want, "RD.5")
    law.agree(law.R("call", *law.a, *c), want, "RD.5, calls")
    law.agree(law.run("call", *law.a), law.run("then", *law.a), "f ; h")
    executed(law.subject, law.element, "law RD.5")


@each_subject
def test_b3_products(name: str, executed) -> None:
    """B3: R[f x g]((a, c), (b, d)) = (R[f](a, b), R[g](c, d))."""
    law = Laws(name)
    c, b, d = law.inputs(), law.cotangents(), law.cotangents()
    law.agree(law.R("product", *law.a, *c, *b, *d), [*law.R("f", *law.a, *b), *law.R("g", *c, *d)], "B3")
    executed(law.subject, law.element, "law B3 products")
