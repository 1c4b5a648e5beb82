# ===- torch_eager.py - PyTorch as a peer -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""PyTorch as it is written: a forward pass, `backward()`, and an update of the parameters."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import iris_numpy
import numpy as np

NAME = "torch"
NEEDS = "the package torch"


def available() -> bool:
    """Says whether PyTorch is installed."""
    return importlib.util.find_spec("torch") is not None


def version() -> str:
    """Returns PyTorch's version."""
    import torch

    return torch.__version__


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """A training loop's body; the parameters are updated in place."""
    import torch

    torch.set_num_threads(1)
    oracle = iris_numpy.MODELS[model]
    p = [torch.tensor(a, requires_grad=True) for a in parameters]
    data, target = torch.from_numpy(x), torch.from_numpy(label)

    def step() -> None:
        error = oracle.forward(p, data, torch.sigmoid) - target
        (0.5 * (error * error).sum()).backward()
        with torch.no_grad():
            for w in p:
                w -= oracle.rate * w.grad
                w.grad = None

    return step, lambda: [w.detach().numpy() for w in p]
