# ===- numpy_source.py - the Python source as a peer ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The static Python that the compiler writes, on its array backend Numpy."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from . import step_in_place

NAME = "numpy source"
NEEDS = "the package open-hypergraphs, and " + step_in_place.NEEDS


def available() -> bool:
    """Says whether the compiler has been built, and diagrams are installed."""
    import importlib.util

    return importlib.util.find_spec("open_hypergraphs") is not None and step_in_place.available()


def version() -> str:
    """Returns numpy's version."""
    return f"numpy {np.__version__}"


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """What `CompiledModel(Numpy).step` is."""
    import catgrad
    from catgrad.target.python.array_backend import Numpy
    from catgrad.target.python.codegen import build

    source = catgrad.emit_text(step_in_place.text(model), "python", python_lists=1)
    function = build(ast.parse(source), model.capitalize())(Numpy).step

    def step() -> None:
        nonlocal parameters
        parameters = function(*parameters, x, label)

    return step, lambda: parameters
