# ===- dtypes.py - names of element types --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Element types by the names that manifests and generated Python have for them."""

from __future__ import annotations

import functools

import numpy as np

from .errors import CatgradError

NAMES = ("f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "i1")
NUMPY = {"f64": "float64", "f32": "float32", "f16": "float16", "i64": "int64",
         "i32": "int32", "i16": "int16", "i8": "int8", "i1": "bool"}


@functools.cache
def to_numpy(name: str) -> np.dtype:
    """numpy's type for f32, i1, ..; bf16 is that of the package ml_dtypes."""
    if name == "bf16":
        try:
            import ml_dtypes
        except ImportError as error:
            raise CatgradError("numpy has no bf16 of its own", hint="pip install ml_dtypes") from error
        return np.dtype(ml_dtypes.bfloat16)
    if name not in NUMPY:
        raise CatgradError(f"expected an element type among {', '.join(NAMES)} but got '{name}'")
    return np.dtype(NUMPY[name])


@functools.cache
def from_numpy(dtype: object) -> str:
    """The name of an element type: that of numpy, ours, or what `np.dtype` understands.

    Raises CatgradError for one that the compiler does not have.
    """
    if isinstance(dtype, str) and dtype in NAMES:
        return dtype
    try:
        name = np.dtype(dtype).name  # type: ignore[call-overload]
    except TypeError as error:
        raise CatgradError(f"expected an element type among {', '.join(NAMES)} but got {dtype!r}") from error
    for ours, theirs in {**NUMPY, "bf16": "bfloat16"}.items():
        if name == theirs:
            return ours
    raise CatgradError(f"expected an element type among {', '.join(NAMES)} but got numpy's {name}",
                       hint="convert it, for instance with x.astype(np.float32)")
