# ===- test_cuda_arrays.py - libraries for CUDA from Python ---------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions of libraries for CUDA on device arrays of others (DLPack) and of ours, on the GPU test double."""

from __future__ import annotations

import ctypes
import gc
import re
import subprocess
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catgrad
import gpu
import iris
from catgrad import ArgumentError, CatgradError, DeviceArray, to_device

STEPS = 20


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the iris model `linear`, for CUDA."""
    path = tmp_path_factory.mktemp("cuda") / "libm.so"
    catgrad.compile_text(iris.text("linear"), name="linear", target="cuda", gpu="sm_80").save(path)
    return path


@pytest.fixture
def library(path: Path) -> Iterator[catgrad.Library]:
    """Loaded anew, in the primary context of the double, and shut down at the end."""
    gpu.driver()
    library = catgrad.load(path)
    yield library
    library.cuda_shutdown()
    gc.collect()  # errors hold frames
    assert gpu.alive == {}


@pytest.fixture(scope="module")
def cpu() -> catgrad.Learner:
    return catgrad.compile_text(iris.text("linear")).linear


def trained(cpu: catgrad.Learner, steps: int = STEPS) -> np.ndarray:
    p = cpu.init(0)
    for _ in range(steps):
        p = cpu.step(*p, *iris.data())
    return p[0]


def near(ours: np.ndarray, theirs: np.ndarray) -> bool:
    return bool(np.linalg.norm(ours - theirs) <= 1e-5 * np.linalg.norm(theirs))


def start(learner: catgrad.Learner, **words: Any) -> tuple[gpu.Array, gpu.Array, gpu.Array]:
    """The first parameters, and the data, in device arrays of another library."""
    [w] = learner.init(0)
    return gpu.Array(w.numpy(), **words), *(gpu.Array(a, **words) for a in iris.data())


def test_parameters_start_on_the_device_as_on_the_cpu(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    [w], [want] = library.linear.init(7), cpu.init(7)
    assert isinstance(w, DeviceArray) and w.numpy().tobytes() == want.tobytes()


@pytest.mark.parametrize("versioned", [True, False])
def test_training_in_place(library: catgrad.Library, cpu: catgrad.Learner, versioned: bool) -> None:
    """Twenty steps are twenty steps of the CPU; the first initialises, and then nothing is allocated."""
    w, x, label = start(library.linear, versioned=versioned)
    assert library.linear.step_(w, x, label) == []
    before = gpu.counts()
    for _ in range(STEPS - 1):
        library.linear.step_(w, x, label)
    after = gpu.counts()
    assert near(w.numpy(), trained(cpu)) and not near(w.numpy(), trained(cpu, STEPS - 1))
    assert after["launches"] > before["launches"]
    assert all(after[name] - before[name] == 0 for name in ("allocations", "on_device"))


def test_training_out_of_place(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """New arrays come out, go in again, and are freed; the old ones stay as they were."""
    w, x, label = start(library.linear)
    first = w.numpy()
    p: list[Any] = [w]
    p = library.linear.step(*p, x, label)
    before = gpu.counts()
    for _ in range(STEPS - 1):
        p = library.linear.step(*p, x, label)
    after = gpu.counts()
    assert near(p[0].numpy(), trained(cpu)) and w.numpy().tobytes() == first.tobytes()
    assert after["allocations"] - before["allocations"] == after["frees"] - before["frees"] == STEPS - 1
    [y] = library.linear.predict(*p, x)
    assert near(y.numpy(), cpu.predict(trained(cpu), iris.data()[0])[0])


def test_our_own_arrays(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """numpy and a driver are enough to train."""
    p, data = library.linear.init(0), [to_device(array) for array in iris.data()]
    for _ in range(STEPS):
        library.linear.step_(*p, *data)
    assert near(p[0].numpy(), trained(cpu))


def test_streams_reach_producers_and_kernels(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """A producer hears which stream waits for it: DLPack's 1 is the default one."""
    w, x, label = start(library.linear)
    stream = gpu.new_stream()
    library.linear.step_(w, x, label)
    library.linear.step_(w, x, label, stream=stream)
    library.linear.step_(w, x, label, stream=types.SimpleNamespace(__cuda_stream__=lambda: (0, stream)))
    library.linear.step_(w, x, label, stream=types.SimpleNamespace(cuda_stream=stream))
    assert x.asked == [1, stream, stream, stream] and near(w.numpy(), trained(cpu, 4))
    for wrong in ("main", -1, 1.5, True):
        with pytest.raises(ArgumentError, match="expected a CUDA stream but got"):
            library.linear.step_(w, x, label, stream=wrong)
    library.cuda_shutdown()
    assert gpu.driver().cuStreamDestroy_v2(ctypes.c_void_p(stream)) == 0


