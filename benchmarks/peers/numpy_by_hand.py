# ===- numpy_by_hand.py - numpy as a benchmark peer -----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""The training steps in numpy, float32, written to be fast.

Nothing is allocated: every operation writes an array made beforehand. These
choices were faster than the obvious ones when measured: ``dot`` instead of
``matmul``, constants as arrays of rank 0, sigmoid by tanh, and the rate
multiplied into the small error (150, 3), from where the chain rule carries it
to all gradients.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import add, dot, multiply, subtract, tanh

NAME = "numpy"
NEEDS = "numpy"

RATES = {"linear": 1e-4, "simple": 1e-2, "dense": 1e-2, "hidden": 1e-2}
HALF = np.array(0.5, np.float32)
ONE = np.array(1, np.float32)


def available() -> bool:
    """Says that numpy is there, as the benchmark itself needs it."""
    return True


def version() -> str:
    """Returns numpy's version."""
    return np.__version__


def _sigmoid(a: np.ndarray) -> None:
    """a = sigmoid(a) = tanh(a / 2) / 2 + 1 / 2"""
    multiply(a, HALF, a)
    tanh(a, a)
    multiply(a, HALF, a)
    add(a, HALF, a)


def _scale_by_slope(s: np.ndarray, d: np.ndarray, scratch: np.ndarray) -> None:
    """d = d * s * (1 - s), where s is a sigmoid's output"""
    subtract(ONE, s, scratch)
    multiply(scratch, s, scratch)
    multiply(d, scratch, d)


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Returns the step of the model; its parameters are updated in place."""
    rate = np.array(RATES[model], np.float32)
    y, d, scratch = (np.empty_like(label) for _ in range(3))
    xt = np.ascontiguousarray(x.T)

    if model in ("linear", "simple"):
        (w,) = parameters
        dw = np.empty_like(w)

        def step_linear() -> None:
            dot(x, w, y)
            subtract(y, label, y)
            multiply(y, rate, y)
            dot(xt, y, dw)
            subtract(w, dw, w)

        def step_simple() -> None:
            dot(x, w, y)
            _sigmoid(y)
            subtract(y, label, d)
            multiply(d, rate, d)
            _scale_by_slope(y, d, scratch)
            dot(xt, d, dw)
            subtract(w, dw, w)

        step = step_linear if model == "linear" else step_simple

    elif model == "dense":
        w, b = parameters
        dw = np.empty_like(w)

        def step() -> None:
            dot(x, w, y)
            add(y, b, y)
            _sigmoid(y)
            subtract(y, label, d)
            multiply(d, rate, d)
            _scale_by_slope(y, d, scratch)
            dot(xt, d, dw)
            subtract(w, dw, w)
            subtract(b, d, b)

    elif model == "hidden":
        w1, b1, w2, b2 = parameters
        dw1, dw2 = np.empty_like(w1), np.empty_like(w2)
        h, dh, scratch_h = (np.empty_like(b1) for _ in range(3))
        # Views: they follow when the arrays change.
        ht, w2t = h.T, w2.T

        def step() -> None:
            dot(x, w1, h)
            add(h, b1, h)
            _sigmoid(h)
            dot(h, w2, y)
            add(y, b2, y)
            _sigmoid(y)
            subtract(y, label, d)
            multiply(d, rate, d)
            _scale_by_slope(y, d, scratch)
            dot(d, w2t, dh)
            _scale_by_slope(h, dh, scratch_h)
            dot(xt, dh, dw1)
            dot(ht, d, dw2)
            subtract(w1, dw1, w1)
            subtract(b1, dh, b1)
            subtract(w2, dw2, w2)
            subtract(b2, d, b2)

    else:
        raise ValueError(f"unknown model {model}")

    return step, lambda: parameters
