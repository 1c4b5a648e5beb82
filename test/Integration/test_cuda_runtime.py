# ===- test_cuda_runtime.py - the host side of libraries for CUDA -----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Whole models as libraries for CUDA, on the GPU test double: what their files hold,
that a step gives what the CPU gives, and what happens without a driver."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import harness
import test_cuda
import test_transformer
import transformer
from cuda_native import DOUBLE, ON_DEVICE, CudaLibrary, Gpu, driver, needs_double, option, reset, statistics
from iris_native import CALM_RATE, COMPILER, EXAMPLE, assert_near, data, initial, library, models, run, run_well, train
from iris_numpy import MODELS, Model

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
        self.outputs = [self.inputs[names.index(value["aliases"])] if "aliases" in value else gpu.allocate(like.nbytes)
                        for value, like in zip(self.entry["outputs"], self.like)]
        self.workspace = gpu.allocate(self.entry["workspace_bytes"])

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
        self.workspace = gpu.allocate(self.library.entries[name]["workspace_bytes"])

    def restart(self) -> None:
        """Initial parameters, in buffers of their own."""
        self.parameters = [self.gpu.upload(p) for p in self.initial]

    def run(self, outputs: list[int] | None = None) -> int:
        """One step, in place unless there are other outputs."""
        return self.step(*self.parameters, *self.data, *(outputs or self.parameters), self.workspace, self.gpu.stream)

    def values(self, pointers: list[int] | None = None) -> list[np.ndarray]:
        return [self.gpu.download(p, like) for p, like in zip(pointers or self.parameters, self.initial)]


# Files ------------------------------------------------------------------------------


@models
def test_symbols(model: Model) -> None:
    """The library exports the functions of its manifest, and needs libc's dlopen, dlsym and mutexes."""
    path = cuda_library(model).native.path
    entries = [entry["symbol"] for entry in cuda_library(model).native.manifest["functions"]]
    assert f"{model.name}_step_cuda" in entries and f"{model.name}_init" in entries
    exported = run_well("nm", "-D", "--defined-only", "--format=just-symbols", path).split()
    own = {f"{model.name}_{name}" for name in ("manifest", "cuda_init", "cuda_shutdown", "cuda_error_string")}
    assert set(exported) == {*entries, *(f"{entry}_workspace_bytes" for entry in entries), *own}
    undefined = run_well("nm", "-D", "--undefined-only", "--format=just-symbols", path).split()
    needed = {name.split("@")[0] for name in undefined}
    assert {"dlopen", "dlsym"} <= needed
    assert needed <= {"dlopen", "dlsym", "pthread_mutex_lock", "pthread_mutex_unlock", "memcpy", "memset",
                      "log", "cos", "sin", "sincos"}


def test_object(tmp_path: Path) -> None:
    """An object keeps to itself what it does not export, and writes to its table of contexts only."""
    path = tmp_path / "linear.o"
    run_well(COMPILER, EXAMPLE / "linear.mlir", "-o", path, "--target=cuda")
    symbols = [line.split() for line in run_well("nm", "--format=posix", path).splitlines()]
    public = {name for name, kind, *_ in symbols if kind.isupper() and kind != "U"}
    assert all(name.startswith("linear_") for name in public)
    rows = [line.split() for line in run_well("objdump", "-t", path).splitlines()]
    written = {row[-1] for row in rows if re.fullmatch(r"\.(bss|data)(?!\.rel\.ro)\S*|\*COM\*", "".join(row[-3:-2]))}
    assert written - {".bss", ".data"} == {"state", "catgrad_cuda_functions"}


