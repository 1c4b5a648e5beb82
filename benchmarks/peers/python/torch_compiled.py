# ===- torch_compiled.py - torch.compile as a peer --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""One function of a whole step, by `torch.compile`."""

from __future__ import annotations

import functools
from collections.abc import Callable

import iris_numpy
import numpy as np

from .. import Unavailable
from .torch_eager import NEEDS, available, version

NAME = "torch.compile"
__all__ = ["NAME", "NEEDS", "available", "make", "version"]


@functools.cache
def _compiled(model: str) -> Callable[..., tuple]:
    import torch

    oracle = iris_numpy.MODELS[model]

    def loss(p: tuple, data: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        error = oracle.forward(p, data, torch.sigmoid) - target
        return 0.5 * (error * error).sum()

    def step(p: tuple, data: torch.Tensor, target: torch.Tensor) -> tuple:
        gradients = torch.func.grad(loss)(p, data, target)
        return tuple(w - oracle.rate * d for w, d in zip(p, gradients))

    return torch.compile(step, fullgraph=True)


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Compiles the step, which needs a C++ compiler. Raises Unavailable when that fails."""
    import torch

    torch.set_num_threads(1)
    function = _compiled(model)
    p = tuple(torch.tensor(a) for a in parameters)
    data, target = torch.from_numpy(x), torch.from_numpy(label)
    try:
        function(p, data, target)
    except Exception as error:  # of many kinds: a compiler that is missing, headers of Python, ..
        raise Unavailable(f"torch.compile fails here: {str(error).strip().splitlines()[0]}") from error

    def step() -> None:
        nonlocal p
        p = function(p, data, target)

    return step, lambda: [w.numpy() for w in p]
