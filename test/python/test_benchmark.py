# ===- test_benchmark.py - the benchmark of calls --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""benchmarks/python.py runs, checks its peers, and says what it leaves out. Its times are no test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "python.py"
QUICK = "--model", "dense", "--rounds", "1", "--round-seconds", "0.001"


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *QUICK, *arguments], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **environment})


def test_every_peer_that_is_here_agrees_and_is_measured(tmp_path: Path) -> None:
    picture = tmp_path / "calls.png"
    done = run("--plot", picture, CATGRAD_022_PYTHON=sys.executable)  # which has no catgrad 0.2.2
    assert done.returncode == 0, done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| ")][1:]
    peers = {row[1].strip() for row in rows}
    assert peers >= {"catgrad step_", "catgrad step", "native", "C, ctypes", "numpy", "numpy source", "jax.jit"}
    assert rows[0][1:4] == [" catgrad step_ ", rows[0][2], " 1.00 "] and all(float(row[2]) > 0 for row in rows)
    assert "Python catgrad: left out, needs an environment with catgrad==0.2.2" in done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("peer, message", [
    ("Python catgrad", "Python catgrad: left out, needs an environment"),
    ("fortran", "unknown peer fortran; known: catgrad step_, "),
])
def test_a_peer_that_was_asked_for_must_be_here(peer: str, message: str) -> None:
    done = run("--peer", peer, CATGRAD_022_PYTHON=os.devnull)
    assert done.returncode != 0 and message in done.stderr
