# ===- backend_checks.py - what every array backend has to do -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Checks of a backend: `to` makes its arrays of numpy's, `back` numpy's of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import catgrad as cg
from catgrad.target.python.codegen import build
from test_function import CASES

To = Callable[[np.ndarray], Any]
Back = Callable[[Any], np.ndarray]


def check_operations(backend: Any, to: To, back: Back, group: int, groups: int, narrow: Mapping[str, str]) -> None:
    """Every `groups`-th case of test_function.py gives what native code gives; one module: that is quicker.

    narrow: the types that the backend has in place of others.
    """
    cases = {name: CASES[name] for name in list(CASES)[group::groups]}
    text = "".join(cg.function(function).trace(*arrays, name=f"f{i}").text
                   for i, (function, _, arrays) in enumerate(cases.values()))
    native = cg.compile_text(text).functions
    python = build(ast.parse(cg.emit_text(text, "python", python_lists=1)), "Functions")(backend)
    for i, (name, (_, _, arrays)) in enumerate(cases.items()):
        found = map(back, getattr(python, f"f{i}")(*map(to, arrays)))
        for ours, theirs in zip(found, native[f"f{i}"](*arrays), strict=True):
            want = narrow.get(theirs.dtype.name, theirs.dtype.name)
            assert ours.shape == theirs.shape and ours.dtype.name == want, name
            assert np.allclose(ours, theirs, rtol=2e-5, atol=2e-6), name


def check_bits(backend: Any, to: To, back: Back) -> None:
    """Sums are parities, products are conjunctions; numpy's `Numpy` says so, too."""
    from catgrad.target.python.array_backend import Numpy

    generator = np.random.default_rng(4)
    x, y = generator.random((2, 3, 18)) < 0.5
    rows = np.array([2, 0, 2], np.int32)
    calls: dict[str, tuple[tuple[np.ndarray, ...], dict[str, Any]]] = {
        "add": ((x, y), {}), "subtract": ((x, y), {}), "multiply": ((x, y), {}), "negate": ((x,), {}),
        "invert": ((x,), {}), "reduce_sum": ((x,), {"dimensions": (1,)}), "reduce_prod": ((x,), {"dimensions": (0,)}),
        "cumsum": ((x,), {"axis": 1, "exclusive": True, "reverse": True}), "matmul": ((x, y.T), {}),
        "contract": ((x, y), {"lhs_axes": (1,), "rhs_axes": (1,)}),
        "scatter_add": ((x, rows), {"axis": 0, "shape": (4, 18)}),
    }
    for name, (arrays, keywords) in calls.items():
        got, want = (f(*map(convert, arrays), **keywords) for f, convert in (
            (getattr(backend, name), to), (getattr(Numpy(), name), np.asarray)))
        assert back(got).dtype == np.bool_ and np.array_equal(back(got), want), name
