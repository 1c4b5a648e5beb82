# ===- indexing.py - parts of tensors ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Indexing by numbers, slices, new axes and one tensor of indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from .text import index_list
from .functions import flip, normal_axis, reshape
from .tensor import Tensor, TraceError, as_tensor
from .types import NdArrayType, as_dtype


def index(x: Tensor, key: Any) -> Tensor:
    """`x[key]`. Raises TraceError for a key that is out of range or that numpy alone understands."""
    keys = list(key) if isinstance(key, tuple) else [key]
    keys = [as_tensor(k) if isinstance(k, np.ndarray) and k.ndim else k for k in keys]
    count = sum(k is not None and k is not Ellipsis for k in keys)
    if count > x.ndim:
        raise TraceError(f"expected at most {x.ndim} indices for {x.type} but got {count}")
    if not any(k is Ellipsis for k in keys):
        keys.append(Ellipsis)
    if sum(k is Ellipsis for k in keys) > 1:
        raise TraceError("expected one '...' among indices but got more")
    where = next(i for i, k in enumerate(keys) if k is Ellipsis)
    keys[where:where + 1] = [slice(None)] * (x.ndim - count)

    starts, limits, strides, flipped = [], [], [], []
    shape: list[int] = []
    tensors: list[tuple[int, Tensor]] = []
    axis = 0
    for k in keys:
        if k is None:
            shape.append(1)
            continue
        size = x.shape[axis]
        if isinstance(k, Tensor):
            if k.dtype == as_dtype("i1"):
                raise TraceError("expected integers as indices but got a mask: how many elements it chooses is not known "
                                 "while the function is traced", hint="cg.where(condition, x, y) keeps the shape")
            tensors.append((len(shape), k))
            start, stop, step, number = 0, size, 1, size
        elif isinstance(k, slice):
            start, stop, step = k.indices(size)
            number = len(range(start, stop, step))
            if step < 0:  # slice upwards, then turn round
                flipped.append(axis)
                start, step = (start + (number - 1) * step if number else 0), -step
            stop = start + (number - 1) * step + 1 if number else start
        elif isinstance(k, (int, np.integer)) and not isinstance(k, bool):
            start = normal_axis(int(k), size, f"index of axis {axis}")
            stop, step, number = start + 1, 1, None
        else:
            raise TraceError(f"expected numbers, slices, None, '...' or a tensor of indices but got {k!r}",
                             hint="cg.where(condition, x, y) chooses by a condition")
        starts.append(start)
        limits.append(stop)
        strides.append(step)
        if number is not None:
            shape.append(number)
        axis += 1

    sizes = [len(range(a, b, c)) for a, b, c in zip(starts, limits, strides)]
    if tuple(sizes) != x.shape or any(step != 1 for step in strides):
        [x] = x.trace.op("slice", [x], [NdArrayType(tuple(sizes), x.dtype)], starts=index_list(starts),
                         limits=index_list(limits), strides=index_list(strides))
    if flipped:
        x = flip(x, flipped)
    x = reshape(x, shape)
    if len(tensors) > 1:
        raise TraceError("expected one tensor of indices but got several", hint="index one axis after the other")
    for place, indices in tensors:
        x = take(x, indices, place)
    return x


def take(x: Any, indices: Any, axis: int = 0) -> Tensor:
    """The elements with these indices along an axis. One out of range means the nearest end."""
    x, indices = as_tensor(x), as_tensor(indices)
    if indices.dtype.is_floating() or indices.dtype == as_dtype("i1"):
        raise TraceError(f"take: expected integers as indices but got {indices.type}")
    axis = normal_axis(axis, x.ndim)
    shape = x.shape[:axis] + indices.shape + x.shape[axis + 1:]
    return x.trace.op("gather", [x, indices], [NdArrayType(shape, x.dtype)], axis=f"{axis} : i64")[0]


def scatter_add(x: Any, indices: Any, size: int, axis: int = 0) -> Tensor:
    """The sums of the elements with equal indices, which stand along an axis of this size."""
    x, indices = as_tensor(x), as_tensor(indices)
    if x.shape[axis:axis + indices.ndim] != indices.shape:
        raise TraceError(f"scatter_add: expected axes of {indices.type} from axis {axis} of {x.type}")
    shape = x.shape[:axis] + (size,) + x.shape[axis + indices.ndim:]
    return x.trace.op("scatter_add", [x, indices], [NdArrayType(shape, x.dtype)], axis=f"{axis} : i64")[0]


def one_hot(indices: Any, size: int, dtype: Any, axis: int = -1) -> Tensor:
    """1 where the new axis has the index, 0 elsewhere."""
    indices = as_tensor(indices)
    axis = normal_axis(axis, indices.ndim + 1)
    shape = indices.shape[:axis] + (size,) + indices.shape[axis:]
    return indices.trace.op("one_hot", [indices], [NdArrayType(shape, as_dtype(dtype))], axis=f"{axis} : i64")[0]
