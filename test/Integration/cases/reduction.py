# ===- reduction.py - cases of the reduction family ------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations that combine the elements along axes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import is_exact, ring_add, ring_sum, sample, tensor
from cases.base import ELEMENTS, RINGS, Arrays, Case, Push, case, indices, jnp
from mlir_text import DTYPES, TensorType

# operand, axes that go
REDUCTIONS = (((), ()), ((3,), (0,)), ((2, 3), ()), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)),
              ((2, 3, 4), (1,)), ((2, 3, 4), (0, 2)), ((2, 5, 3, 2), (0, 2, 3)), ((0, 3), (0,)), ((3, 0), (0,)),
              ((0,), (0,)), ((2, 0, 3), (1,)), ((1,), (0,)), ((37,), (0,)), ((33, 5), (0,)), ((5, 33), (1,)))


def reduce_sum_cases() -> Iterator[Case]:
    for element, (shape, axes) in itertools.product(ELEMENTS, REDUCTIONS):
        a = tensor(element, *shape)
        r = tensor(element, *(size for axis, size in enumerate(shape) if axis not in axes))
        yield case("reduce_sum", element,
                   f"%r0 = catgrad.reduce_sum %a0 {{dimensions = {indices(axes)}}} : ({a}) -> {r}", (a,), (r,),
                   lambda x, axes=axes: ring_sum(x, axes) if axes else x,
                   "over_" + ("_".join(map(str, axes)) or "none"), jax=lambda x, axes=axes: jnp.sum(x, axes),
                   exact=element in RINGS, step=1e-3)


