#!/usr/bin/env python3
# ===- python.py - the time of a call from Python ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Measures a training step of the iris models as a program in Python calls it: ours in
several forms, numpy, PyTorch, JAX, and Python catgrad 0.2.2 in a process of its own.

The peers take turns in short rounds, so that a change of the machine's speed
hits all of them, and the table shows the median round of each. Before anything
is timed, all peers have to agree on the parameters after one step.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import rounds
import peers


def draw(path: Path, names: list[str], medians: dict[str, dict[str, float]]) -> None:
    """Writes bars of all peers for each model, on one logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(medians), figsize=(3.2 * len(medians) + 1, 0.34 * len(names) + 1.1),
                                sharey=True, sharex=True, squeeze=False, layout="constrained")
    every = [1e6 * time for times in medians.values() for time in times.values()]
    for axis, (model, times) in zip(axes[0], medians.items()):
        microseconds = [1e6 * times[name] for name in names]
        bars = axis.barh(names, microseconds, color=["tab:blue", *["tab:gray"] * (len(names) - 1)])
        axis.bar_label(bars, [f"{t:.0f}" if t >= 100 else f"{t:.1f}" for t in microseconds], padding=3, fontsize=8)
        axis.set_xscale("log")
        axis.set_xlim(0.5 * min(every), 4 * max(every))
        axis.set_title(model, fontsize=10)
        axis.set_xlabel("us per step")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].invert_yaxis()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main() -> int:
    known = peers.load("peers.python", first="step_in_place") + peers.load()
    options = rounds.parse_options(__doc__, known, ("--plot", "write a picture here (needs matplotlib)"))
    chosen, times = rounds.run(known, options)
    medians = {model: rounds.medians(times[model]) for model in options.model}

    # Each ratio is a peer's time over the first one's; the others stand from the fastest to the slowest.
    first, *others = [peer.NAME for peer in chosen]
    others.sort(key=lambda name: math.prod(times[name] for times in medians.values()))
    names = [first, *others]
    print("| | " + " | ".join(f"{model} (us) | ratio" for model in options.model) + " |")
    print("|---" + "|---:|---:" * len(options.model) + "|")
    for name in names:
        cells = [cell for times in medians.values()
                 for cell in (f"{1e6 * times[name]:.2f}", f"{times[name] / times[first]:.2f}")]
        print(f"| {name} | " + " | ".join(cells) + " |")
    if options.plot:
        draw(options.plot, names, medians)
    return 0


if __name__ == "__main__":
    sys.exit(main())
