# ===- step_functional.py - the package's callable as a peer ----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`learner.step` of the package, which returns new arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .step_in_place import NEEDS, available, learner, version

NAME = "catgrad step"
__all__ = ["NAME", "NEEDS", "available", "make", "version"]


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """A line of a training loop, with new parameters from the old ones."""
    function = learner(model).step

    def step() -> None:
        nonlocal parameters
        parameters = function(*parameters, x, label)

    return step, lambda: parameters
