# ===- cuda.py - functions of libraries for CUDA --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions that were compiled for CUDA, called on arrays of a device."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

from .arguments import Signature
from .devices import DeviceArray, Memory, current_context, device_of, enter, read, stream_of
from .errors import ArgumentError, CatgradError

# Codes of the runtime that libraries contain: docs/cuda.md lists them.
NO_CONTEXT, NOT_INITIALISED, WRONG_CONTEXT = -4, -5, -6
HINTS = {
    -1: "install NVIDIA's driver, or set LD_LIBRARY_PATH",
    -2: "install a newer driver, or compile with an older chip in --gpu",
    -3: "compile with the device's chip in --gpu",
    NOT_INITIALISED: "the library was shut down: library.cuda_init() loads its kernels again",
    WRONG_CONTEXT: "pass a stream of the context that is current, and arrays of it",
    -7: "call library.cuda_shutdown() in a context that is done with",
    -9: "pass a copy: its memory begins where it does",
}


class Runtime:
    """The part of a library that loads its kernels into contexts.

    The first call in a context does so, and no call does once the library was shut down there.
    """

    def __init__(self, library: ctypes.CDLL, stem: str) -> None:
        self._init = getattr(library, f"{stem}_cuda_init")
        self._shutdown = getattr(library, f"{stem}_cuda_shutdown")
        self._describe = getattr(library, f"{stem}_cuda_error_string")
        self._describe.restype = ctypes.c_char_p
        self._closed: set[int] = set()  # contexts
        self._workspaces: dict[tuple[int, int, int, str], Memory] = {}

    def check(self, what: str, status: int) -> None:
        """Raises CatgradError for a code that is none of success."""
        if status:
            raise CatgradError(f"{what}: {self._describe(status).decode()} (error {status})", hint=HINTS.get(status, ""))

    def init(self) -> None:
        context = current_context() or enter(0)
        self.check("cuda_init", self._init())
        self._closed.discard(context)

    def shutdown(self) -> None:
        context = current_context() or enter(0)
        for key in [key for key in self._workspaces if key[0] == context]:
            del self._workspaces[key]
        self._closed.add(context)
        self.check("cuda_shutdown", self._shutdown())

    def workspace(self, function: Signature, context: int, stream: int) -> int:
        """The address of a function's workspace for this thread and stream; it is kept."""
        key = context, threading.get_ident(), stream, function.symbol
        if key not in self._workspaces:
            self._workspaces[key] = Memory(function.workspace_bytes)
        return self._workspaces[key].address

    def run(self, symbol: str, call: Callable[[], int], context: int) -> None:
        status = call()
        if status in (NOT_INITIALISED, WRONG_CONTEXT) and context not in self._closed:
            self.check(symbol, self._init())
            status = call()
        self.check(symbol, status)


class Function(Signature):
    """A native function on a device: `outputs = function(*inputs, stream=None)`.

    Inputs are arrays of a CUDA device by DLPack, outputs `DeviceArray`s. The work is put
    into the stream (torch's current one for torch's arrays, else the default one), and the
    call returns before it is done. Any number of threads may call it. Raises ArgumentError
    for an array of another device, type, shape or order, and CatgradError for what the
    library or the driver refuses.
    """

    def __init__(self, library: ctypes.CDLL, entry: dict[str, Any], runtime: Runtime) -> None:
        super().__init__(entry)
        self._runtime = runtime
        self._native = getattr(library, self.symbol)
        self._native.argtypes = [ctypes.c_void_p] * (len(self.inputs) + len(self.outputs) + 2)

    def __call__(self, *values: Any, stream: Any = None) -> list[DeviceArray]:
        return self._run(values, stream, in_place=False)

    def in_place(self, *values: Any, stream: Any = None) -> list[DeviceArray]:
        """The same, where outputs that belong to an input (parameters, state) replace it.

        Returns the outputs that belong to none, such as the loss. Raises ArgumentError for
        inputs that are read-only, or that share memory with one that is replaced.
        """
        return self._run(values, stream, in_place=True)

    def _enter(self, values: tuple[Any, ...]) -> tuple[int, int]:
        """The device of the arrays, and the context."""
        self._check_count(values)
        devices = [device_of(*each) for each in zip(values, self.inputs, self._where)]
        for i, device in enumerate(devices):
            if device != devices[0]:
                raise ArgumentError(f"{self._where[i]}: expected an array on device {devices[0]}, where "
                                    f"'{self.inputs[0].name}' is, but got one on device {device}")
        device = devices[0] if devices else 0
        return device, enter(device)

    def _check_changed(self, values: tuple[Any, ...], views: list[Any]) -> None:
        for i in self._changed:
            # JAX's arrays come without a word that they must not be changed.
            if type(values[i]) is not DeviceArray and (
                    not views[i].writable or type(values[i]).__module__.partition(".")[0] in ("jax", "jaxlib")):
                raise ArgumentError(f"{self._where[i]}: it is read-only, and would be changed in place",
                                    hint="pass a copy, or call the function without underscore")
        self._check_apart([view.address for view in views])

    def _run(self, values: tuple[Any, ...], stream: Any, in_place: bool) -> list[DeviceArray]:
        device, context = self._enter(values)
        handle = stream_of(stream, values)
        # Kept until the work is in the stream: then whoever frees the memory waits for it.
        views = [read(*each, handle) for each in zip(values, self.inputs, self._where)]
        if in_place:
            self._check_changed(values, views)
        results: list[DeviceArray] = []
        addresses = [view.address for view in views]
        for place, tensor in zip(self._places, self.outputs):
            if in_place and place is not None:
                addresses.append(views[place].address)
            else:
                results.append(DeviceArray(tensor, device, handle))
                addresses.append(results[-1].address)
        workspace = self._runtime.workspace(self, context, handle)
        self._runtime.run(self.symbol, lambda: self._native(*addresses, workspace, handle), context)
        for i in self._changed if in_place else ():
            if isinstance(values[i], DeviceArray):
                values[i].stream = handle
        return results
