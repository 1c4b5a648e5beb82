# ===- test_errors.py - bad input and bad options ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What the compiler does when it cannot compile: a message with its place in the
source, exit status 1, no output file, never a crash."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import harness

T = "tensor<3xf32>"
GOOD = f"func.func @f(%x: {T}) -> {T} {{\n  return %x : {T}\n}}\n"


def run(*arguments: str | Path, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(harness.BUILD / "bin" / "catgrad-compile"), *map(str, arguments)], input=stdin,
                          capture_output=True, text=True, timeout=harness.TIMEOUT, check=False, cwd=cwd)


def fails(done: subprocess.CompletedProcess[str], message: str) -> None:
    """Exit status 1, nothing on stdout, the message on stderr and no trace of a crash."""
    assert done.returncode == 1, f"exit status {done.returncode}\n{done.stderr}"
    assert done.stdout == ""
    assert re.search(message, done.stderr), f"expected /{message}/ in:\n{done.stderr}"
    for trace in ("Stack dump", "PLEASE submit", "Assertion", "UNREACHABLE", "LLVM ERROR", "terminate called"):
        assert trace not in done.stderr, done.stderr


def function(arguments: str, body: str, results: str, returned: str) -> str:
    """A function whose body begins in line 2."""
    return f"func.func @f({arguments}) -> ({results}) {{\n{body}\n  return {returned} : {results}\n}}\n"


DYNAMIC = "tensor<?x3xf32>"
HUGE = "tensor<4294967296x4294967296xf32>"
FOREIGN = function(f"%x: {T}, %y: {T}", f"  %0 = math.exp %x : {T}\n  %1 = catgrad.multiply %0, %y : {T}", T, "%1")

