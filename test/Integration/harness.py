# ===- harness.py - compile MLIR text and call what comes out --------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Compile a module with catgrad-compile and call its functions on numpy arrays.

    lib = compile_text(text)
    w_out, b_out = lib["iris_step"](w, b, x, labels)

Each call holds the artefact to its promises, so that every test checks them:
buffers have only the alignment of their element, the workspace starts as garbage,
inputs are unchanged afterwards, and nothing is written outside of an output or of
the workspace. With `inplace=True` an output that the manifest marks as the alias
of an input is given that input's buffer.
"""

from __future__ import annotations

import ctypes
import fcntl
import functools
import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CATGRAD_BUILD_DIR", ROOT / "build")).resolve()
TIMEOUT = 1200  # seconds for one tool run: far more than any takes, on a busy machine too

# i1 is one byte, 0 or 1, in memory.
DTYPES: dict[str, np.dtype] = {
    name: np.dtype(type_) for name, type_ in {
        "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16, "i64": np.int64,
        "i32": np.int32, "i16": np.int16, "i8": np.int8, "i1": np.bool_}.items()}

GUARD = 64        # bytes before and after each buffer that must stay as they are
GARBAGE = 0xA5    # what guards, outputs and the workspace hold before a call


class ToolError(Exception):
    """A tool failed. `stderr` has its diagnostics, `status` its exit status."""

    def __init__(self, command: Sequence[str], status: int, stderr: str) -> None:
        super().__init__(f"exit status {status}: {' '.join(command)}\n{stderr}")
        self.status = status
        self.stderr = stderr


# Tools ----------------------------------------------------------------------

def run_tool(name: str, *arguments: str | Path, text: str | None = None) -> str:
    """The standard output of a tool of the build folder, given `text` as its input."""
    command = [str(BUILD / "bin" / name), *map(str, arguments)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if done.returncode != 0:
        raise ToolError(command, done.returncode, done.stderr)
    return done.stdout


def opt(text: str, *flags: str) -> str:
    """`text` after catgrad-opt with these flags."""
    return run_tool("catgrad-opt", "-", *flags, text=text)


def generic(text: str, *flags: str) -> str:
    """The same in the generic form, one operation a line, all spelt alike."""
    return opt(text, *flags, "--mlir-print-op-generic")


def emit(text: str, kind: str, *flags: str) -> str:
    """What `catgrad-compile --emit=kind` prints (catgrad, rev, linalg, bufferized, llvm, asm)."""
    with tempfile.TemporaryDirectory(prefix="catgrad-") as folder:
        source = Path(folder, "module.mlir")
        source.write_text(text)
        return run_tool("catgrad-compile", source, "-o", "-", f"--emit={kind}", *flags)


# Buffers --------------------------------------------------------------------

class Buffer:
    """Memory for one argument, with guards around it.

    `alignment` is what the callee may rely on, and it gets no more than that: the
    address is a multiple of it, but of no larger power of two up to 64.
    """

    def __init__(self, size: int, alignment: int) -> None:
        self.size = size
        self.memory = np.full(size + 2 * GUARD + 128, GARBAGE, np.uint8)
        start = GUARD + -(self.memory.ctypes.data + GUARD) % 64
        self.start = start + (alignment if alignment < 64 else 0)
        self.bytes = self.memory[self.start:self.start + size]

    @property
    def pointer(self) -> int | None:
        """The address for the call. A buffer of no bytes may be null, so it is."""
        return self.memory.ctypes.data + self.start if self.size else None

    def guards_intact(self) -> bool:
        around = (self.memory[:self.start], self.memory[self.start + self.size:])
        return all(np.all(part == GARBAGE) for part in around)


@dataclass(frozen=True)
class Value:
    """One input or output as the manifest describes it."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    role: str
    aliases: str | None

    @staticmethod
    def parse(entry: dict[str, Any]) -> Value:
        return Value(entry["name"], DTYPES[entry["dtype"]], tuple(entry["shape"]),
                     entry["role"], entry.get("aliases"))

    def buffer(self) -> Buffer:
        size = int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize
        return Buffer(size, self.dtype.itemsize)

    def array(self, argument: Any) -> np.ndarray:
        """`argument` as an array. Arrays have to have this type and shape; numbers are converted."""
        if not isinstance(argument, (np.ndarray, np.generic)):
            argument = np.asarray(argument, self.dtype)
        array = np.asarray(argument)
        if self.dtype == np.bool_ and array.dtype == np.uint8:
            array = array.view(np.bool_)
        if array.dtype != self.dtype or array.shape != self.shape:
            raise TypeError(f"'{self.name}': expected {self.dtype}{list(self.shape)} "
                            f"but got {array.dtype}{list(array.shape)}")
        return array

    def read(self, buffer: Buffer) -> np.ndarray:
        """A copy of what the callee wrote."""
        if self.dtype == np.bool_ and np.any(buffer.bytes > 1):
            raise AssertionError(f"'{self.name}': expected bytes 0 or 1 for i1 but got {buffer.bytes}")
        return np.frombuffer(buffer.bytes.tobytes(), self.dtype).reshape(self.shape).copy()


# Libraries ------------------------------------------------------------------

