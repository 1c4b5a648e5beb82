# ===- test_cuda_program.py - the iris program on a GPU ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The example program for CUDA, and the commands for a real device."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import harness
from cuda_models import STEPS, source, trained
from cuda_native import DOUBLE, ON_DEVICE, needs_double
from iris_native import COMPILER, EXAMPLE, assert_near, run, run_well
from iris_numpy import MODELS


@functools.cache
def build_example() -> Path:
    """Builds the example's program for CUDA by its Makefile, where a warning is an error; at calm rates."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    example = shutil.copytree(EXAMPLE, folder / "source")
    for model in MODELS.values():
        (example / f"{model.name}.mlir").write_text(source(model))
    run_well(*("make", "-s", "-C", example, "cuda", f"BUILD={folder}"),
             *(f"CATGRAD_COMPILE={COMPILER}", "CFLAGS=-O2 -Werror"))
    return folder / "iris-cuda"


def run_example(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    if not ON_DEVICE:
        environment = {"LD_LIBRARY_PATH": str(DOUBLE), "FAKECUDA_QUIET": "1", **environment}
    return run(build_example(), *arguments, EXAMPLE / "iris.csv", **environment)


@pytest.mark.parametrize("schedule", ["0", pytest.param("1", marks=needs_double), pytest.param("7", marks=needs_double)])
def test_example(tmp_path: Path, schedule: str) -> None:
    """A graph and single steps give the same bits in every schedule, and what the CPU gives."""
    files = [tmp_path / "graph", tmp_path / "eager"]
    outputs = [run_example("--steps", str(STEPS), "--seed", "1", "--parameters", file, *flags, FAKECUDA_STATS="1",
                           FAKECUDA_SCHEDULE=schedule)
               for file, flags in zip(files, ([], ["--eager"]))]
    for done in outputs:
        assert done.returncode == 0, done.stderr
        assert all(re.search(rf"^{name} +[\d.]+% +[\d.]+ +[\d.]+ us$", done.stdout, re.MULTILINE) for name in MODELS)
        assert ON_DEVICE or "fakecuda: faults: 0\nfakecuda: leaks: 0\n" in done.stderr
    assert ON_DEVICE or f"fakecuda: graph launches: {STEPS * len(MODELS)}\n" in outputs[0].stderr
    assert ON_DEVICE or "fakecuda: graph launches: 0\n" in outputs[1].stderr
    graph, eager = (np.fromfile(file, np.float32) for file in files)
    assert graph.tobytes() == eager.tobytes()
    for model in MODELS.values():
        for want in trained(model, seed=1):
            got, graph = np.split(graph, [want.size])
            assert_near([got.reshape(want.shape)], [want], 1e-5)
    assert graph.size == 0


@needs_double
def test_example_arguments(tmp_path: Path) -> None:
    assert "--eager" in run_well(build_example(), "--help")
    for arguments in (["--steps", "-1"], ["--model", "oak"], ["--fast"], ["--seed"]):
        done = run(build_example(), *arguments)
        assert (done.returncode, done.stdout) == (1, ""), arguments
        assert done.stderr.startswith("usage:")
    (tmp_path / "libcuda.so.1").write_text("no library")
    done = run(build_example(), EXAMPLE / "iris.csv", LD_LIBRARY_PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("iris-cuda: no CUDA driver:")


@needs_double
@pytest.mark.parametrize(("environment", "message"), [
    ({"FAKECUDA_VERSION": "10020"}, "linear: cannot load the kernels: the CUDA driver is too old for this library"),
    ({"FAKECUDA_SM": "75"}, "linear: cannot load the kernels: the library has no kernels for a device this old"),
    ({"FAKECUDA_MEMORY": "100"}, "cannot allocate device memory: out of memory"),
    ({"FAKECUDA_FAIL": "cuLaunchKernel:1:719"}, "linear: cannot capture a step: unspecified launch failure"),
    ({"FAKECUDA_FAIL": "cuModuleLoadData:1:2"}, "linear: cannot load the kernels: out of memory"),
    ({"FAKECUDA_FAIL": "cuModuleGetFunction:2"}, "linear: cannot load the kernels: unknown error"),
    ({"FAKECUDA_FAIL": "cuModuleUnload:1"}, "linear: cannot unload the kernels: unknown error"),
    ({"FAKECUDA_FAIL": "cuGraphLaunch:2"}, "cannot launch a graph: unknown error"),
    ({"FAKECUDA_FAIL": "cuStreamSynchronize:1"}, "cannot finish the work on the device: unknown error"),
    ({"FAKECUDA_FAIL": "cuMemcpyHtoD:3"}, "cannot copy to the device: unknown error"),
])
def test_example_errors(environment: dict[str, str], message: str) -> None:
    """Each failure is one line that says what could not be done, and why."""
    done = run_example("--steps", "2", **environment)
    assert (done.returncode, done.stderr) == (1, f"iris-cuda: {message}\n")


# A real device ----------------------------------------------------------------------


@needs_double
@pytest.mark.parametrize("script", ["test/gpu/run_device.py", "benchmarks/step_gpu.py"])
def test_without_device(script: str, tmp_path: Path) -> None:
    """Without a device the commands for one say that they did nothing, and do not fail."""
    (tmp_path / "libcuda.so.1").write_text("no library")
    done = run(sys.executable, harness.ROOT / script, LD_LIBRARY_PATH=str(tmp_path), CATGRAD_CUDA_DRIVER="libcuda.so.1")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^SKIPPED: nothing was (tested|measured) on a GPU\.\nno CUDA driver: ", done.stdout, re.MULTILINE)


@needs_double
def test_device_run_refuses_the_double() -> None:
    done = run(sys.executable, harness.ROOT / "test" / "gpu" / "run_device.py", LD_LIBRARY_PATH=str(DOUBLE))
    assert "SKIPPED" in done.stdout and "is the test double" in done.stdout


@needs_double
def test_benchmark() -> None:
    """The benchmark's own part agrees with the CPU and prints its table; the numbers are the double's."""
    done = run(sys.executable, harness.ROOT / "benchmarks" / "step_gpu.py", *"--rounds 1 --steps 1 --model linear".split(),
               CATGRAD_CUDA_DRIVER=str(DOUBLE / "libcuda.so.1"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\| model \| step \| graph \|\n\|---\|---:\|---:\|\n\| linear \| [\d.]+ \| [\d.]+ \|$",
                     done.stdout, re.MULTILINE)
