# ===- dispatch.py - numpy's functions of traced tensors -----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""numpy's own functions, called on tensors of a traced function: `np.exp(x)` is `cg.exp(x)`.

numpy asks its operands first (NEP 13 and NEP 18). Those stand here that mean the same in both;
any other is an error rather than a guess.
"""

from __future__ import annotations

from typing import Any

from . import functions, products
from .tensor import Operators, TraceError

# By numpy's names, where they are not the dialect's.
ELEMENTWISE = {**{name: name for name in (*functions.UNARY, *functions.BINARY, *functions.COMPARE)},
               "absolute": "abs", "arctan": "atan", "negative": "negate", "true_divide": "divide"}
ARRAYS = {**{name: name for name in (*functions.REDUCE, "broadcast_to", "clip", "concatenate", "cumsum", "expand_dims",
                                     "mean", "reshape", "squeeze", "stack", "swapaxes", "transpose", "var", "where")},
          "amax": "max", "amin": "min"}
PRODUCTS = ("einsum", "matmul", "tensordot")


def refuse(name: str) -> TraceError:
    return TraceError(f"numpy's {name} is not defined on the tensors of a traced function",
                      hint="catgrad has functions of its own, such as cg.exp; dir(cg) lists them")


def array_ufunc(_: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """Functions of an element, and operators with an array of numpy's on the left."""
    name = ufunc.__name__
    if method != "__call__" or options or not (name in ELEMENTWISE or name == "matmul"):
        raise refuse(name if method == "__call__" else f"{name}.{method}")
    return (products.matmul if name == "matmul" else getattr(functions, ELEMENTWISE[name]))(*inputs)


def array_function(_: Any, function: Any, __: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Functions of whole arrays."""
    name = function.__name__
    if name in PRODUCTS:
        return getattr(products, name)(*arguments, **options)
    if name not in ARRAYS:
        raise refuse(name)
    return getattr(functions, ARRAYS[name])(*arguments, **options)


Operators.__array_ufunc__ = array_ufunc  # type: ignore[method-assign,assignment]
Operators.__array_function__ = array_function  # type: ignore[method-assign,assignment]
