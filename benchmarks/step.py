#!/usr/bin/env python3
# ===- step.py - the time of a training step, against peers ---------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Measures the training step of the iris models for every available peer.

The peers take turns in short rounds, so that a change of the machine's speed
hits all of them, and the table shows the median round of each. Before anything
is timed, all peers have to agree on the parameters after one step.
"""

from __future__ import annotations

import os

# One thread each; the libraries read this when they are loaded.
for _name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "Integration"))

import iris_numpy
import peers

TOLERANCE = 1e-5


class Progress:
    """A progress bar on stderr; nothing when that is no terminal."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.shown = sys.stderr.isatty()

    def advance(self, text: str) -> None:
        """Moves on by one and shows the text."""
        self.done += 1
        if not self.shown:
            return
        full = 30 * self.done // self.total
        bar = "#" * full + "." * (30 - full)
        end = "\n" if self.done == self.total else ""
        print(f"\r[{bar}] {text:<24}", end=end, file=sys.stderr, flush=True)


def time_steps(step: Callable[[], None], count: int) -> float:
    """Returns the seconds per step of that many steps in a row."""
    start = time.perf_counter()
    for _ in range(count):
        step()
    return (time.perf_counter() - start) / count


def steps_of_a_round(step: Callable[[], None], seconds: float) -> int:
    """Returns how many steps fill a round of about that length."""
    count = 1
    while (elapsed := time_steps(step, count) * count) < seconds / 4:
        count *= 2
    return max(1, round(count * seconds / elapsed))


def check_agreement(
    model: str, chosen: list[ModuleType], x: np.ndarray, label: np.ndarray
) -> None:
    """Exits unless every peer's first step is the float64 oracle's."""
    oracle = iris_numpy.MODELS[model]
    initial = oracle.initial(0, np.float32)
    expected = oracle.step(
        [p.astype(np.float64) for p in initial],
        x.astype(np.float64),
        label.astype(np.float64),
    )
    for peer in chosen:
        step, current = peer.make(model, x, label, [p.copy() for p in initial])
        step()
        for name, got, want in zip(oracle.parameters, current(), expected):
            error = np.linalg.norm(got - want) / np.linalg.norm(want)
            if not error < TOLERANCE:
                sys.exit(
                    f"{peer.NAME}: {model}: {name} after one step is off by {error:.2g}"
                )


def measure(
    model: str,
    chosen: list[ModuleType],
    x: np.ndarray,
    label: np.ndarray,
    rounds: int,
    seconds: float,
    progress: Progress,
) -> dict[str, list[float]]:
    """Returns the seconds per step of each peer in each round."""
    initial = iris_numpy.MODELS[model].initial(0, np.float32)
    steps = {}
    for peer in chosen:
        step, _ = peer.make(model, x, label, [p.copy() for p in initial])
        steps[peer.NAME] = (step, steps_of_a_round(step, seconds))
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds):
        names = list(steps)
        # Nobody always comes first.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            times[name].append(time_steps(*steps[name]))
        progress.advance(f"{model} {turn + 1}/{rounds}")
    return times


def processor() -> str:
    """Returns the processor's name, where it can be found."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", action="append", choices=list(iris_numpy.MODELS))
    parser.add_argument("--peer", action="append", help="only these (default: all)")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--round-seconds", type=float, default=0.02, help="length of a round"
    )
    parser.add_argument("--json", type=Path, help="write all measurements here")
    options = parser.parse_args()
    if options.rounds < 1 or options.round_seconds <= 0:
        parser.error("expected at least one round of more than 0 seconds")

    known = peers.load()
    if unknown := set(options.peer or ()) - {peer.NAME for peer in known}:
        names = ", ".join(peer.NAME for peer in known)
        parser.error(f"unknown peer {', '.join(sorted(unknown))}; known: {names}")
    chosen = []
    for peer in known:
        if options.peer and peer.NAME not in options.peer:
            continue
        if peer.available():
            chosen.append(peer)
        else:
            print(f"{peer.NAME}: left out, needs {peer.NEEDS}", file=sys.stderr)
            if options.peer:
                return 1
    if not chosen:
        print("no peer to measure", file=sys.stderr)
        return 1

    models = options.model or list(iris_numpy.MODELS)
    x, label = iris_numpy.load(ROOT / "examples" / "iris" / "iris.csv", np.float32)
    for model in models:
        check_agreement(model, chosen, x, label)
    progress = Progress(len(models) * options.rounds)
    times = {
        model: measure(
            model,
            chosen,
            x,
            label,
            options.rounds,
            options.round_seconds,
            progress,
        )
        for model in models
    }

    # Each ratio is a peer's time over the first one's.
    first, *others = [peer.NAME for peer in chosen]
    print(f"{processor()}, one thread")
    for peer in chosen:
        print(f"{peer.NAME}: {peer.version()}")
    print(f"Median of {options.rounds} interleaved rounds.\n")
    header = ["model", f"{first} (us)"]
    for name in others:
        header += [f"{name} (us)", f"{name} / {first}"]
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for model in models:
        medians = {n: statistics.median(t) for n, t in times[model].items()}
        row = [model, f"{1e6 * medians[first]:.2f}"]
        for name in others:
            row += [
                f"{1e6 * medians[name]:.2f}",
                f"{medians[name] / medians[first]:.2f}",
            ]
        print("| " + " | ".join(row) + " |")

    if options.json:
        report = {
            "processor": processor(),
            "peers": {peer.NAME: peer.version() for peer in chosen},
            "seconds_per_step": times,
        }
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
