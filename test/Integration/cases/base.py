# ===- base.py - the form of a case ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a case is, and the shapes that most operations run on."""

from __future__ import annotations

import functools
import importlib
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arrows import Arrow, Types, is_exact, operation, ring_add, sample, tensor
from mlir_text import DTYPES, SMALL_FLOATS, TensorType, widen

Arrays = Sequence[np.ndarray]
Forward = Callable[..., "np.ndarray | tuple[np.ndarray, ...]"]
Push = Callable[[Arrays, Arrays], Arrays]
Draw = Callable[[np.random.Generator, TensorType], np.ndarray]

FLOATS, INTEGERS = ("f32", "f64", "f16", "bf16"), ("i32", "i64", "i16", "i8")
NUMBERS, RINGS = (*FLOATS, *INTEGERS), (*INTEGERS, "i1")
ELEMENTS = (*FLOATS, *RINGS)
# These run on all shapes, the others on few.
MAJOR = ("f32", "f64", "i32", "i1")

# Rank 0, no elements, one element, odd sizes that no vector divides, ranks to 4.
SHAPES = ((), (0,), (1,), (7,), (3, 37), (2, 0, 3), (2, 3, 5), (2, 1, 3, 5))
FEW_SHAPES = ((), (0,), (37,), (3, 5))


# Most of what JAX is asked runs once: compiling it takes the time.
XLA_FLAGS = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"


class LazyModule:
    """A module of JAX, with floats of 64 bits; imported when it is first used, for that costs a second."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, attribute: str) -> Any:
        os.environ.setdefault("XLA_FLAGS", XLA_FLAGS)
        config = importlib.import_module("jax").config
        config.update("jax_enable_x64", True)
        config.update("jax_platforms", "cpu")
        return getattr(importlib.import_module(self.name), attribute)


jax = LazyModule("jax")
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
    # Draws operands, one function for all or one for each: where the operation is
    # defined, with ties where those matter.
    draw: Draw | tuple[Draw, ...] = sample
    # The same away from ties, kinks and poles, if `draw` is not: for difference quotients.
    domain: Draw | tuple[Draw, ...] | None = None

    @property
    def inputs(self) -> Types:
        return self.arrow.inputs

    @property
    def results(self) -> Types:
        return self.arrow.results

    def operands(self, random: np.random.Generator) -> list[np.ndarray]:
        """Operands for which the operation has a value."""
        return self.drawn(random, self.draw)

    def inside(self, random: np.random.Generator) -> list[np.ndarray]:
        """Operands around which the operation is smooth."""
        return self.drawn(random, self.domain or self.draw)

    def drawn(self, random: np.random.Generator, draw: Draw | tuple[Draw, ...]) -> list[np.ndarray]:
        each = draw if isinstance(draw, tuple) else (draw,) * len(self.inputs)
        return [one(random, type_) for one, type_ in zip(each, self.inputs, strict=True)]

    @property
    def restricted(self) -> bool:
        """Is it not defined, or not smooth, everywhere?"""
        return (self.domain or self.draw) is not sample

    def forward(self, *operands: np.ndarray) -> list[np.ndarray]:
        """Its values. Operations on f16 and bf16 compute in f32 and round each result once."""
        with np.errstate(all="ignore"):
            results = self.numpy(*map(widen, operands))
            results = [np.asarray(result) for result in (results if isinstance(results, tuple) else (results,))]
            small = [x.dtype for x in operands if widen(x) is not x]
            return [r.astype(DTYPES[type_.element]) if small and r.dtype == np.float32 else r
                    for r, type_ in zip(results, self.results, strict=True)]

    def push(self, at: Arrays, direction: Arrays) -> list[np.ndarray]:
        """The derivative at `at` in a direction that is zero in the constant operands; that of small floats in f64."""
        at, direction = (
            [x if widen(x) is x else x.astype(np.float64) for x in arrays] for arrays in (at, direction))
        if self.tangent:
            return [np.asarray(result) for result in self.tangent(at, direction)]
        if self.jax and self.moving:
            return self.jax_push(at, direction)
        total: list[np.ndarray] | None = None
        for i in range(len(at)):
            if i in self.constant_in:
                continue
            term = self.forward(*at[:i], direction[i], *at[i + 1:])
            total = term if total is None else [ring_add(x, y) for x, y in zip(total, term)]
        return self.zeros() if total is None else total

    @property
    def is_minor(self) -> bool:
        """Is one of its types not among those that run on all shapes?"""
        return any(type_.element not in MAJOR for type_ in self.inputs + self.results)

    @property
    def has_small_floats(self) -> bool:
        return any(type_.element in SMALL_FLOATS for type_ in self.inputs + self.results)

    @property
    def moving(self) -> list[int]:
        """The operands in which it may have a derivative other than zero, as far as JAX can say: floats."""
        return [i for i, type_ in enumerate(self.inputs) if not is_exact(type_.element) and i not in self.constant_in]

    @property
    def floating(self) -> list[int]:
        """The results that are floats."""
        return [i for i, type_ in enumerate(self.results) if not is_exact(type_.element)]

    def wide(self, at: Arrays) -> list[np.ndarray]:
        """The moving operands in f64."""
        return [at[i].astype(np.float64) for i in self.moving]

    def jax_push(self, at: Arrays, direction: Arrays) -> list[np.ndarray]:
        """The tangent map by JAX's forward mode, floats in f64."""
        tangents = self.zeros()
        pushed = jax_push(self.jax, tuple(self.moving), tuple(self.floating))(list(at), self.wide(at), self.wide(direction))
        for i, tangent in zip(self.floating, pushed):
            tangents[i] = np.asarray(tangent)
        return tangents

    def jax_pull(self, at: Arrays, cotangents: Arrays) -> list[np.ndarray]:
        """The reverse derivative by JAX's reverse mode, floats in f64: a cotangent for each moving operand."""
        pull = jax_pull(self.jax, tuple(self.moving), tuple(self.floating))
        return [np.asarray(x) for x in pull(list(at), self.wide(at), list(cotangents))]

    def zeros(self) -> list[np.ndarray]:
        return [np.zeros(type_.shape, DTYPES[type_.element]) for type_ in self.results]


