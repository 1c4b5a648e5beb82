# ===- rounding.py - to bf16, once ---------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""ml_dtypes rounds f64 and integers to bf16 twice, by way of f32."""

from __future__ import annotations

import numpy as np


def round_to_bf16(x: np.ndarray) -> np.ndarray:
    """To 8 bits, or to a multiple of the smallest bf16, to nearest and ties to even."""
    import ml_dtypes

    wide = x.astype(np.longdouble)  # it has 64 bits: as many as an i64
    finite = np.isfinite(wide)
    _, exponent = np.frexp(np.where(finite, wide, 0))
    unit = np.maximum(exponent - 8, -133)
    rounded = np.ldexp(np.rint(np.ldexp(np.where(finite, wide, 0), -unit)), unit)
    return np.asarray(np.where(finite, rounded, wide), np.float32).astype(ml_dtypes.bfloat16)
