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
import ctypes
import os
import random
import re
import select
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "Integration"))

import numpy as np  # noqa: E402

import random_programs  # noqa: E402
import upstream_base  # noqa: E402
import upstream_cases  # noqa: E402
import upstream_programs  # noqa: E402
from arrows import derive, generator  # noqa: E402

SECONDS = 10.0
SEEDS = Path(__file__).resolve().parent / "seeds"


# Valid programs -------------------------------------------------------------

def functions(rng: np.random.Generator) -> str:
    """Functions that call each other, and derivatives of them."""
    element = str(rng.choice(["f32", "f64", "i32", "i1"]))
    text, callees = "", []
    for i in range(int(rng.integers(1, 4))):
        arrow = random_programs.random_function(rng, element, callees)
        text += arrow.function(f"f{i}", "private " if rng.random() < 0.3 else "")
        text += derive(f"f{i}_rev", f"f{i}")
        callees.append((f"f{i}", arrow.inputs, arrow.results))
    if rng.random() < 0.2:
        text += derive("again", "f0_rev")
    return text


def learner(rng: np.random.Generator) -> str:
    return random_programs.random_learner(rng, str(rng.choice(["f32", "f64", "i32", "i1"])), "net")


def upstream(rng: np.random.Generator) -> str:
    cases = [upstream_cases.CASES[i] for i in rng.choice(len(upstream_cases.CASES), int(rng.integers(1, 4)), replace=False)]
    return upstream_base.MAPS + "".join(case.text for case in cases)


def programs(rng: np.random.Generator) -> str:
    """Functions over upstream operations that call each other."""
    number = int(rng.integers(1_000_000))
    return upstream_programs.program(number)[0] + derive("f_rev", f"p{number}")


def control_flow(rng: np.random.Generator) -> str:
    """A function of nested loops and choices on numbers or on tensors, and its derivative."""
    element, type_ = str(rng.choice(["f32", "f64"])), ""
    type_ = element if rng.random() < 0.5 else f"tensor<3x{element}>"
    count = 0

    def name() -> str:
        nonlocal count
        count += 1
        return f"%v{count}"

    def block(values: list[str], depth: int, indent: str) -> list[str]:
        """Lines that add values to the list."""
        lines = []
        for _ in range(int(rng.integers(1, 4))):
            pick = [values[-1 - min(int(rng.exponential(2)), len(values) - 1)] for _ in range(2)]
            kind, result = rng.choice(["arith.mulf", "arith.addf", "math.sin", "if", "for"]), name()
            if kind == "math.sin":
                lines.append(f"{indent}{result} = {kind} {pick[0]} : {type_}")
            elif kind.startswith("arith") or depth == 0:
                kind = kind if kind.startswith("arith") else "arith.subf"
                lines.append(f"{indent}{result} = {kind} {pick[0]}, {pick[1]} : {type_}")
            elif kind == "if":
                lines.append(f"{indent}{result} = scf.if %c{rng.integers(2)} -> {type_} {{")
                for last in (False, True):
                    inner = list(values)
                    lines += block(inner, depth - 1, indent + "  ")
                    lines += [f"{indent}  scf.yield {inner[-1]} : {type_}", f"{indent}}}" + " else {" * (not last)]
            else:
                # Several carried values, so that some move from one to the other.
                index, carried = name(), [name() for _ in range(rng.integers(1, 4))]
                starts = [pick[0], *rng.choice(values, len(carried) - 1)]
                inner = [*values, *carried]
                pairs = ", ".join(f"{new} = {start}" for new, start in zip(carried, starts))
                results = f"{result}:{len(carried)}" if len(carried) > 1 else result
                types = f"({', '.join([type_] * len(carried))})" if len(carried) > 1 else type_
                lines.append(f"{indent}{results} = scf.for {index} = %n0 to %n{rng.integers(0, 4)} step %n1 "
                             f"iter_args({pairs}) -> {types} {{")
                lines += block(inner, depth - 1, indent + "  ")
                ends = [inner[-1], *rng.choice([*carried, *inner[len(values):]], len(carried) - 1)]
                order = rng.permutation(len(carried))
                lines += [f"{indent}  scf.yield {', '.join(str(ends[i]) for i in order)} : "
                          f"{', '.join([type_] * len(carried))}", f"{indent}}}"]
                if len(carried) > 1:
                    values += [f"{result}#{i}" for i in range(len(carried))]
                    continue
            values.append(result)
        return lines

    bounds = "".join(f"  %n{n} = arith.constant {n} : index\n" for n in range(4))
    condition = "".join(f"  %c{i} = tensor.extract %b{i}[] : tensor<i1>\n" for i in range(2))
    tensor = f"tensor<{element}>" if type_ == element else type_
    values = ["%x", "%y"]
    entry = "".join(f"  %{v} = tensor.extract %t{v}[] : {tensor}\n" for v in "xy") if type_ == element else ""
    arguments = [f"%{'t' if type_ == element else ''}{v}: {tensor}" for v in "xy"]
    body = "\n".join(block(values, 3, "  ")) + "\n"
    leave = f"  %r = tensor.splat {values[-1]} : {tensor}\n" if type_ == element else ""
    result = "%r" if type_ == element else values[-1]
    return (f"func.func @f({', '.join(arguments)}, %b0: tensor<i1>, %b1: tensor<i1>) -> {tensor} {{\n{bounds}"
            f"{condition}{entry}{body}{leave}  return {result} : {tensor}\n}}\n"
            f"catgrad.derive @f_rev of(@f) wrt([{rng.choice(['0', '1', '0, 1'])}])\n")


