# ===- torch.py - the dialect in PyTorch ---------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The dialect on PyTorch's tensors, on their device, with PyTorch's own promotion of types.

A method has the name and the keywords that `Numpy` documents.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from . import random
from .names import of_class_or_object

Array = torch.Tensor
Shape = tuple[int, ...]

DTYPES = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16,
          "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8, "i1": torch.bool}
PREDICATES = {"eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le, "gt": torch.gt, "ge": torch.ge}
# Methods that are one function of torch.
SAME = {"abs": "abs", "atan": "atan", "ceil": "ceil", "cos": "cos", "erf": "erf", "erfc": "erfc", "exp": "exp",
        "expm1": "expm1", "floor": "floor", "log": "log", "log1p": "log1p", "maximum": "maximum",
        "minimum": "minimum", "negate": "neg", "power": "pow", "relu": "relu", "rsqrt": "rsqrt",
        "sigmoid": "sigmoid", "sign": "sign", "sin": "sin", "sqrt": "sqrt", "tan": "tan", "tanh": "tanh",
        "matmul": "matmul", "select": "where"}


class Torch:
    """Arrays are `torch.Tensor`, on the device given (by default PyTorch's)."""

    device: Any = None

    def __init__(self, device: Any = None) -> None:
        self.device = device

    @of_class_or_object
    def dtype(self, name: Any) -> torch.dtype:
        """torch's type for f32, bf16, i1, .. or for a `catgrad.Dtype`."""
        return DTYPES[name if isinstance(name, str) else name.value]

    def _from_numpy(self, array: np.ndarray, dtype: str) -> Array:
        return torch.tensor(array, device=self.device).to(DTYPES[dtype])

    # Wires and constants

    def copy(self, x: Array) -> tuple[Array, Array]:
        return x, x

    def discard(self, x: Array) -> tuple[()]:
        return ()

    def constant(self, value: Any, *, shape: Shape, dtype: str) -> Array:
        if isinstance(value, str):
            array = torch.frombuffer(bytearray.fromhex(value.removeprefix("0x")), dtype=DTYPES[dtype])
            array = array.to(self.device) if self.device is not None else array
        else:
            array = torch.tensor(value, dtype=DTYPES[dtype], device=self.device)
        return array.expand(shape) if array.numel() == 1 and array.ndim == 0 else (
            array.reshape(()).expand(shape) if array.numel() == 1 else array.reshape(shape))

    def iota(self, *, axis: int, shape: Shape, dtype: str) -> Array:
        index = torch.arange(shape[axis], device=self.device)
        index = (index & 1 if dtype == "i1" else index).to(DTYPES[dtype])
        return index.reshape([-1 if i == axis else 1 for i in range(len(shape))]).expand(shape)

    def uniform(self, seed: int, parameter: int, *, low: float, high: float, shape: Shape, dtype: str) -> Array:
        numbers = low + (high - low) * random.uniform(seed, parameter, math.prod(shape))
        return self._from_numpy(numbers.reshape(shape), dtype)

    def normal(self, seed: int, parameter: int, *, mean: float, std: float, shape: Shape, dtype: str) -> Array:
        numbers = mean + std * random.normal(seed, parameter, math.prod(shape))
        return self._from_numpy(numbers.reshape(shape), dtype)

    # Elements

    def add(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == torch.bool else x + y

    def subtract(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == torch.bool else x - y

    def multiply(self, x: Array, y: Array) -> Array:
        return x & y if x.dtype == torch.bool else x * y

    def divide(self, x: Array, y: Array) -> Array:
        if x.dtype.is_floating_point or y.dtype.is_floating_point:
            return x / y
        quotient = torch.div(x, torch.where(y == 0, 1, y), rounding_mode="trunc")
        return torch.where(y == 0, 0, quotient).to(x.dtype)

    def invert(self, x: Array) -> Array:
        return ~x

    def compare(self, x: Array, y: Array, *, predicate: str) -> Array:
        return PREDICATES[predicate](x, y)

    def cast(self, x: Array, *, dtype: str | None = None) -> Array:
        return x if dtype is None else x != 0 if dtype == "i1" else x.to(DTYPES[dtype])

    def clamp(self, x: Array, *, low: float, high: float) -> Array:
        return torch.clamp(x, low, high)

    def silu(self, x: Array) -> Array:
        return torch.nn.functional.silu(x)

    def softplus(self, x: Array) -> Array:
        return torch.logaddexp(x, torch.zeros_like(x))

    def gelu(self, x: Array, *, approximate: str = "none") -> Array:
        return torch.nn.functional.gelu(x, approximate=approximate)

    # Shapes

    def broadcast(self, x: Array, *, dimensions: Shape, shape: Shape | None = None) -> Array:
        for axis in sorted(dimensions):
            x = x.unsqueeze(axis)
        return x.expand(shape if shape is not None else x.shape)

    def reshape(self, x: Array, shape: Shape | None = None) -> Array:
        return x if shape is None else x.reshape(shape)

    def transpose(self, x: Array, *, permutation: Shape) -> Array:
        return x.permute(permutation)

    def slice(self, x: Array, *, starts: Shape, limits: Shape, strides: Shape) -> Array:
        return x[tuple(map(slice, starts, limits, strides))]

    def pad(self, x: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
        spread = [n + between * max(n - 1, 0) for n, between in zip(x.shape, interior)]
        result = x.new_zeros([a + n + b for a, n, b in zip(low, spread, high)])
        result[tuple(slice(a, a + n, between + 1) for a, n, between in zip(low, spread, interior))] = x
        return result

    def reverse(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.flip(x, dimensions)

    def concat(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return torch.cat(xs, axis) if xs else torch.zeros(shape or (), dtype=DTYPES[dtype], device=self.device)

    def split(self, x: Array, *, axis: int, sizes: Shape) -> tuple[Array, ...]:
        return tuple(torch.split(x, list(sizes), axis)) if sizes else ()

    def stack(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return torch.stack(xs, axis) if xs else torch.zeros(shape or (), dtype=DTYPES[dtype], device=self.device)

    def unstack(self, x: Array, *, axis: int) -> tuple[Array, ...]:
        return torch.unbind(x, axis)

    # Indices

    def one_hot(self, indices: Array, *, axis: int, shape: Shape, dtype: str | None = None) -> Array:
        places = torch.arange(shape[axis], device=indices.device)
        places = places.reshape([-1 if i == axis else 1 for i in range(len(shape))])
        return (indices.unsqueeze(axis) == places).to(indices.dtype if dtype is None else DTYPES[dtype])

    def gather(self, x: Array, indices: Array, *, axis: int) -> Array:
        places = indices.long().clamp(0, max(x.shape[axis] - 1, 0))
        found = torch.index_select(x, axis, places.reshape(-1))
        return found.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1:])

    def scatter_add(self, x: Array, indices: Array, *, axis: int, shape: Shape | None = None) -> Array:
        sizes = tuple(x.shape if shape is None else shape)
        places = indices.long().reshape(-1).clamp(0, max(sizes[axis] - 1, 0))
        updates = x.reshape(sizes[:axis] + (places.numel(),) + sizes[axis + 1:])
        if x.dtype == torch.bool:
            counts = torch.zeros(sizes, dtype=torch.int32, device=x.device)
            return counts.index_add(axis, places, updates.int()) % 2 == 1
        return x.new_zeros(sizes).index_add(axis, places, updates)

    # Reductions

    def reduce_sum(self, x: Array, *, dimensions: Shape) -> Array:
        if not dimensions:
            return x
        if x.dtype == torch.bool:
            return x.sum(dimensions) % 2 == 1
        return x.sum(dimensions, dtype=x.dtype)

    def reduce_prod(self, x: Array, *, dimensions: Shape) -> Array:
        for axis in sorted(dimensions, reverse=True):
            x = x.all(axis) if x.dtype == torch.bool else x.prod(axis, dtype=x.dtype)
        return x

    def reduce_max(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.amax(x, dimensions) if dimensions else x

    def reduce_min(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.amin(x, dimensions) if dimensions else x

    def argmax(self, x: Array, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Array:
        return torch.argmax(x, axis).to(x.dtype if dtype is None else DTYPES[dtype])

    def cumsum(self, x: Array, *, axis: int, reverse: bool = False, exclusive: bool = False) -> Array:
        y = torch.flip(x, (axis,)) if reverse else x
        sums = y.int().cumsum(axis) % 2 == 1 if x.dtype == torch.bool else y.cumsum(axis, dtype=x.dtype)
        if exclusive:
            sums = torch.roll(sums, 1, axis)
            sums.select(axis, 0).zero_()
        return torch.flip(sums, (axis,)) if reverse else sums

    def contract(self, x: Array, y: Array, *, lhs_axes: Shape, rhs_axes: Shape) -> Array:
        return torch.tensordot(x, y, (list(lhs_axes), list(rhs_axes)))

    # Normalisation

    def logsumexp(self, x: Array, *, axis: int) -> Array:
        return torch.logsumexp(x, axis)

    def softmax(self, x: Array, *, axis: int) -> Array:
        return torch.softmax(x, axis)

    def log_softmax(self, x: Array, *, axis: int) -> Array:
        return torch.log_softmax(x, axis)

    def layer_norm(self, x: Array, scale: Array, bias: Array, *, eps: float) -> Array:
        return torch.nn.functional.layer_norm(x, x.shape[-1:], scale, bias, eps)

    def rms_norm(self, x: Array, scale: Array, *, eps: float) -> Array:
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * scale


for _name, _function in SAME.items():
    setattr(Torch, _name, staticmethod(getattr(torch, _function)))
