# ===- gpu.py - arrays on the GPU test double -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A device array of another library, such as torch's, on the test double of test/gpu."""

from __future__ import annotations

import ctypes
import functools
import os
from pathlib import Path
from typing import Any

import numpy as np

BUILD = Path(os.environ.get("CATGRAD_BUILD_DIR", Path(__file__).resolve().parents[2] / "build"))


@functools.cache
def driver() -> ctypes.CDLL:
    """The double, quiet. Whoever asks for libcuda.so.1 from now on finds it."""
    library = ctypes.CDLL(str(BUILD / "test" / "gpu" / "libcuda.so.1"))
    assert library.cuInit(0) == 0 and library.fakecudaSetOption(b"QUIET", b"1") == 0
    return library


def counts() -> dict[str, int]:
    """How many launches, allocations and frees there were since the start."""
    numbers = (ctypes.c_uint64 * 32)()
    driver().fakecudaGetStatistics(numbers)
    names = "launches graph_launches captures to_device to_host on_device sets bytes allocations frees".split()
    return dict(zip(names, numbers))


def new_stream() -> int:
    stream = ctypes.c_void_p()
    assert driver().cuStreamCreate(ctypes.byref(stream), 1) == 0
    return stream.value or 0


class Array:
    """Memory of the device with `__dlpack__`; `asked` lists the streams that it was asked for.

    The capsule is written by hand, field for field, and freed by the double.
    """

    def __init__(self, array: np.ndarray, *, device: tuple[int, int] = (2, 0), versioned: bool = True,
                 read_only: bool = False, strides: tuple[int, ...] | None = None) -> None:
        self.shape, self.dtype, self.size = array.shape, array.dtype, array.nbytes
        self.device, self.versioned, self.read_only, self.strides = device, versioned, read_only, strides
        self.asked: list[int | None] = []
        self._pointer = ctypes.c_uint64()
        assert driver().cuMemAlloc_v2(ctypes.byref(self._pointer), ctypes.c_size_t(max(self.size, 1))) == 0
        data = array.tobytes()
        assert not data or driver().cuMemcpyHtoD_v2(self._pointer, data, ctypes.c_size_t(len(data))) == 0

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.device

    def __dlpack__(self, *, stream: int | None = None, **words: Any) -> Any:
        if not self.versioned and words:
            raise TypeError("unexpected keyword argument 'max_version'")
        self.asked.append(stream)
        return capsule(self)

    def numpy(self) -> np.ndarray:
        assert driver().cuCtxSynchronize() == 0
        array = np.empty(self.shape, self.dtype)
        assert not self.size or driver().cuMemcpyDtoH_v2(
            ctypes.c_void_p(array.ctypes.data), self._pointer, ctypes.c_size_t(self.size)) == 0
        return array

    def __del__(self) -> None:
        driver().cuMemFree_v2(self._pointer)


class Tensor(ctypes.Structure):
    """DLTensor."""

    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
                ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
                ("byte_offset", ctypes.c_uint64)]


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    """DLManagedTensor."""

    _fields_ = [("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", DELETER)]


class ManagedVersioned(ctypes.Structure):
    """DLManagedTensorVersioned."""

    _fields_ = [("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p),
                ("deleter", DELETER), ("flags", ctypes.c_uint64), ("tensor", Tensor)]


alive: dict[int, Any] = {}  # what capsules point to, until their consumer calls the deleter


@DELETER
def delete(address: int) -> None:
    del alive[address]


def capsule(array: Array) -> Any:
    """A capsule of DLPack over the array's memory, which stays alive with it."""
    rank = len(array.shape)
    shape = (ctypes.c_int64 * rank)(*array.shape)
    strides = (ctypes.c_int64 * rank)(*array.strides) if array.strides else None
    code = {"f": 2, "i": 0, "u": 1, "b": 6}[array.dtype.kind]
    tensor = Tensor(array._pointer.value, *array.device, rank, code, 8 * array.dtype.itemsize, 1, shape, strides, 0)
    managed = ManagedVersioned(1, 0, None, delete, int(array.read_only), tensor) if array.versioned else \
        Managed(tensor, None, delete)
    alive[ctypes.addressof(managed)] = managed, array, shape, strides
    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return make(ctypes.addressof(managed), b"dltensor_versioned" if array.versioned else b"dltensor", None)
