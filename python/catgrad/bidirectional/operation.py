# ===- operation.py - operations as optics -------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The array operations, each with its forward and reverse part.

An optic `A -> B` is `fwd : A -> B x M` and `rev : M x B' -> A'`, with a residual M. For the
operations of the compiler all three are asked of it: see rules.py. A class of your own says
them itself; `Lens` and `Dagger` give the usual forward parts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Callable

from open_hypergraphs import FiniteFunction, IndexedCoproduct, OpenHypergraph

from ..text import FunctionBuilder, Value
from ..combinators import canonical, identity, permutation, transpose, twist, unit
from ..core import operation as ops
from ..signature import NdArrayType, obj, op, sigma_0, sigma_1
from ..special.definition import Definition
from . import rules

Arrows = Callable[[FiniteFunction], OpenHypergraph]


class Optic:
    """Base of operations with a reverse."""

    def source(self) -> FiniteFunction:
        raise NotImplementedError

    def target(self) -> FiniteFunction:
        raise NotImplementedError

    def to_core(self) -> OpenHypergraph:
        """The operation without its reverse."""
        raise NotImplementedError

    def fwd(self) -> OpenHypergraph:
        raise NotImplementedError

    def rev(self) -> OpenHypergraph:
        raise NotImplementedError

    def residual(self) -> FiniteFunction:
        raise NotImplementedError


class Lens(Optic):
    """Keeps its operands."""

    def fwd(self) -> OpenHypergraph:
        return copy(self.source()) >> (op(self) @ identity(self.source()))

    def residual(self) -> FiniteFunction:
        return self.source()


class Dagger(Optic):
    """Linear: keeps nothing, and its reverse is its dagger."""

    def dagger(self) -> OpenHypergraph:
        raise NotImplementedError

    def fwd(self) -> OpenHypergraph:
        return op(self)

    def rev(self) -> OpenHypergraph:
        return self.dagger()

    def residual(self) -> FiniteFunction:
        return obj()


class Compiled(Optic):
    """An optic whose parts the compiler knows."""

    def to_core(self) -> OpenHypergraph:
        kind = next(base for base in type(self).__mro__ if base.__module__ == ops.__name__)
        return op(kind(*(getattr(self, field.name) for field in fields(kind))))  # type: ignore[arg-type]

    def _split(self) -> tuple[OpenHypergraph, FiniteFunction, OpenHypergraph]:
        found = self.__dict__.get("_parts")
        if found is None:
            found = rules.split(self, Copy, Discard)
            object.__setattr__(self, "_parts", found)
        return found

    def fwd(self) -> OpenHypergraph:
        return self._split()[0]

    def residual(self) -> FiniteFunction:
        return self._split()[1]

    def rev(self) -> OpenHypergraph:
        return self._split()[2]


class Copy(ops.Copy, Compiled): ...
class NCopy(ops.NCopy, Compiled): ...
class Discard(ops.Discard, Compiled): ...
class NSplit(ops.NSplit, Compiled): ...
class NConcatenate(ops.NConcatenate, Compiled): ...
class Add(ops.Add, Compiled): ...
class NAdd(ops.NAdd, Compiled): ...
class NMax(ops.NMax, Compiled): ...
class Subtract(ops.Subtract, Compiled): ...
class Negate(ops.Negate, Compiled): ...
class Invert(ops.Invert, Compiled): ...
class Constant(ops.Constant, Compiled): ...
class Reshape(ops.Reshape, Compiled): ...
class Permute(ops.Permute, Compiled): ...
class Gt(ops.Gt, Compiled): ...
class Multiply(ops.Multiply, Compiled): ...
class Divide(ops.Divide, Compiled): ...
class Power(ops.Power, Compiled): ...
class MatrixMultiply(ops.MatrixMultiply, Compiled): ...
class Compose(ops.Compose, Compiled): ...


class DialectOperation(ops.DialectOperation, Compiled):
    """What derivatives are made of: it can be derived again."""