# JAX ------------------------------------------------------------------------
#
# Compiled as a whole: operation by operation it takes several times as long.

def on_floats(function: Forward, moving: Sequence[int], floating: Sequence[int], at: Sequence[Any]) -> Callable[..., list[Any]]:
    """From the moving operands of a function to its float results; the other operands are those of `at`."""
    def restricted(*floats: Any) -> list[Any]:
        operands = list(at)
        for i, x in zip(moving, floats):
            operands[i] = x
        results = function(*operands)
        results = results if isinstance(results, tuple) else (results,)
        return [results[i] for i in floating]

    return restricted


@functools.cache
def jax_push(function: Forward, moving: tuple[int, ...], floating: tuple[int, ...]) -> Callable[..., list[Any]]:
    """(at, its floats, their direction) to the direction of the float results."""
    def push(at: list[Any], floats: list[Any], direction: list[Any]) -> list[Any]:
        return jax.jvp(on_floats(function, moving, floating, at), floats, direction)[1]

    return jax.jit(push)


@functools.cache
def jax_pull(function: Forward, moving: tuple[int, ...], floating: tuple[int, ...]) -> Callable[..., list[Any]]:
    """(at, its floats, cotangents of all results) to cotangents of the floats."""
    def pull(at: list[Any], floats: list[Any], cotangents: list[Any]) -> list[Any]:
        results, back = jax.vjp(on_floats(function, moving, floating, at), *floats)
        return back([jnp.asarray(cotangents[i]).astype(r.dtype) for i, r in zip(floating, results, strict=True)])

    return jax.jit(pull)


def jax_pull_all(cases: Sequence[Case], ats: Sequence[Arrays], cotangents: Sequence[Arrays]) -> list[list[np.ndarray]]:
    """`Case.jax_pull` of several cases, compiled as one."""
    pulls = [jax_pull(c.jax, tuple(c.moving), tuple(c.floating)) for c in cases]

    def together(*arguments: Any) -> list[list[Any]]:
        return [pull(*each) for pull, each in zip(pulls, zip(*arguments, strict=True), strict=True)]

    found = jax.jit(together)([list(at) for at in ats], [c.wide(at) for c, at in zip(cases, ats)],
                              [list(b) for b in cotangents])
    return [[np.asarray(x) for x in each] for each in found]


def with_zeros(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Numbers of a type, a third of them zeros: for a kink at 0."""
    numbers = sample(random, type_)
    return np.where(random.random(type_.shape) < 0.3, numbers.dtype.type(0), numbers)


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
