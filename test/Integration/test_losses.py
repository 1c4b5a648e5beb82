# ===- test_losses.py - every loss and its lens ------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Each loss as native code: its value and its lens against PyTorch's definition in
numpy, and the lens against the gradient of the value, by difference quotients and by
the reverse derivative of the compiled value."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import harness
from learners_numpy import LOSSES, Array, one_hot

TOLERANCE = {"f64": 1e-12, "f32": 1e-5}
SHAPES = ((5, 3), (1, 1), (7,), (2, 3, 4), (0, 3), (3, 37))
# These look at each element alone, so that rank 0 means something.
ELEMENTWISE = ("mse", "mse_mean", "mae", "huber", "huber<delta = 0.25>", "binary_cross_entropy_with_logits")

each_loss = pytest.mark.parametrize("name", LOSSES)
each_element = pytest.mark.parametrize("element", TOLERANCE)


def shapes(name: str) -> tuple[tuple[int, ...], ...]:
    return SHAPES + (((),) if name in ELEMENTWISE else ())


def tensor(shape: tuple[int, ...], element: str) -> str:
    return f"tensor<{''.join(f'{n}x' for n in shape)}{element}>"


def learner(name: str, loss: str, y: str) -> str:
    """Returns a learner whose result is its only parameter, and whose step gives the
    parameter's cotangent: the lens of the loss itself."""
    return f"""
func.func @{name}_model() -> {y} {{
  %y = catgrad.parameter "y" {{init = #catgrad.zeros}} : {y}
  return %y : {y}
}}
func.func private @{name}_give(%p: {y}, %dp: {y}) -> {y} {{
  return %dp : {y}
}}
catgrad.learner @{name} model(@{name}_model) optimiser(@{name}_give) loss({loss}) {{report_loss}}
"""


@functools.cache
def library(loss: str, element: str) -> harness.Library:
    """Returns for every shape a learner, the derivative of its value, and a learner whose loss is the value as a function."""
    types = [tensor(shape, element) for shape in shapes(loss)]
    text = "".join(learner(f"l{i}", f"#catgrad.{loss}", y) for i, y in enumerate(types))
    # @l0_loss is there only when the learners have been expanded.
    expanded = harness.opt(text, "--catgrad-expand-learners").rstrip()
    assert expanded.endswith("}")
    more = "".join(f"catgrad.derive @d{i} of(@l{i}_loss) wrt([0])\n" + learner(f"own{i}", f"@l{i}_loss", y)
                   for i, y in enumerate(types))
    return harness.compile_text(expanded[:-1] + more + "}\n")


def draw(loss: str, shape: tuple[int, ...], dtype: np.dtype, size: float = 2.0) -> tuple[Array, Array]:
    """Returns results and labels, away from kinks."""
    generator = np.random.default_rng(len(shape) + 17)
    y = (size * generator.normal(size=shape)).astype(dtype)
    match loss:
        case "softmax_cross_entropy":
            # Not one-hot, and not of sum 1: the lens has to be right all the same.
            label = generator.random(size=shape)
        case "sparse_softmax_cross_entropy":
            return y, generator.integers(0, shape[-1], shape[:-1])
        case "binary_cross_entropy_with_logits":
            label = generator.random(size=shape)
        case _:
            # No error near 0, 0.25 or 1, where mae and huber have kinks.
            label = y + generator.choice([-3, -0.6, -0.1, 0.1, 0.6, 3], shape) * (1 + 0.1 * generator.random(shape))
    return y, np.asarray(label).astype(dtype)


def assert_near(got: Array, want: Array | float, tolerance: float, what: str) -> None:
    want = np.asarray(want)
    assert got.shape == want.shape, what
    scale = max(1.0, float(np.max(np.abs(want), initial=0)))
    error = float(np.max(np.abs(got.astype(np.float64) - want), initial=0))
    assert error <= tolerance * scale, f"{what}: off by {error:.3g}:\n{got}\nis not\n{want}"


@each_element
@each_loss
def test_value_and_lens(name: str, element: str, executed) -> None:
    lib = library(name, element)
    for i, shape in enumerate(shapes(name)):
        y, label = draw(name, shape, harness.DTYPES[element])
        lens, reported = lib[f"l{i}_step"](y, label)
        (value,) = lib[f"l{i}_loss"](y, label)
        # What is computed in one function is fused in another way than in the other.
        assert_near(reported, value.astype(np.float64), TOLERANCE[element], f"{name}{shape}, reported")
        wide = y.astype(np.float64), label if label.dtype.kind == "i" else label.astype(np.float64)
        if y.size == 0:
            assert value == 0 and lens.shape == shape
            continue
        assert_near(value, LOSSES[name].value(*wide), TOLERANCE[element], f"{name}{shape}, value")
        assert_near(lens, LOSSES[name].gradient(*wide), TOLERANCE[element], f"{name}{shape}, lens")
        assert lens.dtype == value.dtype == y.dtype
        executed(f"#catgrad.{name}", element, "programs", 3)


