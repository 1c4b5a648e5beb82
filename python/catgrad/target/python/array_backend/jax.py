# ===- jax.py - the dialect in JAX --------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The dialect on JAX's arrays, on its default device, with JAX's own promotion of types.

A method has the name and the keywords that `Numpy` documents. 64-bit types need
`jax.config.update("jax_enable_x64", True)`, as always with JAX.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from . import random
from .names import of_class_or_object

Array = jax.Array
Shape = tuple[int, ...]

DTYPES = {"f64": jnp.float64, "f32": jnp.float32, "f16": jnp.float16, "bf16": jnp.bfloat16, "i64": jnp.int64,
          "i32": jnp.int32, "i16": jnp.int16, "i8": jnp.int8, "i1": jnp.bool_}
PREDICATES = {"eq": jnp.equal, "ne": jnp.not_equal, "lt": jnp.less, "le": jnp.less_equal, "gt": jnp.greater,
              "ge": jnp.greater_equal}
# Methods that are one function of jax.numpy, of jax.lax, or of jax.nn.
SAME = {"abs": jnp.abs, "atan": jnp.arctan, "ceil": jnp.ceil, "cos": jnp.cos, "erf": lax.erf, "erfc": lax.erfc,
        "exp": jnp.exp, "expm1": jnp.expm1, "floor": jnp.floor, "log": jnp.log, "log1p": jnp.log1p,
        "maximum": jnp.maximum, "minimum": jnp.minimum, "negate": jnp.negative, "power": jnp.power,
        "relu": jax.nn.relu, "rsqrt": lax.rsqrt, "sigmoid": jax.nn.sigmoid, "sign": jnp.sign, "silu": jax.nn.silu,
        "sin": jnp.sin, "softplus": jax.nn.softplus, "sqrt": jnp.sqrt, "tan": jnp.tan, "tanh": jnp.tanh,
        "matmul": jnp.matmul, "select": jnp.where, "invert": jnp.invert}


