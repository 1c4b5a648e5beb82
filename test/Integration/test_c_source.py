# ===- test_c_source.py - C99 against native code ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What `catgrad-compile -o model.c` writes, built by gcc and clang without a warning:
its functions give the values of native code, bitwise in the rings."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import cases
import harness
import test_native_upstream
from arrows import Arrow, generator, samples, tensor
from backends import C_FLAGS, c_source, native
from iris_native import CALM_RATE, EXAMPLE, data, models
from iris_numpy import Model
from mlir_text import DTYPES, is_float
from random_programs import random_learner
from test_iris_artefacts import LIBM, MEMORY
from test_ops import TOLERANCE, assert_near, assert_same, cotangents, least_precise, module_text, operands
from test_random import assert_agree, functions, sample

OPS = sorted({op for op, _ in cases.pairs()})
BATCHES = [OPS[i::8] for i in range(8)]


def assert_close(got: list[np.ndarray], want: list[np.ndarray], tolerance: float, what: str) -> None:
    """Integers bit by bit, floats up to a tolerance; NaN and infinity where the other has them."""
    for g, w in zip(got, want, strict=True):
        if not is_float(g.dtype):
            assert_same(g, w, what)
            continue
        finite = np.isfinite(w.astype(np.float64))
        assert_same(np.where(finite, 0, g).astype(g.dtype), np.where(finite, 0, w).astype(w.dtype), what)
        assert_near(g[finite], w[finite], tolerance, what)


# Operations -----------------------------------------------------------------

@pytest.mark.parametrize("batch, compiler", [*((i, "gcc") for i in range(len(BATCHES))), (0, "clang")])
def test_every_operation(batch: int, compiler: str, executed) -> None:
    """All cases and their derivatives, many operations in one file."""
    library = c_source("".join(map(module_text, BATCHES[batch])), compiler)
    for op in BATCHES[batch]:
        expected = native(module_text(op))
        for case in cases.select(op):
            at = operands(case, "values")
            tolerance = TOLERANCE.get(least_precise(case), 0.0) if has_floats(case) else 0.0
            assert_close(library[case.label](*at), expected[case.label](*at), tolerance, case.label)
            if cases.differentiable(case):
                at += cotangents(case, "values")
                reverse = f"{case.label}_rev"
                assert_close(library[reverse](*at), expected[reverse](*at), 8 * tolerance, reverse)
        executed(op, "all", "phases", len(cases.select(op)))


def has_floats(case: cases.Case) -> bool:
    return any(t.element in TOLERANCE for t in case.inputs + case.results)


@pytest.mark.parametrize("small", ["f16", "bf16"])
def test_conversions_of_small_floats(small: str, executed) -> None:
    """All 65536 of them, and floats around every boundary between two: the bits of native code."""
    n = 1 << 16
    s, f, d = tensor(small, n), tensor("f32", n), tensor("f64", n)
    text = "".join(Arrow((source,), (target,), f"  %r0 = catgrad.cast %a0 : ({source}) -> {target}", ("%r0",))
                   .function(f"{source.element}_to_{target.element}")
                   for source, target in ((s, f), (f, s), (s, d), (d, s)))
    ours, theirs = c_source(text), native(text)
    every = np.arange(n, dtype=np.uint16).view(DTYPES[small])
    exact = every.astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        up = np.nextafter(exact, np.float32(np.inf))
        middle = ((exact.astype(np.float64) + np.roll(exact, -1)) / 2).astype(np.float32)
    for wide in (exact, up, -up, middle, np.nextafter(middle, np.float32(0)), np.nextafter(middle, np.float32(4))):
        assert_same(ours[f"f32_to_{small}"](wide)[0], theirs[f"f32_to_{small}"](wide)[0], "to small")
        with np.errstate(invalid="ignore"):
            double = wide.astype(np.float64)
        assert_same(ours[f"f64_to_{small}"](double)[0], theirs[f"f64_to_{small}"](double)[0], "from f64")
    for target in ("f32", "f64"):
        assert_same(ours[f"{small}_to_{target}"](every)[0], theirs[f"{small}_to_{target}"](every)[0], "from small")
    executed("cast", small, "phases", 14)