# Name: the module, the line of the error, what the message says.
BAD_MODULES = {
    "syntax": ("func.func @f(", 1, "expected"),
    "unknown_operation": (function(f"%x: {T}", f"  %0 = catgrad.convolve %x : {T}", T, "%0"), 2, "convolve"),
    "unknown_dialect": (function(f"%x: {T}", f'  %0 = "other.op"(%x) : ({T}) -> {T}', T, "%0"), 2, "other"),
    "undefined_value": (function(f"%x: {T}", f"  %0 = catgrad.negate %z : {T}", T, "%0"), 2, "undeclared SSA value"),
    "element_types": (function(f"%x: {T}, %y: tensor<3xf64>", f"  %0 = catgrad.add %x, %y : {T}", T, "%0"), 2, "type"),
    "shapes": (function(f"%x: {T}, %y: tensor<4xf32>",
                        f"  %0 = catgrad.compare %x, %y {{predicate = #catgrad.predicate<gt>}} : ({T}, tensor<4xf32>) -> tensor<3xi1>",
                        "tensor<3xi1>", "%0"), 2, "type|shape"),
    "matmul": (function("%x: tensor<2x3xf32>, %y: tensor<4x5xf32>",
                        "  %0 = catgrad.matmul %x, %y : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>",
                        "tensor<2x5xf32>", "%0"), 2, "expected the last axis of lhs to equal"),
    "matmul_result": (function("%x: tensor<2x3xf32>, %y: tensor<3x5xf32>",
                               "  %0 = catgrad.matmul %x, %y : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x4xf32>",
                               "tensor<2x4xf32>", "%0"), 2, "tensor<2x5xf32>"),
    "predicate": (function(f"%x: {T}", f"  %0 = catgrad.compare %x, %x {{predicate = #catgrad.predicate<gtt>}} : ({T}, {T}) -> tensor<3xi1>",
                           "tensor<3xi1>", "%0"), 2, "predicate|gtt"),
    "permutation": (function("%x: tensor<2x3xf32>", "  %0 = catgrad.transpose %x {permutation = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x2xf32>",
                             "tensor<2x2xf32>", "%0"), 2, "permutation"),
    "sigmoid_of_integers": (function("%x: tensor<3xi32>", "  %0 = catgrad.sigmoid %x : tensor<3xi32>", "tensor<3xi32>", "%0"), 2, "f32 or f64"),
    "dynamic_operation": (function(f"%x: {DYNAMIC}", f"  %0 = catgrad.negate %x : {DYNAMIC}", DYNAMIC, "%0"), 2, "dynamic shapes"),
    "dynamic_signature": (function(f"%x: {DYNAMIC}", "", DYNAMIC, "%x"), 1, "dynamic shapes"),
    "unranked": (function("%x: tensor<*xf32>", "", "tensor<*xf32>", "%x"), 1, r"tensor<\*xf32>"),
    "scalar_argument": (function("%x: f32", "", "f32", "%x"), 1, "tensor"),
    "element_type": (function("%x: tensor<3xi7>", "", "tensor<3xi7>", "%x"), 1, "element type|i7"),
    "byte_overflow": (function(f"%x: {HUGE}", "", HUGE, "%x"), 1, "byte|size|overflow|large"),
    "byte_overflow_in_operation": (function("%x: tensor<f32>", f"  %0 = catgrad.broadcast %x {{dimensions = array<i64: 0, 1>}} : (tensor<f32>) -> {HUGE}\n"
                                            f"  %1 = catgrad.reduce_sum %0 {{dimensions = array<i64: 0, 1>}} : ({HUGE}) -> tensor<f32>",
                                            "tensor<f32>", "%1"), 2, "byte|size|overflow|large"),
    "recursive_call": (function(f"%x: {T}", f"  %0 = func.call @f(%x) : ({T}) -> {T}", T, "%0"), 1, "recurs"),
    "recursive_derive": (function(f"%x: {T}", f"  %0 = func.call @f(%x) : ({T}) -> {T}", T, "%0") + "catgrad.derive @g of(@f)", 2, "recurs"),
    "call_of_nothing": (function(f"%x: {T}", f"  %0 = func.call @g(%x) : ({T}) -> {T}", T, "%0"), 2, "g"),
    "derive_of_nothing": ("catgrad.derive @g of(@f)\n", 1, "there is no symbol @f"),
    "derive_cycle": ("catgrad.derive @g of(@f)\ncatgrad.derive @f of(@g)\n", 1, "cycl|itself|recurs"),
    "no_derivative": (FOREIGN + "catgrad.derive @g of(@f)\n", 2, "'math.exp' has no reverse derivative"),
    "external": (f"func.func private @e({T}) -> {T}\nfunc.func @f(%x: {T}) -> {T} {{\n  %0 = func.call @e(%x) : ({T}) -> {T}\n"
                 f"  return %0 : {T}\n}}\n", 1, "body|external|declar"),
    "wrt": (GOOD + "catgrad.derive @g of(@f) wrt([1])\n", 4, "'wrt' to list inputs"),
    "learner_of_nothing": ("catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)\n", 1, "no symbol @f"),
    "learner_optimiser": (GOOD + "catgrad.learner @n model(@f) optimiser(#catgrad.zeros) loss(#catgrad.mse)\n", 4, "optimiser"),
    "learner_name_taken": (GOOD + GOOD.replace("@f", "@n_step") + "catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)\n",
                           7, "expected the name @n_step to be free"),
    "integer_parameter_sgd": ('func.func @f() -> tensor<3xf32> {\n  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xi32>\n'
                              '  %0 = catgrad.cast %w : (tensor<3xi32>) -> tensor<3xf32>\n  return %0 : tensor<3xf32>\n}\n'
                              "catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)\n", 6, "#catgrad.sgd"),
    "parameter_twice": ('func.func @f() -> tensor<3xf32> {\n  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>\n'
                        '  %v = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4xf32>\n  return %w : tensor<3xf32>\n}\n'
                        "catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)\n", 3, "type 'tensor<3xf32>' but got 'tensor<4xf32>'"),
    "rate_not_finite": (GOOD + "catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 0x7FF0000000000000>) loss(#catgrad.mse)\n", 4, "finite|number|float"),
}


@pytest.mark.parametrize("name", BAD_MODULES)
def test_bad_module(name: str, tmp_path: Path) -> None:
    """A located message, and no file, for every kind of output."""
    text, line, message = BAD_MODULES[name]
    source = tmp_path / "bad.mlir"
    source.write_text(text)
    for outputs in (["-o", "out.so"], ["-o", "out.o", "--emit-header", "out.h", "--emit-manifest", "out.json"]):
        done = run("bad.mlir", *outputs, cwd=tmp_path)
        fails(done, message)
        assert re.search(rf"^bad\.mlir:{line}:\d+: error: ", done.stderr, re.MULTILINE), done.stderr
        assert os.listdir(tmp_path) == ["bad.mlir"]


def test_operation_without_derivative_off_the_path(tmp_path: Path) -> None:
    """Of the input that does not pass through it, the derivative exists."""
    (tmp_path / "f.mlir").write_text(FOREIGN + "catgrad.derive @g of(@f) wrt([1])\n")
    done = run("f.mlir", "-o", "g.mlir", cwd=tmp_path)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "@g" in (tmp_path / "g.mlir").read_text()


