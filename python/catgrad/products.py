# ===- products.py - matrix products and einsum --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Products of tensors: `matmul` and `einsum`, on the dialect's matmul and contract."""

from __future__ import annotations

import math
import re
from typing import Any

from .text import index_list
from .functions import broadcast_to, normal_axes, reduce, reshape, transpose
from .tensor import Tensor, TraceError, as_tensor, same_types
from .types import NdArrayType


def matmul(x: Any, y: Any) -> Tensor:
    """numpy's `@`: vectors, matrices, and batches of matrices that are broadcast."""
    a, b = same_types("matmul", x, y)
    if not a.shape or not b.shape:
        raise TraceError(f"matmul: expected axes but got {a.type} and {b.type}", hint="x * y")
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise TraceError(f"matmul: expected equal inner sizes but got {a.type} and {b.type}")
    if b.ndim <= 2:  # one matrix for all rows
        if a.ndim == b.ndim == 2:
            return product(a, b)
        columns = b if b.ndim == 2 else reshape(b, (b.shape[0], 1))
        rows = reshape(a, (math.prod(a.shape[:-1]), a.shape[-1]))
        return reshape(product(rows, columns), a.shape[:-1] + b.shape[1:])
    if a.ndim == 1:
        result = matmul(reshape(a, (1, a.shape[0])), b)
        return reshape(result, result.shape[:-2] + result.shape[-1:])
    try:
        import numpy as np
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError as error:
        raise TraceError(f"matmul: cannot broadcast {a.type} with {b.type}") from error
    return product(broadcast_to(a, batch + a.shape[-2:]), broadcast_to(b, batch + b.shape[-2:]))


def product(a: Tensor, b: Tensor) -> Tensor:
    return a.trace.op("matmul", [a, b], [NdArrayType(a.shape[:-1] + b.shape[-1:], a.dtype)])[0]


def tensordot(x: Any, y: Any, axes: tuple[list[int], list[int]]) -> Tensor:
    """The sum over pairs of axes: free axes of x, then of y."""
    a, b = same_types("tensordot", x, y)
    lhs, rhs = ([axis % tensor.ndim for axis in part] for axis_list, tensor, part in
                ((axes, a, axes[0]), (axes, b, axes[1])))
    if [a.shape[i] for i in lhs] != [b.shape[i] for i in rhs]:
        raise TraceError(f"tensordot: expected equal sizes along {axes} but got {a.type} and {b.type}")
    shape = [size for i, size in enumerate(a.shape) if i not in lhs]
    shape += [size for i, size in enumerate(b.shape) if i not in rhs]
    return a.trace.op("contract", [a, b], [NdArrayType(tuple(shape), a.dtype)],
                      lhs_axes=index_list(lhs), rhs_axes=index_list(rhs))[0]


def einsum(formula: str, *xs: Any) -> Tensor:
    """Products summed over the letters that the result does not have: `einsum("bij,bjk->bik", x, y)`.

    Letters only; a letter twice in one operand (a diagonal) and an ellipsis are errors.
    """
    match = re.fullmatch(r"([a-zA-Z,]*)(?:->([a-zA-Z]*))?", formula.replace(" ", ""))
    if not match:
        raise TraceError(f"einsum: expected letters such as 'ij,jk->ik' but got '{formula}'")
    terms = match[1].split(",")
    letters = "".join(terms)
    output = match[2] if match[2] is not None else "".join(sorted(a for a in set(letters) if letters.count(a) == 1))
    tensors = same_types("einsum", *xs)
    if len(terms) != len(tensors):
        raise TraceError(f"einsum: '{formula}' has {len(terms)} operands but got {len(tensors)}")
    if any(len(set(term)) != len(term) for term in (*terms, output)) or not set(output) <= set(letters):
        raise TraceError(f"einsum: expected each letter once in an operand and letters of the operands in the result "
                         f"but got '{formula}'")
    sizes: dict[str, int] = {}
    for term, tensor in zip(terms, tensors):
        if len(term) != tensor.ndim:
            raise TraceError(f"einsum: expected {len(term)} axes for '{term}' but got {tensor.type}")
        for letter, size in zip(term, tensor.shape):
            if sizes.setdefault(letter, size) != size:
                raise TraceError(f"einsum: expected one size for '{letter}' but got {sizes[letter]} and {size}")
    term, result = terms[0], as_tensor(tensors[0])
    for i in range(1, len(terms)):
        later = set(output).union(*map(set, terms[i + 1:]))
        term, result = pair(term, result, terms[i], tensors[i], later, sizes)
    term, result = sum_out(term, result, set(output))
    return transpose(result, [term.index(letter) for letter in output])


def sum_out(term: str, x: Tensor, kept: set[str]) -> tuple[str, Tensor]:
    axes = [i for i, letter in enumerate(term) if letter not in kept]
    return "".join(a for a in term if a in kept), reduce(x, "reduce_sum", normal_axes(axes, x.ndim), False)


def pair(left: str, x: Tensor, right: str, y: Tensor, later: set[str], sizes: dict[str, int]) -> tuple[str, Tensor]:
    """One product, as a batch of matrices or, without a batch, as a contraction."""
    left, x = sum_out(left, x, later | set(right))
    right, y = sum_out(right, y, later | set(left))
    shared = [a for a in left if a in right]
    batch = [a for a in shared if a in later]
    inner = [a for a in shared if a not in later]
    rows, columns = [a for a in left if a not in right], [a for a in right if a not in left]
    if not batch:
        return "".join(rows + columns), tensordot(x, y, ([left.index(a) for a in inner],
                                                         [right.index(a) for a in inner]))

    def arrange(term: str, tensor: Tensor, first: list[str], second: list[str]) -> Tensor:
        ordered = transpose(tensor, [term.index(a) for a in batch + first + second])
        return reshape(ordered, [sizes[a] for a in batch] + [math.prod(sizes[a] for a in part)
                                                            for part in (first, second)])

    result = product(arrange(left, x, rows, inner), arrange(right, y, inner, columns))
    return "".join(batch + rows + columns), reshape(result, [sizes[a] for a in batch + rows + columns])


Tensor.__matmul__ = matmul  # type: ignore[method-assign,assignment]
Tensor.__rmatmul__ = lambda self, other: matmul(other, self)  # type: ignore[method-assign,assignment]