def seed(rng: np.random.Generator) -> str:
    """One of the seeds, which are valid, too."""
    files = sorted(SEEDS.glob("*.mlir"))
    return files[rng.integers(len(files))].read_text()


KINDS = {functions: 5, learner: 3, upstream: 3, programs: 3, control_flow: 3, seed: 1}


# Damage ---------------------------------------------------------------------

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|(?:(?:\d+|\?)x)+[a-z]\w*|[%@#!^][\w$.#-]*|[A-Za-z_][\w.$]*'
                   r"|\d+\.\d*(?:[eE][-+]?\d+)?|0x[0-9A-Fa-f]+|\d+|->|\s+|.", re.DOTALL)
NUMBERS = ["0", "1", "-1", "2", "3", "7", "64", "255", "65536", "2147483647", "-2147483648", "4294967296",
           "4611686018427387904", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.0", "-0.0",
           "1.0e308", "1.0e-320", "0x7FC00000", "0x7FF0000000000000", "true", "1000000"]
SHAPES = ["f32", "4xf32", "0xf32", "1x1xf32", "3x0x2xf64", "?xf32", "2x?xf32", "4xi1", "4xi32", "2x3xf64", "4xf16",
          "4xbf16", "4xi8", "4xi64", "4xindex", "4xcomplex<f32>", "4xui32", "4294967296x4294967296xf32",
          "9223372036854775807xi8", "4611686018427387904xf64", "2x2x2x2x2x2x2x2xf32", "4xi7", "4xi128", "*xf32",
          "3xf32, #catgrad.mse", "4xf8E4M3FN", "4xtf32", "4xvector<2xf32>"]
WORDS = ["catgrad.add", "catgrad.multiply", "catgrad.matmul", "catgrad.sigmoid", "catgrad.relu", "catgrad.copy",
         "catgrad.discard", "catgrad.select", "catgrad.cast", "catgrad.reshape", "catgrad.broadcast", "catgrad.transpose",
         "catgrad.contract", "catgrad.reduce_sum", "catgrad.negate", "catgrad.derive", "catgrad.learner", "call", "return",
         "func.func", "private", "func.call", "arith.addf", "arith.mulf", "math.exp", "math.isnan", "tensor.empty",
         "tensor.cast", "linalg.fill", "scf.yield", "tensor", "memref", "vector", "tuple", "index", "f32", "f64", "i1",
         "none", "dense", "wrt", "array", "unit", "model", "optimiser", "loss"]
ATTRIBUTES = ['catgrad.name = "int"', 'catgrad.name = "x y"', "catgrad.name = 3", 'catgrad.role = "parameter"',
              "catgrad.alias = 0 : i64", "catgrad.alias = -5 : i64", 'catgrad.scope = "s"', "catgrad.forward = @f0",
              "catgrad.reverse = @f", "catgrad.init = #catgrad.zeros", 'catgrad.kind = "step"', "catgrad.learner = @f",
              "catgrad.workspace_bytes = 8 : i64", "catgrad.destinations = array<i64: 7>", "llvm.noalias",
              "bufferization.writable = false", "axis = -1 : i64", "dimensions = array<i64: 9>", "wrt = array<i64: 0, 0>",
              'sym_visibility = "private"', "report_loss", "catgrad.output", "llvm.emit_c_interface"]
