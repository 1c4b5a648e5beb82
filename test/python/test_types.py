# ===- test_types.py - the type hints -----------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The package's own hints, and what a type checker sees of a program that uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import catgrad as cg

w: cg.Parameter = cg.Parameter((4, 3))

@cg.function
def model(x: cg.Tensor) -> cg.Tensor:
    y: cg.Tensor = cg.sigmoid(x @ w)
    return 2.0 * y - x.mean(1, True)

learner: cg.Learner = cg.learner(model, cg.f32[8, 4], optimiser=cg.optimisers.adam(), loss=cg.losses.mse)
loss: float = float(learner.loss(*learner.init(0))[0])
"""


def check(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", folder / "cache", *arguments], cwd=ROOT,
                          capture_output=True, text=True, timeout=300, env={**os.environ, "MYPYPATH": str(ROOT / "python")})


def test_hints_are_consistent(tmp_path: Path) -> None:
    package = check(tmp_path)  # what pyproject.toml lists
    assert package.returncode == 0, package.stdout
    (tmp_path / "good.py").write_text(PROGRAM)
    good = check(tmp_path, "--strict", "--follow-imports", "silent", tmp_path / "good.py")
    assert good.returncode == 0, good.stdout
    (tmp_path / "bad.py").write_text(PROGRAM.replace("float = float(learner.loss(*learner.init(0))[0])",
                                                     "str = learner.init('seed')"))
    bad = check(tmp_path, "--follow-imports", "silent", tmp_path / "bad.py")
    assert bad.returncode == 1 and "arg-type" in bad.stdout and "assignment" in bad.stdout
