# ===- reduction.py - cases of the reduction family ------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations that sum or choose along axes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from arrows import ring_sum, tensor
from cases.base import ELEMENTS, RINGS, Case, case, indices, jnp

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


def cases() -> Iterator[Case]:
    yield from reduce_sum_cases()
