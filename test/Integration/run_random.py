# ===- run_random.py - many random programs ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Check N random programs, in modules of 100 (see random_checks.py).

    python test/Integration/run_random.py N

What has been done is in build/random-state.json: started again, it goes on from
there. The exit status is 1 when a program failed, and 2 when the time was up
before N programs had been checked. Failing programs are in build/random-failures.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path

import harness
from random_checks import Outcome, run_batch

COUNT = 100  # programs in a module


def work(seed: int) -> tuple[int, Outcome]:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    return seed, run_batch(seed, COUNT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("number", type=int, help="programs to check")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--minutes", type=float, default=90, help="stop after so long")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--state", type=Path, default=harness.BUILD / "random-state.json", help="what has been done")
    arguments = parser.parse_args()
    start = time.monotonic()
    done: dict[str, dict] = json.loads(arguments.state.read_text()) if arguments.state.exists() else {}
    seeds = range(arguments.first, arguments.first + -(-arguments.number // COUNT))
    left = [seed for seed in seeds if str(seed) not in done]
    # A process serves few batches: what it compiled stays in its memory.
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, maxtasksperchild=10) as pool:
        for seed, outcome in pool.imap_unordered(work, left):
            done[str(seed)] = {"programs": outcome.programs, "operations": dict(outcome.operations),
                               "elements": dict(outcome.elements), "failures": outcome.failures}
            arguments.state.write_text(json.dumps(done))
            programs = sum(entry["programs"] for entry in done.values())
            print(f"{programs} programs, {sum(len(entry['failures']) for entry in done.values())} failures, "
                  f"seed {seed}, {time.monotonic() - start:.0f} s", flush=True)
            for failure in outcome.failures:
                print(failure, flush=True)
            if time.monotonic() - start > 60 * arguments.minutes:
                print("the time is up; start again to go on", flush=True)
                pool.terminate()
                break
    entries = [done[str(seed)] for seed in seeds if str(seed) in done]
    operations = sum((Counter(entry["operations"]) for entry in entries), Counter())
    elements = sum((Counter(entry["elements"]) for entry in entries), Counter())
    print("operations: " + ", ".join(f"{op} {number}" for op, number in sorted(operations.items())))
    print("element types: " + ", ".join(f"{element} {number}" for element, number in sorted(elements.items())))
    failures = sum(len(entry["failures"]) for entry in entries)
    print(f"{sum(entry['programs'] for entry in entries)} programs, {failures} failures")
    return 1 if failures else 0 if len(entries) == len(seeds) else 2


if __name__ == "__main__":
    sys.exit(main())
