# ===- native.py - compiled libraries ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Native libraries: `load` one from a file, and call its functions on arrays.

This needs numpy and ctypes, not the compiler: what the functions take and give stands
in the manifest that every library carries.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import struct
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import arguments, compiled, cuda, dtypes
from .arguments import Signature
from .devices import to_device
from .errors import ArgumentError, CatgradError

ABI = 1


class Function(Signature):
    """A native function: `outputs = function(*inputs)`, a list with one array a result.

    Any number of threads may call it: each has a workspace of its own, which is kept, and
    the interpreter lock is free meanwhile. Raises ArgumentError for an array of another
    type, shape or order.
    """

    def __init__(self, library: ctypes.CDLL, entry: dict[str, Any]) -> None:
        super().__init__(entry)
        self._native = getattr(library, self.symbol)
        self._native.restype = None
        self._native.argtypes = [ctypes.c_void_p] * (len(self.inputs) + len(self.outputs) + 1)
        self._thread = threading.local()
        self._expected = [(tensor.dtype, tensor.shape) for tensor in self.inputs]
        self._fast: Any = None
        self._fast_in_place: Any = None
        self._fast, self._fast_in_place = self._bind()

    def _bind(self) -> tuple[Any, Any]:
        """The calls by the compiled module, which leaves to us what it does not take; None, None without it."""
        if compiled.module() is None:
            return None, None
        address = ctypes.cast(self._native, ctypes.c_void_p).value
        inputs = tuple((dtypes.from_numpy(tensor.dtype), tensor.shape, i in self._changed)
                       for i, tensor in enumerate(self.inputs))
        outputs = tuple((tensor.shape, tensor.dtype, -1 if place is None else place)
                        for place, tensor in zip(self._places, self.outputs))
        try:
            return compiled.module().bind(address, self.workspace_bytes, inputs, outputs, np.empty)
        except ValueError:  # more arguments than it can take
            return None, None

    def _workspace(self) -> int:
        """The address of this thread's workspace, a multiple of 64."""
        try:
            return self._thread.address
        except AttributeError:
            memory = np.empty(self.workspace_bytes + 64, np.uint8)
            self._thread.memory = memory
            self._thread.address = memory.ctypes.data + -memory.ctypes.data % 64
            return self._thread.address

    def _check(self, values: tuple[Any, ...]) -> list[np.ndarray]:
        self._check_count(values)
        arrays = []
        for i, (value, (dtype, shape)) in enumerate(zip(values, self._expected)):
            # What nearly every call has needs no more than this.
            if (type(value) is not np.ndarray or value.dtype != dtype or value.shape != shape
                    or not (value.flags.c_contiguous and value.flags.aligned)):
                value = arguments.view(value, self.inputs[i], self._where[i])
            arrays.append(value)
        return arrays

    def __call__(self, *values: Any) -> list[np.ndarray]:
        if self._fast is not None:
            outputs = self._fast(*values)
            if outputs is not NotImplemented:
                return outputs
        inputs = self._check(values)
        outputs = [np.empty(tensor.shape, tensor.dtype) for tensor in self.outputs]
        self._native(*[array.ctypes.data for array in inputs], *[array.ctypes.data for array in outputs],
                     self._workspace())
        return outputs

    def in_place(self, *values: Any) -> list[np.ndarray]:
        """The same, where outputs that belong to an input (parameters, state) replace it.

        Returns the outputs that belong to none, such as the loss. Raises ArgumentError for
        inputs that are read-only, or that share memory with one that is replaced.
        """
        if self._fast_in_place is not None:
            outputs = self._fast_in_place(*values)
            if outputs is not NotImplemented:
                return outputs
        inputs = self._check(values)
        for i in self._changed:
            where = self._where[i]
            if not isinstance(values[i], np.ndarray) and self.inputs[i].shape == ():
                raise ArgumentError(f"{where}: a number cannot be changed in place",
                                    hint=f"np.array(x, np.{self.inputs[i].dtype})")
            arguments.check_writable(inputs[i], where)
        self._check_apart([array.ctypes.data for array in inputs])
        outputs = [inputs[place] if place is not None else np.empty(tensor.shape, tensor.dtype)
                   for place, tensor in zip(self._places, self.outputs)]
        self._native(*[array.ctypes.data for array in inputs], *[array.ctypes.data for array in outputs],
                     self._workspace())
        return [array for place, array in zip(self._places, outputs) if place is None]


