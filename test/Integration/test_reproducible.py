# ===- test_reproducible.py - the same input, the same bytes ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Objects, libraries, headers and manifests do not depend on addresses, paths or time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import harness
import random_programs
from arrows import derive, generator
from upstream_programs import program

RUNS = 5


def many_constants() -> str:
    """Functions that call each other, each with constants of several types."""
    text = ""
    for i in range(12):
        text += f"""
func.func {"private " if i % 3 else ""}@f{i}(%x: tensor<3xf32>) -> tensor<3xf32> {{
  %a = catgrad.constant dense<[{i}.0, 1.0, 2.0]> : tensor<3xf32>
  %b = catgrad.constant dense<[3.0, {i}.5, 2.0]> : tensor<3xf32>
  %0 = catgrad.multiply %x, %a : tensor<3xf32>
  %1 = catgrad.add %0, %b : tensor<3xf32>
"""
        text += "".join(f"  %c{j} = call @f{j}(%1) : (tensor<3xf32>) -> tensor<3xf32>\n" for j in range(max(0, i - 2), i))
        text += f"  return %{f'c{i - 1}' if i else 1} : tensor<3xf32>\n}}\n"
    return text


def upstream() -> str:
    return "".join(program(seed)[0] + derive(f"p{seed}_rev", f"p{seed}") for seed in range(5))


def learner() -> str:
    return random_programs.random_learner(generator("reproducible", 1, 1), "f32", "net")


@pytest.mark.parametrize("make", [many_constants, upstream, learner], ids=lambda make: make.__name__)
def test_same_bytes(make: Callable[[], str], tmp_path: Path) -> None:
    source = tmp_path / "m.mlir"
    source.write_text(make())
    seen: list[dict[str, bytes]] = []
    for run in range(RUNS):
        folder = tmp_path / ("x" * (run + 1))  # another path, and so other addresses
        folder.mkdir()
        for kind in ("c", "o", "so"):
            harness.run_tool("catgrad-compile", source, "-O0", "-o", folder / f"libm.{kind}", "--emit-header",
                             folder / "m.h", "--emit-manifest", folder / "m.json")
        seen.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        assert len(seen[-1]) == 5 and all(seen[-1].values())
    for run in seen[1:]:
        assert run == seen[0]
