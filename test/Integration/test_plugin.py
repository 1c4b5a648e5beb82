# ===- test_plugin.py - stock tools and our plugin, executed ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""A network of upstream operations, with a loop in it, differentiated in stock mlir-opt
by the plugin, lowered by MLIR's own passes, run by mlir-runner, and held against numpy."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from harness import BUILD

Array = np.ndarray

PLUGIN = BUILD / "lib" / "CatgradPlugin.so"
STEPS = 3

# h := tanh(h w + b), three times; then y = h v.
NETWORK = f"""
#row = affine_map<(d0, d1) -> (d1)>
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func @f(%x: tensor<2x4xf64>, %w: tensor<4x4xf64>, %b: tensor<4xf64>, %v: tensor<4x3xf64>)
    -> tensor<2x3xf64> {{
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant {STEPS} : index
  %h = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (tensor<2x4xf64>) {{
    %e = tensor.empty() : tensor<2x4xf64>
    %z = linalg.fill ins(%zero : f64) outs(%e : tensor<2x4xf64>) -> tensor<2x4xf64>
    %p = linalg.matmul ins(%a, %w : tensor<2x4xf64>, tensor<4x4xf64>)
        outs(%z : tensor<2x4xf64>) -> tensor<2x4xf64>
    %t = linalg.generic {{indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}}
        ins(%p, %b : tensor<2x4xf64>, tensor<4xf64>) outs(%e : tensor<2x4xf64>) {{
    ^bb0(%s: f64, %c: f64, %o: f64):
      %0 = arith.addf %s, %c : f64
      %1 = math.tanh %0 : f64
      linalg.yield %1 : f64
    }} -> tensor<2x4xf64>
    scf.yield %t : tensor<2x4xf64>
  }}
  %e = tensor.empty() : tensor<2x3xf64>
  %z = linalg.fill ins(%zero : f64) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  %y = linalg.matmul ins(%h, %v : tensor<2x4xf64>, tensor<4x3xf64>)
      outs(%z : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}}
catgrad.derive @f_rev of(@f)
"""

LOWER = """builtin.module(
    convert-elementwise-to-linalg,canonicalize,cse,
    one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops},
    func.func(convert-linalg-to-loops),convert-scf-to-cf,expand-strided-metadata,lower-affine,
    convert-math-to-llvm,convert-math-to-libm,finalize-memref-to-llvm,
    convert-arith-to-llvm,convert-index-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,
    reconcile-unrealized-casts)"""


def reverse(x: Array, w: Array, b: Array, v: Array, dy: Array) -> list[Array]:
    """The reverse derivative by hand."""
    hs = [x]
    for _ in range(STEPS):
        hs.append(np.tanh(hs[-1] @ w + b))
    dv, dh = hs[-1].T @ dy, dy @ v.T
    dw, db = np.zeros_like(w), np.zeros_like(b)
    for before, after in reversed(list(zip(hs, hs[1:]))):
        ds = dh * (1 - after ** 2)
        dw += before.T @ ds
        db += ds.sum(0)
        dh = ds @ w.T
    return [dh, dw, db, dv]


def type_of(a: Array) -> str:
    return f"tensor<{'x'.join(map(str, a.shape))}xf64>"


def caller(arguments: list[Array], results: list[Array]) -> str:
    """A module's @main that calls @f_rev on these arguments and prints what it gives."""
    lines = ["func.func private @printMemrefF64(tensor<*xf64>)", "func.func @main() {"]
    for i, a in enumerate(arguments):
        lines.append(f"  %a{i} = arith.constant dense<{a.tolist()}> : {type_of(a)}")
    operands = ", ".join(f"%a{i}" for i in range(len(arguments)))
    types = ", ".join(map(type_of, arguments)), ", ".join(map(type_of, results))
    lines.append(f"  %r:{len(results)} = call @f_rev({operands}) : ({types[0]}) -> ({types[1]})")
    for i, a in enumerate(results):
        lines += [f"  %u{i} = tensor.cast %r#{i} : {type_of(a)} to tensor<*xf64>",
                  f"  call @printMemrefF64(%u{i}) : (tensor<*xf64>) -> ()"]
    return "\n".join([*lines, "  return", "}"])


def llvm() -> Path:
    """The prefix of the LLVM that this build uses."""
    mlir = re.search(r"^MLIR_DIR:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    assert mlir
    return Path(mlir[1]).parents[2]


def tool(name: str, text: str, *flags: str | Path) -> str:
    """The output of a stock tool."""
    done = subprocess.run([llvm() / "bin" / name, *flags], input=text, capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("residuals", ["rule", "inputs"])
def test_upstream_network_with_stock_tools(residuals: str) -> None:
    """All four cotangents of the network, by plugin and mlir-runner, agree with numpy."""
    generator = np.random.default_rng(5)
    arguments = [generator.normal(size=shape) for shape in ((2, 4), (4, 4), (4,), (4, 3), (2, 3))]
    expected = reverse(*arguments)

    derived = tool("mlir-opt", NETWORK, f"--load-dialect-plugin={PLUGIN}",
                   f"--pass-pipeline=builtin.module(catgrad-derive{{residuals={residuals}}})")
    assert not re.search(r"\bcatgrad\.\w+ ?[%(]", derived), "the result is not of upstream dialects"
    # A call needs a function, and there was none before: main joins now.
    body = re.sub(r"^module \{$|^\}$", "", derived, flags=re.MULTILINE)
    printed = tool("mlir-runner", tool("mlir-opt", body + caller(arguments, expected), f"--pass-pipeline={LOWER}"),
                   "-e", "main", "--entry-point-result=void", *(
                       f"--shared-libs={llvm() / 'lib' / name}"
                       for name in ("libmlir_runner_utils.so", "libmlir_c_runner_utils.so")))
    found = [np.array([float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)])
             for text in re.findall(r"data =\s*\n([^U]*)", printed)]
    assert len(found) == len(expected)
    for got, want in zip(found, expected):
        # The runner prints six digits.
        np.testing.assert_allclose(got, want.ravel(), rtol=2e-5, atol=2e-6)
