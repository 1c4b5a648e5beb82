# ===- math.py - cases of the math family ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Elementary functions. test_math.py has their whole range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from arrows import sample
from cases.base import FLOATS, Case, Forward, jnp, lax, unary_cases, with_zeros
from mlir_text import TensorType


def positive(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Numbers that are not too close to 0."""
    return np.abs(sample(random, type_))


def above_minus_one(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    x = positive(random, type_)
    return x - x.dtype.type(0.9)


def elementwise(function: Callable[[float], float]) -> Forward:
    """A function of Python's math on each element, computed in f64."""
    return lambda x: np.array([function(number) for number in x.reshape(-1).tolist()], x.dtype).reshape(x.shape)


# Its meaning, the same to JAX, and where it is defined.
FUNCTIONS: dict[str, tuple[Forward, Forward, Callable[..., np.ndarray]]] = {
    "exp": (np.exp, lambda x: jnp.exp(x), with_zeros),
    "expm1": (np.expm1, lambda x: jnp.expm1(x), with_zeros),
    "log": (np.log, lambda x: jnp.log(x), positive),
    "log1p": (np.log1p, lambda x: jnp.log1p(x), above_minus_one),
    "sqrt": (np.sqrt, lambda x: jnp.sqrt(x), positive),
    "rsqrt": (lambda x: 1 / np.sqrt(x), lambda x: lax.rsqrt(x), positive),
    "sin": (np.sin, lambda x: jnp.sin(x), with_zeros),
    "cos": (np.cos, lambda x: jnp.cos(x), with_zeros),
    "tan": (np.tan, lambda x: jnp.tan(x), with_zeros),
    "atan": (np.arctan, lambda x: jnp.arctan(x), with_zeros),
    "tanh": (np.tanh, lambda x: jnp.tanh(x), with_zeros),
    "erf": (elementwise(math.erf), lambda x: lax.erf(x), with_zeros),
    "erfc": (elementwise(math.erfc), lambda x: lax.erfc(x), with_zeros),
}


def cases() -> Iterator[Case]:
    for op, (forward, by_jax, draw) in FUNCTIONS.items():
        yield from unary_cases(op, FLOATS, forward, jax=by_jax, draw=draw,
                               domain=sample if draw is with_zeros else None, exact=False)
