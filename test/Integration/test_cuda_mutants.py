# ===- test_cuda_mutants.py - kernels with an error put into them -----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""One kernel of each schedule, as PTX, with one instruction changed: the GPU test
double reports each mutant, or its results are wrong. So a barrier, a guard, an index,
an alignment or a stage that the compiler got wrong would not pass unseen."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

import harness
from arrows import generator
from cuda import gpu, report
from cuda_native import Gpu, driver, needs_double

TILES = """
func.func @f(%x: tensor<40x50xf32>, %y: tensor<50x37xf32>) -> tensor<40x37xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<40x50xf32>, tensor<50x37xf32>) -> tensor<40x37xf32>
  return %0 : tensor<40x37xf32>
}
"""
# Rows of a multiple of four.
QUADS = TILES.replace("50", "52").replace("37", "44")
ROWS = """
func.func @f(%x: tensor<5x300xf32>) -> tensor<5xf32> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 1>} : (tensor<5x300xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
"""
FUSED = """
func.func @f(%x: tensor<5x300xf32>) -> tensor<5x300xf32> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 1>} : (tensor<5x300xf32>) -> tensor<5xf32>
  %1 = catgrad.broadcast %0 {dimensions = array<i64: 1>} : (tensor<5xf32>) -> tensor<5x300xf32>
  %2 = catgrad.subtract %x, %1 : tensor<5x300xf32>
  %3 = catgrad.reduce_sum %2 {dimensions = array<i64: 1>} : (tensor<5x300xf32>) -> tensor<5xf32>
  %4 = catgrad.broadcast %3 {dimensions = array<i64: 1>} : (tensor<5xf32>) -> tensor<5x300xf32>
  %5 = catgrad.add %2, %4 : tensor<5x300xf32>
  return %5 : tensor<5x300xf32>
}
"""
POINTS = """
func.func @f(%x: tensor<300xf32>) -> tensor<300xf32> {
  %0 = catgrad.multiply %x, %x : tensor<300xf32>
  return %0 : tensor<300xf32>
}
"""


def centred(x: np.ndarray) -> np.ndarray:
    d = x - x.sum(1, keepdims=True)
    return d + d.sum(1, keepdims=True)


# Four elements at a time, unless buffers forbid it, as those of the tests do.
VECTORS = POINTS.replace("300", "131072")
WANT = {TILES: np.matmul, QUADS: np.matmul, ROWS: lambda x: x.sum(1), FUSED: centred, POINTS: np.square, VECTORS: np.square}


@dataclass(frozen=True)
class Kernel:
    """One kernel, and what it computes of its inputs."""

    ptx: str
    name: str
    blocks: int
    block: int
    inputs: tuple[np.ndarray, ...]
    want: np.ndarray


@cache
def compiled(text: str) -> Kernel:
    def compile_to(*flags: str) -> str:
        return harness.run_tool("catgrad-compile", "-", "--target=cuda", *flags, text=text)

    name, blocks, block = re.search(
        r"^ +(f_0_\w+) +(\d+) +(\d+)", compile_to("--cubin=false", "--emit-kernel-report", "-"), re.MULTILINE).groups()
    shapes = [tuple(map(int, shape.split("x"))) for shape in re.findall(r"%\w+: tensor<([\dx]+)xf32>", text)]
    random = generator("mutants", text)
    inputs = tuple(random.integers(-9, 10, shape).astype(np.float32) for shape in shapes)
    want = WANT[text](*inputs)
    return Kernel(compile_to("--emit=ptx", "-o", "-"), name, int(blocks), int(block), inputs, want)


def run(kernel: Kernel, ptx: str) -> np.ndarray | str:
    """The result, or what the double says. In a context of its own, for a fault stays."""
    report()  # what other tests left
    device = Gpu()
    try:
        module, function = ctypes.c_void_p(), ctypes.c_void_p()
        if driver().cuModuleLoadData(ctypes.byref(module), ptx.encode()):
            return "refused: " + report()
        assert driver().cuModuleGetFunction(ctypes.byref(function), module, kernel.name.encode()) == 0
        inputs = [device.upload(array) for array in kernel.inputs]
        output = device.allocate(kernel.want.nbytes)
        # In the order of their first use: a sum begins with its initial value.
        pointers = [output, *inputs] if kernel.name in ("f_0_tiles", "f_0_rows") else [*inputs, output]
        values = [ctypes.c_uint64(pointer) for pointer in pointers]
        addresses = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        status = driver().cuLaunchKernel(
            function, kernel.blocks, 1, 1, kernel.block, 1, 1, 0, device.stream, addresses, None)
        status = status or driver().cuStreamSynchronize(device.stream)
        found = report()
        if status or found:
            return found or f"status {status}"
        result = ctypes.create_string_buffer(kernel.want.nbytes)
        if driver().cuMemcpyDtoH_v2(result, ctypes.c_uint64(output), ctypes.c_size_t(kernel.want.nbytes)):
            return report()
        return np.frombuffer(result.raw, np.float32).reshape(kernel.want.shape)
    finally:
        driver().cuCtxDestroy_v2(device.context)
        report()
        driver().cuCtxSetCurrent(gpu().context)


