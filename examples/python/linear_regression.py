# ===- linear_regression.py - a line through points ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Linear regression: y = 0 x0 + 1 x1 + 2 x2 + 3 x3, found again from 100 examples."""

from __future__ import annotations

import argparse

import numpy as np

import catgrad as cg


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--plot", help="a file for the picture")
    arguments = parser.parse_args()

    w = cg.Parameter((4, 1))
    model = cg.learner(lambda x: x @ w, cg.f32[20, 4], name="regression", report_loss=True,
                       optimiser=cg.optimisers.sgd(0.05), loss=cg.losses.mse_mean)

    x = np.random.default_rng(1337).uniform(-1, 1, (100, 4)).astype(np.float32)
    y = x @ np.arange(4, dtype=np.float32).reshape(4, 1)
    history = list(cg.fit(model, (x, y), epochs=arguments.epochs))
    print("weights:", np.round(history[-1].values[0].ravel(), 3))
    cg.plot({"loss": [epoch.loss for epoch in history]}, arguments.plot, "linear regression")


if __name__ == "__main__":
    main()
