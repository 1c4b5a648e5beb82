# ===- arguments.py - arrays for native code -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What native functions take and give, and the checks that an array fits.

No array is converted or copied on the way in: one that does not fit is an error
that says what to call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import dtypes
from .errors import ArgumentError


@dataclass(frozen=True)
class Tensor:
    """An input or output: `role` is parameter, state, input, label, cotangent or hyper.

    `aliases` is the input whose memory an output may have; `init` is how a parameter starts.
    """

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    role: str
    aliases: str | None = None
    init: dict[str, Any] | None = None

    @staticmethod
    def parse(entry: dict[str, Any]) -> Tensor:
        """From the manifest."""
        return Tensor(entry["name"], dtypes.to_numpy(entry["dtype"]), tuple(entry["shape"]),
                      entry["role"], entry.get("aliases"), entry.get("init"))

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


def view(value: Any, tensor: Tensor, where: str) -> np.ndarray:
    """`value` as an array of numpy over the same memory, checked against `tensor`.

    Arrays of other libraries come by DLPack or the buffer protocol. A Python number is
    taken where one number is wanted. Raises ArgumentError.
    """
    if isinstance(value, np.ndarray):
        array = value
    elif isinstance(value, (bool, int, float, np.generic)) and tensor.shape == ():
        array = number(value, tensor, where)
    elif hasattr(value, "__dlpack__"):
        try:
            array = np.from_dlpack(value)
        except (BufferError, RuntimeError, TypeError) as error:
            hint = "x.detach()" if getattr(value, "requires_grad", False) else "a copy on the CPU"
            raise ArgumentError(f"{where}: its memory cannot be read: {error}", hint=f"pass {hint}") from error
    else:
        try:
            array = np.asarray(memoryview(value))
        except TypeError as error:
            raise ArgumentError(f"{where}: expected an array {tensor} but got {type(value).__name__}",
                                hint=f"np.asarray(x, np.{tensor.dtype})") from error
    check(array, tensor, where)
    return array


def number(value: Any, tensor: Tensor, where: str) -> np.ndarray:
    """A Python number as an array of rank 0, where the type can hold it."""
    kind = tensor.dtype.kind
    whole = isinstance(value, (bool, int, np.integer, np.bool_))
    if isinstance(value, np.generic) and value.dtype != tensor.dtype or kind in "iub" and not whole:
        raise ArgumentError(f"{where}: expected {tensor} but got {type(value).__name__} {value!r}",
                            hint=f"np.{tensor.dtype}(x)")
    try:
        return np.array(value, tensor.dtype)
    except OverflowError as error:
        raise ArgumentError(f"{where}: {value} does not fit into {tensor.dtype}") from error


def check(array: np.ndarray, tensor: Tensor, where: str) -> None:
    """Raises ArgumentError unless `array` is what native code reads."""
    if array.dtype != tensor.dtype:
        order = array.dtype.newbyteorder("=") == tensor.dtype
        raise ArgumentError(f"{where}: expected {tensor.dtype} but got {array.dtype}"
                            + (" in another byte order" if order else ""),
                            hint=f"x.astype(np.{tensor.dtype.name})")
    if array.shape != tensor.shape:
        fits = array.size == np.prod(tensor.shape, dtype=np.int64)
        raise ArgumentError(f"{where}: expected shape {tensor.shape} but got {array.shape}",
                            hint=f"x.reshape({tensor.shape})" if fits else
                            "shapes are fixed when the model is compiled: compile it for this one, or pass "
                            "as many rows as it takes")
    if not (array.flags.c_contiguous and array.flags.aligned):
        raise ArgumentError(f"{where}: expected contiguous rows but got strides {array.strides}",
                            hint="np.ascontiguousarray(x)")


def check_writable(array: np.ndarray, where: str) -> None:
    """Raises ArgumentError for memory that may not be changed."""
    if not array.flags.writeable:
        raise ArgumentError(f"{where}: it is read-only, and would be changed in place",
                            hint="pass x.copy(), or call the function without underscore")
