# ===- compiled.py - the compiled part of the package ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The module `_call`: calls of native functions, and arrays of devices."""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import os
from pathlib import Path
from typing import Any

from .errors import CatgradError


@functools.cache
def module() -> Any:
    """The module, of the wheel or of the build folder; None if it was not built for this
    Python, or CATGRAD_CALLS=ctypes asks for none."""
    if os.environ.get("CATGRAD_CALLS") == "ctypes":
        return None
    package = Path(__file__).resolve().parent
    build = Path(os.environ.get("CATGRAD_BUILD_DIR", package.parents[1] / "build"))
    for folder in (package, build / "python" / "catgrad"):
        for path in (folder / f"_call{suffix}" for suffix in importlib.machinery.EXTENSION_SUFFIXES):
            if not path.exists():
                continue
            name = "catgrad._call"
            spec = importlib.util.spec_from_file_location(
                name, path, loader=importlib.machinery.ExtensionFileLoader(name, str(path)))
            assert spec is not None and spec.loader is not None
            found = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(found)
            return found
    return None


def required() -> Any:
    """The module. Raises CatgradError when there is none."""
    if module() is None:
        raise CatgradError("arrays of a device need the package's compiled module, which was not built for this Python",
                           hint="build it with Python's headers and nanobind there, and without CATGRAD_CALLS=ctypes")
    return module()
