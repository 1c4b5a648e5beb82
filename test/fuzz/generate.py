#!/usr/bin/env python3
# ===- generate.py - random and damaged modules for the compiler ------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Feed the compiler with random valid programs, and with the same after random damage.

    test/fuzz/generate.py --count 100000          # make fuzz N=100000
    test/fuzz/generate.py --seed 7 --show 1234    # the text of one input

Programs are of the catgrad dialect (functions, calls, learners), over upstream
operations, and of nested control flow; some are what one of the compiler's phases
prints. Each is compiled in process through the C interface up to a random phase, at
most to LLVM IR. These are findings, and the exit status is then 1:

* a crash, more than ten seconds of processor time, or a sanitizer's report,
* a valid program that is refused, or an accepted one without output,
* a failure without an error message, or with LLVM's fatal error for a reason.

A crash in MLIR's own parser of an operation is counted apart: the compiler reports it
as an error, and stock mlir-opt crashes, too.

Worker processes compile; this one watches them and goes on after a crash. Input number
i of a seed is the same in every run.
"""

from __future__ import annotations

import argparse
import os
import select
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from compiler import Compiler, crashing_parser, judge
from inputs import Input

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10.0


def work(build: Path, seed_: int, indices: list[int]) -> None:
    """Compile the inputs, and say on stdout before each which one, after it what became of it."""
    compiler = Compiler(build)
    for index in indices:
        print(f"start {index}", flush=True)
        case = Input(seed_, index).make(compiler)
        state, finding = judge(case.damaged, *compiler.compile(case.text, case.kind))
        print(f"done {index}\t{state}\t{finding or ''}".replace("\n", " "), flush=True)


@dataclass
class Worker:
    """A process and the inputs that it still has to do."""

    left: list[int]
    process: subprocess.Popen[bytes] | None = None
    current: int | None = None
    started: float = 0.0  # processor time of the process when the current input began
    buffer: bytes = b""
    errors: Path | None = None

    def processor_seconds(self) -> float:
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Report:
    states: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[int, str]] = field(default_factory=list)
    parsers: Counter[str] = field(default_factory=Counter)  # of MLIR, that crashed


def watch(build: Path, seed_: int, count: int, first: int, jobs: int, folder: Path, verbose: bool) -> Report:
    """Run all inputs on `jobs` processes."""
    report = Report()
    workers = [Worker(list(range(first + job, first + count, jobs))) for job in range(jobs)]
    begin = last = time.monotonic()

    def start(worker: Worker) -> None:
        worker.errors = folder / f"worker-{os.getpid()}-{workers.index(worker)}.txt"
        with worker.errors.open("wb") as errors:
            worker.process = subprocess.Popen(
                [sys.executable, __file__, "--build-dir", str(build), "--seed", str(seed_), "--worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        worker.process.stdin.write("".join(f"{i}\n" for i in worker.left).encode())
        worker.process.stdin.close()
        worker.buffer, worker.current = b"", None

    def finding(index: int, reason: str) -> None:
        path = folder / f"finding-{seed_}-{index}.mlir"
        case = Input(seed_, index).make(None if reason.startswith("crash (") or "hang" in reason else Compiler(build))
        path.write_text(f"// {case.source}, emit={case.kind}: {reason}\n{case.text}", errors="surrogateescape")
        parser = crashing_parser(build, path) if "crash" in reason else None
        if parser:
            report.parsers[parser] += 1
            path.unlink()
            return
        report.findings.append((index, reason))
        print(f"finding: {reason}\n  in {path}", flush=True)

    def end(worker: Worker, reason: str) -> None:
        """After a crash or a hang: note it, and start again behind it."""
        worker.process.kill()
        worker.process.wait()
        text = worker.errors.read_text(errors="replace").strip().split("\n")
        hint = next((line for line in text if "ERROR" in line or "runtime error" in line or "Assertion" in line), "")
        if worker.current is None and worker.left:
            raise SystemExit(f"error: a worker does not start: {' '.join(text)[-2000:]}")
        if worker.current is not None:
            finding(worker.current, f"{reason} {hint}".strip())
            worker.left.remove(worker.current)
        worker.process = None

    def read(worker: Worker) -> None:
        data = os.read(worker.process.stdout.fileno(), 65536)
        worker.buffer += data
        *lines, worker.buffer = worker.buffer.split(b"\n")
        for line in lines:
            text = line.decode()
            if text.startswith("start "):
                worker.current, worker.started = int(text[6:]), worker.processor_seconds()
            elif text.startswith("done "):
                head, state, reason = text.split("\t")
                report.states[state] += 1
                worker.left.remove(int(head[5:]))
                worker.current = None
                if reason:
                    finding(int(head[5:]), reason)
        if not data:
            status = worker.process.wait()
            if worker.current is not None or status != 0:
                end(worker, f"crash (status {status})")
            worker.process = None

    while any(worker.left for worker in workers):
        for worker in workers:
            if worker.left and worker.process is None:
                start(worker)
        running = {worker.process.stdout: worker for worker in workers if worker.process}
        ready, _, _ = select.select(list(running), [], [], 1.0)
        for stream in ready:
            read(running[stream])
        for worker in running.values():
            if worker.process and worker.current is not None and \
                    worker.processor_seconds() - worker.started > SECONDS:
                end(worker, f"crash or hang: more than {SECONDS:.0f} s of processor time")
        if verbose and time.monotonic() - last > 30:
            last = time.monotonic()
            done = sum(report.states.values())
            print(f"{done} of {count}, {done / (last - begin):.0f} a second, {len(report.findings)} findings", flush=True)
    for worker in workers:
        if worker.process:
            worker.process.wait()
        if worker.errors:
            worker.errors.unlink(missing_ok=True)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build", help="build folder (default: build)")
    parser.add_argument("--count", type=int, default=1000, help="number of inputs (default 1000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first input (default 0)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other inputs (default 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes (default: processors)")
    parser.add_argument("--folder", type=Path, help="where findings go (default: <build-dir>/fuzz)")
    parser.add_argument("--show", type=int, metavar="I", help="print input number I instead")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    build = arguments.build_dir.resolve()
    if arguments.worker:
        work(build, arguments.seed, [int(line) for line in sys.stdin])
        return 0
    if arguments.show is not None:
        sys.stdout.write(Input(arguments.seed, arguments.show).make(Compiler(build)).text)
        return 0
    folder = arguments.folder or build / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    report = watch(build, arguments.seed, arguments.count, arguments.first, max(1, arguments.jobs), folder, True)
    for state, number in sorted(report.states.items()):
        print(f"  {state:<20} {number:>7}")
    for parser, number in sorted(report.parsers.items()):
        print(f"  MLIR's parser of {parser} crashed {number} times")
    print(f"{sum(report.states.values())} inputs in {time.monotonic() - begin:.0f} s, {len(report.findings)} findings")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
