# ===- activation.py - cases of the activation family ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Nonlinear functions of neural networks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arrows import sample
from cases.base import FLOATS, NUMBERS, Arrays, Case, jnp, unary_cases, with_zeros


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def logistic_tangent(a: Arrays, v: Arrays) -> Arrays:
    s = logistic(a[0])
    return [s * (1 - s) * v[0]]


def relu_tangent(a: Arrays, v: Arrays) -> Arrays:
    return [np.where(a[0] > 0, v[0], v[0].dtype.type(0))]


def cases() -> Iterator[Case]:
    yield from unary_cases("sigmoid", FLOATS, logistic, tangent=logistic_tangent,
                           jax=lambda x: 1 / (1 + jnp.exp(-x)), exact=False)
    yield from unary_cases("silu", FLOATS, lambda x: x * logistic(x),
                           jax=lambda x: x / (1 + jnp.exp(-x)), exact=False)
    yield from unary_cases("relu", NUMBERS, lambda x: np.maximum(x, x.dtype.type(0)), tangent=relu_tangent,
                           jax=lambda x: jnp.where(x > 0, x, 0), draw=with_zeros, domain=sample)
