# ===- optimisers.py - optimisers ----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The compiler's optimisers: each function returns what a learner calls one.

All but the rate have PyTorch's defaults. `rate=DYNAMIC` makes the rate an input of `step`.
`Update` is one of your own.
"""

from __future__ import annotations

import math
from typing import Any

from .errors import CatgradError
from .lenses import Update
from .text import real

__all__ = ["DYNAMIC", "Update", "adagrad", "adam", "adamw", "clip", "rmsprop", "sgd"]


def __dir__() -> list[str]:
    return __all__


DYNAMIC = "dynamic"
"""As a rate: `step` takes it as its last argument."""
Rate = float | str
_WORDS = "optimiser", "label_type"  # which stand as they are


def attribute(name: str, rate: Rate | None = None, **numbers: float | bool | str) -> str:
    """`#catgrad.name<..>`."""
    parts = [] if rate is None else [f"rate = {rate if rate == DYNAMIC else number('rate', rate)}"]
    parts += [f"{key} = {value if key in _WORDS else number(key, value)}" for key, value in numbers.items()]
    return f"#catgrad.{name}<{', '.join(parts)}>" if parts else f"#catgrad.{name}"


def number(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not hasattr(value, "__float__") or not math.isfinite(value):
        raise CatgradError(f"expected a finite number as {key} but got {value!r}")
    return real(value)


def sgd(rate: Rate, momentum: float = 0.0, nesterov: bool = False, weight_decay: float = 0.0) -> str:
    """Gradient descent; with momentum, the state is one array a parameter."""
    return attribute("sgd", rate, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)


def adam(rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> str:
    """Kingma and Ba 2015: steps by the means of the gradient and of its square."""
    return attribute("adam", rate, beta1=beta1, beta2=beta2, eps=eps)


def adamw(rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
          weight_decay: float = 1e-2) -> str:
    """Loshchilov and Hutter 2019: Adam, with weight decay beside the gradient."""
    return attribute("adamw", rate, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)


def adagrad(rate: Rate = 1e-2, decay: float = 0.0, eps: float = 1e-10) -> str:
    """Duchi et al. 2011: steps by the sum of the squares of all gradients; `decay` is of the rate."""
    return attribute("adagrad", rate, decay=decay, eps=eps)


def rmsprop(rate: Rate = 1e-2, alpha: float = 0.99, eps: float = 1e-8) -> str:
    """Tieleman and Hinton 2012: steps by a running mean of the gradient's square."""
    return attribute("rmsprop", rate, alpha=alpha, eps=eps)


def clip(optimiser: str, max_norm: float) -> str:
    """Another optimiser, on gradients clipped by their global norm."""
    return attribute("clip", max_norm=max_norm, optimiser=optimiser)
