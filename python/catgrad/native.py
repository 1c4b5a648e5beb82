# ===- native.py - compiled libraries ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Native libraries: `load` one from a file, and call its functions on arrays.

This needs numpy and ctypes, not the compiler: what the functions take and give stands
in the manifest that every library carries.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.machinery
import importlib.util
import json
import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import arguments, dtypes
from .arguments import Tensor
from .errors import ArgumentError, CatgradError

ABI = 1


@functools.cache
def fast_module() -> Any:
    """The compiled module, of the wheel or of the build folder; None if it was not built for
    this Python, or CATGRAD_CALLS=ctypes asks for none."""
    if os.environ.get("CATGRAD_CALLS") == "ctypes":
        return None
    package = Path(__file__).resolve().parent
    build = Path(os.environ.get("CATGRAD_BUILD_DIR", package.parents[1] / "build"))
    for folder in (package, build / "python" / "catgrad"):
        for path in (folder / f"_call{suffix}" for suffix in importlib.machinery.EXTENSION_SUFFIXES):
            if not path.exists():
                continue
            name = "catgrad._call"
            spec = importlib.util.spec_from_file_location(
                name, path, loader=importlib.machinery.ExtensionFileLoader(name, str(path)))
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return None


class Function:
    """A native function: `outputs = function(*inputs)`, a list with one array a result.

    Any number of threads may call it: each has a workspace of its own, which is kept, and
    the interpreter lock is free meanwhile. Raises ArgumentError for an array of another
    type, shape or order.
    """

    def __init__(self, library: ctypes.CDLL, entry: dict[str, Any]) -> None:
        self.symbol: str = entry["symbol"]
        self.kind: str = entry["kind"]
        self.inputs = [Tensor.parse(value) for value in entry["inputs"]]
        self.outputs = [Tensor.parse(value) for value in entry["outputs"]]
        self.workspace_bytes: int = entry["workspace_bytes"]
        self._native = getattr(library, self.symbol)
        self._native.restype = None
        self._native.argtypes = [ctypes.c_void_p] * (len(self.inputs) + len(self.outputs) + 1)
        self._thread = threading.local()
        self._expected = [(tensor.dtype, tensor.shape) for tensor in self.inputs]
        names = [tensor.name for tensor in self.inputs]
        # For the call in place: which input each output is, if any.
        self._places = [names.index(tensor.aliases) if tensor.aliases else None for tensor in self.outputs]
        self._changed = [place for place in self._places if place is not None]
        self._fast: Any = None
        self._fast_in_place: Any = None
        self._fast, self._fast_in_place = self._bind()

    def _bind(self) -> tuple[Any, Any]:
        """The calls by the compiled module, which leaves to us what it does not take; None, None without it."""
        if fast_module() is None:
            return None, None
        address = ctypes.cast(self._native, ctypes.c_void_p).value
        inputs = tuple((dtypes.from_numpy(tensor.dtype), tensor.shape, i in self._changed)
                       for i, tensor in enumerate(self.inputs))
        outputs = tuple((tensor.shape, tensor.dtype, -1 if place is None else place)
                        for place, tensor in zip(self._places, self.outputs))
        try:
            return fast_module().bind(address, self.workspace_bytes, inputs, outputs, np.empty)
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
        if len(values) != len(self.inputs):
            names = ", ".join(tensor.name for tensor in self.inputs)
            raise ArgumentError(f"{self.symbol}: expected {len(self.inputs)} arguments ({names}) "
                                f"but got {len(values)}")
        arrays = []
        for i, (value, (dtype, shape)) in enumerate(zip(values, self._expected)):
            # What nearly every call has needs no more than this.
            if (type(value) is not np.ndarray or value.dtype != dtype or value.shape != shape
                    or not (value.flags.c_contiguous and value.flags.aligned)):
                value = arguments.view(value, self.inputs[i], f"{self.symbol}, argument '{self.inputs[i].name}'")
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
            where = f"{self.symbol}, argument '{self.inputs[i].name}'"
            if not isinstance(values[i], np.ndarray) and self.inputs[i].shape == ():
                raise ArgumentError(f"{where}: a number cannot be changed in place",
                                    hint=f"np.array(x, np.{self.inputs[i].dtype})")
            arguments.check_writable(inputs[i], where)
        self._check_apart(inputs)
        outputs = [inputs[place] if place is not None else np.empty(tensor.shape, tensor.dtype)
                   for place, tensor in zip(self._places, self.outputs)]
        self._native(*[array.ctypes.data for array in inputs], *[array.ctypes.data for array in outputs],
                     self._workspace())
        return [array for place, array in zip(self._places, outputs) if place is None]

    def _check_apart(self, inputs: list[np.ndarray]) -> None:
        """Raises ArgumentError if an array that is replaced overlaps another."""
        ranges = sorted((array.ctypes.data, array.ctypes.data + array.nbytes, i)
                        for i, array in enumerate(inputs) if array.nbytes)
        end, last = 0, -1
        for start, stop, i in ranges:
            if start < end and (i in self._changed or last in self._changed):
                names = f"'{self.inputs[last].name}' and '{self.inputs[i].name}'"
                raise ArgumentError(f"{self.symbol}: {names} share memory, and one would be changed in place",
                                    hint="pass x.copy() for one of them")
            if stop > end:
                end, last = stop, i

    def __repr__(self) -> str:
        inputs = ", ".join(f"{tensor.name}: {tensor}" for tensor in self.inputs)
        outputs = ", ".join(f"{tensor.name}: {tensor}" for tensor in self.outputs)
        return f"<native function {self.symbol}({inputs}) -> {outputs}>"


