# ===- op_cases.py - what each operation is tested on -----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""For every operation of the dialect: element types, shapes and attributes to run
it on, and its meaning in numpy, written down by hand and independently of
reference.py.

The derivative is given as the tangent map `push(a, v)`, the derivative at `a` in
direction `v`. It follows from the forward part of a linear operation, which is its
own tangent, and of one that is linear in each operand: the sum over the operands of
f(.., v_i, ..). This is exact in every ring.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

import harness
from arrows import (Arrow, Types, constant, dense, operation, ring_add, ring_einsum, ring_multiply,
                    ring_negate, ring_sum, sample, tensor, total_size)
from reference import DTYPES, TensorType

Arrays = Sequence[np.ndarray]
Forward = Callable[..., "np.ndarray | tuple[np.ndarray, ...]"]
Push = Callable[[Arrays, Arrays], Arrays]

FLOATS, RINGS = ("f32", "f64"), ("i32", "i1")
ELEMENTS = (*FLOATS, *RINGS)


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
        total: list[np.ndarray] | None = None
        for i in range(len(at)):
            if i in self.constant_in:
                continue
            term = self.forward(*at[:i], direction[i], *at[i + 1:])
            total = term if total is None else [ring_add(x, y) for x, y in zip(total, term)]
        return self.zeros() if total is None else total

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


# Elementwise ----------------------------------------------------------------

# Rank 0, no elements, one element, odd sizes that no vector divides, ranks to 4.
SHAPES = ((), (0,), (1,), (7,), (3, 37), (2, 0, 3), (2, 3, 5), (2, 1, 3, 5))
FEW_SHAPES = ((), (0,), (37,), (3, 5))


def binary_cases(op: str, forward: Forward, **options) -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        yield case(op, element, f"%r0 = catgrad.{op} %a0, %a1 : {t}", (t, t), (t,), forward, **options)


def same_operand_cases() -> Iterator[Case]:
    """One value as both operands: the cotangents of both uses are summed."""
    for op, element in itertools.product(("add", "subtract", "multiply"), ELEMENTS):
        t = tensor(element, 3, 5)
        zero = np.zeros(t.shape, DTYPES[element])
        forward: Forward = {"add": lambda x: ring_add(x, x), "subtract": lambda x: difference(x, x),
                            "multiply": lambda x: ring_multiply(x, x)}[op]
        tangent: Push = {"add": lambda a, v: [ring_add(v[0], v[0])],
                         "subtract": lambda a, v, zero=zero: [zero],
                         "multiply": lambda a, v: [ring_add(ring_multiply(a[0], v[0]), ring_multiply(a[0], v[0]))]}[op]
        yield case(op, element, f"%r0 = catgrad.{op} %a0, %a0 : {t}", (t,), (t,), forward, "same", tangent=tangent)


def unary_cases(op: str, elements: Sequence[str], forward: Forward, **options) -> Iterator[Case]:
    for element, shape in itertools.product(elements, SHAPES):
        t = tensor(element, *shape)
        yield case(op, element, f"%r0 = catgrad.{op} %a0 : {t}", (t,), (t,), forward, **options)