def without(pattern: str) -> Callable[[str], list[str]]:
    """Every text that lacks one of the lines that match."""
    def mutate(ptx: str) -> list[str]:
        lines = ptx.splitlines()
        places = [i for i, line in enumerate(lines) if re.search(pattern, line)]
        return ["\n".join(lines[:i] + lines[i + 1:]) for i in places]

    return mutate


def replaced(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[str], list[str]]:
    """Every text with one match replaced."""
    def mutate(ptx: str) -> list[str]:
        return [ptx[:m.start()] + (new if isinstance(new, str) else new(m)) + ptx[m.end():]
                for m in re.finditer(pattern, ptx)]

    return mutate


def shifted(match: re.Match[str]) -> str:
    """An address of an element further."""
    return f"{match[1]}{int(match[2] or 0) + 4}]"


BARRIER = without(r"\bbar(rier)?\.(sync|cta)")
MUTANTS = {
    "tiles, barrier removed": (TILES, BARRIER, 2),
    "tiles, guard of a store dropped": (TILES, without(r"@!?%p\d+ bra"), 4),
    "tiles, index of a tile off by one": (TILES, replaced(r"(st\.shared\.b32 +\t?\[%\w+)\+?(\d*)\]", shifted), 4),
    "tiles, alignment wrong": (TILES, replaced(r"\.shared \.align 16", ".shared .align 4"), 2),
    "tiles, part of the sum dropped": (TILES, without(r"fma\.rn\.f32"), 4),
    "tiles, check of the alignment turned around": (
        QUADS, replaced(r"setp\.(eq|ne)\.b64", lambda m: f"setp.{'ne' if m[1] == 'eq' else 'eq'}.b64"), 2),
    "rows, barrier removed": (ROWS, BARRIER, 4),
    "rows, guard dropped": (ROWS, without(r"@!?%p\d+ bra"), 4),
    "rows, stage of the tree skipped": (ROWS, without(r"st\.shared\.b32"), 4),
    "fused rows, barrier removed": (FUSED, BARRIER, 8),
    "fused rows, guard dropped": (FUSED, without(r"@!?%p\d+ bra"), 4),
    "fused rows, stage of a tree skipped": (FUSED, without(r"st\.shared\.b32"), 8),
    "fused rows, index of a store off by one": (FUSED, replaced(r"(st\.global\.b32 +\t?\[%\w+)\+?(\d*)\]", shifted), 1),
    "vectors, check of the alignment turned around": (VECTORS, replaced(r"@%p(\d+) bra", lambda m: f"@!%p{m[1]} bra"), 1),
    "points, guard dropped": (POINTS, without(r"@!?%p\d+ bra"), 1),
    "points, index off by one": (POINTS, replaced(r"(st\.global\.b32 +\t?\[%\w+)\+?(\d*)\]", shifted), 1),
}


@needs_double
@pytest.mark.parametrize("text", [TILES, QUADS, ROWS, FUSED, VECTORS, POINTS], ids=["tiles", "quads", "rows", "fused rows", "vectors", "points"])
def test_kernel(text: str) -> None:
    """As compiled, they are right: numbers are small integers, whose sums are exact."""
    kernel = compiled(text)
    assert run(kernel, kernel.ptx).tolist() == kernel.want.tolist()


@needs_double
@pytest.mark.parametrize("name", MUTANTS)
def test_mutants(name: str, executed) -> None:
    text, mutate, expected = MUTANTS[name]
    kernel = compiled(text)
    mutants = mutate(kernel.ptx)
    assert len(mutants) >= expected
    for mutant in mutants:
        result = run(kernel, mutant)
        assert isinstance(result, str) or result.tolist() != kernel.want.tolist(), "not noticed"
    executed(name.partition(",")[0], "f32", "mutants", len(mutants))
