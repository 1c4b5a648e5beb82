# ===- tinygrad.py - the dialect in tinygrad ------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The dialect on tinygrad's tensors, on its default device, with tinygrad's own promotion of types.

A method has the name and the keywords that `Numpy` documents. Tensors are lazy: what a
step returns is a plan until `realize()`, or `TinyJit(model.step)`, computes it.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import numpy as np
from tinygrad import Device, Tensor, dtypes

from ....errors import CatgradError
from . import series
from .common import Backend, Shape

# Methods that are one method of a tensor.
SAME = {"abs": "abs", "ceil": "ceil", "cos": "cos", "exp": "exp", "floor": "floor", "log": "log",
        "maximum": "maximum", "minimum": "minimum", "power": "pow", "relu": "relu", "rsqrt": "rsqrt",
        "sigmoid": "sigmoid", "sign": "sign", "silu": "silu", "sin": "sin", "sqrt": "sqrt", "tan": "tan",
        "convert": "cast", "expand": "expand", "select": "where"}
# Functions that tinygrad has not, or not near zero to all their digits.
EXACT = {"atan": series.atan, "erf": series.erf, "erfc": series.erfc, "expm1": series.expm1, "log1p": series.log1p,
         "softplus": series.softplus, "tanh": series.tanh}


def check_compiler(device: str | None) -> None:
    """Raises CatgradError where tinygrad would fail at the first number: its CPU device runs clang."""
    command = os.environ.get("CC", "clang")
    if shutil.which(command):
        return
    try:
        device = device or Device.DEFAULT
    except RuntimeError:  # it finds none, as nothing compiles
        device = "CPU"
    if device.split(":")[0] != "CPU":
        return
    found = next((name for name in (f"clang-{n}" for n in range(30, 13, -1)) if shutil.which(name)), None)
    raise CatgradError(f"tinygrad compiles for the CPU by clang, and there is no command '{command}'",
                       hint=f"set the variable CC to {found}" if found else
                       "install clang, or set the variable DEV to PYTHON, an interpreter that is slow")


class Tinygrad(Backend):
    """Arrays are `tinygrad.Tensor`, on the device given (by default tinygrad's). On the CPU that needs clang,
    or the compiler that the variable CC names."""

    DTYPES = {"f64": dtypes.float64, "f32": dtypes.float32, "f16": dtypes.float16, "bf16": dtypes.bfloat16,
              "i64": dtypes.int64, "i32": dtypes.int32, "i16": dtypes.int16, "i8": dtypes.int8, "i1": dtypes.bool}

    def __init__(self, device: str | None = None) -> None:
        self.device = device
        check_compiler(device)

    def array(self, value: Any, dtype: str) -> Tensor:
        return Tensor(value, device=self.device, dtype=self.DTYPES[dtype])

    def from_numpy(self, array: np.ndarray, dtype: str) -> Tensor:
        return Tensor(np.asarray(array), device=self.device).cast(self.DTYPES[dtype])

    # Elements

    def divide(self, x: Tensor, y: Tensor) -> Tensor:
        if x.is_floating_point() or y.is_floating_point():
            return x / y
        quotient = x.div((y == 0).where(y.ones_like(), y), rounding_mode="trunc")
        return (y == 0).where(x.zeros_like(), quotient).cast(x.dtype)

    def clamp(self, x: Tensor, *, low: float, high: float) -> Tensor:
        return x.clamp(low, high)

    def gelu(self, x: Tensor, *, approximate: str = "none") -> Tensor:
        return x.gelu() if approximate == "tanh" else 0.5 * x * series.erfc(x * -0.5**0.5)

    # Shapes

    def transpose(self, x: Tensor, *, permutation: Shape) -> Tensor:
        return x.permute(permutation)

    def pad(self, x: Tensor, *, low: Shape, high: Shape, interior: Shape) -> Tensor:
        for axis, (size, between) in enumerate(zip(x.shape, interior)):
            if between and size:  # zeros behind each element, and those behind the last one off again
                spread = [*x.shape[:axis], size * (between + 1), *x.shape[axis + 1:]]
                behind = [(0, 0)] * (axis + 1) + [(0, between)] + [(0, 0)] * (len(x.shape) - axis - 1)
                x = x.unsqueeze(axis + 1).pad(tuple(behind)).reshape(spread)
                x = x[(slice(None),) * axis + (slice(0, spread[axis] - between),)]
        return x.pad(tuple(zip(low, high)))

    def reverse(self, x: Tensor, *, dimensions: Shape) -> Tensor:
        return x.flip(dimensions)

    def concat(self, *xs: Tensor, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Tensor:
        return xs[0].cat(*xs[1:], dim=axis) if xs else self.empty(shape, dtype)

    def stack(self, *xs: Tensor, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Tensor:
        return xs[0].stack(*xs[1:], dim=axis) if xs else self.empty(shape, dtype)

    def empty(self, shape: Shape | None, dtype: str) -> Tensor:
        """What comes of joining no parts."""
        return Tensor.zeros(shape or (), dtype=self.DTYPES[dtype], device=self.device)

    # Indices

    def gather(self, x: Tensor, indices: Tensor, *, axis: int) -> Tensor:
        places = indices.cast(dtypes.int32).clip(0, max(x.shape[axis] - 1, 0))
        return x[(slice(None),) * axis + (places,)]

    def scatter(self, updates: Tensor, places: Tensor, axis: int, sizes: Shape) -> Tensor:
        places = places.cast(dtypes.int32).reshape([-1 if i == axis else 1 for i in range(len(sizes))])
        zeros = Tensor.zeros(*sizes, dtype=updates.dtype, device=updates.device)
        return zeros.scatter_reduce(axis, places.expand(updates.shape), updates, "sum")

    # Reductions

    def product(self, x: Tensor, y: Tensor) -> Tensor:
        return x.matmul(y, dtype=x.dtype)

    def sum(self, x: Tensor, axes: Shape) -> Tensor:
        return x.sum(axes, dtype=x.dtype)

    def reduce_prod(self, x: Tensor, *, dimensions: Shape) -> Tensor:
        return x.min(dimensions) if self.is_bits(x) else x.prod(dimensions, dtype=x.dtype)

    def reduce_max(self, x: Tensor, *, dimensions: Shape) -> Tensor:
        return x.max(dimensions)

    def reduce_min(self, x: Tensor, *, dimensions: Shape) -> Tensor:
        return x.min(dimensions)

    def argmax(self, x: Tensor, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Tensor:
        return x.argmax(axis).cast(x.dtype if dtype is None else self.DTYPES[dtype])

    def running_sum(self, x: Tensor, axis: int) -> Tensor:
        return x.cumsum(axis).cast(x.dtype)

    # Normalisation

    def mean(self, x: Tensor) -> Tensor:
        return x.mean(-1, keepdim=True)

    def logsumexp(self, x: Tensor, *, axis: int) -> Tensor:
        return x.logsumexp(axis)

    def softmax(self, x: Tensor, *, axis: int) -> Tensor:
        return x.softmax(axis)

    def log_softmax(self, x: Tensor, *, axis: int) -> Tensor:
        return x.log_softmax(axis)


for _name, _method in SAME.items():
    setattr(Tinygrad, _name, staticmethod(getattr(Tensor, _method)))
for _name, _function in EXACT.items():
    setattr(Tinygrad, _name, staticmethod(_function))