JUNK = ["<", ">", "(", ")", "[", "]", "{", "}", ",", ":", "=", "->", "%", "@", "#", "!", "^bb0:", '"', "//", "-", "::",
        "\0", "\xff", "loc(unknown)", "{-#", "...", "*", "?"]


def damage_once(tokens: list[str], other: list[str], rnd: random.Random) -> list[str]:
    """One random change. `other` are the tokens of another program."""
    def positions(test) -> list[int]:
        return [i for i, token in enumerate(tokens) if test(token)] or [rnd.randrange(len(tokens))]

    def put(i: int, text: str) -> list[str]:
        return [*tokens[:i], text, *tokens[i + 1:]]

    def is_word(token: str) -> bool:
        return token[0].isalpha() or token[0] == "_"

    choice = rnd.choices(
        ["value", "symbol", "number", "shape", "word", "attribute", "delete", "junk", "line", "swap_lines",
         "copy_line", "splice", "truncate", "type_of_word"],
        [6, 3, 5, 6, 4, 3, 3, 2, 3, 2, 3, 3, 1, 2])[0]
    if choice in ("value", "symbol"):
        sigil = "%" if choice == "value" else "@#"
        all_ = [token for token in tokens if token[0] in sigil] or ["%x"]
        return put(rnd.choice(positions(lambda t: t[0] in sigil)), rnd.choice(all_))
    if choice == "number":
        return put(rnd.choice(positions(lambda t: t[0].isdigit() and "x" not in t)), rnd.choice(NUMBERS))
    if choice == "shape":
        def is_shape(token: str) -> bool:
            return bool(re.fullmatch(r"(?:(?:\d+|\?)x)+[a-z]\w*|f32|f64|i32|i1", token))
        there = [token for token in tokens if is_shape(token)] or SHAPES
        return put(rnd.choice(positions(is_shape)), rnd.choice(there if rnd.random() < 0.4 else SHAPES))
    if choice == "word":
        there = [token for token in tokens if is_word(token)] or WORDS
        return put(rnd.choice(positions(is_word)), rnd.choice(there if rnd.random() < 0.5 else WORDS))
    if choice == "type_of_word":
        return put(rnd.choice(positions(lambda t: t in ("tensor", "memref"))), rnd.choice(["memref", "vector", "tensor"]))
    if choice == "attribute":
        i = rnd.choice(positions(lambda t: t == "{"))
        return put(i, "{" + rnd.choice(ATTRIBUTES) + (", " if rnd.random() < 0.7 else "}"))
    if choice == "delete":
        i = rnd.randrange(len(tokens))
        return tokens[:i] + tokens[i + rnd.randint(1, 4):]
    if choice == "junk":
        return put(rnd.randrange(len(tokens)), rnd.choice(JUNK))
    if choice == "truncate":
        return tokens[:rnd.randrange(len(tokens))] or ["{"]
    if choice == "splice":
        i, j = rnd.randrange(len(tokens)), rnd.randrange(len(other))
        return tokens[:i] + other[j:j + rnd.randint(1, 40)] + tokens[i:]
    lines = re.findall(r"[^\n]*\n|[^\n]+", "".join(tokens)) or ["\n"]
    i, j = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    if choice == "line":
        del lines[i]
    elif choice == "swap_lines":
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines.insert(j, lines[i])
    return TOKEN.findall("".join(lines)) or ["\n"]


def damage(text: str, other: str, rnd: random.Random) -> str:
    tokens, more = TOKEN.findall(text), TOKEN.findall(other)
    for _ in range(1 + min(int(rnd.expovariate(0.6)), 8)):
        tokens = damage_once(tokens, more, rnd)
    return "".join(tokens)


# The compiler ---------------------------------------------------------------

