# ===- test_cuda_runtime.py - calls of libraries for CUDA ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Whole models through the functions of their libraries: a step gives what the CPU gives,
called or as a graph, in place or not."""

from __future__ import annotations

import numpy as np
import pytest

import harness
import test_cuda
import test_transformer
import transformer
from cuda_models import STEPS, Step, Training, make_gpu, schedule, trained  # noqa: F401  (make_gpu is the fixture gpu)
from cuda_native import CudaLibrary, Gpu, needs_double, reset, statistics
from iris_native import assert_near, models
from iris_numpy import Model


@models
def test_training(gpu: Gpu, model: Model) -> None:
    """Twenty steps in place are twenty steps of the CPU, called one by one or as a graph."""
    training = Training(gpu, model)
    assert training.library.init() == 0
    for _ in range(STEPS):
        assert training.run() == 0
    eager = training.values()
    assert_near(eager, trained(model), 1e-5)
    training.restart()
    graph = gpu.capture(training.run)
    for _ in range(STEPS):
        gpu.launch(graph)
    for once, again in zip(eager, training.values()):
        assert once.tobytes() == again.tobytes()
    gpu.drop(graph)
    assert training.library.shutdown() == 0


@needs_double
@models
def test_only_launches(gpu: Gpu, model: Model) -> None:
    """Kernels are all that a step in place sends to the device, and it asks for nothing else."""
    training = Training(gpu, model)
    assert training.library.init() == 0
    reset()
    for _ in range(STEPS):
        assert training.run() == 0
    counts = statistics()
    assert counts.launches and counts.launches % STEPS == 0
    assert counts.synchronisations == counts.allocations == counts.modules == counts.function_lookups == 0
    assert counts.copies_on_device == counts.copies_to_device == counts.copies_to_host == counts.sets == 0
    outputs = [gpu.allocate(p.nbytes, p.itemsize) for p in training.initial]
    assert training.run(outputs) == 0
    assert statistics().copies_on_device == len(outputs)
    assert training.library.shutdown() == 0


@models
def test_out_of_place(gpu: Gpu, model: Model) -> None:
    """With other outputs a step gives the same bits and leaves the parameters alone."""
    training = Training(gpu, model)
    assert training.library.init() == 0
    outputs = [gpu.allocate(p.nbytes, p.itemsize) for p in training.initial]
    assert training.run(outputs) == 0
    for value, before in zip(training.values(), training.initial):
        assert value.tobytes() == before.tobytes()
    assert training.run() == 0
    for apart, within in zip(training.values(outputs), training.values()):
        assert apart.tobytes() == within.tobytes()
    assert training.library.shutdown() == 0


SCHEDULED = """
func.func @model(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.constant<1.0>} : tensor<3x1xf32>
  %0 = catgrad.matmul %x, %w : (tensor<2x3xf32>, tensor<3x1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}
