# ===- indexing.py - cases of the indexing family -----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations that make indices, or read and write at them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import ring_add, sample, tensor
from cases.base import ELEMENTS, Case, Draw, case, jnp, spell
from mlir_text import DTYPES, TensorType

IOTAS = (((3,), 0), ((1,), 0), ((0,), 0), ((2, 3), 0), ((2, 3), 1), ((5, 0, 2), 1), ((2, 37), 1), ((2, 1, 3, 5), 2),
         ((7, 3, 2), 0))
# indices, size of the new axis, the axis
ONE_HOTS = (((), 3, 0), ((), 0, 0), ((3,), 5, 0), ((3,), 5, 1), ((0,), 4, 1), ((2, 3), 1, 1), ((2, 3), 7, 2), ((5,), 0, 1),
            ((2, 1, 3), 5, 2), ((1,), 1, 0))
# axes before, size of the axis, axes behind, indices
GATHERS = (((), 3, (), ()), ((), 1, (), (1,)), ((), 7, (), (5,)), ((), 9, (4,), (2, 3)), ((2,), 5, (), (3,)), ((2,), 5, (3,), ()),
           ((3,), 5, (2,), (37,)), ((), 4, (3,), (0,)), ((), 0, (3,), (0,)), ((2, 3), 2, (2,), (2, 2)), ((0,), 3, (2,), (4,)),
           ((2,), 3, (0,), (3, 1)))


def near(size: int) -> Draw:
    """Indices in an axis and a little outside of it, each several times."""
    return lambda random, type_: random.integers(-2, size + 2, type_.shape).astype(DTYPES[type_.element])


def iota_cases() -> Iterator[Case]:
    for element, (shape, axis) in itertools.product(ELEMENTS, IOTAS):
        t = tensor(element, *shape)

        def forward(t=t, axis=axis) -> np.ndarray:
            numbers = np.zeros(t.shape, np.int64)
            for position in np.ndindex(t.shape):
                numbers[position] = position[axis]
            return (numbers % 2 if t.element == "i1" else numbers).astype(DTYPES[t.element])

        yield case("iota", element, f"%r0 = catgrad.iota {{axis = {axis}}} : {t}", (), (t,), forward, f"along_{axis}")


def one_hot_cases() -> Iterator[Case]:
    for element, (shape, size, axis) in itertools.product(ELEMENTS, ONE_HOTS):
        i, r = tensor("i32", *shape), tensor(element, *shape[:axis], size, *shape[axis:])

        def forward(i: np.ndarray, r=r, axis=axis) -> np.ndarray:
            hot = np.zeros(r.shape, DTYPES[r.element])
            for position in np.ndindex(i.shape):
                if 0 <= i[position] < r.shape[axis]:
                    hot[position[:axis] + (i[position],) + position[axis:]] = 1
            return hot

        yield case("one_hot", element, f"%r0 = catgrad.one_hot %a0 {{axis = {axis}}} : ({i}) -> {r}", (i,), (r,), forward,
                   f"to_{spell((r,))}_along_{axis}", constant_in=(0,), draw=near(size))


def clamped(index: int, size: int) -> int:
    return max(0, min(int(index), size - 1))


def gather_cases() -> Iterator[Case]:
    for element, (before, size, behind, shape) in itertools.product(ELEMENTS, GATHERS):
        axis, head = len(before), (slice(None),) * len(before)
        table, i = tensor(element, *before, size, *behind), tensor("i32", *shape)
        rows = tensor(element, *before, *shape, *behind)

        def gather(x: np.ndarray, i: np.ndarray, rows=rows, size=size, head=head) -> np.ndarray:
            taken = np.zeros(rows.shape, x.dtype)
            for position in np.ndindex(i.shape):
                taken[head + position] = x[head + (clamped(i[position], size),)]
            return taken

        def scatter_add(x: np.ndarray, i: np.ndarray, table=table, size=size, head=head) -> np.ndarray:
            sums = np.zeros(table.shape, x.dtype)
            for position in np.ndindex(i.shape):
                target = head + (clamped(i[position], size),)
                sums[target] = ring_add(sums[target], x[head + position])
            return sums

        extra = f"at_{spell((i,))}_along_{axis}"
        yield case("gather", element, f"%r0 = catgrad.gather %a0, %a1 {{axis = {axis}}} : ({table}, {i}) -> {rows}",
                   (table, i), (rows,), gather, extra, constant_in=(1,), draw=(sample, near(size)), step=1e-3,
                   jax=lambda x, i, axis=axis, size=size: jnp.take(x, jnp.clip(i, 0, max(size - 1, 0)), axis, mode="clip"))

        def jax_scatter_add(x: np.ndarray, i: np.ndarray, table: TensorType = table, size=size, head=head) -> object:
            return jnp.zeros(table.shape).at[head + (jnp.clip(i, 0, max(size - 1, 0)),)].add(x)

        yield case("scatter_add", element, f"%r0 = catgrad.scatter_add %a0, %a1 {{axis = {axis}}} : ({rows}, {i}) -> {table}",
                   (rows, i), (table,), scatter_add, f"{extra}_into_{size}", constant_in=(1,), draw=(sample, near(size)),
                   step=1e-3, jax=jax_scatter_add)


def cases() -> Iterator[Case]:
    yield from iota_cases()
    yield from one_hot_cases()
    yield from gather_cases()
