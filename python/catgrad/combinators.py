# ===- combinators.py - wires --------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Arrows made of wires, and families of arrows that are given type by type."""

from __future__ import annotations

from typing import Callable, List

from open_hypergraphs import FiniteFunction, OpenHypergraph

from .signature import NdArrayType, sigma_0, sigma_1


def unit() -> OpenHypergraph:
    """The empty arrow."""
    return OpenHypergraph.unit(sigma_0, sigma_1)


def identity(A: FiniteFunction) -> OpenHypergraph:
    return OpenHypergraph.identity(A, sigma_1)


def twist(A: FiniteFunction, B: FiniteFunction) -> OpenHypergraph:
    """`A x B -> B x A`."""
    return OpenHypergraph.twist(A, B, sigma_1)


def transpose(A: FiniteFunction, rows: int, cols: int) -> OpenHypergraph:
    """The wires of A, row by row a matrix of that size, column by column."""
    if rows * cols != len(A):
        raise ValueError(f"expected {rows} x {cols} wires but got {len(A)}")
    return OpenHypergraph.half_spider(FiniteFunction.transpose(rows, cols), A, sigma_1)


def permutation(A: FiniteFunction, p: List[int]) -> OpenHypergraph:
    """The arrow whose i-th result is wire `p[i]` of A."""
    if sorted(p) != list(range(len(A))):
        raise ValueError(f"expected a permutation of {len(A)} wires but got {p}")
    table = FiniteFunction.Array.array(p, FiniteFunction.Dtype)
    return OpenHypergraph.half_spider(FiniteFunction(len(p), table), A, sigma_1).dagger()


def canonical(component: Callable[[NdArrayType], OpenHypergraph]) -> Callable[[FiniteFunction], OpenHypergraph]:
    """From an arrow for each type to one for each object: side by side, with all first
    sources before all second ones, and so for targets.

    Raises ValueError when the arrows differ in their number of sources or targets.
    """
    def family(A: FiniteFunction) -> OpenHypergraph:
        parts = [component(T) for T in A]
        if not parts:
            return unit()
        for side in ("source", "target"):
            counts = {len(getattr(part, side)) for part in parts}
            if len(counts) > 1:
                raise ValueError(f"expected parts with as many {side}s as each other but got {sorted(counts)}")
        f = OpenHypergraph.tensor_list(parts)
        n = len(parts)
        return (transpose(f.source, n, len(parts[0].source)) >> f
                >> transpose(f.target, n, len(parts[0].target)).dagger())

    return family
