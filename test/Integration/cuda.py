# ===- cuda.py - run compiled kernels with numpy arrays ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Compile a module for CUDA and call its functions on numpy arrays.

    program = cuda_program(text)
    (y,) = program["f"](x)

Each call holds the kernels to their promises: buffers lie in allocations of their
own size, so that the GPU test double sees every access beyond them; outputs and the
workspace start without values; inputs are unchanged afterwards.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

import numpy as np

from cuda_native import ON_DEVICE, CudaLibrary, Gpu, driver, reset, statistics
from harness import Value


class CudaError(Exception):
    """A function returned an error; the message has the double's report."""


@functools.cache
def gpu() -> Gpu:
    """A context that stays; a fault of a kernel makes all later calls fail."""
    return Gpu()


def report() -> str:
    """What the double has found since the last call of this."""
    if ON_DEVICE:
        return "on a device"
    text = ctypes.create_string_buffer(4096)
    driver().fakecudaGetReport(text, ctypes.c_size_t(len(text)))
    driver().fakecudaClearReport()
    return text.value.decode()


class CudaFunction:
    """One function: `outputs = function(*inputs)`."""

    def __init__(self, library: CudaLibrary, entry: dict[str, Any]) -> None:
        self.library, self.entry = library, entry
        self.inputs = [Value.parse(value) for value in entry["inputs"]]
        self.outputs = [Value.parse(value) for value in entry["outputs"]]
        self.launches = self.instructions = 0  # of the last call

    def __call__(self, *arguments: Any, inplace: bool = False) -> list[np.ndarray]:
        """Call it once; `inplace` gives outputs the buffers of the inputs that they may share."""
        device = gpu()
        arrays = [value.array(argument) for value, argument in zip(self.inputs, arguments, strict=True)]
        first = len(device.memory)
        inputs = [device.upload(array) if array.size else 0 for array in arrays]
        names = [value.name for value in self.inputs]
        shared = {i: names.index(value.aliases) for i, value in enumerate(self.outputs) if inplace and value.aliases}
        likes = [np.empty(value.shape, value.dtype) for value in self.outputs]
        outputs = [inputs[shared[i]] if i in shared else device.allocate(like.nbytes, like.itemsize)
                   for i, like in enumerate(likes)]
        workspace = device.allocate(self.entry["workspace_bytes"], 64)
        reset()
        status = self.library[self.entry["symbol"]](*inputs, *outputs, workspace, device.stream)
        if not ON_DEVICE:
            self.launches = statistics().launches
        assert driver().cuStreamSynchronize(device.stream) == 0 or status
        if not ON_DEVICE:
            self.instructions = statistics().instructions
        if status:
            raise CudaError(f"{self.library.describe(status)}: {report()}")
        results = [device.download(pointer, like) if like.size else like for pointer, like in zip(outputs, likes)]
        for i, (pointer, array) in enumerate(zip(inputs, arrays)):
            assert i in shared.values() or not array.size or device.download(pointer, array).tobytes() == array.tobytes(), \
                f"changed its input {i}"
        for value, result in zip(self.outputs, results):
            assert value.dtype != np.bool_ or result.view(np.uint8).max(initial=0) <= 1
        for memory in device.memory[first:]:
            assert driver().cuMemFree_v2(memory) == 0
        del device.memory[first:]
        return results


class Resident:
    """The buffers of one function, for many calls in place, eager or by a graph that captured one."""

    def __init__(self, function: CudaFunction, *arguments: Any) -> None:
        self.function = function
        arrays = [value.array(argument) for value, argument in zip(function.inputs, arguments, strict=True)]
        self.first = len(gpu().memory)
        names = [value.name for value in function.inputs]
        inputs = [gpu().upload(array) for array in arrays]
        self.likes = [np.empty(value.shape, value.dtype) for value in function.outputs]
        self.outputs = [inputs[names.index(value.aliases)] if value.aliases else gpu().allocate(like.nbytes)
                        for value, like in zip(function.outputs, self.likes)]
        self.pointers = [*inputs, *self.outputs, gpu().allocate(function.entry["workspace_bytes"])]
        self.graph = gpu().capture(self.call)

    def call(self) -> int:
        return self.function.library[self.function.entry["symbol"]](*self.pointers, gpu().stream)

    def step(self, replay: bool) -> None:
        if replay:
            gpu().launch(self.graph)
        elif status := self.call():
            raise CudaError(f"{self.function.library.describe(status)}: {report()}")

    def results(self) -> list[np.ndarray]:
        return [gpu().download(pointer, like) for pointer, like in zip(self.outputs, self.likes)]

    def close(self) -> None:
        gpu().drop(self.graph)
        for memory in gpu().memory[self.first:]:
            assert driver().cuMemFree_v2(memory) == 0
        del gpu().memory[self.first:]


class CudaProgram:
    """A compiled module: `program["symbol"]` is a `CudaFunction`."""

    def __init__(self, text: str, *flags: str) -> None:
        gpu()
        self.library = CudaLibrary(text, "module", "--cubin=false", "-O1", *flags)
        status = self.library.init()
        if status:
            raise CudaError(f"{self.library.describe(status)}: {report()}")
        self.functions = {symbol.removesuffix("_cuda"): CudaFunction(self.library, entry)
                          for symbol, entry in self.library.entries.items() if entry["target"] == "cuda"}

    def __getitem__(self, symbol: str) -> CudaFunction:
        return self.functions[symbol]


cuda_program = functools.cache(CudaProgram)
