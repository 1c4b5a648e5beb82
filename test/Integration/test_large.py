# ===- test_large.py - more elements than 32 bits can count ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Tensors of more than 2^31 elements: indices are 64 bits wide, and sizes that even
those cannot count are refused.

The executed tests read 2 GiB of memory that nothing was written to, of which the
system keeps one page.
"""

from __future__ import annotations

import ctypes
import mmap
import re

import numpy as np
import pytest

import harness
from arrows import Arrow, operation, tensor
from backends import native
from random_cases import available, is_elementwise, reshaped

SIZE = 2**31 + 5
ONES = (0, 1, 2**31 - 1, 2**31, 2**31 + 3, 2**31 + 4)


def call_on_ones(text: str, symbol: str, dtype: type[np.generic], shape: tuple[int, ...]) -> np.ndarray:
    """The result of a function of one input of SIZE bytes, which are 1 at ONES and else 0."""
    function = native(text)[symbol]
    with mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        for place in ONES:
            memory[place] = 1
        anchor = ctypes.c_char.from_buffer(memory)
        result = np.zeros(shape, dtype)
        workspace = np.zeros(function.workspace_bytes + 64, np.uint8)
        start = workspace.ctypes.data + -workspace.ctypes.data % 64
        function.address(ctypes.addressof(anchor), result.ctypes.data, start)
        del anchor
    return result


@pytest.mark.parametrize("element, dtype, want", [("i8", np.int8, len(ONES)), ("i1", np.bool_, len(ONES) % 2 == 1)])
def test_sum(element: str, dtype: type[np.generic], want: int, executed) -> None:
    """The sum of all elements, and the last of them by themselves."""
    t, s = tensor(element, SIZE), tensor(element)
    total = operation(f"%r0 = catgrad.reduce_sum %a0 {{dimensions = array<i64: 0>}} : ({t}) -> {s}", (t,), (s,))
    assert call_on_ones(total.function("total"), "total", dtype, ()) == want
    executed("reduce_sum", element, "values")


def test_elementwise_loops_count_in_64_bits() -> None:
    """No loop of an elementwise operation on SIZE floats has a counter of 32 bits."""
    large = [reshaped(max(available("f64")[op], key=lambda c: len(c.inputs)), (SIZE,))
             for op in available("f64") if is_elementwise(op, "f64")]
    assert len(large) >= 5
    text = harness.emit("".join(c.arrow.function(f"large_{c.op}") for c in large), "llvm")
    assert f"{SIZE}" in text or f"{SIZE - 1}" in text
    assert not re.findall(r"= phi i(?:8|16|32) .*", text)


@pytest.mark.parametrize("sizes", [(2**62, 4), (2**32, 2**32), (2**40, 2**20, 2**10)])
def test_more_than_64_bits_is_refused(sizes: tuple[int, ...]) -> None:
    """A tensor whose bytes no 64 bits can count: an error, not a crash or a wrong size."""
    t = tensor("f64", *sizes)
    with pytest.raises(harness.ToolError, match="error: ") as refused:
        harness.emit(Arrow((t,), (t,), f"  %r0 = catgrad.negate %a0 : {t}", ("%r0",)).function("f"), "llvm")
    assert refused.value.status == 1
