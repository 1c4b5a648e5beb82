# ===- test_package.py - the layout of the wheel --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The package works from the folder that a wheel makes of it; `make wheel` builds a real one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np

import catgrad

ROOT = Path(__file__).resolve().parents[2]


def test_the_layout_of_the_wheel_trains_on_numpy_alone(tmp_path: Path) -> None:
    """Python files, the module and the compiler's library: no source tree, no build folder, no other package."""
    excluded = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["scikit-build"]["wheel"]["exclude"]
    package = tmp_path / "site" / "catgrad"
    shutil.copytree(ROOT / "python" / "catgrad", package,
                    ignore=shutil.ignore_patterns("__pycache__", *(Path(pattern).name for pattern in excluded)))
    assert {path.suffix for path in package.rglob("*.*")} == {".py", ".typed"}
    module = Path(catgrad.compiled.required().__file__)
    shutil.copy(module, package / module.name)
    (package / "_lib").mkdir()
    (package / "_lib" / "libCatgrad.so").symlink_to(Path(catgrad._compiler.library()._name).resolve())
    (tmp_path / "site" / "numpy").symlink_to(Path(np.__file__).parent)
    for libraries in Path(np.__file__).parents[1].glob("numpy.libs"):
        (tmp_path / "site" / "numpy.libs").symlink_to(libraries)
    script = ROOT / "test" / "python" / "train_installed.py"
    done = subprocess.run(
        [sys.executable, "-S", script], env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(package) in done.stdout and done.stdout.endswith("modules: catgrad, iris, numpy\n"), done.stdout
