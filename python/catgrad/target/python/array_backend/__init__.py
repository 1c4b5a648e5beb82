# ===- __init__.py - arrays to run on ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Array backends: what the classes of `catgrad-translate --catgrad-to-python` run on.

A backend has one method for each operation of the dialect, with the operation's name
and its attributes as keywords. ``shape`` and ``dtype`` of a result are given where
operands and attributes do not tell them; left out, they are those of the first operand.
"""

from __future__ import annotations

from typing import Any

from .numpy import Numpy

__all__ = ["Jax", "Numpy", "Torch"]


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
    if name == "Torch":
        from .torch import Torch
        return Torch
    if name == "Jax":
        from .jax import Jax
        return Jax
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
