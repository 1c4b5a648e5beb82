# ===- conftest.py - what the package's tests share ----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The package of the source tree, with the compiler of the build folder."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

# What tinygrad compiles with where Debian's clang has its version in the name; its cache stays out of the home folder.
if not shutil.which("clang") and shutil.which("clang-22"):
    os.environ.setdefault("CC", "clang-22")
os.environ.setdefault("CACHELEVEL", "0")