@dataclass
class ByNumber(Compiled):
    """`x -> x op s` for a number s."""

    T: NdArrayType
    s: ops.scalar
    mnemonic = ""

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def to_core(self) -> OpenHypergraph:
        kind = {"divide": ops.Divide, "power": ops.Power}[self.mnemonic]
        return (identity(obj(self.T)) @ op(ops.Constant(self.T, self.s))) >> op(kind(self.T))

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return b.op(self.mnemonic, [xs[0], b.constant(self.s, self.T)], [self.T])


@dataclass
class ScaleInverse(ByNumber):
    """Divides by a number."""

    mnemonic = "divide"

    def __post_init__(self) -> None:
        if self.s == 0:
            raise ValueError("expected a number to divide by but got 0")


@dataclass
class Exponentiate(ByNumber):
    """A power by a number."""

    mnemonic = "power"

    def __post_init__(self) -> None:
        if not self.T.dtype.is_floating():
            raise ValueError(f"expected a floating-point type but got {self.T}")


@dataclass(frozen=True)
class Sigmoid(Definition, Compiled):
    """1 / (1 + exp(-x))."""

    T: NdArrayType

    def __post_init__(self) -> None:
        if not self.T.dtype.is_floating():
            raise ValueError(f"expected a floating-point type but got {self.T}")

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def arrow(self) -> OpenHypergraph:
        return op(ops.DialectOperation("catgrad.sigmoid", (), (self.T,), (self.T,)))

    def to_core(self) -> OpenHypergraph:
        return self.arrow()

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return b.op("sigmoid", xs, [self.T])


# Families

copy = canonical(lambda T: op(Copy(T)))
discard = canonical(lambda T: op(Discard(T)))
add = canonical(lambda T: op(Add(T)))
zero = canonical(lambda T: op(Constant(T, 0)))
subtract = canonical(lambda T: op(Subtract(T)))
negate = canonical(lambda T: op(Negate(T)))
multiply = canonical(lambda T: op(Multiply(T)))
gt = canonical(lambda T: op(Gt(T)))
sigmoid = canonical(lambda T: op(Sigmoid(T)))
"""`1 / (1 + exp(-x))` on each array of an object."""


def constant(c: ops.scalar) -> Arrows:
    """A number for all elements."""
    return canonical(lambda T: op(Constant(T, c)))


def increment(c: ops.scalar) -> Arrows:
    """Adds a number."""
    return lambda A: (constant(c)(A) @ identity(A)) >> add(A)


def scale(c: ops.scalar) -> Arrows:
    """Multiplies by a number."""
    return lambda A: (constant(c)(A) @ identity(A)) >> multiply(A)


def scale_inverse(s: ops.scalar) -> Arrows:
    """Divides by a number."""
    return canonical(lambda T: op(ScaleInverse(T, s)))


def exponentiate(s: ops.scalar) -> Arrows:
    """A power by a number."""
    return canonical(lambda T: op(Exponentiate(T, s)))


def gt_constant(c: ops.scalar) -> Arrows:
    """1 where an element is greater than a number, else 0."""
    return lambda A: (identity(A) @ constant(c)(A)) >> gt(A)


def relu(X: FiniteFunction) -> OpenHypergraph:
    """The positive part."""
    return copy(X) >> (gt_constant(0)(X) @ identity(X)) >> multiply(X)


# Learner lenses: the identity forwards; what they do backwards is no derivative of that.


@dataclass
class SGD(Lens):
    """Backwards `(p, p') -> p - c p'`."""

    T: NdArrayType
    c: ops.scalar

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def to_core(self) -> OpenHypergraph:
        return identity(obj(self.T))

    def rev(self) -> OpenHypergraph:
        T = obj(self.T)
        return (identity(T) @ scale(self.c)(T)) >> subtract(T)


@dataclass
class MSE(Lens):
    """Backwards `(y, label) -> y - label`."""

    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def to_core(self) -> OpenHypergraph:
        return identity(obj(self.T))

    def rev(self) -> OpenHypergraph:
        return subtract(obj(self.T))


def sgd(c: ops.scalar) -> Arrows:
    """The optimiser of this rate."""
    return canonical(lambda T: op(SGD(T, c)))


mse = canonical(lambda T: op(MSE(T)))
"""Half the sum of squared errors, a loss."""