catgrad.learner @line model(@model) optimiser(#catgrad.adam<rate = dynamic>) loss(#catgrad.mse) {report_loss}
"""


def test_graph_sees_new_values(gpu: Gpu) -> None:
    """A learning rate is read from device memory, so that a captured step follows a schedule; state, too."""
    library_ = CudaLibrary(SCHEDULED, "line")
    inputs = library_.entries["line_step_cuda"]["inputs"]
    values = {"parameter": np.ones((3, 1), np.float32), "input": np.arange(6, dtype=np.float32).reshape(2, 3),
              "label": np.ones((2, 1), np.float32), "hyper": np.float32(0)}
    host = [values[value["role"]] if value["role"] in values else np.zeros(value["shape"], harness.DTYPES[value["dtype"]])
            for value in inputs]
    names, rate = [value["name"] for value in inputs], [value["role"] for value in inputs].index("hyper")
    assert library_.init() == 0
    device, cpu = Step(gpu, library_, "line_step_cuda", host), harness.compile_text(SCHEDULED, name="line")["line_step"]
    graph = gpu.capture(device.run)
    for value in (0.5, 0.25, 0.0, 0.125):
        host[rate] = np.float32(value)
        gpu.write(device.inputs[rate], host[rate])
        gpu.launch(graph)
        want = cpu(*host)
        for output, ours, theirs in zip(cpu.outputs, device.values(), want, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, err_msg=output.name)
            if output.aliases:
                host[names.index(output.aliases)] = theirs
    gpu.drop(graph)
    assert library_.shutdown() == 0


def larger_model(name: str) -> tuple[str, list[np.ndarray]]:
    """The text of a learner and the inputs of its step: an MLP 784-64-10, or a model of the shape of GPT-2."""
    if name == "mlp":
        text = test_cuda.mlp(8, 784)
        random = np.random.default_rng(0)
        x = random.normal(size=(8, 784)).astype(np.float32)
        label = np.eye(10, dtype=np.float32)[random.integers(0, 10, 8)]
        return text, [*harness.compile_text(text, name="mlp")["mlp_init"](np.int64(3)), x, label]
    gpt = test_transformer
    text = transformer.text(gpt.SHAPE, f"#catgrad.adamw<rate = {gpt.RATE}, weight_decay = {gpt.DECAY}>")
    parameters, (tokens, labels) = gpt.start(), gpt.batch(0)
    given = {"label": labels, "input": tokens}
    return text, [given[v.role] if v.role in given else parameters.get(v.name, np.zeros(v.shape, v.dtype))
                  for v in harness.compile_text(text, name="gpt")["gpt_step"].inputs]


@pytest.mark.parametrize("name", ["mlp", "gpt"])
def test_larger_models(gpu: Gpu, name: str) -> None:
    """Twenty steps of the CPU, one by one, and as a graph with the same bits, whatever order its threads run in."""
    text, host = larger_model(name)
    library_ = CudaLibrary(text, name)
    assert library_.init() == 0
    eager, replayed = (Step(gpu, library_, f"{name}_step_cuda", host) for _ in range(2))
    graph = gpu.capture(replayed.run)
    cpu = harness.compile_text(text, name=name)[f"{name}_step"]
    names = [value.name for value in cpu.inputs]
    for turn in range(STEPS):
        schedule(0)
        assert eager.run() == 0
        schedule(turn if turn in (2, 3) else 1)  # in reverse; from 2 on shuffled, which takes long
        gpu.launch(graph)
        for output, value in zip(cpu.outputs, results := cpu(*host)):
            if output.aliases:
                host[names.index(output.aliases)] = value
    for value, ours, graphs, theirs in zip(cpu.outputs, eager.values(), replayed.values(), results):
        assert ours.tobytes() == graphs.tobytes(), value.name
        assert np.linalg.norm(ours.astype(float) - theirs) <= 1e-5 * np.linalg.norm(theirs), value.name
    gpu.drop(graph)
    assert library_.shutdown() == 0


SMALL = """
func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @twice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = catgrad.add %x, %x : tensor<4xf32>
  return %0, %0 : tensor<4xf32>, tensor<4xf32>
}
func.func @constant() -> tensor<3xf32> {
  %0 = catgrad.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @empty(%x: tensor<0x3xf32>) -> tensor<0x3xf32> {
  %0 = catgrad.add %x, %x : tensor<0x3xf32>
  return %0 : tensor<0x3xf32>
}
func.func @nothing() {
  return
}
func.func @second(%x: tensor<4xf32>, %y: tensor<i1>) -> tensor<i1> {
  return %y : tensor<i1>
}
"""


def test_small_functions(gpu: Gpu) -> None:
    """Functions that hardly do anything; pointers to no bytes may be null."""
    small = CudaLibrary(SMALL, "small")
    assert small.init() == 0
    x = np.arange(4, dtype=np.float32)
    at, a, b = gpu.upload(x), gpu.allocate(16), gpu.allocate(16)
    assert small["identity_cuda"](at, a, None, gpu.stream) == 0
    assert gpu.download(a, x).tobytes() == x.tobytes()
    assert small["twice_cuda"](at, a, b, None, gpu.stream) == 0
    assert gpu.download(a, x).tobytes() == gpu.download(b, x).tobytes() == (2 * x).tobytes()
    assert small["constant_cuda"](a, None, gpu.stream) == 0
    assert gpu.download(a, x[:3]).tolist() == [1, 2, 3]
    assert small["empty_cuda"](None, None, None, gpu.stream) == 0
    assert small["nothing_cuda"](None, gpu.stream) == 0
    yes = np.array(True)
    assert small["second_cuda"](at, gpu.upload(yes), a, None, gpu.stream) == 0
    assert gpu.download(a, yes)
    assert small.shutdown() == 0
