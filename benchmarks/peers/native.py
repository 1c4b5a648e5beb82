# ===- native.py - the compiled step as a benchmark peer ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""The step that catgrad-compile makes, called through ctypes.

The arguments are pointers made once, so that a step costs one foreign call
(about a microsecond, which the times include). Set ``CATGRAD_COMPILE``
to measure another compiler than the one of the build folder.
"""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

NAME = "native"
ROOT = Path(__file__).resolve().parents[2]
COMPILER = Path(
    os.environ.get("CATGRAD_COMPILE", ROOT / "build" / "bin" / "catgrad-compile")
)
NEEDS = f"{COMPILER} (build it with `make`)"
FLAGS = ["-O2", "--cpu=native"]


def available() -> bool:
    """Says whether the compiler has been built."""
    return os.access(COMPILER, os.X_OK)


def version() -> str:
    """Returns the flags of the compilation."""
    return "catgrad-compile " + " ".join(FLAGS)


@functools.cache
def _library(model: str) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{model}.so"
        source = ROOT / "examples" / "iris" / f"{model}.mlir"
        subprocess.run([COMPILER, source, "-o", path, *FLAGS], check=True)
        # Once loaded, the file is no longer needed.
        return ctypes.CDLL(str(path))


def bind(
    library: ctypes.CDLL,
    model: str,
    x: np.ndarray,
    label: np.ndarray,
    parameters: list[np.ndarray],
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Returns the step of a library; the parameters are updated in place."""
    workspace_bytes = getattr(library, f"{model}_step_workspace_bytes")
    workspace_bytes.restype = ctypes.c_size_t
    memory = np.zeros(workspace_bytes() + 63, np.uint8)
    workspace = memory[-memory.ctypes.data % 64 :]

    parameters = [np.ascontiguousarray(p, np.float32) for p in parameters]
    arrays = [*parameters, x, label, *parameters, workspace]
    # These pointers keep their arrays alive.
    arguments = [array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
    function = getattr(library, f"{model}_step")
    function.restype = None
    step = functools.partial(function, *arguments)

    return step, lambda: parameters


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Compiles the model; its parameters are updated in place."""
    return bind(_library(model), model, x, label, parameters)
