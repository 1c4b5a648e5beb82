# ===- iris.py - the iris example for tests ------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The data and the models of examples/iris."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

import numpy as np

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "iris"
MODELS = "linear", "simple", "dense", "hidden"


@functools.cache
def text(model: str) -> str:
    return (EXAMPLE / f"{model}.mlir").read_text()


@functools.cache
def data() -> tuple[np.ndarray, np.ndarray]:
    """Measurements f32 (150, 4) and labels f32 (150, 3)."""
    rows = list(csv.reader((EXAMPLE / "iris.csv").open()))
    rows = [row for row in rows if row and row[0][:1].isdigit()]
    kinds = sorted({row[-1] for row in rows})
    measurements = np.array([[float(number) for number in row[:4]] for row in rows], np.float32)
    return measurements, np.eye(3, dtype=np.float32)[[kinds.index(row[-1]) for row in rows]]
