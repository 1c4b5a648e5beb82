# ===- c_source.py - the C source as a peer ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The C99 that the compiler writes, compiled by the C compiler of this machine, through ctypes.

Set ``CC`` to measure another C compiler than ``cc``.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..native import bind
from . import step_in_place

NAME = "C, ctypes"
COMPILER = os.environ.get("CC", "cc")
NEEDS = f"{COMPILER}, and {step_in_place.NEEDS}"
FLAGS = ["-std=c99", "-O3", "-march=native"]


def available() -> bool:
    """Says whether there are both compilers."""
    return shutil.which(COMPILER) is not None and step_in_place.available()


def version() -> str:
    """Returns the C compiler's first line about itself, and the flags."""
    said = subprocess.run([COMPILER, "--version"], capture_output=True, text=True, check=True)
    return " ".join([said.stdout.split("\n")[0], *FLAGS])


@functools.cache
def _library(model: str) -> ctypes.CDLL:
    import catgrad

    with tempfile.TemporaryDirectory() as folder:
        source, path = Path(folder, "model.c"), Path(folder, "model.so")
        source.write_text(catgrad.emit_text(step_in_place.text(model), "c"))
        subprocess.run([COMPILER, *FLAGS, "-shared", "-fPIC", source, "-o", path, "-lm"], check=True)
        return ctypes.CDLL(str(path))


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Compiles the model; its parameters are updated in place."""
    return bind(_library(model), model, x, label, parameters)