def with_ties(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Few different numbers, so that the greatest is there several times."""
    if type_.element == "i1":
        return sample(random, type_)
    return random.integers(-1, 2, type_.shape).astype(DTYPES[type_.element])


def distinct(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Numbers far enough from each other for a difference quotient."""
    numbers = np.linspace(-1.5, 1.5, max(int(np.prod(type_.shape)), 2))[:int(np.prod(type_.shape))]
    return random.permutation(numbers).reshape(type_.shape).astype(DTYPES[type_.element])


def bounds(element: str) -> tuple[object, object]:
    """The least and the greatest value of an element type."""
    if element == "i1":
        return False, True
    if element not in RINGS:
        return -np.inf, np.inf
    return np.iinfo(DTYPES[element]).min, np.iinfo(DTYPES[element]).max


# Of no elements they are infinite, and have no difference quotient: test_axes.py.
EXTREMA = tuple((shape, axes) for shape, axes in REDUCTIONS if all(shape[axis] for axis in axes))


def extremum_cases() -> Iterator[Case]:
    for element, (shape, axes) in itertools.product(ELEMENTS, EXTREMA):
        a, r = tensor(element, *shape), tensor(element, *(size for axis, size in enumerate(shape) if axis not in axes))
        least, greatest = bounds(element)
        for op, forward, of_jax, neutral in (("reduce_max", np.max, "max", least), ("reduce_min", np.min, "min", greatest)):
            yield case(op, element, f"%r0 = catgrad.{op} %a0 {{dimensions = {indices(axes)}}} : ({a}) -> {r}", (a,), (r,),
                       lambda x, axes=axes, forward=forward, neutral=neutral: forward(x, axis=axes, initial=neutral),
                       "over_" + ("_".join(map(str, axes)) or "none"), draw=with_ties, domain=distinct,
                       # JAX, too, lets equal elements share.
                       jax=lambda x, axes=axes, of_jax=of_jax: getattr(jnp, of_jax)(x, axis=axes))


def product(x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    return np.all(x, axis=axes) if x.dtype == np.bool_ else np.prod(x, axis=axes, dtype=x.dtype)


def product_tangent(axes: tuple[int, ...]) -> Push:
    """The sum of the products in which one factor is replaced by its tangent."""
    def push(a: Arrays, v: Arrays) -> Arrays:
        (x,), (t,) = a, v
        total = np.zeros_like(product(x, axes))
        for position in np.ndindex(tuple(x.shape[axis] for axis in axes)):
            place = [slice(None)] * x.ndim
            for axis, i in zip(axes, position):
                place[axis] = i
            replaced = np.array(x)
            replaced[tuple(place)] = np.asarray(t)[tuple(place)]
            total = ring_add(total, product(replaced, axes))
        return [total]

    return push


def mostly_units(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """One zero or two, and else numbers whose products do not vanish: odd ones in Z/2^n, floats of about 1."""
    numbers = sample(random, type_)
    zero = random.random(type_.shape) < min(0.3, 1.5 / max(1, numbers.size))
    if type_.element == "i1":
        return ~zero
    numbers = numbers | 1 if is_exact(type_.element) else (np.sign(numbers) * (0.7 + 0.4 * np.abs(numbers))).astype(numbers.dtype)
    return np.where(zero, numbers.dtype.type(0), numbers)


def reduce_prod_cases() -> Iterator[Case]:
    for element, (shape, axes) in itertools.product(ELEMENTS, REDUCTIONS):
        a, r = tensor(element, *shape), tensor(element, *(size for axis, size in enumerate(shape) if axis not in axes))
        yield case("reduce_prod", element, f"%r0 = catgrad.reduce_prod %a0 {{dimensions = {indices(axes)}}} : ({a}) -> {r}",
                   (a,), (r,), lambda x, axes=axes: product(x, axes), "over_" + ("_".join(map(str, axes)) or "none"),
                   tangent=product_tangent(axes), jax=lambda x, axes=axes: jnp.prod(x, axis=axes), exact=element in RINGS,
                   draw=mostly_units)


# operand, axis
SCANS = (((1,), 0), ((3,), 0), ((0,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 5, 3), 1), ((0, 3), 1), ((3, 0), 1), ((37,), 0),
         ((33, 5), 0), ((2, 1, 3, 4), 3), ((2, 1, 3, 4), 1))


def cumsum_cases() -> Iterator[Case]:
    for element, (shape, axis), reverse, exclusive in itertools.product(ELEMENTS, SCANS, (False, True), (False, True)):
        t = tensor(element, *shape)

        def forward(x: np.ndarray, axis=axis, reverse=reverse, exclusive=exclusive) -> np.ndarray:
            sums, total = np.zeros_like(x), np.zeros_like(x.take(0, axis)) if x.shape[axis] else None
            order = range(x.shape[axis])
            for i in reversed(order) if reverse else order:
                place = (slice(None),) * axis + (i,)
                after = ring_add(total, x[place])
                sums[place] = total if exclusive else after
                total = after
            return sums

        def of_jax(x: np.ndarray, axis=axis, reverse=reverse, exclusive=exclusive) -> object:
            # As a matrix product: JAX's own cumsum has neither option.
            n = x.shape[axis]
            part = jnp.triu(jnp.ones((n, n)), int(exclusive))
            return jnp.moveaxis(jnp.moveaxis(x, axis, -1) @ (part.T if reverse else part), -1, axis)

        flags = ", ".join(["", *(["reverse"] if reverse else []), *(["exclusive"] if exclusive else [])])
        yield case("cumsum", element, f"%r0 = catgrad.cumsum %a0 {{axis = {axis}{flags}}} : {t}", (t,), (t,), forward,
                   f"along_{axis}{flags.replace(', ', '_')}", jax=of_jax, step=1e-3)


# operand, axis
SEARCHES = (((3,), 0), ((1,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 5, 3), 1), ((0, 3), 1), ((3, 0), 0), ((37, 5), 0), ((5, 37), 1),
            ((2, 1, 3, 4), 2))


def argmax_cases() -> Iterator[Case]:
    for element, (shape, axis) in itertools.product(ELEMENTS, SEARCHES):
        a, r = tensor(element, *shape), tensor("i32", *shape[:axis], *shape[axis + 1:])
        yield case("argmax", element, f"%r0 = catgrad.argmax %a0 {{axis = {axis}}} : ({a}) -> {r}", (a,), (r,),
                   lambda x, axis=axis: np.argmax(x, axis).astype(np.int32), f"along_{axis}", constant_in=(0,), draw=with_ties,
                   domain=distinct)


def cases() -> Iterator[Case]:
    yield from reduce_sum_cases()
    yield from extremum_cases()
    yield from reduce_prod_cases()
    yield from cumsum_cases()
    yield from argmax_cases()