def test_manifest() -> None:
    """It says what works where."""
    manifest = cuda_library(MODELS["linear"]).native.manifest
    assert manifest["target"] == "cuda"
    assert manifest["chips"] == ["sm_80", "sm_90"]
    targets = {entry["symbol"]: entry["target"] for entry in manifest["functions"]}
    assert targets.pop("linear_init") == "cpu"
    assert targets and set(targets.values()) == {"cuda"}
    cpu = library(MODELS["linear"]).manifest["functions"]
    for ours, theirs in zip(manifest["functions"], cpu, strict=True):
        assert ours["symbol"].removesuffix("_cuda") == theirs["symbol"]
        assert (ours["inputs"], ours["outputs"]) == (theirs["inputs"], theirs["outputs"])
    schema = json.loads((harness.ROOT / "docs" / "manifest.schema.json").read_text())
    assert set(manifest) <= set(schema["properties"])
    function = schema["$defs"]["function"]["properties"]
    assert all(set(entry) <= set(function) for entry in manifest["functions"])


def test_machine_code(tmp_path: Path) -> None:
    """With ptxas a library has machine code for each chip, unless it shall not; without, asking for it is an error."""
    path = tmp_path / "liblinear.so"

    def compile_for_cuda(*flags: str) -> subprocess.CompletedProcess[str]:
        return run(COMPILER, EXAMPLE / "linear.mlir", "-o", path, "--target=cuda", *FLAGS, *flags)

    assert compile_for_cuda("--cubin=false").returncode == 0
    assert path.read_bytes().count(b"\x7fELF") == 1
    done = compile_for_cuda("--cubin")
    if done.returncode:
        assert "expected NVIDIA's assembler ptxas in CUDA_HOME, CUDA_PATH, PATH or /usr/local/cuda" in done.stderr
    else:
        assert path.read_bytes().count(b"\x7fELF") == 3


@pytest.mark.parametrize("language", ["c", "c++"])
def test_headers(language: str, tmp_path: Path) -> None:
    """Two headers in one file are C99 and C++."""
    for name in ("linear", "hidden"):
        run_well(COMPILER, EXAMPLE / f"{name}.mlir", "--target=cuda", "--emit-header", tmp_path / f"{name}.h")
    path = tmp_path / "main.c"
    path.write_text('#include "linear.h"\n#include "hidden.h"\nint f(void);\n'
                      "int f(void) { return linear_cuda_init() == CATGRAD_CUDA_NO_DRIVER; }\n")
    standard = "c99" if language == "c" else "c++11"
    run_well("cc", "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", path)


# Values -----------------------------------------------------------------------------


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
    outputs = [gpu.allocate(p.nbytes) for p in training.initial]
    assert training.run(outputs) == 0
    assert statistics().copies_on_device == len(outputs)
    assert training.library.shutdown() == 0


@models
def test_out_of_place(gpu: Gpu, model: Model) -> None:
    """With other outputs a step gives the same bits and leaves the parameters alone."""
    training = Training(gpu, model)
    assert training.library.init() == 0
    outputs = [gpu.allocate(p.nbytes) for p in training.initial]
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


def test_mistakes(gpu: Gpu) -> None:
    """What a caller does wrong is found before anything is launched."""
    training = Training(gpu, MODELS["linear"])
    assert training.run() == -5
    assert training.library.init() == 0
    first, training.parameters = training.parameters, [0]
    assert training.run() == -8
    training.parameters = [first[0] + 2]
    assert training.run() == -9
    training.parameters = first
    other = Gpu()
    assert training.run() == -6
    assert training.library.describe(-6).startswith("the library was initialised in another CUDA context")
    other.close()
    assert training.run() == 0
    assert training.library.shutdown() == 0


# Failures ---------------------------------------------------------------------------

# What the runtime calls when it starts, and in a step.
START = ("cuCtxGetCurrent", "cuCtxGetId", "cuCtxGetDevice", "cuDeviceGetAttribute", "cuModuleLoadData",
         "cuModuleGetFunction", "cuFuncLoad")
STEP = ("cuCtxGetCurrent", "cuCtxGetId", "cuMemcpyDtoDAsync", "cuLaunchKernel")


