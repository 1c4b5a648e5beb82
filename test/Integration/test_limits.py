# ===- test_limits.py - errors instead of hangs and crashes -----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Short texts that ask for too much: deep nesting, long chains, exponential growth.

Each has to end within ten seconds, with an error at a place in the source or, where
it is within the limits, without one; never by a crash."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable

import pytest

import harness

SECONDS = 120


def attribute(text: str) -> str:
    return "module attributes {a.b = " + text + "} {}"


def function(name: str, body: str, private: bool = False) -> str:
    """A function of a tensor %x whose body defines the tensor %r."""
    return (f"func.func {'private ' * private}@{name}(%x: tensor<4xf32>) -> tensor<4xf32> {{\n{body}\n"
            "  return %r : tensor<4xf32>\n}\n")


def calls(depth: int, times: int) -> str:
    """@f0 calls @f1 so many times, which calls @f2, ... The first is public."""
    text = ""
    for i in range(depth):
        body = "  %v0 = catgrad.negate %x : tensor<4xf32>\n"
        for j in range(times):
            body += f"  %v{j + 1} = call @f{i + 1}(%v{j}) : (tensor<4xf32>) -> tensor<4xf32>\n"
        text += function(f"f{i}", body + f"  %r = catgrad.negate %v{times} : tensor<4xf32>", i > 0)
    return text + function(f"f{depth}", "  %r = catgrad.multiply %x, %x : tensor<4xf32>", depth > 0)


def parameters(depth: int) -> str:
    """Each function calls the one before twice, so that parameters double."""
    text = function("f0", '  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4xf32>\n'
                          "  %r = catgrad.multiply %x, %w : tensor<4xf32>")
    for i in range(1, depth):
        text += function(f"f{i}", "\n".join(
            f'  %{result} = call @f{i - 1}(%{operand}) {{catgrad.scope = "{operand}"}}'
            " : (tensor<4xf32>) -> tensor<4xf32>" for result, operand in ("yx", "ry")))
    return text


def derivatives(depth: int) -> str:
    text = function("f", "  %r = catgrad.sigmoid %x : tensor<4xf32>") + "catgrad.derive @g0 of(@f)\n"
    return text + "".join(f"catgrad.derive @g{i} of(@g{i - 1})\n" for i in range(1, depth))


def regions(depth: int) -> str:
    return ("func.func @f() {\n" + "scf.execute_region {\n" * depth + "scf.yield\n}\n" * depth + "return\n}\n")


def loop(turns: int) -> str:
    """A function with a loop, and its derivative, which stacks a value of each turn."""
    return function("f", f"""  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant {turns} : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<4xf32> {{
    %s = math.sin %a : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }}""") + "catgrad.derive @g of(@f)\n"


