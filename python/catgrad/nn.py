# ===- nn.py - layers for ordinary functions -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Layers: objects that hold parameters, and are called on tensors.

A layer of your own is a class with `Module` as its base, parameters or layers as
attributes, and `__call__`. Layers start as torch's do, where there is no other word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import functions as F
from .function import Function, Parameter
from .initialisers import Initialiser, fan_in_uniform, normal, ones, zeros
from .products import matmul
from .tensor import Tensor


class Module:
    """Base of layers. `layer >> other` is one after the other."""

    _catgrad_module = True

    def __call__(self, *xs: Any) -> Any:
        raise NotImplementedError

    def __rshift__(self, other: Any) -> Function:
        return Function(self.__call__, 1) >> other

    def parameters(self) -> list[Parameter]:
        """All parameters, in the order of the attributes."""
        from .function import name_parameters
        found: list[Parameter] = []

        def collect(value: Any) -> None:
            if isinstance(value, Parameter):
                if not any(value is other for other in found):
                    found.append(value)
            elif isinstance(value, Module):
                for part in vars(value).values():
                    collect(part)
            elif isinstance(value, (list, tuple)):
                for part in value:
                    collect(part)
            elif isinstance(value, dict):
                for part in value.values():
                    collect(part)

        collect(self)
        for parameter in found:
            parameter.name = parameter.name or name_parameters(self).get(id(parameter))
        return found


class Linear(Module):
    """`x @ w + b`, for x of shape (.., inputs)."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True, init: Initialiser | None = None,
                 dtype: Any = "f32") -> None:
        self.w = Parameter((inputs, outputs), init or fan_in_uniform(inputs), dtype=dtype)
        self.b = Parameter((outputs,), fan_in_uniform(inputs) if init is None else zeros(), dtype=dtype) \
            if bias else None

    def __call__(self, x: Any) -> Tensor:
        y = matmul(x, self.w)
        return y if self.b is None else y + self.b


class Embedding(Module):
    """A row for each of `count` numbers, for integers of any shape."""

    def __init__(self, count: int, size: int, init: Initialiser | None = None, dtype: Any = "f32") -> None:
        self.w = Parameter((count, size), init or normal(1.0), dtype=dtype)

    def __call__(self, indices: Any) -> Tensor:
        from .indexing import take
        return take(self.w, indices, 0)


class LayerNorm(Module):
    """Mean 0 and variance 1 along the last axis, then a scale and a bias."""

    def __init__(self, size: int, eps: float = 1e-5, dtype: Any = "f32") -> None:
        self.scale = Parameter((size,), ones(), dtype=dtype)
        self.bias = Parameter((size,), zeros(), dtype=dtype)
        self.eps = eps

    def __call__(self, x: Any) -> Tensor:
        return F.layer_norm(x, self.scale, self.bias, self.eps)


class RMSNorm(Module):
    """Mean square 1 along the last axis, then a scale."""

    def __init__(self, size: int, eps: float = 1e-5, dtype: Any = "f32") -> None:
        self.scale = Parameter((size,), ones(), dtype=dtype)
        self.eps = eps

    def __call__(self, x: Any) -> Tensor:
        return F.rms_norm(x, self.scale, self.eps)


class MultiHeadAttention(Module):
    """Self-attention on x of shape (batch, time, size); `causal`: no look ahead."""

    def __init__(self, size: int, heads: int, causal: bool = False, dtype: Any = "f32") -> None:
        if heads <= 0 or size % heads:
            raise ValueError(f"expected a size that {heads} heads share equally but got {size}")
        self.heads, self.causal = heads, causal
        self.query, self.key, self.value, self.out = (Linear(size, size, dtype=dtype) for _ in range(4))

    def __call__(self, x: Any) -> Tensor:
        batch, time, size = x.shape
        width = size // self.heads

        def heads(layer: Linear) -> Tensor:
            return F.transpose(layer(x).reshape(batch, time, self.heads, width), (0, 2, 1, 3))

        scores = matmul(heads(self.query), F.swapaxes(heads(self.key), -1, -2)) / math.sqrt(width)
        if self.causal:
            seen = F.iota((time, time), 0, "i32") >= F.iota((time, time), 1, "i32")
            scores = F.where(seen, scores, -1e9)
        mixed = matmul(softmax(scores, -1), heads(self.value))
        return self.out(F.transpose(mixed, (0, 2, 1, 3)).reshape(batch, time, size))


class Sequential(Module):
    """Layers and functions one after the other."""

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        self.layers = list(layers)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x


relu, sigmoid, tanh, silu, softplus = F.relu, F.sigmoid, F.tanh, F.silu, F.softplus  # type: ignore[attr-defined]
gelu, softmax, log_softmax = F.gelu, F.softmax, F.log_softmax  # type: ignore[attr-defined]
