# ===- __main__.py - what is installed -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`python -m catgrad` prints versions and targets."""

from __future__ import annotations

import platform
import sys

import numpy as np

from . import __version__, _compiler, compiled
from .errors import CatgradError


def main() -> int:
    print(f"catgrad   {__version__} (Python {platform.python_version()}, numpy {np.__version__})")
    try:
        print(f"compiler  {_compiler.version()}, LLVM {_compiler.llvm_version()}")
        print(f"          {_compiler.library()._name}")
    except CatgradError as error:
        print(f"compiler  none: {error}")
        return 1
    print(f"targets   cpu ({platform.machine()}), cuda, C and Python source")
    module = compiled.module()
    print("calls     " + (module.__file__ if module else "by ctypes: the compiled module was not built for this Python"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
