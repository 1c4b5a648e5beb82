# ===- step_in_place.py - the package's callable as a peer ------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`learner.step_` of the package: it checks its arrays, and changes the parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from . import ROOT

NAME = "catgrad step_"
NEEDS = "the compiler's library and the module for calls from this Python (build them with `make`)"


def available() -> bool:
    """Says whether the compiler and the module that makes the calls have been built."""
    from catgrad import _compiler, compiled

    return any(path.exists() for path in _compiler.places()) and compiled.module() is not None


def version() -> str:
    """Returns the compiler's version."""
    from catgrad import _compiler

    return f"catgrad-mlir {_compiler.version()}, LLVM {_compiler.llvm_version()}"


@functools.cache
def text(model: str) -> str:
    """The module of a model."""
    return (ROOT / "examples" / "iris" / f"{model}.mlir").read_text()


@functools.cache
def learner(model: str):
    """The native learner of a model."""
    import catgrad

    return catgrad.compile_text(text(model), name=model).learners[model]


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """A line of a training loop, in place."""
    step_ = learner(model).step_

    def step() -> None:
        step_(*parameters, x, label)

    return step, lambda: parameters