def difference(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return ring_add(x, ring_negate(y))


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def logistic_tangent(a: Arrays, v: Arrays) -> Arrays:
    s = logistic(a[0])
    return [s * (1 - s) * v[0]]


def relu_tangent(a: Arrays, v: Arrays) -> Arrays:
    return [np.where(a[0] > 0, v[0], v[0].dtype.type(0))]


def with_ties(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Few different numbers, so that comparisons meet equal ones."""
    if type_.element == "i1":
        return sample(random, type_)
    return random.integers(-1, 2, type_.shape).astype(DTYPES[type_.element])


def compare_cases() -> Iterator[Case]:
    predicates = {"eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "lt": lambda x, y: x < y,
                  "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y}
    for element, (name, forward), shape in itertools.product(ELEMENTS, predicates.items(), FEW_SHAPES):
        t, bits = tensor(element, *shape), tensor("i1", *shape)
        yield case("compare", element,
                   f"%r0 = catgrad.compare %a0, %a1 {{predicate = #catgrad.predicate<{name}>}} : ({t}, {t}) -> {bits}",
                   (t, t), (bits,), forward, name, constant_in=(0, 1), draw=with_ties)


def select_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t, bits = tensor(element, *shape), tensor("i1", *shape)
        yield case("select", element, f"%r0 = catgrad.select %a0, %a1, %a2 : ({bits}, {t}, {t}) -> {t}",
                   (bits, t, t), (t,), np.where, constant_in=(0,),
                   tangent=lambda a, v: [np.where(a[0], v[1], v[2])])


def cast_cases() -> Iterator[Case]:
    def small(random: np.random.Generator, type_: TensorType) -> np.ndarray:
        """Fractions of both signs, zeros among them; integers that fit in any type."""
        if type_.element == "i1":
            return sample(random, type_)
        values = random.uniform(-50, 50, type_.shape) * (random.random(type_.shape) < 0.7)
        return values.astype(DTYPES[type_.element])

    for source, target, shape in itertools.product(ELEMENTS, ELEMENTS, FEW_SHAPES):
        a, r = tensor(source, *shape), tensor(target, *shape)
        dtype = DTYPES[target]
        # Between floats, or to its own type. Otherwise the derivative is zero.
        linear = source == target or {source, target} <= set(FLOATS)
        yield case("cast", source, f"%r0 = catgrad.cast %a0 : ({a}) -> {r}", (a,), (r,),
                   (lambda x: x != 0) if target == "i1" else (lambda x, dtype=dtype: x.astype(dtype)),
                   f"to_{target}", constant_in=() if linear else (0,), draw=small, step=1.0 if linear else 1e-6,
                   tangent=(lambda a, v, dtype=dtype: [v[0].astype(dtype)]) if linear else None)


# Shapes ---------------------------------------------------------------------

# operand, new axes of the result, result
BROADCASTS = (((), (), ()), ((), (0,), (3,)), ((), (0, 1), (2, 3)), ((3,), (0,), (2, 3)), ((3,), (1,), (3, 4)),
              ((2, 4), (1,), (2, 3, 4)), ((5,), (0, 2, 3), (2, 5, 3, 2)), ((3,), (0,), (0, 3)), ((0,), (1,), (0, 2)),
              ((1,), (0,), (1, 1)), ((2, 3), (), (2, 3)), ((2, 3), (1, 2), (2, 1, 5, 3)), ((37,), (0,), (3, 37)))
# operand, axes that go
REDUCTIONS = (((), ()), ((3,), (0,)), ((2, 3), ()), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)),
              ((2, 3, 4), (1,)), ((2, 3, 4), (0, 2)), ((2, 5, 3, 2), (0, 2, 3)), ((0, 3), (0,)), ((3, 0), (0,)),
              ((0,), (0,)), ((2, 0, 3), (1,)), ((1,), (0,)), ((37,), (0,)), ((33, 5), (0,)), ((5, 33), (1,)))
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
                   (a,), (r,), forward, "to_" + spell((r,)))


def reduce_sum_cases() -> Iterator[Case]:
    for element, (shape, axes) in itertools.product(ELEMENTS, REDUCTIONS):
        a = tensor(element, *shape)
        r = tensor(element, *(size for axis, size in enumerate(shape) if axis not in axes))
        yield case("reduce_sum", element,
                   f"%r0 = catgrad.reduce_sum %a0 {{dimensions = {indices(axes)}}} : ({a}) -> {r}", (a,), (r,),
                   lambda x, axes=axes: ring_sum(x, axes) if axes else x,
                   "over_" + ("_".join(map(str, axes)) or "none"), exact=element in RINGS, step=1e-3)


def reshape_cases() -> Iterator[Case]:
    for element, (shape, target) in itertools.product(ELEMENTS, RESHAPES):
        a, r = tensor(element, *shape), tensor(element, *target)
        yield case("reshape", element, f"%r0 = catgrad.reshape %a0 : ({a}) -> {r}", (a,), (r,),
                   lambda x, target=target: x.reshape(target), "to_" + spell((r,)), step=1e-3)


def transpose_cases() -> Iterator[Case]:
    for element, (shape, permutation) in itertools.product(ELEMENTS, TRANSPOSES):
        a, r = tensor(element, *shape), tensor(element, *(shape[axis] for axis in permutation))

        def forward(x: np.ndarray, permutation=permutation) -> np.ndarray:
            # Axis i of the result is axis permutation[i] of the operand.
            letters = "abcdefgh"[:x.ndim]
            return np.einsum(f"{letters}->{''.join(letters[axis] for axis in permutation)}", x).copy()

        yield case("transpose", element,
                   f"%r0 = catgrad.transpose %a0 {{permutation = {indices(permutation)}}} : ({a}) -> {r}",
                   (a,), (r,), forward, "by_" + ("_".join(map(str, permutation)) or "none"), step=1e-3)


# Contractions ---------------------------------------------------------------

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
                   lambda x, y: ring_einsum("...ij,...jk->...ik", x, y), exact=element in RINGS)


def contract_cases() -> Iterator[Case]:
    for element, (lhs, lhs_axes, rhs, rhs_axes, spec) in itertools.product(ELEMENTS, CONTRACTIONS):
        a, b = tensor(element, *lhs), tensor(element, *rhs)
        r = tensor(element, *(size for axis, size in enumerate(lhs) if axis not in lhs_axes),
                   *(size for axis, size in enumerate(rhs) if axis not in rhs_axes))
        axes = f"{{lhs_axes = {indices(lhs_axes)}, rhs_axes = {indices(rhs_axes)}}}"
        yield case("contract", element, f"%r0 = catgrad.contract %a0, %a1 {axes} : ({a}, {b}) -> {r}", (a, b), (r,),
                   lambda x, y, spec=spec: ring_einsum(spec, x, y),
                   "_".join(map(str, ("over", *lhs_axes))), exact=element in RINGS)


# Wires and constants --------------------------------------------------------

def copy_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t = tensor(element, *shape)
        yield case("copy", element, f"%r0, %r1 = catgrad.copy %a0 : {t}", (t,), (t, t), lambda x: (x, x))


def discard_cases() -> Iterator[Case]:
    for element, shape in itertools.product(ELEMENTS, SHAPES):
        t, other = tensor(element, *shape), tensor(element, 3)
        text = f"  catgrad.discard %a0 : {t}"
        yield Case("discard", element, f"discard_{element}_{spell((t,))}", Arrow((t,), (), text, ()),
                   lambda x: (), tangent=lambda a, v: [])
        yield Case("discard", element, f"discard_{element}_{spell((t,))}_beside",
                   Arrow((t, other), (other,), text, ("%a1",)), lambda x, y: y, tangent=lambda a, v: [v[1]])


def constant_cases() -> Iterator[Case]:
    splats = {"f32": 1.5, "f64": -0.1, "i32": -7, "i1": True}
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
                   lambda x, value=value: ring_multiply(x, value))


@cache
def cases() -> tuple[Case, ...]:
    """All cases, grouped by operation."""
    everything = [
        *binary_cases("add", ring_add, tangent=lambda a, v: [ring_add(*v)]),
        *binary_cases("subtract", difference, tangent=lambda a, v: [difference(*v)]),
        *binary_cases("multiply", ring_multiply), *same_operand_cases(),
        *unary_cases("negate", ELEMENTS, ring_negate),
        *unary_cases("sigmoid", FLOATS, logistic, tangent=logistic_tangent, exact=False),
        *unary_cases("relu", ("f32", "f64", "i32"), lambda x: np.maximum(x, x.dtype.type(0)), tangent=relu_tangent),
        *compare_cases(), *select_cases(), *cast_cases(), *broadcast_cases(), *reduce_sum_cases(), *reshape_cases(),
        *transpose_cases(), *matmul_cases(), *contract_cases(), *copy_cases(), *discard_cases(), *constant_cases()]
    labels = [c.label for c in everything]
    assert len(set(labels)) == len(labels), [label for label in labels if labels.count(label) > 1]
    return tuple(sorted(everything, key=lambda c: c.op))


# Operations on modules and functions: test_programs.py has their tests.
PROGRAM_OPS = {"derive", "learner", "parameter"}


def pairs() -> list[tuple[str, str]]:
    """Each operation with each element type that it has cases for."""
    return sorted({(c.op, c.element) for c in cases()})


def select(op: str, element: str | None = None) -> list[Case]:
    return [c for c in cases() if c.op == op and element in (None, c.element)]


def representative(op: str, element: str) -> Case:
    """The case with the most elements, as long as they are few; for laws about whole programs."""
    return max((c for c in select(op, element) if total_size(c.inputs + c.results) <= 120 and c.results),
               key=lambda c: (len(c.inputs), total_size(c.inputs + c.results)))


def registered() -> set[str]:
    """The operations that the dialect registers, from the code that TableGen made for the compiler."""
    generated = harness.BUILD / "include" / "catgrad" / "Dialect" / "Catgrad" / "IR" / "CatgradOps.h.inc"
    return set(re.findall(r'StringLiteral\("catgrad\.(\w+)"\)', generated.read_text()))
