# ===- cuda.py - run compiled kernels on the GPU test double ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Compile a module to CUDA kernels and run its functions on the double of test/gpu.

    program = cuda_program(text)
    (y,) = program["f"](x)

Each call holds the kernels to their promises: buffers lie in allocations of their
own size, so that the double sees every access beyond them; outputs and the
workspace start without values; inputs are unchanged afterwards.
"""

from __future__ import annotations

import ctypes
import functools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

import harness
from harness import Value

POINTER = ctypes.c_uint64


class CudaError(Exception):
    """The driver returned something else than success; the message has the double's report."""


@functools.cache
def driver() -> ctypes.CDLL:
    """The double, with a context that stays."""
    library = ctypes.CDLL(str(harness.BUILD / "test" / "gpu" / "libcuda.so.1"))
    library.fakecudaGetReport.restype = ctypes.c_size_t
    check(library, library.cuInit(0))
    context, device = ctypes.c_void_p(), ctypes.c_int()
    check(library, library.cuDeviceGet(ctypes.byref(device), 0))
    check(library, library.cuCtxCreate_v2(ctypes.byref(context), 0, device))
    return library


def check(library: ctypes.CDLL, status: int) -> None:
    if status != 0:  # a fault of a kernel stays, so that all later calls fail
        report = ctypes.create_string_buffer(4096)
        library.fakecudaGetReport(report, ctypes.c_size_t(len(report)))
        raise CudaError(f"status {status}: {report.value.decode()}")


class Memory:
    """Device memory for one argument."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pointer = POINTER(0)
        if size:
            check(driver(), driver().cuMemAlloc_v2(ctypes.byref(self.pointer), ctypes.c_size_t(size)))

    def write(self, data: bytes) -> None:
        if self.size:
            check(driver(), driver().cuMemcpyHtoD_v2(self.pointer, data, ctypes.c_size_t(self.size)))

    def read(self) -> bytes:
        data = ctypes.create_string_buffer(self.size)
        if self.size:
            check(driver(), driver().cuMemcpyDtoH_v2(data, self.pointer, ctypes.c_size_t(self.size)))
        return data.raw

    def free(self) -> None:
        if self.size:
            check(driver(), driver().cuMemFree_v2(self.pointer))


class CudaFunction:
    """One function: `outputs = function(*inputs)`."""

    def __init__(self, program: CudaProgram, entry: dict[str, Any], plan: dict[str, Any]) -> None:
        self.program, self.plan, self.entry = program, plan, entry
        self.inputs = [Value.parse(value) for value in entry["inputs"]]
        self.outputs = [Value.parse(value) for value in entry["outputs"]]

    @property
    def launches(self) -> list[dict[str, Any]]:
        return self.plan["launches"]

    def __call__(self, *arguments: Any, inplace: bool = False) -> list[np.ndarray]:
        arrays = [value.array(argument) for value, argument in zip(self.inputs, arguments, strict=True)]
        inputs = [Memory(array.nbytes) for array in arrays]
        for memory, array in zip(inputs, arrays):
            memory.write(array.tobytes())
        names = [value.name for value in self.inputs]
        shared = {i: names.index(value.aliases) for i, value in enumerate(self.outputs) if inplace and value.aliases}
        outputs = [inputs[shared[i]] if i in shared else Memory(int(np.prod(value.shape, dtype=np.int64)) * value.dtype.itemsize)
                   for i, value in enumerate(self.outputs)]
        workspace = Memory(self.plan["workspace_bytes"])
        memories = [*inputs, *outputs, workspace]
        assert len(memories) == self.plan["pointers"]
        try:
            self.run([memory.pointer.value for memory in memories])
            results = []
            for value, memory in zip(self.outputs, outputs):
                data = memory.read()
                assert value.dtype != np.bool_ or max(data, default=0) <= 1
                results.append(np.frombuffer(data, value.dtype).reshape(value.shape))
            for i, (memory, array) in enumerate(zip(inputs, arrays)):
                assert i in shared.values() or memory.read() == array.tobytes(), f"changed its input {i}"
            return results
        finally:
            for memory in {id(memory): memory for memory in memories}.values():
                memory.free()

    def run(self, pointers: Sequence[int]) -> None:
        """What the host does in a step."""
        for copy in self.plan["copies"]:
            to, from_ = pointers[copy["destination"]], pointers[copy["source"]]
            if to != from_:
                check(driver(), driver().cuMemcpyDtoDAsync_v2(
                    POINTER(to), POINTER(from_), ctypes.c_size_t(copy["bytes"]), None))
        for launch in self.launches:
            values = [POINTER(pointers[argument["pointer"]] + argument["offset"]) for argument in launch["arguments"]]
            addresses = (ctypes.c_void_p * len(values))(*(ctypes.addressof(value) for value in values))
            check(driver(), driver().cuLaunchKernel(
                self.program.kernel(launch["kernel"]), *launch["grid"], *launch["block"], launch["shared_bytes"], None,
                addresses, None))


class CudaProgram:
    """A compiled module: `program["symbol"]` is a `CudaFunction`."""

    def __init__(self, text: str, *flags: str) -> None:
        self.json = json.loads(harness.run_tool("catgrad-translate", "--catgrad-to-cuda-json", *flags, "-", text=text))
        self.load(self.json["images"][0]["ptx"])
        plans = {plan["symbol"]: plan for plan in self.json["functions"]}
        self.functions = {entry["symbol"]: CudaFunction(self, entry, plans[entry["symbol"]])
                          for entry in self.json["manifest"]["functions"]}

    @property
    def ptx(self) -> str:
        return self.json["images"][0]["ptx"]

    def load(self, ptx: str) -> None:
        """Take the kernels from this text from now on."""
        self.module = ctypes.c_void_p()
        self.kernels: dict[str, ctypes.c_void_p] = {}
        check(driver(), driver().cuModuleLoadData(ctypes.byref(self.module), ptx.encode()))

    def kernel(self, name: str) -> ctypes.c_void_p:
        if name not in self.kernels:
            self.kernels[name] = ctypes.c_void_p()
            check(driver(), driver().cuModuleGetFunction(ctypes.byref(self.kernels[name]), self.module, name.encode()))
        return self.kernels[name]

    def __getitem__(self, symbol: str) -> CudaFunction:
        return self.functions[symbol]


cuda_program = functools.cache(CudaProgram)
