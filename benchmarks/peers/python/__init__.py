# ===- __init__.py - peers of python.py alone -------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Ways to call a training step from Python; `peers` says what a peer is."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# The package of the source tree, with the compiler of its build folder.
sys.path.insert(0, str(ROOT / "python"))
