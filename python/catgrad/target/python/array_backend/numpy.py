# ===- numpy.py - the dialect in numpy -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The readable meaning of the dialect: each operation as a few lines of numpy.

Integers of n bits are the ring Z/2^n, so sums and products wrap around. i1 is the
ring Z/2: a sum is exclusive or (a parity), a product is *and*, and every element is
its own negative. On f16 and bf16 each operation computes in f32 and rounds once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import random
from .names import Names, of_class_or_object
from .rounding import round_to_bf16

try:
    import ml_dtypes
except ImportError:  # then there is no bf16
    ml_dtypes = None

Array = np.ndarray
Shape = tuple[int, ...]

DTYPES: dict[str, np.dtype] = {
    name: np.dtype(type_) for name, type_ in {
        "f64": np.float64, "f32": np.float32, "f16": np.float16,
        "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "i1": np.bool_}.items()}
if ml_dtypes is not None:
    DTYPES["bf16"] = np.dtype(ml_dtypes.bfloat16)
NARROW = tuple(DTYPES[name] for name in ("f16", "bf16") if name in DTYPES)
PREDICATES = {"eq": np.equal, "ne": np.not_equal, "lt": np.less,
              "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}

erf = np.vectorize(math.erf, otypes=[np.float64])
erfc = np.vectorize(math.erfc, otypes=[np.float64])


def is_float(dtype: np.dtype) -> bool:
    """True for bf16, too, which numpy does not count among its floats."""
    return dtype in NARROW or dtype.kind == "f"


def in_f32(function: Callable[..., Array], *xs: Array) -> Array:
    """`function` of `xs`, with f16 and bf16 widened before and rounded after."""
    dtype = xs[0].dtype
    return np.asarray(function(*(x.astype(np.float32) if x.dtype in NARROW else x for x in xs))).astype(dtype)


def limits(dtype: np.dtype) -> tuple[object, object]:
    """The least and the greatest value of a type."""
    if dtype == np.bool_:
        return False, True
    if is_float(dtype):
        return -np.inf, np.inf
    return np.iinfo(dtype).min, np.iinfo(dtype).max


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), with exp of numbers that are not positive only."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def int_divide(x: Array, y: Array) -> Array:
    """The quotient, rounded towards zero; by 0 it is 0."""
    divisor = np.where(y == 0, np.ones_like(y), y)
    quotient = x // divisor
    quotient = quotient + ((quotient * divisor != x) & ((x < 0) != (y < 0))).astype(x.dtype)
    return np.where(y == 0, np.zeros_like(x), quotient)


def int_power(x: Array, y: Array) -> Array:
    """The power in the ring; the exponent is not signed, so that -1 gives the inverse of an odd number."""
    result, base, exponent = np.ones_like(x), x, y.view(f"u{y.itemsize}")
    while np.any(exponent > 0):
        result = np.where(exponent & 1, result * base, result)
        base, exponent = base * base, exponent >> 1
    return result


def bilinear(product: Callable[[Array, Array], Array], x: Array, y: Array) -> Array:
    """A matrix product or contraction; over Z/2 the parity of the sum (which may wrap at 2^8)."""
    if x.dtype == np.bool_:
        return (product(x.astype(np.uint8), y.astype(np.uint8)) & 1).astype(bool)
    return in_f32(product, x, y)


class Numpy(Names):
    """Arrays are `numpy.ndarray`.

    With `floats=np.float64` all floating-point arithmetic, whatever the type in the
    program, is done in that type: more exact than the program itself.
    """

    floats: type[np.floating] | None = None

    def __init__(self, floats: type[np.floating] | None = None) -> None:
        self.floats = floats

    @of_class_or_object
    def dtype(self, name: str) -> Any:
        """numpy's type for f32, bf16, i1, .. or for a `catgrad.Dtype`."""
        if not isinstance(name, str):
            return DTYPES[name.value].type
        if self.floats is not None and "f" in name:
            return np.dtype(self.floats)
        return DTYPES[name]

    # Wires and constants

    def copy(self, x: Array) -> tuple[Array, Array]:
        return x, x

    def discard(self, x: Array) -> tuple[()]:
        return ()

    def constant(self, value: object, *, shape: Shape, dtype: str) -> Array:
        """A number for all elements, nested lists, or the bytes of all as hexadecimal digits."""
        if isinstance(value, str):
            array = np.frombuffer(bytes.fromhex(value.removeprefix("0x")), DTYPES[dtype])
        else:
            array = np.array(value, DTYPES[dtype])
        if array.size == 1:
            array = np.full(shape, array.reshape(()))
        return array.reshape(shape).astype(self.dtype(dtype))

    def iota(self, *, axis: int, shape: Shape, dtype: str) -> Array:
        index = np.arange(shape[axis])
        values = (index & 1 if dtype == "i1" else index).astype(self.dtype(dtype))
        return np.broadcast_to(values.reshape([-1 if i == axis else 1 for i in range(len(shape))]), shape)

    def uniform(self, seed: int, parameter: int, *, low: float, high: float, shape: Shape, dtype: str) -> Array:
        """Initial values of a parameter; see docs/design.md."""
        numbers = low + (high - low) * random.uniform(seed, parameter, math.prod(shape))
        return self.drawn(numbers, shape, dtype)

    def normal(self, seed: int, parameter: int, *, mean: float, std: float, shape: Shape, dtype: str) -> Array:
        """Initial values of a parameter; see docs/design.md."""
        numbers = mean + std * random.normal(seed, parameter, math.prod(shape))
        return self.drawn(numbers, shape, dtype)

    def drawn(self, numbers: Array, shape: Shape, dtype: str) -> Array:
        """The small floats are those of f32, rounded."""
        if DTYPES[dtype] in NARROW:
            numbers = numbers.astype(np.float32)
        return numbers.reshape(shape).astype(self.dtype(dtype))

    # Rings

    def add(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == np.bool_ else x + y

    def subtract(self, x: Array, y: Array) -> Array:
        return x ^ y if x.dtype == np.bool_ else x - y

    def negate(self, x: Array) -> Array:
        return x if x.dtype == np.bool_ else -x

    def multiply(self, x: Array, y: Array) -> Array:
        return x & y if x.dtype == np.bool_ else x * y

    def divide(self, x: Array, y: Array) -> Array:
        return in_f32(np.divide if is_float(x.dtype) else int_divide, x, y)

    def power(self, x: Array, y: Array) -> Array:
        return in_f32(np.power if is_float(x.dtype) else int_power, x, y)

    def invert(self, x: Array) -> Array:
        return ~x

    def maximum(self, x: Array, y: Array) -> Array:
        return in_f32(np.maximum, x, y)

    def minimum(self, x: Array, y: Array) -> Array:
        return in_f32(np.minimum, x, y)

    def abs(self, x: Array) -> Array:
        return in_f32(np.abs, x)

    def sign(self, x: Array) -> Array:
        return x if x.dtype == np.bool_ else in_f32(np.sign, x)

    def compare(self, x: Array, y: Array, *, predicate: str) -> Array:
        return PREDICATES[predicate](x, y)

    def select(self, condition: Array, x: Array, y: Array) -> Array:
        return np.where(condition, x, y)

    def cast(self, x: Array, *, dtype: str | None = None) -> Array:
        """Floats to integers towards zero; anything to i1: is it not zero? To floats: rounded once."""
        if dtype is None:
            return x
        to = self.dtype(dtype)
        if to == np.bool_:
            return x != 0
        return round_to_bf16(x) if to == DTYPES.get("bf16") else x.astype(to)

    # Functions of an element

    def exp(self, x: Array) -> Array:
        return in_f32(np.exp, x)

    def log(self, x: Array) -> Array:
        return in_f32(np.log, x)

    def log1p(self, x: Array) -> Array:
        return in_f32(np.log1p, x)

    def expm1(self, x: Array) -> Array:
        return in_f32(np.expm1, x)

    def sqrt(self, x: Array) -> Array:
        return in_f32(np.sqrt, x)

    def rsqrt(self, x: Array) -> Array:
        return in_f32(lambda x: 1 / np.sqrt(x), x)

    def sin(self, x: Array) -> Array:
        return in_f32(np.sin, x)

    def cos(self, x: Array) -> Array:
        return in_f32(np.cos, x)

    def tan(self, x: Array) -> Array:
        return in_f32(np.tan, x)

    def atan(self, x: Array) -> Array:
        return in_f32(np.arctan, x)

    def tanh(self, x: Array) -> Array:
        return in_f32(np.tanh, x)

    def erf(self, x: Array) -> Array:
        return in_f32(erf, x)

    def erfc(self, x: Array) -> Array:
        return in_f32(erfc, x)

    def floor(self, x: Array) -> Array:
        return in_f32(np.floor, x)

    def ceil(self, x: Array) -> Array:
        return in_f32(np.ceil, x)

    def sigmoid(self, x: Array) -> Array:
        return in_f32(sigmoid, x)

    def relu(self, x: Array) -> Array:
        return np.maximum(x, x.dtype.type(0))

    def clamp(self, x: Array, *, low: float, high: float) -> Array:
        return in_f32(lambda x: np.minimum(np.maximum(x, x.dtype.type(low)), x.dtype.type(high)), x)

    def silu(self, x: Array) -> Array:
        return in_f32(lambda x: x * sigmoid(x), x)

    def softplus(self, x: Array) -> Array:
        return in_f32(lambda x: np.logaddexp(x, x.dtype.type(0)), x)

    def gelu(self, x: Array, *, approximate: str = "none") -> Array:
        if approximate == "none":
            return in_f32(lambda x: 0.5 * x * erfc(-x / math.sqrt(2.0)), x)
        # 1/2 (1 + tanh(u)) = sigmoid(2 u), without the cancellation.
        return in_f32(lambda x: x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)), x)

    # Shapes

    def broadcast(self, x: Array, *, dimensions: Shape, shape: Shape | None = None) -> Array:
        """`dimensions` are the axes of the result that are new."""
        return np.broadcast_to(np.expand_dims(x, dimensions), shape or x.shape)

    def reshape(self, x: Array, *, shape: Shape | None = None) -> Array:
        return x if shape is None else np.reshape(x, shape)

    def transpose(self, x: Array, *, permutation: Shape) -> Array:
        return np.transpose(x, permutation)

    def slice(self, x: Array, *, starts: Shape, limits: Shape, strides: Shape) -> Array:
        return x[tuple(map(slice, starts, limits, strides))]

    def pad(self, x: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
        """Zeros before, after, and between the elements of each axis."""
        spread = [size + between * max(size - 1, 0) for size, between in zip(x.shape, interior)]
        result = np.zeros([before + size + after for before, size, after in zip(low, spread, high)], x.dtype)
        result[tuple(slice(before, before + size, between + 1)
                     for before, size, between in zip(low, spread, interior))] = x
        return result

    def reverse(self, x: Array, *, dimensions: Shape) -> Array:
        return np.flip(x, dimensions)

    def concat(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "") -> Array:
        return np.concatenate(xs, axis) if xs else np.zeros(shape, self.dtype(dtype))

    def split(self, x: Array, *, axis: int, sizes: Shape) -> tuple[Array, ...]:
        return tuple(np.split(x, np.cumsum(sizes)[:-1], axis)) if sizes else ()

    def stack(self, *xs: Array, axis: int, shape: Shape | None = None, dtype: str = "") -> Array:
        return np.stack(xs, axis) if xs else np.zeros(shape, self.dtype(dtype))

    def unstack(self, x: Array, *, axis: int) -> tuple[Array, ...]:
        return tuple(np.moveaxis(x, axis, 0))

    # Indices

    def one_hot(self, indices: Array, *, axis: int, shape: Shape, dtype: str | None = None) -> Array:
        """1 where the new axis has the index, 0 elsewhere."""
        places = np.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))])
        hits = np.expand_dims(indices.astype(np.int64), axis) == places
        return hits.astype(indices.dtype if dtype is None else self.dtype(dtype))

    def gather(self, x: Array, indices: Array, *, axis: int) -> Array:
        """Indices outside of the axis mean its nearest end."""
        return np.take(x, np.clip(indices.astype(np.int64), 0, max(x.shape[axis] - 1, 0)), axis)

    def scatter_add(self, x: Array, indices: Array, *, axis: int, shape: Shape | None = None) -> Array:
        """The sums of the elements with equal indices."""
        shape = x.shape if shape is None else shape
        places = np.clip(indices.astype(np.int64).reshape(-1), 0, max(shape[axis] - 1, 0))
        updates = x.reshape(*shape[:axis], places.size, *shape[axis + 1:])

        def add(updates: Array) -> Array:
            result = np.zeros(shape, updates.dtype)
            plus = np.logical_xor if x.dtype == np.bool_ else np.add
            plus.at(result, (slice(None),) * axis + (places,), updates)
            return result

        return in_f32(add, updates)

    # Reductions

    def reduce_sum(self, x: Array, *, dimensions: Shape) -> Array:
        if x.dtype == np.bool_:
            return np.logical_xor.reduce(x, axis=dimensions)
        return in_f32(lambda x: np.add.reduce(x, axis=dimensions, dtype=x.dtype), x)

    def reduce_prod(self, x: Array, *, dimensions: Shape) -> Array:
        if x.dtype == np.bool_:
            return np.all(x, axis=dimensions)
        return in_f32(lambda x: np.multiply.reduce(x, axis=dimensions, dtype=x.dtype), x)

    def reduce_max(self, x: Array, *, dimensions: Shape) -> Array:
        least, _ = limits(x.dtype)
        return in_f32(lambda x: np.max(x, axis=dimensions, initial=least), x)

    def reduce_min(self, x: Array, *, dimensions: Shape) -> Array:
        _, greatest = limits(x.dtype)
        return in_f32(lambda x: np.min(x, axis=dimensions, initial=greatest), x)

    def argmax(self, x: Array, *, axis: int, dtype: str | None = None, shape: Shape | None = None) -> Array:
        """The first index of the greatest element; NaN counts as greatest."""
        wide = x.astype(np.float32) if x.dtype in NARROW else x
        return np.argmax(wide, axis).astype(x.dtype if dtype is None else self.dtype(dtype))

    def cumsum(self, x: Array, *, axis: int, reverse: bool = False, exclusive: bool = False) -> Array:
        """Sums up to each element, or of those before it; from the other end with `reverse`."""
        def run(x: Array) -> Array:
            x = np.flip(x, axis) if reverse else x
            plus = np.logical_xor if x.dtype == np.bool_ else np.add
            sums = plus.accumulate(x, axis, dtype=x.dtype)
            if exclusive:
                zeros = np.zeros_like(np.take(sums, [0][:x.shape[axis]], axis))
                sums = np.concatenate((zeros, np.delete(sums, [-1][:x.shape[axis]], axis)), axis)
            return np.flip(sums, axis) if reverse else sums

        return in_f32(run, x)

    def matmul(self, x: Array, y: Array) -> Array:
        return bilinear(np.matmul, x, y)

    def contract(self, x: Array, y: Array, *, lhs_axes: Sequence[int], rhs_axes: Sequence[int]) -> Array:
        return bilinear(lambda x, y: np.tensordot(x, y, (lhs_axes, rhs_axes)), x, y)

    # Normalisation

    def logsumexp(self, x: Array, *, axis: int) -> Array:
        def run(x: Array) -> Array:
            top = np.max(x, axis, keepdims=True, initial=-np.inf)
            top = np.where(np.isfinite(top), top, 0)
            return np.squeeze(top, axis) + np.log(np.sum(np.exp(x - top), axis))

        return in_f32(run, x)

    def softmax(self, x: Array, *, axis: int) -> Array:
        def run(x: Array) -> Array:
            e = np.exp(x - np.max(x, axis, keepdims=True, initial=-np.inf))
            return e / np.sum(e, axis, keepdims=True)

        return in_f32(run, x)

    def log_softmax(self, x: Array, *, axis: int) -> Array:
        def run(x: Array) -> Array:
            shifted = x - np.max(x, axis, keepdims=True, initial=-np.inf)
            return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))

        return in_f32(run, x)

    def layer_norm(self, x: Array, scale: Array, bias: Array, *, eps: float) -> Array:
        """(x - mean) / sqrt(variance + eps) along the last axis, times scale, plus bias."""
        def run(x: Array, scale: Array, bias: Array) -> Array:
            centred = x - np.mean(x, -1, keepdims=True)
            return centred / np.sqrt(np.mean(centred * centred, -1, keepdims=True) + eps) * scale + bias

        return in_f32(run, x, scale, bias)

    def rms_norm(self, x: Array, scale: Array, *, eps: float) -> Array:
        """x / sqrt(mean of x^2 + eps) along the last axis, times scale."""
        return in_f32(lambda x, scale: x / np.sqrt(np.mean(x * x, -1, keepdims=True) + eps) * scale, x, scale)
