#!/usr/bin/env python3
# ===- scaling.py - compile time of the derivative over program size ------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Checks that the derivative pass is linear in the size of the program.

Derives chains (each operation reads the one before) and fans (one value that
every operation reads) of growing size, and fits time = constant * size^slope.
Fails when the pass has a slope above the limit: a quadratic pass has 2.

Small programs fit in the caches and large ones do not, so the time of a linear
pass has a slope a little above 1, more on a machine that is busy. The count of
instructions (`--instructions`, by valgrind) has neither effect, but takes long.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASS = "ReverseDerivative"
TYPE = "tensor<4xf32>"


def sigmoid_chain(n: int) -> Iterator[str]:
    """x -> sigmoid(sigmoid(... x))"""
    for i in range(n):
        yield f"%{i + 1} = catgrad.sigmoid %{i} : {TYPE}"


def multiply_chain(n: int) -> Iterator[str]:
    """x -> x^2 -> x^4 -> ...: every value is used twice"""
    for i in range(n):
        yield f"%{i + 1} = catgrad.multiply %{i}, %{i} : {TYPE}"


def fan(n: int) -> Iterator[str]:
    """x -> ((x + x) * x + x) * x ...: x is used n + 1 times"""
    for i in range(n):
        op = "multiply" if i % 2 else "add"
        yield f"%{i + 1} = catgrad.{op} %{i}, %0 : {TYPE}"


SHAPES: dict[str, Callable[[int], Iterator[str]]] = {
    "sigmoid chain": sigmoid_chain,
    "multiply chain": multiply_chain,
    "fan": fan,
}


def program(shape: str, n: int) -> str:
    """Returns a module of one function of n operations and its derivative."""
    body = "\n".join(SHAPES[shape](n))
    return (
        f"func.func @f(%0: {TYPE}) -> {TYPE} {{\n{body}\n"
        f"return %{n} : {TYPE}\n}}\n"
        "catgrad.derive @f_rev of(@f)\n"
    )


def durations_of(entries: list[dict], name: str) -> Iterator[float]:
    """Yields the seconds of all entries of that name, at any depth."""
    for entry in entries:
        if entry.get("name") == name:
            yield entry["wall"]["duration"]
        yield from durations_of(entry.get("passes", []), name)


def time_once(tool: Path, text: str, limit: float) -> tuple[float, float]:
    """Returns the seconds of the derivative pass and of the whole pipeline."""
    run = subprocess.run(
        [
            tool,
            "--pass-pipeline=builtin.module(catgrad-derive)",
            "--mlir-timing",
            "--mlir-timing-display=tree",
            "--mlir-output-format=json",
            "-o",
            os.devnull,
        ],
        input=text,
        capture_output=True,
        text=True,
        timeout=limit,
    )
    if run.returncode != 0:
        sys.exit(f"catgrad-opt failed ({run.returncode}):\n{run.stderr[:2000]}")
    report = json.loads(run.stderr)
    in_pass = list(durations_of(report, PASS))
    if not in_pass:
        sys.exit(f"the timing report has no pass {PASS}")
    outside = sum(durations_of(report, "Parser")) + sum(durations_of(report, "Output"))
    return sum(in_pass), sum(durations_of(report, "Total")) - outside


def count_instructions(tool: Path, text: str) -> int:
    """Returns how many instructions the derivative pass executes."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={folder}/out",
                "--collect-atstart=no",
                f"--toggle-collect=*{PASS}*runOnOperation*",
                tool,
                "--mlir-disable-threading",
                "--pass-pipeline=builtin.module(catgrad-derive)",
                "-o",
                os.devnull,
            ],
            input=text,
            capture_output=True,
            text=True,
        )
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found or int(found[1]) == 0:
        sys.exit(f"valgrind counted nothing:\n{run.stderr[-2000:]}")
    return int(found[1])


def slope(sizes: list[int], times: list[float]) -> float:
    """Returns the least-squares slope of log(time) over log(size)."""
    # The report's last decimal is the fourth: it may say zero.
    points = [(math.log(n), math.log(max(t, 1e-4))) for n, t in zip(sizes, times)]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
        (x - mean_x) ** 2 for x, _ in points
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--catgrad-opt", type=Path, default=ROOT / "build" / "bin" / "catgrad-opt"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1000, 10000, 100000], metavar="N"
    )
    parser.add_argument("--shape", action="append", choices=list(SHAPES))
    parser.add_argument("--repeats", type=int, default=5, help="the fastest counts")
    parser.add_argument("--limit", type=float, default=1.15, help="largest slope")
    parser.add_argument(
        "--instructions", type=int, nargs="+", metavar="N", help="count them, sizes N"
    )
    parser.add_argument("--timeout", type=float, default=300, help="seconds a run")
    parser.add_argument("--json", type=Path, help="write all measurements here")
    options = parser.parse_args()
    if len(set(options.sizes)) < 2 or min(options.sizes) < 1 or options.repeats < 1:
        parser.error("expected two or more sizes above 0 and at least one repeat")
    if options.instructions and (
        len(set(options.instructions)) < 2 or min(options.instructions) < 1
    ):
        parser.error("--instructions: expected two or more sizes above 0")
    if not os.access(options.catgrad_opt, os.X_OK):
        print(f"no {options.catgrad_opt}: build it with `make`", file=sys.stderr)
        return 1

    sizes = sorted(set(options.sizes))
    report, too_steep = {}, []
    columns = "".join(f" {n} (s) |" for n in sizes)
    print(f"| program | time of |{columns} slope |")
    print("|---|---|" + "---:|" * (len(sizes) + 1))
    for shape in options.shape or SHAPES:
        texts = [program(shape, n) for n in sizes]
        # Sizes take turns, so that a slow minute of the machine hits all of them.
        rounds = [
            [time_once(options.catgrad_opt, text, options.timeout) for text in texts]
            for _ in range(options.repeats)
        ]
        fastest = [
            tuple(min(times) for times in zip(*runs)) for runs in zip(*rounds)
        ]
        for what, times in zip(("the pass", "the pipeline"), zip(*fastest)):
            fitted = slope(sizes, list(times))
            report[f"{shape}, {what}"] = {
                "sizes": sizes,
                "seconds": times,
                "slope": fitted,
            }
            cells = "".join(f" {t:.4f} |" for t in times)
            print(f"| {shape} | {what} |{cells} {fitted:.2f} |", flush=True)
            if what == "the pass" and not fitted <= options.limit:
                too_steep.append(shape)

    if options.instructions:
        counted = sorted(set(options.instructions))
        print("\nInstructions of the pass:\n")
        print("| program |" + "".join(f" {n} |" for n in counted) + " slope |")
        print("|---|" + "---:|" * (len(counted) + 1))
        for shape in options.shape or SHAPES:
            counts = [
                count_instructions(options.catgrad_opt, program(shape, n))
                for n in counted
            ]
            fitted = slope(counted, [float(count) for count in counts])
            report[f"{shape}, instructions"] = {
                "sizes": counted,
                "counts": counts,
                "slope": fitted,
            }
            cells = "".join(f" {count} |" for count in counts)
            print(f"| {shape} |{cells} {fitted:.3f} |", flush=True)

    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    if too_steep:
        print(
            f"slope of the pass above {options.limit}: {', '.join(too_steep)}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
