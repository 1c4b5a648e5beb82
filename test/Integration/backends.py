# ===- backends.py - ways to execute a module -------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""One module, executed at each of its phases.

Every backend takes MLIR text and gives a mapping from symbols to functions of
numpy arrays, so that a test is written once and runs on all of them:

    module = native(text)
    (y,) = module["f"](x)
"""

from __future__ import annotations

import ctypes
import functools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

import harness
from mlir_text import DTYPES, TensorType, closing, split
from reference import Reference

Run = Callable[..., list[np.ndarray]]


class Module(Protocol):
    """Functions by symbol."""

    def __getitem__(self, symbol: str) -> Run: ...


# The compiler ---------------------------------------------------------------

native = harness.compile_text


@functools.cache
def reference(text: str, *flags: str, floats: type[np.floating] | None = None) -> Reference:
    """The module, after catgrad-opt with `flags`, as Python on numpy; its derivatives and learners expanded."""
    return Reference(text, *flags, floats=floats)


# MLIR's own tools -----------------------------------------------------------

# From linalg on tensors or buffers to the LLVM dialect, with passes of MLIR alone.
TO_LLVM = ("convert-linalg-to-loops", "expand-strided-metadata", "lower-affine", "convert-scf-to-cf",
           "convert-ub-to-llvm", "convert-math-to-llvm", "convert-math-to-libm", "finalize-memref-to-llvm",
           "convert-arith-to-llvm", "convert-index-to-llvm", "convert-func-to-llvm", "convert-cf-to-llvm",
           "reconcile-unrealized-casts")
BUFFERIZE = ("one-shot-bufferize{bufferize-function-boundaries "
             "function-boundary-type-conversion=identity-layout-map}", "canonicalize")


def stock_tool(name: str) -> str:
    """The path of an LLVM tool: `name-22`, or `name` of the LLVM that the project was built with."""
    found = shutil.which(f"{name}-22") or shutil.which(f"/usr/lib/llvm-22/bin/{name}") or shutil.which(name)
    if not found:
        raise FileNotFoundError(f"{name} of LLVM 22 is not installed")
    return found


def stock_library(name: str) -> Path:
    """The path of a shared library of LLVM."""
    config = stock_tool("llvm-config")
    folder = subprocess.run([config, "--libdir"], capture_output=True, text=True, check=True).stdout.strip()
    return Path(folder, f"lib{name}.so")


def run_stock(name: str, *arguments: str | Path) -> None:
    command = [stock_tool(name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIMEOUT, check=False)
    if done.returncode != 0:
        raise harness.ToolError(command, done.returncode, done.stderr)


class Stock:
    """A module at the linalg or bufferized phase, finished by MLIR's own passes.

    It shares nothing with our lowering below that phase. Functions are called with
    descriptors of their buffers (the C interface of MLIR).
    """

    def __init__(self, text: str, passes: Sequence[str], level: str = "-O1") -> None:
        # Types of arguments and results, and which arguments hold results instead.
        self.signatures: dict[str, tuple[list[TensorType], list[TensorType], list[int]]] = {}
        text = self.expose(text)
        folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
        source, lowered, ir, library = (folder / f"module.{suffix}" for suffix in ("mlir", "llvm.mlir", "ll", "so"))
        source.write_text(text)
        run_stock("mlir-opt", source, "--allow-unregistered-dialect", "--emit-bytecode", "-o", lowered,
                  f"--pass-pipeline=builtin.module({','.join(passes)})")
        run_stock("mlir-translate", "--mlir-to-llvmir", "--allow-unregistered-dialect", lowered, "-o", ir)
        run_stock("clang", "-shared", "-fPIC", level, "-Wno-override-module", "-x", "ir", ir, "-o", library, "-lm")
        # Copies of buffers that are not contiguous are calls of MLIR's library.
        ctypes.CDLL(str(stock_library("mlir_c_runner_utils")), ctypes.RTLD_GLOBAL)
        self.handle = ctypes.CDLL(str(library))

    def expose(self, text: str) -> str:
        """Give every public function a C interface, and note its types."""
        for head in reversed(list(re.finditer(r"func\.func @([\w.]+)\(", text))):
            line = text[head.start():text.index("\n", head.start())].rstrip().removesuffix("{").rstrip()
            end = closing(line, head.end() - 1 - head.start())
            inputs = [part.split(":", 1)[1] for part in split(line[head.end() - head.start():end])]
            results, _, attributes = line[end + 1:].partition(" attributes ")
            results = results.replace("->", "", 1).strip()
            if results.startswith("("):
                results = results[1:-1]
            destinations = re.search(r"catgrad\.destinations = array<i64(?:: ([\d, ]*))?>", attributes)
            self.signatures[head.group(1)] = (
                [parse_shaped(type_) for type_ in inputs], [parse_shaped(type_) for type_ in split(results)],
                [int(index) for index in split(destinations.group(1) or "")] if destinations else [])
            added = "{llvm.emit_c_interface" + (", " + attributes.strip()[1:] if attributes else "}")
            exposed = line[:len(line) - len(" attributes " + attributes)] if attributes else line
            text = f"{text[:head.start()]}{exposed} attributes {added}{text[head.start() + len(line):]}"
        return text

    def __getitem__(self, symbol: str) -> Run:
        return functools.partial(self.call, getattr(self.handle, f"_mlir_ciface_{symbol}"), *self.signatures[symbol])

    def call(self, function: Callable[..., None], inputs: list[TensorType], results: list[TensorType],
             destinations: list[int], *arguments: np.ndarray) -> list[np.ndarray]:
        """Call with descriptors: results in one struct behind a pointer, then the arguments."""
        # What the caller does not give is an output or the workspace: memory of ours.
        arrays = [np.array(argument, DTYPES[type_.element]).reshape(type_.shape)
                  for argument, type_ in zip(arguments, inputs)]
        arrays += [np.zeros(type_.shape, DTYPES[type_.element]) for type_ in inputs[len(arrays):]]
        descriptors = [describe(array) for array in arrays]
        words = np.zeros(max(1, sum(3 + 2 * len(type_.shape) for type_ in results)), np.int64)
        pointers = [words.ctypes.data] if results else []
        function(*map(ctypes.c_void_p, pointers + [descriptor.ctypes.data for descriptor in descriptors]))
        return [arrays[index] for index in destinations] if destinations else read_descriptors(words, results)


def parse_shaped(type_: str) -> TensorType:
    """tensor<2x3xf32> or memref<2x3xf32>, perhaps with the attributes of an argument behind it."""
    return TensorType.parse(type_.strip().partition(" {")[0].replace("memref<", "tensor<"))


def describe(array: np.ndarray) -> np.ndarray:
    """The memref descriptor of a contiguous array: pointers, offset, sizes, strides."""
    strides = [stride // array.itemsize for stride in array.strides]
    return np.array([array.ctypes.data, array.ctypes.data, 0, *array.shape, *strides], np.int64)


def read_descriptors(words: np.ndarray, types: Sequence[TensorType]) -> list[np.ndarray]:
    """Copies of the arrays that a struct of descriptors points to."""
    arrays, at = [], 0
    for type_ in types:
        rank, dtype = len(type_.shape), np.dtype(DTYPES[type_.element])
        _, aligned, offset = map(int, words[at:at + 3])
        strides = [int(stride) * dtype.itemsize for stride in words[at + 3 + rank:at + 3 + 2 * rank]]
        assert tuple(words[at + 3:at + 3 + rank]) == type_.shape
        at += 3 + 2 * rank
        if 0 in type_.shape:
            arrays.append(np.zeros(type_.shape, dtype))
            continue
        span = dtype.itemsize + sum((size - 1) * stride for size, stride in zip(type_.shape, strides))
        memory = (ctypes.c_uint8 * span).from_address(aligned + offset * dtype.itemsize)
        flat = np.frombuffer(bytes(memory), np.uint8)
        array = np.lib.stride_tricks.as_strided(flat[:dtype.itemsize].view(dtype), type_.shape, strides)
        arrays.append(array.copy())
    return arrays


@functools.cache
def stock_linalg(text: str) -> Stock:
    """Our linalg phase, then MLIR's bufferisation and loops."""
    return Stock(harness.emit(text, "linalg"), (*BUFFERIZE, *TO_LLVM))


