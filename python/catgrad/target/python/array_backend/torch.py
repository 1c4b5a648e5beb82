# ===- torch.py - the dialect in PyTorch ---------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The dialect on PyTorch's tensors, on their device, with PyTorch's own promotion of types.

A method has the name and the keywords that `Numpy` documents.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .common import Backend, Shape

Array = torch.Tensor

# Methods that are one function of torch.
SAME = {"abs": "abs", "atan": "atan", "ceil": "ceil", "cos": "cos", "erf": "erf", "erfc": "erfc", "exp": "exp",
        "expm1": "expm1", "floor": "floor", "log": "log", "log1p": "log1p", "maximum": "maximum",
        "minimum": "minimum", "power": "pow", "relu": "relu", "rsqrt": "rsqrt", "sigmoid": "sigmoid", "sign": "sign",
        "sin": "sin", "sqrt": "sqrt", "tan": "tan", "tanh": "tanh", "select": "where", "expand": "broadcast_to",
        "product": "matmul"}


class Torch(Backend):
    """Arrays are `torch.Tensor`, on the device given (by default PyTorch's)."""

    DTYPES = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16,
              "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8, "i1": torch.bool}

    def __init__(self, device: Any = None) -> None:
        self.device = device

    def array(self, value: Any, dtype: str) -> Array:
        return torch.tensor(value, dtype=self.DTYPES[dtype], device=self.device)

    def from_numpy(self, array: np.ndarray, dtype: str) -> Array:
        return torch.tensor(array, device=self.device).to(self.DTYPES[dtype])

    def convert(self, x: Array, dtype: Any) -> Array:
        return x.to(dtype)

    # Elements

    def divide(self, x: Array, y: Array) -> Array:
        if x.dtype.is_floating_point or y.dtype.is_floating_point:
            return x / y
        quotient = torch.div(x, torch.where(y == 0, 1, y), rounding_mode="trunc")
        return torch.where(y == 0, 0, quotient).to(x.dtype)

    def clamp(self, x: Array, *, low: float, high: float) -> Array:
        return torch.clamp(x, low, high)

    def silu(self, x: Array) -> Array:
        return torch.nn.functional.silu(x)

    def softplus(self, x: Array) -> Array:
        return torch.logaddexp(x, torch.zeros_like(x))

    def gelu(self, x: Array, *, approximate: str = "none") -> Array:
        return torch.nn.functional.gelu(x, approximate=approximate)

    # Shapes

    def transpose(self, x: Array, *, permutation: Shape) -> Array:
        return x.permute(permutation)

    def pad(self, x: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
        spread = [n + between * max(n - 1, 0) for n, between in zip(x.shape, interior)]
        result = x.new_zeros([a + n + b for a, n, b in zip(low, spread, high)])
        result[tuple(slice(a, a + n, between + 1) for a, n, between in zip(low, spread, interior))] = x
        return result

    def reverse(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.flip(x, dimensions)

    def concat(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return torch.cat(xs, axis) if xs else self.empty(shape, dtype)

    def stack(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return torch.stack(xs, axis) if xs else self.empty(shape, dtype)

    def empty(self, shape: Shape | None, dtype: str) -> Array:
        """What comes of joining no parts."""
        return torch.zeros(shape or (), dtype=self.DTYPES[dtype], device=self.device)

    # Indices

    def gather(self, x: Array, indices: Array, *, axis: int) -> Array:
        places = indices.long().clamp(0, max(x.shape[axis] - 1, 0))
        found = torch.index_select(x, axis, places.reshape(-1))
        return found.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1:])

    def scatter(self, updates: Array, places: Array, axis: int, sizes: Shape) -> Array:
        return updates.new_zeros(sizes).index_add(axis, places.long(), updates)

    # Reductions

    def sum(self, x: Array, axes: Shape) -> Array:
        return x.sum(axes, dtype=x.dtype)

    def reduce_prod(self, x: Array, *, dimensions: Shape) -> Array:
        for axis in sorted(dimensions, reverse=True):
            x = x.all(axis) if self.is_bits(x) else x.prod(axis, dtype=x.dtype)
        return x

    def reduce_max(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.amax(x, dimensions) if dimensions else x

    def reduce_min(self, x: Array, *, dimensions: Shape) -> Array:
        return torch.amin(x, dimensions) if dimensions else x

    def argmax(self, x: Array, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Array:
        return torch.argmax(x, axis).to(x.dtype if dtype is None else self.DTYPES[dtype])

    def running_sum(self, x: Array, axis: int) -> Array:
        return x.cumsum(axis, dtype=x.dtype)

    # Normalisation

    def mean(self, x: Array) -> Array:
        return x.mean(-1, keepdim=True)

    def logsumexp(self, x: Array, *, axis: int) -> Array:
        return torch.logsumexp(x, axis)

    def softmax(self, x: Array, *, axis: int) -> Array:
        return torch.softmax(x, axis)

    def log_softmax(self, x: Array, *, axis: int) -> Array:
        return torch.log_softmax(x, axis)

    def layer_norm(self, x: Array, scale: Array, bias: Array, *, eps: float) -> Array:
        return torch.nn.functional.layer_norm(x, x.shape[-1:], scale, bias, eps)


for _name, _function in SAME.items():
    setattr(Torch, _name, staticmethod(getattr(torch, _function)))
