# ===- activation.py - cases of the activation family ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Nonlinear functions of neural networks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from arrows import sample, tensor
from cases.base import FEW_SHAPES, FLOATS, NUMBERS, SHAPES, Arrays, Case, case, jax, jnp, lax, unary_cases, with_zeros
from cases.order import with_ties


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def logistic_tangent(a: Arrays, v: Arrays) -> Arrays:
    s = logistic(a[0])
    return [s * (1 - s) * v[0]]


def relu_tangent(a: Arrays, v: Arrays) -> Arrays:
    return [np.where(a[0] > 0, v[0], v[0].dtype.type(0))]


def clamp_cases() -> Iterator[Case]:
    """Between -1 and 1, which are met: there JAX, too, has the derivative 0."""
    for element, shape in itertools.product(NUMBERS, FEW_SHAPES):
        t = tensor(element, *shape)
        yield case("clamp", element, f"%r0 = catgrad.clamp %a0 {{low = -1.0 : f64, high = 1.0 : f64}} : {t}", (t,), (t,),
                   lambda x: np.clip(x, x.dtype.type(-1), x.dtype.type(1)), draw=with_ties, domain=sample,
                   jax=lambda x: lax.clamp(jnp.asarray(-1.0, x.dtype), x, jnp.asarray(1.0, x.dtype)),
                   tangent=lambda a, v: [np.where((a[0] > -1) & (a[0] < 1), v[0], v[0].dtype.type(0))])


def gelu_cases() -> Iterator[Case]:
    def exact(x: np.ndarray) -> np.ndarray:
        tails = [math.erfc(-number / math.sqrt(2)) / 2 for number in x.reshape(-1).tolist()]
        return x * np.array(tails, x.dtype).reshape(x.shape)

    def by_tanh(x: np.ndarray) -> np.ndarray:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    for element, shape, approximate in itertools.product(FLOATS, SHAPES, ("none", "tanh")):
        t = tensor(element, *shape)
        yield case("gelu", element, f'%r0 = catgrad.gelu %a0 {{approximate = "{approximate}"}} : {t}', (t,), (t,),
                   {"none": exact, "tanh": by_tanh}[approximate], approximate, exact=False,
                   jax=lambda x, flag=approximate == "tanh": jax.nn.gelu(x, approximate=flag))


def cases() -> Iterator[Case]:
    yield from unary_cases("sigmoid", FLOATS, logistic, tangent=logistic_tangent,
                           jax=lambda x: 1 / (1 + jnp.exp(-x)), exact=False)
    yield from unary_cases("silu", FLOATS, lambda x: x * logistic(x),
                           jax=lambda x: x / (1 + jnp.exp(-x)), exact=False)
    yield from unary_cases("relu", NUMBERS, lambda x: np.maximum(x, x.dtype.type(0)), tangent=relu_tangent,
                           jax=lambda x: jnp.where(x > 0, x, 0), draw=with_zeros, domain=sample)
    yield from unary_cases("softplus", FLOATS, lambda x: np.log1p(np.exp(x)), jax=lambda x: jnp.logaddexp(x, 0.0),
                           exact=False)
    yield from clamp_cases()
    yield from gelu_cases()
