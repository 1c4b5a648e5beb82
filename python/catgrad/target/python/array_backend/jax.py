# ===- jax.py - the dialect in JAX --------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The dialect on JAX's arrays, on its default device, with JAX's own promotion of types.

A method has the name and the keywords that `Numpy` documents. 64-bit types need
`jax.config.update("jax_enable_x64", True)`, as always with JAX.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .common import Backend, Shape

Array = jax.Array

# Methods that are one function of jax.numpy, of jax.lax, or of jax.nn.
SAME = {"abs": jnp.abs, "atan": jnp.arctan, "ceil": jnp.ceil, "cos": jnp.cos, "erf": lax.erf, "erfc": lax.erfc,
        "exp": jnp.exp, "expm1": jnp.expm1, "floor": jnp.floor, "log": jnp.log, "log1p": jnp.log1p,
        "maximum": jnp.maximum, "minimum": jnp.minimum, "power": jnp.power, "relu": jax.nn.relu, "rsqrt": lax.rsqrt,
        "sigmoid": jax.nn.sigmoid, "sign": jnp.sign, "silu": jax.nn.silu, "sin": jnp.sin,
        "softplus": jax.nn.softplus, "sqrt": jnp.sqrt, "tan": jnp.tan, "tanh": jnp.tanh, "select": jnp.where,
        "convert": jnp.asarray, "expand": jnp.broadcast_to, "product": jnp.matmul}


class Jax(Backend):
    """Arrays are `jax.Array`. The methods of a class may be given to `jax.jit`."""

    DTYPES = {"f64": jnp.float64, "f32": jnp.float32, "f16": jnp.float16, "bf16": jnp.bfloat16, "i64": jnp.int64,
              "i32": jnp.int32, "i16": jnp.int16, "i8": jnp.int8, "i1": jnp.bool_}

    def array(self, value: Any, dtype: str) -> Array:
        return jnp.asarray(value, self.DTYPES[dtype])

    def from_numpy(self, array: np.ndarray, dtype: str) -> Array:
        return jnp.asarray(array, self.DTYPES[dtype])

    # Elements

    def divide(self, x: Array, y: Array) -> Array:
        if jnp.issubdtype(jnp.result_type(x, y), jnp.floating):
            return x / y
        return jnp.where(y == 0, jnp.zeros_like(x), lax.div(x, jnp.where(y == 0, jnp.ones_like(y), y)))

    def clamp(self, x: Array, *, low: float, high: float) -> Array:
        return jnp.clip(x, low, high)

    def gelu(self, x: Array, *, approximate: str = "none") -> Array:
        return jax.nn.gelu(x, approximate=approximate == "tanh")

    # Shapes

    def transpose(self, x: Array, *, permutation: Shape) -> Array:
        return jnp.transpose(x, permutation)

    def pad(self, x: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
        return lax.pad(x, jnp.zeros((), x.dtype), list(zip(low, high, interior)))

    def reverse(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.flip(x, dimensions)

    def concat(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return jnp.concatenate(xs, axis) if xs else jnp.zeros(shape or (), self.DTYPES[dtype])

    def stack(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return jnp.stack(xs, axis) if xs else jnp.zeros(shape or (), self.DTYPES[dtype])

    # Indices

    def gather(self, x: Array, indices: Array, *, axis: int) -> Array:
        return jnp.take(x, jnp.clip(indices, 0, max(x.shape[axis] - 1, 0)), axis)

    def scatter(self, updates: Array, places: Array, axis: int, sizes: Shape) -> Array:
        return jnp.zeros(sizes, updates.dtype).at[(slice(None),) * axis + (places,)].add(updates)

    # Reductions

    def sum(self, x: Array, axes: Shape) -> Array:
        return jnp.sum(x, axes, dtype=x.dtype)

    def reduce_prod(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.all(x, dimensions) if self.is_bits(x) else jnp.prod(x, dimensions, dtype=x.dtype)

    def reduce_max(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.max(x, dimensions)

    def reduce_min(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.min(x, dimensions)

    def argmax(self, x: Array, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Array:
        return self.convert(jnp.argmax(x, axis), x.dtype if dtype is None else self.DTYPES[dtype])

    def running_sum(self, x: Array, axis: int) -> Array:
        return jnp.cumsum(x, axis, dtype=x.dtype)

    # Normalisation

    def mean(self, x: Array) -> Array:
        return jnp.mean(x, -1, keepdims=True)

    def logsumexp(self, x: Array, *, axis: int) -> Array:
        return jax.nn.logsumexp(x, axis)

    def softmax(self, x: Array, *, axis: int) -> Array:
        return jax.nn.softmax(x, axis)

    def log_softmax(self, x: Array, *, axis: int) -> Array:
        return jax.nn.log_softmax(x, axis)


for _name, _function in SAME.items():
    setattr(Jax, _name, staticmethod(_function))
