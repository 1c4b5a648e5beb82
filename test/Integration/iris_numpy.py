# ===- iris_numpy.py - the iris models by hand -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""The four iris models, their derivatives and their training, written by hand.

This file is the independent oracle of the iris example: no automatic
differentiation, nothing shared with the compiler. All arrays are numpy arrays;
the element type is that of the arrays given (float64 unless said otherwise).

Shapes: ``x`` (150, 4), ``label`` and ``y`` (150, 3). Parameters are lists of
arrays in the order of ``Model.parameters``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Array = np.ndarray
Parameters = list[Array]

FLOWERS, MEASUREMENTS, SPECIES, HIDDEN = 150, 4, 3, 20
SPECIES_NAMES = ("setosa", "versicolor", "virginica")


def sigmoid(x: Array) -> Array:
    """Returns 1 / (1 + exp(-x)), without overflow for large negative x."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e)).astype(x.dtype)


@dataclass(frozen=True, eq=False)
class Model:
    """One classifier: parameter shapes, learning rate, and what it computes."""

    name: str
    rate: float
    parameters: dict[str, tuple[int, ...]]

    def forward(
        self,
        p: Parameters,
        x: Array,
        sigmoid: Callable[[Array], Array] = sigmoid,
    ) -> Array:
        """Returns the scores y of shape (150, 3); with another sigmoid, of any library's arrays."""
        match self.name:
            case "linear":
                (w,) = p
                return x @ w
            case "simple":
                (w,) = p
                return sigmoid(x @ w)
            case "dense":
                w, b = p
                return sigmoid(x @ w + b)
            case "hidden":
                w1, b1, w2, b2 = p
                return sigmoid(sigmoid(x @ w1 + b1) @ w2 + b2)
        raise ValueError(f"unknown model {self.name}")

    def reverse(self, p: Parameters, x: Array, dy: Array) -> tuple[Parameters, Array]:
        """Returns the cotangents of the parameters and of x for dy (150, 3)."""
        match self.name:
            case "linear":
                (w,) = p
                return [x.T @ dy], dy @ w.T
            case "simple":
                (w,) = p
                y = sigmoid(x @ w)
                da = dy * y * (1 - y)
                return [x.T @ da], da @ w.T
            case "dense":
                w, b = p
                y = sigmoid(x @ w + b)
                da = dy * y * (1 - y)
                return [x.T @ da, da], da @ w.T
            case "hidden":
                w1, b1, w2, b2 = p
                h = sigmoid(x @ w1 + b1)
                y = sigmoid(h @ w2 + b2)
                da2 = dy * y * (1 - y)
                dh = da2 @ w2.T
                da1 = dh * h * (1 - h)
                return [x.T @ da1, da1, h.T @ da2, da2], da1 @ w1.T
        raise ValueError(f"unknown model {self.name}")

    def loss(self, p: Parameters, x: Array, label: Array) -> Array:
        """Returns half the sum of the squared errors (rank 0)."""
        error = self.forward(p, x) - label
        return np.sum(error * error) / 2

    def step(
        self, p: Parameters, x: Array, label: Array, rate: float | None = None
    ) -> Parameters:
        """Returns the parameters after one step of gradient descent."""
        rate = self.rate if rate is None else rate
        dp, _ = self.reverse(p, x, self.forward(p, x) - label)
        return [w - np.asarray(rate, w.dtype) * dw for w, dw in zip(p, dp)]

    def train(
        self,
        p: Parameters,
        x: Array,
        label: Array,
        steps: int,
        rate: float | None = None,
    ) -> Parameters:
        """Returns the parameters after that many steps."""
        for _ in range(steps):
            p = self.step(p, x, label, rate)
        return p

    def initial(self, seed: int, dtype: np.dtype | type = np.float64) -> Parameters:
        """Returns initial parameters as the compiler's init makes them."""
        return [
            philox_normal(seed, index, shape, 0.0, 0.01).astype(dtype)
            for index, shape in enumerate(self.parameters.values())
        ]