@needs_double
def test_every_failure(gpu: Gpu) -> None:
    """Each call of the driver fails in turn: its error comes out, nothing leaks, and the next call works."""
    training = Training(gpu, MODELS["hidden"])
    library_ = training.library
    outputs = [gpu.allocate(p.nbytes) for p in training.initial]

    def fail_in_turn(name: str, body: functools.partial[int]) -> int:
        for number in range(1, 1000):
            reset()
            option("FAIL", f"{name}:{number}:2")
            error = body()
            option("FAIL", "")
            if error == 0:
                return number - 1
            assert error == 2, (name, number)
            assert library_.describe(error) == "out of memory"
        raise AssertionError(name)

    for name in START:
        assert fail_in_turn(name, functools.partial(library_.init)) > 0, name
        assert training.run(outputs) == 0
        assert library_.shutdown() == 0
    assert library_.init() == 0
    for name in STEP:
        assert fail_in_turn(name, functools.partial(training.run, outputs)) > 0, name
    assert library_.shutdown() == 0


def run_library(folder: Path, *calls: str, threads: int = 1) -> tuple[list[int], list[str], list[str]]:
    """Makes calls in a process of its own, where libcuda.so.1 is what `folder` has.

    Returns what the calls returned, what that means, and what the driver printed.
    """
    path = cuda_library(MODELS["linear"]).native.path
    program = f"""
import concurrent.futures, ctypes, json
library = ctypes.CDLL({str(path)!r})
library.linear_cuda_error_string.restype = ctypes.c_char_p
calls = {{"step": lambda: library.linear_step_cuda(*[ctypes.c_void_p(64)] * 5, None),
         "init": library.linear_cuda_init, "shutdown": library.linear_cuda_shutdown}}
with concurrent.futures.ThreadPoolExecutor({threads}) as pool:
    errors = list(pool.map(lambda name: calls[name](), {calls}))
print(json.dumps([errors, [library.linear_cuda_error_string(error).decode() for error in errors]]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=harness.TIMEOUT,
                          env={"LD_LIBRARY_PATH": str(folder)}, check=False)
    assert done.returncode == 0, done.stderr
    *printed, results = done.stdout.splitlines()
    return (*json.loads(results), printed)


@needs_double
def test_without_driver(tmp_path: Path) -> None:
    """A driver that cannot be loaded is an error of init, each time; the library itself loads."""
    (tmp_path / "libcuda.so.1").write_text("no library")
    errors, texts, _ = run_library(tmp_path, "step", "init", "init", "step", "shutdown")
    assert errors == [-5, -1, -1, -5, 0]
    assert texts[1] == "no CUDA driver: libcuda.so.1 cannot be loaded"


STUB = """
/* A driver that does nothing, and writes down what it was given. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
typedef void *P;
#define API(name, ...) int name(__VA_ARGS__)
API(cuInit, unsigned f) { return 0; }
#ifndef OLD
static int calls;
API(cuCtxGetCurrent, P *c) { *c = (P)1; return 0; }
/* Another context at the same address, from one question on. */
API(cuCtxGetId, P c, unsigned long long *id) { *id = ++calls < ANOTHER ? 7 : 8; return 0; }
API(cuCtxGetDevice, int *d) { *d = 0; return 0; }
API(cuDeviceGetAttribute, int *v, int a, int d) { *v = a == 75 ? 8 : 6; return 0; }
API(cuModuleLoadData, P *m, const void *image) {
  printf("load %s\\n", memcmp(image, "\\177ELF", 4) ? "ptx" : "cubin"); fflush(stdout);
  usleep(100000); *m = (P)2; return 0;
}
API(cuModuleUnload, P m) { printf("unload\\n"); fflush(stdout); return 0; }
API(cuModuleGetFunction, P *f, P m, const char *name) { *f = (P)3; return 0; }
API(cuFuncSetAttribute, P f, int a, int v) { return 0; }
API(cuLaunchKernel, P f, unsigned a, unsigned b, unsigned c, unsigned d, unsigned e, unsigned g, unsigned s, P st,
    P *p, P *x) { return 0; }