@functools.cache
def stock_bufferized(text: str) -> Stock:
    """Our bufferized phase, then MLIR's loops. i1 is in memory as i8 there."""
    return Stock(harness.emit(text, "bufferized"), TO_LLVM)


@functools.cache
def linked(text: str, kind: str) -> harness.Library:
    """The compiler's output of a kind before the library (llvm, asm, obj), finished by clang."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    source, manifest, library = folder / "module.mlir", folder / "module.json", folder / "libmodule.so"
    source.write_text(text)
    output = folder / f"module.{ {'llvm': 'll', 'asm': 's', 'obj': 'o'}[kind] }"
    harness.run_tool("catgrad-compile", source, "-o", output, f"--emit={kind}", "--emit-manifest", manifest)
    # Optimised already.
    run_stock("clang", "-shared", "-fPIC", "-O0", "-Wno-override-module", output, "-o", library, "-lm")
    return harness.Library(library, json.loads(manifest.read_text()))


C_FLAGS = ("-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror")


@functools.cache
def c_source(text: str, compiler: str = "gcc", level: str = "-O1", name: str = "module") -> harness.Library:
    """The module as C99, built by a C compiler that has nothing to warn of."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    source, manifest, library = folder / f"{name}.mlir", folder / f"{name}.json", folder / f"lib{name}.so"
    output = folder / f"{name}.c"
    source.write_text(text)
    harness.run_tool("catgrad-compile", source, "-o", output, "--emit-manifest", manifest)
    command = [stock_tool("clang") if compiler == "clang" else compiler, *C_FLAGS, level, "-shared", "-fPIC",
               str(output), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIMEOUT, check=False)
    if done.returncode != 0:
        raise harness.ToolError(command, done.returncode, done.stderr)
    return harness.Library(library, json.loads(manifest.read_text()))
