# ===- definition.py - named arrows --------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A definition is an operation that stands for an arrow: the compiler makes it a function."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from open_hypergraphs import FiniteFunction, FrobeniusFunctor, IndexedCoproduct, OpenHypergraph

from ..signature import op, sigma_0, sigma_1


class Definition:
    """Base of definitions. They have to be hashable: a frozen dataclass is."""

    def symbol(self) -> str:
        """What its function is called."""
        return type(self).__name__

    def source(self) -> FiniteFunction:
        return self.arrow().source

    def target(self) -> FiniteFunction:
        return self.arrow().target

    def arrow(self) -> OpenHypergraph:
        """What it stands for."""
        raise NotImplementedError


class OperationFunctor(FrobeniusFunctor):
    """A functor that keeps objects, and maps each operation by `map_operation`."""

    def map_operation(self, x: Any) -> OpenHypergraph:
        raise NotImplementedError

    def map_objects(self, objects: FiniteFunction) -> IndexedCoproduct:
        return self.IndexedCoproduct().elements(objects)

    def map_operations(self, x: FiniteFunction, sources: IndexedCoproduct,
                       targets: IndexedCoproduct) -> OpenHypergraph:
        return self.OpenHypergraph().tensor_list([self.map_operation(y) for y in x.table], sigma_0, sigma_1)


class Inline(OperationFunctor):
    """Replaces definitions by what they stand for."""

    def map_operation(self, x: Any) -> OpenHypergraph:
        return x.arrow() if isinstance(x, Definition) else op(x)


def inline(f: OpenHypergraph) -> OpenHypergraph:
    """The arrow with its definitions replaced, once."""
    return Inline()(f)


def recursive_extract_definitions(defs: Iterable[Definition],
                                  max_depth: int = 1024) -> dict[Definition, OpenHypergraph]:
    """The arrows of these definitions and of all that they use.

    Raises ValueError for one that uses itself, or that is nested deeper than `max_depth`.
    """
    found: dict[Definition, OpenHypergraph] = {}

    def extract(definition: Definition, path: tuple[Definition, ...]) -> None:
        if definition in path:
            raise ValueError(f"expected a definition that does not use itself but got {definition}")
        if len(path) >= max_depth:
            raise ValueError(f"expected definitions nested at most {max_depth} deep")
        if definition in found:
            return
        found[definition] = definition.arrow()
        for x in found[definition].H.x.table:
            if isinstance(x, Definition):
                extract(x, (*path, definition))

    for definition in defs:
        extract(definition, ())
    return found
