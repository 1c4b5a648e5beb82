# ===- types.py - types of arrays ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Element types and array types."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from . import dtypes
from .errors import CatgradError

Shape = tuple[int, ...]


class Dtype(Enum):
    """Element types: the value is the compiler's name."""

    int32 = "i32"
    float32 = "f32"
    bool = "i1"
    int8 = "i8"
    int16 = "i16"
    int64 = "i64"
    float16 = "f16"
    bfloat16 = "bf16"
    float64 = "f64"

    def is_floating(self) -> builtins.bool:
        return "f" in self.value


@dataclass(frozen=True)
class NdArrayType:
    """Shape and element type of an array. `+` puts shapes after each other."""

    shape: Shape
    dtype: Dtype

    def __post_init__(self) -> None:
        if not isinstance(self.shape, tuple):
            raise TypeError(f"expected a tuple as shape but got {self.shape!r}")

    @classmethod
    def from_ndarray(cls, x: Any) -> NdArrayType:
        """The type of an array. Raises CatgradError for an element type that the compiler does not have."""
        return cls(tuple(x.shape), Dtype(dtypes.from_numpy(x.dtype)))

    def __add__(self, other: NdArrayType | int) -> NdArrayType:
        """`T + U` has the axes of both, `T + 3` one more. Raises ValueError for two element types."""
        if isinstance(other, int):
            return NdArrayType(self.shape + (other,), self.dtype)
        if self.dtype != other.dtype:
            raise ValueError(f"expected equal element types but got {self} and {other}")
        return NdArrayType(self.shape + other.shape, self.dtype)

    def __radd__(self, size: int) -> NdArrayType:
        if not isinstance(size, int):
            raise ValueError(f"expected a size before {self} but got {size!r}")
        return NdArrayType((size,) + self.shape, self.dtype)

    @property
    def mlir(self) -> str:
        """`tensor<2x3xf32>`."""
        return f"tensor<{''.join(f'{size}x' for size in self.shape)}{self.dtype.value}>"

    @staticmethod
    def parse(text: str) -> NdArrayType:
        """From MLIR. Raises ValueError for what is no tensor of fixed shape."""
        match = re.fullmatch(r"tensor<((?:\d+x)*)(\w+)>", text)
        if not match:
            raise ValueError(f"expected a tensor of fixed shape but got {text}")
        return NdArrayType(tuple(map(int, match[1].split("x")[:-1])), Dtype(match[2]))

    def __str__(self) -> str:
        return f"{self.dtype.value}[{', '.join(map(str, self.shape))}]"


class Element:
    """An element type that makes array types: `f32[150, 4]`, `f32[()]` for one number."""

    def __init__(self, dtype: Dtype) -> None:
        self.dtype = dtype

    def __getitem__(self, shape: int | tuple[int, ...]) -> NdArrayType:
        sizes = shape if isinstance(shape, tuple) else (shape,)
        if any(not isinstance(size, int) or size < 0 for size in sizes):
            raise ValueError(f"expected sizes that are not negative but got {sizes}")
        return NdArrayType(sizes, self.dtype)

    def __repr__(self) -> str:
        return self.dtype.value


f64, f32, f16, bf16 = (Element(Dtype(name)) for name in ("f64", "f32", "f16", "bf16"))
i64, i32, i16, i8, i1 = (Element(Dtype(name)) for name in ("i64", "i32", "i16", "i8", "i1"))


def as_dtype(dtype: Any) -> Dtype:
    """An element type from ours, numpy's, or a name. Raises CatgradError for another."""
    if isinstance(dtype, Element):
        return dtype.dtype
    return dtype if isinstance(dtype, Dtype) else Dtype(dtypes.from_numpy(dtype))


def as_type(value: Any) -> NdArrayType:
    """An array type from one, or from an array with `shape` and `dtype`. Raises CatgradError for anything else."""
    if not isinstance(value, NdArrayType) and not (hasattr(value, "shape") and hasattr(value, "dtype")):
        raise CatgradError(f"expected a type or an array but got {value!r}", hint="catgrad.f32[150, 4], or np.asarray(x)")
    return value if isinstance(value, NdArrayType) else NdArrayType.from_ndarray(value)
