# ===- test_cuda_artefacts.py - the files of libraries for CUDA ----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Symbols, manifests, headers and machine code of the iris models, compiled for CUDA."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import harness
from cuda_models import FLAGS, cuda_library
from iris_native import COMPILER, EXAMPLE, library, models, run, run_well
from iris_numpy import MODELS, Model


@models
def test_symbols(model: Model) -> None:
    """The library exports the functions of its manifest, and needs libc's dlopen, dlsym and mutexes."""
    path = cuda_library(model).native.path
    entries = [entry["symbol"] for entry in cuda_library(model).native.manifest["functions"]]
    assert f"{model.name}_step_cuda" in entries and f"{model.name}_init" in entries
    exported = run_well("nm", "-D", "--defined-only", "--format=just-symbols", path).split()
    own = {f"{model.name}_{name}" for name in ("manifest", "cuda_init", "cuda_shutdown", "cuda_error_string")}
    assert set(exported) == {*entries, *(f"{entry}_workspace_bytes" for entry in entries), *own}
    undefined = run_well("nm", "-D", "--undefined-only", "--format=just-symbols", path).split()
    needed = {name.split("@")[0] for name in undefined}
    assert {"dlopen", "dlsym"} <= needed
    assert needed <= {"dlopen", "dlsym", "pthread_mutex_lock", "pthread_mutex_unlock", "memcpy", "memset",
                      "log", "cos", "sin", "sincos"}


def test_object(tmp_path: Path) -> None:
    """An object keeps to itself what it does not export, and writes to its table of contexts only."""
    path = tmp_path / "linear.o"
    run_well(COMPILER, EXAMPLE / "linear.mlir", "-o", path, "--target=cuda")
    symbols = [line.split() for line in run_well("nm", "--format=posix", path).splitlines()]
    public = {name for name, kind, *_ in symbols if kind.isupper() and kind != "U"}
    assert all(name.startswith("linear_") for name in public)
    rows = [line.split() for line in run_well("objdump", "-t", path).splitlines()]
    written = {row[-1] for row in rows if re.fullmatch(r"\.(bss|data)(?!\.rel\.ro)\S*|\*COM\*", "".join(row[-3:-2]))}
    assert written - {".bss", ".data"} == {"state", "catgrad_cuda_functions"}


def test_manifest() -> None:
    """It says what works where."""
    manifest = cuda_library(MODELS["linear"]).native.manifest
    assert manifest["target"] == "cuda"
    assert manifest["chips"] == ["sm_80", "sm_90"]
    targets = {entry["symbol"]: entry["target"] for entry in manifest["functions"]}
    assert targets.pop("linear_init") == "cpu"
    assert targets and set(targets.values()) == {"cuda"}
    cpu = library(MODELS["linear"]).manifest["functions"]
    for ours, theirs in zip(manifest["functions"], cpu, strict=True):
        assert ours["symbol"].removesuffix("_cuda") == theirs["symbol"]
        assert (ours["inputs"], ours["outputs"]) == (theirs["inputs"], theirs["outputs"])
    schema = json.loads((harness.ROOT / "docs" / "manifest.schema.json").read_text())
    assert set(manifest) <= set(schema["properties"])
    function = schema["$defs"]["function"]["properties"]
    assert all(set(entry) <= set(function) for entry in manifest["functions"])


def test_machine_code(tmp_path: Path) -> None:
    """With ptxas a library has machine code for each chip, unless it shall not; without, asking for it is an error."""
    path = tmp_path / "liblinear.so"

    def compile_for_cuda(*flags: str) -> subprocess.CompletedProcess[str]:
        return run(COMPILER, EXAMPLE / "linear.mlir", "-o", path, "--target=cuda", *FLAGS, *flags)

    assert compile_for_cuda("--cubin=false").returncode == 0
    assert path.read_bytes().count(b"\x7fELF") == 1
    done = compile_for_cuda("--cubin")
    if done.returncode:
        assert "expected NVIDIA's assembler ptxas in CUDA_HOME, CUDA_PATH, PATH or /usr/local/cuda" in done.stderr
    else:
        assert path.read_bytes().count(b"\x7fELF") == 3


@pytest.mark.parametrize("language", ["c", "c++"])
def test_headers(language: str, tmp_path: Path) -> None:
    """Two headers in one file are C99 and C++."""
    for name in ("linear", "hidden"):
        run_well(COMPILER, EXAMPLE / f"{name}.mlir", "--target=cuda", "--emit-header", tmp_path / f"{name}.h")
    path = tmp_path / "main.c"
    path.write_text('#include "linear.h"\n#include "hidden.h"\nint f(void);\n'
                      "int f(void) { return linear_cuda_init() == CATGRAD_CUDA_NO_DRIVER; }\n")
    standard = "c99" if language == "c" else "c++11"
    run_well("cc", "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", path)
