# ===- jax_jit.py - JAX as a peer -------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""One function of a whole step, by `jax.jit` of `jax.grad`, which waits for its result."""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Callable

import iris_numpy
import numpy as np

NAME = "jax.jit"
NEEDS = "the package jax"
# One thread, as all have; JAX reads this when it is imported.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def available() -> bool:
    """Says whether JAX is installed."""
    return importlib.util.find_spec("jax") is not None


def version() -> str:
    """Returns JAX's version."""
    import jax

    return jax.__version__


@functools.cache
def _compiled(model: str) -> Callable[..., list]:
    import jax
    import jax.numpy as jnp

    oracle = iris_numpy.MODELS[model]

    def loss(p: list, data: jax.Array, target: jax.Array) -> jax.Array:
        return 0.5 * jnp.sum((oracle.forward(p, data, jax.nn.sigmoid) - target) ** 2)

    def step(p: list, data: jax.Array, target: jax.Array) -> list:
        return [w - oracle.rate * d for w, d in zip(p, jax.grad(loss)(p, data, target))]

    return jax.jit(step)


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Compiles the step; the data is JAX's already."""
    import jax

    function = _compiled(model)
    p, data, target = [jax.device_put(a) for a in parameters], jax.device_put(x), jax.device_put(label)
    function(p, data, target)

    def step() -> None:
        nonlocal p
        p = jax.block_until_ready(function(p, data, target))

    return step, lambda: [np.asarray(w) for w in p]
