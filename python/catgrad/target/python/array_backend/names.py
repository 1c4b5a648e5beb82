# ===- names.py - methods by their old names -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What Python catgrad's `Numpy` has as functions of the class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class of_class_or_object:
    """A method that is called on objects and on the class: `self` is either."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self.method = method

    def __get__(self, instance: Any, owner: type) -> Callable[..., Any]:
        return self.method.__get__(owner if instance is None else instance)


class Names:
    """For programs that call the array operations of Python catgrad by hand."""

    @staticmethod
    def ncopy(shape: tuple[int, ...], x: np.ndarray) -> np.ndarray:
        """Copies of `x` along new last axes of these sizes."""
        return np.broadcast_to(x.reshape(x.shape + (1,) * len(shape)), x.shape + shape)

    @staticmethod
    def nsplit(x: np.ndarray, k: int) -> Any:
        """The k parts along the last axis, as a list if there are several."""
        parts = list(np.moveaxis(x, -1, 0))
        if len(parts) != k:
            raise ValueError(f"expected {k} parts along the last axis but got {len(parts)}")
        return parts[0] if k == 1 else parts

    @staticmethod
    def nconcatenate(xs: Sequence[np.ndarray], k: int) -> np.ndarray:
        """The k arrays along a new last axis."""
        if len(xs) != k:
            raise ValueError(f"expected {k} arrays but got {len(xs)}")
        return np.stack(xs, axis=-1)

    @staticmethod
    def nadd(dims: tuple[int, ...], x: np.ndarray) -> np.ndarray:
        return np.sum(x, axis=dims)

    @staticmethod
    def nmax(dims: tuple[int, ...], x: np.ndarray) -> np.ndarray:
        return np.max(x, axis=dims)

    @staticmethod
    def permute(x: np.ndarray, p: Sequence[int]) -> np.ndarray:
        return np.transpose(x, p)

    @staticmethod
    def compose(x: np.ndarray, y: np.ndarray, axes: int) -> np.ndarray:
        """The sum over the last `axes` axes of x, which are the first of y."""
        return np.tensordot(x, y, axes=axes)
