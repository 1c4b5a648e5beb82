# ===- __init__.py - arrows as Python ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python: classes over an array backend.

`array_backend` needs numpy alone; the rest comes with diagrams, when it is asked for.
"""

from __future__ import annotations

from typing import Any

__all__ = ["to_python_class", "to_python_class_ast", "to_python_function"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import codegen
        return getattr(codegen, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