def test_torch_brings_its_current_stream(library: catgrad.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for torch, which is large: what its arrays are asked is all that matters."""
    stream = gpu.new_stream()
    current = types.SimpleNamespace(current_stream=lambda device: types.SimpleNamespace(cuda_stream=stream))
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(cuda=current))
    monkeypatch.setattr(gpu.Array, "__module__", "torch")
    w, x, label = start(library.linear)
    library.linear.step_(w, x, label)
    library.linear.step_(w, x, label, stream=0)
    assert x.asked == [stream, 1]
    library.cuda_shutdown()
    assert gpu.driver().cuStreamDestroy_v2(ctypes.c_void_p(stream)) == 0


def test_our_arrays_wait_for_their_stream(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """A consumer's stream waits for ours, and nothing waits where there is nothing to wait for."""
    waited: list[tuple[int, int]] = []
    call = catgrad.devices.Driver.call

    def spy(self: Any, name: str, *arguments: Any) -> None:
        if name == "cuEventRecord":
            waited.append((arguments[1].value or 0, -1))
        if name == "cuStreamWaitEvent":
            waited[-1] = waited[-1][0], arguments[0].value or 0
        call(self, name, *arguments)

    data = [to_device(array) for array in iris.data()]
    w = library.linear.init(0)
    stream = gpu.new_stream()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catgrad.devices.Driver, "call", spy)
        w = library.linear.step(*w, *data, stream=stream)
        assert waited == []
        w = library.linear.step(*w, *data, stream=stream)
        assert waited == []
        w = library.linear.step(*w, *data)
        assert waited == [(stream, 0)]
        w[0].__dlpack__(stream=-1), w[0].__dlpack__(stream=None), w[0].__dlpack__(stream=1)
        assert waited == [(stream, 0)]
        library.linear.step_(*w, *data, stream=stream)
        assert waited == [(stream, 0), (0, stream)] and w[0].stream == stream
        for number in (None, 1, stream, 2, -1):  # DLPack's words; 2 is each thread's own default stream
            w[0].__dlpack__(stream=number)
        assert waited[2:] == [(stream, 0), (stream, 0), (stream, 2)]
    assert near(w[0].numpy(), trained(cpu, 4))
    del w
    library.cuda_shutdown()
    assert gpu.driver().cuStreamDestroy_v2(ctypes.c_void_p(stream)) == 0


def wrong_arrays() -> dict[str, tuple[Any, str]]:
    x = iris.data()[0]
    return {
        "host": (x, r"expected an array on a CUDA device but got one on the CPU\nhint: catgrad.to_device\(x\)"),
        "list": ([[1.0]], r"expected an array float32\[150, 4\] on a CUDA device but got list\nhint: catgrad.to_device"),
        "number": (1.0, "but got float"),
        "other device": (gpu.Array(x, device=(2, 1)), "expected an array on device 0, where 'w' is, but got one on device 1"),
        "other maker": (gpu.Array(x, device=(10, 0)), "but got one on a device of DLPack's kind 10"),
        "dtype": (gpu.Array(x.astype(np.float64)), r"expected float32 but got float64\nhint: convert it"),
        "unsigned": (gpu.Array(x.astype(np.uint8)), "expected float32 but got another type"),
        "shape": (gpu.Array(x[:149]), r"expected shape \(150, 4\) but got \(149, 4\)\nhint: shapes are fixed"),
        "flat": (gpu.Array(x.reshape(600)), r"hint: x.reshape\(\(150, 4\)\)"),
        "columns": (gpu.Array(x, strides=(1, 150)), "expected contiguous rows"),
    }


