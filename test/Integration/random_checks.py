# ===- random_checks.py - random programs, compiled and held against oracles -===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Batches of the programs of random_cases.py: compiled in one module, compared with
numpy, with JAX, with the reference and with another phase of the compiler, or held
to a law. What fails is made small and saved as a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import harness
from arrows import derive, generator, is_exact, ring_add, ring_multiply, ring_sum, samples
from backends import Module, linked, native, reference, stock_bufferized, stock_linalg
from mlir_text import is_float
from random_cases import Program, build
from random_recipes import Recipe, generate, shrink

# Random programs amplify rounding: sums cancel, products grow.
TOLERANCE = {"f64": 1e-9, "f32": 1e-2, "f16": 0.3, "bf16": 1.0}
PHASES: dict[str, Callable[[str], Module]] = {
    "rev, compiled again": lambda text: native(harness.emit(text, "rev")),
    "linalg, MLIR's passes": stock_linalg,
    "bufferized, MLIR's passes": stock_bufferized,
    "llvm, clang": lambda text: linked(text, "llvm"),
    "-O0": lambda text: native(text, "-O0"),
}
EACH = 20  # programs that a seed gives for the laws


# Laws -----------------------------------------------------------------------

@dataclass(frozen=True)
class Drawn:
    """A random program, and its seed."""

    seed: int
    program: Program


@cache
def drawn(element: str, count: int, longest: int) -> dict[str, Drawn]:
    """So many programs of no more operations, all different, by name: the longest of those that the first seeds give."""
    found: dict[str, Drawn] = {}
    for seed in range(100):
        for recipe in generate(seed, EACH, (element,), longest):
            program = build(recipe)
            if 2 <= len(program.instructions) <= longest and set(program.operations) - {"constant", "discard"}:
                found.setdefault(program.arrow.body, Drawn(seed, program))
        if len(found) >= count:
            break
    chosen = sorted(found.values(), key=lambda d: -len(d.program.instructions))[:count]
    assert len(chosen) == count
    return {f"p{i}": each for i, each in enumerate(chosen)}


Text = Callable[[str, Program], str]
Check = Callable[[str, Program, Module], int]


def hold(law: str, programs: dict[str, Drawn], text: Text, check: Check, compiled: Callable[[str], Any] = native,
         save: Path = harness.BUILD / "random-failures") -> int:
    """How often a law held. What it is checked on is made of the text of all programs, each under its name.

    The first program for which it does not hold is made small, saved, and named in the error with its seed.
    """
    print(f"{law}: seeds {sorted({each.seed for each in programs.values()})}")
    module, held = compiled("".join(text(name, each.program) for name, each in programs.items())), 0

    def alone(recipe: Recipe) -> None:
        program = build(recipe)
        if program.instructions:
            check("p", program, compiled(text("p", program)))

    for name, each in programs.items():
        try:
            held += check(name, each.program, module)
        except AssertionError as error:
            smallest, why = shrink(each.program.recipe, alone)
            save.mkdir(parents=True, exist_ok=True)
            path = save / f"{law.replace(' ', '-')}-seed{each.seed}.mlir"
            path.write_text(f"// {law}, seed {each.seed}, {smallest[0]}\n"
                            + "".join(f"// {line}\n" for line in (why or str(error)).splitlines())
                            + text("p", build(smallest)))
            raise AssertionError(f"{law}, seed {each.seed}: {why or error}\nminimal program: {path}\n"
                                 f"{path.read_text()}") from error
    return held


# Checks ---------------------------------------------------------------------

def text(programs: dict[str, Program]) -> str:
    return "".join(p.arrow.function(name) + derive(f"{name}_rev", name) for name, p in programs.items())


def compare(got: Sequence[np.ndarray], want: Sequence[np.ndarray], precision: str, what: str) -> None:
    """Bitwise unless floats."""
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        if is_float(g.dtype):
            assert g.shape == w.shape, f"{what}, value {i}: {g.shape} is not {w.shape}"
            wide, other = g.astype(np.float64), w.astype(np.float64)
            error = float(np.max(np.abs(wide - other), initial=0)) / max(1.0, float(np.max(np.abs(other), initial=0)))
            assert error < TOLERANCE[precision], f"{what}, value {i}: off by {error}:\n{g}\nis not\n{w}"
        else:
            assert g.astype(w.dtype).tobytes() == w.tobytes(), f"{what}, value {i}:\n{g}\nis not\n{w}"


