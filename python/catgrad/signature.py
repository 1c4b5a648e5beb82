# ===- signature.py - objects and single operations ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Objects of the category are lists of array types; arrows are open hypergraphs.

An arrow is an `OpenHypergraph` of the package open-hypergraphs: its nodes are labelled with
`NdArrayType`, its hyperedges with objects that have `source()` and `target()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Callable, List, Protocol, Tuple  # noqa: F401 - programs import them from here

import numpy as np
from open_hypergraphs import FiniteFunction, Hypergraph, IndexedCoproduct, OpenHypergraph

from .types import Dtype, NdArrayType, Shape  # noqa: F401

OP_DTYPE = OBJ_DTYPE = object
sigma_0 = FiniteFunction.initial(None, dtype=OBJ_DTYPE)
sigma_1 = FiniteFunction.initial(None, dtype=OP_DTYPE)

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
