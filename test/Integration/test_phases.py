# ===- test_phases.py - the same values after every phase -------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Law F1: what a module computes does not depend on where in the compiler one stops.

The library that catgrad-compile makes is held against

* the reference evaluator on the derivative's text (phase rev),
* the text of the linalg and of the bufferized phase, taken the rest of the way by
  MLIR's own passes and clang,
* LLVM IR, assembly and object file, linked by clang,
* other optimisation levels and another processor.

In the rings Z/2^n all agree bit by bit. Floats agree within rounding:
phases and processors differ in fused multiply-adds, in the order of sums and in
the last bits of exp. The tolerance is TOLERANCE times the largest number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

import cases
import harness
from arrows import Arrow, derive, generator, operation, samples, tensor
from backends import Module, linked, native, reference, stock_bufferized, stock_linalg
from mlir_text import DTYPES, is_float
from test_laws import programs

# An f16 or bf16 may round to the other neighbour.
TOLERANCE = {np.dtype(DTYPES[element]): tolerance for element, tolerance in
             {"f64": 1e-13, "f32": 4e-6, "f16": 2e-3, "bf16": 1.6e-2}.items()}
WIDTHS = (16, 17, 34, 258)  # where vectors of bits would be packed, full and not

PHASES: dict[str, Callable[[str], Module]] = {
    "rev, reference": reference,
    "catgrad, compiled again": lambda text: native(harness.emit(text, "catgrad")),
    "rev, compiled again": lambda text: native(harness.emit(text, "rev")),
    "linalg, MLIR's passes": stock_linalg,
    "bufferized, MLIR's passes": stock_bufferized,
    "llvm, clang": lambda text: linked(text, "llvm"),
    "asm, clang": lambda text: linked(text, "asm"),
    "obj, clang": lambda text: linked(text, "obj"),
    "-O0": lambda text: native(text, "-O0"),
    "-O3": lambda text: native(text, "-O3"),
    "--cpu=x86-64-v3": lambda text: native(text, "--cpu=x86-64-v3"),
}
# The same machine code, or the same way to it: bitwise in floats too.
IDENTICAL = {"catgrad, compiled again", "rev, compiled again", "asm, clang", "obj, clang"}

each_phase = pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.replace(" ", "_"))


@cache
def subjects(element: str) -> dict[str, Arrow]:
    """The programs of the laws, one case of each operation, and wide sums."""
    found = {f"program_{name}": arrow for name, arrow in programs(element).items()}
    for op, of in cases.pairs():
        if of == element and cases.has_representative(op, element):
            found[f"op_{op}"] = cases.representative(op, element).arrow
    for width in WIDTHS if element in cases.MAJOR else ():
        a, b, r = tensor(element, 3, width), tensor(element, width, 16), tensor(element, 3, 16)
        found[f"wide_{width}"] = operation(f"%r0 = catgrad.matmul %a0, %a1 : ({a}, {b}) -> {r}", (a, b), (r,))
    return found


def inputs(name: str, arrow: Arrow, element: str, random: np.random.Generator) -> list[np.ndarray]:
    """Numbers for which a subject is defined."""
    op = name.removeprefix("op_")
    return samples(random, arrow.inputs) if op == name else cases.representative(op, element).inside(random)


@cache
def module_text(element: str) -> str:
    return "".join(arrow.function(name) + derive(f"{name}_rev", name) for name, arrow in subjects(element).items())


def assert_same_values(got: list[np.ndarray], want: list[np.ndarray], exactly: bool, what: str) -> None:
    assert len(got) == len(want), what
    for g, w in zip(got, want):
        if w.dtype == np.bool_ and g.dtype == np.int8:
            assert np.all((g == 0) | (g == 1)), what
            g = g.astype(bool)
        assert g.dtype == w.dtype and g.shape == w.shape, what
        if not is_float(w.dtype) or exactly:
            assert g.tobytes() == w.tobytes(), f"{what}:\n{g}\nis not\n{w}"
            continue
        g, w, tolerance = g.astype(np.float64), w.astype(np.float64), TOLERANCE[w.dtype]
        error = float(np.max(np.abs(g - w), initial=0)) / max(1.0, float(np.max(np.abs(w), initial=0)))
        assert error <= tolerance, f"{what}: off by {error}"


