# ===- test_torch.py - the array backend Torch ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python on PyTorch, against native code; PyTorch's tensors in native functions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import catgrad as cg
import iris
from backend_checks import check_bits, check_operations
from catgrad import ArgumentError
from catgrad.target.python.array_backend import Torch
from ways import check, compiled, example, start, train

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("group", range(4))
def test_operations_agree_with_native_code(group: int) -> None:
    check_operations(Torch, torch.tensor, torch.Tensor.numpy, group, 4, {})


def test_bits_are_the_ring_of_two_elements() -> None:
    check_bits(Torch(), torch.tensor, torch.Tensor.numpy)


@pytest.mark.parametrize("model", iris.MODELS)
def test_models_train_alike_as_everywhere(model: str) -> None:
    check(model, train(model, "torch"))


@pytest.mark.parametrize("model", iris.MODELS)
def test_models_start_alike(model: str) -> None:
    for ours, theirs in zip(compiled(model)(Torch).init(11), start(model), strict=True):
        assert np.allclose(ours.numpy(), theirs, rtol=1e-6, atol=1e-9)


def test_the_example_runs_and_draws(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    done = subprocess.run([sys.executable, example.__file__, "linear", "--backend", "torch", "--steps", "50",
                           "--plot", picture], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "python")})
    assert done.returncode == 0 and "linear on torch: accuracy" in done.stdout, done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"


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
