# ===- inputs.py - random valid programs, and damaged ones ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The inputs that the compiler is fed with; number i of a seed is the same in every run."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))

import numpy as np  # noqa: E402

import random_programs  # noqa: E402
import upstream_base  # noqa: E402
import upstream_cases  # noqa: E402
import upstream_programs  # noqa: E402
from arrows import derive, generator  # noqa: E402
from compiler import Compiler  # noqa: E402
from damage import damage  # noqa: E402

SEEDS = Path(__file__).resolve().parent / "seeds"


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