def check_parities(module: Module) -> None:
    """Sums of 16, 17, 34 and 258 ones over Z/2, where *or* would always give one."""
    for width in WIDTHS:
        a, b, d = np.ones((3, width), bool), np.ones((width, 16), bool), np.ones((3, 16), bool)
        (got,) = module[f"wide_{width}"](a, b)
        assert np.array_equal(got.astype(bool), np.full((3, 16), width % 2 == 1)), width
        da, db = module[f"wide_{width}_rev"](a, b, d)
        assert not np.any(da) and np.all(db), width  # sums over 16 and over 3


@pytest.mark.parametrize("element", cases.ELEMENTS)
@each_phase
def test_same_values(phase: str, element: str, executed) -> None:
    """Every program and operation, and its derivative."""
    text = module_text(element)
    first, other = native(text), PHASES[phase](text)
    for name, arrow in subjects(element).items():
        random = generator("phases", name, element)
        a, b = inputs(name, arrow, element, random), samples(random, arrow.results)
        assert_same_values(other[name](*a), first[name](*a), phase in IDENTICAL, f"{name}, {phase}")
        assert_same_values(other[f"{name}_rev"](*a, *b), first[f"{name}_rev"](*a, *b), phase in IDENTICAL,
                           f"R[{name}], {phase}")
    if element == "i1":
        check_parities(other)
    executed("phases", element, "phases", 2 * len(subjects(element)))


@cache
def hidden() -> str:
    return (harness.ROOT / "examples" / "iris" / "hidden.mlir").read_text()


@each_phase
def test_iris_hidden_model(phase: str, executed) -> None:
    """Every function of a learner: predict, rev, rev_p, loss and a training step of 150 rows."""
    first, other = native(hidden()), PHASES[phase](hidden())
    for kind in ("predict", "rev", "rev_p", "loss", "step"):
        function = first[f"hidden_{kind}"]
        random = generator("hidden", kind)
        arrays = [np.asarray(0.3 * random.normal(size=value.shape), value.dtype) for value in function.inputs]
        assert_same_values(other[function.symbol](*arrays), function.both_ways(*arrays), phase in IDENTICAL,
                           f"{function.symbol}, {phase}")
    executed("iris hidden", "f32", "phases", 5)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "rev, reference"],
                         ids=lambda phase: phase.replace(" ", "_"))
def test_initial_values(phase: str, executed) -> None:
    """The random numbers of init: integer arithmetic up to the last step, then log, sqrt, cos and sin in f64."""
    for seed in (0, 1, -1, 2**62):
        other, first = (module["hidden_init"](np.int64(seed)) for module in (PHASES[phase](hidden()), native(hidden())))
        assert_same_values(other, first, phase in IDENTICAL, f"init, {phase}")
    executed("iris hidden", "f32", "phases", 4)


def test_the_same_input_gives_the_same_bytes(tmp_path, executed) -> None:
    """F5: nothing of time, place or memory addresses is in the artefact."""
    text = hidden()
    outputs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        source = folder / "module.mlir"
        source.write_text(text)
        for suffix in ("so", "o", "s", "ll", "mlir"):
            harness.run_tool("catgrad-compile", source, "-o", folder / f"libm.{suffix}",
                             "--emit-header", folder / "m.h", "--emit-manifest", folder / "m.json")
        outputs.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert outputs[0].keys() == outputs[1].keys() and len(outputs[0]) == 8
    assert [name for name in outputs[0] if outputs[0][name] != outputs[1][name]] == []
    executed("iris hidden", "f32", "phases", 8)
