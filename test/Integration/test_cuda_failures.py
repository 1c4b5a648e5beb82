# ===- test_cuda_failures.py - libraries for CUDA when things go wrong ---===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a library for CUDA returns when its caller makes a mistake, when a call of the driver
fails, and when the driver is old, missing or odd."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import harness
from cuda_models import Training, cuda_library, make_gpu  # noqa: F401  (make_gpu is the fixture gpu)
from cuda_native import Gpu, needs_double, option, reset
from iris_native import run_well
from iris_numpy import MODELS


def test_mistakes(gpu: Gpu) -> None:
    """What a caller does wrong is found before anything is launched."""
    training = Training(gpu, MODELS["linear"])
    assert training.run() == -5
    assert training.library.init() == 0
    first, training.parameters = training.parameters, [0]
    assert training.run() == -8
    training.parameters = [first[0] + 2]
    assert training.run() == -9
    training.parameters = first
    other = Gpu()
    assert training.run() == -6
    assert training.library.describe(-6).startswith("the library was initialised in another CUDA context")
    other.close()
    assert training.run() == 0
    assert training.library.shutdown() == 0


# What the runtime calls when it starts, and in a step.
START = ("cuCtxGetCurrent", "cuCtxGetId", "cuCtxGetDevice", "cuDeviceGetAttribute", "cuModuleLoadData",
         "cuModuleGetFunction", "cuFuncLoad")
STEP = ("cuCtxGetCurrent", "cuCtxGetId", "cuMemcpyDtoDAsync", "cuLaunchKernel")


@needs_double
def test_every_failure(gpu: Gpu) -> None:
    """Each call of the driver fails in turn: its error comes out, nothing leaks, and the next call works."""
    training = Training(gpu, MODELS["hidden"])
    library_ = training.library
    outputs = [gpu.allocate(p.nbytes) for p in training.initial]

    def fail_in_turn(name: str, body: functools.partial[int]) -> int:
        for number in range(1, 1000):
            reset()
            option("FAIL", f"{name}:{number}:2")
            error = body()
            option("FAIL", "")
            if error == 0:
                return number - 1
            assert error == 2, (name, number)
            assert library_.describe(error) == "out of memory"
        raise AssertionError(name)

    for name in START:
        assert fail_in_turn(name, functools.partial(library_.init)) > 0, name
        assert training.run(outputs) == 0
        assert library_.shutdown() == 0
    assert library_.init() == 0
    for name in STEP:
        assert fail_in_turn(name, functools.partial(training.run, outputs)) > 0, name
    assert library_.shutdown() == 0


def run_library(folder: Path, *calls: str, threads: int = 1) -> tuple[list[int], list[str], list[str]]:
    """Makes calls in a process of its own, where libcuda.so.1 is what `folder` has.

    Returns what the calls returned, what that means, and what the driver printed.
    """
    path = cuda_library(MODELS["linear"]).native.path
    program = f"""
import concurrent.futures, ctypes, json
library = ctypes.CDLL({str(path)!r})
library.linear_cuda_error_string.restype = ctypes.c_char_p
calls = {{"step": lambda: library.linear_step_cuda(*[ctypes.c_void_p(64)] * 5, None),
         "init": library.linear_cuda_init, "shutdown": library.linear_cuda_shutdown}}
with concurrent.futures.ThreadPoolExecutor({threads}) as pool:
    errors = list(pool.map(lambda name: calls[name](), {calls}))
print(json.dumps([errors, [library.linear_cuda_error_string(error).decode() for error in errors]]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=harness.TIMEOUT,
                          env={"LD_LIBRARY_PATH": str(folder)}, check=False)
    assert done.returncode == 0, done.stderr
    *printed, results = done.stdout.splitlines()
    return (*json.loads(results), printed)


@needs_double
def test_without_driver(tmp_path: Path) -> None:
    """A driver that cannot be loaded is an error of init, each time; the library itself loads."""
    (tmp_path / "libcuda.so.1").write_text("no library")
    errors, texts, _ = run_library(tmp_path, "step", "init", "init", "step", "shutdown")
    assert errors == [-5, -1, -1, -5, 0]
    assert texts[1] == "no CUDA driver: libcuda.so.1 cannot be loaded"


STUB = """
/* A driver that does nothing, and writes down what it was given. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
typedef void *P;
#define API(name, ...) int name(__VA_ARGS__)
API(cuInit, unsigned f) { return 0; }
#ifndef OLD
static int calls;
API(cuCtxGetCurrent, P *c) { *c = (P)1; return 0; }
/* Another context at the same address, from one question on. */
API(cuCtxGetId, P c, unsigned long long *id) { *id = ++calls < ANOTHER ? 7 : 8; return 0; }
API(cuCtxGetDevice, int *d) { *d = 0; return 0; }
API(cuDeviceGetAttribute, int *v, int a, int d) { *v = a == 75 ? 8 : 6; return 0; }
API(cuModuleLoadData, P *m, const void *image) {
  printf("load %s\\n", memcmp(image, "\\177ELF", 4) ? "ptx" : "cubin"); fflush(stdout);
  usleep(100000); *m = (P)2; return 0;
}
API(cuModuleUnload, P m) { printf("unload\\n"); fflush(stdout); return 0; }
API(cuModuleGetFunction, P *f, P m, const char *name) { *f = (P)3; return 0; }
API(cuFuncSetAttribute, P f, int a, int v) { return 0; }
API(cuLaunchKernel, P f, unsigned a, unsigned b, unsigned c, unsigned d, unsigned e, unsigned g, unsigned s, P st,
    P *p, P *x) { return 0; }
API(cuMemcpyDtoDAsync_v2, unsigned long long to, unsigned long long from, unsigned long n, P s) { return 0; }
API(cuGetErrorString, int e, const char **t) { *t = "text of the stub"; return 0; }
#endif
"""


def build_stub(folder: Path, *flags: str) -> Path:
    (folder / "stub.c").write_text(STUB)
    run_well("cc", "-shared", "-fPIC", "-w", *flags, folder / "stub.c", "-o", folder / "libcuda.so.1")
    return folder


@needs_double
def test_driver_without_functions(tmp_path: Path) -> None:
    """A driver that lacks a function is too old."""
    errors, texts, _ = run_library(build_stub(tmp_path, "-DOLD"), "init", "init")
    assert errors == [-2, -2]
    assert texts[0] == "the CUDA driver is too old for this library"


@needs_double
def test_context_at_an_address_used_again(tmp_path: Path) -> None:
    """The module of a context that is gone is not taken for that of its successor."""
    calls = ("init", "step", "step", "init", "step", "shutdown", "step")
    errors, _, printed = run_library(build_stub(tmp_path, "-DANOTHER=3"), *calls)
    assert errors == [0, 0, -6, 0, 0, 0, -5]
    # Machine code goes first where the library has some.
    has_code = cuda_library(MODELS["linear"]).native.path.read_bytes().count(b"\x7fELF") > 1
    load = "load cubin" if has_code else "load ptx"
    assert printed == [load, load, "unload"]


@needs_double
def test_threads_that_start_together(tmp_path: Path) -> None:
    """The first loads the kernels; the others wait for it, however long that takes."""
    stub = build_stub(tmp_path, "-DANOTHER=100")
    errors, _, printed = run_library(stub, *["init"] * 8, threads=8)
    assert errors == [0] * 8
    assert len(printed) == 1 and printed[0].startswith("load")
