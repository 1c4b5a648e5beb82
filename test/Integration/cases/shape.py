# ===- shape.py - cases of the shape family --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Linear maps that move or repeat elements."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import tensor
from cases.base import ELEMENTS, Case, case, indices, jax, jnp, spell

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


# operand, starts, limits, strides
SLICES = (((), (), (), ()), ((5,), (0,), (5,), (1,)), ((7,), (2,), (6,), (1,)), ((7,), (1,), (7,), (3,)),
          ((4, 6), (0, 1), (2, 6), (1, 2)), ((3, 37), (1, 0), (2, 37), (1, 5)), ((2, 5, 3), (0, 4, 1), (2, 5, 3), (1, 9, 2)),
          ((5,), (3,), (3,), (1,)), ((5,), (5,), (5,), (2,)), ((0, 3), (0, 1), (0, 3), (1, 1)),
          ((2, 3, 4, 5), (1, 0, 2, 0), (2, 3, 4, 5), (1, 2, 1, 4)), ((1,), (0,), (1,), (7,)))
# operand, low, high, interior
PADS = (((), (), (), ()), ((3,), (0,), (0,), (0,)), ((3,), (2,), (1,), (0,)), ((3,), (0,), (0,), (2,)),
        ((2, 3), (0, 1), (2, 0), (0, 1)), ((3, 5), (1, 0), (0, 7), (3, 0)), ((0,), (2,), (3,), (5,)), ((1,), (1,), (0,), (9,)),
        ((2, 0, 3), (1, 0, 0), (0, 4, 1), (1, 1, 1)), ((2, 0), (0, 0), (0, 0), (1, 1)), ((2, 1, 3, 2), (0, 1, 0, 2), (1, 1, 0, 0), (0, 3, 2, 1)))
# operand, axes
REVERSES = (((), ()), ((3,), ()), ((3,), (0,)), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)), ((2, 5, 3), (1,)),
            ((0, 3), (0,)), ((1,), (0,)), ((3, 37), (1,)), ((2, 3, 1, 5), (0, 1, 3)))


def slice_cases() -> Iterator[Case]:
    for element, (shape, starts, limits, strides) in itertools.product(ELEMENTS, SLICES):
        part = tuple(map(slice, starts, limits, strides))
        a, r = tensor(element, *shape), tensor(element, *np.empty(shape)[part].shape)
        yield case("slice", element, f"%r0 = catgrad.slice %a0 {{starts = {indices(starts)}, limits = {indices(limits)}, "
                   f"strides = {indices(strides)}}} : ({a}) -> {r}", (a,), (r,), lambda x, part=part: x[part].copy(),
                   "_".join(map(str, ("from", *starts, "to", *limits, "by", *strides))),
                   jax=lambda x, part=part: x[part], step=1e-3)


def pad_cases() -> Iterator[Case]:
    for element, (shape, low, high, interior) in itertools.product(ELEMENTS, PADS):
        sizes = [before + after + size + between * max(size - 1, 0)
                 for size, before, after, between in zip(shape, low, high, interior)]
        a, r = tensor(element, *shape), tensor(element, *sizes)

        def forward(x: np.ndarray, low=low, interior=interior, sizes=sizes) -> np.ndarray:
            padded = np.zeros(sizes, x.dtype)
            for position in np.ndindex(x.shape):
                padded[tuple(before + i * (between + 1) for i, before, between in zip(position, low, interior))] = x[position]
            return padded

        yield case("pad", element, f"%r0 = catgrad.pad %a0 {{low = {indices(low)}, high = {indices(high)}, "
                   f"interior = {indices(interior)}}} : ({a}) -> {r}", (a,), (r,), forward,
                   "_".join(map(str, ("low", *low, "high", *high, "interior", *interior))),
                   jax=lambda x, config=tuple(zip(low, high, interior)): jax.lax.pad(x, x.dtype.type(0), config), step=1e-3)


def reverse_cases() -> Iterator[Case]:
    for element, (shape, axes) in itertools.product(ELEMENTS, REVERSES):
        t = tensor(element, *shape)
        turned = tuple(slice(None, None, -1) if axis in axes else slice(None) for axis in range(len(shape)))
        yield case("reverse", element, f"%r0 = catgrad.reverse %a0 {{dimensions = {indices(axes)}}} : {t}", (t,), (t,),
                   lambda x, turned=turned: x[turned].copy(), "over_" + ("_".join(map(str, axes)) or "none"),
                   jax=lambda x, axes=axes: jnp.flip(x, axes), step=1e-3)


def cases() -> Iterator[Case]:
    yield from broadcast_cases()
    yield from reshape_cases()
    yield from transpose_cases()
    yield from slice_cases()
    yield from pad_cases()
    yield from reverse_cases()