class Learner:
    """The functions of one learner. Each returns a list with one array a result.

        p = model.init(seed=0)          # parameters, then the optimiser's state
        [y] = model.predict(*p, x)
        p = model.step(*p, x, label)    # new arrays
        model.step_(*p, x, label)       # the same arrays, changed

    `predict`, `loss`, `rev` and `rev_p` take the parameters without the state: they may be
    given both, with what they do not need left out by `model.parameters_of(p)`.
    """

    def __init__(self, name: str, functions: dict[str, Any], library: Library) -> None:
        self.name = name
        self.library = library
        self._functions = functions
        kinds = {function.kind: function for function in functions.values()}
        self.predict, self.loss = kinds["predict"], kinds["loss"]
        self.rev, self.rev_p = kinds["rev"], kinds["rev_p"]
        self.step, self._init = kinds["step"], kinds.get("init")
        self.step_ = self.step.in_place
        self.parameters = [tensor for tensor in self.step.inputs if tensor.role == "parameter"]
        self.state = [tensor for tensor in self.step.inputs if tensor.role == "state"]

    def init(self, seed: int = 0) -> list[Any]:
        """Parameters drawn from `seed`, an integer of 64 bits, and the initial state.

        Arrays of numpy; of a library for CUDA, `DeviceArray`s of the same values on the
        device that is current in this thread.
        """
        if self._init is None:
            raise CatgradError(f"learner '{self.name}' has no function that draws parameters")
        if not hasattr(seed, "__index__") or not -2**63 <= int(seed) < 2**64:
            raise ArgumentError(f"expected an integer of 64 bits as seed but got {seed!r}")
        arrays = self._init((int(seed) + 2**63) % 2**64 - 2**63)
        return arrays if self.library.manifest["target"] == "cpu" else [to_device(array) for array in arrays]

    # A learner that was made from a function can be made for another batch.
    _for_batch: Callable[[int], Learner] | None = None

    def for_batch(self, size: int) -> Learner:
        """The same learner for inputs whose first axis has another size; compiled once.

        Raises CatgradError for a learner that was not made by `catgrad.learner`.
        """
        if self._for_batch is None:
            raise CatgradError(f"learner '{self.name}' is compiled for one batch size",
                               hint="one that catgrad.learner makes can be compiled for another")
        return self._for_batch(size)

    def parameters_of(self, values: list[np.ndarray]) -> list[np.ndarray]:
        """The parameters among what `init` and `step` return."""
        return list(values[:len(self.parameters)])

    def save(self, path: str | Path) -> None:
        """Writes the library to a file, for `catgrad.load` or a linker."""
        self.library.save(path)

    def __repr__(self) -> str:
        names = ", ".join(f"{tensor.name}: {tensor}" for tensor in self.parameters)
        return f"<learner {self.name} ({names})>"


