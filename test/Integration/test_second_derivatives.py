# ===- test_second_derivatives.py - R[R[f]] of every operation ---------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The reverse derivative of the reverse derivative of every operation, executed.

R[R[f]] maps an input a of f, a cotangent b and a direction v to a cotangent of a
and one of b. As R[f] is linear in b, the second is D f(a) v, the tangent map (law
B1): bitwise in the rings. The first is held against difference quotients of R[f]
and, in float64, against JAX's vjp of its own vjp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

import cases
from arrows import derive, generator, is_exact, samples
from backends import Module, native
from cases import Case
from cases.base import jax, jax_pull, jnp
from test_ops import DIRECTIONS, TOLERANCE, assert_near, assert_same, each, least_precise

Arrays = Sequence[np.ndarray]

# The cases of an operation in an element type that are derived twice.
COUNT = 3


@cache
def chosen(op: str, element: str) -> tuple[Case, ...]:
    """The representative, and further cases that have results and inputs: the smaller, the better."""
    found = [c for c in cases.small(op, element) if c.inputs]
    found.sort(key=lambda c: len(c.label))
    first = [cases.representative(op, element)] if found else []
    return tuple(dict.fromkeys([*first, *found]))[:1 if first and first[0].is_minor else COUNT]


@cache
def compiled(op: str) -> Module:
    everything = [c for _, element in cases.pairs() if _ == op for c in chosen(op, element)]
    return native("".join(
        c.arrow.function(c.label) + derive(f"{c.label}_rev", c.label) + derive(f"{c.label}_rev_rev", f"{c.label}_rev")
        for c in everything))


def numbers(case: Case) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """An input, a cotangent of its result, and a direction that leaves constant operands alone."""
    random = generator(case.label, "second")
    at, b, v = case.inside(random), samples(random, case.results), samples(random, case.inputs)
    for i in case.constant_in:
        v[i] = np.zeros_like(v[i])
    return at, b, v


each_with_inputs = each([pair for pair in cases.pairs() if chosen(*pair)])
each_float = each([pair for pair in cases.pairs() if chosen(*pair) and not is_exact(pair[1])])


@each_with_inputs
def test_cotangent_of_the_cotangent(op: str, element: str, executed) -> None:
    """B1: the second part of R[R[f]]((a, b), v) is the tangent D f(a) v."""
    for case in chosen(op, element):
        at, b, v = numbers(case)
        got = compiled(op)[f"{case.label}_rev_rev"](*at, *b, *v)[len(at):]
        want = case.push(at, v)
        for g, w, type_ in zip(got, want, case.results, strict=True):
            if is_exact(type_.element):
                # What is an integer made of floats is locally constant.
                assert_same(g, w if is_exact(element) else np.zeros_like(g), case.label)
            else:
                assert_near(g, w, 10 * TOLERANCE[least_precise(case)], case.label)
    executed(op, element, "second", len(chosen(op, element)))


@each_float
def test_against_differences(op: str, element: str, executed) -> None:
    """The first part against difference quotients of the compiled R[f], in float64."""
    count = 0
    for case in chosen(op, element):
        if element != "f64" or least_precise(case) != "f64":
            continue
        module, (at, b, v) = compiled(op), numbers(case)
        got = module[f"{case.label}_rev_rev"](*at, *b, *v)
        random, step = generator(case.label, "directions"), 1e-6
        for _ in range(DIRECTIONS):
            direction = {i: random.normal(size=at[i].shape) for i in case.moving}

            def slope(sign: float) -> list[np.ndarray]:
                there = [np.asarray(x + sign * step * direction[i]) if i in direction else x for i, x in enumerate(at)]
                return module[f"{case.label}_rev"](*there, *b)

            up, down = slope(1), slope(-1)
            want = sum(np.sum((up[i] - down[i]) / (2 * step) * v[i]) for i in case.moving)
            found = sum(np.sum(got[i] * direction[i]) for i in case.moving)
            scale = 1 + sum(np.sum(np.abs(got[i] * direction[i])) for i in case.moving)
            assert abs(found - want) < 1e-5 * scale, f"{case.label}: {found} is not {want}"
            count += 1
    executed(op, element, "differences", count)


def jax_twice(case: Case, at: Arrays, b: Arrays, v: Arrays) -> list[np.ndarray]:
    """Cotangents of the moving operands, by JAX's vjp of <vjp(f)(a, b), v>."""
    pull = jax_pull(case.jax, tuple(case.moving), tuple(case.floating))

    def paired(at: list, b: list, v: list, *floats: object) -> object:
        return sum((jnp.sum(x * y) for x, y in zip(pull(at, list(floats), b), v)), jnp.zeros(()))

    def again(at: list, b: list, v: list, floats: list) -> list:
        return jax.grad(paired, tuple(range(3, 3 + len(floats))))(at, b, v, *floats)

    return [np.asarray(x) for x in jax.jit(again)(list(at), list(b), case.wide(v), case.wide(at))]


@each([pair for pair in cases.pairs() if pair[1] == "f64" and chosen(*pair)])
def test_against_jax(op: str, element: str, executed) -> None:
    """The first part against JAX's vjp of its own vjp."""
    found = [case for case in chosen(op, element) if case.moving and least_precise(case) == "f64"]
    for case in found:
        at, b, v = numbers(case)
        got = compiled(op)[f"{case.label}_rev_rev"](*at, *b, *v)
        for i, want in zip(case.moving, jax_twice(case, at, b, v), strict=True):
            assert_near(got[i], want, 1e-11, f"{case.label}, cotangent {i}")
    executed(op, element, "jax", len(found))
