# ===- base.py - the form of a case ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a case is, and the shapes that most operations run on."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arrows import Arrow, Types, operation, ring_add, sample, tensor
from reference import DTYPES, TensorType

Arrays = Sequence[np.ndarray]
Forward = Callable[..., "np.ndarray | tuple[np.ndarray, ...]"]
Push = Callable[[Arrays, Arrays], Arrays]

FLOATS, RINGS = ("f32", "f64"), ("i32", "i1")
ELEMENTS = (*FLOATS, *RINGS)

# Rank 0, no elements, one element, odd sizes that no vector divides, ranks to 4.
SHAPES = ((), (0,), (1,), (7,), (3, 37), (2, 0, 3), (2, 3, 5), (2, 1, 3, 5))
FEW_SHAPES = ((), (0,), (37,), (3, 5))


class LazyModule:
    """A module that is imported when it is first used: JAX costs a second."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self.name), attribute)


jnp = LazyModule("jax.numpy")
lax = LazyModule("jax.lax")


@dataclass(frozen=True)
class Case:
    """One operation on given types."""

    op: str
    element: str
    label: str
    arrow: Arrow
    numpy: Forward
    # The operands in which it is locally constant.
    constant_in: tuple[int, ...] = ()
    tangent: Push | None = None
    # The same meaning in jax.numpy: JAX differentiates it, in f64.
    jax: Forward | None = None
    # Its floats come out the same bit by bit: one rounding, in one order.
    exact: bool = True
    # The step of a difference quotient; a linear map of low precision wants a large one.
    step: float = 1e-6
    # Draws operands with ties where those matter; `sample` otherwise.
    draw: Callable[[np.random.Generator, TensorType], np.ndarray] = sample

    @property
    def inputs(self) -> Types:
        return self.arrow.inputs

    @property
    def results(self) -> Types:
        return self.arrow.results

    def forward(self, *operands: np.ndarray) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            results = self.numpy(*operands)
        return [np.asarray(result) for result in (results if isinstance(results, tuple) else (results,))]

    def push(self, at: Arrays, direction: Arrays) -> list[np.ndarray]:
        """The derivative at `at` in a direction that is zero in the constant operands."""
        if self.tangent:
            return [np.asarray(result) for result in self.tangent(at, direction)]
        if self.jax:
            return self.jax_push(at, direction)
        total: list[np.ndarray] | None = None
        for i in range(len(at)):
            if i in self.constant_in:
                continue
            term = self.forward(*at[:i], direction[i], *at[i + 1:])
            total = term if total is None else [ring_add(x, y) for x, y in zip(total, term)]
        return self.zeros() if total is None else total

    def jax_push(self, at: Arrays, direction: Arrays) -> list[np.ndarray]:
        """The tangent map by JAX's forward mode, floats in f64."""
        import jax  # costs a second

        jax.config.update("jax_enable_x64", True)
        moving = [i for i, x in enumerate(at) if np.issubdtype(x.dtype, np.inexact) and i not in self.constant_in]

        def function(*floats: jax.Array) -> list[jax.Array]:
            operands = list(at)
            for i, x in zip(moving, floats):
                operands[i] = x
            results = self.jax(*operands)
            return list(results) if isinstance(results, tuple) else [results]

        _, tangents = jax.jvp(function, [at[i].astype(np.float64) for i in moving],
                              [direction[i].astype(np.float64) for i in moving])
        return [np.asarray(tangent) for tangent in tangents]

    def zeros(self) -> list[np.ndarray]:
        return [np.zeros(type_.shape, DTYPES[type_.element]) for type_ in self.results]


def spell(types: Sequence[TensorType]) -> str:
    """A name for shapes: 2x3_3x4, scalar."""
    return "_".join("x".join(map(str, type_.shape)) or "scalar" for type_ in types)


def case(op: str, element: str, statement: str, inputs: Sequence[TensorType], results: Sequence[TensorType],
         forward: Forward, extra: str = "", **options) -> Case:
    """A case of one statement from %a0.. to %r0.. ."""
    label = "_".join(filter(None, (op, element, spell(inputs or results), extra)))
    return Case(op, element, label, operation(statement, inputs, results), forward, **options)


def indices(values: Sequence[int]) -> str:
    return f"array<i64: {', '.join(map(str, values))}>" if values else "array<i64>"


def unary_cases(op: str, elements: Sequence[str], forward: Forward, **options) -> Iterator[Case]:
    for element, shape in itertools.product(elements, SHAPES):
        t = tensor(element, *shape)
        yield case(op, element, f"%r0 = catgrad.{op} %a0 : {t}", (t,), (t,), forward, **options)


def binary_cases(op: str, forward: Forward, **options) -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        yield case(op, element, f"%r0 = catgrad.{op} %a0, %a1 : {t}", (t, t), (t,), forward, **options)