class Compiler:
    """libCatgrad's C interface."""

    class Option(ctypes.Structure):
        _fields_ = [("key", ctypes.c_char_p), ("value", ctypes.c_char_p)]

    class Bytes(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    def __init__(self, build: Path) -> None:
        self.lib = ctypes.CDLL(str(build / "lib" / "libCatgrad.so"))
        for name, result in {"catgradCompile": ctypes.c_void_p, "catgradResultSucceeded": ctypes.c_bool,
                             "catgradResultGetOutput": self.Bytes, "catgradResultGetNumDiagnostics": ctypes.c_size_t,
                             "catgradResultGetDiagnostic": ctypes.c_void_p, "catgradDiagnosticGetMessage": ctypes.c_char_p,
                             "catgradDiagnosticGetSeverity": ctypes.c_int, "catgradResultDestroy": None}.items():
            getattr(self.lib, name).restype = result

    def compile(self, text: str, kind: str) -> tuple[str | None, list[str]]:
        """The output, or None; and the error messages."""
        data = text.encode("utf-8", "surrogateescape")
        options = (self.Option * 4)(*(self.Option(key.encode(), value.encode()) for key, value in {
            "emit": kind, "opt-level": "0", "max-ops": "20000", "max-nesting": "64"}.items()))
        result = ctypes.c_void_p(self.lib.catgradCompile(data, ctypes.c_size_t(len(data)), options, ctypes.c_size_t(4)))
        errors = []
        for i in range(self.lib.catgradResultGetNumDiagnostics(result)):
            diagnostic = ctypes.c_void_p(self.lib.catgradResultGetDiagnostic(result, ctypes.c_size_t(i)))
            if self.lib.catgradDiagnosticGetSeverity(diagnostic) == 2:
                errors.append(self.lib.catgradDiagnosticGetMessage(diagnostic).decode("utf-8", "replace"))
        output = None
        if self.lib.catgradResultSucceeded(result):
            found = self.lib.catgradResultGetOutput(result, kind.encode())
            output = ctypes.string_at(found.data, found.size).decode("utf-8", "replace")
        self.lib.catgradResultDestroy(result)
        return output, errors


@dataclass
class Input:
    """Input number `index` of a seed. Valid unless it is damaged."""

    seed: int
    index: int
    text: str = ""
    kind: str = ""
    damaged: bool = False
    source: str = ""

    def make(self, compiler: Compiler | None = None) -> Input:
        """Draw the input. One of a phase's output needs the compiler."""
        rnd = random.Random(f"{self.seed} {self.index}")
        rng = generator("fuzz", self.seed, self.index)
        self.kind = rnd.choices(["rev", "linalg", "bufferized", "llvm"], [3, 2, 3, 2])[0]
        make, other = rnd.choices(list(KINDS), list(KINDS.values()), k=2)
        self.source, self.text = make.__name__, make(rng)
        self.damaged = rnd.random() < 0.75
        if not self.damaged:
            return self
        if rnd.random() < 0.2 and compiler:
            phase = rnd.choice(["catgrad", "rev", "linalg", "bufferized"])
            output, _ = compiler.compile(self.text, phase)
            if output:
                self.source, self.text = f"{self.source} as {phase}", output
        self.text = damage(self.text, other(rng), rnd)
        return self


def judge(case: Input, output: str | None, errors: list[str]) -> tuple[str, str | None]:
    """What became of an input, and why that is a finding, if it is one."""
    state = ("damaged, " if case.damaged else "valid, ") + ("refused" if output is None else "accepted")
    for error in errors:
        if "LLVM reported a fatal error" in error:
            return state, f"fatal error: {error}"
        if "the compiler crashed" in error:
            return state, f"crash: {error}"
        if re.fullmatch(r"phase '\w+' failed", error):
            return state, f"no reason: {error}"
    if output is None:
        if not errors:
            return state, "refused without an error"
        if not case.damaged:
            return state, f"a valid program was refused: {errors[0]}"
    elif not output or errors:
        return state, f"accepted, but {errors or 'no output'}"
    return state, None


def work(build: Path, seed_: int, indices: list[int]) -> None:
    """Compile the inputs, and say on stdout before each which one, after it what became of it."""
    compiler = Compiler(build)
    for index in indices:
        print(f"start {index}", flush=True)
        case = Input(seed_, index).make(compiler)
        state, finding = judge(case, *compiler.compile(case.text, case.kind))
        print(f"done {index}\t{state}\t{finding or ''}".replace("\n", " "), flush=True)


def crashing_parser(build: Path, path: Path) -> str | None:
    """The upstream operation on whose custom syntax parsing the file crashes, if there is one."""
    done = subprocess.run([build / "bin" / "catgrad-opt", path, "-o", os.devnull], capture_output=True, timeout=60, check=False)
    parsers = re.findall(r"custom op parser '([\w.]+)'", done.stderr.decode(errors="replace"))
    crashed = done.returncode < 0 and parsers and not parsers[-1].startswith("catgrad.")
    return parsers[-1] if crashed else None


# Watching -------------------------------------------------------------------

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