API(cuMemcpyDtoDAsync_v2, unsigned long long to, unsigned long long from, unsigned long n, P s) { return 0; }
API(cuGetErrorString, int e, const char **t) { *t = "text of the stub"; return 0; }
#endif
"""


def build_stub(folder: Path, *flags: str) -> Path:
    (folder / "stub.c").write_text(STUB)
    run_well("cc", "-shared", "-fPIC", "-w", *flags, folder / "stub.c", "-o", folder / "libcuda.so.1")
    return folder


@needs_double
def test_driver_without_functions(tmp_path: Path) -> None:
    """A driver that lacks a function is too old."""
    errors, texts, _ = run_library(build_stub(tmp_path, "-DOLD"), "init", "init")
    assert errors == [-2, -2]
    assert texts[0] == "the CUDA driver is too old for this library"


@needs_double
def test_context_at_an_address_used_again(tmp_path: Path) -> None:
    """The module of a context that is gone is not taken for that of its successor."""
    calls = ("init", "step", "step", "init", "step", "shutdown", "step")
    errors, _, printed = run_library(build_stub(tmp_path, "-DANOTHER=3"), *calls)
    assert errors == [0, 0, -6, 0, 0, 0, -5]
    # Machine code goes first where the library has some.
    has_code = cuda_library(MODELS["linear"]).native.path.read_bytes().count(b"\x7fELF") > 1
    load = "load cubin" if has_code else "load ptx"
    assert printed == [load, load, "unload"]


@needs_double
def test_threads_that_start_together(tmp_path: Path) -> None:
    """The first loads the kernels; the others wait for it, however long that takes."""
    stub = build_stub(tmp_path, "-DANOTHER=100")
    errors, _, printed = run_library(stub, *["init"] * 8, threads=8)
    assert errors == [0] * 8
    assert len(printed) == 1 and printed[0].startswith("load")


# The example ------------------------------------------------------------------------


@functools.cache
def build_example() -> Path:
    """Builds the example's program for CUDA by its Makefile, where a warning is an error; at calm rates."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    example = shutil.copytree(EXAMPLE, folder / "source")
    for model in MODELS.values():
        (example / f"{model.name}.mlir").write_text(source(model))
    run_well(*("make", "-s", "-C", example, "cuda", f"BUILD={folder}"),
             *(f"CATGRAD_COMPILE={COMPILER}", "CFLAGS=-O2 -Werror"))
    return folder / "iris-cuda"


