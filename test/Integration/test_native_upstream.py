# ===- test_native_upstream.py - upstream operations in our own lowering ----===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random programs over upstream operations, with loops that carry tensors: what
catgrad-compile makes of them gives the values of MLIR's own passes and tools."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest

import harness
from backends import Stock, native
from test_upstream import build
from upstream_programs import program

sys.path.insert(0, str(harness.ROOT / "test" / "fuzz"))
import inputs  # noqa: E402

PROGRAMS, LOOPS = range(100, 120), range(40)


def text() -> str:
    """All programs with their derivatives."""
    loops = (inputs.control_flow(np.random.default_rng([seed])) for seed in LOOPS)
    return ("".join(program(seed)[0] + f"catgrad.derive @p{seed}_rev of(@p{seed})\n" for seed in PROGRAMS)
            + "".join(loop.replace("@f", f"@loop{seed}") for seed, loop in enumerate(loops)))


@pytest.fixture(scope="module")
def modules() -> tuple[Stock, harness.Library]:
    return build(text()), native(text(), "-O1")


@pytest.mark.parametrize("name", [f"{kind}{seed}{rev}" for kind, seeds in (("p", PROGRAMS), ("loop", LOOPS))
                                  for seed in seeds for rev in ("", "_rev")])
def test_same_values(name: str, modules: tuple[Stock, harness.Library], executed: Callable[..., None]) -> None:
    stock, ours = modules
    rng = np.random.default_rng(PROGRAMS.start)
    for _ in range(3):
        inputs = [rng.random(type_.shape) < 0.5 if type_.element == "i1" else
                  np.array(rng.uniform(-1.0, 1.0, type_.shape), harness.DTYPES[type_.element])
                  for type_ in stock.signatures[name][0]]
        want, got = stock[name](*inputs), ours[name](*inputs)
        for left, right in zip(want, got, strict=True):
            scale = 1e-4 if right.dtype == np.float32 else 1e-10
            assert np.allclose(left, right, rtol=scale, atol=scale, equal_nan=True)
    executed("upstream random programs", "f64", "phases", 3)
