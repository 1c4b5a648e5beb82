# ===- __init__.py - the peers of the benchmarks --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Ways to run the iris training step, one module each.

A peer is a module of this package with

``NAME``
    what the table calls it;
``NEEDS``
    what must be there for it to run, in words;
``available() -> bool``
    whether that is there;
``version() -> str``
    of what is measured;
``make(model, x, label, parameters) -> tuple[step, current]``
    for the model ``linear``, ``simple``, ``dense`` or ``hidden``, float32 arrays
    x (150, 4) and label (150, 3), and a list of float32 initial parameters,
    which it may overwrite. ``step()`` does one training step and returns when
    it is finished; ``current()`` gives the parameters as numpy arrays.

A new peer is a new file here, or in `python`, for what only benchmarks/python.py
measures: the benchmarks find it by themselves.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


class Unavailable(Exception):
    """Raised by `make` where only the attempt shows that a peer cannot run; says why."""


class Elsewhere:
    """A step in another process, which measures by itself: no message is in its time."""

    def __call__(self) -> None:
        """Does one step."""
        self.time(1)

    def time(self, count: int) -> float:
        """Returns the seconds per step of that many steps in a row."""
        raise NotImplementedError


def load(package: str = __name__, first: str = "native") -> list[ModuleType]:
    """Returns the peers of a package, one of them first."""
    path = importlib.import_module(package).__path__
    names = sorted(m.name for m in pkgutil.iter_modules(path) if not m.ispkg)
    names.sort(key=lambda name: name != first)
    return [importlib.import_module(f"{package}.{name}") for name in names]
