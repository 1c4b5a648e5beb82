# ===- iris_native.py - the iris models as native code ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""What the tests of the iris example share: the compiled models, the data, and
running commands."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import harness
import iris_numpy
from iris_numpy import MODELS, Array, Model, Parameters

EXAMPLE = harness.ROOT / "examples" / "iris"
COMPILER = harness.BUILD / "bin" / "catgrad-compile"

models = pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.name)

# At the example's rates these three are chaotic: two float64 runs that differ in
# the order of one sum part by percents within 100 steps. At this rate they do not.
CALM_RATE = 5e-4


def library(model: Model, rate: float | None = None) -> harness.Library:
    """The compiled model, with another rate than its own if one is given."""
    text = (EXAMPLE / f"{model.name}.mlir").read_text()
    if rate is not None:
        text, count = re.subn(r"rate = [^,>]+", f"rate = {rate:e}", text)
        assert count == 1
    return harness.compile_text(text, name=model.name)


def initial(model: Model, seed: int = 0) -> Parameters:
    """The float32 parameters that the compiled init makes."""
    return library(model)[f"{model.name}_init"](np.int64(seed))


@functools.cache
def data(dtype: type) -> tuple[Array, Array]:
    """Measurements (150, 4) and labels (150, 3)."""
    return iris_numpy.load(EXAMPLE / "iris.csv", dtype)


def wide(arrays: Parameters) -> Parameters:
    """The same numbers in float64."""
    return [a.astype(np.float64) for a in arrays]


def distance(got: Array, want: Array) -> float:
    """The norm of the difference over the norm of what is wanted."""
    return float(np.linalg.norm(got - want) / np.linalg.norm(want))


def assert_near(got: Parameters, want: Parameters, tolerance: float) -> None:
    """Every array is within the tolerance, norm-wise."""
    assert len(got) == len(want)
    errors = [distance(g, w) for g, w in zip(got, want)]
    assert all(e < tolerance for e in errors), errors


def train(
    model: Model,
    step: harness.Function,
    parameters: Parameters,
    steps: int,
    inplace: bool = False,
) -> Parameters:
    """The parameters after that many native steps."""
    x, label = data(np.float32)
    for _ in range(steps):
        parameters = step(*parameters, x, label, inplace=inplace)
    return parameters


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command and returns its status and output."""
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=harness.TIMEOUT,
        env={**os.environ, **environment},
        check=False,
    )


def run_well(*command: str | Path) -> str:
    """Runs a command that has to succeed and returns its standard output."""
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
