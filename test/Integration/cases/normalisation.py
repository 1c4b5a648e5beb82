# ===- normalisation.py - cases of the normalisation family -----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Softmax and its like, along each axis; normalisation over the last axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from arrows import tensor
from cases.base import FLOATS, Case, case, jnp

# A shape and an axis of it: one element, no elements, odd sizes, each axis.
AXES = (((1,), 0), ((7,), 0), ((0,), 0), ((0, 3), 1), ((3, 0), 0), ((3, 37), 1), ((3, 5), 0), ((2, 3, 5), 1),
        ((2, 1, 3, 5), 1))
# Shapes with the last axis as the features.
SHAPES = ((1,), (7,), (0, 3), (3, 37), (2, 3, 5), (2, 1, 3, 4))


def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True)) if x.size else x
    return e / np.sum(e, axis=axis, keepdims=True)


def logsumexp(x: np.ndarray, axis: int) -> np.ndarray:
    if not x.size:
        return np.full(np.delete(x.shape, axis), -np.inf, x.dtype)
    m = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True)), axis)


def log_softmax(x: np.ndarray, axis: int) -> np.ndarray:
    return x - np.expand_dims(logsumexp(x, axis), axis) if x.size else x


def layer_norm(x: np.ndarray, scale: np.ndarray, bias: np.ndarray, eps: float) -> np.ndarray:
    mean, variance = np.mean(x, axis=-1, keepdims=True), np.var(x, axis=-1, keepdims=True)
    return ((x - mean) / np.sqrt(variance + eps) * scale + bias).astype(x.dtype)


def rms_norm(x: np.ndarray, scale: np.ndarray, eps: float) -> np.ndarray:
    return (x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps) * scale).astype(x.dtype)


def axis_cases(op: str, forward: Callable, jax: Callable, reduces: bool = False) -> Iterator[Case]:
    for element in FLOATS:
        for shape, axis in AXES:
            t = tensor(element, *shape)
            result = tensor(element, *np.delete(shape, axis).tolist()) if reduces else t
            if reduces and 0 in t.shape and 0 not in result.shape:
                continue  # -inf, which has no difference quotient: test_normalisation.py has it
            types = f"({t}) -> {result}" if reduces else str(t)
            yield case(op, element, f"%r0 = catgrad.{op} %a0 {{axis = {axis}}} : {types}", (t,), (result,),
                       lambda x, axis=axis: forward(x, axis), f"axis{axis}",
                       jax=lambda x, axis=axis: jax(x, axis), exact=False)


def norm_cases(op: str, features: int, forward: Callable, jax: Callable) -> Iterator[Case]:
    for element in FLOATS:
        for shape, eps in ((shape, eps) for shape in SHAPES for eps in (1e-5, 0.5)):
            t, f = tensor(element, *shape), tensor(element, shape[-1])
            inputs = (t, *[f] * features)
            operands = ", ".join(f"%a{i}" for i in range(len(inputs)))
            types = ", ".join(map(str, inputs))
            yield case(op, element, f"%r0 = catgrad.{op} {operands} {{eps = {eps:e}}} : ({types}) -> {t}", inputs, (t,),
                       lambda *a, eps=eps: forward(*a, eps), "tiny" if eps < 0.1 else "large",
                       jax=lambda *a, eps=eps: jax(*a, eps), exact=False)


def jax_layer_norm(x, scale, bias, eps: float):
    centred = x - jnp.mean(x, axis=-1, keepdims=True)
    return centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + eps) * scale + bias


def jax_rms_norm(x, scale, eps: float):
    return x / jnp.sqrt(jnp.mean(x**2, axis=-1, keepdims=True) + eps) * scale


def cases() -> Iterator[Case]:
    yield from axis_cases("softmax", softmax, lambda x, axis: jnp.exp(x) / jnp.sum(jnp.exp(x), axis=axis, keepdims=True))
    yield from axis_cases("log_softmax", log_softmax,
                          lambda x, axis: x - jnp.log(jnp.sum(jnp.exp(x), axis=axis, keepdims=True)))
    yield from axis_cases("logsumexp", logsumexp, lambda x, axis: jnp.log(jnp.sum(jnp.exp(x), axis=axis)), reduces=True)
    yield from norm_cases("layer_norm", 2, layer_norm, jax_layer_norm)
    yield from norm_cases("rms_norm", 1, rms_norm, jax_rms_norm)
