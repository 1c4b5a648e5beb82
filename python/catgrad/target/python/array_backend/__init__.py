# ===- __init__.py - arrays to run on ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Array backends: what the classes of `catgrad-translate --catgrad-to-python` run on.

A backend has one method for each operation of the dialect, with the operation's name
and its attributes as keywords. ``shape`` and ``dtype`` of a result are given where
operands and attributes do not tell them; left out, they are those of the first operand.
"""

from __future__ import annotations

import importlib
from typing import Any

from ....errors import CatgradError
from .numpy import Numpy

__all__ = ["Jax", "Numpy", "Tinygrad", "Torch"]

# Modules that are imported when they are asked for: each needs a package of the same name.
LAZY = {"Jax": "jax", "Tinygrad": "tinygrad", "Torch": "torch"}


def by_name(name: str) -> Any:
    """The backend class `Numpy` for "numpy", and so on.

    Raises CatgradError for a name that is none, and for a package that is not installed.
    """
    known = {cls.lower(): cls for cls in __all__}
    if name not in known:
        raise CatgradError(f"expected one of the array backends {', '.join(sorted(known))} but got '{name}'")
    return Numpy if name == "numpy" else __getattr__(known[name])


def instance(backend: Any) -> Any:
    """The object to run on, for a backend or the class of one.

    The class `Numpy` stands for numpy with its own promotion of types, as in Python
    catgrad; an object `Numpy()` is the exact meaning of the program. Raises TypeError for
    what is no backend.
    """
    if backend is Numpy:
        from .promoting import Promoting
        return Promoting()
    made = backend() if isinstance(backend, type) else backend
    if not hasattr(made, "constant"):
        raise TypeError(f"expected an array backend such as Numpy but got {backend!r}")
    return made


def __getattr__(name: str) -> Any:
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f".{LAZY[name]}", __name__)
    except ModuleNotFoundError as error:
        if error.name != LAZY[name]:
            raise
        raise CatgradError(f"the array backend {name} needs the package {LAZY[name]}, which is not installed",
                           hint=f"pip install 'catgrad-mlir[{LAZY[name]}]', or pip install {LAZY[name]}") from error
    return getattr(module, name)