def test_message_names_the_path(tmp_path: Path) -> None:
    """The error is at the operation, and notes say from where to where it stands in the way."""
    (tmp_path / "f.mlir").write_text(FOREIGN + "catgrad.derive @g of(@f)\n")
    done = run("f.mlir", "-o", "f.so", cwd=tmp_path)
    fails(done, r"f\.mlir:2:\d+: error: 'math\.exp' has no reverse derivative")
    assert "note: " in done.stderr


# Options and files ----------------------------------------------------------

@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.mlir").write_text(GOOD)
    return tmp_path


@pytest.mark.parametrize("arguments, message", [
    ([], "expected an input file"),
    (["good.mlir"], "expected an output file"),
    (["missing.mlir", "-o", "out.so"], r"missing\.mlir.*[Nn]o such file"),
    ([".", "-o", "out.so"], "directory"),
    (["good.mlir", "-o", "missing/out.so"], "missing/out"),
    (["good.mlir", "-o", "out.so", "--emit-header", "missing/out.h"], "missing/out"),
    (["good.mlir", "-o", "out.so", "--emit-manifest", "missing/out.json"], "missing/out"),
    (["good.mlir", "-o", "/proc/out.so"], "/proc/out"),  # not even root may
    (["good.mlir", "-o", "good.mlir"], "is the input file"),
    (["good.mlir", "-o", "out.so", "--emit-header", "out.so"], "two outputs have the name"),
    (["good.mlir", "-o", "out.xyz"], "cannot tell from the name 'out.xyz'"),
    (["good.mlir", "-o", "out"], "cannot tell from the name 'out'"),
    (["good.mlir", "-o", "out.so", "--cpu=pentium9"], "pentium9.*--cpu=help|--cpu=help"),
    (["good.mlir", "-o", "out.so", "-O4"], "-O0 to -O3 but got -O4"),
    (["good.mlir", "-o", "out.so", "--emit=wasm"], "wasm"),
    (["good.mlir", "-o", "out.so", "--no-such-option"], "no-such-option"),
    (["good.mlir", "other.mlir", "-o", "out.so"], "positional"),
    (["good.mlir", "-o", "-", "--emit=so"], "needs a file name"),
], ids=lambda value: "_".join(value).replace("/", "-") if isinstance(value, list) else "")
def test_bad_command(folder: Path, arguments: list[str], message: str) -> None:
    done = run(*arguments, cwd=folder)
    fails(done, message)
    assert os.listdir(folder) == ["good.mlir"]
    assert (folder / "good.mlir").read_text() == GOOD


def test_output_is_a_folder(folder: Path) -> None:
    (folder / "out.so").mkdir()
    fails(run("good.mlir", "-o", "out.so", cwd=folder), "out.so")
    assert sorted(os.listdir(folder)) == ["good.mlir", "out.so"] and not os.listdir(folder / "out.so")


def test_an_error_leaves_old_files_alone(folder: Path) -> None:
    """A file of an earlier run stays as it was."""
    (folder / "out.so").write_text("old")
    (folder / "bad.mlir").write_text(BAD_MODULES["matmul"][0])
    fails(run("bad.mlir", "-o", "out.so", cwd=folder), "last axis")
    fails(run("good.mlir", "-o", "out.so", "--emit-header", "missing/h.h", cwd=folder), "missing")
    assert (folder / "out.so").read_text() == "old"
    assert sorted(os.listdir(folder)) == ["bad.mlir", "good.mlir", "out.so"]


@pytest.mark.parametrize("text", ["", "module {}", "// nothing\n", "\x00\x01\x02", "{" * 1000, "\ufffd" * 10])
def test_odd_input_does_not_crash(text: str, tmp_path: Path) -> None:
    """Success or a message."""
    done = run("-", "-o", "out.mlir", cwd=tmp_path, stdin=text)
    if done.returncode == 0:
        assert (tmp_path / "out.mlir").exists()
    else:
        fails(done, "error: ")
        assert os.listdir(tmp_path) == []


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "bad.mlir").write_bytes(bytes(range(256)) * 4)
    fails(run("bad.mlir", "-o", "out.so", cwd=tmp_path), "error: ")
    assert os.listdir(tmp_path) == ["bad.mlir"]


@pytest.mark.parametrize("name", ["int", "malloc", "memcpy", "main", "a.b"])
def test_names_that_c_does_not_allow(name: str, tmp_path: Path) -> None:
    """A function that would clash in C is refused rather than exported."""
    symbol = f'"{name}"' if "." in name else name
    (tmp_path / "f.mlir").write_text(GOOD.replace("@f", f"@{symbol}"))
    fails(run("f.mlir", "-o", "f.so", cwd=tmp_path), r"f\.mlir:1:\d+: error: ")
    assert os.listdir(tmp_path) == ["f.mlir"]