class Jax:
    """Arrays are `jax.Array`. The methods of a class may be given to `jax.jit`."""

    @of_class_or_object
    def dtype(self, name: Any) -> Any:
        """JAX's type for f32, bf16, i1, .. or for a `catgrad.Dtype`."""
        return DTYPES[name if isinstance(name, str) else name.value]

    # Wires and constants

    def copy(self, x: Array) -> tuple[Array, Array]:
        return x, x

    def discard(self, x: Array) -> tuple[()]:
        return ()

    def constant(self, value: Any, *, shape: Shape, dtype: str) -> Array:
        if isinstance(value, str):
            data = np.frombuffer(bytes.fromhex(value.removeprefix("0x")), np.dtype(DTYPES[dtype]))
            array = jnp.asarray(data)
        else:
            array = jnp.asarray(value, DTYPES[dtype])
        return jnp.broadcast_to(array.reshape(()), shape) if array.size == 1 else array.reshape(shape)

    def iota(self, *, axis: int, shape: Shape, dtype: str) -> Array:
        index = lax.broadcasted_iota(jnp.int32, shape, axis)
        return (index & 1 if dtype == "i1" else index).astype(DTYPES[dtype])

    def uniform(self, seed: int, parameter: int, *, low: float, high: float, shape: Shape, dtype: str) -> Array:
        numbers = low + (high - low) * random.uniform(seed, parameter, math.prod(shape))
        return jnp.asarray(numbers.reshape(shape), DTYPES[dtype])

    def normal(self, seed: int, parameter: int, *, mean: float, std: float, shape: Shape, dtype: str) -> Array:
        numbers = mean + std * random.normal(seed, parameter, math.prod(shape))
        return jnp.asarray(numbers.reshape(shape), DTYPES[dtype])

    # Elements

    def add(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == jnp.bool_ else x + y

    def subtract(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == jnp.bool_ else x - y

    def multiply(self, x: Array, y: Array) -> Array:
        return x & y if x.dtype == jnp.bool_ else x * y

    def divide(self, x: Array, y: Array) -> Array:
        if jnp.issubdtype(jnp.result_type(x, y), jnp.floating):
            return x / y
        return jnp.where(y == 0, jnp.zeros_like(x), lax.div(x, jnp.where(y == 0, jnp.ones_like(y), y)))

    def compare(self, x: Array, y: Array, *, predicate: str) -> Array:
        return PREDICATES[predicate](x, y)

    def cast(self, x: Array, *, dtype: str | None = None) -> Array:
        return x if dtype is None else x != 0 if dtype == "i1" else x.astype(DTYPES[dtype])

    def clamp(self, x: Array, *, low: float, high: float) -> Array:
        return jnp.clip(x, low, high)

    def gelu(self, x: Array, *, approximate: str = "none") -> Array:
        return jax.nn.gelu(x, approximate=approximate == "tanh")

    # Shapes

    def broadcast(self, x: Array, *, dimensions: Shape, shape: Shape | None = None) -> Array:
        return jnp.broadcast_to(jnp.expand_dims(x, dimensions), shape if shape is not None else x.shape)

    def reshape(self, x: Array, shape: Shape | None = None) -> Array:
        return x if shape is None else jnp.reshape(x, shape)

    def transpose(self, x: Array, *, permutation: Shape) -> Array:
        return jnp.transpose(x, permutation)

    def slice(self, x: Array, *, starts: Shape, limits: Shape, strides: Shape) -> Array:
        return lax.slice(x, starts, limits, strides)

    def pad(self, x: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
        return lax.pad(x, jnp.zeros((), x.dtype), list(zip(low, high, interior)))

    def reverse(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.flip(x, dimensions)

    def concat(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return jnp.concatenate(xs, axis) if xs else jnp.zeros(shape or (), DTYPES[dtype])

    def split(self, x: Array, *, axis: int, sizes: Shape) -> tuple[Array, ...]:
        return tuple(jnp.split(x, list(np.cumsum(sizes)[:-1]), axis)) if sizes else ()

    def stack(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "f32") -> Array:
        return jnp.stack(xs, axis) if xs else jnp.zeros(shape or (), DTYPES[dtype])

    def unstack(self, x: Array, *, axis: int) -> tuple[Array, ...]:
        return tuple(jnp.moveaxis(x, axis, 0))

    # Indices

    def one_hot(self, indices: Array, *, axis: int, shape: Shape, dtype: str | None = None) -> Array:
        hits = jnp.expand_dims(indices, axis) == lax.broadcasted_iota(jnp.int32, shape, axis)
        return hits.astype(indices.dtype if dtype is None else DTYPES[dtype])

    def gather(self, x: Array, indices: Array, *, axis: int) -> Array:
        return jnp.take(x, jnp.clip(indices, 0, max(x.shape[axis] - 1, 0)), axis)

    def scatter_add(self, x: Array, indices: Array, *, axis: int, shape: Shape | None = None) -> Array:
        sizes = tuple(x.shape if shape is None else shape)
        places = jnp.clip(indices.reshape(-1), 0, max(sizes[axis] - 1, 0))
        updates = x.reshape(sizes[:axis] + (places.size,) + sizes[axis + 1:])
        where = (slice(None),) * axis + (places,)
        if x.dtype == jnp.bool_:
            return jnp.zeros(sizes, jnp.int32).at[where].add(updates.astype(jnp.int32)) % 2 == 1
        return jnp.zeros(sizes, x.dtype).at[where].add(updates)

    # Reductions

    def reduce_sum(self, x: Array, *, dimensions: Shape) -> Array:
        if x.dtype == jnp.bool_:
            return jnp.sum(x, dimensions) % 2 == 1
        return jnp.sum(x, dimensions, dtype=x.dtype)

    def reduce_prod(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.all(x, dimensions) if x.dtype == jnp.bool_ else jnp.prod(x, dimensions, dtype=x.dtype)

    def reduce_max(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.max(x, dimensions)

    def reduce_min(self, x: Array, *, dimensions: Shape) -> Array:
        return jnp.min(x, dimensions)

    def argmax(self, x: Array, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Array:
        return jnp.argmax(x, axis).astype(x.dtype if dtype is None else DTYPES[dtype])

    def cumsum(self, x: Array, *, axis: int, reverse: bool = False, exclusive: bool = False) -> Array:
        y = jnp.flip(x, axis) if reverse else x
        numbers = y.astype(jnp.int32) if x.dtype == jnp.bool_ else y
        sums = jnp.cumsum(numbers, axis, dtype=numbers.dtype)
        sums = sums - numbers if exclusive else sums
        sums = sums % 2 == 1 if x.dtype == jnp.bool_ else sums
        return jnp.flip(sums, axis) if reverse else sums

    def contract(self, x: Array, y: Array, *, lhs_axes: Shape, rhs_axes: Shape) -> Array:
        return jnp.tensordot(x, y, (lhs_axes, rhs_axes))

    # Normalisation

    def logsumexp(self, x: Array, *, axis: int) -> Array:
        return jax.nn.logsumexp(x, axis)

    def softmax(self, x: Array, *, axis: int) -> Array:
        return jax.nn.softmax(x, axis)

    def log_softmax(self, x: Array, *, axis: int) -> Array:
        return jax.nn.log_softmax(x, axis)

    def layer_norm(self, x: Array, scale: Array, bias: Array, *, eps: float) -> Array:
        centred = x - jnp.mean(x, -1, keepdims=True)
        return centred * lax.rsqrt(jnp.mean(centred * centred, -1, keepdims=True) + eps) * scale + bias

    def rms_norm(self, x: Array, scale: Array, *, eps: float) -> Array:
        return x * lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + eps) * scale


for _name, _function in SAME.items():
    setattr(Jax, _name, staticmethod(_function))
