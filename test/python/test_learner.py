# ===- test_learner.py - models of ordinary functions --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`catgrad.learner`, the layers of `catgrad.nn`, every optimiser and every loss."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import catgrad as cg
import iris
import ways
from catgrad import CatgradError, TraceError, losses, nn, optimisers


@pytest.mark.parametrize("name", iris.MODELS)
def test_functions_and_mlir_give_the_same_parameters(name: str) -> None:
    rate = 1e-4 if name == "linear" else 5e-4
    ours = cg.learner(ways.functions()[name], cg.f32[150, 4], optimiser=optimisers.sgd(rate), loss=losses.mse, name=name)
    text = iris.text(name).replace("rate = 1.0e-2", "rate = 5.0e-4")
    theirs = cg.compile_text(text).learners[name]
    p, q = ours.init(2), theirs.init(2)
    for _ in range(100):
        p, q = ours.step(*p, *iris.data()), theirs.step(*q, *iris.data())
    for a, b in zip(p, q, strict=True):
        assert np.linalg.norm(a - b) <= 1e-5 * np.linalg.norm(b)


ATTRIBUTES = {
    "sgd": optimisers.sgd(0.5), "momentum": optimisers.sgd(0.02, momentum=0.9, nesterov=True, weight_decay=1e-4),
    "adam": optimisers.adam(0.02), "adamw": optimisers.adamw(0.02), "adagrad": optimisers.adagrad(0.1),
    "rmsprop": optimisers.rmsprop(0.01), "clip": optimisers.clip(optimisers.adam(0.02), 1.0),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_optimiser_trains(name: str) -> None:
    layers = nn.Sequential(nn.Linear(4, 8), nn.tanh, nn.Linear(8, 3))
    model = cg.learner(layers, cg.f32[150, 4], optimiser=ATTRIBUTES[name], loss=losses.softmax_cross_entropy,
                       report_loss=True)
    p, values = model.init(0), []
    for _ in range(200):
        values += model.step_(*p, *iris.data())
    assert values[-1] < 0.5 * values[0]
    assert [t.name for t in model.parameters] == ["layers.0.w", "layers.0.b", "layers.2.w", "layers.2.b"]


LOSSES = {"mse": losses.mse, "mse_mean": losses.mse_mean, "mae": losses.mae, "huber": losses.huber(0.5),
          "cross entropy": losses.softmax_cross_entropy, "classes": losses.sparse_softmax_cross_entropy,
          "classes i64": losses.sparse(), "logits": losses.binary_cross_entropy_with_logits}


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_falls(name: str) -> None:
    model = cg.learner(nn.Linear(4, 3), cg.f32[150, 4], optimiser=optimisers.adam(0.02), loss=LOSSES[name])
    x, label = iris.data()
    if name.startswith("classes"):
        label = label.argmax(1).astype(np.int64 if "64" in name else np.int32)
    p = model.init(0)
    [before] = model.loss(*model.parameters_of(p), x, label)
    for _ in range(150):
        p = model.step(*p, x, label)
    [after] = model.loss(*model.parameters_of(p), x, label)
    assert after < 0.6 * before


def attention(p: list[Any], x: Any) -> Any:
    """Self-attention of two heads, causal, in JAX."""
    wq, bq, wk, bk, wv, bv, wo, bo = p
    batch, time, size = x.shape

    def heads(w: Any, b: Any) -> Any:
        return (x @ w + b).reshape(batch, time, 2, size // 2).transpose(0, 2, 1, 3)

    scores = heads(wq, bq) @ heads(wk, bk).swapaxes(-1, -2) / np.sqrt(size // 2)
    scores = jnp.where(np.tril(np.ones((time, time), bool)), scores, -1e9)
    mixed = jax.nn.softmax(scores) @ heads(wv, bv)
    return mixed.transpose(0, 2, 1, 3).reshape(batch, time, size) @ wo + bo


def test_attention_and_its_gradient_are_those_of_jax() -> None:
    model = cg.learner(nn.MultiHeadAttention(8, 2, causal=True), cg.f32[3, 5, 8], optimiser=optimisers.sgd(1.0),
                       loss=losses.mse)
    generator = np.random.default_rng(0)
    p = [3 * a for a in model.init(1)]
    x, dy = (generator.standard_normal((3, 5, 8)).astype(np.float32) for _ in range(2))
    want, pull = jax.vjp(attention, p, x)
    [y] = model.predict(*p, x)
    assert np.allclose(y, want, rtol=1e-4, atol=1e-5)
    *dp, dx = model.rev(*p, x, dy)
    want_p, want_x = pull(dy)
    for a, b in zip([*dp, dx], [*want_p, want_x], strict=True):
        assert np.linalg.norm(a - b) <= 1e-4 * np.linalg.norm(b) + 1e-5


def test_a_transformer_learns_to_repeat() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            self.norm, self.attention = nn.LayerNorm(16), nn.MultiHeadAttention(16, 2, causal=True)
            self.mlp = nn.Sequential(nn.RMSNorm(16), nn.Linear(16, 32), nn.gelu, nn.Linear(32, 16))

        def __call__(self, x: Any) -> Any:
            x = x + self.attention(self.norm(x))
            return x + self.mlp(x)

    network = nn.Sequential(nn.Embedding(7, 16), Block(), nn.Linear(16, 7, bias=False))
    model = cg.learner(network, cg.i32[8, 6], optimiser=optimisers.adam(1e-2),
                       loss=losses.sparse_softmax_cross_entropy, report_loss=True)
    assert {"layers.1.mlp.layers.1.w", "layers.1.attention.query.b"} <= {t.name for t in model.parameters}
    assert len(network.parameters()) == len(model.parameters)
    tokens = np.random.default_rng(0).integers(0, 7, (8, 6)).astype(np.int32)
    p, values = model.init(0), []
    for _ in range(120):
        values += model.step_(*p, tokens, tokens)
    assert values[0] > 1.5 and values[-1] < 0.05


def test_a_parameter_used_twice_is_one() -> None:
    shared = cg.Parameter((4, 4))
    model = cg.learner(lambda x: cg.tanh(x @ shared) @ shared.T, cg.f32[2, 4], optimiser=optimisers.sgd(0.1),
                       loss=losses.mse)
    assert [t.name for t in model.parameters] == ["shared"]
    x, dy = np.ones((2, 4), np.float32), np.full((2, 4), 2, np.float32)
    [p] = model.init(0)
    want = jax.vjp(lambda p: jnp.tanh(x @ p) @ p.T, p)[1](dy)[0]
    assert np.allclose(model.rev_p(p, x, dy)[0], want, rtol=1e-4, atol=1e-6)


def test_names_of_parameters_do_not_collide() -> None:
    def make() -> Any:
        w = cg.Parameter((2, 2), name="w")
        return lambda x: x @ w

    f = cg.function(make()) >> make() >> make()
    model = cg.learner(f, cg.f32[1, 2], optimiser=optimisers.sgd(0.1), loss=losses.mse)
    assert [t.name for t in model.parameters] == ["w", "w_2", "w_3"]


def test_reference_math_has_the_same_bits_on_every_processor() -> None:
    def step(**options: Any) -> list[bytes]:
        learner = cg.learner(nn.Sequential(nn.Linear(4, 8), nn.tanh, nn.Linear(8, 3)), cg.f32[16, 4],
                             optimiser=optimisers.adam(0.01), loss=losses.mse, **options)
        rng = np.random.default_rng(3)
        x, label = (rng.standard_normal(shape).astype(np.float32) for shape in ((16, 4), (16, 3)))
        return [np.asarray(a).tobytes() for a in learner.step(*learner.init(seed=0), x, label)]

    reference = step(math="reference")
    assert step(math="reference", cpu="x86-64", opt_level=0) == reference != step()
    with pytest.raises(CatgradError, match="math"):
        step(math="exact")


def test_dynamic_rate_is_an_input() -> None:
    model = cg.learner(nn.Linear(2, 1), cg.f32[3, 2], optimiser=optimisers.sgd(optimisers.DYNAMIC), loss=losses.mse)
    p, x, y = model.init(0), np.ones((3, 2), np.float32), np.ones((3, 1), np.float32)
    still, moved = model.step(*p, x, y, 0.0), model.step(*p, x, y, 0.5)
    assert np.array_equal(still[0], p[0]) and not np.array_equal(moved[0], p[0])


def test_saved_learners_and_what_is_inside(tmp_path: Any) -> None:
    model = cg.learner(nn.Linear(2, 1), cg.f32[3, 2], optimiser=optimisers.sgd(0.1), loss=losses.mse, name="small")
    model.save(tmp_path / "m.so")
    loaded = cg.load(tmp_path / "m.so")
    assert np.array_equal(loaded.small.init(3)[0], model.init(3)[0])
    assert "small_step" in model.library.asm and "class Small" in model.library.source
    assert "linalg.generic" in model.library.mlir("linalg") and "catgrad.learner" in model.library.mlir()
    with pytest.raises(CatgradError, match="one from a file has no module"):
        loaded.mlir()


def test_what_is_refused() -> None:
    def make(**options: Any) -> Any:
        given = {"optimiser": optimisers.sgd(0.1), "loss": losses.mse, **options}
        return cg.learner(nn.Linear(2, 1), cg.f32[3, 2], **given)

    for call, error, message in (
        (lambda: make(optimiser=optimisers.sgd(-1)), CatgradError, "rate"),
        (lambda: make(loss="#catgrad.nothing"), CatgradError, "nothing"),
        (lambda: make(loss="mse"), CatgradError, "expected one of catgrad.losses or a function but got 'mse'"),
        (lambda: make(optimiser="sgd"), CatgradError, "expected one of catgrad.optimisers or a function but got 'sgd'"),
        (lambda: make(optimiser=optimisers.sgd), CatgradError, r"hint: call it: catgrad.optimisers.sgd\(..\)"),
        (lambda: make(name="2x"), CatgradError, "C identifier"),
        (lambda: cg.learner(nn.Linear(3, 1), cg.f32[3, 2], optimiser=optimisers.sgd(1), loss=losses.mse), TraceError,
         "matmul: expected equal inner sizes"),
        (lambda: nn.MultiHeadAttention(8, 3), ValueError, "expected a size that 3 heads share equally but got 8"),
        (lambda: cg.f32[-1, 2], ValueError, "expected sizes that are not negative"),
        (lambda: cg.learner(cg.function(lambda x: x.astype("i32")), cg.f32[3], optimiser=optimisers.sgd(1),
                            loss=losses.mse), CatgradError, "element type"),
    ):
        with pytest.raises(error, match=message):
            call()
