# ===- iris.py - flowers, as diagrams ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The four iris models as diagrams, as in Python catgrad, on a backend of your choice."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

import catgrad as cg
from catgrad import Dtype, NdArrayType, compile_model, layers, obj

DATA = Path(__file__).resolve().parents[1] / "iris" / "iris.csv"
BATCH, INPUT, HIDDEN, OUTPUT = (NdArrayType((n,), Dtype.float32) for n in (150, 4, 20, 3))
MODELS = {
    "linear": (1e-4, lambda: layers.linear(BATCH, INPUT, OUTPUT)),
    "simple": (1e-2, lambda: layers.linear(BATCH, INPUT, OUTPUT) >> layers.sigmoid(obj(BATCH + OUTPUT))),
    "dense": (1e-2, lambda: layers.dense(BATCH, INPUT, OUTPUT)),
    "hidden": (1e-2, lambda: layers.dense(BATCH, INPUT, HIDDEN) >> layers.dense(BATCH, HIDDEN, OUTPUT)),
}


def load() -> tuple[np.ndarray, np.ndarray]:
    """Measurements (150, 4) and labels (150, 3), which stand in the order of the species."""
    rows = list(csv.reader(DATA.open()))[1:]
    names = sorted({row[-1] for row in rows})
    x = np.array([[float(number) for number in row[:4]] for row in rows], np.float32)
    return x, np.eye(3, dtype=np.float32)[[names.index(row[-1]) for row in rows]]


def instantiate(compiled: type, backend: str) -> object:
    if backend == "native":
        return compiled()
    from catgrad.target.python import array_backend
    return compiled(getattr(array_backend, backend.capitalize()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="hidden", choices=MODELS)
    parser.add_argument("--backend", default="native", choices=["native", "numpy", "torch", "jax"])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--source", action="store_true", help="print the static Python")
    parser.add_argument("--plot", help="a file for the picture")
    arguments = parser.parse_args()

    rate, model = MODELS[arguments.model]
    compiled, _, source = compile_model(model(), layers.sgd(rate), layers.mse)
    if arguments.source:
        import ast
        print(ast.unparse(source))
    learner = instantiate(compiled, arguments.backend)
    x, label = load()
    p, losses = learner.init(0), []
    if arguments.backend == "torch":
        import torch
        x, label = torch.tensor(x), torch.tensor(label)
    for _ in range(arguments.steps):
        losses.append(float(learner.loss(*p, x, label)[0]))
        p = learner.step(*p, x, label)
    [y] = learner.predict(*p, x)
    print(f"{arguments.model} on {arguments.backend}: accuracy "
          f"{100 * np.mean(np.argmax(np.asarray(y), 1) == np.argmax(np.asarray(label), 1)):.1f} %")
    cg.plot({"loss": losses}, arguments.plot, f"iris, {arguments.model}", over="step")


if __name__ == "__main__":
    main()
