# ===- signature.py - objects and single operations ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Objects of the category are lists of array types; arrows are open hypergraphs.

An arrow is an `OpenHypergraph` of the package open-hypergraphs: its nodes are labelled with
`NdArrayType`, its hyperedges with objects that have `source()` and `target()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, List, Protocol, Tuple

import numpy as np

from .errors import CatgradError

try:
    from open_hypergraphs import FiniteFunction, Hypergraph, IndexedCoproduct, OpenHypergraph
except ImportError as error:
    raise CatgradError("diagrams need the package open-hypergraphs, which is not installed",
                       hint="pip install 'catgrad-mlir[diagrams]', or, with numpy 2, "
                       "pip install --no-deps open-hypergraphs==0.1.3 and scipy") from error

OP_DTYPE = OBJ_DTYPE = object
sigma_0 = FiniteFunction.initial(None, dtype=OBJ_DTYPE)
sigma_1 = FiniteFunction.initial(None, dtype=OP_DTYPE)

Shape = Tuple[int, ...]


class Dtype(Enum):
    """Element types: the value is the compiler's name."""

    int32 = "i32"
    float32 = "f32"
    bool = "i1"
    int8 = "i8"
    int16 = "i16"
    int64 = "i64"
    float16 = "f16"
    bfloat16 = "bf16"
    float64 = "f64"

    def is_floating(self) -> bool:
        return "f" in self.value


@dataclass(frozen=True)
class NdArrayType:
    """Shape and element type of an array. `+` puts shapes after each other."""

    shape: Shape
    dtype: Dtype

    def __post_init__(self) -> None:
        if not isinstance(self.shape, tuple):
            raise TypeError(f"expected a tuple as shape but got {self.shape!r}")

    @classmethod
    def from_ndarray(cls, x: Any) -> NdArrayType:
        """The type of an array. Raises CatgradError for an element type that the compiler does not have."""
        from . import dtypes
        return cls(tuple(x.shape), Dtype(dtypes.from_numpy(x.dtype)))

    def __add__(self, other: NdArrayType | int) -> NdArrayType:
        """`T + U` has the axes of both, `T + 3` one more. Raises ValueError for two element types."""
        if isinstance(other, int):
            return NdArrayType(self.shape + (other,), self.dtype)
        if self.dtype != other.dtype:
            raise ValueError(f"expected equal element types but got {self} and {other}")
        return NdArrayType(self.shape + other.shape, self.dtype)

    def __radd__(self, size: int) -> NdArrayType:
        if not isinstance(size, int):
            raise ValueError(f"expected a size before {self} but got {size!r}")
        return NdArrayType((size,) + self.shape, self.dtype)

    @property
    def mlir(self) -> str:
        """`tensor<2x3xf32>`."""
        return f"tensor<{''.join(f'{size}x' for size in self.shape)}{self.dtype.value}>"

    @staticmethod
    def parse(text: str) -> NdArrayType:
        """From MLIR. Raises ValueError for what is no tensor of fixed shape."""
        match = re.fullmatch(r"tensor<((?:\d+x)*)(\w+)>", text)
        if not match:
            raise ValueError(f"expected a tensor of fixed shape but got {text}")
        return NdArrayType(tuple(map(int, match[1].split("x")[:-1])), Dtype(match[2]))


class Typed(Protocol):
    """What can label a hyperedge."""

    def source(self) -> FiniteFunction: ...

    def target(self) -> FiniteFunction: ...


def obj(*types: NdArrayType) -> FiniteFunction:
    """The object of these types."""
    return FiniteFunction(None, FiniteFunction.Array.array(types, OBJ_DTYPE))


def singleton(x: Any, A: FiniteFunction, B: FiniteFunction) -> OpenHypergraph:
    """The arrow `A -> B` of one operation."""
    return OpenHypergraph.singleton(FiniteFunction(None, FiniteFunction.Array.array([x], OP_DTYPE)), A, B)


def op(x: Typed) -> OpenHypergraph:
    """The arrow of one operation."""
    return singleton(x, x.source(), x.target())


def arrow(types: Sequence[NdArrayType], sources: Sequence[int], targets: Sequence[int],
          edges: Iterable[tuple[Any, Sequence[int], Sequence[int]]]) -> OpenHypergraph:
    """The arrow with these nodes, interfaces, and hyperedges (operation, sources, targets)."""
    edges = list(edges)

    def table(values: Iterable[int]) -> FiniteFunction:
        return FiniteFunction(len(types), np.array(list(values), dtype=FiniteFunction.Dtype))

    def ports(side: int) -> IndexedCoproduct:
        sizes = np.array([len(edge[side]) for edge in edges], dtype=FiniteFunction.Dtype)
        return IndexedCoproduct(sources=FiniteFunction(None, sizes),
                                values=table(node for edge in edges for node in edge[side]))

    labels = np.empty(len(edges), dtype=object)
    for i, edge in enumerate(edges):
        labels[i] = edge[0]
    H = Hypergraph(s=ports(1), t=ports(2), w=obj(*types), x=FiniteFunction(None, labels))
    return OpenHypergraph(table(sources), table(targets), H)