class Learner:
    """The functions of one learner. Each returns a list with one array a result.

        p = model.init(seed=0)          # parameters, then the optimiser's state
        [y] = model.predict(*p, x)
        p = model.step(*p, x, label)    # new arrays
        model.step_(*p, x, label)       # the same arrays, changed

    `predict`, `loss`, `rev` and `rev_p` take the parameters without the state: they may be
    given both, with what they do not need left out by `model.parameters_of(p)`.
    """

    def __init__(self, name: str, functions: dict[str, Function], library: Library) -> None:
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

    def init(self, seed: int = 0) -> list[np.ndarray]:
        """Parameters drawn from `seed`, an integer of 64 bits, and the initial state."""
        if self._init is None:
            raise CatgradError(f"learner '{self.name}' has no function that draws parameters")
        return self._init((int(seed) + 2**63) % 2**64 - 2**63)

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
    """A native library: `library.functions`, `library.learners`, each by name and as an attribute."""

    text = ""  # of the module, if it was compiled here

    def __init__(self, path: str | Path) -> None:
        path = Path(path)
        try:
            self._bytes = path.read_bytes()
            self._handle = ctypes.CDLL(str(path.resolve()))
        except OSError as error:
            raise CatgradError(f"could not load {path}: {error}",
                               hint="expected a shared library of catgrad-compile, for this processor") from error
        self.manifest = self._read_manifest(path)
        if self.manifest.get("abi") != ABI:
            raise CatgradError(f"{path}: expected calling convention {ABI} but got {self.manifest.get('abi')}",
                               hint="compile it with the catgrad that loads it")
        if self.manifest["target"] != "cpu":
            raise CatgradError(f"{path}: expected a library for the CPU but got target '{self.manifest['target']}'")
        self.functions = {entry["symbol"]: Function(self._handle, entry) for entry in self.manifest["functions"]}
        groups: dict[str, dict[str, Function]] = {}
        for entry in self.manifest["functions"]:
            if "learner" in entry:
                groups.setdefault(entry["learner"], {})[entry["symbol"]] = self.functions[entry["symbol"]]
        self.learners = {name: Learner(name, functions, self) for name, functions in groups.items()}

    def _read_manifest(self, path: Path) -> dict[str, Any]:
        # The file may have been renamed, so its name does not tell the symbol's.
        for symbol in sorted(set(re.findall(rb"[A-Za-z_]\w*_manifest(?=\0)", self._bytes))):
            try:
                data = ctypes.c_char.in_dll(self._handle, symbol.decode())
                manifest = json.loads(ctypes.string_at(ctypes.addressof(data)))
            except ValueError:  # no such symbol, or no JSON
                continue
            if isinstance(manifest, dict) and "abi" in manifest:
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
