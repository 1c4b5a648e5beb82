# ===- test_lenses.py - optimisers and losses that are functions ---------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions as the optimiser and the loss of a learner: bit by bit those of the compiler
where the formula is the same, else against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import catgrad as cg
import iris
from catgrad import CatgradError, losses, nn, optimisers

SCALAR = cg.f32[()]


@cg.function
def half_square(y: Any, label: Any) -> Any:
    return 0.5 * cg.sum((y - label) ** 2)


@cg.function
def sgd(p: Any, dp: Any) -> Any:
    return [a - 0.125 * b for a, b in zip(p, dp)]


def momentum(p: Any, dp: Any, m: Any, rate: Any) -> Any:
    m = [0.5 * a + b for a, b in zip(m, dp)]
    return [a - rate * b for a, b in zip(p, m)], {"m": m}


def adam(p: Any, dp: Any, m: Any, v: Any, t: Any) -> Any:
    t = t + 1
    steps = t.astype(cg.f32)
    m = [0.9 * a + 0.1 * b for a, b in zip(m, dp)]
    v = [0.999 * a + 0.001 * b * b for a, b in zip(v, dp)]
    new = [a - 0.02 / (1 - 0.9**steps) * b / (cg.sqrt(c / (1 - 0.999**steps)) + 1e-8) for a, b, c in zip(p, m, v)]
    return new, {"v": v, "m": m, "t": t}


def make(optimiser: Any = optimisers.sgd(0.125), loss: Any = losses.mse, **options: Any) -> Any:
    return cg.learner(nn.Linear(4, 3), cg.f32[150, 4], optimiser=optimiser, loss=loss, report_loss=True, **options)


def train(model: Any, *further: Any, steps: int = 20) -> list[np.ndarray]:
    """Parameters, state and the last loss; the rate is that of sums over 150 rows."""
    x, label = iris.data()
    p = model.init(4)
    for _ in range(steps):
        *p, value = model.step(*p, x / 64, label, *further)
    return [*p, value]


def same(got: list[np.ndarray], want: list[np.ndarray]) -> None:
    for a, b in zip(got, want, strict=True):
        assert a.dtype == b.dtype and a.tobytes() == b.tobytes()


def test_functions_are_the_built_in_bit_by_bit() -> None:
    want = train(make())
    same(train(make(optimiser=sgd)), want)
    same(train(make(loss=half_square)), want)
    assert not np.array_equal(want[0], train(make(), steps=19)[0])


def test_state_and_inputs_of_an_optimiser() -> None:
    model = make(optimisers.Update(momentum, slots=["m"], hyper={"rate": SCALAR}))
    assert [v.name for v in model.step.inputs] == ["w", "b", "m.w", "m.b", "x", "label0", "rate"]
    assert [v.role for v in model.step.inputs][2:] == ["state", "state", "input", "label", "hyper"]
    same(train(model, np.float32(0.125)), train(make(optimisers.sgd(0.125, momentum=0.5))))


def test_scalars_come_first_and_no_order_is_asked_for() -> None:
    model = make(optimisers.Update(adam, slots=["m", "v"], scalars={"t": cg.i64[()]}))
    theirs = make(optimisers.adam(0.02))
    assert [v.name for v in model.step.inputs] == [v.name for v in theirs.step.inputs]
    got, want = train(model), train(theirs)
    assert got[2] == want[2] == 20
    for a, b in zip(got, want, strict=True):
        assert np.allclose(a, b, rtol=1e-4, atol=1e-6)


