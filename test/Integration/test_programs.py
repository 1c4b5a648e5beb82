# ===- test_programs.py - learners and whole programs, executed -----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Learners as a user writes them: what they share, leave unused, return twice or
bring along themselves. Each is compiled, called out of place and in place, and
compared with numpy by hand."""

from __future__ import annotations

import numpy as np
import pytest

import harness
from arrows import generator
from backends import native
from learner_texts import (CALLEE, D, RATE, SGD, T, TWO_WEIGHTS, W, X, draw, layer, layer_reverse, learner, matmul,
                           model, near, parameter, roles, same, two_gradients)

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
