# ===- test_torch.py - the array backend Torch ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python on PyTorch, against numpy; PyTorch's tensors in native functions."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest
import torch

import catgrad as cg
import iris
from catgrad import ArgumentError, compile_model, layers
from catgrad.target.python.array_backend import Torch
from catgrad.target.python.codegen import build
from test_diagrams import RATES, model
from test_function import CASES


@pytest.mark.parametrize("case", CASES)
def test_operations_agree_with_native_code(case: str) -> None:
    function, _, arrays = CASES[case]
    f = cg.function(function)
    want = f(*arrays)
    functions = build(ast.parse(f.source(*arrays)), "Functions")(Torch)
    got = functions.f(*map(torch.tensor, arrays))
    for ours, theirs in zip(got, want if isinstance(want, (list, tuple)) else [want], strict=True):
        assert tuple(ours.shape) == theirs.shape and ours.numpy().dtype == theirs.dtype
        assert np.allclose(ours.numpy(), theirs, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", iris.MODELS)
def test_models_train_alike_as_native_code(name: str) -> None:
    compiled, _, _ = compile_model(model(name), layers.sgd(1e-4 if name == "linear" else 5e-4), layers.mse)
    native, python = compiled(), compiled(Torch)
    p = native.init(0)
    q: list[Any] = python.init(0)
    for ours, theirs in zip(q, p, strict=True):
        assert np.allclose(ours.numpy(), theirs, rtol=1e-6, atol=1e-9)
    x, label = iris.data()
    for _ in range(100):
        p, q = native.step(*p, x, label), python.step(*q, torch.tensor(x), torch.tensor(label))
    for ours, theirs in zip(q, p, strict=True):
        assert np.linalg.norm(ours.numpy() - theirs) <= 1e-5 * np.linalg.norm(theirs)
    assert set(RATES) == set(iris.MODELS)


def test_tensors_of_torch_come_without_a_copy() -> None:
    learner = cg.compile_text(iris.text("hidden")).hidden
    p, (x, label) = learner.init(0), iris.data()
    want = learner.step(*p, x, label)
    tensors = [torch.from_numpy(a.copy()) for a in p]
    learner.step_(*tensors, torch.from_numpy(x), torch.from_numpy(label))
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(tensors, want, strict=True))
    tensors[0].requires_grad_()
    with pytest.raises(ArgumentError, match=r"hint: pass x.detach\(\)"):
        learner.step(*tensors, x, label)
    with pytest.raises(ArgumentError, match="expected float32 but got float64"):
        learner.predict(*p, torch.ones((150, 4), dtype=torch.float64))