def run_example(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    if not ON_DEVICE:
        environment = {"LD_LIBRARY_PATH": str(DOUBLE), "FAKECUDA_QUIET": "1", **environment}
    return run(build_example(), *arguments, EXAMPLE / "iris.csv", **environment)


@pytest.mark.parametrize("schedule", ["0", pytest.param("1", marks=needs_double), pytest.param("7", marks=needs_double)])
def test_example(tmp_path: Path, schedule: str) -> None:
    """A graph and single steps give the same bits in every schedule, and what the CPU gives."""
    files = [tmp_path / "graph", tmp_path / "eager"]
    outputs = [run_example("--steps", str(STEPS), "--seed", "1", "--parameters", file, *flags, FAKECUDA_STATS="1",
                           FAKECUDA_SCHEDULE=schedule)
               for file, flags in zip(files, ([], ["--eager"]))]
    for done in outputs:
        assert done.returncode == 0, done.stderr
        assert all(re.search(rf"^{name} +[\d.]+% +[\d.]+ +[\d.]+ us$", done.stdout, re.MULTILINE) for name in MODELS)
        assert ON_DEVICE or "fakecuda: faults: 0\nfakecuda: leaks: 0\n" in done.stderr
    assert ON_DEVICE or f"fakecuda: graph launches: {STEPS * len(MODELS)}\n" in outputs[0].stderr
    assert ON_DEVICE or "fakecuda: graph launches: 0\n" in outputs[1].stderr
    graph, eager = (np.fromfile(file, np.float32) for file in files)
    assert graph.tobytes() == eager.tobytes()
    for model in MODELS.values():
        for want in trained(model, seed=1):
            got, graph = np.split(graph, [want.size])
            assert_near([got.reshape(want.shape)], [want], 1e-5)
    assert graph.size == 0


@needs_double
def test_example_arguments(tmp_path: Path) -> None:
    assert "--eager" in run_well(build_example(), "--help")
    for arguments in (["--steps", "-1"], ["--model", "oak"], ["--fast"], ["--seed"]):
        done = run(build_example(), *arguments)
        assert (done.returncode, done.stdout) == (1, ""), arguments
        assert done.stderr.startswith("usage:")
    (tmp_path / "libcuda.so.1").write_text("no library")
    done = run(build_example(), EXAMPLE / "iris.csv", LD_LIBRARY_PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("iris-cuda: no CUDA driver:")


@needs_double
@pytest.mark.parametrize(("environment", "message"), [
    ({"FAKECUDA_VERSION": "10020"}, "linear: cannot load the kernels: the CUDA driver is too old for this library"),
    ({"FAKECUDA_SM": "75"}, "linear: cannot load the kernels: the library has no kernels for a device this old"),
    ({"FAKECUDA_MEMORY": "100"}, "cannot allocate device memory: out of memory"),
    ({"FAKECUDA_FAIL": "cuLaunchKernel:1:719"}, "linear: cannot capture a step: unspecified launch failure"),
    ({"FAKECUDA_FAIL": "cuModuleLoadData:1:2"}, "linear: cannot load the kernels: out of memory"),
    ({"FAKECUDA_FAIL": "cuModuleGetFunction:2"}, "linear: cannot load the kernels: unknown error"),
    ({"FAKECUDA_FAIL": "cuModuleUnload:1"}, "linear: cannot unload the kernels: unknown error"),
    ({"FAKECUDA_FAIL": "cuGraphLaunch:2"}, "cannot launch a graph: unknown error"),
    ({"FAKECUDA_FAIL": "cuStreamSynchronize:1"}, "cannot finish the work on the device: unknown error"),
    ({"FAKECUDA_FAIL": "cuMemcpyHtoD:3"}, "cannot copy to the device: unknown error"),
])
def test_example_errors(environment: dict[str, str], message: str) -> None:
    """Each failure is one line that says what could not be done, and why."""
    done = run_example("--steps", "2", **environment)
    assert (done.returncode, done.stderr) == (1, f"iris-cuda: {message}\n")


# A real device ----------------------------------------------------------------------


@needs_double
@pytest.mark.parametrize("script", ["test/gpu/run_device.py", "benchmarks/step_gpu.py"])
def test_without_device(script: str, tmp_path: Path) -> None:
    """Without a device the commands for one say that they did nothing, and do not fail."""
    (tmp_path / "libcuda.so.1").write_text("no library")
    done = run(sys.executable, harness.ROOT / script, LD_LIBRARY_PATH=str(tmp_path), CATGRAD_CUDA_DRIVER="libcuda.so.1")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^SKIPPED: nothing was (tested|measured) on a GPU\.\nno CUDA driver: ", done.stdout, re.MULTILINE)


@needs_double
def test_device_run_refuses_the_double() -> None:
    done = run(sys.executable, harness.ROOT / "test" / "gpu" / "run_device.py", LD_LIBRARY_PATH=str(DOUBLE))
    assert "SKIPPED" in done.stdout and "is the test double" in done.stdout


@needs_double
def test_benchmark() -> None:
    """The benchmark's own part agrees with the CPU and prints its table; the numbers are the double's."""
    done = run(sys.executable, harness.ROOT / "benchmarks" / "step_gpu.py", *"--rounds 1 --steps 1 --model linear".split(),
               CATGRAD_CUDA_DRIVER=str(DOUBLE / "libcuda.so.1"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\| model \| step \| graph \|\n\|---\|---:\|---:\|\n\| linear \| [\d.]+ \| [\d.]+ \|$",
                     done.stdout, re.MULTILINE)
