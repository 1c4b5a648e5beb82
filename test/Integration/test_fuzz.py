# ===- test_fuzz.py - random and damaged modules ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A thousand inputs of test/fuzz/generate.py, the same in every run; `make fuzz` takes more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness

sys.path.insert(0, str(harness.ROOT / "test" / "fuzz"))
import generate  # noqa: E402
from compiler import judge  # noqa: E402
from inputs import Input  # noqa: E402

INPUTS = 1000


def test_no_input_is_a_finding(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, generate.__file__, "--build-dir", harness.BUILD, "--count", str(INPUTS),
                           "--jobs", str(min(2, os.cpu_count() or 1)), "--folder", tmp_path],
                          capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{INPUTS} inputs in" in done.stdout and "0 findings" in done.stdout
    counts = {line.strip()[:20].strip(): int(line.split()[-1]) for line in done.stdout.splitlines()
              if line.startswith(("  valid", "  damaged"))}
    # Most valid programs compile, and not every damaged one is refused.
    assert counts["valid, accepted"] > INPUTS / 5 and counts["damaged, accepted"] > INPUTS / 50
    assert counts["damaged, refused"] > INPUTS / 5 and "valid, refused" not in counts


def test_inputs_are_reproducible() -> None:
    texts = [[Input(7, i).make().text for i in range(20)] for _ in range(2)]
    assert texts[0] == texts[1] and len(set(texts[0])) == 20


@pytest.mark.parametrize("damaged, output, errors, reason", [
    (False, "module", [], None),
    (False, None, ["refused"], "a valid program was refused"),
    (True, None, ["refused"], None),
    (True, None, [], "refused without an error"),
    (True, None, ["phase 'rev' failed"], "no reason"),
    (True, None, ["LLVM reported a fatal error: x"], "fatal error"),
    (True, None, ["the compiler crashed (Aborted)"], "crash"),
    (True, "", [], "no output"),
    (True, "module", ["error"], "accepted, but"),
])
def test_what_is_a_finding(damaged: bool, output: str | None, errors: list[str], reason: str | None) -> None:
    _, finding = judge(damaged, output, errors)
    assert (finding is None) == (reason is None)
    assert reason is None or reason in finding