CASES = "host", "list", "number", "other device", "other maker", "dtype", "unsigned", "shape", "flat", "columns"


@pytest.mark.parametrize("case", CASES)
def test_wrong_array_is_an_error_that_says_what_to_call(library: catgrad.Library, case: str) -> None:
    w, _, label = start(library.linear)
    cases = wrong_arrays()
    assert list(cases) == list(CASES)
    value, message = cases[case]
    before = gpu.counts()["launches"]
    with pytest.raises(ArgumentError, match=message) as error:
        library.linear.step_(w, value, label)
    assert "linear_step_cuda, argument 'x'" in str(error.value) and gpu.counts()["launches"] == before


def test_wrong_number_of_arguments(library: catgrad.Library) -> None:
    w, x, _ = start(library.linear)
    with pytest.raises(ArgumentError, match=r"linear_step_cuda: expected 3 arguments \(w, x, \w+\) but got 2"):
        library.linear.step(w, x)


def test_all_arrays_on_a_device_that_is_not_current(library: catgrad.Library) -> None:
    with pytest.raises(ArgumentError, match="expected arrays on device 0, which is current in this thread, but got one "
                       "on device 1"):
        library.linear.step_(*start(library.linear, device=(2, 1)))


def test_arrays_that_stay_as_they_are(library: catgrad.Library) -> None:
    """Read-only arrays, those of JAX, and such as share their memory, are none to change in place."""
    w, x, label = start(library.linear, read_only=True)
    with pytest.raises(ArgumentError, match="'w': it is read-only, and would be changed in place"):
        library.linear.step_(w, x, label)
    library.linear.step(w, x, label)

    class Constant(gpu.Array):
        __module__ = "jaxlib._jax"

    with pytest.raises(ArgumentError, match="'w': it is read-only"):
        library.linear.step_(Constant(w.numpy()), x, label)
    w, x, label = start(library.linear)
    w._pointer, mine = x._pointer, w._pointer
    with pytest.raises(ArgumentError, match="'w' and 'x' share memory|'x' and 'w' share memory"):
        library.linear.step_(w, x, label)
    w._pointer = mine


