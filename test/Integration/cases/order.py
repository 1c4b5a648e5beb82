# ===- order.py - cases of the order family --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations with kinks and steps. Where equal numbers meet, JAX makes the choice
that the dialect documents."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import sample, tensor
from cases.base import ELEMENTS, FLOATS, NUMBERS, SHAPES, Case, Forward, case, jnp, unary_cases
from mlir_text import DTYPES, TensorType

def with_ties(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Few different numbers, so that equal ones meet, and zeros."""
    if type_.element == "i1":
        return sample(random, type_)
    return random.integers(-1, 2, type_.shape).astype(DTYPES[type_.element])


def fractions(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Numbers of some units, not close to an integral one."""
    return (random.integers(-50, 50, type_.shape) + random.uniform(0.1, 0.9, type_.shape)).astype(DTYPES[type_.element])


def extremum_cases(op: str, forward: Forward, by_jax: Forward) -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        yield case(op, element, f"%r0 = catgrad.{op} %a0, %a1 : {t}", (t, t), (t,), forward,
                   jax=by_jax, draw=with_ties, domain=sample)


def cases() -> Iterator[Case]:
    yield from extremum_cases("maximum", np.maximum, lambda x, y: jnp.maximum(x, y))
    yield from extremum_cases("minimum", np.minimum, lambda x, y: jnp.minimum(x, y))
    # Not jnp.abs, which has the slope 1 at 0.
    yield from unary_cases("abs", NUMBERS, np.abs, jax=lambda x: x * jnp.sign(x), draw=with_ties, domain=sample,
                           tangent=lambda a, v: [np.sign(a[0]) * v[0]])
    yield from unary_cases("sign", NUMBERS, np.sign, jax=lambda x: jnp.sign(x), draw=with_ties, domain=sample,
                           constant_in=(0,))
    yield from unary_cases("floor", FLOATS, np.floor, jax=lambda x: jnp.floor(x), draw=fractions, constant_in=(0,))
    yield from unary_cases("ceil", FLOATS, np.ceil, jax=lambda x: jnp.ceil(x), draw=fractions, constant_in=(0,))
