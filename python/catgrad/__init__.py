# ===- __init__.py - catgrad for Python ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""catgrad: reverse derivatives ahead of time.

    import catgrad
    library = catgrad.compile_text(text)      # MLIR to native code
    p = library.iris.init(seed=0)
    p = library.iris.step(*p, x, label)
"""

from __future__ import annotations

import importlib
from typing import Any

from .driver import compile_text, emit_text
from .errors import ArgumentError, CatgradError, Diagnostic
from .native import Library, load

__version__ = "0.1.0"

__all__ = ["ArgumentError", "CatgradError", "Diagnostic", "Library", "compile_text", "emit_text", "load"]
