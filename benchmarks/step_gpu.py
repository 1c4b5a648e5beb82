#!/usr/bin/env python3
# ===- step_gpu.py - the time of a training step on a GPU ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Measures training steps on the GPU of this machine: compiled steps called one by
one and as a CUDA graph, and the same in torch where that is installed.

The contestants take turns in rounds, and the table shows the median round of each.
Before anything is timed, all have to agree with the CPU's step, after one step.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "test" / "Integration"), str(ROOT / "test" / "gpu")]
os.environ.setdefault("CATGRAD_CUDA_DRIVER", "libcuda.so.1")

import argparse
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import harness
import iris_numpy
from cuda_native import ON_DEVICE, CudaLibrary, Gpu
from run_device import find_device

TOLERANCE = 1e-5
BATCH, INPUTS, HIDDEN, CLASSES = 64, 784, 512, 10
MLP = f"""
func.func @model(%x: tensor<{BATCH}x{INPUTS}xf32>) -> tensor<{BATCH}x{CLASSES}xf32> {{
  %w1 = catgrad.parameter "w1" {{init = #catgrad.normal<mean = 0.0, std = 0.05>}} : tensor<{INPUTS}x{HIDDEN}xf32>
  %w2 = catgrad.parameter "w2" {{init = #catgrad.normal<mean = 0.0, std = 0.05>}} : tensor<{HIDDEN}x{CLASSES}xf32>
  %0 = catgrad.matmul %x, %w1 : (tensor<{BATCH}x{INPUTS}xf32>, tensor<{INPUTS}x{HIDDEN}xf32>) -> tensor<{BATCH}x{HIDDEN}xf32>
  %1 = catgrad.sigmoid %0 : tensor<{BATCH}x{HIDDEN}xf32>
  %2 = catgrad.matmul %1, %w2 : (tensor<{BATCH}x{HIDDEN}xf32>, tensor<{HIDDEN}x{CLASSES}xf32>) -> tensor<{BATCH}x{CLASSES}xf32>
  return %2 : tensor<{BATCH}x{CLASSES}xf32>
}}
catgrad.learner @mlp model(@model) optimiser(#catgrad.sgd<rate = 1.0e-4>) loss(#catgrad.mse)
"""


@dataclass
class Workload:
    """A model with data; `layers` says what torch has to compute."""

    name: str
    text: str
    x: np.ndarray
    label: np.ndarray

    @property
    def rate(self) -> float:
        return float(re.search(r"sgd<rate = ([^,>]+)", self.text)[1])

    def initial(self) -> list[np.ndarray]:
        return harness.compile_text(self.text, name=self.name)[f"{self.name}_init"](np.int64(0))

    def after_a_step(self) -> list[np.ndarray]:
        """The parameters after the CPU's step."""
        step = harness.compile_text(self.text, name=self.name)[f"{self.name}_step"]
        return step(*self.initial(), self.x, self.label)


def workloads() -> list[Workload]:
    x, label = iris_numpy.load(ROOT / "examples" / "iris" / "iris.csv", np.float32)
    models = [Workload(name, (ROOT / "examples" / "iris" / f"{name}.mlir").read_text(), x, label)
              for name in iris_numpy.MODELS]
    random = np.random.default_rng(0)
    images = random.random((BATCH, INPUTS), np.float32)
    classes = np.eye(CLASSES, dtype=np.float32)[random.integers(0, CLASSES, BATCH)]
    return [*models, Workload("mlp", MLP, images, classes)]


class Contestant:
    """One way to make steps: `step` puts one into the stream, `wait` waits for all."""

    name: str
    step: Callable[[], object]
    wait: Callable[[], object]
    parameters: Callable[[], list[np.ndarray]]


class Compiled(Contestant):
    """The compiled step, called one by one or captured into a graph."""

    def __init__(self, work: Workload, graph: bool) -> None:
        self.name = "graph" if graph else "step"
        self.gpu = gpu = Gpu(primary=True)  # torch's, too
        library = CudaLibrary(work.text, work.name)
        if error := library.init():
            sys.exit(f"{work.name}: {library.describe(error)}")
        initial = work.initial()
        pointers = [gpu.upload(p) for p in initial]
        entry = library.entries[f"{work.name}_step_cuda"]
        arguments = [*pointers, gpu.upload(work.x), gpu.upload(work.label), *pointers,
                     gpu.allocate(entry["workspace_bytes"]), gpu.stream]
        function = library[f"{work.name}_step_cuda"]
        self.step = lambda: function(*arguments)
        if graph:
            executable = gpu.capture(self.step)
            self.step = lambda: gpu.launch(executable)
        self.wait = gpu.wait
        self.parameters = lambda: [gpu.download(p, like) for p, like in zip(pointers, initial)]


