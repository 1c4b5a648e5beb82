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

A new peer is a new file here: the benchmarks find it by themselves.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def load() -> list[ModuleType]:
    """Returns all peers, the compiler's own first."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    names.sort(key=lambda name: name != "native")
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
