# ===- cuda_models.py - the iris models and others on a GPU --------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What the tests of libraries for CUDA share: the compiled models, steps with their buffers
on the device, and a context of their own for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

import harness
from cuda_native import ON_DEVICE, CudaLibrary, Gpu, driver, option, reset, statistics
from iris_native import CALM_RATE, EXAMPLE, data, initial, library, train
from iris_numpy import Model

STEPS = 20
FLAGS = ("--gpu=sm_80,sm_90",)


def calm(model: Model) -> float | None:
    """The rate at which a model's training does not enlarge the last bit, None for its own."""
    return None if model.name == "linear" else CALM_RATE


def source(model: Model) -> str:
    """The model with that rate."""
    text = (EXAMPLE / f"{model.name}.mlir").read_text()
    return text if calm(model) is None else re.sub(r"rate = [^,>]+", f"rate = {CALM_RATE:e}", text)


def cuda_library(model: Model) -> CudaLibrary:
    return CudaLibrary(source(model), model.name, *FLAGS)


def trained(model: Model, seed: int = 0) -> list[np.ndarray]:
    """The parameters after the CPU's steps."""
    return train(model, library(model, calm(model))[f"{model.name}_step"], initial(model, seed), STEPS)


@pytest.fixture(name="gpu")
def make_gpu() -> Iterator[Gpu]:
    """A context; at the end nothing may be left in it."""
    driver()
    gpu = Gpu()
    reset()
    yield gpu
    if not ON_DEVICE:
        option("FAIL", "")
    schedule(0)
    gpu.close()
    assert ON_DEVICE or statistics().leaks == 0


def schedule(number: int) -> None:
    """Lets the double run blocks, warps and lanes in another order."""
    option("SCHEDULE", str(number))


class Step:
    """A training step with its buffers on the device; outputs that may be inputs are."""

    def __init__(self, gpu: Gpu, library_: CudaLibrary, symbol: str, host: list[np.ndarray]) -> None:
        self.gpu, self.entry, self.function = gpu, library_.entries[symbol], library_[symbol]
        self.inputs = [gpu.upload(np.asarray(value)) for value in host]
        names = [value["name"] for value in self.entry["inputs"]]
        self.like = [np.zeros(value["shape"], harness.DTYPES[value["dtype"]]) for value in self.entry["outputs"]]
        self.outputs = [self.inputs[names.index(value["aliases"])] if "aliases" in value else gpu.allocate(like.nbytes, like.itemsize)
                        for value, like in zip(self.entry["outputs"], self.like)]
        self.workspace = gpu.allocate(self.entry["workspace_bytes"], 64)

    def run(self) -> int:
        return self.function(*self.inputs, *self.outputs, self.workspace, self.gpu.stream)

    def values(self) -> list[np.ndarray]:
        return [self.gpu.download(pointer, like) for pointer, like in zip(self.outputs, self.like)]


class Training:
    """A model's step with its buffers on the device."""

    def __init__(self, gpu: Gpu, model: Model) -> None:
        self.gpu, self.library = gpu, cuda_library(model)
        self.initial = initial(model)
        self.restart()
        self.data = [gpu.upload(array) for array in data(np.float32)]
        name = f"{model.name}_step_cuda"
        self.step = self.library[name]
        self.workspace = gpu.allocate(self.library.entries[name]["workspace_bytes"], 64)

    def restart(self) -> None:
        """Initial parameters, in buffers of their own."""
        self.parameters = [self.gpu.upload(p) for p in self.initial]

    def run(self, outputs: list[int] | None = None) -> int:
        """One step, in place unless there are other outputs."""
        return self.step(*self.parameters, *self.data, *(outputs or self.parameters), self.workspace, self.gpu.stream)

    def values(self, pointers: list[int] | None = None) -> list[np.ndarray]:
        return [self.gpu.download(p, like) for p, like in zip(pointers or self.parameters, self.initial)]