MODELS: dict[str, Model] = {
    m.name: m
    for m in (
        Model("linear", 1e-4, {"w": (MEASUREMENTS, SPECIES)}),
        Model("simple", 1e-2, {"w": (MEASUREMENTS, SPECIES)}),
        Model(
            "dense",
            1e-2,
            {"w": (MEASUREMENTS, SPECIES), "b": (FLOWERS, SPECIES)},
        ),
        Model(
            "hidden",
            1e-2,
            {
                "w1": (MEASUREMENTS, HIDDEN),
                "b1": (FLOWERS, HIDDEN),
                "w2": (HIDDEN, SPECIES),
                "b2": (FLOWERS, SPECIES),
            },
        ),
    )
}


def load(path: Path, dtype: np.dtype | type = np.float64) -> tuple[Array, Array]:
    """Returns x (150, 4) and one-hot labels (150, 3) of the CSV file."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[float(cell) for cell in row[:4]] for row in rows], dtype)
    label = np.eye(SPECIES, dtype=dtype)[
        [SPECIES_NAMES.index(row[4]) for row in rows]
    ]
    return x, label


def accuracy(y: Array, label: Array) -> float:
    """Returns the percentage of rows whose largest score is the label's."""
    return 100 * float(np.mean(y.argmax(axis=1) == label.argmax(axis=1)))


# Initial values: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
# numbers: as easy as 1, 2, 3", SC 2011).


def philox4x32(counter: Array, key: Array) -> Array:
    """Returns the ten-round Philox bijection.

    ``counter`` has shape (n, 4) and ``key`` shape (2,), both uint32; the result
    has the counter's shape and type.
    """
    low32 = np.uint64(0xFFFFFFFF)
    c = [counter[:, i].astype(np.uint64) for i in range(4)]
    k0, k1 = int(key[0]), int(key[1])
    for _ in range(10):
        p0 = c[0] * np.uint64(0xD2511F53)
        p1 = c[2] * np.uint64(0xCD9E8D57)
        c = [
            (p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0),
            p1 & low32,
            (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1),
            p0 & low32,
        ]
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=1).astype(np.uint32)


def _philox_pairs(seed: int, parameter: int, elements: int) -> tuple[Array, Array]:
    """Returns two float64 of (0, 1) for each pair of elements."""
    blocks = np.arange((elements + 1) // 2, dtype=np.uint64)
    counter = np.zeros((len(blocks), 4), np.uint32)
    counter[:, 0] = blocks & np.uint64(0xFFFFFFFF)
    counter[:, 1] = blocks >> np.uint64(32)
    counter[:, 2] = parameter
    key = np.array([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF], np.uint32)
    r = philox4x32(counter, key).astype(np.float64)

    def to_unit(high: Array, low: Array) -> Array:
        return (np.floor(high / 32) * 2.0**26 + np.floor(low / 64) + 0.5) * 2.0**-53

    return to_unit(r[:, 0], r[:, 1]), to_unit(r[:, 2], r[:, 3])


def _interleave(even: Array, odd: Array, shape: tuple[int, ...]) -> Array:
    elements = int(np.prod(shape, dtype=np.int64))
    return np.stack([even, odd], axis=1).reshape(-1)[:elements].reshape(shape)


def philox_uniform(
    seed: int, parameter: int, shape: tuple[int, ...], low: float, high: float
) -> Array:
    """Returns float64 initial values of ``#catgrad.uniform<low, high>``.

    ``parameter`` is the parameter's place in the learner's order.
    """
    u1, u2 = _philox_pairs(seed, parameter, int(np.prod(shape, dtype=np.int64)))
    return low + (high - low) * _interleave(u1, u2, shape)


def philox_normal(
    seed: int, parameter: int, shape: tuple[int, ...], mean: float, std: float
) -> Array:
    """Returns float64 initial values of ``#catgrad.normal<mean, std>``."""
    u1, u2 = _philox_pairs(seed, parameter, int(np.prod(shape, dtype=np.int64)))
    radius = np.sqrt(-2 * np.log(u1))
    angle = 2 * np.pi * u2
    return mean + std * _interleave(
        radius * np.cos(angle), radius * np.sin(angle), shape
    )
