# ===- structural.py - cases of the structural family ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Wires and constants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import Arrow, constant, dense, ring_multiply, sample, tensor
from cases.base import ELEMENTS, SHAPES, Case, case, jnp, spell
from mlir_text import DTYPES


def copy_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        yield case("copy", element, f"%r0, %r1 = catgrad.copy %a0 : {t}", (t,), (t, t), lambda x: (x, x), jax=lambda x: (x, x))


def discard_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t, other = tensor(element, *shape), tensor(element, 3)
        text = f"  catgrad.discard %a0 : {t}"
        yield Case("discard", element, f"discard_{element}_{spell((t,))}", Arrow((t,), (), text, ()),
                   lambda x: (), tangent=lambda a, v: [], jax=lambda x: ())
        yield Case("discard", element, f"discard_{element}_{spell((t,))}_beside",
                   Arrow((t, other), (other,), text, ("%a1",)), lambda x, y: y, tangent=lambda a, v: [v[1]], jax=lambda x, y: y)


def constant_cases() -> Iterator[Case]:
    splats = {"f32": 1.5, "f64": -0.1, "f16": 0.1, "bf16": -0.1, "i32": -7, "i64": 2**40, "i16": -300, "i8": -7, "i1": True}
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        value = sample(np.random.default_rng(len(shape)), t)
        splat = np.full(t.shape, splats[element], DTYPES[element])
        splat_text = dense(splat.reshape(-1)[:1].reshape(())) if splat.size else "dense<>"
        for name, numbers, text in (("list", value, dense(value)), ("splat", splat, splat_text)):
            yield Case("constant", element, f"constant_{element}_{spell((t,))}_{name}",
                       Arrow((), (t,), f"  %r0 = catgrad.constant {text} : {t}", ("%r0",)),
                       lambda numbers=numbers: numbers, tangent=lambda a, v, nothing=np.zeros_like(value): [nothing])
    # Enough elements that MLIR prints them as hexadecimal bytes; i1 as packed bits.
    for element in ELEMENTS:
        t = tensor(element, 13, 17)
        value = sample(np.random.default_rng(13), t)
        yield Case("constant", element, f"constant_{element}_{spell((t,))}_many",
                   Arrow((t,), (t,), constant("%c", t, value) + f"\n  %r0 = catgrad.multiply %a0, %c : {t}", ("%r0",)),
                   lambda x, value=value: ring_multiply(x, value),
                   jax=lambda x, value=value: ring_multiply(x, jnp.asarray(value)))


def cases() -> Iterator[Case]:
    yield from copy_cases()
    yield from discard_cases()
    yield from constant_cases()