class Library:
    """A native library: `library.functions`, `library.learners`, each by name and as an attribute.

    Those of a library for CUDA take arrays on a device.
    """

    text = ""  # of the module, if it was compiled here

    def __init__(self, path: str | Path) -> None:
        path = Path(path)
        try:
            self._bytes = path.read_bytes()
            if not is_whole(self._bytes):
                raise OSError("file ends too early")
            self._handle = ctypes.CDLL(str(path.resolve()))
        except OSError as error:
            raise CatgradError(f"could not load {path}: {error}",
                               hint="expected a shared library of catgrad-compile, for this processor") from error
        self.manifest = self._read_manifest(path)
        if self.manifest.get("abi") != ABI:
            raise CatgradError(f"{path}: expected calling convention {ABI} but got {self.manifest.get('abi')}",
                               hint="compile it with the catgrad that loads it")
        if self.manifest["target"] not in ("cpu", "cuda"):
            raise CatgradError(f"{path}: expected a library for cpu or cuda but got target '{self.manifest['target']}'",
                               hint="use a later catgrad")
        self._runtime = cuda.Runtime(self._handle, self._stem) if self.manifest["target"] == "cuda" else None
        self.functions = {entry["symbol"]: self._make(entry) for entry in self.manifest["functions"]}
        groups: dict[str, dict[str, Any]] = {}
        for entry in self.manifest["functions"]:
            if "learner" in entry:
                groups.setdefault(entry["learner"], {})[entry["symbol"]] = self.functions[entry["symbol"]]
        self.learners = {name: Learner(name, functions, self) for name, functions in groups.items()}

    def _make(self, entry: dict[str, Any]) -> Function | cuda.Function:
        if self._runtime is None or entry["target"] == "cpu":
            return Function(self._handle, entry)
        return cuda.Function(self._handle, entry, self._runtime)

    def cuda_init(self) -> None:
        """Loads the kernels into the context that is current in this thread.

        The first call of a function there does so, too. Raises CatgradError with what the
        library says, and for a library for the CPU.
        """
        self._cuda().init()

    def cuda_shutdown(self) -> None:
        """Unloads the kernels there, and frees the workspaces. Calls are errors until `cuda_init`."""
        self._cuda().shutdown()

    def _cuda(self) -> cuda.Runtime:
        if self._runtime is None:
            raise CatgradError("expected a library for CUDA but got one for the CPU",
                               hint="compile it with --target=cuda")
        return self._runtime

    def _read_manifest(self, path: Path) -> dict[str, Any]:
        # The file may have been renamed, so its name does not tell the symbol's.
        for symbol in sorted(set(re.findall(rb"[A-Za-z_]\w*_manifest(?=\0)", self._bytes))):
            try:
                data = ctypes.c_char.in_dll(self._handle, symbol.decode())
                manifest = json.loads(ctypes.string_at(ctypes.addressof(data)))
            except ValueError:  # no such symbol, or no JSON
                continue
            if isinstance(manifest, dict) and "abi" in manifest:
                self._stem = symbol.decode().removesuffix("_manifest")
                return manifest
        raise CatgradError(f"{path}: expected a library with a manifest but found none",
                           hint="libraries of catgrad-compile have one")

    def __getattr__(self, name: str) -> Any:
        for table in ("learners", "functions"):
            found = self.__dict__.get(table, {})
            if name in found:
                return found[name]
        raise AttributeError(f"no learner or function '{name}' among: "
                             + ", ".join([*self.__dict__.get("learners", ()), *self.__dict__.get("functions", ())]))

    def mlir(self, phase: str | None = None) -> str:
        """The module as it was compiled, or after a phase: catgrad, rev, linalg, bufferized, llvm.

        Raises CatgradError for a library that was loaded from a file.
        """
        return self._module() if phase is None else self._emit(phase)

    @property
    def asm(self) -> str:
        """The assembly."""
        return self._emit("asm")

    @property
    def source(self) -> str:
        """The same functions as static Python over an array backend."""
        return self._emit("python", python_lists=1)

    @property
    def c_source(self) -> str:
        """The same functions as one file of C99, for any compiler of it."""
        return self._emit("c")

    def _module(self) -> str:
        if not self.text:
            raise CatgradError("expected a library that was compiled here: one from a file has no module")
        return self.text

    def _emit(self, kind: str, **options: Any) -> str:
        from .driver import emit_text
        return emit_text(self._module(), kind, **options)

    def save(self, path: str | Path) -> None:
        """Writes the library to a file, for `load` or a linker."""
        Path(path).write_bytes(self._bytes)

    def __repr__(self) -> str:
        return f"<library of {', '.join([*self.learners, *self.functions])}>"


def is_whole(data: bytes) -> bool:
    """False if a file lacks memory that it describes: the dynamic linker would map it, and die."""
    if data[:6] != b"\x7fELF\x02\x01" or len(data) < 64:  # which the linker refuses in words
        return True
    [table] = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    if len(data) < table + size * count:
        return False
    headers = (table + size * i for i in range(count))
    ends = [struct.unpack_from("<Q", data, at + 8)[0] + struct.unpack_from("<Q", data, at + 32)[0] for at in headers]
    return max(ends, default=0) <= len(data)


def load(path: str | Path) -> Library:
    """The library in a file. Raises CatgradError for a file that is none of ours."""
    return Library(path)


def from_bytes(data: bytes) -> Library:
    """A library that is in no file (yet)."""
    descriptor, name = tempfile.mkstemp(prefix="catgrad-", suffix=".so")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        return Library(name)
    finally:
        os.unlink(name)  # what is mapped stays
