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

GOOD = """func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
"""


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


# Modules with one error each, at the line whose comment says what the message has to
# say (a regular expression).
BAD_TEXT = """
// ===== syntax
func.func @f(%x tensor<3xf32>)  // error: expected
// ===== unknown_operation
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.convolve %x : tensor<3xf32>  // error: convolve
  return %0 : tensor<3xf32>
}
// ===== unknown_dialect
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = "other.op"(%x) : (tensor<3xf32>) -> tensor<3xf32>  // error: other
  return %0 : tensor<3xf32>
}
// ===== undefined_value
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.negate %z : tensor<3xf32>  // error: undeclared SSA value
  return %0 : tensor<3xf32>
}
// ===== element_types
func.func @f(%x: tensor<3xf32>, %y: tensor<3xf64>) -> tensor<3xf32> {
  %0 = catgrad.add %x, %y : tensor<3xf32>  // error: different type
  return %0 : tensor<3xf32>
}
// ===== shapes
func.func @f(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<3xi1> {
  %0 = catgrad.compare %x, %y {predicate = #catgrad.predicate<gt>}  // error: same (type|shape)
      : (tensor<3xf32>, tensor<4xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}
// ===== matmul
func.func @f(%x: tensor<2x3xf32>, %y: tensor<4x5xf32>) -> tensor<2x5xf32> {
  %0 = catgrad.matmul %x, %y  // error: last axis of lhs to equal
      : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
// ===== matmul_result
func.func @f(%x: tensor<2x3xf32>, %y: tensor<3x5xf32>) -> tensor<2x4xf32> {
  %0 = catgrad.matmul %x, %y  // error: tensor<2x5xf32>
      : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
// ===== predicate
func.func @f(%x: tensor<3xf32>) -> tensor<3xi1> {
  %0 = catgrad.compare %x, %x {predicate = #catgrad.predicate<gtt>}  // error: eq, ne, lt, le, gt, ge
      : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}
// ===== permutation
func.func @f(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %0 = catgrad.transpose %x {permutation = array<i64: 0, 0>}  // error: permutation
      : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
// ===== sigmoid_of_integers
func.func @f(%x: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.sigmoid %x : tensor<3xi32>  // error: f16, bf16, f32 or f64 but got
  return %0 : tensor<3xi32>
}
// ===== dynamic_operation
func.func @f(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = catgrad.negate %x : tensor<?x3xf32>  // error: dynamic shapes
  return %0 : tensor<?x3xf32>
}
// ===== dynamic_signature
func.func @f(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {  // error: dynamic shapes
  return %x : tensor<?x3xf32>
}
// ===== unranked
func.func @f(%x: tensor<*xf32>) -> tensor<*xf32> {  // error: tensor<.xf32>
  return %x : tensor<*xf32>
}
// ===== scalar_argument
func.func @f(%x: f32) -> f32 {  // error: tensor
  return %x : f32
}
// ===== element_type
func.func @f(%x: tensor<3xi7>) -> tensor<3xi7> {  // error: element type
  return %x : tensor<3xi7>
}
// ===== byte_overflow
func.func @f(%x: tensor<4294967296x4294967296xf32>) -> tensor<4294967296x4294967296xf32> {  // error: size|byte
  return %x : tensor<4294967296x4294967296xf32>
}
// ===== byte_overflow_in_operation
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0, 1>}  // error: size|byte
      : (tensor<f32>) -> tensor<4294967296x4294967296xf32>
  return %x : tensor<f32>
}
// ===== recursive_call
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {  // error: recurs
  %0 = func.call @f(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// ===== recursive_derive
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = func.call @f(%x) : (tensor<3xf32>) -> tensor<3xf32>  // error: recurs
  return %0 : tensor<3xf32>
}
catgrad.derive @g of(@f)
// ===== call_of_nothing
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = func.call @g(%x) : (tensor<3xf32>) -> tensor<3xf32>  // error: g
  return %0 : tensor<3xf32>
}
// ===== derive_of_nothing
catgrad.derive @g of(@f)  // error: there is no symbol @f
// ===== derive_cycle
catgrad.derive @g of(@f)  // error: cycl|itself|recurs
catgrad.derive @f of(@g)
// ===== no_derivative
func.func @f(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = math.copysign %x, %x : tensor<3xf32>  // error: 'math.copysign' has no reverse derivative
  %1 = catgrad.multiply %0, %y : tensor<3xf32>
  return %1 : tensor<3xf32>
}
catgrad.derive @g of(@f)
// ===== external
func.func private @e(tensor<3xf32>) -> tensor<3xf32>  // error: body|external|declar
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = func.call @e(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// ===== wrt
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
catgrad.derive @g of(@f) wrt([1])  // error: 'wrt' to list inputs
// ===== learner_of_nothing
catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)  // error: no symbol @f
// ===== learner_optimiser
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
catgrad.learner @n model(@f) optimiser(#catgrad.zeros) loss(#catgrad.mse)  // error: 'optimiser' to be an optimiser
// ===== learner_name_taken
func.func @n_step(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
catgrad.learner @n model(@n_step) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)  // error: @n_step to
// ===== sgd_of_integers
func.func @f() -> tensor<3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xi32>
  %0 = catgrad.cast %w : (tensor<3xi32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)  // error: for #catgrad.sgd but got
// ===== parameter_of_two_types
func.func @f() -> tensor<3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>
  %v = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4xf32>  // error: 'tensor<3xf32>' but got
  return %w : tensor<3xf32>
}
catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
// ===== rate_not_finite
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
catgrad.learner @n model(@f) optimiser(#catgrad.sgd<rate = 0x7FF0000000000000>) loss(#catgrad.mse)  // error: finite
"""

