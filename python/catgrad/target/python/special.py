# ===- special.py - operations that are Python code ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A way out for experiments: an operation that is any Python code. Only Python sources have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List

from open_hypergraphs import FiniteFunction

from ...signature import NdArrayType, obj


class PythonOp:
    """Base: `__call__` takes the operands, and returns a list of the results."""

    def source(self) -> FiniteFunction:
        raise NotImplementedError

    def target(self) -> FiniteFunction:
        raise NotImplementedError

    def __call__(self, *args: Any) -> List[Any]:
        raise NotImplementedError


@dataclass(frozen=True)
class IdentityPythonOp(PythonOp):
    """The identity, for tests."""

    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def __call__(self, x: Any) -> List[Any]:
        return [x]
