# ===- operation.py - array operations -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations by the names of Python catgrad, each with its form in the dialect.

`lower(b, xs)` writes an operation: `b` is a `catgrad.text.FunctionBuilder`, `xs` are the
operands; it returns the results.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, List

from open_hypergraphs import FiniteFunction, OpenHypergraph

from ..text import FunctionBuilder, Value, index_list
from ..combinators import identity
from ..signature import NdArrayType, obj, op

scalar = int | float


def prod(xs: Any) -> int:
    return math.prod(xs)


class Operation:
    """Base of all: one operation of the dialect, unless `lower` says otherwise."""

    mnemonic = ""

    def source(self) -> FiniteFunction:
        raise NotImplementedError

    def target(self) -> FiniteFunction:
        raise NotImplementedError

    def attributes(self) -> dict[str, str]:
        return {}

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return b.op(self.mnemonic, xs, list(self.target()), self.attributes())


class Unary(Operation):
    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)


class Binary(Unary):
    def source(self) -> FiniteFunction:
        return obj(self.T, self.T)


@dataclass
class Copy(Unary):
    T: NdArrayType

    def target(self) -> FiniteFunction:
        return obj(self.T, self.T)

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return [xs[0], xs[0]]


@dataclass
class Discard(Unary):
    T: NdArrayType

    def target(self) -> FiniteFunction:
        return obj()

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return []


@dataclass
class NCopy(Operation):
    """`N -> N+T`: copies along new last axes."""

    N: NdArrayType
    T: NdArrayType
    mnemonic = "broadcast"

    def source(self) -> FiniteFunction:
        return obj(self.N)

    def target(self) -> FiniteFunction:
        return obj(self.N + self.T)

    def attributes(self) -> dict[str, str]:
        return last_axes(self.N, self.T)


@dataclass
class NAdd(Operation):
    """`N+T -> N`: sums along the last axes."""

    N: NdArrayType
    T: NdArrayType
    mnemonic = "reduce_sum"

    def source(self) -> FiniteFunction:
        return obj(self.N + self.T)

    def target(self) -> FiniteFunction:
        return obj(self.N)

    def attributes(self) -> dict[str, str]:
        return last_axes(self.N, self.T)


@dataclass
class NMax(NAdd):
    """`N+T -> N`: the greatest along the last axes."""

    mnemonic = "reduce_max"

    def __post_init__(self) -> None:
        if prod(self.N.shape + self.T.shape) <= 0:
            raise ValueError(f"expected elements to take the maximum of but got {self}")


def last_axes(N: NdArrayType, T: NdArrayType) -> dict[str, str]:
    first = len(N.shape)
    return {"dimensions": index_list(range(first, first + len(T.shape)))}


@dataclass
class NSplit(Operation):
    """`T+k -> T x .. x T`: the parts along the last axis."""

    T: NdArrayType
    k: int
    mnemonic = "unstack"

    def __post_init__(self) -> None:
        if self.k <= 0:
            raise ValueError(f"expected one part or more but got {self.k}")

    def source(self) -> FiniteFunction:
        return obj(self.T + self.k)

    def target(self) -> FiniteFunction:
        return obj(*[self.T] * self.k)

    def attributes(self) -> dict[str, str]:
        return {"axis": f"{len(self.T.shape)} : i64"}


@dataclass
class NConcatenate(Operation):
    """`T x .. x T -> T+k`: stacks along a new last axis."""

    T: NdArrayType
    k: int
    mnemonic = "stack"

    def source(self) -> FiniteFunction:
        return obj(*[self.T] * self.k)

    def target(self) -> FiniteFunction:
        return obj(self.T + self.k)

    def attributes(self) -> dict[str, str]:
        return {"axis": f"{len(self.T.shape)} : i64"}


@dataclass
class Add(Binary):
    T: NdArrayType
    mnemonic = "add"


@dataclass
class Subtract(Binary):
    T: NdArrayType
    mnemonic = "subtract"


@dataclass
class Multiply(Binary):
    T: NdArrayType
    mnemonic = "multiply"


@dataclass
class Divide(Binary):
    T: NdArrayType
    mnemonic = "divide"


@dataclass
class Power(Binary):
    T: NdArrayType
    mnemonic = "power"


@dataclass
class Negate(Unary):
    T: NdArrayType
    mnemonic = "negate"


