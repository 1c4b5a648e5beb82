# ===- test_jax.py - the array backend Jax ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python on JAX, against native code."""

from __future__ import annotations

import ast

import jax
import numpy as np
import pytest

import catgrad as cg
import iris
from catgrad import compile_model, layers
from catgrad.target.python.array_backend import Jax
from catgrad.target.python.codegen import build
from test_diagrams import model
from test_function import CASES


@pytest.mark.parametrize("group", range(4))
def test_operations_agree_with_native_code(group: int) -> None:
    """All cases of test_function.py, several to a module: that is quicker."""
    cases = [CASES[name] for name in list(CASES)[group::4]]
    text = "".join(cg.function(function).trace(*arrays, name=f"f{i}").text
                   for i, (function, _, arrays) in enumerate(cases))
    native = cg.compile_text(text).functions
    python = build(ast.parse(cg.emit_text(text, "python", python_lists=1)), "Functions")(Jax)
    for i, (_, _, arrays) in enumerate(cases):
        for ours, theirs in zip(getattr(python, f"f{i}")(*arrays), native[f"f{i}"](*arrays), strict=True):
            narrow = {"float64": "float32"}.get(theirs.dtype.name, theirs.dtype.name)  # JAX without 64 bits
            assert ours.shape == theirs.shape and np.dtype(ours.dtype).name == narrow
            assert np.allclose(ours, theirs, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", iris.MODELS)
def test_models_train_alike_as_native_code(name: str) -> None:
    compiled, _, _ = compile_model(model(name), layers.sgd(1e-4 if name == "linear" else 5e-4), layers.mse)
    native, python = compiled(), compiled(Jax)
    step = jax.jit(python.step)
    p, q = native.init(0), python.init(0)
    for _ in range(100):
        p, q = native.step(*p, *iris.data()), step(*q, *iris.data())
    for ours, theirs in zip(q, p, strict=True):
        assert np.linalg.norm(ours - theirs) <= 1e-5 * np.linalg.norm(theirs)
