# ===- cuda_native.py - call compiled libraries for CUDA --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Load a library that catgrad-compile made for CUDA, and call it as a C program does:
on the GPU test double, or on the driver that CATGRAD_CUDA_DRIVER names.

    gpu = Gpu()                                     # a context on the double
    lib = CudaLibrary(text, "linear")
    lib.init()
    buffers = [gpu.upload(w), gpu.upload(x), ...]   # device pointers
    lib["linear_step_cuda"](*buffers, workspace, stream)

The double has to be there before a library looks for a driver: the dynamic linker
knows it by its name then.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness

DOUBLE = harness.BUILD / "test" / "gpu"
# With "libcuda.so.1" the tests run on a real device.
DRIVER = os.environ.get("CATGRAD_CUDA_DRIVER", str(DOUBLE / "libcuda.so.1"))
ON_DEVICE = Path(DRIVER).resolve().parent != DOUBLE
# Tests that ask the double what happened, or want it to fail; a device's run does not have them.
needs_double = pytest.mark.double


class Statistics(ctypes.Structure):
    """struct FakeCudaStatistics."""

    _fields_ = [(name, ctypes.c_uint64) for name in (
        "launches graph_launches captures copies_to_device copies_to_host copies_on_device sets bytes_copied"
        " allocations frees bytes_allocated peak_bytes synchronisations modules function_lookups instructions"
        " bytes_loaded bytes_stored faults leaks calls").split()]


@functools.cache
def driver() -> ctypes.CDLL:
    """The driver, started; the double is quiet."""
    library = ctypes.CDLL(DRIVER)
    assert library.cuInit(0) == 0
    if not ON_DEVICE:
        assert library.fakecudaSetOption(b"QUIET", b"1") == 0
    return library


def option(name: str, value: str) -> None:
    """What FAKECUDA_<name> in the environment would say. A device has its own schedule and ignores one."""
    if ON_DEVICE:
        assert name == "SCHEDULE", f"only the double has the option {name}"
        return
    assert driver().fakecudaSetOption(name.encode(), value.encode()) == 0, (name, value)


def statistics() -> Statistics:
    """What happened since the last `reset`; the double alone knows."""
    assert not ON_DEVICE
    result = Statistics()
    driver().fakecudaGetStatistics(ctypes.byref(result))
    return result


def reset() -> None:
    """Counts from here, on the double."""
    if not ON_DEVICE:
        driver().fakecudaResetStatistics()


class Gpu:
    """A context, current in this thread, and a stream. The primary context is that of the CUDA runtime."""

    def __init__(self, primary: bool = False) -> None:
        self.primary = primary
        self.alignment = 1  # of all buffers at least
        self.context, self.stream = ctypes.c_void_p(), ctypes.c_void_p()
        self.memory: list[ctypes.c_uint64] = []
        if primary:
            assert driver().cuDevicePrimaryCtxRetain(ctypes.byref(self.context), 0) == 0
            assert driver().cuCtxSetCurrent(self.context) == 0
        else:
            assert driver().cuCtxCreate_v2(ctypes.byref(self.context), 0, 0) == 0
        assert driver().cuStreamCreate(ctypes.byref(self.stream), 1) == 0

    def allocate(self, size: int, alignment: int = 256) -> int:
        """A device pointer to `size` bytes, 0 for none; freed by `close`.

        It has that alignment and no larger one, for a callee may rely on no more.
        """
        if not size:
            return 0
        pointer, offset = ctypes.c_uint64(), max(alignment, self.alignment) % 256
        assert driver().cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_size_t(offset + size)) == 0
        self.memory.append(pointer)
        return pointer.value + offset

    def upload(self, array: np.ndarray) -> int:
        """A device pointer to the array's values, with the alignment of its element."""
        pointer = self.allocate(array.nbytes, array.itemsize)
        self.write(pointer, array)
        return pointer

    def write(self, pointer: int, array: np.ndarray) -> None:
        data = array.tobytes()
        assert driver().cuMemcpyHtoD_v2(ctypes.c_uint64(pointer), data, ctypes.c_size_t(len(data))) == 0
        # The copy and the stream, which does not wait for others, are ordered by this.
        assert driver().cuCtxSynchronize() == 0

    def wait(self) -> None:
        """Until all work of the stream is done."""
        assert driver().cuStreamSynchronize(self.stream) == 0

    def capture(self, work: Callable[[], int]) -> ctypes.c_void_p:
        """An executable graph of what `work` puts into the stream; destroy it with `drop`."""
        graph, executable = ctypes.c_void_p(), ctypes.c_void_p()
        assert driver().cuStreamBeginCapture_v2(self.stream, 1) == 0
        assert work() == 0
        assert driver().cuStreamEndCapture(self.stream, ctypes.byref(graph)) == 0
        assert driver().cuGraphInstantiateWithFlags(ctypes.byref(executable), graph, ctypes.c_ulonglong(0)) == 0
        assert driver().cuGraphDestroy(graph) == 0
        return executable

    def launch(self, graph: ctypes.c_void_p) -> None:
        assert driver().cuGraphLaunch(graph, self.stream) == 0

    @staticmethod
    def drop(graph: ctypes.c_void_p) -> None:
        assert driver().cuGraphExecDestroy(graph) == 0

    def download(self, pointer: int, like: np.ndarray) -> np.ndarray:
        """The array at `pointer`, of the type and shape of `like`."""
        self.wait()
        data = ctypes.create_string_buffer(like.nbytes)
        assert driver().cuMemcpyDtoH_v2(data, ctypes.c_uint64(pointer), ctypes.c_size_t(like.nbytes)) == 0
        return np.frombuffer(data.raw, like.dtype).reshape(like.shape)

    def close(self) -> None:
        """Frees everything; what a library left behind counts as leaked."""
        for pointer in self.memory:
            assert driver().cuMemFree_v2(pointer) == 0
        assert driver().cuStreamDestroy_v2(self.stream) == 0
        if self.primary:
            assert driver().cuDevicePrimaryCtxRelease_v2(0) == 0
        else:
            assert driver().cuCtxDestroy_v2(self.context) == 0


class CudaLibrary:
    """A library for CUDA. `library[S_cuda](pointers.., workspace, stream)` returns its code."""

    def __init__(self, text: str, name: str, *flags: str) -> None:
        self.native = harness.compile_text(text, "--target=cuda", *flags, name=name)
        self.entries: dict[str, dict[str, Any]] = {
            entry["symbol"]: entry for entry in self.native.manifest["functions"]}
        self.init = getattr(self.native.handle, f"{name}_cuda_init")
        self.shutdown = getattr(self.native.handle, f"{name}_cuda_shutdown")
        self.error_text = getattr(self.native.handle, f"{name}_cuda_error_string")
        self.error_text.restype = ctypes.c_char_p

    def describe(self, error: int) -> str:
        return self.error_text(error).decode()

    def __getitem__(self, symbol: str) -> Any:
        function = getattr(self.native.handle, symbol)
        entry = self.entries[symbol]
        function.restype = ctypes.c_int
        function.argtypes = [ctypes.c_void_p] * (len(entry["inputs"]) + len(entry["outputs"]) + 2)
        return function
