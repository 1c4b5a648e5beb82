# ===- devices.py - arrays and streams of CUDA ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Arrays on CUDA devices: ours, and those that other libraries give by DLPack.

    x = to_device(np.ones((150, 4), np.float32))
    torch.from_dlpack(x)                       # no copy
    x.numpy()                                  # a copy on the host
"""

from __future__ import annotations

import ctypes
import functools
import math
import sys
from typing import Any

import numpy as np

from . import compiled, dtypes
from .arguments import CPU, CUDA, MANAGED, PINNED, Tensor
from .errors import ArgumentError, CatgradError


class Driver:
    """The CUDA driver: `driver().call("cuMemFree_v2", pointer)`."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL("libcuda.so.1")
        except OSError as error:
            raise CatgradError("no CUDA driver: libcuda.so.1 cannot be loaded",
                               hint="install NVIDIA's driver, or set LD_LIBRARY_PATH") from error
        self.call("cuInit", ctypes.c_uint(0))

    def call(self, name: str, *arguments: Any) -> None:
        """Calls the driver, without the interpreter lock. Raises CatgradError for what it refuses."""
        status = getattr(self._library, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self._library.cuGetErrorString(status, ctypes.byref(text))
            raise CatgradError(f"{name}: {(text.value or b'unknown error').decode()} (error {status})")


@functools.cache
def driver() -> Driver:
    """The driver, started. Raises CatgradError when there is none."""
    return Driver()


@functools.cache
def primary_context(device: int) -> ctypes.c_void_p:
    """The context that the CUDA runtime, and so torch and JAX, use; kept from then on."""
    context = ctypes.c_void_p()
    driver().call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
    return context


def current_context() -> int | None:
    """The address of this thread's context."""
    context = ctypes.c_void_p()
    driver().call("cuCtxGetCurrent", ctypes.byref(context))
    return context.value


def enter(device: int) -> int:
    """Makes sure that this thread has a context of a device, and returns its address.

    A thread without one gets the device's primary context. Raises ArgumentError when the
    context is of another device.
    """
    context = current_context()
    if context is None:
        driver().call("cuCtxSetCurrent", primary_context(device))
        return primary_context(device).value or 0
    current = ctypes.c_int()
    driver().call("cuCtxGetDevice", ctypes.byref(current))
    if current.value != device:
        raise ArgumentError(f"expected arrays on device {current.value}, which is current in this thread, but got one on "
                            f"device {device}", hint="make its device current, with torch.cuda.set_device(x.device) or the like")
    return context


class Memory:
    """Memory of a device, freed with this object."""

    def __init__(self, size: int) -> None:
        self.address = 0
        self._context = ctypes.c_void_p(current_context())
        if size:
            pointer = ctypes.c_uint64()
            driver().call("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_size_t(size))
            self.address = pointer.value

    def __del__(self) -> None:
        # At the interpreter's exit the driver may be gone, and takes the memory with it.
        if self.address and not sys.is_finalizing():
            driver().call("cuCtxPushCurrent_v2", self._context)
            driver().call("cuMemFree_v2", ctypes.c_uint64(self.address))  # waits for work that uses it
            driver().call("cuCtxPopCurrent_v2", ctypes.byref(ctypes.c_void_p()))


class DeviceArray:
    """An array on a CUDA device, for any library that has DLPack.

    `stream` is the stream whose work gives it its values, which has to live as long as
    they are asked for; None: it has them. A consumer's stream waits for it; the host does not.
    """

    def __init__(self, tensor: Tensor, device: int, stream: int | None) -> None:
        """Memory without values, in the current context."""
        self.shape, self.dtype, self.device, self.stream = tensor.shape, tensor.dtype, device, stream
        self._memory = Memory(tensor.nbytes)
        self.address = self._memory.address

    @property
    def nbytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape)

    def __dlpack_device__(self) -> tuple[int, int]:
        return CUDA, self.device

    def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None,
                   dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> Any:
        wrapped = compiled.required().wrap(self.address, dtypes.from_numpy(self.dtype), self.shape, self.device, self._memory)
        capsule = wrapped.__dlpack__(max_version=max_version, dl_device=dl_device, copy=copy)
        if stream != -1:  # which asks for no order; no stream and 1 are the default stream
            self.prepare(0 if stream in (None, 1) else stream or 0)
        return capsule

    def prepare(self, consumer: int) -> None:
        """Makes a stream wait until the array has its values."""
        if self.stream is None or self.stream == consumer:
            return
        event = ctypes.c_void_p()
        driver().call("cuEventCreate", ctypes.byref(event), 2)  # CU_EVENT_DISABLE_TIMING
        driver().call("cuEventRecord", event, ctypes.c_void_p(self.stream))
        driver().call("cuStreamWaitEvent", ctypes.c_void_p(consumer), event, 0)
        driver().call("cuEventDestroy_v2", event)  # once the stream is past it

    def numpy(self) -> np.ndarray:
        """A copy on the host, when the array has its values."""
        enter(self.device)
        if self.stream is not None:
            driver().call("cuStreamSynchronize", ctypes.c_void_p(self.stream))
        array = np.empty(self.shape, self.dtype)
        if array.nbytes:
            driver().call("cuMemcpyDtoH_v2", ctypes.c_void_p(array.ctypes.data), ctypes.c_uint64(self.address),
                          ctypes.c_size_t(array.nbytes))
        return array

    def __repr__(self) -> str:
        return f"<{self.dtype}[{', '.join(map(str, self.shape))}] on CUDA device {self.device}>"


def to_device(value: Any, device: int = 0) -> DeviceArray:
    """A copy of an array of the host, of any shape, on a CUDA device.

    Raises ArgumentError for an element type that compiled functions do not have, and
    CatgradError for what the driver refuses.
    """
    array = np.asarray(value, order="C")
    dtypes.from_numpy(array.dtype)
    enter(device)
    result = DeviceArray(Tensor("", array.dtype, array.shape, "input"), device, None)
    if array.nbytes:
        driver().call("cuMemcpyHtoD_v2", ctypes.c_uint64(result.address), ctypes.c_void_p(array.ctypes.data),
                      ctypes.c_size_t(array.nbytes))
        # The bytes have left the array, but may not have arrived.
        driver().call("cuStreamSynchronize", ctypes.c_void_p(0))
    return result


def device_of(value: Any, tensor: Tensor, where: str) -> int:
    """The number of the CUDA device where an array is. Raises ArgumentError for one elsewhere."""
    if type(value) is DeviceArray:
        return value.device
    if not hasattr(value, "__dlpack_device__") or not hasattr(value, "__dlpack__"):
        raise ArgumentError(f"{where}: expected an array {tensor} on a CUDA device but got {type(value).__name__}",
                            hint=f"catgrad.to_device(np.asarray(x, np.{tensor.dtype.name}))")
    kind, device = map(int, value.__dlpack_device__())
    if kind not in (CUDA, MANAGED):
        place = "the CPU" if kind in (CPU, PINNED) else f"a device of DLPack's kind {kind}"
        raise ArgumentError(f"{where}: expected an array on a CUDA device but got one on {place}",
                            hint="catgrad.to_device(x), or, with torch, x.cuda()")
    return device


@functools.cache
def reader(dtype: np.dtype, shape: tuple[int, ...]) -> Any:
    return compiled.required().Reader(dtypes.from_numpy(dtype), shape)


def read(value: Any, tensor: Tensor, where: str, stream: int) -> Any:
    """What a library has on a device: an object with `address`, checked against `tensor`.

    `stream` waits until the array has its values. Raises ArgumentError.
    """
    if type(value) is DeviceArray and (value.dtype, value.shape) == (tensor.dtype, tensor.shape):
        value.prepare(stream)
        return value
    try:
        view = reader(tensor.dtype, tensor.shape).read(value, stream)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        hint = "x.detach()" if getattr(value, "requires_grad", False) else "a copy"
        raise ArgumentError(f"{where}: its memory cannot be read: {error}", hint=f"pass {hint}") from error
    if view.fits:
        return view
    if view.type != dtypes.from_numpy(tensor.dtype):
        name = tensor.dtype.name
        raise ArgumentError(f"{where}: expected {name} but got {dtypes.NUMPY.get(view.type, view.type or 'another type')}",
                            hint=f"convert it: x.astype(np.{name}), or, with torch, x.to(torch.{name})")
    if view.shape != tensor.shape:
        fits = math.prod(view.shape) == math.prod(tensor.shape)
        raise ArgumentError(f"{where}: expected shape {tensor.shape} but got {view.shape}",
                            hint=f"x.reshape({tensor.shape})" if fits else
                            "shapes are fixed when the model is compiled: compile it for this one, or pass "
                            "as many rows as it takes")
    raise ArgumentError(f"{where}: expected contiguous rows but got strides", hint="x.contiguous(), or a copy")


def stream_of(stream: Any, values: tuple[Any, ...]) -> int:
    """The driver's handle of a stream: a number, or an object of torch, CuPy or cuda.core.

    None is torch's current stream when an array is torch's, and else the default stream.
    Raises ArgumentError for anything else.
    """
    if stream is None:
        for value in values:
            if type(value) is not DeviceArray and type(value).__module__.partition(".")[0] == "torch":
                return int(sys.modules["torch"].cuda.current_stream(value.device).cuda_stream)
        return 0
    if hasattr(stream, "__cuda_stream__"):
        return int(stream.__cuda_stream__()[1])
    for name in ("cuda_stream", "ptr"):  # torch's, CuPy's
        stream = getattr(stream, name, stream)
    if isinstance(stream, int) and not isinstance(stream, bool) and stream >= 0:
        return stream
    raise ArgumentError(f"expected a CUDA stream but got {stream!r}", hint="torch.cuda.current_stream(), or the driver's handle")
