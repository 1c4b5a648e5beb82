# ===- initialisers.py - how parameters start ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What parameters are drawn from, with the numbers that people expect.

`init(seed)` draws them with Philox4x32-10: see docs/design.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .text import real

__all__ = ["constant", "fan_in_uniform", "glorot_uniform", "he_normal", "normal", "ones", "uniform", "zeros"]

Initialiser = Callable[[tuple[int, ...]], str]  # from a shape to the dialect's attribute


def zeros() -> Initialiser:
    """0 everywhere."""
    return lambda shape: "#catgrad.zeros"


def constant(value: float) -> Initialiser:
    """The same number everywhere."""
    return lambda shape: f"#catgrad.constant<{real(value)}>"


def ones() -> Initialiser:
    """1 everywhere."""
    return constant(1.0)


def normal(std: float = 1e-2, mean: float = 0.0) -> Initialiser:
    """A normal distribution."""
    return lambda shape: f"#catgrad.normal<mean = {real(mean)}, std = {real(std)}>"


def uniform(low: float, high: float) -> Initialiser:
    """A uniform distribution between two numbers."""
    return lambda shape: f"#catgrad.uniform<low = {real(low)}, high = {real(high)}>"


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Inputs and outputs of a unit: the last two axes of a matrix of shape (inputs, outputs)."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    rest = math.prod(shape[:-2])
    return shape[-2] * rest, shape[-1] * rest


def glorot_uniform() -> Initialiser:
    """Glorot and Bengio 2010: for sigmoid and tanh."""
    def draw(shape: tuple[int, ...]) -> str:
        bound = math.sqrt(6 / max(sum(fans(shape)), 1))
        return uniform(-bound, bound)(shape)

    return draw


def he_normal() -> Initialiser:
    """He et al. 2015: for relu and its like."""
    return lambda shape: normal(math.sqrt(2 / max(fans(shape)[0], 1)))(shape)


def fan_in_uniform(fan_in: int) -> Initialiser:
    """Between -1/sqrt(n) and 1/sqrt(n), as torch.nn.Linear."""
    bound = 1 / math.sqrt(max(fan_in, 1))
    return uniform(-bound, bound)
