# ===- plots.py - curves -------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Curves of a training: a picture by matplotlib, or lines of text for a terminal."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np


def text_plot(values: Sequence[float], width: int = 64, height: int = 12, title: str = "") -> str:
    """A curve in characters over the numbers 1, 2, ..; each column shows the mean of its part."""
    numbers = np.asarray(values, float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return f"{title}: nothing to draw"
    parts = np.array_split(numbers, min(width, len(numbers)))
    column = np.array([part.mean() for part in parts])
    low, high = float(column.min()), float(column.max())
    level = np.round((column - low) / (high - low or 1) * (height - 1)).astype(int)
    rows = []
    for row in range(height - 1, -1, -1):
        label = f"{high:10.4g}" if row == height - 1 else f"{low:10.4g}" if row == 0 else " " * 10
        rows.append(f"{label} |" + "".join("*" if here == row else " " for here in level).rstrip())
    rows.append(f"{'':10} +{'-' * len(column)} {len(numbers)}")
    return "\n".join([title, *rows] if title else rows)


def plot(curves: Mapping[str, Sequence[float]], path: str | Path | None = None, title: str = "",
         over: str = "epoch") -> Path | None:
    """Draws each curve over the numbers 1, 2, .. of what `over` names.

    With a path and matplotlib, a picture is written there, and the path is returned. In a
    notebook, or with a display, and no path, it is shown. Otherwise the curves are printed as text.
    """
    found = importlib.util.find_spec("matplotlib") is not None
    notebook = "inline" in os.environ.get("MPLBACKEND", "")  # the kernel says so
    shows = bool(notebook or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin")
    if not found or (path is None and not shows):
        for name, values in curves.items():
            print(text_plot(values, title=f"{title} {name}".strip()))
        return None
    import matplotlib
    if path is not None:
        matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(1, len(curves), figsize=(5 * len(curves), 3.4), squeeze=False, layout="constrained")
    for axis, (name, values) in zip(axes[0], curves.items()):
        axis.plot(range(1, len(values) + 1), values, linewidth=1.6, marker="o" if len(values) < 40 else None, markersize=3)
        axis.set_xlabel(over)
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.set_ylabel(name)
        if min(values) > 0 and max(values) > 100 * min(values):
            axis.set_yscale("log")  # or the greater part of the curve lies on the axis
        axis.grid(alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
    if title:
        figure.suptitle(title)
    if path is None:
        plt.show()
        return None
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return Path(path)