class Function:
    """One symbol of a library: `outputs = function(*inputs)`."""

    def __init__(self, library: ctypes.CDLL, entry: dict[str, Any]) -> None:
        self.symbol: str = entry["symbol"]
        self.kind: str = entry["kind"]
        self.entry = entry
        self.inputs = [Value.parse(value) for value in entry["inputs"]]
        self.outputs = [Value.parse(value) for value in entry["outputs"]]
        self.workspace_bytes: int = entry["workspace_bytes"]
        self.address = getattr(library, self.symbol)
        self.address.restype = None
        self.address.argtypes = [ctypes.c_void_p] * (len(self.inputs) + len(self.outputs) + 1)
        workspace_bytes = getattr(library, f"{self.symbol}_workspace_bytes")
        workspace_bytes.restype = ctypes.c_size_t
        workspace_bytes.argtypes = []
        if workspace_bytes() != self.workspace_bytes:
            raise AssertionError(f"{self.symbol}: the manifest says {self.workspace_bytes} bytes of "
                                 f"workspace, the library {workspace_bytes()}")

    def __call__(self, *arguments: Any, inplace: bool = False) -> list[np.ndarray]:
        """Call it once, on copies of `arguments`, and return its outputs.

        Raises TypeError for arguments that do not fit the manifest, and AssertionError
        when the call writes where it must not.
        """
        if len(arguments) != len(self.inputs):
            names = ", ".join(value.name for value in self.inputs)
            raise TypeError(f"{self.symbol}: expected {len(self.inputs)} arguments ({names}) but got {len(arguments)}")
        arrays = [value.array(argument) for value, argument in zip(self.inputs, arguments)]
        inputs = {value.name: value.buffer() for value in self.inputs}
        for buffer, array in zip(inputs.values(), arrays):
            buffer.bytes[:] = np.frombuffer(array.tobytes(), np.uint8)
        outputs = [inputs[value.aliases] if inplace and value.aliases else value.buffer()
                   for value in self.outputs]
        workspace = Buffer(self.workspace_bytes, 64)

        self.address(*(buffer.pointer for buffer in (*inputs.values(), *outputs, workspace)))

        named = [*inputs.items(), *zip((value.name for value in self.outputs), outputs), ("workspace", workspace)]
        for name, buffer in named:
            if not buffer.guards_intact():
                raise AssertionError(f"{self.symbol}: wrote outside of '{name}'")
        for (name, buffer), array in zip(inputs.items(), arrays):
            if not any(buffer is output for output in outputs) and buffer.bytes.tobytes() != array.tobytes():
                raise AssertionError(f"{self.symbol}: changed its input '{name}'")
        return [value.read(buffer) for value, buffer in zip(self.outputs, outputs)]

    @property
    def aliased(self) -> bool:
        """Has it an output that may be an input, so that in place means something?"""
        return any(value.aliases for value in self.outputs)

    def both_ways(self, *arguments: Any) -> list[np.ndarray]:
        """The outputs, after checking that in place and out of place agree bitwise."""
        apart, within = self(*arguments), self(*arguments, inplace=True)
        for value, one, other in zip(self.outputs, apart, within):
            if one.tobytes() != other.tobytes():
                raise AssertionError(f"{self.symbol}: '{value.name}' differs in place:\n{one}\n{other}")
        return apart


class Library:
    """A compiled module: `library["symbol"]` is a `Function`."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self.handle = ctypes.CDLL(str(path))
        # The same manifest is data of the library.
        embedded = ctypes.c_char.in_dll(self.handle, f"{path.stem.removeprefix('lib')}_manifest")
        if json.loads(ctypes.string_at(ctypes.addressof(embedded))) != manifest:
            raise AssertionError(f"{path}: the embedded manifest is not the emitted one")
        self.functions = {entry["symbol"]: Function(self.handle, entry) for entry in manifest["functions"]}

    def __getitem__(self, symbol: str) -> Function:
        if symbol not in self.functions:
            raise KeyError(f"no function '{symbol}' among: {', '.join(self.functions)}")
        return self.functions[symbol]


@functools.cache
def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that lasts as long as the process."""
    return tempfile.TemporaryDirectory(prefix="catgrad-")


@functools.cache
def shared() -> Path:
    """A folder for the processes of one test run; that of `scratch` without a runner that names one."""
    folder = Path(os.environ.get("CATGRAD_TEST_CACHE", scratch().name))
    folder.mkdir(exist_ok=True)
    return folder


@functools.cache
def compile_text(text: str, *flags: str, name: str = "module") -> Library:
    """Compile `text` to lib`name`.so and load it; the same call again gives the same library.

    Raises ToolError with the diagnostics when catgrad-compile refuses the module.
    """
    folder = shared() / hashlib.sha256(repr((text, flags, name)).encode()).hexdigest()
    folder.mkdir(exist_ok=True)
    source, library, manifest = folder / f"{name}.mlir", folder / f"lib{name}.so", folder / f"{name}.json"
    # The processes of a test run ask for the same modules: who comes second waits for the first.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            source.write_text(text)
            run_tool("catgrad-compile", source, "-o", library, "--emit-manifest", manifest, *flags)
            (folder / "done").touch()
    return Library(library, json.loads(manifest.read_text()))
