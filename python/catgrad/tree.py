# ===- tree.py - nested arguments ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Lists, tuples and dictionaries of values, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """The values in a tree: those of a dictionary in the order of its keys as text."""
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree, key=str) for leaf in leaves(tree[key])]
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [] if tree is None else [tree]


def rebuild(tree: Any, values: Iterator[Any]) -> Any:
    """A tree of the same form with other values, in the order of `leaves`."""
    if isinstance(tree, dict):
        made = {key: rebuild(tree[key], values) for key in sorted(tree, key=str)}
        return {key: made[key] for key in tree}
    if isinstance(tree, (list, tuple)):
        parts = [rebuild(part, values) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return None if tree is None else next(values)


def transform(function: Callable[[Any], Any], tree: Any) -> Any:
    return rebuild(tree, map(function, leaves(tree)))
