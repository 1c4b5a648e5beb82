# ===- learners_numpy.py - optimisers and losses by hand --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""PyTorch's optimisers and losses in numpy, written from their documentation.

This file is the oracle of the learners: nothing in it is shared with the compiler.
All arrays are numpy arrays; computation is in their element type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray
Parameters = list[Array]


# Optimisers -----------------------------------------------------------------


@dataclass
class Optimiser:
    """One of ``torch.optim``; ``options`` are its keyword arguments there."""

    options: dict[str, float] = field(default_factory=dict)
    steps: int = 0
    slots: dict[str, Parameters] = field(default_factory=dict)

    def slot(self, name: str, p: Parameters) -> Parameters:
        """Returns state that is zeros at the beginning."""
        return self.slots.setdefault(name, [np.zeros_like(a) for a in p])

    def option(self, name: str, default: float) -> float:
        return self.options.get(name, default)

    def state(self) -> Parameters:
        """Returns the state in the order of the compiler: shared, then each slot."""
        shared = [np.asarray(self.steps, np.int64)] if self.counts else []
        return shared + [a for name in sorted(self.slots) for a in self.slots[name]]

    # Whether the number of steps matters.
    counts = False

    def step(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        """Returns the parameters after one step."""
        self.steps += 1
        return self.update(p, g, rate)

    def update(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        raise NotImplementedError


class Sgd(Optimiser):
    def update(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        momentum = self.option("momentum", 0)
        decay = self.option("weight_decay", 0)
        result = []
        for i, (w, d) in enumerate(zip(p, g)):
            d = d + decay * w
            if momentum:
                # The first buffer is the gradient, as momentum * 0 + d is.
                buffer = self.slot("m", p)
                buffer[i] = d if self.steps == 1 else momentum * buffer[i] + d
                d = d + momentum * buffer[i] if self.option("nesterov", 0) else buffer[i]
            result.append(w - rate * d)
        return result


class Adam(Optimiser):
    counts = True

    def update(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        beta1, beta2 = self.option("beta1", 0.9), self.option("beta2", 0.999)
        eps = self.option("eps", 1e-8)
        m, v = self.slot("m", p), self.slot("v", p)
        result = []
        for i, (w, d) in enumerate(zip(p, g)):
            w = self.decayed(w, rate)
            m[i] = beta1 * m[i] + (1 - beta1) * d
            v[i] = beta2 * v[i] + (1 - beta2) * d**2
            first = m[i] / (1 - beta1**self.steps)
            second = v[i] / (1 - beta2**self.steps)
            result.append(w - rate * first / (np.sqrt(second) + eps))
        return result

    def decayed(self, w: Array, rate: float) -> Array:
        return w


class AdamW(Adam):
    def decayed(self, w: Array, rate: float) -> Array:
        return w - rate * self.option("weight_decay", 1e-2) * w


class Adagrad(Optimiser):
    @property
    def counts(self) -> bool:  # type: ignore[override]
        return bool(self.option("decay", 0))

    def update(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        rate = rate / (1 + (self.steps - 1) * self.option("decay", 0))
        v = self.slot("v", p)
        result = []
        for i, (w, d) in enumerate(zip(p, g)):
            v[i] = v[i] + d**2
            result.append(w - rate * d / (np.sqrt(v[i]) + self.option("eps", 1e-10)))
        return result


class RmsProp(Optimiser):
    def update(self, p: Parameters, g: Parameters, rate: float) -> Parameters:
        alpha = self.option("alpha", 0.99)
        v = self.slot("v", p)
        result = []
        for i, (w, d) in enumerate(zip(p, g)):
            v[i] = alpha * v[i] + (1 - alpha) * d**2
            result.append(w - rate * d / (np.sqrt(v[i]) + self.option("eps", 1e-8)))
        return result


OPTIMISERS: dict[str, type[Optimiser]] = {
    "sgd": Sgd, "adam": Adam, "adamw": AdamW, "adagrad": Adagrad, "rmsprop": RmsProp}


def clipped(g: Parameters, max_norm: float) -> Parameters:
    """Returns ``torch.nn.utils.clip_grad_norm_`` of a list of gradients."""
    norm = np.sqrt(sum(np.sum(a.astype(np.float64) ** 2) for a in g))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [(a * factor).astype(a.dtype) for a in g]


# Losses ---------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """A value, and its gradient in closed form."""

    value: Callable[..., float]
    gradient: Callable[..., Array]


def mean(x: Array) -> float:
    return float(np.mean(x)) if x.size else 0.0


def huber(delta: float) -> Loss:
    def value(y: Array, label: Array) -> float:
        e = np.abs(y - label)
        with np.errstate(over="ignore"):
            return mean(np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)))

    return Loss(value, lambda y, label: np.clip(y - label, -delta, delta) / y.size)


def log_softmax(y: Array) -> Array:
    below = y - np.max(y, axis=-1, keepdims=True)
    return below - np.log(np.sum(np.exp(below), axis=-1, keepdims=True))


def rows(y: Array) -> int:
    return int(np.prod(y.shape[:-1], dtype=np.int64))


def cross_entropy(y: Array, label: Array) -> float:
    return float(-np.sum(label * log_softmax(y)) / rows(y))


def cross_entropy_gradient(y: Array, label: Array) -> Array:
    return (np.exp(log_softmax(y)) * np.sum(label, axis=-1, keepdims=True) - label) / rows(y)


def one_hot(y: Array, label: Array) -> Array:
    """Returns rows of zeros for labels outside of the classes."""
    return (label[..., None] == np.arange(y.shape[-1])).astype(y.dtype)


def counted(y: Array, label: Array) -> Array:
    """Returns which rows count."""
    return (label >= 0) & (label < y.shape[-1])


def sparse_cross_entropy(y: Array, label: Array) -> float:
    keep = counted(y, label)
    picked = np.where(one_hot(y, label) == 1, log_softmax(y), 0)
    return float(-np.sum(picked) / max(1, np.sum(keep)))


def sparse_cross_entropy_gradient(y: Array, label: Array) -> Array:
    keep = counted(y, label)
    return (np.exp(log_softmax(y)) - one_hot(y, label)) * keep[..., None] / max(1, np.sum(keep))


def sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def binary_cross_entropy(y: Array, label: Array) -> float:
    # -label log s(y) - (1 - label) log s(-y), where -log s(y) = log(1 + e^-y).
    return mean(label * np.logaddexp(0, -y) + (1 - label) * np.logaddexp(0, y))


LOSSES: dict[str, Loss] = {
    "mse": Loss(lambda y, label: float(np.sum((y - label) ** 2) / 2), lambda y, label: y - label),
    "mse_mean": Loss(lambda y, label: mean((y - label) ** 2), lambda y, label: 2 * (y - label) / y.size),
    "mae": Loss(lambda y, label: mean(np.abs(y - label)), lambda y, label: np.sign(y - label) / y.size),
    "huber": huber(1.0),
    "huber<delta = 0.25>": huber(0.25),
    "softmax_cross_entropy": Loss(cross_entropy, cross_entropy_gradient),
    "sparse_softmax_cross_entropy": Loss(sparse_cross_entropy, sparse_cross_entropy_gradient),
    "binary_cross_entropy_with_logits": Loss(
        binary_cross_entropy, lambda y, label: (sigmoid(y) - label) / y.size),
}