@dataclass
class Invert(Unary):
    T: NdArrayType
    mnemonic = "invert"

    def __post_init__(self) -> None:
        if self.T.dtype.is_floating():
            raise ValueError(f"expected integers or bool to invert but got {self.T}")


@dataclass
class Gt(Binary):
    """1 where the first is greater, else 0, in the type of the operands."""

    T: NdArrayType

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        [bits] = b.op("compare", xs, [b.bits(self.T)], {"predicate": "#catgrad.predicate<gt>"})
        return b.op("cast", [bits], [self.T]) if bits.type != self.T else [bits]


@dataclass
class Constant(Operation):
    """A number for every element."""

    T: NdArrayType
    x: scalar

    def __post_init__(self) -> None:
        if not isinstance(self.x, scalar):
            raise ValueError(f"expected a number but got {self.x!r}")

    def source(self) -> FiniteFunction:
        return obj()

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return [b.constant(self.x, self.T)]


@dataclass
class Reshape(Operation):
    X: NdArrayType
    Y: NdArrayType
    mnemonic = "reshape"

    def __post_init__(self) -> None:
        if prod(self.X.shape) != prod(self.Y.shape):
            raise ValueError(f"expected as many elements in {self.X} as in {self.Y}")
        if self.X.dtype != self.Y.dtype:
            raise ValueError(f"expected equal element types but got {self.X} and {self.Y}")

    def source(self) -> FiniteFunction:
        return obj(self.X)

    def target(self) -> FiniteFunction:
        return obj(self.Y)

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return xs if self.X == self.Y else super().lower(b, xs)


@dataclass
class Permute(Operation):
    """Axis i of the result is axis `p[i]` of the operand."""

    T: NdArrayType
    p: List[int]
    mnemonic = "transpose"

    def __post_init__(self) -> None:
        if sorted(self.p) != list(range(len(self.T.shape))):
            raise ValueError(f"expected a permutation of the axes of {self.T} but got {self.p}")

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(NdArrayType(tuple(self.T.shape[i] for i in self.p), self.T.dtype))

    def attributes(self) -> dict[str, str]:
        return {"permutation": index_list(self.p)}


@dataclass
class MatrixMultiply(Operation):
    """`N+A+B x N+B+C -> N+A+C`, a product of matrices for each index of N."""

    N: NdArrayType
    A: NdArrayType
    B: NdArrayType
    C: NdArrayType
    mnemonic = "matmul"

    def __post_init__(self) -> None:
        for T in (self.A, self.B, self.C):
            if len(T.shape) != 1:
                raise ValueError(f"expected one axis but got {T}")

    def source(self) -> FiniteFunction:
        return obj(self.N + self.A + self.B, self.N + self.B + self.C)

    def target(self) -> FiniteFunction:
        return obj(self.N + self.A + self.C)


@dataclass
class Compose(Operation):
    """`A+B x B+C -> A+C`: the sum over all axes of B."""

    A: NdArrayType
    B: NdArrayType
    C: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.A + self.B, self.B + self.C)

    def target(self) -> FiniteFunction:
        return obj(self.A + self.C)

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        if len(self.A.shape) == len(self.B.shape) == len(self.C.shape) == 1:
            return b.op("matmul", xs, list(self.target()))
        first, count = len(self.A.shape), len(self.B.shape)
        return b.op("contract", xs, list(self.target()),
                    {"lhs_axes": index_list(range(first, first + count)), "rhs_axes": index_list(range(count))})


@dataclass(frozen=True)
class DialectOperation(Operation):
    """Any operation, as the compiler names it: what its derivatives are made of."""

    name: str  # with the dialect: catgrad.multiply
    attrs: tuple[tuple[str, str], ...]
    sources: tuple[NdArrayType, ...]
    targets: tuple[NdArrayType, ...]

    def source(self) -> FiniteFunction:
        return obj(*self.sources)

    def target(self) -> FiniteFunction:
        return obj(*self.targets)

    def lower(self, b: FunctionBuilder, xs: list[Value]) -> list[Value]:
        return b.op(self.name, xs, list(self.targets), dict(self.attrs))


def exp1(T: NdArrayType) -> OpenHypergraph:
    """The exponential function, as a power of e."""
    return (op(Constant(T, math.e)) @ identity(obj(T))) >> op(Power(T))


operation = Operation
