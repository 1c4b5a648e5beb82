# ===- parameter.py - parameters -----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A parameter is an operation without operands: models compose without naming them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from open_hypergraphs import FiniteFunction, Hypergraph, OpenHypergraph

from ..combinators import canonical
from ..signature import NdArrayType, obj, op


@dataclass
class Parameter:
    """`1 -> T`. What it starts from is the learner's to say."""

    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj()

    def target(self) -> FiniteFunction:
        return obj(self.T)


parameter = canonical(lambda T: op(Parameter(T)))


def select(p: FiniteFunction) -> FiniteFunction:
    """The places where a predicate, a function to {0, 1}, holds."""
    if p.target != 2:
        raise ValueError(f"expected a predicate but got a function to {p.target}")
    return FiniteFunction(len(p), p.table.nonzero()[0].astype(FiniteFunction.Dtype))


def filter_operations(f: OpenHypergraph, p: FiniteFunction) -> OpenHypergraph:
    """The arrow without the operations for which the predicate does not hold; wires stay."""
    if p.source != f.H.X:
        raise ValueError(f"expected a predicate on {f.H.X} operations but got one on {p.source}")
    k = select(p)
    return OpenHypergraph(f.s, f.t, Hypergraph(s=f.H.s.map_indexes(k), t=f.H.t.map_indexes(k),
                                               w=f.H.w, x=k >> f.H.x))


def factor(c: OpenHypergraph, p: FiniteFunction) -> tuple[OpenHypergraph, OpenHypergraph]:
    """`c : A -> B` as `e : 1 -> C`, the operations for which the predicate holds, bent into
    constants, and `d : C x A -> B`, the rest, with `c = (e x A) ; d`."""
    k = select(p)
    sources, targets = c.H.s.map_indexes(k), c.H.t.map_indexes(k)
    e = OpenHypergraph.tensor_operations(k >> c.H.x, sources.map_values(c.H.w), targets.map_values(c.H.w))
    e = OpenHypergraph(FiniteFunction.initial(e.H.W), e.s + e.t, e.H)
    rest = filter_operations(c, FiniteFunction(2, 1 - p.table))
    return e, OpenHypergraph(sources.values + targets.values + rest.s, rest.t, rest.H)


def factor_parameters(c: OpenHypergraph) -> tuple[OpenHypergraph, OpenHypergraph]:
    """`c : A -> B` as its parameters `e : 1 -> P` and `d : P x A -> B`."""
    hits = np.array([isinstance(x, Parameter) for x in c.H.x.table], dtype=FiniteFunction.Dtype)
    return factor(c, FiniteFunction(2, hits))
