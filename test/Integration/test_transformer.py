# ===- test_transformer.py - a small GPT-2 against JAX ------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The model of transformer.py, compiled: its logits, the gradients of all parameters
and 20 steps of adamw, against JAX in float64."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

import harness
from arrows import generator
from backends import native
from cases.base import jax, jnp
from transformer import Shape, adamw, logits, loss, parameters, text

SHAPE = Shape()
RATE, DECAY, STEPS = 1e-2, 0.1, 20
TOLERANCE = 1e-9

Arrays = dict[str, np.ndarray]


@cache
def library() -> harness.Library:
    return native(text(SHAPE, f"#catgrad.adamw<rate = {RATE}, weight_decay = {DECAY}>"))


def start() -> Arrays:
    """Parameters, none of them zero."""
    random = generator("transformer")
    return {name: random.normal(1.0 if name.endswith(".g") else 0.0, 0.3, type_.shape)
            for name, type_ in parameters(SHAPE).items()}


def batch(step: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and the tokens that come next."""
    numbers = generator("tokens", step).integers(0, SHAPE.tokens, (SHAPE.batch, SHAPE.time + 1)).astype(np.int32)
    return np.ascontiguousarray(numbers[:, :-1]), np.ascontiguousarray(numbers[:, 1:])


def error(got: np.ndarray, want: np.ndarray) -> float:
    """Of the norm, relative."""
    assert got.shape == want.shape
    return float(np.linalg.norm(got - want) / max(1e-300, np.linalg.norm(want)))


def call(symbol: str, values: Arrays) -> Arrays:
    """A function of the library by the names of its inputs; its outputs by the names of what they replace."""
    function = library()[symbol]
    outputs = function.both_ways(*(values[value.name] for value in function.inputs))
    return {value.aliases or value.name: output for value, output in zip(function.outputs, outputs)}


def test_logits(executed) -> None:
    p, (tokens, _) = start(), batch(0)
    (got,) = call("gpt_predict", p | {"tokens": tokens}).values()
    assert error(got, np.asarray(logits(SHAPE, p, tokens))) < TOLERANCE
    executed("transformer", "f64", "programs")


def test_the_parameters_are_what_the_model_says() -> None:
    entries = [value for value in library()["gpt_predict"].inputs if value.role == "parameter"]
    assert {value.name: value.shape for value in entries} == {n: t.shape for n, t in parameters(SHAPE).items()}


def test_gradients(executed) -> None:
    """Those of the loss, for every parameter, by the reverse derivative at the cotangent of the loss."""
    p, (tokens, labels) = start(), batch(0)
    want = jax.jit(jax.grad(partial(loss, SHAPE)))({k: jnp.asarray(x) for k, x in p.items()}, tokens, labels)
    y = logits(SHAPE, p, tokens)
    function = library()["gpt_rev_p"]
    cotangent = jax.nn.softmax(y, -1) - jax.nn.one_hot(labels, SHAPE.tokens)
    given = p | {"tokens": tokens}
    arguments = [given[v.name] if v.name in given else np.asarray(cotangent / labels.size) for v in function.inputs]
    got = dict(zip(parameters(SHAPE), function.both_ways(*arguments), strict=True))
    for name in want:
        assert error(got[name], np.asarray(want[name])) < TOLERANCE, name
    executed("transformer", "f64", "jax", len(want))


def test_steps(executed) -> None:
    """20 steps of adamw, on another batch each: parameters and state."""
    names = list(parameters(SHAPE))
    gradient = jax.jit(jax.value_and_grad(partial(loss, SHAPE)))
    p = start()
    moments = {f"{slot}.{name}": np.zeros_like(p[name]) for slot in "mv" for name in names}
    function = library()["gpt_step"]
    state = {value.name: np.zeros(value.shape, value.dtype) for value in function.inputs if value.role == "state"}
    ours, losses = p | state, []
    for step in range(1, STEPS + 1):
        tokens, labels = batch(step % 3)
        value, g = gradient({k: jnp.asarray(x) for k, x in p.items()}, tokens, labels)
        losses.append(float(value))
        rest = {v.name: labels for v in function.inputs if v.role == "label"} | {"tokens": tokens}
        ours |= call("gpt_step", ours | rest)
        for name in names:
            p[name], moments[f"m.{name}"], moments[f"v.{name}"] = adamw(
                p[name], np.asarray(g[name]), moments[f"m.{name}"], moments[f"v.{name}"], step, RATE, DECAY)
            assert error(ours[name], p[name]) < TOLERANCE, f"{name} after {step} steps"
    for name, want in moments.items():
        assert error(ours[name], want) < 1e-8, name
    assert losses[-1] < 0.8 * losses[0], losses
    executed("transformer", "f64", "programs", STEPS)
