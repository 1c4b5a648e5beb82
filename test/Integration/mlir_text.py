# ===- mlir_text.py - read types and lists of MLIR -------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Tensor types as values, and comma-separated lists in MLIR's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ml_dtypes
import numpy as np

DTYPES: dict[str, type[np.generic]] = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "i1": np.bool_,
}


class TextError(Exception):
    """The text is not understood."""


# Element types --------------------------------------------------------------

SMALL_FLOATS = ("f16", "bf16")


def is_float(dtype: np.dtype) -> bool:
    """Is it a floating-point type? Numpy does not count bf16, which is not its own, among them."""
    return dtype.kind == "f" or dtype == DTYPES["bf16"]


def widen(x: np.ndarray) -> np.ndarray:
    """f16 and bf16 as f32, in which operations on them compute; others as they are."""
    return x.astype(np.float32) if is_float(x.dtype) and x.dtype.itemsize < 4 else x


# Text -----------------------------------------------------------------------

OPENING, CLOSING = "([{<", ")]}>"


def closing(text: str, start: int) -> int:
    """The index of the bracket that closes the one at `text[start]`."""
    depth, i = 0, start
    while i < len(text):
        if text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif text.startswith("->", i):
            i += 1
        elif text[i] in OPENING:
            depth += 1
        elif text[i] in CLOSING:
            depth -= 1
            if depth == 0:
                return i
        i += 1
    raise TextError(f"expected a closing bracket in: {text}")


def split(text: str) -> Iterator[str]:
    """The parts of a comma-separated list, commas inside brackets and strings left alone."""
    start = i = 0
    while i < len(text):
        if text[i] in OPENING:
            i = closing(text, i)
        elif text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif text[i] == ",":
            yield text[start:i].strip()
            start = i + 1
        i += 1
    if text[start:].strip():
        yield text[start:].strip()


@dataclass(frozen=True)
class TensorType:
    """tensor<2x3xf32> is TensorType((2, 3), "f32")."""

    shape: tuple[int, ...]
    element: str

    @staticmethod
    def parse(text: str) -> TensorType:
        match = re.fullmatch(r"tensor<((?:\d+x)*)(\w+)>", text.strip())
        if not match or match.group(2) not in DTYPES:
            raise TextError(f"expected a static tensor type but got: {text}")
        return TensorType(tuple(map(int, match.group(1).split("x")[:-1])), match.group(2))

    def __str__(self) -> str:
        return f"tensor<{''.join(f'{size}x' for size in self.shape)}{self.element}>"