class Torch(Contestant):
    """The same step in torch, with autograd and SGD; as a graph too."""

    def __init__(self, work: Workload, graph: bool) -> None:
        import torch
        self.name = "torch graph" if graph else "torch"
        device = torch.device("cuda")
        parameters = [torch.tensor(p, device=device, requires_grad=True) for p in work.initial()]
        x, label = (torch.tensor(array, device=device) for array in (work.x, work.label))
        optimiser = torch.optim.SGD(parameters, lr=work.rate)

        def forward() -> torch.Tensor:
            match work.name, parameters:
                case "linear", (w,):
                    return x @ w
                case "simple", (w,):
                    return torch.sigmoid(x @ w)
                case "dense", (w, b):
                    return torch.sigmoid(x @ w + b)
                case "hidden", (w1, b1, w2, b2):
                    return torch.sigmoid(torch.sigmoid(x @ w1 + b1) @ w2 + b2)
                case "mlp", (w1, w2):
                    return torch.sigmoid(x @ w1) @ w2
            raise ValueError(work.name)

        def step() -> None:
            optimiser.zero_grad(set_to_none=True)
            (0.5 * (forward() - label).square().sum()).backward()
            optimiser.step()

        self.step = step
        if graph:
            start = [p.detach().clone() for p in parameters]
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):  # as torch wants it: warm up apart from the default stream
                for _ in range(3):
                    step()
            torch.cuda.synchronize()
            captured = torch.cuda.CUDAGraph()
            with torch.cuda.graph(captured):
                step()
            with torch.no_grad():
                for parameter, value in zip(parameters, start):
                    parameter.copy_(value)
            self.step = captured.replay
        self.wait = torch.cuda.synchronize
        self.parameters = lambda: [p.detach().cpu().numpy() for p in parameters]


def has_torch() -> str | None:
    """Why torch cannot take part, or None."""
    try:
        import torch
    except ImportError:
        return "torch is not installed"
    return None if torch.cuda.is_available() else "torch finds no device"


def check_agreement(work: Workload, contestant: Contestant) -> None:
    contestant.step()
    contestant.wait()
    for got, want in zip(contestant.parameters(), work.after_a_step()):
        error = float(np.linalg.norm(got - want) / np.linalg.norm(want))
        if not error < TOLERANCE:
            sys.exit(f"{work.name}: {contestant.name}: off by {error:.2g} after one step")


def time_steps(contestant: Contestant, count: int) -> float:
    """The seconds per step of that many steps, until all are done."""
    contestant.wait()
    start = time.perf_counter()
    for _ in range(count):
        contestant.step()
    contestant.wait()
    return (time.perf_counter() - start) / count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works = {work.name: work for work in workloads()}
    parser.add_argument("--model", action="append", choices=list(works))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=500, help="steps of a round")
    options = parser.parse_args()
    if options.rounds < 1 or options.steps < 1:
        parser.error("expected at least one round of at least one step")

    device, problem = find_device() if ON_DEVICE else ("the test double", "")
    if device is None:
        bar = "=" * 78
        print(f"{bar}\nSKIPPED: nothing was measured on a GPU.\n{problem}\n{bar}")
        return 0
    why_not = "not on the test double" if not ON_DEVICE else has_torch()
    print(f"{device}; median of {options.rounds} interleaved rounds of {options.steps} steps, microseconds per step")
    if why_not:
        print(f"torch is left out: {why_not}")
    kinds = [(Compiled, False), (Compiled, True), *([] if why_not else [(Torch, False), (Torch, True)])]
    header = ["model", "step", "graph", *([] if why_not else ["torch", "torch graph"])]
    print("| " + " | ".join(header) + " |\n|---" + "|---:" * (len(header) - 1) + "|")
    for work in (works[name] for name in options.model or works):
        contestants = [kind(work, graph) for kind, graph in kinds]
        for contestant in contestants:
            check_agreement(work, contestant)
        times: list[list[float]] = [[] for _ in contestants]
        for turn in range(options.rounds):
            for i in range(len(contestants)):
                who = (turn + i) % len(contestants)  # nobody always comes first
                times[who].append(time_steps(contestants[who], options.steps))
        print("| " + " | ".join([work.name, *(f"{1e6 * statistics.median(t):.2f}" for t in times)]) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
