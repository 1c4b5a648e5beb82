# ===- test_backends.py - the array backends Jax and Tinygrad -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python on JAX and tinygrad, against native code; test/torch does the same for PyTorch."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tinygrad import Tensor

from backend_checks import check_bits, check_operations
from catgrad import CatgradError
from catgrad.target.python import array_backend
from catgrad.target.python.array_backend import Jax, Tinygrad, by_name, instance, series
from ways import compiled

# How an array goes into each, and comes out.
BACKENDS: dict[str, tuple[Any, Callable[..., Any], Callable[..., np.ndarray]]] = {
    "jax": (Jax, lambda x: x, np.asarray),
    "tinygrad": (Tinygrad, Tensor, lambda x: x.numpy()),
}
NARROW = {"jax": {"float64": "float32", "int64": "int32"}, "tinygrad": {}}  # JAX as it is has no 64 bits


@pytest.mark.parametrize("group", range(4))
@pytest.mark.parametrize("name", BACKENDS)
def test_operations_agree_with_native_code(name: str, group: int) -> None:
    backend, to, back = BACKENDS[name]
    check_operations(backend, to, back, group, 4, NARROW[name])


@pytest.mark.parametrize("name", BACKENDS)
def test_bits_are_the_ring_of_two_elements(name: str) -> None:
    backend, to, back = BACKENDS[name]
    check_bits(backend(), to, back)


SERIES: dict[str, Callable[[float], float]] = {
    "atan": math.atan, "erf": math.erf, "erfc": math.erfc, "expm1": math.expm1, "log1p": math.log1p,
    "softplus": lambda x: max(x, 0) + math.log1p(math.exp(-abs(x))), "tanh": math.tanh}


@pytest.mark.parametrize("dtype, tolerance", [(np.float32, 1e-5), (np.float64, 2e-14)])
@pytest.mark.parametrize("name", SERIES)
def test_functions_by_series_have_all_digits(name: str, dtype: Any, tolerance: float) -> None:
    """Relative to the value, near zero, around the seams and far away."""
    sizes = np.concatenate([np.logspace(-8, 0.9, 200), np.linspace(0.45, 0.55, 40), np.linspace(0.9, 8, 100)])
    x = np.concatenate([sizes[sizes < 0.99] * -1, sizes] if name == "log1p" else [-sizes, sizes]).astype(dtype)
    want = np.array([SERIES[name](float(value)) for value in x])
    got = getattr(series, name)(Tensor(x)).numpy()
    assert got.dtype == dtype and np.max(np.abs(got - want) / np.abs(want)) < tolerance
    ends = getattr(series, name)(Tensor(np.array([0, 200], dtype))).numpy()
    assert np.all(np.isfinite(ends) | (name == "expm1"))


def test_names_of_backends_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert by_name("tinygrad") is Tinygrad and by_name("numpy") is array_backend.Numpy
    with pytest.raises(CatgradError, match="expected one of the array backends jax, numpy, tinygrad, torch but got 'tf'"):
        by_name("tf")
    with pytest.raises(TypeError, match="expected an array backend such as Numpy but got 'tf'"):
        instance("tf")
    monkeypatch.delitem(sys.modules, f"{array_backend.__name__}.tinygrad")
    monkeypatch.setitem(sys.modules, "tinygrad", None)  # as if it were not installed
    with pytest.raises(CatgradError, match=r"needs the package tinygrad, .*\nhint: pip install 'catgrad-mlir\[tinygrad\]'"):
        by_name("tinygrad")


def test_tinygrad_without_a_compiler_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-command")
    with pytest.raises(CatgradError, match="no command 'no-such-command'\nhint: set the variable CC to clang-"):
        compiled("linear")(Tinygrad)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(CatgradError, match="install clang, or set the variable DEV to PYTHON"):
        compiled("linear")(Tinygrad)
    assert np.array_equal(Tinygrad("PYTHON").add(*[Tensor([1, 2], device="PYTHON")] * 2).numpy(), [2, 4])
