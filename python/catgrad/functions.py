# ===- functions.py - functions of tensors -------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The operations of the dialect as functions of tensors, by numpy's names and rules.

Those of an element stand in a table; the compiler's reference says what each means and
which element types it takes.
"""

from __future__ import annotations

import builtins  # sum, max, min and abs of this module are of tensors
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .text import index_list, real
from .tensor import Tensor, TraceError, as_tensor, current, same_types
from .types import NdArrayType, as_dtype

UNARY = ("abs", "atan", "ceil", "cos", "erf", "erfc", "exp", "expm1", "floor", "invert", "log", "log1p", "negate",
         "relu", "rsqrt", "sigmoid", "sign", "silu", "sin", "softplus", "sqrt", "tan", "tanh")
BINARY = ("add", "divide", "maximum", "minimum", "multiply", "power", "subtract")
COMPARE = {"equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge"}
REDUCE = {"sum": "reduce_sum", "prod": "reduce_prod", "max": "reduce_max", "min": "reduce_min"}
ALONG = ("log_softmax", "softmax")


# Shapes


def normal_axis(axis: int, rank: int, name: str = "axis") -> int:
    if not -rank <= axis < rank:
        raise TraceError(f"expected {name} within rank {rank} but got {axis}")
    return axis % rank


def normal_axes(axis: int | Sequence[int] | None, rank: int) -> list[int]:
    axes = range(rank) if axis is None else [axis] if isinstance(axis, int) else axis
    found = sorted(normal_axis(a, rank) for a in axes)
    if len(set(found)) != len(found):
        raise TraceError(f"expected each axis once but got {tuple(axes)}")
    return found


def reshape(x: Any, shape: int | Sequence[int]) -> Tensor:
    """x in another shape; one size may be -1."""
    x = as_tensor(x)
    sizes = [shape] if isinstance(shape, int) else list(shape)
    if sizes.count(-1) == 1:
        rest = math.prod(size for size in sizes if size != -1)
        sizes[sizes.index(-1)] = x.size // rest if rest else 0
    if math.prod(sizes) != x.size or any(size < 0 for size in sizes):
        raise TraceError(f"expected as many elements in shape {tuple(shape) if not isinstance(shape, int) else shape} "
                         f"as in {x.type}")
    to = NdArrayType(tuple(sizes), x.dtype)
    return x if to == x.type else x.trace.op("reshape", [x], [to])[0]


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """Axis i of the result is axis `axes[i]` of x; without axes: in the other order."""
    x = as_tensor(x)
    p = list(reversed(range(x.ndim))) if axes is None else [normal_axis(a, x.ndim) for a in axes]
    if sorted(p) != list(range(x.ndim)):
        raise TraceError(f"expected a permutation of the axes of {x.type} but got {tuple(axes or ())}")
    if p == list(range(x.ndim)):
        return x
    return x.trace.op("transpose", [x], [NdArrayType(tuple(x.shape[i] for i in p), x.dtype)],
                      permutation=index_list(p))[0]


def swapaxes(x: Any, a: int, b: int) -> Tensor:
    """x with two axes exchanged."""
    x = as_tensor(x)
    p = list(range(x.ndim))
    a, b = normal_axis(a, x.ndim), normal_axis(b, x.ndim)
    p[a], p[b] = b, a
    return transpose(x, p)


def expand_dims(x: Any, axis: int) -> Tensor:
    """x with an axis of size 1 before `axis`, which counts in the result."""
    x = as_tensor(x)
    axis = normal_axis(axis, x.ndim + 1)
    return reshape(x, x.shape[:axis] + (1,) + x.shape[axis:])


def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """x without these axes, which have size 1, or without all such."""
    x = as_tensor(x)
    axes = [i for i, size in enumerate(x.shape) if size == 1] if axis is None else normal_axes(axis, x.ndim)
    if any(x.shape[i] != 1 for i in axes):
        raise TraceError(f"expected axes of size 1 but got {tuple(axes)} of {x.type}")
    return reshape(x, [size for i, size in enumerate(x.shape) if i not in axes])


def broadcast_to(x: Any, shape: Sequence[int]) -> Tensor:
    """x repeated to a shape, as numpy does."""
    x, shape = as_tensor(x), tuple(shape)
    if x.shape == shape:
        return x
    offset = len(shape) - x.ndim
    new = list(range(builtins.max(offset, 0)))
    for i, size in enumerate(x.shape):
        if offset < 0 or size not in (1, shape[offset + i]):
            raise TraceError(f"cannot broadcast {x.type} to shape {shape}")
        if size == 1 and shape[offset + i] != 1:
            new.append(offset + i)
    kept = [size for i, size in enumerate(x.shape) if offset + i not in new]
    return x.trace.op("broadcast", [reshape(x, kept)], [NdArrayType(shape, x.dtype)], dimensions=index_list(new))[0]


def together(name: str, *xs: Any) -> list[Tensor]:
    """Operands of one element type and shape."""
    tensors = same_types(name, *xs)
    try:
        shape = np.broadcast_shapes(*(x.shape for x in tensors))
    except ValueError as error:
        raise TraceError(f"{name}: cannot broadcast " + " with ".join(str(x.type) for x in tensors)) from error
    return [broadcast_to(x, shape) for x in tensors]


def concatenate(xs: Sequence[Any], axis: int = 0) -> Tensor:
    """One after the other along an axis."""
    tensors = same_types("concatenate", *xs)
    axis = normal_axis(axis, tensors[0].ndim)
    if len({x.shape[:axis] + x.shape[axis + 1:] for x in tensors}) > 1 or len({x.ndim for x in tensors}) > 1:
        raise TraceError("concatenate: expected sizes that differ along the axis only but got "
                         + ", ".join(str(x.type) for x in tensors))
    shape = list(tensors[0].shape)
    shape[axis] = builtins.sum(x.shape[axis] for x in tensors)
    return current().op("concat", tensors, [NdArrayType(tuple(shape), tensors[0].dtype)], axis=f"{axis} : i64")[0]


def stack(xs: Sequence[Any], axis: int = 0) -> Tensor:
    """Along a new axis."""
    tensors = together("stack", *xs)
    axis = normal_axis(axis, tensors[0].ndim + 1)
    shape = tensors[0].shape[:axis] + (len(tensors),) + tensors[0].shape[axis:]
    return current().op("stack", tensors, [NdArrayType(shape, tensors[0].dtype)], axis=f"{axis} : i64")[0]


def unstack(x: Any, axis: int = 0) -> list[Tensor]:
    """The parts along an axis, without it."""
    x = as_tensor(x)
    axis = normal_axis(axis, x.ndim)
    part = NdArrayType(x.shape[:axis] + x.shape[axis + 1:], x.dtype)
    return x.trace.op("unstack", [x], [part] * x.shape[axis], axis=f"{axis} : i64")


def split(x: Any, sizes: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Parts of these sizes along an axis, or that many equal parts."""
    x = as_tensor(x)
    axis = normal_axis(axis, x.ndim)
    parts = [x.shape[axis] // sizes] * sizes if isinstance(sizes, int) else list(sizes)
    if builtins.sum(parts) != x.shape[axis]:
        raise TraceError(f"split: expected parts of {x.shape[axis]} elements together but got {parts}")
    types = [NdArrayType(x.shape[:axis] + (size,) + x.shape[axis + 1:], x.dtype) for size in parts]
    return x.trace.op("split", [x], types, axis=f"{axis} : i64", sizes=index_list(parts))


def flip(x: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """The elements in the other order along these axes, or along all."""
    x = as_tensor(x)
    return x.trace.op("reverse", [x], [x.type], dimensions=index_list(normal_axes(axis, x.ndim)))[0]


def pad(x: Any, width: Sequence[tuple[int, int]], interior: Sequence[int] | None = None) -> Tensor:
    """Zeros before and after each axis, and between its elements."""
    x = as_tensor(x)
    if len(width) != x.ndim:
        raise TraceError(f"pad: expected (before, after) for each axis of {x.type} but got {len(width)} pairs")
    low, high = [before for before, _ in width], [after for _, after in width]
    between = list(interior) if interior is not None else [0] * x.ndim
    shape = tuple(a + size + b * builtins.max(size - 1, 0) + c for a, size, b, c in zip(low, x.shape, between, high))
    return x.trace.op("pad", [x], [NdArrayType(shape, x.dtype)], low=index_list(low), high=index_list(high),
                      interior=index_list(between))[0]


# Constants


def full(shape: int | Sequence[int], value: float, dtype: Any) -> Tensor:
    """A constant of this shape, the same number everywhere. Raises TraceError for one that dtype cannot hold."""
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return current().constant(value, NdArrayType(sizes, as_dtype(dtype)))


def zeros(shape: int | Sequence[int], dtype: Any) -> Tensor:
    """A constant 0."""
    return full(shape, 0, dtype)


def ones(shape: int | Sequence[int], dtype: Any) -> Tensor:
    """A constant 1."""
    return full(shape, 1, dtype)


def iota(shape: int | Sequence[int], axis: int, dtype: Any) -> Tensor:
    """The index along an axis."""
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    axis = normal_axis(axis, len(sizes))
    return current().op("iota", [], [NdArrayType(sizes, as_dtype(dtype))], axis=f"{axis} : i64")[0]


def arange(size: int, dtype: Any) -> Tensor:
    """The numbers 0, 1, .. up to size - 1."""
    return iota(size, 0, dtype)


# Elements


def unary(name: str) -> Callable[[Any], Tensor]:
    def function(x: Any) -> Tensor:
        x = as_tensor(x)
        return x.trace.op(name, [x], [x.type])[0]

    return document(function, name, f"`catgrad.{name}`")


def binary(name: str) -> Callable[[Any, Any], Tensor]:
    def function(x: Any, y: Any) -> Tensor:
        a, b = together(name, x, y)
        return a.trace.op(name, [a, b], [a.type])[0]

    return document(function, name, f"`catgrad.{name}`")


def comparison(name: str, predicate: str) -> Callable[[Any, Any], Tensor]:
    def function(x: Any, y: Any) -> Tensor:
        a, b = together(name, x, y)
        return a.trace.op("compare", [a, b], [NdArrayType(a.shape, as_dtype("i1"))],
                          predicate=f"#catgrad.predicate<{predicate}>")[0]

    return document(function, name, f"`catgrad.compare` by the predicate `{predicate}`")


def document(function: Any, name: str, operation: str) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{operation}, element by element, with numpy's broadcasting."
    return function


globals().update({name: unary(name) for name in UNARY})
globals().update({name: binary(name) for name in BINARY})
globals().update({name: comparison(name, predicate) for name, predicate in COMPARE.items()})


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition holds, y elsewhere."""
    condition = as_tensor(condition)
    a, b = together("where", x, y)
    if condition.dtype != as_dtype("i1"):
        raise TraceError(f"where: expected a condition of type i1 but got {condition.type}", hint="condition != 0")
    shape = np.broadcast_shapes(condition.shape, a.shape)
    operands = [broadcast_to(v, shape) for v in (condition, a, b)]
    return a.trace.op("select", operands, [operands[1].type])[0]


def clip(x: Any, low: float = -math.inf, high: float = math.inf) -> Tensor:
    """x within bounds, which are numbers."""
    x = as_tensor(x)
    bounds = {"low": low, "high": high}
    text = {key: (real(v) if math.isfinite(v) else f"0x{'FFF' if v < 0 else '7FF'}0000000000000") + " : f64"
            for key, v in bounds.items()}
    return x.trace.op("clamp", [x], [x.type], **text)[0]


def gelu(x: Any, approximate: str = "none") -> Tensor:
    """x times the normal distribution of x; `approximate` is none or tanh."""
    x = as_tensor(x)
    return x.trace.op("gelu", [x], [x.type], approximate=f'"{approximate}"')[0]


# Reductions


def reduction(name: str, operation: str) -> Callable[..., Tensor]:
    def function(x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Tensor:
        x = as_tensor(x)
        return reduce(x, operation, normal_axes(axis, x.ndim), keepdims)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`catgrad.{operation}` along axes, or along all."
    return function


def reduce(x: Tensor, operation: str, axes: list[int], keepdims: bool) -> Tensor:
    kept = tuple(size for i, size in enumerate(x.shape) if i not in axes)
    if axes:
        [result] = x.trace.op(operation, [x], [NdArrayType(kept, x.dtype)], dimensions=index_list(axes))
    else:
        result = x
    return reshape(result, [1 if i in axes else size for i, size in enumerate(x.shape)]) if keepdims else result


globals().update({name: reduction(name, operation) for name, operation in REDUCE.items()})


def mean(x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Tensor:
    """The mean along axes, or of all; for floats."""
    x = as_tensor(x)
    axes = normal_axes(axis, x.ndim)
    return reduce(x, "reduce_sum", axes, keepdims) / float(math.prod(x.shape[i] for i in axes))


def var(x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Tensor:
    """The mean of the squared distances from the mean."""
    centred = as_tensor(x) - mean(x, axis, keepdims=True)
    return mean(centred * centred, axis, keepdims)


def argmax(x: Any, axis: int, dtype: Any = "i32") -> Tensor:
    """`catgrad.argmax`: the index of the greatest element along an axis, of the first if several are."""
    x = as_tensor(x)
    axis = normal_axis(axis, x.ndim)
    return x.trace.op("argmax", [x], [NdArrayType(x.shape[:axis] + x.shape[axis + 1:], as_dtype(dtype))],
                      axis=f"{axis} : i64")[0]


def logsumexp(x: Any, axis: int, keepdims: bool = False) -> Tensor:
    """`catgrad.logsumexp`: the logarithm of the sum of exponentials along an axis, without overflow."""
    x = as_tensor(x)
    axis = normal_axis(axis, x.ndim)
    result = x.trace.op("logsumexp", [x], [NdArrayType(x.shape[:axis] + x.shape[axis + 1:], x.dtype)],
                        axis=f"{axis} : i64")[0]
    return expand_dims(result, axis) if keepdims else result


def cumsum(x: Any, axis: int, reverse: bool = False, exclusive: bool = False) -> Tensor:
    """`catgrad.cumsum`: sums of all elements up to each along an axis; `exclusive`: without it; `reverse`: from the end."""
    x = as_tensor(x)
    flags = {key: "unit" for key, value in (("reverse", reverse), ("exclusive", exclusive)) if value}
    return x.trace.op("cumsum", [x], [x.type], axis=f"{normal_axis(axis, x.ndim)} : i64", **flags)[0]


# Normalisation


def along(name: str) -> Callable[..., Tensor]:
    def function(x: Any, axis: int = -1) -> Tensor:
        x = as_tensor(x)
        return x.trace.op(name, [x], [x.type], axis=f"{normal_axis(axis, x.ndim)} : i64")[0]

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`catgrad.{name}` along an axis."
    return function


globals().update({name: along(name) for name in ALONG})


def layer_norm(x: Any, scale: Any, bias: Any, eps: float = 1e-5) -> Tensor:
    """(x - mean) / sqrt(variance + eps) along the last axis, times scale, plus bias."""
    operands = same_types("layer_norm", x, scale, bias)
    return operands[0].trace.op("layer_norm", operands, [operands[0].type], eps=f"{real(eps)} : f64")[0]


def rms_norm(x: Any, scale: Any, eps: float = 1e-5) -> Tensor:
    """x / sqrt(mean of x^2 + eps) along the last axis, times scale."""
    operands = same_types("rms_norm", x, scale)
    return operands[0].trace.op("rms_norm", operands, [operands[0].type], eps=f"{real(eps)} : f64")[0]


# Operators of Tensor

OPERATORS = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power"}
for _operator, _name in OPERATORS.items():
    setattr(Tensor, f"__{_operator}__", globals()[_name])
    setattr(Tensor, f"__r{_operator}__", (lambda f: lambda self, other: f(other, self))(globals()[_name]))
for _operator, _name in {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater",
                         "ge": "greater_equal"}.items():
    setattr(Tensor, f"__{_operator}__", globals()[_name])
Tensor.__hash__ = object.__hash__  # type: ignore[method-assign]
Tensor.__neg__ = globals()["negate"]  # type: ignore[method-assign]
Tensor.__invert__ = globals()["invert"]  # type: ignore[method-assign]
Tensor.__abs__ = globals()["abs"]  # type: ignore[method-assign]
for _name in ("sum", "prod", "max", "min", "mean", "var", "argmax", "cumsum"):
    setattr(Tensor, _name, globals()[_name])