def test_special_numbers(executed) -> None:
    """Constants are exact: zeros of both signs, infinities, NaN, denormals, the least and the greatest."""
    floats = ["0.0", "-0.0", "1.0", "0.1", "-1.0e-3", "1.0e+30", "12345.0009765625", "0x7FC00000", "0x7F800000",
              "0xFF800000", "0x00000001", "0x80000001", "0x7F7FFFFF", "0x00800000"]
    doubles = [text if not text.startswith("0x") else f"0x{int(text, 16) >> 31:X}FF0000000000000" for text in floats]
    text = constants("f32", floats) + constants("f64", doubles)
    for element in ("i8", "i16", "i32", "i64"):
        info = np.iinfo(DTYPES[element])
        text += constants(element, [str(n) for n in (info.min, info.min + 1, -1, 0, 1, info.max)])
    ours, theirs = c_source(text), native(text)
    for symbol in theirs.functions:
        (got,), (want,) = ours[symbol](), theirs[symbol]()
        assert got.size >= 1
        assert_same(got, want, symbol)
    executed("constant", "all", "phases", len(theirs.functions))


def constants(element: str, numbers: list[str]) -> str:
    """A function that returns them all, and one for each alone."""
    lists = [numbers, *([number] for number in numbers)]
    return "".join(Arrow((), (tensor(element, len(values)),), f"  %r0 = catgrad.constant dense<[{', '.join(values)}]> : "
                         f"tensor<{len(values)}x{element}>", ("%r0",)).function(f"constant_{element}_{i}")
                   for i, values in enumerate(lists))


# Programs -------------------------------------------------------------------

@models
def test_iris(model: Model, executed) -> None:
    """20 steps, in place and out of place, and everything else that a learner has."""
    text = (EXAMPLE / f"{model.name}.mlir").read_text()
    if model.name != "linear":  # chaotic at the example's rate
        text = re.sub(r"rate = [^,>]+", f"rate = {CALM_RATE:e}", text)
    ours, theirs = c_source(text), native(text)
    x, label = data(np.float32)
    start = theirs[f"{model.name}_init"](np.int64(7))
    for got, want in zip(ours[f"{model.name}_init"](np.int64(7)), start, strict=True):
        assert np.allclose(got, want, rtol=1e-6, atol=1e-9)
    here, there = start, start
    for _ in range(20):
        here = ours[f"{model.name}_step"].both_ways(*here, x, label)
        there = theirs[f"{model.name}_step"](*there, x, label)
    error = [np.linalg.norm(g - w) / np.linalg.norm(w) for g, w in zip(here, there, strict=True)]
    assert max(error) <= 1e-5, error
    assert any(np.linalg.norm(g - w) > 0.1 * np.linalg.norm(w) for g, w in zip(here, start))
    dy = generator("iris", model.name).standard_normal(label.shape).astype(np.float32)
    for kind, last in (("predict", ()), ("loss", (label,)), ("rev", (dy,)), ("rev_p", (dy,))):
        for got, want in zip(ours[f"{model.name}_{kind}"](*start, x, *last),
                             theirs[f"{model.name}_{kind}"](*start, x, *last), strict=True):
            assert np.linalg.norm(got - want) <= 1e-5 * np.linalg.norm(want), kind
    executed(f"iris {model.name}", "f32", "phases", 25)


def test_parameters_share_what_draws_them(executed) -> None:
    """One function draws all uniform numbers, one all normal ones, whatever the user's functions are called."""
    elements, shapes = ("f64", "f32", "f16", "bf16"), ((), (1,), (5,), (3, 4), (0, 2), (2, 3, 7))
    types = [tensor(element, *shape) for element in elements for shape in shapes] * 2
    kinds = ["uniform<low = -3.0, high = 1.0>", "normal<mean = 0.5, std = 2.0>"]
    results = ", ".join(map(str, types))
    lines = "".join(f'  %p{i} = catgrad.parameter "p{i}" {{init = #catgrad.{kinds[2 * i // len(types)]}}} : {t}\n'
                    for i, t in enumerate(types))
    values = ", ".join(f"%p{i}" for i in range(len(types)))
    both = ", ".join(f"%{side}{i}: {t}" for side in "pd" for i, t in enumerate(types))
    text = (f"func.func @normal() -> ({results}) {{\n{lines}  return {values} : {results}\n}}\n"
            f"func.func private @uniform({both}) -> ({results}) {{\n  return {values} : {results}\n}}\n"
            f"func.func private @value({both}) -> tensor<f32> {{\n"
            "  %0 = catgrad.constant dense<0.0> : tensor<f32>\n  return %0 : tensor<f32>\n}\n"
            "catgrad.learner @l model(@normal) optimiser(@uniform) loss(@value)\n")
    ours, theirs = c_source(text), native(text)
    source = harness.emit(text, "c")
    assert source.count("0xD2511F53u") == 2 and source.count("0xCD9E8D57u") == 2
    for seed in (0, 7, -2**63, 123456789012345):
        for i, (got, want) in enumerate(zip(ours["l_init"](np.int64(seed)), theirs["l_init"](np.int64(seed)), strict=True)):
            if 2 * i < len(types):
                assert_same(got, want, str(types[i]))  # no function of the C library is in it
            else:
                assert np.allclose(got.astype(np.float64), want.astype(np.float64), rtol=1e-2 if "16" in str(got.dtype) else 1e-6)
            assert got.size < 2 or np.std(got.astype(np.float64)) > 0.1
    executed("initial values", "all", "phases", 4 * len(types))


