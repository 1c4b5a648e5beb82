# ===- test_programs.py - learners and whole programs, executed -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Learners as a user writes them: what they share, leave unused, return twice or
bring along themselves. Each is compiled, called out of place and in place, and
compared with numpy by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import harness
from arrows import generator
from backends import native, reference
from harness import Buffer, Function, Library

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


# Parameters -----------------------------------------------------------------

def test_weight_tying(executed) -> None:
    """One parameter used twice, named twice: one argument, and the sum of both cotangents."""
    lib = native(model(parameter("%w", "w") + matmul("%0", "%x", "%w") + parameter("%v", "w")
                       + matmul("%1", "%0", "%v"), "%1") + learner("tied", "model"))
    w, x, label, d = draw(D, X, X, X, key="tied")
    assert roles(lib["tied_step"].inputs) == [("w", "parameter"), ("x0", "input"), ("label0", "label")]
    near(lib["tied_predict"](w, x), [x @ w @ w])
    dw = x.T @ (d @ w.T) + (x @ w).T @ d
    near(lib["tied_rev"](w, x, d), [dw, d @ w.T @ w.T])
    near(lib["tied_rev_p"](w, x, d), [dw])
    e = x @ w @ w - label
    near(lib["tied_step"].both_ways(w, x, label), [w - RATE * (x.T @ (e @ w.T) + (x @ w).T @ e)])
    near(lib["tied_loss"](w, x, label), [np.sum(e * e) / 2])
    executed("weight tying", "f32", "programs", 5)


CALLEE = model(parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = catgrad.sigmoid %0 : {T}\n", "%1",
               name="layer").replace("func.func @", "func.func private @")


def layer(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(x @ w)))


