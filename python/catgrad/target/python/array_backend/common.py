# ===- common.py - what the array backends share -------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What every library of arrays with Python's operators says in the same words.

`Numpy` stands by itself: it is the meaning of the dialect, to be read in one place.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from . import random
from .names import of_class_or_object

Shape = tuple[int, ...]

PREDICATES = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
              "ge": operator.ge}
BYTES = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "i64": np.int64, "i32": np.int32, "i16": np.int16,
         "i8": np.int8, "i1": np.bool_}


def from_bytes(digits: str, dtype: str) -> np.ndarray:
    """Elements from their bytes as hexadecimal digits; those of bf16 as f32, which has them all."""
    data = bytes.fromhex(digits.removeprefix("0x"))
    if dtype == "bf16":
        return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(data, BYTES[dtype])


class Backend:
    """Base of `Jax`, `Tinygrad` and `Torch`: operations in terms of a few that each library has by another name."""

    # The library's types, by the dialect's names.
    DTYPES: dict[str, Any] = {}

    def array(self, value: Any, dtype: str) -> Any:
        """A number, or nested lists of numbers, as an array of this type."""
        raise NotImplementedError

    def from_numpy(self, array: np.ndarray, dtype: str) -> Any:
        """The same elements in this type."""
        raise NotImplementedError

    def convert(self, x: Any, dtype: Any) -> Any:
        """`x` in the library's type `dtype`."""
        raise NotImplementedError

    def expand(self, x: Any, shape: Shape) -> Any:
        """`x`, whose axes have size 1 or that of `shape`, in that shape."""
        raise NotImplementedError

    def product(self, x: Any, y: Any) -> Any:
        """The matrix product of numbers, for each index of the leading axes."""
        raise NotImplementedError

    def sum(self, x: Any, axes: Shape) -> Any:
        """The sum of numbers along one axis or more, in their own type."""
        raise NotImplementedError

    def running_sum(self, x: Any, axis: int) -> Any:
        """The sums of numbers up to each element, in their own type."""
        raise NotImplementedError

    def mean(self, x: Any) -> Any:
        """The mean along the last axis, which stays with size 1."""
        raise NotImplementedError

    def scatter(self, updates: Any, places: Any, axis: int, sizes: Shape) -> Any:
        """The sums of the numbers that have equal places."""
        raise NotImplementedError

    @of_class_or_object
    def dtype(self, name: Any) -> Any:
        """The library's type for f32, bf16, i1, .. or for a `catgrad.Dtype`."""
        return self.DTYPES[name if isinstance(name, str) else name.value]

    def is_bits(self, x: Any) -> bool:
        return x.dtype == self.DTYPES["i1"]

    def counts(self, x: Any) -> Any:
        """Bits as numbers, to be added; numbers as they are."""
        return self.convert(x, self.DTYPES["i32"]) if self.is_bits(x) else x

    # Wires and constants

    def copy(self, x: Any) -> tuple[Any, Any]:
        return x, x

    def discard(self, x: Any) -> tuple[()]:
        return ()

    def constant(self, value: Any, *, shape: Shape, dtype: str) -> Any:
        """A number for all elements, nested lists, or the bytes of all as hexadecimal digits."""
        if isinstance(value, str):
            elements = from_bytes(value, dtype)
            array = self.from_numpy(elements, dtype)
            if elements.size != 1:
                return array.reshape(shape)
        else:
            array = self.array(value, dtype)
            if math.prod(array.shape) != 1:
                return array.reshape(shape)
        return self.expand(array.reshape((1,) * len(shape)), shape)

    def iota(self, *, axis: int, shape: Shape, dtype: str) -> Any:
        index = np.arange(shape[axis], dtype=np.int32)
        places = self.from_numpy(index & 1 if dtype == "i1" else index, dtype)
        return self.expand(places.reshape([-1 if i == axis else 1 for i in range(len(shape))]), shape)

    def uniform(self, seed: int, parameter: int, *, low: float, high: float, shape: Shape, dtype: str) -> Any:
        numbers = low + (high - low) * random.uniform(seed, parameter, math.prod(shape))
        return self.from_numpy(numbers.reshape(shape), dtype)

    def normal(self, seed: int, parameter: int, *, mean: float, std: float, shape: Shape, dtype: str) -> Any:
        numbers = mean + std * random.normal(seed, parameter, math.prod(shape))
        return self.from_numpy(numbers.reshape(shape), dtype)

    # Elements

    def add(self, x: Any, y: Any) -> Any:
        return x ^ y if self.is_bits(x) else x + y

    def subtract(self, x: Any, y: Any) -> Any:
        return x ^ y if self.is_bits(x) else x - y

    def multiply(self, x: Any, y: Any) -> Any:
        return x & y if self.is_bits(x) else x * y

    def negate(self, x: Any) -> Any:
        return x if self.is_bits(x) else -x

    def invert(self, x: Any) -> Any:
        return ~x

    def compare(self, x: Any, y: Any, *, predicate: str) -> Any:
        return PREDICATES[predicate](x, y)

    def cast(self, x: Any, *, dtype: str | None = None) -> Any:
        return x if dtype is None else x != 0 if dtype == "i1" else self.convert(x, self.DTYPES[dtype])

    # Shapes

    def broadcast(self, x: Any, *, dimensions: Shape, shape: Shape | None = None) -> Any:
        sizes = iter(x.shape)
        kept = [1 if i in dimensions else next(sizes) for i in range(len(x.shape) + len(dimensions))]
        return self.expand(x.reshape(kept), tuple(kept if shape is None else shape))

    def reshape(self, x: Any, shape: Shape | None = None) -> Any:
        return x if shape is None else x.reshape(shape)

    def transpose(self, x: Any, *, permutation: Shape) -> Any:
        raise NotImplementedError

    def slice(self, x: Any, *, starts: Shape, limits: Shape, strides: Shape) -> Any:
        return x[tuple(map(slice, starts, limits, strides))]

    def pad(self, x: Any, *, low: Shape, high: Shape, interior: Shape) -> Any:
        raise NotImplementedError

    def reverse(self, x: Any, *, dimensions: Shape) -> Any:
        raise NotImplementedError

    def split(self, x: Any, *, axis: int, sizes: Shape) -> tuple[Any, ...]:
        ends = np.cumsum(sizes, dtype=int).tolist()
        before = (slice(None),) * axis
        return tuple(x[(*before, slice(end - size, end))] for size, end in zip(sizes, ends))

    def unstack(self, x: Any, *, axis: int) -> tuple[Any, ...]:
        before = (slice(None),) * axis
        return tuple(x[(*before, i)] for i in range(x.shape[axis]))

    # Indices

    def one_hot(self, indices: Any, *, axis: int, shape: Shape, dtype: str | None = None) -> Any:
        spread = indices.reshape((*indices.shape[:axis], 1, *indices.shape[axis:]))
        hits = spread == self.iota(axis=axis, shape=shape, dtype="i32")
        return self.convert(hits, indices.dtype if dtype is None else self.DTYPES[dtype])

    def scatter_add(self, x: Any, indices: Any, *, axis: int, shape: Shape | None = None) -> Any:
        sizes = tuple(x.shape if shape is None else shape)
        places = indices.reshape(-1).clip(0, max(sizes[axis] - 1, 0))
        updates = x.reshape((*sizes[:axis], math.prod(indices.shape), *sizes[axis + 1:]))
        sums = self.scatter(self.counts(updates), places, axis, sizes)
        return sums % 2 == 1 if self.is_bits(x) else sums

    # Sums; over Z/2 they are parities

    def reduce_sum(self, x: Any, *, dimensions: Shape) -> Any:
        sums = self.sum(self.counts(x), tuple(dimensions)) if dimensions else x
        return sums % 2 == 1 if self.is_bits(x) and dimensions else sums

    def cumsum(self, x: Any, *, axis: int, reverse: bool = False, exclusive: bool = False) -> Any:
        y = self.reverse(x, dimensions=(axis,)) if reverse else x
        sums = self.running_sum(self.counts(y), axis)
        if exclusive and x.shape[axis]:
            none = (0,) * len(x.shape)
            shift = tuple(int(i == axis) for i in range(len(x.shape)))
            before = sums[(slice(None),) * axis + (slice(0, x.shape[axis] - 1),)]
            sums = self.pad(before, low=shift, high=none, interior=none)
        sums = sums % 2 == 1 if self.is_bits(x) else sums
        return self.reverse(sums, dimensions=(axis,)) if reverse else sums

    def matmul(self, x: Any, y: Any) -> Any:
        products = self.product(self.counts(x), self.counts(y))
        return products % 2 == 1 if self.is_bits(x) else products

    def contract(self, x: Any, y: Any, *, lhs_axes: Shape, rhs_axes: Shape) -> Any:
        """A matrix product: free axes by summed ones, times summed by free ones."""
        lhs_free = [i for i in range(len(x.shape)) if i not in lhs_axes]
        rhs_free = [i for i in range(len(y.shape)) if i not in rhs_axes]
        rows, columns = [x.shape[i] for i in lhs_free], [y.shape[i] for i in rhs_free]
        summed = math.prod(x.shape[i] for i in lhs_axes)
        lhs = self.transpose(x, permutation=(*lhs_free, *lhs_axes)).reshape((math.prod(rows), summed))
        rhs = self.transpose(y, permutation=(*rhs_axes, *rhs_free)).reshape((summed, math.prod(columns)))
        return self.matmul(lhs, rhs).reshape((*rows, *columns))

    # Normalisation

    def rsqrt(self, x: Any) -> Any:
        raise NotImplementedError

    def layer_norm(self, x: Any, scale: Any, bias: Any, *, eps: float) -> Any:
        centred = x - self.mean(x)
        return centred * self.rsqrt(self.mean(centred * centred) + eps) * scale + bias

    def rms_norm(self, x: Any, scale: Any, *, eps: float) -> Any:
        return x * self.rsqrt(self.mean(x * x) + eps) * scale
