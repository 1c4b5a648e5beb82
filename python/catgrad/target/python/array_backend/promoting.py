# ===- promoting.py - numpy's own types ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""numpy with its own promotion, as Python catgrad runs models on it.

Types in the program are those of its constants only: a program of f32 that is given
f64 computes in f64. Sums of narrow integers are as wide as numpy makes them, integers are
divided as by `//`, and a comparison stays bool until arithmetic makes it a number.
"""

from __future__ import annotations

import numpy as np

from .numpy import Array, Numpy, Shape, is_float


class Promoting(Numpy):
    """What `CompiledModel(Numpy)` runs on."""

    def reduce_sum(self, x: Array, *, dimensions: Shape) -> Array:
        return np.asarray(np.sum(x, axis=dimensions))

    def divide(self, x: Array, y: Array) -> Array:
        return x / y if is_float(np.result_type(x, y)) else x // y

    def power(self, x: Array, y: Array) -> Array:
        return np.power(x, y)

    def cast(self, x: Array, *, dtype: str | None = None) -> Array:
        return x if x.dtype == np.bool_ else super().cast(x, dtype=dtype)
