# ===- layers.py - layers of models --------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Layers as arrows, with their parameters inside."""

from __future__ import annotations

from typing import Callable

from open_hypergraphs import FiniteFunction, OpenHypergraph

# All operations and families have their old names here, too.
from .bidirectional.operation import *  # noqa: F403
from .bidirectional.operation import Compose, Reshape, add, identity, op, sigmoid
from .signature import NdArrayType, obj
from .special.parameter import parameter


def flatten(X: NdArrayType, Y: NdArrayType) -> OpenHypergraph:
    """X in the shape of Y."""
    return op(Reshape(X, Y))


def linear(A: NdArrayType, B: NdArrayType, C: NdArrayType) -> OpenHypergraph:
    """`A+B -> A+C`: a batch A of vectors B times one matrix, a parameter B+C."""
    if not A.dtype == B.dtype == C.dtype:
        raise ValueError(f"expected equal element types but got {A}, {B} and {C}")
    return (identity(obj(A + B)) @ parameter(obj(B + C))) >> op(Compose(A, B, C))


def bias(A: NdArrayType) -> OpenHypergraph:
    """Adds a parameter of the type A."""
    return (parameter(obj(A)) @ identity(obj(A))) >> add(obj(A))


def dense(A: NdArrayType, B: NdArrayType, C: NdArrayType,
          activation: Callable[[FiniteFunction], OpenHypergraph] = sigmoid) -> OpenHypergraph:
    """`linear`, `bias`, then the activation."""
    return linear(A, B, C) >> bias(A + C) >> activation(obj(A + C))
