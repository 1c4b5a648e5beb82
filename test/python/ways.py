# ===- ways.py - the ways to train an iris model --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""One training, on each backend of examples/python/iris.py, and as an ordinary function.

`make test-torch` asks for the way "torch".
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import catgrad as cg
import iris
from catgrad import compile_model, layers
from catgrad.target.python.array_backend import Numpy

STEPS = 100
TOLERANCE = 1e-5  # of the norm of the difference, over the norm


def load_example() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "examples" / "python" / "iris.py"
    spec = importlib.util.spec_from_file_location("iris_example", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # dataclasses look there
    spec.loader.exec_module(module)
    return module


example = load_example()


def rate(model: str) -> float:
    """At their own rates all models but `linear` are chaotic: rounding parts them within 100 steps."""
    return example.MODELS[model][0] if model == "linear" else 5e-4


@functools.cache
def compiled(model: str) -> Any:
    return compile_model(example.MODELS[model][1](), layers.sgd(rate(model)), layers.mse)[0]


@functools.cache
def start(model: str) -> tuple[np.ndarray, ...]:
    """Where all of them begin."""
    return tuple(compiled(model)().init(11))


def repeat(step: Callable[..., Any], p: list[Any], *data: Any) -> list[np.ndarray]:
    for _ in range(STEPS):
        p = step(*p, *data)
    return [example.as_numpy(a) for a in p]


def train(model: str, backend: str) -> list[np.ndarray]:
    """The parameters after STEPS steps on a backend of the example."""
    runner = example.runner(compiled(model), backend)
    return repeat(runner.step, [runner.array(p) for p in start(model)], *map(runner.array, iris.data()))


def functions() -> dict[str, Callable[[Any], Any]]:
    """The models as ordinary functions: a bias for each flower, as in examples/iris."""
    normal = cg.initialisers.normal(1e-2)
    w, b = cg.Parameter((4, 3), normal, name="w"), cg.Parameter((150, 3), normal, name="b")
    w1, b1 = cg.Parameter((4, 20), normal), cg.Parameter((150, 20), normal)
    w2, b2 = cg.Parameter((20, 3), normal), cg.Parameter((150, 3), normal)

    def hidden(x: Any) -> Any:
        return cg.sigmoid(b2 + cg.sigmoid(b1 + x @ w1) @ w2)

    return {"linear": lambda x: x @ w, "simple": lambda x: cg.sigmoid(x @ w),
            "dense": lambda x: cg.sigmoid(b + x @ w), "hidden": hidden}


def train_function(model: str) -> list[np.ndarray]:
    """The parameters after STEPS steps of the model as an ordinary function."""
    learner = cg.learner(functions()[model], cg.f32[150, 4], optimiser=cg.optimisers.sgd(rate(model)),
                         loss=cg.losses.mse)
    return repeat(learner.step, list(start(model)), *iris.data())


@functools.cache
def expected(model: str) -> list[np.ndarray]:
    """The static Python on numpy, all in f64."""
    wide = [[a.astype(np.float64) for a in arrays] for arrays in (start(model), iris.data())]
    return repeat(compiled(model)(Numpy(np.float64)).step, wide[0], *wide[1])


def check(model: str, found: list[np.ndarray]) -> None:
    """Raises AssertionError unless these are the parameters, and training has moved them."""
    for p, ours, theirs in zip(start(model), found, expected(model), strict=True):
        assert np.linalg.norm(theirs - p) > 100 * TOLERANCE * np.linalg.norm(theirs)
        error = np.linalg.norm(ours.astype(np.float64) - theirs) / np.linalg.norm(theirs)
        assert ours.dtype == np.float32 and error <= TOLERANCE, f"{model}: off by {error:.2g}"