def test_a_library_that_was_shut_down(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    w, x, label = start(library.linear)
    library.linear.step_(w, x, label)
    library.cuda_shutdown()
    library.cuda_shutdown()
    for _ in range(2):
        with pytest.raises(CatgradError, match=r"linear_step_cuda: the library was not initialised.*\(error -5\)\n"
                           r"hint: the library was shut down: library.cuda_init\(\) loads"):
            library.linear.step_(w, x, label)
    library.cuda_init()
    library.linear.step_(w, x, label)
    assert near(w.numpy(), trained(cpu, 2))


def test_what_the_driver_refuses(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """Its words come out, and the next call works."""
    w, x, label = start(library.linear)
    library.linear.step_(w, x, label)
    for failure, message in ((b"cuLaunchKernel:1:700", r"linear_predict_cuda: an illegal memory access was encountered "
                              r"\(error 700\)"),
                             (b"cuMemAlloc:1:2", r"cuMemAlloc_v2: out of memory \(error 2\)")):
        assert gpu.driver().fakecudaSetOption(b"FAIL", failure) == 0
        with pytest.raises(CatgradError, match=message) as error:
            library.linear.predict(w, x)
        assert type(error.value) is CatgradError
        assert gpu.driver().fakecudaSetOption(b"FAIL", b"") == 0
    library.linear.step_(w, x, label)
    assert near(w.numpy(), trained(cpu, 2))


def test_a_missing_driver_is_an_error_that_helps(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, numpy, catgrad\nlibrary = catgrad.load(sys.argv[1])\n"
         "try:\n    catgrad.to_device(numpy.ones(3))\n"
         "except catgrad.CatgradError as error:\n    print(error)", path],
        env={"PYTHONPATH": str(iris.EXAMPLE.parents[1] / "python")}, capture_output=True, text=True, timeout=60)
    if "libcuda.so.1 cannot be loaded" not in done.stdout:  # there is a GPU
        assert done.returncode == 0 and done.stdout == "", done.stderr
    else:
        assert re.search("hint: install NVIDIA's driver, or set LD_LIBRARY_PATH", done.stdout)


def test_threads_train_at_once(library: catgrad.Library, cpu: catgrad.Learner) -> None:
    """Each has a stream and a workspace of its own, and gets the context of the arrays."""
    want = trained(cpu)
    parameters = [start(library.linear) for _ in range(3)]
    streams = [0, gpu.new_stream(), gpu.new_stream()]
    failures: list[str] = []

    def run(number: int) -> None:
        try:
            w, x, label = parameters[number]
            for _ in range(STEPS):
                library.linear.step_(w, x, label, stream=streams[number])
            assert near(w.numpy(), want)
        except BaseException as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(repr(error))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_cpu_takes_no_device_arrays(cpu: catgrad.Learner) -> None:
    gpu.driver()
    x = to_device(iris.data()[0])
    with pytest.raises(ArgumentError, match="'x': expected an array on the CPU but got one on a CUDA device\nhint: x.numpy"):
        cpu.predict(*cpu.init(0), x)
    with pytest.raises(CatgradError, match="expected a library for CUDA but got one for the CPU"):
        cpu.library.cuda_init()


def test_calls_need_the_compiled_module(library: catgrad.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no way by ctypes: what that would read, capsules, is nanobind's."""
    catgrad.devices.reader.cache_clear()
    monkeypatch.setattr(catgrad.compiled, "module", lambda: None)
    with pytest.raises(CatgradError, match="arrays of a device need the package's compiled module.*\nhint: build it"):
        library.linear.step_(*start(library.linear))


def test_a_learner_of_python_for_the_device() -> None:
    gpu.driver()
    w = catgrad.Parameter((4, 3))
    words = {"optimiser": catgrad.optimisers.sgd(1e-3), "loss": catgrad.losses.mse, "report_loss": True}
    learners = [catgrad.learner(lambda x: x @ w, catgrad.f32[150, 4], **words, target=target) for target in ("cpu", "cuda")]
    p, q = learners[0].init(0), learners[1].init(0)
    ours = learners[1].step_(*q, *map(to_device, iris.data()))[0].numpy()
    assert np.isclose(ours, learners[0].step_(*p, *iris.data())[0], rtol=1e-5) and near(q[0].numpy(), p[0])
    learners[1].library.cuda_shutdown()
    with pytest.raises(CatgradError, match="expected option 'target' to be cpu or cuda but got 'gpu'"):
        catgrad.learner(lambda x: x @ w, catgrad.f32[150, 4], **words, target="gpu")


def test_arrays_of_every_type_go_there_and_back() -> None:
    gpu.driver()
    for name in ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "bool"):
        for shape in ((), (3,), (2, 0), (4, 5)):
            array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(name)
            there = to_device(array)
            assert there.__dlpack_device__() == (2, 0) and there.nbytes == array.nbytes
            assert there.numpy().tobytes() == array.tobytes() and there.numpy().shape == shape
    assert np.array_equal(to_device(np.arange(6).reshape(2, 3).T).numpy(), np.arange(6).reshape(2, 3).T)
    with pytest.raises(CatgradError, match="expected an element type among"):
        to_device(np.ones(3, np.uint8))
    assert repr(to_device(np.ones((2, 3), np.float32))) == "<float32[2, 3] on CUDA device 0>"
