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

# What needs more than numpy is imported when it is asked for.
LAZY = {name: module for module, names in {
    ".signature": ["Dtype", "NdArrayType", "obj"],
    ".compile": ["compile_model", "rdiff"],
}.items() for name in names}

__all__ = ["ArgumentError", "CatgradError", "Diagnostic", "Library", "compile_text", "emit_text", "layers", "load",
           *LAZY]


def __getattr__(name: str) -> Any:
    if name in LAZY:
        return getattr(importlib.import_module(LAZY[name], __name__), name)
    if name == "layers":
        return importlib.import_module(".layers", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
