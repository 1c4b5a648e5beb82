# ===- join.py - cases of the join family -------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Linear maps between one tensor and several: linear in all operands at once, so that they are their own tangents."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from arrows import names, tensor
from cases.base import ELEMENTS, Case, case, indices, jnp, spell
from mlir_text import DTYPES, TensorType

# part, its number, new axis
STACKS = (((), 1, 0), ((), 3, 0), ((3,), 2, 0), ((3,), 2, 1), ((2, 3), 5, 1), ((2, 3), 1, 2), ((0, 3), 2, 1), ((3,), 0, 0),
          ((5, 2), 0, 1), ((2, 1, 5), 3, 2), ((7,), 7, 1))
# parts' other axes around the joined one, sizes
CONCATS = (((), (), (3, 1)), ((), (), (1,)), ((2,), (), (3, 1)), ((), (2,), (3, 1)), ((2,), (5,), (1, 0, 2)), ((), (3,), (0, 0)),
           ((0,), (), (2, 3)), ((3,), (), ()), ((2, 3), (2,), (1, 2, 1)), ((), (), (37, 5, 11)), ((3,), (2, 0), (1, 1)))


def types(text: list[object]) -> str:
    return f"({', '.join(map(str, text))})"


def stack_cases() -> Iterator[Case]:
    for element, (shape, count, axis) in itertools.product(ELEMENTS, STACKS):
        part, whole = tensor(element, *shape), tensor(element, *shape[:axis], count, *shape[axis:])
        extra = f"{count}_along_{axis}_{spell((part,))}"

        def stack(*xs: np.ndarray, whole=whole, axis=axis) -> np.ndarray:
            joined = np.zeros(whole.shape, xs[0].dtype) if xs else constant_zeros(whole)
            for i, x in enumerate(xs):
                joined[(slice(None),) * axis + (i,)] = x
            return joined

        def unstack(x: np.ndarray, axis=axis) -> tuple[np.ndarray, ...]:
            return tuple(x[(slice(None),) * axis + (i,)].copy() for i in range(x.shape[axis]))

        yield case("stack", element, f"%r0 = catgrad.stack {', '.join(names('a', count))} {{axis = {axis}}} : "
                   f"{types([part] * count)} -> {whole}", (part,) * count, (whole,), stack, extra,
                   tangent=lambda a, v, stack=stack: [stack(*v)], jax=lambda *xs, axis=axis: jnp.stack(xs, axis), step=1e-3)
        results = f"{', '.join(names('r', count))} = " if count else ""
        yield case("unstack", element, f"{results}catgrad.unstack %a0 {{axis = {axis}}} : ({whole}) -> {types([part] * count)}",
                   (whole,), (part,) * count, unstack, extra,
                   jax=lambda x, axis=axis: tuple(jnp.take(x, i, axis) for i in range(x.shape[axis])), step=1e-3)


def constant_zeros(type_: TensorType) -> np.ndarray:
    """What no parts are joined to."""
    return np.zeros(type_.shape, DTYPES[type_.element])


def concat_cases() -> Iterator[Case]:
    for element, (before, behind, sizes) in itertools.product(ELEMENTS, CONCATS):
        axis, count = len(before), len(sizes)
        parts = [tensor(element, *before, size, *behind) for size in sizes]
        whole = tensor(element, *before, sum(sizes), *behind)
        ends = list(itertools.accumulate(sizes))
        places = [(slice(None),) * axis + (slice(end - size, end),) for size, end in zip(sizes, ends)]
        extra = f"along_{axis}_{spell((whole,))}_at_{'_'.join(map(str, sizes)) or 'none'}"

        def concat(*xs: np.ndarray, whole=whole, places=places) -> np.ndarray:
            joined = np.zeros(whole.shape, xs[0].dtype) if xs else constant_zeros(whole)
            for place, x in zip(places, xs):
                joined[place] = x
            return joined

        yield case("concat", element, f"%r0 = catgrad.concat {', '.join(names('a', count))} {{axis = {axis}}} : "
                   f"{types(parts)} -> {whole}", parts, (whole,), concat, extra,
                   tangent=lambda a, v, concat=concat: [concat(*v)], jax=lambda *xs, axis=axis: jnp.concatenate(xs, axis),
                   step=1e-3)
        results = f"{', '.join(names('r', count))} = " if count else ""
        yield case("split", element, f"{results}catgrad.split %a0 {{axis = {axis}, sizes = {indices(sizes)}}} : "
                   f"({whole}) -> {types(parts)}", (whole,), parts,
                   lambda x, places=places: tuple(x[place].copy() for place in places), extra,
                   jax=lambda x, ends=ends, axis=axis: tuple(jnp.split(x, ends[:-1], axis)) if ends else (), step=1e-3)


def cases() -> Iterator[Case]:
    yield from stack_cases()
    yield from concat_cases()
