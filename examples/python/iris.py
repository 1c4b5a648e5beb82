# ===- iris.py - flowers, as diagrams ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The four iris models as diagrams, as in Python catgrad, on a backend of your choice."""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import catgrad as cg
from catgrad import CatgradError, Dtype, NdArrayType, compile_model, layers, obj
from catgrad.target.python.array_backend import by_name

DATA = Path(__file__).resolve().parents[1] / "iris" / "iris.csv"
BATCH, INPUT, HIDDEN, OUTPUT = (NdArrayType((n,), Dtype.float32) for n in (150, 4, 20, 3))
MODELS = {
    "linear": (1e-4, lambda: layers.linear(BATCH, INPUT, OUTPUT)),
    "simple": (1e-2, lambda: layers.linear(BATCH, INPUT, OUTPUT) >> layers.sigmoid(obj(BATCH + OUTPUT))),
    "dense": (1e-2, lambda: layers.dense(BATCH, INPUT, OUTPUT)),
    "hidden": (1e-2, lambda: layers.dense(BATCH, INPUT, HIDDEN) >> layers.dense(BATCH, HIDDEN, OUTPUT)),
}
BACKENDS = "native", "c", "numpy", "torch", "jax", "tinygrad"


def load() -> tuple[np.ndarray, np.ndarray]:
    """Measurements (150, 4) and labels (150, 3), which stand in the order of the species."""
    rows = list(csv.reader(DATA.open()))[1:]
    names = sorted({row[-1] for row in rows})
    x = np.array([[float(number) for number in row[:4]] for row in rows], np.float32)
    return x, np.eye(3, dtype=np.float32)[[names.index(row[-1]) for row in rows]]


@dataclass
class Runner:
    """A model on a backend: `array` makes its arrays of numpy's; the functions take and give them."""

    init: Callable[[int], list[Any]]
    predict: Callable[..., list[Any]]
    loss: Callable[..., list[Any]]
    step: Callable[..., list[Any]]
    array: Callable[[np.ndarray], Any] = lambda x: x


def by_c_compiler(library: cg.Library) -> cg.Library:
    """The library's C source, compiled by the C compiler of this machine.

    Raises CatgradError when there is none.
    """
    command = os.environ.get("CC", "cc")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "model.c"), Path(folder, "model.so")
        source.write_text(library.c_source)
        try:
            subprocess.run([command, "-std=c99", "-O2", "-shared", "-fPIC", source, "-o", made, "-lm"], check=True)
        except FileNotFoundError as error:
            raise CatgradError(f"found no C compiler '{command}'",
                               hint="install gcc or clang, or name one by the variable CC") from error
        return cg.load(made)


def runner(compiled: Any, backend: str) -> Runner:
    """A compiled model on a backend, and compiled there, too, if it can be.

    Raises CatgradError for a backend that does not exist or is not installed; it says what to install.
    """
    if backend in ("native", "c"):
        library = compiled().library
        [learner] = (library if backend == "native" else by_c_compiler(library)).learners.values()
    else:
        learner = compiled(by_name(backend))
    functions = [learner.predict, learner.loss, learner.step]
    if backend == "torch":
        import torch
        return Runner(learner.init, *functions, torch.tensor)
    if backend == "jax":
        import jax
        return Runner(learner.init, *map(jax.jit, functions))
    if backend == "tinygrad":
        from tinygrad import Tensor, TinyJit
        # It takes tensors that are computed, not plans.
        return Runner(lambda seed: [p.realize() for p in learner.init(seed)], *map(TinyJit, functions),
                      lambda x: Tensor(x).realize())
    return Runner(learner.init, *functions)


def as_numpy(x: Any) -> np.ndarray:
    return x.numpy() if hasattr(x, "numpy") else np.asarray(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="hidden", choices=MODELS)
    parser.add_argument("--backend", default="native", help=f"{', '.join(BACKENDS)} (default: native)")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--source", action="store_true", help="print the static Python")
    parser.add_argument("--plot", help="a file for the picture")
    arguments = parser.parse_args()
    if arguments.backend not in BACKENDS:
        parser.error(f"expected one of the backends {', '.join(BACKENDS)} but got '{arguments.backend}'")

    rate, model = MODELS[arguments.model]
    compiled, _, source = compile_model(model(), layers.sgd(rate), layers.mse)
    if arguments.source:
        import ast
        print(ast.unparse(source))
    try:
        learner = runner(compiled, arguments.backend)
    except CatgradError as error:
        parser.exit(1, f"error: {error}\n")
    x, label = load()
    data = learner.array(x), learner.array(label)
    p, losses = learner.init(0), []
    for _ in range(arguments.steps):
        losses.append(float(as_numpy(learner.loss(*p, *data)[0])))
        p = learner.step(*p, *data)
    right = as_numpy(learner.predict(*p, data[0])[0]).argmax(1) == label.argmax(1)
    print(f"{arguments.model} on {arguments.backend}: accuracy {100 * np.mean(right):.1f} %")
    cg.plot({"loss": losses}, arguments.plot, f"iris, {arguments.model}, {arguments.backend}", over="step")


if __name__ == "__main__":
    main()