# Name, text, a regular expression for the error at most.
TOO_MUCH: dict[str, tuple[Callable[[], str], str]] = {
    "attribute": (lambda: attribute("[" * 100_000 + "]" * 100_000), r":1:\d+: error: expected brackets nested"),
    "unclosed": (lambda: "{(<[" * 100_000, r":1:\d+: error: expected brackets nested at most 256 deep"),
    "type": (lambda: attribute("tuple<" * 100_000 + "i1" + ">" * 100_000), r":1:\d+: error: expected brackets nested"),
    "dense": (lambda: attribute("dense<" + "[" * 20_000 + "1" + "]" * 20_000 + "> : tensor<1xi8>"),
              "error: expected brackets nested"),
    "location": (lambda: "module {} loc(" + 'callsite("a" at ' * 20_000 + '"a"' + ")" * 20_001,
                 "error: expected brackets nested"),
    "region": (lambda: regions(20_000), r":\d+:\d+: error: expected brackets nested"),
    "sum": (lambda: attribute("affine_map<(d0) -> (d0" + " + d0" * 100_000 + ")>"),
            "error: expected an expression of at most 1000 operators"),
    "signs": (lambda: attribute("affine_map<(d0) -> (" + "- " * 100_000 + "d0)>"), "expected an expression of"),
    "brackets_in_sum": (lambda: attribute("affine_map<(d0) -> (d0" + " + (d0)" * 100_000 + ")>"),
                        "expected an expression of"),
    "divisions": (lambda: attribute("affine_map<(d0) -> (d0" + " mod 7 floordiv 3" * 10_000 + ")>"),
                  "expected an expression of"),
    "rank": (lambda: attribute("tensor<" + "1x" * 100_000 + "f32>"), "expected a name, number or shape of at most"),
    "number": (lambda: attribute("1" * 1_000_000), "expected a name, number or shape of at most 4096 characters"),
    "calls": (lambda: calls(20_000, 1) + "catgrad.derive @d of(@f0)\n", "error: expected calls nested at most 1000 deep"),
    "calls_twice": (lambda: calls(3_000, 2), "error: expected calls nested at most 1000 deep"),
    "parameters": (lambda: parameters(64), r":\d+:\d+: error: expected at most 10000 parameters in a function"),
    "derivatives": (lambda: derivatives(64), r":\d+:1: error: expected derivatives of at most 1000000 operations"),
    "turns": (lambda: loop(2**40), r":5:\d+: error: expected a tensor of at most 2\^40 bytes but got"),
    "tensor": (lambda: attribute("1").replace("{}", "{" + function(
        "f", "  %0 = tensor.empty() : tensor<4x4611686018427387904xf32>\n  %r = catgrad.negate %x : tensor<4xf32>") + "}"),
        r":2:\d+: error: expected a tensor of at most 2\^40 bytes but got"),
    "recursion": (lambda: function("f", "  %r = call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>"),
                  r"expected no recursion but this function calls itself"),
}


def run(tool: str, text: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(harness.BUILD / "bin" / tool), "-", *flags], input=text, capture_output=True,
                          text=True, timeout=SECONDS, check=False)


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_an_error(name: str) -> None:
    make, message = TOO_MUCH[name]
    done = run("catgrad-compile", make(), "-o", os.devnull, "--emit=bufferized")
    assert done.returncode == 1, f"exit status {done.returncode}: {done.stderr[-2000:]}"
    assert re.search(message, done.stderr), done.stderr[-2000:]


@pytest.mark.parametrize("name", ["attribute", "unclosed", "type", "dense", "location", "region", "sum", "signs",
                                  "divisions", "rank", "number"])
def test_the_parser_of_catgrad_opt(name: str) -> None:
    make, message = TOO_MUCH[name]
    done = run("catgrad-opt", make())
    assert done.returncode == 1, f"exit status {done.returncode}: {done.stderr[-2000:]}"
    assert re.search(message, done.stderr), done.stderr[-2000:]


@pytest.mark.parametrize("text", [
    attribute("[" * 255 + "]" * 255), attribute("tuple<" * 255 + "i1" + ">" * 255), regions(254),
    attribute("affine_map<(d0) -> (d0" + " mod 7" * 1000 + ")>"), attribute("tensor<" + "1x" * 2000 + "f32>"),
], ids=["attribute", "type", "region", "divisions", "rank"])
def test_as_much_as_allowed(text: str) -> None:
    done = run("catgrad-opt", text, "--canonicalize", "--cse", "-o", os.devnull)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("text", [calls(990, 1), calls(990, 2), parameters(13), loop(2**30), function(
    "f", "  %0 = catgrad.sigmoid %x : tensor<4xf32>\n" + "".join(
        f"  %{i + 1} = catgrad.sigmoid %{i} : tensor<4xf32>\n" for i in range(5_000)) +
    "  %r = catgrad.negate %5000 : tensor<4xf32>")], ids=["calls", "calls_twice", "parameters", "turns", "chain"])
def test_as_much_as_allowed_is_compiled(text: str) -> None:
    done = run("catgrad-compile", text, "-o", os.devnull, "--emit=bufferized")
    assert done.returncode == 0, done.stderr[-2000:]