def least_precise(program: Program) -> str:
    """The type of its floats with the largest rounding."""
    return max(["f64", *(node.type_.element for node in program.nodes if node.type_.element in TOLERANCE)],
               key=TOLERANCE.__getitem__)


def inner(xs: Sequence[np.ndarray], ys: Sequence[np.ndarray], element: str) -> np.ndarray | int:
    """The sum of products of the values of a ring; in each ring of its own, so that only `element` counts."""
    dtype = harness.DTYPES[element]
    total = np.zeros((), dtype)
    for x, y in zip(xs, ys, strict=True):
        if x.dtype == dtype:
            total = ring_add(total, np.asarray(ring_sum(ring_multiply(x, y))))
    return total


def check(name: str, program: Program, module: Module, others: dict[str, Module]) -> None:
    """Values against numpy; the derivative against JAX in f64 or, bitwise, against tangents in rings; both against others."""
    at = program.at()
    b = samples(generator("cotangents", program.element), program.arrow.results)
    precision = least_precise(program)
    values, reverse = module[name](*at), module[f"{name}_rev"](*at, *b)
    compare(values, program.wanted(), precision, f"{name} against numpy")
    if is_exact(program.element):
        for k in range(3):
            v = samples(generator("directions", k), program.arrow.inputs)
            v = [np.zeros_like(x) if i in program.fixed else x for i, x in zip(program.inputs, v)]
            left, right = inner(reverse, v, program.element), inner(b, program.push(v), program.element)
            assert left == right, f"R[{name}]: <R f(a, b), v> is {left}, but <b, D f(a) v> is {right}"
    else:
        for i, want in program.jax_pull(b).items():
            compare([reverse[i]], [want], precision, f"R[{name}] against JAX, cotangent {i}")
    for phase, other in others.items():
        compare(other[name](*at), values, precision, f"{name}, {phase}")
        compare(other[f"{name}_rev"](*at, *b), reverse, precision, f"R[{name}], {phase}")


def further(text_: str, phase: str) -> dict[str, Module]:
    """What else computes a module: the Python that it is translated to, and another phase of the compiler."""
    return {"reference": reference(text_), phase: PHASES[phase](text_)}


@dataclass
class Outcome:
    """What a batch did."""

    programs: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    elements: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run_batch(seed: int, count: int, save: Path = harness.BUILD / "random-failures") -> Outcome:
    """Generate, compile and check so many programs."""
    found = generate(seed, count)
    programs = {f"p{i}": build(recipe) for i, recipe in enumerate(found)}
    outcome = Outcome(len(programs))
    for p in programs.values():
        outcome.operations.update(p.operations)
        outcome.elements[p.element] += 1
    phase = list(PHASES)[seed % len(PHASES)]
    try:
        module, others = native(text(programs)), further(text(programs), phase)
    except harness.ToolError:
        module = None  # one by one, to say which

    def check_alone(recipe: Recipe) -> None:
        alone = {"p": build(recipe)}
        check("p", alone["p"], native(text(alone)), further(text(alone), phase))

    failed = []
    for (name, program), recipe in zip(programs.items(), found):
        try:
            if module is None:
                check_alone(recipe)
            else:
                check(name, program, module, others)
        except Exception as error:
            failed.append((recipe, str(error)))
    for recipe, error in failed[:2]:
        smallest, why = shrink(recipe, check_alone)
        save.mkdir(parents=True, exist_ok=True)
        path = save / f"seed{seed}-{found.index(recipe)}.mlir"
        path.write_text(f"// seed {seed}, phase {phase}, {smallest[0]}\n"
                        + "".join(f"// {line}\n" for line in (why or error).splitlines())
                        + text({"p": build(smallest)}))
        outcome.failures.append(f"seed {seed}: {why or error}\nminimal program: {path}\n{path.read_text()}")
    outcome.failures += [f"seed {seed}: {error}" for _, error in failed[2:]]
    return outcome
