# ===- reference.py - the readable meaning of a module ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Evaluate a module as the Python that `catgrad-translate --catgrad-to-python` prints,
on arrays of numpy.

This is the oracle for compiled code: short, slow, and independent of everything
below the dialect. What an operation means stands in one place, in
`python/catgrad/target/python/array_backend/numpy.py`. An operation that has no method
there is an error that names it.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable

import numpy as np

import harness
from mlir_text import DTYPES, is_float

sys.path.insert(0, str(harness.ROOT / "python"))
from catgrad.target.python.array_backend import Numpy  # noqa: E402


def translate(text: str, *flags: str) -> str:
    """The Python source of a module, after catgrad-opt with `flags` if there are any."""
    if flags:
        text = harness.opt(text, *flags)
    return harness.run_tool("catgrad-translate", "--catgrad-to-python", "-", text=text)


class Reference:
    """The functions of a module by symbol, learners and derivatives expanded.

    With `floats=np.float64` all floating-point arithmetic, whatever the type in the
    text says, is done in that type: an oracle that is more exact than compiled f32.
    """

    def __init__(self, text: str, *flags: str, floats: type[np.floating] | None = None) -> None:
        self.source = translate(text, *flags)
        self.floats = floats
        namespace: dict[str, type] = {}
        exec(compile(self.source, "<catgrad-to-python>", "exec"), namespace)
        self.methods: dict[str, Callable] = {}
        for value in namespace.values():
            if isinstance(value, type):
                prefix = f"{value.learner}_" if hasattr(value, "learner") else ""
                instance = value(Numpy(floats))
                self.methods |= {prefix + name: getattr(instance, name)
                                 for name in vars(value) if not name.startswith("_")
                                 and callable(getattr(instance, name))}

    def __getitem__(self, symbol: str) -> Callable[..., list[np.ndarray]]:
        if symbol not in self.methods:
            raise KeyError(f"no function '{symbol}' among: {', '.join(self.methods)}")
        return functools.partial(self.run, self.methods[symbol])

    def run(self, method: Callable, *arguments: np.ndarray) -> list[np.ndarray]:
        """The results, each an array of its own."""
        arrays = [np.asarray(argument) for argument in arguments]
        if self.floats is not None:
            arrays = [array.astype(self.floats) if is_float(array.dtype) else array for array in arrays]
        # Numpy warns of what is meant to happen: rings wrap, floats overflow.
        with np.errstate(all="ignore"):
            results = method(*arrays)
        arrays = [np.array(result) for result in (results if isinstance(results, tuple) else (results,))]
        self.check(method, arrays)
        return arrays

    def check(self, method: Callable, results: list[np.ndarray]) -> None:
        """What was computed has to have the types that the docstring claims, which are those of the module."""
        _, returns, types = method.__doc__.partition("Returns")
        if not returns:
            return
        expected = [(tuple(map(int, shape.split(", "))) if shape else (), np.dtype(DTYPES[element]))
                    for element, shape in re.findall(r"(?:[ \n]|^)(\w+)\[([\d, ]*)\]", types) if element in DTYPES]
        if self.floats is not None:
            expected = [(shape, np.dtype(self.floats) if is_float(dtype) else dtype) for shape, dtype in expected]
        got = [(result.shape, result.dtype) for result in results]
        if got != expected:
            raise AssertionError(f"{method.__name__}: expected {expected} but got {got}")


def evaluate(text: str, name: str, *arguments: np.ndarray, floats: type[np.floating] | None = None) -> list[np.ndarray]:
    """Evaluate one function of a module; see `Reference`."""
    return Reference(text, floats=floats)[name](*arguments)
