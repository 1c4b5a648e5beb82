# ===- elementwise.py - cases of the elementwise family --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Ring operations, comparison, choice and conversion."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import ring_add, ring_multiply, ring_negate, sample, tensor
from cases.base import (ELEMENTS, FEW_SHAPES, FLOATS, NUMBERS, RINGS, SHAPES, Case, Forward, Push, binary_cases,
                        case, jnp, unary_cases, with_zeros)
from mlir_text import DTYPES, TensorType


def same_operand_cases() -> Iterator[Case]:
    """One value as both operands: the cotangents of both uses are summed."""
    for op, element in itertools.product(("add", "subtract", "multiply"), ELEMENTS):
        t = tensor(element, 3, 5)
        zero = np.zeros(t.shape, DTYPES[element])
        forward: Forward = {"add": lambda x: ring_add(x, x), "subtract": lambda x: difference(x, x),
                            "multiply": lambda x: ring_multiply(x, x)}[op]
        tangent: Push = {"add": lambda a, v: [ring_add(v[0], v[0])],
                         "subtract": lambda a, v, zero=zero: [zero],
                         "multiply": lambda a, v: [ring_add(ring_multiply(a[0], v[0]), ring_multiply(a[0], v[0]))]}[op]
        yield case(op, element, f"%r0 = catgrad.{op} %a0, %a0 : {t}", (t,), (t,), forward, "same", tangent=tangent, jax=forward)


