# ===- contraction.py - cases of the contraction family --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Bilinear operations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from arrows import ring_einsum, tensor
from cases.base import ELEMENTS, RINGS, Case, case, indices, jnp

# Odd sizes, k = 0 and 1, no rows, no columns, 0 to 2 batch axes, widths of a vector.
MATMULS = (((2, 3), (3, 4)), ((1, 1), (1, 1)), ((5, 7), (7, 3)), ((1, 37), (37, 1)), ((3, 1), (1, 4)), ((3, 0), (0, 4)),
           ((0, 3), (3, 2)), ((3, 2), (2, 0)), ((17, 19), (19, 23)), ((4, 32), (32, 16)), ((2, 3, 4), (2, 4, 5)),
           ((1, 2, 3), (1, 3, 2)), ((0, 2, 3), (0, 3, 2)), ((3, 2, 0), (3, 0, 2)), ((2, 3, 4, 5), (2, 3, 5, 2)),
           ((2, 2, 1, 7), (2, 2, 7, 1)))
# lhs, its axes, rhs, its axes, and the same for einsum
CONTRACTIONS = (
    ((2, 3), (), (4,), (), "ab,c->abc"), ((5,), (0,), (5,), (0,), "a,a->"), ((2, 3), (1,), (3, 4), (0,), "ab,bc->ac"),
    ((3, 2), (0,), (4, 3), (1,), "ba,cb->ac"), ((2, 3, 4), (1, 2), (4, 3, 5), (1, 0), "abc,cbd->ad"),
    ((2, 3, 4), (2, 0, 1), (3, 4, 2), (1, 2, 0), "abc,bca->"), ((), (), (), (), ",->"), ((), (), (3,), (), ",a->a"),
    ((3, 0), (1,), (0, 2), (0,), "ab,bc->ac"), ((3, 1), (1,), (2, 1), (1,), "ab,cb->ac"),
    ((2, 3, 4, 5), (3, 0), (5, 2, 3), (0, 1), "abcd,dae->bce"), ((37, 3), (0,), (37,), (0,), "ab,a->b"),
    ((2, 5), (0,), (3, 2, 4), (1,), "ab,cad->bcd"), ((0, 3), (1,), (3,), (0,), "ab,b->a"))


def matmul_cases() -> Iterator[Case]:
    for element, (lhs, rhs) in itertools.product(ELEMENTS, MATMULS):
        a, b = tensor(element, *lhs), tensor(element, *rhs)
        r = tensor(element, *lhs[:-1], rhs[-1])
        yield case("matmul", element, f"%r0 = catgrad.matmul %a0, %a1 : ({a}, {b}) -> {r}", (a, b), (r,),
                   lambda x, y: ring_einsum("...ij,...jk->...ik", x, y), jax=lambda x, y: jnp.matmul(x, y), exact=element in RINGS)


def contract_cases() -> Iterator[Case]:
    for element, (lhs, lhs_axes, rhs, rhs_axes, spec) in itertools.product(ELEMENTS, CONTRACTIONS):
        a, b = tensor(element, *lhs), tensor(element, *rhs)
        r = tensor(element, *(size for axis, size in enumerate(lhs) if axis not in lhs_axes),
                   *(size for axis, size in enumerate(rhs) if axis not in rhs_axes))
        axes = f"{{lhs_axes = {indices(lhs_axes)}, rhs_axes = {indices(rhs_axes)}}}"
        yield case("contract", element, f"%r0 = catgrad.contract %a0, %a1 {axes} : ({a}, {b}) -> {r}", (a, b), (r,),
                   lambda x, y, spec=spec: ring_einsum(spec, x, y),
                   "_".join(map(str, ("over", *lhs_axes))),
                   jax=lambda x, y, spec=spec: jnp.einsum(spec, x, y), exact=element in RINGS)


def cases() -> Iterator[Case]:
    yield from matmul_cases()
    yield from contract_cases()
