# ===- learner_texts.py - learners as text --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Models, optimisers and losses as text, and what else tests of learners share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import harness
from arrows import generator

# All models here map 3 rows of 4 numbers to 3 rows of 4, with w: 4x4, unless they say.
T, W = "tensor<3x4xf32>", "tensor<4x4xf32>"
INIT = "{init = #catgrad.normal<mean = 0.0, std = 0.1>}"
SGD, RATE = "#catgrad.sgd<rate = 1.25e-1>", np.float32(0.125)
TOLERANCE = 1e-5

Arrays = Sequence[np.ndarray]


def learner(name: str, model: str, optimiser: str = SGD, loss: str = "#catgrad.mse", extra: str = "") -> str:
    return f"catgrad.learner @{name} model(@{model}) optimiser({optimiser}) loss({loss}) {extra}\n"


def matmul(result: str, x: str, w: str, t: str = T, u: str = W) -> str:
    return f"  {result} = catgrad.matmul {x}, {w} : ({t}, {u}) -> {t}\n"


def parameter(result: str, name: str, type_: str = W, init: str = INIT) -> str:
    return f'  {result} = catgrad.parameter "{name}" {init} : {type_}\n'


def model(body: str, returns: str, inputs: str = f"%x: {T}", results: str = T, name: str = "model") -> str:
    return f"func.func @{name}({inputs}) -> ({results}) {{\n{body}  return {returns} : {results}\n}}\n"


def draw(*shapes: tuple[int, ...], key: object = 0, dtype: type = np.float32) -> list[np.ndarray]:
    random = generator("programs", key)
    return [np.asarray(random.normal(size=shape), dtype) for shape in shapes]


X, D = (3, 4), (4, 4)


def near(got: Arrays, want: Arrays, tolerance: float = TOLERANCE) -> None:
    assert len(got) == len(want), (len(got), len(want))
    for g, w in zip(got, want):
        w = np.asarray(w)
        assert g.shape == w.shape
        assert np.max(np.abs(g - w), initial=0) <= tolerance * max(1.0, np.max(np.abs(w), initial=0)), (g, w)


def same(got: Arrays, want: Arrays) -> None:
    """Bit by bit."""
    assert len(got) == len(want), (len(got), len(want))
    for g, w in zip(got, want):
        w = np.asarray(w)
        assert g.dtype == w.dtype and g.shape == w.shape
        assert g.tobytes() == w.tobytes(), (g, w)


def roles(values: Sequence[harness.Value]) -> list[tuple[str, str]]:
    return [(value.name, value.role) for value in values]


# Models, optimisers and losses ------------------------------------------------

CALLEE = model(parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = catgrad.sigmoid %0 : {T}\n", "%1",
               name="layer").replace("func.func @", "func.func private @")


def layer(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(x @ w)))


def layer_reverse(y: np.ndarray, x: np.ndarray, w: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    d = y * (1 - y) * d
    return x.T @ d, d @ w.T


TWO_WEIGHTS = model(parameter("%w", "w") + parameter("%v", "v")
                    + matmul("%0", "%x", "%w") + matmul("%1", "%0", "%v"), "%1")


def two_gradients(w: np.ndarray, v: np.ndarray, x: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x.T @ (d @ v.T), (x @ w).T @ d


MOMENTUM = f"""func.func private @momentum(
    %m: {W} {{catgrad.name = "m.w"}}, %n: {W} {{catgrad.name = "m.v"}}, %w: {W}, %v: {W}, %dw: {W}, %dv: {W},
    %rate: tensor<f32> {{catgrad.name = "rate"}}) -> ({W}, {W}, {W}, {W}) {{
  %mu = catgrad.constant dense<0.5> : {W}
  %0 = catgrad.multiply %m, %mu : {W}
  %m1 = catgrad.add %0, %dw : {W}
  %1 = catgrad.multiply %n, %mu : {W}
  %n1 = catgrad.add %1, %dv : {W}
  %r = catgrad.broadcast %rate {{dimensions = array<i64: 0, 1>}} : (tensor<f32>) -> {W}
  %2 = catgrad.multiply %r, %m1 : {W}
  %w1 = catgrad.subtract %w, %2 : {W}
  %3 = catgrad.multiply %r, %n1 : {W}
  %v1 = catgrad.subtract %v, %3 : {W}
  return %w1, %v1, %m1, %n1 : {W}, {W}, {W}, {W}
}}
"""


CUBIC_LOSS = f"""func.func @lens(%y: {T}, %label: {T}, %weight: tensor<f32>) -> {T} {{
  %0 = catgrad.subtract %y, %label : {T}
  %1 = catgrad.multiply %0, %0 : {T}
  %2 = catgrad.broadcast %weight {{dimensions = array<i64: 0, 1>}} : (tensor<f32>) -> {T}
  %3 = catgrad.multiply %1, %2 : {T}
  return %3 : {T}
}}
func.func @value(%y: {T}, %label: {T}, %weight: tensor<f32>) -> tensor<f32> {{
  %0 = catgrad.subtract %y, %label : {T}
  %1 = catgrad.multiply %0, %0 : {T}
  %2 = catgrad.multiply %1, %0 : {T}
  %3 = catgrad.reduce_sum %2 {{dimensions = array<i64: 0, 1>}} : ({T}) -> tensor<f32>
  %third = catgrad.constant dense<0.333333343> : tensor<f32>
  %4 = catgrad.multiply %3, %third : tensor<f32>
  %5 = catgrad.multiply %4, %weight : tensor<f32>
  return %5 : tensor<f32>
}}
"""
