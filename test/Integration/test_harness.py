# ===- test_harness.py - the harness notices what it says it notices -------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A harness that checks nothing would let every test pass. Here a library written
in C, right or wrong in one way, stands where compiled code would stand."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from harness import Buffer, Function, Library, ToolError, run_tool

MANIFEST = {"abi": 1, "target": "cpu", "functions": [{
    "symbol": "n_step", "learner": "n", "kind": "step", "workspace_bytes": 64, "workspace_align": 64,
    "inputs": [{"name": "w", "dtype": "f32", "shape": [3], "role": "parameter"},
               {"name": "b", "dtype": "i1", "shape": [2], "role": "input"},
               {"name": "none", "dtype": "f64", "shape": [0, 2], "role": "input"}],
    "outputs": [{"name": "w_out", "dtype": "f32", "shape": [3], "role": "parameter", "aliases": "w"},
                {"name": "c", "dtype": "i1", "shape": [2], "role": "output"}]}]}

ARGUMENTS = np.arange(3, dtype=np.float32), np.array([True, False]), np.zeros((0, 2))


def build(folder: Path, before: str = "", after: str = "") -> Function:
    """w_out = 2 w, c = !b, with one statement before and one after."""
    source = folder / "module.c"
    source.write_text(f"""
      #include <stddef.h>
      const char module_manifest[] = {json.dumps(json.dumps(MANIFEST))};
      size_t n_step_workspace_bytes(void) {{ return 64; }}
      void n_step(float *w, unsigned char *b, double *none, float *w_out, unsigned char *c, char *workspace) {{
        {before}
        for (int i = 0; i < 3; i++) w_out[i] = 2 * w[i];
        for (int i = 0; i < 2; i++) c[i] = !b[i];
        {after}
      }}""")
    library = folder / "libmodule.so"
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library], check=True)
    return Library(library, copy.deepcopy(MANIFEST))["n_step"]


def test_values_and_untouched_arguments(tmp_path: Path) -> None:
    step = build(tmp_path, before="if (none || (size_t)workspace % 64) return;")
    for w, c in (step(*ARGUMENTS), step(*ARGUMENTS, inplace=True), step.both_ways(*ARGUMENTS),
                 step([0, 1, 2], [1, 0], np.zeros((0, 2)))):
        assert w.tolist() == [0, 2, 4] and c.tolist() == [False, True]
    assert ARGUMENTS[0].tolist() == [0, 1, 2]
    assert step.aliased


@pytest.mark.parametrize("statement, message", [
    ("workspace[64] = 1;", "outside of 'workspace'"),
    ("workspace[-1] = 1;", "outside of 'workspace'"),
    ("w_out[3] = 1;", "outside of 'w_out'"),
    ("c[-1] = 1;", "outside of 'c'"),
    ("b[0] = !b[0];", "changed its input 'b'"),
    ("c[0] = 2;", "expected bytes 0 or 1"),
    ("if (w == w_out) w_out[1] = 7;", "'w_out' differs in place"),
])
def test_a_wrong_call_is_noticed(tmp_path: Path, statement: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        build(tmp_path, after=statement).both_ways(*ARGUMENTS)


@pytest.mark.parametrize("arguments, message", [
    ((ARGUMENTS[0].astype(np.float64), *ARGUMENTS[1:]), r"'w': expected float32\[3\] but got float64\[3\]"),
    ((ARGUMENTS[0][:2], *ARGUMENTS[1:]), r"'w': expected float32\[3\] but got float32\[2\]"),
    (ARGUMENTS[:2], r"expected 3 arguments \(w, b, none\) but got 2"),
])
def test_arguments_have_to_fit(tmp_path: Path, arguments: tuple, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        build(tmp_path)(*arguments)


def test_manifests_have_to_agree(tmp_path: Path) -> None:
    build(tmp_path)
    other = copy.deepcopy(MANIFEST)
    other["functions"][0]["kind"] = "function"
    with pytest.raises(AssertionError, match="embedded manifest"):
        Library(tmp_path / "libmodule.so", other)


@pytest.mark.parametrize("alignment", [1, 2, 4, 8, 64])
def test_buffers_have_no_more_than_their_alignment(alignment: int) -> None:
    pointer = Buffer(5, alignment).pointer
    assert pointer % alignment == 0
    assert alignment == 64 or pointer % (2 * alignment) != 0


def test_a_failing_tool_raises_its_diagnostics() -> None:
    with pytest.raises(ToolError, match="expected") as caught:
        run_tool("catgrad-opt", "-", text="func.func @f(")
    assert caught.value.status == 1
