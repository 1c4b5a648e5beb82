# ===- functor.py - the functor R ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functors on arrows: without reverse parts, forward, reverse, and both (`Bidirectional`)."""

from __future__ import annotations

from typing import Any

from open_hypergraphs import FiniteFunction, IndexedCoproduct, OpenHypergraph
from open_hypergraphs import Optic as OpticFunctor

from ..core.operation import DialectOperation as CoreOperation
from ..signature import op
from ..special.definition import OperationFunctor
from .operation import DialectOperation


def optic(x: Any) -> Any:
    """An operation with its reverse part: those of derivatives get theirs here."""
    if type(x) is CoreOperation:
        return DialectOperation(x.name, x.attrs, x.sources, x.targets)
    return x


class Forget(OperationFunctor):
    """Array operations without reverse parts."""

    def map_operation(self, x: Any) -> OpenHypergraph:
        return x.to_core() if hasattr(x, "to_core") else op(x)


class Fwd(OperationFunctor):
    def map_operation(self, x: Any) -> OpenHypergraph:
        return optic(x).fwd()


class Rev(OperationFunctor):
    def map_operation(self, x: Any) -> OpenHypergraph:
        return optic(x).rev()


def residual(x: FiniteFunction) -> IndexedCoproduct:
    return IndexedCoproduct.from_list(None, [optic(y).residual() for y in x.table], dtype=object)


class Bidirectional(OpticFunctor):
    """Each operation by its forward and reverse part, with the residual between them."""

    F = Fwd()
    R = Rev()

    def residual(self, x: FiniteFunction, A: IndexedCoproduct, B: IndexedCoproduct) -> IndexedCoproduct:
        return residual(x)
