# ===- rounds.py - contestants that take turns -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""How the benchmarks of training steps measure: all peers agree first, then take turns.

Import it before numpy: it keeps the libraries to one thread.
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
Times = dict[str, dict[str, list[float]]]


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
    if isinstance(step, peers.Elsewhere):
        return step.time(count)
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
    model: str, peer: ModuleType, x: np.ndarray, label: np.ndarray
) -> None:
    """Exits unless the peer's first step is the float64 oracle's."""
    oracle = iris_numpy.MODELS[model]
    initial = oracle.initial(0, np.float32)
    expected = oracle.step(
        [p.astype(np.float64) for p in initial],
        x.astype(np.float64),
        label.astype(np.float64),
    )
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
    options: argparse.Namespace,
    progress: Progress,
) -> dict[str, list[float]]:
    """Returns the seconds per step of each peer in each round."""
    initial = iris_numpy.MODELS[model].initial(0, np.float32)
    steps = {}
    for peer in chosen:
        step, _ = peer.make(model, x, label, [p.copy() for p in initial])
        steps[peer.NAME] = (step, steps_of_a_round(step, options.round_seconds))
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(options.rounds):
        names = list(steps)
        # Nobody always comes first.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            times[name].append(time_steps(*steps[name]))
        progress.advance(f"{model} {turn + 1}/{options.rounds}")
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


def parse_options(
    description: str, known: list[ModuleType], *more: tuple[str, str]
) -> argparse.Namespace:
    """Returns the options of the command line; more: files to write, with their help."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", action="append", choices=list(iris_numpy.MODELS))
    parser.add_argument("--peer", action="append", help="only these (default: all)")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--round-seconds", type=float, default=0.02, help="length of a round"
    )
    parser.add_argument("--json", type=Path, help="write all measurements here")
    for name, text in more:
        parser.add_argument(name, type=Path, help=text)
    options = parser.parse_args()
    if options.rounds < 1 or options.round_seconds <= 0:
        parser.error("expected at least one round of more than 0 seconds")
    if unknown := set(options.peer or ()) - {peer.NAME for peer in known}:
        names = ", ".join(peer.NAME for peer in known)
        parser.error(f"unknown peer {', '.join(sorted(unknown))}; known: {names}")
    options.model = options.model or list(iris_numpy.MODELS)
    return options


def choose(
    known: list[ModuleType],
    options: argparse.Namespace,
    x: np.ndarray,
    label: np.ndarray,
) -> list[ModuleType]:
    """Returns the peers that can run and agree, and says which cannot.

    Exits when none is left, or one that was asked for is not.
    """
    chosen = []
    for peer in known:
        if options.peer and peer.NAME not in options.peer:
            continue
        try:
            if not peer.available():
                raise peers.Unavailable(f"needs {peer.NEEDS}")
            for model in options.model:
                check_agreement(model, peer, x, label)
        except peers.Unavailable as reason:
            print(f"{peer.NAME}: left out, {reason}", file=sys.stderr)
            if options.peer:
                sys.exit(1)
        else:
            chosen.append(peer)
    if not chosen:
        sys.exit("no peer to measure")
    return chosen


def run(
    known: list[ModuleType], options: argparse.Namespace
) -> tuple[list[ModuleType], Times]:
    """Returns the peers that ran, and by model their seconds per step in each round.

    Prints what was measured, and writes the file of `--json`.
    """
    x, label = iris_numpy.load(ROOT / "examples" / "iris" / "iris.csv", np.float32)
    chosen = choose(known, options, x, label)
    progress = Progress(len(options.model) * options.rounds)
    times = {
        model: measure(model, chosen, x, label, options, progress)
        for model in options.model
    }
    print(f"{processor()}, one thread")
    for peer in chosen:
        print(f"{peer.NAME}: {peer.version()}")
    print(f"Median of {options.rounds} interleaved rounds.\n")
    if options.json:
        report = {
            "processor": processor(),
            "peers": {peer.NAME: peer.version() for peer in chosen},
            "seconds_per_step": times,
        }
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return chosen, times


def medians(times: dict[str, list[float]]) -> dict[str, float]:
    """Returns the median seconds per step of each peer."""
    return {name: statistics.median(values) for name, values in times.items()}
