# ===- arguments.py - arrays for native code -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What native functions take and give, and the checks that an array fits.

No array is converted or copied on the way in: one that does not fit is an error
that says what to call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import dtypes
from .errors import ArgumentError

# DLPack's numbers of where memory is: the host's, a device's, and two kinds that both read.
CPU, CUDA, PINNED, MANAGED = 1, 2, 3, 13


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

    @property
    def nbytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape)

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


class Signature:
    """What a native function takes and gives, by its entry in the manifest."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.symbol: str = entry["symbol"]
        self.kind: str = entry["kind"]
        self.inputs = [Tensor.parse(value) for value in entry["inputs"]]
        self.outputs = [Tensor.parse(value) for value in entry["outputs"]]
        self.workspace_bytes: int = entry["workspace_bytes"]
        names = [tensor.name for tensor in self.inputs]
        # For the call in place: which input each output is, if any.
        self._places = [names.index(tensor.aliases) if tensor.aliases else None for tensor in self.outputs]
        self._changed = [place for place in self._places if place is not None]
        self._sizes = [tensor.nbytes for tensor in self.inputs]
        # What an error calls the inputs.
        self._where = [f"{self.symbol}, argument '{name}'" for name in names]

    def _check_count(self, values: tuple[Any, ...]) -> None:
        if len(values) != len(self.inputs):
            names = ", ".join(tensor.name for tensor in self.inputs)
            raise ArgumentError(f"{self.symbol}: expected {len(self.inputs)} arguments ({names}) "
                                f"but got {len(values)}")

    def _check_apart(self, addresses: list[int]) -> None:
        """Raises ArgumentError if an array that is replaced overlaps another."""
        ranges = sorted((address, address + size, i)
                        for i, (address, size) in enumerate(zip(addresses, self._sizes)) if size)
        end, last = 0, -1
        for start, stop, i in ranges:
            if start < end and (i in self._changed or last in self._changed):
                names = f"'{self.inputs[last].name}' and '{self.inputs[i].name}'"
                raise ArgumentError(f"{self.symbol}: {names} share memory, and one would be changed in place",
                                    hint="pass x.copy() for one of them")
            if stop > end:
                end, last = stop, i

    def __repr__(self) -> str:
        inputs = ", ".join(f"{tensor.name}: {tensor}" for tensor in self.inputs)
        outputs = ", ".join(f"{tensor.name}: {tensor}" for tensor in self.outputs)
        return f"<native function {self.symbol}({inputs}) -> {outputs}>"


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
        kind = int(value.__dlpack_device__()[0]) if hasattr(value, "__dlpack_device__") else CPU
        if kind not in (CPU, PINNED):
            place = "a CUDA device" if kind in (CUDA, MANAGED) else f"a device of DLPack's kind {kind}"
            raise ArgumentError(f"{where}: expected an array on the CPU but got one on {place}",
                                hint="x.numpy(), or, with torch, x.cpu()")
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
