# ===- test_learner_functions.py - optimisers and losses as functions -----===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Optimisers and losses that the user writes as functions: with state, with parameters mixed up, with
a rate at run time; compiled, called out of place and in place, and compared with numpy by hand."""

from __future__ import annotations

import numpy as np
import pytest

from backends import native
from learner_texts import (CUBIC_LOSS, D, MOMENTUM, RATE, SGD, T, TWO_WEIGHTS, W, X, draw, learner, model, near,
                           parameter, roles, same, two_gradients)

# Optimisers and losses as functions -----------------------------------------


def test_optimiser_swaps_parameters(executed) -> None:
    """New w is old v and conversely: in place, one of them must not be overwritten too early."""
    swap = f"func.func @swap(%w: {W}, %v: {W}, %dw: {W}, %dv: {W}) -> ({W}, {W}) {{\n  return %v, %w : {W}, {W}\n}}\n"
    lib = native(swap + TWO_WEIGHTS + learner("swapped", "model", "@swap"))
    w, v, x, label = draw(D, D, X, X, key="swap")
    same(lib["swapped_step"].both_ways(w, v, x, label), [v, w])
    same(lib["swapped_step"].both_ways(*lib["swapped_step"](w, v, x, label), x, label), [w, v])
    executed("optimiser: swap", "f32", "programs", 2)


def test_optimiser_mixes_parameters(executed) -> None:
    """Each new parameter depends on both old ones and both gradients."""
    mix = f"""func.func @mix(%w: {W}, %v: {W}, %dw: {W}, %dv: {W}) -> ({W}, {W}) {{
  %0 = catgrad.add %w, %dv : {W}
  %1 = catgrad.subtract %v, %dw : {W}
  %2 = catgrad.multiply %1, %w : {W}
  return %1, %0 : {W}, {W}
}}
"""
    lib = native(mix + TWO_WEIGHTS + learner("mixed", "model", "@mix"))
    w, v, x, label = draw(D, D, X, X, key="mix")
    dw, dv = two_gradients(w, v, x, x @ w @ v - label)
    near(lib["mixed_step"].both_ways(w, v, x, label), [v - dw, w + dv])
    executed("optimiser: mixed", "f32", "programs")


def test_optimiser_with_state(executed) -> None:
    """Momentum, with a run-time rate, over three steps; the state starts as zeros."""
    lib = native(MOMENTUM + TWO_WEIGHTS + learner("momentum_model", "model", "@momentum"))
    step = lib["momentum_model_step"]
    assert roles(step.inputs) == [("w", "parameter"), ("v", "parameter"), ("m.w", "state"), ("m.v", "state"),
                                  ("x0", "input"), ("label0", "label"), ("rate", "hyper")]
    assert [value.aliases for value in step.outputs] == ["w", "v", "m.w", "m.v"]
    w, v, m, n = lib["momentum_model_init"](np.int64(3))
    same([m, n], [np.zeros(D, np.float32)] * 2)
    assert np.std(w) > 0.02 and np.std(v) > 0.02 and w.tobytes() != v.tobytes()
    x, label = draw(X, X, key="momentum")
    want = [w, v, m, n]
    got = want
    for rate in (0.5, 0.25, 0.125):
        w, v, m, n = want
        dw, dv = two_gradients(w, v, x, x @ w @ v - label)
        m, n = m / 2 + dw, n / 2 + dv
        want = [w - rate * m, v - rate * n, m, n]
        got = step.both_ways(*got, x, label, np.float32(rate))
        near(got, want)
    executed("optimiser: momentum", "f32", "programs", 4)


def test_dynamic_rate_and_report_loss(executed) -> None:
    """The rate is an input; the loss that step reports is that of the old parameters."""
    lib = native(TWO_WEIGHTS + learner("reported", "model", "#catgrad.sgd<rate = dynamic>", extra="{report_loss}"))
    step = lib["reported_step"]
    assert roles(step.inputs)[-1] == ("rate", "hyper") and roles(step.outputs)[-1][1] == "loss"
    w, v, x, label = draw(D, D, X, X, key="reported")
    e = x @ w @ v - label
    for rate in (0.0, 0.03, -1.0):
        dw, dv = two_gradients(w, v, x, e)
        near(step.both_ways(w, v, x, label, np.float32(rate)),
             [w - np.float32(rate) * dw, v - np.float32(rate) * dv, np.sum(e * e) / 2])
    same(step(w, v, x, label, np.float32(0))[2:], lib["reported_loss"](w, v, x, label))
    executed("dynamic rate, reported loss", "f32", "programs", 4)


def test_loss_as_functions(executed) -> None:
    """weight * (y - label)^3 / 3, with two labels; its lens is its gradient."""
    lib = native(CUBIC_LOSS + TWO_WEIGHTS
                 + learner("cubic", "model", loss="@lens, value = @value", extra="{report_loss}"))
    w, v, x, label = draw(D, D, X, X, key="cubic")
    weight = np.float32(0.25)
    e = x @ w @ v - label
    value = weight * np.sum(e**3) / 3
    dw, dv = two_gradients(w, v, x, weight * e * e)
    near(lib["cubic_loss"](w, v, x, label, weight), [value])
    near(lib["cubic_step"].both_ways(w, v, x, label, weight), [w - RATE * dw, v - RATE * dv, value])
    # The lens is the gradient of the value: compare with difference quotients.
    y, direction = draw(X, X, key="cubic lens")
    step = np.float32(1e-2)
    (up,), (down,) = (lib["value"](y + s * direction, label, weight) for s in (step, -step))
    assert (up - down) / (2 * step) == pytest.approx(np.sum(lib["lens"](y, label, weight)[0] * direction), rel=2e-2)
    executed("loss as functions", "f32", "programs", 3)


def test_loss_as_one_function(executed) -> None:
    """The same without a lens: the derivative is taken. Bit by bit in Z/2^32, where 1 is the cotangent of the value, too."""
    lib = native(CUBIC_LOSS + TWO_WEIGHTS + learner("by_hand", "model", loss="@lens, value = @value", extra="{report_loss}")
                 + learner("derived", "model", loss="@value", extra="{report_loss}"))
    assert roles(lib["derived_step"].inputs) == roles(lib["by_hand_step"].inputs)
    w, v, x, label = draw(D, D, X, X, key="one function")
    weight = np.float32(0.25)
    near(lib["derived_step"].both_ways(w, v, x, label, weight), lib["by_hand_step"](w, v, x, label, weight))
    near(lib["derived_loss"](w, v, x, label, weight), lib["by_hand_loss"](w, v, x, label, weight))

    t = "tensor<5xi32>"
    lib = native(f"""func.func private @power(%y: {t}, %label: {t}) -> tensor<i32> {{
  %0 = catgrad.subtract %y, %label : {t}
  %1 = catgrad.multiply %0, %0 : {t}
  %2 = catgrad.multiply %1, %y : {t}
  %3 = catgrad.reduce_sum %2 {{dimensions = array<i64: 0>}} : ({t}) -> tensor<i32>
  return %3 : tensor<i32>
}}
func.func private @minus(%w: {t}, %dw: {t}) -> {t} {{
  %0 = catgrad.subtract %w, %dw : {t}
  return %0 : {t}
}}
""" + model(parameter("%w", "w", t, "{init = #catgrad.zeros}"), "%w", inputs="", results=t)
                 + learner("ring", "model", "@minus", "@power", "{report_loss}"))
    w, label = np.array([1, 2**31 - 1, -2**31, 70000, -3], np.int32), np.array([5, -9, 2**30, 1, 0], np.int32)
    with np.errstate(over="ignore"):
        e = w - label
        same(lib["ring_step"].both_ways(w, label), [w - (np.int32(2) * e * w + e * e), np.sum(e * e * w, dtype=np.int32)])
    executed("loss as one function", "f32", "programs", 2)
    executed("loss as one function", "i32", "programs")


def test_mse_is_the_gradient_of_its_value(executed) -> None:
    """The lens of #catgrad.mse, seen through a model that is the identity, in float64."""
    t = T.replace("f32", "f64")
    lib = native(model(parameter("%w", "w", t), "%w", inputs="", results=t) + learner("identity_model", "model", SGD))
    w, label, direction = draw(X, X, X, key="mse", dtype=np.float64)
    (new,) = lib["identity_model_step"].both_ways(w, label)
    near([new], [w - 0.125 * (w - label)], 1e-15)
    step = 1e-5
    (up,), (down,) = (lib["identity_model_loss"](w + s * direction, label) for s in (step, -step))
    assert (up - down) / (2 * step) == pytest.approx(np.sum((w - label) * direction), rel=1e-9)
    executed("mse", "f64", "programs", 2)