def test_derivative_of_a_loss_against_differences() -> None:
    """A loss with labels of other types: weights, and classes. Its gradient is that of one step."""
    def weighted(y: Any, classes: Any, weight: Any) -> Any:
        likelihood = cg.log_softmax(y) * cg.one_hot(classes, 3, dtype=cg.f64)
        return -cg.sum(weight * cg.sum(likelihood, axis=1)) + 0.1 * cg.sum(cg.abs(y) ** 3)

    w = cg.Parameter((4, 3), dtype=cg.f64)
    model = cg.learner(lambda x: x @ w, cg.f64[6, 4], optimiser=optimisers.sgd(1.0), loss=weighted,
                       labels=(cg.i32[6], cg.f64[6]))
    random = np.random.default_rng(0)
    x, classes, weight = random.standard_normal((6, 4)), np.arange(6, dtype=np.int32) % 3, random.random(6)
    [p] = model.init(1)
    [new] = model.step(p, x, classes, weight)
    for _ in range(3):
        v, h = random.standard_normal(p.shape), 1e-6
        up, down = (float(model.loss(p + s * v, x, classes, weight)[0]) for s in (h, -h))
        assert (up - down) / (2 * h) == pytest.approx(float(np.sum((p - new) * v)), rel=1e-6)
    # The labels follow the batch, and a number does not.
    small = model.for_batch(2)
    assert [v.shape for v in small.step.inputs] == [(4, 3), (2, 4), (2,), (2,)]


def test_several_results_have_one_loss() -> None:
    def model(x: Any) -> Any:
        return {"twice": 2 * x @ w, "sum": cg.sum(x @ w)}

    def loss(y: Any, label: Any) -> Any:
        return y["sum"] * label["sum"] + cg.sum(y["twice"] * label["twice"])

    w = cg.Parameter((2, 2))
    made = cg.learner(model, cg.f32[3, 2], optimiser=sgd, loss=loss)
    assert [v.shape for v in made.loss.inputs] == [(2, 2), (3, 2), (), (3, 2)]
    x, zero, one = np.ones((3, 2), np.float32), np.float32(0), np.float32(1)
    [p] = made.init(0)
    [q] = made.step(p, x, one, zero * x)
    assert np.allclose(q, p - 0.125 * 3)


def test_diagrams_take_functions() -> None:
    from catgrad import compile_model, layers
    from catgrad.signature import Dtype
    from catgrad.target.python.array_backend import Numpy

    BATCH, INPUT, OUTPUT = (cg.NdArrayType((n,), Dtype.float32) for n in (150, 4, 3))
    model, (x, label) = layers.dense(BATCH, INPUT, OUTPUT), iris.data()
    theirs, _, _ = compile_model(model, layers.sgd(0.125), layers.mse)
    ours, P, _ = compile_model(model, sgd, half_square)
    p = theirs().init(3)
    same(ours().step(*p, x, label), theirs().step(*p, x, label))
    for a, b in zip(ours(Numpy).step(*p, x, label), theirs(Numpy).step(*p, x, label), strict=True):
        assert np.allclose(a, b, rtol=1e-6)
    assert [T.shape for T in P] == [a.shape for a in p]


def test_what_is_refused() -> None:
    extra = cg.Parameter((3,), name="extra")
    update = optimisers.Update
    for options, message in (
        ({"loss": lambda y, label: y - label}, r"expected a loss that returns one number but got f32\[150, 3\]"),
        ({"loss": lambda y, label: (cg.sum(y), cg.sum(y))}, r"one number but got f32\[\], f32\[\]"),
        ({"loss": lambda y, label: cg.sum(y * extra)}, "expected no parameters in @model_value but got <parameter extra"),
        ({"loss": 3}, "expected one of catgrad.losses or a function but got 3"),
        ({"labels": cg.f32[3]}, "expected no labels beside a loss of catgrad.losses"),
        ({"optimiser": None}, "expected one of catgrad.optimisers or a function but got None"),
        ({"optimiser": lambda p, dp: p[:1]}, r"expected an optimiser that returns f32\[4, 3\], f32\[3\] but got f32\[4, 3\]$"),
        ({"optimiser": update(lambda p, dp, m: p, slots=["m"])}, "the parameters and a dictionary of m"),
        ({"optimiser": update(lambda p, dp, m: (p, {"n": m}), slots=["m"])}, "the parameters and a dictionary of m"),
        ({"optimiser": update(lambda p, dp, m: (p, {"m": m[:1]}), slots=["m"])}, "expected an optimiser that returns"),
    ):
        with pytest.raises(CatgradError, match=message):
            make(**options)