def layer_reverse(y: np.ndarray, x: np.ndarray, w: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    d = y * (1 - y) * d
    return x.T @ d, d @ w.T


@pytest.mark.parametrize("scopes", [False, True], ids=["shared", "scoped"])
def test_callee_called_twice(scopes: bool, executed) -> None:
    """A layer called twice: without scopes one parameter, with scopes two."""
    attributes = [f' {{catgrad.scope = "{name}"}}' if scopes else "" for name in ("first", "second")]
    lib = native(CALLEE + model(f"  %0 = func.call @layer(%x){attributes[0]} : ({T}) -> {T}\n"
                                f"  %1 = func.call @layer(%0){attributes[1]} : ({T}) -> {T}\n", "%1")
                 + learner("calls", "model"))
    w, v, x, label, d = draw(D, D, X, X, X, key="calls")
    if not scopes:
        v = w
    parameters = [w, v] if scopes else [w]
    assert [name for name, role in roles(lib["calls_step"].inputs) if role == "parameter"] == (
        ["first.w", "second.w"] if scopes else ["w"])
    h = layer(x, w)
    y = layer(h, v)

    def reverse(d: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        dv, dh = layer_reverse(y, h, v, d)
        dw, dx = layer_reverse(h, x, w, dh)
        return ([dw, dv] if scopes else [dw + dv]), dx

    near(lib["calls_predict"](*parameters, x), [y])
    dp, dx = reverse(d)
    near(lib["calls_rev"](*parameters, x, d), [*dp, dx])
    dp, _ = reverse(y - label)
    near(lib["calls_step"].both_ways(*parameters, x, label), [p - RATE * q for p, q in zip(parameters, dp)])
    executed("callee called twice", "f32", "programs", 3)


def test_unused_parameter_and_input(executed) -> None:
    """They stay arguments; their cotangents are zero and the parameter does not move."""
    lib = native(model(parameter("%u", "u", "tensor<5xf32>") + parameter("%w", "w") + matmul("%0", "%x", "%w"), "%0",
                       inputs=f"%z: tensor<2xf32>, %x: {T}") + learner("unused", "model"))
    u, w, z, x, label, d = draw((5,), D, (2,), X, X, X, key="unused")
    assert roles(lib["unused_step"].inputs)[:4] == [
        ("u", "parameter"), ("w", "parameter"), ("x0", "input"), ("x1", "input")]
    near(lib["unused_predict"](u, w, z, x), [x @ w])
    du, dw, dz, dx = lib["unused_rev"](u, w, z, x, d)
    near([dw, dx], [x.T @ d, d @ w.T])
    same([du, dz], [np.zeros_like(u), np.zeros_like(z)])
    new_u, new_w = lib["unused_step"].both_ways(u, w, z, x, label)
    same([new_u], [u])
    near([new_w], [w - RATE * x.T @ (x @ w - label)])
    executed("unused parameter and input", "f32", "programs", 3)


def test_constant_model(executed) -> None:
    """No parameter, no input: predict and loss still work, step has nothing to return."""
    body = "  %c = catgrad.constant dense<[1.0, -2.0]> : tensor<2xf32>\n"
    lib = native(model(body, "%c", inputs="", results="tensor<2xf32>")
                 + learner("constant_model", "model", extra="{report_loss}"))
    label = np.array([3.0, 0.5], np.float32)
    same(lib["constant_model_predict"](), [np.array([1, -2], np.float32)])
    same(lib["constant_model_rev"](label), [])
    loss = np.float32((2.0**2 + 2.5**2) / 2)
    same(lib["constant_model_loss"](label), [loss])
    same(lib["constant_model_step"](label), [loss])
    executed("constant model", "f32", "programs", 4)


def test_parameter_and_input_returned_as_they_are(executed) -> None:
    """Values that pass through: the parameter, the input, and one of them twice."""
    lib = native(model(parameter("%w", "w", T), "%w, %x, %w", results=f"{T}, {T}, {T}") + learner("through", "model"))
    w, x, a, b, c, d, e, f = draw(X, X, X, X, X, X, X, X, key="through")
    same(lib["through_predict"](w, x), [w, x, w])
    near(lib["through_rev"](w, x, d, e, f), [d + f, e])
    near(lib["through_step"].both_ways(w, x, a, b, c), [w - RATE * ((w - a) + (w - c))])
    near(lib["through_loss"](w, x, a, b, c),
         [(np.sum((w - a)**2) + np.sum((x - b)**2) + np.sum((w - c)**2)) / 2])
    executed("values passed through", "f32", "programs", 4)


def test_value_returned_twice(executed) -> None:
    lib = native(model(parameter("%w", "w") + matmul("%0", "%x", "%w"), "%0, %0", results=f"{T}, {T}")
                 + learner("double_result", "model"))
    w, x, a, b, d, e = draw(D, X, X, X, X, X, key="twice")
    y = x @ w
    near(lib["double_result_predict"](w, x), [y, y])
    near(lib["double_result_rev"](w, x, d, e), [x.T @ (d + e), (d + e) @ w.T])
    near(lib["double_result_step"].both_ways(w, x, a, b), [w - RATE * x.T @ ((y - a) + (y - b))])
    executed("value returned twice", "f32", "programs", 3)


def test_functions_without_results(executed) -> None:
    """Nothing returned; the derivative is zero. A learner of such a model has a loss of its own."""
    nothing = f"func.func @nothing(%x: {T}) {{\n  return\n}}\ncatgrad.derive @nothing_rev of(@nothing)\n"
    lens = "func.func @lens() { return }\n"
    value = ("func.func @value() -> tensor<f32> {\n  %0 = catgrad.constant dense<2.5> : tensor<f32>\n"
             "  return %0 : tensor<f32>\n}\n")
    body = f"func.func @model(%x: {T}) {{\n{parameter('%w', 'w')}  return\n}}\n"
    lib = native(nothing + lens + value + body + learner("silent", "model", loss="@lens, value = @value"))
    w, x = draw(D, X)
    assert lib["nothing"](x) == []
    same(lib["nothing_rev"](x), [np.zeros_like(x)])
    same(lib["silent_predict"](w, x), [])
    same(lib["silent_rev"](w, x), [np.zeros_like(w), np.zeros_like(x)])
    same(lib["silent_step"].both_ways(w, x), [w])
    same(lib["silent_loss"](w, x), [np.float32(2.5)])
    executed("no results", "f32", "programs", 6)


def test_derive_asks_for_some_inputs(executed) -> None:
    """wrt: all, one, none of the inputs."""
    lib = native(f"func.func @product(%x: {T}, %w: {W}) -> {T} {{\n{matmul('%0', '%x', '%w')}  return %0 : {T}\n}}\n"
                 + "catgrad.derive @product_rev of(@product)\ncatgrad.derive @product_rev_x of(@product) wrt([0])\n"
                 "catgrad.derive @product_rev_w of(@product) wrt([1])\n"
                 "catgrad.derive @product_rev_none of(@product) wrt([])\n")
    x, w, d = draw(X, D, X, key="wrt")
    dx, dw = lib["product_rev"](x, w, d)
    near([dx, dw], [d @ w.T, x.T @ d])
    same(lib["product_rev_x"](x, w, d), [dx])
    same(lib["product_rev_w"](x, w, d), [dw])
    same(lib["product_rev_none"](x, w, d), [])
    executed("derive", "f32", "programs", 4)


# Optimisers and losses as functions -----------------------------------------

TWO_WEIGHTS = model(parameter("%w", "w") + parameter("%v", "v")
                    + matmul("%0", "%x", "%w") + matmul("%1", "%0", "%v"), "%1")


def two_gradients(w: np.ndarray, v: np.ndarray, x: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x.T @ (d @ v.T), (x @ w).T @ d


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


# Derivatives by hand --------------------------------------------------------

def test_custom_forward_and_reverse(executed) -> None:
    """A function that names its own optic: R uses it, here with a derivative that nothing else would give."""
    text = f"""
func.func private @scaled(%x: {T}) -> {T} attributes {{catgrad.forward = @scaled_fwd, catgrad.reverse = @scaled_rev}} {{
  %0 = catgrad.multiply %x, %x : {T}
  return %0 : {T}
}}
func.func private @scaled_fwd(%x: {T}) -> ({T}, {T}, tensor<f32>) {{
  %0 = catgrad.multiply %x, %x : {T}
  %1 = catgrad.negate %x : {T}
  %c = catgrad.constant dense<3.0> : tensor<f32>
  return %0, %1, %c : {T}, {T}, tensor<f32>
}}
func.func private @scaled_rev(%minus: {T}, %c: tensor<f32>, %d: {T}) -> {T} {{
  %0 = catgrad.broadcast %c {{dimensions = array<i64: 0, 1>}} : (tensor<f32>) -> {T}
  %1 = catgrad.multiply %minus, %0 : {T}
  %2 = catgrad.multiply %1, %d : {T}
  return %2 : {T}
}}
func.func @outer(%x: {T}) -> {T} {{
  %0 = func.call @scaled(%x) : ({T}) -> {T}
  %1 = catgrad.add %0, %x : {T}
  return %1 : {T}
}}
catgrad.derive @outer_rev of(@outer)
catgrad.derive @scaled_itself of(@scaled)
""" + model(parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = func.call @scaled(%0) : ({T}) -> {T}\n", "%1") \
        + learner("custom", "model")
    lib = native(text)
    w, x, d, label = draw(D, X, X, X, key="custom")
    near(lib["outer"](x), [x * x + x])
    near(lib["outer_rev"](x, d), [-3 * x * d + d])
    near(lib["scaled_itself"](x, d), [-3 * x * d])
    y = x @ w
    near(lib["custom_step"].both_ways(w, x, label), [w - RATE * x.T @ (-3 * y * (y * y - label))])
    executed("custom forward and reverse", "f32", "programs", 4)


@pytest.mark.parametrize("policy", ["rule", "inputs", "recompute"])
def test_residual_policies(policy: str, executed) -> None:
    """What the forward part keeps changes nothing in what comes out (law C5)."""
    text = CALLEE + model(f"  %0 = func.call @layer(%x) {{catgrad.scope = \"a\"}} : ({T}) -> {T}\n"
                          f"  %1 = func.call @layer(%0) {{catgrad.scope = \"b\"}} : ({T}) -> {T}\n"
                          f"  %2 = catgrad.multiply %1, %0 : {T}\n", "%2") + learner("kept", "model")
    lib = native(harness.opt(text, f"--catgrad-expand-learners=residuals={policy}"))
    w, v, x, label = draw(D, D, X, X, key="policies")
    h = layer(x, w)
    y = layer(h, v)
    e = y * h - label
    dv, dh = layer_reverse(y, h, v, e * h)
    dw, _ = layer_reverse(h, x, w, dh + e * y)
    near(lib["kept_step"].both_ways(w, v, x, label), [w - RATE * dw, v - RATE * dv])
    executed("residual policies", "f32", "programs")


# Element types and sizes ----------------------------------------------------

def test_f64_learner(executed) -> None:
    text = (TWO_WEIGHTS + learner("precise", "model", extra="{report_loss}")).replace("f32", "f64")
    lib = native(text)
    w, v, x, label = draw(D, D, X, X, key="f64", dtype=np.float64)
    e = x @ w @ v - label
    dw, dv = two_gradients(w, v, x, e)
    near(lib["precise_step"].both_ways(w, v, x, label), [w - 0.125 * dw, v - 0.125 * dv, np.sum(e * e) / 2], 1e-13)
    near(lib["precise_rev"](w, v, x, e), [dw, dv, e @ v.T @ w.T], 1e-13)
    executed("f64 learner", "f64", "programs", 2)


def test_parameters_of_two_element_types(executed) -> None:
    """f32 weights in an f64 model: the rate has the type of each parameter."""
    wide = "tensor<3x4xf64>"
    body = (parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = catgrad.cast %0 : ({T}) -> {wide}\n"
            + parameter("%b", "b", wide) + f"  %2 = catgrad.add %1, %b : {wide}\n")
    for name, optimiser, hyper in (("both_types", SGD, []), ("both_dynamic", "#catgrad.sgd<rate = dynamic>", [RATE])):
        lib = native(model(body, "%2", results=wide) + learner(name, "model", optimiser))
        w, x = draw(D, X, key="types")
        b, label = draw(X, X, key="wide", dtype=np.float64)
        e = (x @ w).astype(np.float64) + b - label
        near(lib[f"{name}_step"].both_ways(w, b, x, label, *hyper),
             [w - 0.125 * x.T @ e.astype(np.float32), b - 0.125 * e])
    executed("two element types", "f32", "programs", 2)


def ring_learner(element: str) -> str:
    """A model, a loss and an optimiser over a ring: p + x^T (y - label)."""
    t, w = T.replace("f32", element), W.replace("f32", element)
    functions = f"""
func.func private @update(%p: {w}, %d: {w}) -> {w} {{
  %0 = catgrad.add %p, %d : {w}
  return %0 : {w}
}}
func.func private @lens(%y: {t}, %l: {t}) -> {t} {{
  %0 = catgrad.subtract %y, %l : {t}
  return %0 : {t}
}}
func.func private @value(%y: {t}, %l: {t}) -> tensor<{element}> {{
  %0 = catgrad.subtract %y, %l : {t}
  %1 = catgrad.reduce_sum %0 {{dimensions = array<i64: 0, 1>}} : ({t}) -> tensor<{element}>
  return %1 : tensor<{element}>
}}
"""
    body = (parameter("%w", "w", w, "{init = #catgrad.constant<1.0>}") + matmul("%0", "%x", "%w", t, w)
            + f"  %1 = catgrad.multiply %0, %x : {t}\n")
    return (functions + model(body, "%1", inputs=f"%x: {t}", results=t)
            + learner("ring", "model", "@update", "@lens, value = @value", "{report_loss}"))


@pytest.mark.parametrize("element", ["i32", "i1"])
def test_learner_over_a_ring(element: str, executed) -> None:
    """Integers and bits are trained exactly: bitwise over five steps, against numpy in int64."""
    lib = native(ring_learner(element))
    dtype = {"i32": np.int32, "i1": np.bool_}[element]
    random = generator("ring", element)
    (w,) = lib["ring_init"](np.int64(0))
    same([w], [np.ones(D, dtype)])
    for _ in range(5):
        x, label = (random.integers(-2**31, 2**31, X) for _ in range(2))
        if element == "i1":
            x, label = x % 2, label % 2
        wide = w.astype(np.int64)

        def ring(values: np.ndarray) -> np.ndarray:
            return (values % 2).astype(bool) if element == "i1" else values.astype(np.int32)

        inner = ring(x @ wide).astype(np.int64)
        e = ring(ring(inner * x).astype(np.int64) - label).astype(np.int64)
        dw = x.T @ ring(e * x).astype(np.int64)
        want = [ring(wide + dw), np.asarray(ring(np.sum(e)))]
        got = lib["ring_step"].both_ways(w, x.astype(dtype), label.astype(dtype))
        same(got, want)
        w = got[0]
    executed("learner over a ring", element, "programs", 5)


def test_zero_sized_batch(executed) -> None:
    """A batch of no rows: the gradient is zero, and pointers to no bytes are null."""
    lib = native((TWO_WEIGHTS + learner("empty_batch", "model", extra="{report_loss}")).replace("3x4xf32", "0x4xf32"))
    w, v = draw(D, D, key="empty")
    x = np.zeros((0, 4), np.float32)
    same(lib["empty_batch_predict"](w, v, x), [x])
    same(lib["empty_batch_rev"](w, v, x, x), [np.zeros(D, np.float32), np.zeros(D, np.float32), x])
    same(lib["empty_batch_step"].both_ways(w, v, x, x), [w, v, np.float32(0)])
    executed("empty batch", "f32", "programs", 3)


def test_zero_sized_parameter(executed) -> None:
    """No columns to sum over, and a parameter of no numbers."""
    w0 = "tensor<0x4xf32>"
    body = parameter("%w", "w", w0) + f"  %0 = catgrad.matmul %x, %w : (tensor<3x0xf32>, {w0}) -> {T}\n"
    lib = native(model(body, "%0",
                       inputs="%x: tensor<3x0xf32>") + learner("empty_weight", "model"))
    w, x, label = np.zeros((0, 4), np.float32), np.zeros((3, 0), np.float32), *draw(X)
    same(lib["empty_weight_init"](np.int64(1)), [w])
    same(lib["empty_weight_predict"](w, x), [np.zeros(X, np.float32)])
    same(lib["empty_weight_step"].both_ways(w, x, label), [w])
    executed("empty parameter", "f32", "programs", 3)


# The interface --------------------------------------------------------------

def raw_call(function: Function, buffers: Sequence[Buffer], workspace: Buffer) -> None:
    function.address(*(buffer.pointer for buffer in (*buffers, workspace)))


def filled(array: np.ndarray) -> Buffer:
    buffer = Buffer(array.nbytes, array.itemsize)
    buffer.bytes[:] = np.frombuffer(array.tobytes(), np.uint8)
    return buffer


def test_one_array_for_two_inputs(executed) -> None:
    """Inputs may be the same memory: x and label here, or both parameters that step only reads."""
    lib = native(TWO_WEIGHTS + learner("same_memory", "model"))
    w, x = draw(D, X, key="same")
    step, predict = lib["same_memory_step"], lib["same_memory_predict"]
    new_w, new_v = (value.buffer() for value in step.outputs)
    shared_w, shared_x = filled(w), filled(x)
    raw_call(step, [shared_w, shared_w, shared_x, shared_x, new_w, new_v], Buffer(step.workspace_bytes, 64))
    got = [value.read(buffer) for value, buffer in zip(step.outputs, (new_w, new_v))]
    same(got, step(w, w, x, x))
    y = predict.outputs[0].buffer()
    raw_call(predict, [shared_w, shared_w, shared_x, y], Buffer(predict.workspace_bytes, 64))
    same([predict.outputs[0].read(y)], predict(w, w, x))
    same([shared_w.bytes.view(np.float32).reshape(D), shared_x.bytes.view(np.float32).reshape(X)], [w, x])
    executed("one array for two inputs", "f32", "programs", 2)


def test_workspace_is_reused(executed) -> None:
    """One workspace for all functions, never cleared: results do not depend on what is in it."""
    lib = native(MOMENTUM + TWO_WEIGHTS + learner("reused", "model", "@momentum"))
    functions = [lib[f"reused_{kind}"] for kind in ("predict", "rev", "rev_p", "loss", "step")]
    workspace = Buffer(max(function.workspace_bytes for function in functions), 64)
    for turn in range(3):
        for function in functions:
            arrays = draw(*(value.shape for value in function.inputs), key=("workspace", turn, function.symbol))
            outputs = [value.buffer() for value in function.outputs]
            raw_call(function, [*map(filled, arrays), *outputs], workspace)
            same([value.read(buffer) for value, buffer in zip(function.outputs, outputs)], function(*arrays))
    assert workspace.guards_intact()
    executed("workspace reused", "f32", "programs", 15)


def test_training_in_place(executed) -> None:
    """Law D7: steps that write over their parameters are the same as steps into new memory."""
    lib = native(TWO_WEIGHTS + learner("in_place", "model", "#catgrad.sgd<rate = 1.0e-2>"))
    step = lib["in_place_step"]
    w, v, x, label = draw(D, D, X, X, key="in place")
    buffers = [filled(array) for array in (w, v, x, label)]
    workspace = Buffer(step.workspace_bytes, 64)
    for _ in range(20):
        raw_call(step, [*buffers, *buffers[:2]], workspace)
        w, v = step(w, v, x, label)
    same([buffer.bytes.view(np.float32).reshape(D) for buffer in buffers[:2]], [w, v])
    executed("learner", "f32", "law D7", 20)


def test_two_learners_in_one_module(executed) -> None:
    """Of one model and of two, with different optimisers: they do not know of each other."""
    other = TWO_WEIGHTS.replace("@model", "@other").replace('"w"', '"a"').replace('"v"', '"b"')
    lib = native(TWO_WEIGHTS + other + learner("one", "model") + learner("two", "model", "#catgrad.sgd<rate = 0.5>")
                 + learner("three", "other"))
    w, v, x, label = draw(D, D, X, X, key="two")
    e = x @ w @ v - label
    dw, dv = two_gradients(w, v, x, e)
    for name, rate in (("one", 0.125), ("two", 0.5), ("three", 0.125)):
        near(lib[f"{name}_step"].both_ways(w, v, x, label), [w - np.float32(rate) * dw, v - np.float32(rate) * dv])
        near(lib[f"{name}_predict"](w, v, x), [x @ w @ v])
    assert [value.name for value in lib["three_step"].outputs] == ["a_out", "b_out"]
    same(lib["one_step"](w, v, x, label), lib["three_step"](w, v, x, label))
    executed("two learners", "f32", "programs", 6)


def test_names_and_aliases(executed) -> None:
    """Given names arrive in the manifest; default names are x0.., y0.., label0.., dy0.., dx0.. ."""
    named = model(parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = catgrad.add %0, %z : {T}\n", "%1",
                  inputs=f'%x: {T} {{catgrad.name = "features"}}, %z: {T}', results=T)
    lib = native(named + learner("names", "model"))
    assert roles(lib["names_rev"].inputs) == [
        ("w", "parameter"), ("features", "input"), ("x1", "input"), ("dy0", "cotangent")]
    assert roles(lib["names_rev"].outputs) == [("dw", "cotangent"), ("dfeatures", "cotangent"), ("dx1", "cotangent")]
    assert roles(lib["names_predict"].outputs) == [("y0", "result")]
    assert [(v.name, v.aliases) for v in lib["names_step"].outputs] == [("w_out", "w")]
    assert {f.kind for f in lib.functions.values()} == {"init", "predict", "rev", "rev_p", "loss", "step"}
    executed("names", "f32", "programs", 5)


# Laws of learners -----------------------------------------------------------

def law_library() -> tuple[Library, list[np.ndarray]]:
    lib = native(TWO_WEIGHTS + learner("law", "model", "#catgrad.sgd<rate = dynamic>"))
    return lib, draw(D, D, X, X, key="laws")


def test_d2_d3_step_is_sgd_of_rev_p(executed) -> None:
    """D2, D3: rev_p is the first part of rev, and step(p) = p - rate * rev_p(p, x, f(p, x) - label)."""
    lib, (w, v, x, label) = law_library()
    (y,) = lib["law_predict"](w, v, x)
    dw, dv, _ = lib["law_rev"](w, v, x, y - label)
    near(lib["law_rev_p"](w, v, x, y - label), [dw, dv], 1e-6)
    near(lib["law_step"](w, v, x, label, RATE), [w - RATE * dw, v - RATE * dv], 1e-6)
    executed("learner", "f32", "law D2, D3", 2)


def test_d4_d5_nothing_moves(executed) -> None:
    """D4: labels that are met leave the parameters as they are, bitwise. D5: so does rate 0.

    For D4 the prediction has to be exact, so numbers are small integers.
    """
    lib, _ = law_library()
    random = generator("D4")
    w, v, x = (random.integers(-8, 9, shape).astype(np.float32) for shape in (D, D, X))
    (y,) = lib["law_predict"](w, v, x)
    same([y], [x @ w @ v])
    same(lib["law_step"].both_ways(w, v, x, y, RATE), [w, v])
    _, (w, v, x, label) = law_library()
    same(lib["law_step"].both_ways(w, v, x, label, np.float32(0)), [w, v])
    executed("learner", "f32", "law D4, D5", 3)


def test_d6_gradients_of_a_batch_add_up(executed) -> None:
    """D6: the gradient over all rows is the sum of the gradients over parts of them."""
    halves = native((TWO_WEIGHTS + learner("half", "model")))
    whole = native((TWO_WEIGHTS + learner("whole", "model")).replace("3x4xf32", "6x4xf32"))
    w, v = draw(D, D, key="D6")
    x, d = draw((6, 4), (6, 4), key="rows")
    parts = [halves["half_rev_p"](w, v, np.ascontiguousarray(x[i:i + 3]), np.ascontiguousarray(d[i:i + 3]))
             for i in (0, 3)]
    near(whole["whole_rev_p"](w, v, x, d), [a + b for a, b in zip(*parts)])
    executed("learner", "f32", "law D6")


def test_learners_against_the_reference(executed) -> None:
    """Every function of a learner against the reference evaluator on the expanded text."""
    body = (parameter("%w", "w") + matmul("%0", "%x", "%w")
            + f"  %1 = func.call @layer(%0) {{catgrad.scope = \"v\"}} : ({T}) -> {T}\n")
    text = (MOMENTUM + CUBIC_LOSS + CALLEE + model(body, "%1")
            + learner("checked", "model", "@momentum", "@lens, value = @value", "{report_loss}"))
    lib, evaluator = native(text), reference(text)
    for kind in ("predict", "rev", "rev_p", "loss", "step"):
        function = lib[f"checked_{kind}"]
        arrays = draw(*(value.shape for value in function.inputs), key=("reference", kind))
        near(function.both_ways(*arrays), evaluator[function.symbol](*arrays))
    executed("learner", "f32", "reference", 5)


def test_calls_are_reentrant(executed) -> None:
    """Functions have no state of their own: calls from several threads at once give the same."""
    from concurrent.futures import ThreadPoolExecutor
    lib, (w, v, x, label) = law_library()
    want = lib["law_step"](w, v, x, label, RATE)
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: lib["law_step"](w, v, x, label, RATE), range(64)):
            same(got, want)
    executed("re-entrant", "f32", "programs", 64)
