# ===- digits.py - handwritten digits ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A perceptron with a hidden layer on the 8 x 8 digits of scikit-learn, with early stopping."""

from __future__ import annotations

import argparse

import numpy as np
from sklearn.datasets import load_digits

import catgrad as cg
from catgrad import nn


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(scores.argmax(1) == labels))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--checkpoint", help="a file to go on from")
    parser.add_argument("--plot", help="a file for the picture")
    arguments = parser.parse_args()

    digits = load_digits()
    x, y = (digits.data / 16).astype(np.float32), digits.target.astype(np.int32)
    order = np.random.default_rng(0).permutation(len(x))
    train, held_out = order[:-360], order[-360:]

    network = nn.Sequential(nn.Linear(64, 64), nn.relu, nn.Linear(64, 10))
    model = cg.learner(network, cg.f32[32, 64], name="digits", report_loss=True,
                       optimiser=cg.optimisers.adam(2e-3), loss=cg.losses.sparse_softmax_cross_entropy)
    history = []
    for epoch in cg.fit(model, (x[train], y[train]), epochs=arguments.epochs, validation=(x[held_out], y[held_out]),
                        metric=accuracy, patience=8, checkpoint=arguments.checkpoint, last="compile", progress=True):
        print(f"epoch {epoch.number:3}  loss {epoch.loss:.4f}  accuracy {100 * epoch.score:.1f} %")
        history.append(epoch)
    cg.plot({"loss": [epoch.loss for epoch in history], "accuracy": [epoch.score for epoch in history]},
            arguments.plot, "digits")


if __name__ == "__main__":
    main()