def difference(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return ring_add(x, ring_negate(y))


def with_ties(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Few different numbers, so that comparisons meet equal ones."""
    if type_.element == "i1":
        return sample(random, type_)
    return random.integers(-1, 2, type_.shape).astype(DTYPES[type_.element])


def compare_cases() -> Iterator[Case]:
    predicates = {"eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "lt": lambda x, y: x < y,
                  "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y}
    for element, (name, forward), shape in itertools.product(ELEMENTS, predicates.items(), FEW_SHAPES):
        t, bits = tensor(element, *shape), tensor("i1", *shape)
        yield case("compare", element,
                   f"%r0 = catgrad.compare %a0, %a1 {{predicate = #catgrad.predicate<{name}>}} : ({t}, {t}) -> {bits}",
                   (t, t), (bits,), forward, name, constant_in=(0, 1), jax=forward, draw=with_ties,
                   domain=sample)


def select_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t, bits = tensor(element, *shape), tensor("i1", *shape)
        yield case("select", element, f"%r0 = catgrad.select %a0, %a1, %a2 : ({bits}, {t}, {t}) -> {t}",
                   (bits, t, t), (t,), np.where, constant_in=(0,),
                   tangent=lambda a, v: [np.where(a[0], v[1], v[2])],
                   jax=lambda c, x, y: jnp.where(c, x, y))


def cast_cases() -> Iterator[Case]:
    def small(random: np.random.Generator, type_: TensorType) -> np.ndarray:
        """Fractions of both signs, zeros among them; integers that fit in any type."""
        if type_.element == "i1":
            return sample(random, type_)
        values = random.uniform(-50, 50, type_.shape) * (random.random(type_.shape) < 0.7)
        return values.astype(DTYPES[type_.element])

    for source, target, shape in itertools.product(ELEMENTS, ELEMENTS, FEW_SHAPES):
        a, r = tensor(source, *shape), tensor(target, *shape)
        dtype = DTYPES[target]
        # Between floats, or to its own type. Otherwise the derivative is zero.
        linear = source == target or {source, target} <= set(FLOATS)
        yield case("cast", source, f"%r0 = catgrad.cast %a0 : ({a}) -> {r}", (a,), (r,),
                   (lambda x: x != 0) if target == "i1" else (lambda x, dtype=dtype: x.astype(dtype)),
                   f"to_{target}", constant_in=() if linear else (0,), draw=small, domain=sample, step=1.0 if linear else 1e-6,
                   tangent=(lambda a, v, dtype=dtype: [v[0].astype(dtype)]) if linear else None,
                   jax=lambda x, dtype=dtype: x.astype(dtype))


def quotient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Truncated towards zero on integers, and 0 for a divisor of 0."""
    if x.dtype.kind == "f":
        return x / y
    divisor = np.where(y == 0, 1, y).astype(x.dtype)
    floor = x // divisor
    return np.where(y == 0, 0, floor + ((x != floor * divisor) & ((x < 0) != (y < 0)))).astype(x.dtype)


def power(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """On integers in the ring Z/2^n, with an exponent that is not signed."""
    if x.dtype.kind == "f":
        return np.power(x, y)
    modulus = 2**(8 * x.itemsize)
    powers = [pow(a, b % modulus, modulus) for a, b in zip(x.reshape(-1).tolist(), y.reshape(-1).tolist())]
    return np.array(powers, np.uint64).astype(f"u{x.itemsize}").view(x.dtype).reshape(x.shape)


def positive(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    return np.abs(sample(random, type_))


def quotient_and_power_cases() -> Iterator[Case]:
    for element, shape in itertools.product(NUMBERS, SHAPES):
        t = tensor(element, *shape)
        yield case("divide", element, f"%r0 = catgrad.divide %a0, %a1 : {t}", (t, t), (t,), quotient,
                   jax=lambda x, y: x / y)
        yield case("power", element, f"%r0 = catgrad.power %a0, %a1 : {t}", (t, t), (t,), power,
                   jax=lambda x, y: jnp.power(x, y), exact=element in RINGS,
                   draw=sample if element in RINGS else (positive, sample))


def constant_operand_cases() -> Iterator[Case]:
    """By a constant, division is linear, and a power of integers has a derivative, too."""
    for element, shape in itertools.product(NUMBERS, FEW_SHAPES):
        t = tensor(element, *shape)
        if element in FLOATS:
            yield case("divide", element, f"%c = catgrad.constant dense<-2.5> : {t}\n  %r0 = catgrad.divide %a0, %c : {t}",
                       (t,), (t,), lambda x: x / x.dtype.type(-2.5), "constant", jax=lambda x: x / -2.5)
            for exponent in (2.0, -1.0, 0.5, 3.0, 0.0):
                yield case("power", element,
                           f"%c = catgrad.constant dense<{exponent}> : {t}\n  %r0 = catgrad.power %a0, %c : {t}",
                           (t,), (t,), lambda x, exponent=exponent: np.power(x, x.dtype.type(exponent)),
                           f"constant_{str(exponent).replace('.', '_').replace('-', 'minus_')}",
                           # JAX multiplies 0 by the infinite 1 / 0; the slope of a constant is 0.
                           jax=lambda x, exponent=exponent: x**exponent if exponent else jnp.ones_like(x), exact=False,
                           draw=positive if exponent == 0.5 else with_zeros if exponent == 0 else sample)
        else:
            yield case("power", element, f"%c = catgrad.constant dense<3> : {t}\n  %r0 = catgrad.power %a0, %c : {t}",
                       (t,), (t,), lambda x: x * x * x, "constant", tangent=lambda a, v: [cube_tangent(a[0], v[0])])


@np.errstate(over="ignore")
def cube_tangent(x: np.ndarray, v: np.ndarray) -> np.ndarray:
    return (x.dtype.type(3) * x * x * v).astype(x.dtype)


def cases() -> Iterator[Case]:
    yield from binary_cases("add", ring_add, tangent=lambda a, v: [ring_add(*v)], jax=ring_add)
    yield from binary_cases("subtract", difference, tangent=lambda a, v: [difference(*v)], jax=difference)
    yield from binary_cases("multiply", ring_multiply, jax=ring_multiply)
    yield from same_operand_cases()
    yield from unary_cases("negate", ELEMENTS, ring_negate, jax=ring_negate)
    yield from compare_cases()
    yield from select_cases()
    yield from cast_cases()
    yield from quotient_and_power_cases()
    yield from constant_operand_cases()
    yield from unary_cases("invert", RINGS, np.invert, tangent=lambda a, v: [ring_negate(v[0])])