@each_element
@each_loss
def test_lens_is_the_derivative(name: str, element: str, executed) -> None:
    """The lens against the reverse derivative that the compiler makes of the value."""
    lib = library(name, element)
    for i, shape in enumerate(shapes(name)):
        y, label = draw(name, shape, harness.DTYPES[element])
        lens, _ = lib[f"l{i}_step"](y, label)
        (derived,) = lib[f"d{i}"](y, label, np.asarray(1, y.dtype))
        assert_near(lens, derived.astype(np.float64), TOLERANCE[element], f"{name}{shape}")
        executed(f"#catgrad.{name}", element, "laws")


@each_element
@each_loss
def test_loss_as_a_function(name: str, element: str, executed) -> None:
    """`loss(@value)`: a function of the same formula has the same lens. That of mse, whose rounding is exact, bit by bit."""
    lib = library(name, element)
    for i, shape in enumerate(shapes(name)):
        y, label = draw(name, shape, harness.DTYPES[element])
        (lens, value), (own, reported) = (lib[f"{learner_}{i}_step"](y, label) for learner_ in ("l", "own"))
        (alone,) = lib[f"own{i}_loss"](y, label)
        if name == "mse":
            assert own.tobytes() == lens.tobytes() and reported.tobytes() == value.tobytes(), shape
        for got, want, what in ((own, lens, "lens"), (reported, value, "reported"), (alone, value, "value")):
            assert_near(got, want.astype(np.float64), TOLERANCE[element], f"{name}{shape}, {what}")
        executed(f"#catgrad.{name}", element, "laws")


@each_loss
def test_lens_against_differences(name: str, executed) -> None:
    """<lens, v> against (value(y + h v) - value(y - h v)) / 2h, of the compiled value."""
    lib, step = library(name, "f64"), 1e-5
    for i, shape in enumerate(shapes(name)):
        y, label = draw(name, shape, np.dtype(np.float64))
        lens, _ = lib[f"l{i}_step"](y, label)
        generator = np.random.default_rng(3)
        for _ in range(4):
            v = generator.normal(size=shape)
            up, down = (lib[f"l{i}_loss"](np.asarray(y + h * v), label)[0] for h in (step, -step))
            assert (up - down) / (2 * step) == pytest.approx(np.sum(lens * v), rel=1e-6, abs=1e-8), f"{name}{shape}"
            executed(f"#catgrad.{name}", "f64", "differences")


# Large numbers --------------------------------------------------------------

LOGITS = ("softmax_cross_entropy", "sparse_softmax_cross_entropy", "binary_cross_entropy_with_logits")


@each_element
@pytest.mark.parametrize("size", [1e2, 1e4, 1e30])
@pytest.mark.parametrize("name", LOGITS)
def test_large_logits(name: str, size: float, element: str) -> None:
    """Where exp overflows or all but one class vanish, values and lenses are right."""
    lib = library(name, element)
    for i, shape in enumerate(shapes(name)):
        y, label = draw(name, shape, harness.DTYPES[element], size)
        if label.dtype.kind == "f":
            label = np.round(label)  # probabilities 0 and 1
        lens, value = lib[f"l{i}_step"](y, label)
        if y.size == 0:
            continue
        wide = y.astype(np.float64), label.astype(np.float64) if label.dtype.kind == "f" else label
        assert np.isfinite(value) and np.all(np.isfinite(lens))
        assert_near(value, LOSSES[name].value(*wide), TOLERANCE[element], f"{name}{shape}")
        assert_near(lens, LOSSES[name].gradient(*wide), TOLERANCE[element], f"{name}{shape}")


def test_small_losses_keep_their_digits() -> None:
    """Logits that are nearly certain and right: a tiny loss, not 0."""
    y = np.zeros((5, 3))
    y[:, 1] = 40
    (value,) = library("sparse_softmax_cross_entropy", "f64")["l0_loss"](y, np.ones(5, np.int64))
    assert value == pytest.approx(2 * np.exp(-40), rel=1e-12)
    (value,) = library("binary_cross_entropy_with_logits", "f64")["l0_loss"](y + 40, np.ones((5, 3)))
    assert value == pytest.approx((2 * np.exp(-40) + np.exp(-80)) / 3, rel=1e-12)