@pytest.mark.parametrize("element", ["i32", "i1", "i8", "f64", "f16"])
def test_random_functions(element: str, executed) -> None:
    """Functions that call each other, and their derivatives."""
    text, arrows = functions(3, element)
    ours, theirs = c_source(text), native(text)
    random = generator("C", element)
    for name, arrow in arrows.items():
        a, b = samples(random, arrow.inputs), samples(random, arrow.results)
        for symbol, arguments in ((name, a), (f"{name}_rev", a + b)):
            assert_agree(ours[symbol](*arguments), theirs[symbol](*arguments), symbol)
    executed("random functions", element, "phases", 2 * len(arrows))


@pytest.mark.parametrize("element", ["i32", "f32"])
def test_random_learners(element: str, executed) -> None:
    random = generator("C learners", element)
    text = "".join(random_learner(random, element, f"learner{i}") for i in range(6))
    ours, theirs = c_source(text), native(text)
    names = {dtype: name for name, dtype in DTYPES.items()}
    steps = [function for function in theirs.functions.values() if function.kind != "init"]
    for function in steps:
        arguments = [sample(random, tensor(names[value.dtype.type], *value.shape)) for value in function.inputs]
        assert_agree(ours[function.symbol].both_ways(*arguments), function(*arguments), function.symbol)
    executed("random learners", element, "phases", len(steps))


def test_upstream_programs(executed) -> None:
    """Branches and loops that carry numbers and tensors, from upstream dialects."""
    text = test_native_upstream.text()
    ours, theirs = c_source(text), native(text, "-O1")
    random = generator("C upstream")
    for symbol, function in theirs.functions.items():
        inputs = [random.random(value.shape) < 0.5 if value.dtype == np.bool_ else
                  np.asarray(random.uniform(-1.0, 1.0, value.shape)).astype(value.dtype)
                  for value in function.inputs]
        assert_close(ours[symbol](*inputs), function(*inputs), 1e-4, symbol)
    executed("upstream random programs", "f64", "phases", len(theirs.functions))


WHILE = """
func.func @steps(%x: tensor<i32>) -> (tensor<i32>, tensor<i32>) {
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %two = arith.constant 2 : i32
  %three = arith.constant 3 : i32
  %a = tensor.extract %x[] : tensor<i32>
  %r:2 = scf.while (%n = %a, %count = %zero) : (i32, i32) -> (i32, i32) {
    %more = arith.cmpi sgt, %n, %one : i32
    scf.condition(%more) %n, %count : i32, i32
  } do {
  ^bb0(%n: i32, %count: i32):
    %bit = arith.andi %n, %one : i32
    %odd = arith.cmpi ne, %bit, %zero : i32
    %half = arith.shrsi %n, %one : i32
    %triple = arith.muli %n, %three : i32
    %up = arith.addi %triple, %one : i32
    %next = arith.select %odd, %up, %half : i32
    %more = arith.addi %count, %one : i32
    scf.yield %next, %more : i32, i32
  }
  %0 = tensor.from_elements %r#0 : tensor<i32>
  %1 = tensor.from_elements %r#1 : tensor<i32>
  return %0, %1 : tensor<i32>, tensor<i32>
}
"""


def test_while(executed) -> None:
    """A loop that ends when its numbers say so: 27 takes 111 steps to 1."""
    ours, theirs = c_source(WHILE), native(WHILE)
    for start, steps in ((27, 111), (1, 0), (6, 8), (-5, 0)):
        got = [array.item() for array in ours["steps"](np.int32(start))]
        assert got == [array.item() for array in theirs["steps"](np.int32(start))] == [min(start, 1), steps]
    executed("scf.while", "i32", "phases", 4)


def test_constants_that_nobody_reads() -> None:
    """Neither they nor helpers of values that are dropped make a compiler warn."""
    text = (harness.ROOT / "test" / "Codegen" / "order-globals.mlir").read_text()
    assert "static const" not in harness.emit(text, "c")
    c_source(text)


# The text -------------------------------------------------------------------