BAD_MODULES = dict(re.findall(r"^// ===== (\w+)\n(.*?)(?=^// =====|\Z)", BAD_TEXT, re.MULTILINE | re.DOTALL))
FOREIGN = BAD_MODULES["no_derivative"]


def expectation(text: str) -> tuple[int, str]:
    """The line that is marked, and what the message has to say."""
    (found,) = re.finditer(r"// error: (.*)", text)
    return text.count("\n", 0, found.start()) + 1, found.group(1)


@pytest.mark.parametrize("name", BAD_MODULES)
def test_bad_module(name: str, tmp_path: Path) -> None:
    """A located message, and no file, for every kind of output."""
    text = BAD_MODULES[name]
    line, message = expectation(text)
    source = tmp_path / "bad.mlir"
    source.write_text(text)
    for outputs in (["-o", "out.so"], ["-o", "out.o", "--emit-header", "out.h", "--emit-manifest", "out.json"]):
        done = run("bad.mlir", *outputs, cwd=tmp_path)
        fails(done, message)
        assert re.search(rf"^bad\.mlir:{line}:\d+: error: ", done.stderr, re.MULTILINE), done.stderr
        assert os.listdir(tmp_path) == ["bad.mlir"]


def test_operation_without_derivative_off_the_path(tmp_path: Path) -> None:
    """Of the input that does not pass through it, the derivative exists."""
    (tmp_path / "f.mlir").write_text(FOREIGN.replace("of(@f)", "of(@f) wrt([1])"))
    done = run("f.mlir", "-o", "g.mlir", cwd=tmp_path)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "@g" in (tmp_path / "g.mlir").read_text()


def test_message_names_the_path(tmp_path: Path) -> None:
    """The error is at the operation, and notes say from where to where it stands in the way."""
    (tmp_path / "f.mlir").write_text(FOREIGN)
    done = run("f.mlir", "-o", "f.so", cwd=tmp_path)
    fails(done, r"f\.mlir:2:\d+: error: 'math\.copysign' has no reverse derivative")
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
    (folder / "bad.mlir").write_text(BAD_MODULES["matmul"])
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
