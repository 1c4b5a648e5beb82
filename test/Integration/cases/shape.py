# ===- shape.py - cases of the shape family --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Linear maps that move or repeat elements."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import tensor
from cases.base import ELEMENTS, Case, case, indices, jnp, spell

# operand, new axes of the result, result
BROADCASTS = (((), (), ()), ((), (0,), (3,)), ((), (0, 1), (2, 3)), ((3,), (0,), (2, 3)), ((3,), (1,), (3, 4)),
              ((2, 4), (1,), (2, 3, 4)), ((5,), (0, 2, 3), (2, 5, 3, 2)), ((3,), (0,), (0, 3)), ((0,), (1,), (0, 2)),
              ((1,), (0,), (1, 1)), ((2, 3), (), (2, 3)), ((2, 3), (1, 2), (2, 1, 5, 3)), ((37,), (0,), (3, 37)))
RESHAPES = (((6,), (2, 3)), ((2, 3), (3, 2)), ((), (1,)), ((), ()), ((1, 1), ()), ((0, 3), (5, 0)), ((2, 3, 4), (4, 6)),
            ((2, 3, 4), (24,)), ((2, 3, 2, 2), (6, 4)), ((3,), (3,)), ((2, 9), (3, 6)), ((5,), (1, 5, 1, 1)),
            ((1, 5, 1), (5,)), ((0,), (3, 0, 2)))
TRANSPOSES = (((), ()), ((3,), (0,)), ((2, 3), (1, 0)), ((2, 3), (0, 1)), ((2, 3, 4), (0, 2, 1)),
              ((2, 3, 4), (1, 0, 2)), ((2, 3, 4), (1, 2, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (2, 1, 0)),
              ((2, 3, 4, 5), (2, 0, 3, 1)), ((2, 3, 4, 5), (3, 2, 1, 0)), ((0, 3), (1, 0)), ((1, 5), (1, 0)),
              ((17, 19), (1, 0)))


def broadcast_cases() -> Iterator[Case]:
    for element, (shape, new, wide) in itertools.product(ELEMENTS, BROADCASTS):
        a, r = tensor(element, *shape), tensor(element, *wide)

        def forward(x: np.ndarray, new=new, wide=wide) -> np.ndarray:
            full = x
            for axis in new:
                full = np.repeat(np.expand_dims(full, axis), wide[axis], axis)
            return full

        yield case("broadcast", element, f"%r0 = catgrad.broadcast %a0 {{dimensions = {indices(new)}}} : ({a}) -> {r}",
                   (a,), (r,), forward, "to_" + spell((r,)),
                   jax=lambda x, new=new, wide=wide: jnp.broadcast_to(jnp.expand_dims(x, new), wide))


def reshape_cases() -> Iterator[Case]:
    for element, (shape, target) in itertools.product(ELEMENTS, RESHAPES):
        a, r = tensor(element, *shape), tensor(element, *target)
        yield case("reshape", element, f"%r0 = catgrad.reshape %a0 : ({a}) -> {r}", (a,), (r,),
                   lambda x, target=target: x.reshape(target), "to_" + spell((r,)),
                   jax=lambda x, target=target: jnp.reshape(x, target), step=1e-3)


def transpose_cases() -> Iterator[Case]:
    for element, (shape, permutation) in itertools.product(ELEMENTS, TRANSPOSES):
        a, r = tensor(element, *shape), tensor(element, *(shape[axis] for axis in permutation))

        def forward(x: np.ndarray, permutation=permutation) -> np.ndarray:
            # Axis i of the result is axis permutation[i] of the operand.
            letters = "abcdefgh"[:x.ndim]
            return np.einsum(f"{letters}->{''.join(letters[axis] for axis in permutation)}", x).copy()

        yield case("transpose", element,
                   f"%r0 = catgrad.transpose %a0 {{permutation = {indices(permutation)}}} : ({a}) -> {r}",
                   (a,), (r,), forward, "by_" + ("_".join(map(str, permutation)) or "none"),
                   jax=lambda x, permutation=permutation: jnp.transpose(x, permutation), step=1e-3)


def cases() -> Iterator[Case]:
    yield from broadcast_cases()
    yield from reshape_cases()
    yield from transpose_cases()