def test_names_that_mean_something_in_c(executed) -> None:
    """Arguments and functions that are called like keywords, macros, functions of libm, and like each other."""
    names = ["int", "exp", "expf", "NAN", "INFINITY", "INT32_MIN", "i", "j", "workspace", "x", "x", "max_f32", "t",
             "uint16_t", "f", "sigmoid", "a b", "M_PI", "isnan"]
    types = tensor("f32", 2, 3)
    arguments = ", ".join(f'%a{i}: {types} {{catgrad.name = "{name}"}}' for i, name in enumerate(names))
    body = "\n".join(f"%s{i} = catgrad.{op} %a{i} : {types}\n"
                     f"%r{i} = catgrad.add %s{i}, {f'%r{i - 1}' if i else '%a1'} : {types}"
                     for i, op in enumerate(["exp", "log1p", "relu", "sigmoid", "exp"] * 4) if i < len(names))
    last = f"%r{len(names) - 1}"
    text = (f"func.func @f({arguments}) -> {types} {{\n{body}\n%c = call @max_f32({last}) : ({types}) -> {types}\n"
            f"%d = call @\"if.else\"(%c) : ({types}) -> {types}\nreturn %d : {types}\n}}\n"
            + "".join(f"func.func private @\"{name}\"(%x: {types}) -> {types} attributes {{no_inline}} {{\n"
                      f"%0 = catgrad.exp %x : {types}\nreturn %0 : {types}\n}}\n" for name in ("max_f32", "if.else")))
    ours, theirs = c_source(text), native(text)
    values = [np.abs(sample(generator("names", i), types)) / 40 for i in range(len(names))]
    assert_close(ours["f"](*values), theirs["f"](*values), 1e-4, "f")
    executed("names", "f32", "phases")


@models
def test_it_is_for_reading(model: Model) -> None:
    """Lines of a width that a screen has, comments that say where loops come from, no copy of the source's path."""
    text = harness.run_tool("catgrad-compile", EXAMPLE / f"{model.name}.mlir", "-o", "-", "--emit=c")
    assert max(map(len, text.splitlines())) <= 100
    assert not re.search(r"[ \t]+$|\n\n\n|\t|goto", text, re.MULTILINE)
    assert re.search(r"/\* line \d+: matmul \*/\n  (float|for) ", text) and str(EXAMPLE) not in text
    assert text.index(f"void {model.name}_init(") < text.index(f"void {model.name}_step(")


@models
def test_needs_libm_only(model: Model) -> None:
    library = c_source((EXAMPLE / f"{model.name}.mlir").read_text())
    done = subprocess.run(["nm", "-D", "-u", "--format=just-symbols", str(library.path)], capture_output=True,
                          text=True, check=True)
    symbols = {name.split("@")[0] for name in done.stdout.split()}
    # What gcc links to every shared library.
    assert symbols <= LIBM | MEMORY | {"__cxa_finalize", "__gmon_start__", "_ITM_deregisterTMCloneTable",
                                       "_ITM_registerTMCloneTable"}


def test_the_page_quotes_it() -> None:
    """docs/c-source.md shows what is printed now."""
    quoted = re.findall(r"^From `hidden_predict`:\n\n```c\n(.*?)```", (harness.ROOT / "docs" / "c-source.md").read_text(),
                        re.DOTALL | re.MULTILINE)
    text = harness.run_tool("catgrad-compile", EXAMPLE / "hidden.mlir", "-o", "-", "--emit=c")
    assert len(quoted) == 1 and quoted[0] in text


def test_header_fits(tmp_path: Path) -> None:
    """The header declares what the file defines: one file that includes both compiles."""
    source = EXAMPLE / "hidden.mlir"
    harness.run_tool("catgrad-compile", source, "-o", tmp_path / "hidden.c", "--emit-header", tmp_path / "hidden.h")
    both = tmp_path / "both.c"
    both.write_text('#include "hidden.h"\n#include "hidden.c"\n')
    subprocess.run(["gcc", *C_FLAGS, "-Wmissing-prototypes", "-c", str(both), "-o", str(tmp_path / "both.o")],
                   check=True)


def test_a_wrong_step_would_be_noticed() -> None:
    """What these tests compare can differ: another rate is another model."""
    text = (EXAMPLE / "linear.mlir").read_text()
    other = re.sub(r"rate = [^,>]+", "rate = 1.1e-3", text)
    x, label = data(np.float32)
    start = native(text)["linear_init"](np.int64(7))
    (got,), (want,) = c_source(other)["linear_step"](*start, x, label), native(text)["linear_step"](*start, x, label)
    assert np.linalg.norm(got - want) > 1e-4 * np.linalg.norm(want)