@pytest.mark.parametrize("name", ["huber", "huber<delta = 0.25>", "mae"])
def test_large_errors(name: str) -> None:
    """Losses that are linear in a large error do not square it."""
    y = np.full((5, 3), 1e30, np.float32)
    lens, value = library(name, "f32")["l0_step"](y, -y)
    assert_near(value, LOSSES[name].value(y.astype(np.float64), -y), 1e-6, name)
    assert_near(lens, LOSSES[name].gradient(y.astype(np.float64), -y), 1e-6, name)


def test_kinks() -> None:
    """mae has the slope 0 where the error is 0; huber is smooth there and at delta."""
    y = np.zeros((5, 3))
    assert not np.any(library("mae", "f64")["l0_step"](y, y)[0])
    for delta, name in ((1.0, "huber"), (0.25, "huber<delta = 0.25>")):
        lens, value = library(name, "f64")["l0_step"](y + delta, y)
        assert_near(lens, np.full((5, 3), delta / 15), 1e-15, name)
        assert value == delta**2 / 2


@each_loss
def test_nan_stays(name: str) -> None:
    """A NaN in the results reaches value and lens."""
    y, label = draw(name, (5, 3), np.dtype(np.float64))
    y[2, 1] = np.nan
    lens, value = library(name, "f64")["l0_step"](y, label)
    assert np.isnan(value) and np.isnan(lens[2, 1])


# Labels ---------------------------------------------------------------------

@pytest.mark.parametrize("label_type", ["i8", "i16", "i32", "i64"])
def test_integer_labels(label_type: str) -> None:
    """Equal to the dense loss on one-hot rows; a label outside is ignored."""
    lib = harness.compile_text(
        learner("sparse", f"#catgrad.sparse_softmax_cross_entropy<label_type = {label_type}>", "tensor<6x4xf64>")
        + learner("dense", "#catgrad.softmax_cross_entropy", "tensor<3x4xf64>"))
    y = np.random.default_rng(1).normal(size=(6, 4))
    label = np.array([3, -1, 0, 4, 2, -100], harness.DTYPES[label_type])
    lens, value = lib["sparse_step"](y, label)
    keep = [0, 2, 4]
    want_lens, want = lib["dense_step"](y[keep], one_hot(y[keep], label[keep]))
    assert_near(value, float(want), 1e-14, "value")
    assert_near(lens[keep], want_lens, 1e-14, "lens")
    assert not np.any(lens[[1, 3, 5]])
    # Nothing but ignored rows.
    lens, value = lib["sparse_step"](y, np.full(6, -1, label.dtype))
    assert value == 0 and not np.any(lens)


def test_masked_classes() -> None:
    """A class that is masked by -inf has probability and cotangent 0."""
    y = np.array([[0.5, -np.inf, 1.0]] * 5)
    lens, value = library("sparse_softmax_cross_entropy", "f64")["l0_step"](y, np.zeros(5, np.int64))
    p = np.exp([0.5, 1.0]) / np.sum(np.exp([0.5, 1.0]))
    assert value == pytest.approx(-np.log(p[0]), rel=1e-14)
    assert_near(lens, np.array([[p[0] - 1, 0, p[1]]] * 5) / 5, 1e-15, "lens")


@each_loss
def test_several_results(name: str) -> None:
    """Each result has its label; the value is the sum, the lenses are each its own."""
    y = ("tensor<5x3xf64>", "tensor<2x4xf64>")
    text = f"""
func.func @m() -> ({y[0]}, {y[1]}) {{
  %a = catgrad.parameter "a" {{init = #catgrad.zeros}} : {y[0]}
  %b = catgrad.parameter "b" {{init = #catgrad.zeros}} : {y[1]}
  return %a, %b : {y[0]}, {y[1]}
}}
func.func private @give(%a: {y[0]}, %b: {y[1]}, %da: {y[0]}, %db: {y[1]}) -> ({y[0]}, {y[1]}) {{
  return %da, %db : {y[0]}, {y[1]}
}}
catgrad.learner @l model(@m) optimiser(@give) loss(#catgrad.{name}) {{report_loss}}
"""
    a, la = draw(name, (5, 3), np.dtype(np.float64))
    b, lb = draw(name, (2, 4), np.dtype(np.float64), 1.5)
    da, db, value = harness.compile_text(text)["l_step"](a, b, la, lb)
    loss = LOSSES[name]
    assert_near(value, loss.value(a, la) + loss.value(b, lb), 1e-13, "value")
    assert_near(da, loss.gradient(a, la), 1e-13, "first")
    assert_near(db, loss.gradient(b, lb), 1e-13, "second")
