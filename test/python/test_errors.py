# ===- test_errors.py - what wrong use of the package says ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Whatever is wrong is a CatgradError that says what was expected, and the compiler's have a hint and a command."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catgrad as cg
import iris
from catgrad import CatgradError, losses, optimisers

w = cg.Parameter((4, 3))
ones = np.ones((3, 2), np.float32)


def make(**words: Any) -> Any:
    given = {"optimiser": optimisers.sgd(0.1), "loss": losses.mse, **words}
    return cg.learner(given.pop("model", lambda x: x @ w), given.pop("type", cg.f32[150, 4]), **given)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "optimiser by name": (lambda: make(optimiser="sgd"), "expected one of catgrad.optimisers or a function but got 'sgd'"),
    "no optimiser": (lambda: make(optimiser=None), "expected one of catgrad.optimisers or a function but got None"),
    "optimiser, not called": (lambda: make(optimiser=optimisers.adam), r"hint: call it: catgrad.optimisers.adam\(..\)"),
    "loss by name": (lambda: make(loss="mse"), "expected one of catgrad.losses or a function but got 'mse'"),
    "loss, not called": (lambda: make(loss=losses.huber), r"hint: call it: catgrad.losses.huber\(..\)"),
    "unknown loss": (lambda: make(loss="#catgrad.none"), "none"),
    "rate by name": (lambda: optimisers.sgd("fast"), "expected a finite number as rate but got 'fast'"),
    "rate nan": (lambda: optimisers.adam(float("nan")), "expected a finite number as rate but got nan"),
    "infinite decay": (lambda: optimisers.adamw(weight_decay=float("inf")), "as weight_decay but got inf"),
    "rate below zero": (lambda: make(optimiser=optimisers.sgd(-1)), "expected rate >= 0 but got"),
    "no model": (lambda: make(model=None), "expected a function or a layer as model but got None"),
    "no function": (lambda: cg.function(3), "expected a function but got 3"),
    "type by name": (lambda: make(type="f32"), r"expected a type or an array but got 'f32'\nhint: catgrad.f32\[150, 4\]"),
    "no type": (lambda: make(type=None), "expected a tensor, an array or a number but got NoneType"),
    "name": (lambda: make(name="a b"), "expected the name of the artefact to be a C identifier but got 'a b'"),
    "name of a number": (lambda: make(name=3), "C identifier but got 3"),
    "processor": (lambda: make(cpu="fast"), "unknown processor 'fast'"),
    "level": (lambda: make(opt_level=9), "expected option 'opt-level' to be a number from 0 to 3 but got '9'"),
    "target": (lambda: make(target="tpu"), "expected option 'target' to be cpu or cuda but got 'tpu'"),
    "chip": (lambda: make(target="cuda", gpu="sm_1"), "expected a GPU such as sm_80 but got 'sm_1'"),
    "chip of a processor": (lambda: make(gpu="sm_80"), "expected target='cuda' beside gpu='sm_80' but got 'cpu'"),
    "parameter's shape": (lambda: cg.Parameter((-1, 2)), r"expected sizes that are not negative but got \(-1, 2\)"),
    "parameter's name as shape": (lambda: cg.Parameter("w"), r"expected sizes that are not negative but got \('w',\)"),
    "parameter's start": (lambda: cg.Parameter((2,), "zeros"), "expected how the parameter starts but got 'zeros'\nhint:"),
    "parameter's type": (lambda: cg.Parameter((2,), dtype="f99"), "expected an element type among .* but got 'f99'"),
    "no text": (lambda: cg.compile_text(None), "expected MLIR as text but got NoneType"),
    "bytes": (lambda: cg.compile_text(b"module {}"), "expected MLIR as text but got bytes"),
    "half a character": (lambda: cg.compile_text("\ud800"), "expected MLIR as text but got str"),
    "empty text": (lambda: cg.compile_text(""), "expected at least one public function"),
    "no MLIR": (lambda: cg.compile_text("hello"), "custom op 'hello' is unknown"),
    "phase": (lambda: cg.emit_text(iris.text("linear"), "pdf"), "expected option 'emit' to list .* but got 'pdf'"),
    "element type": (lambda: cg.function(lambda x: x)(np.ones(3, np.uint8)), "got numpy's uint8\nhint: convert it"),
    "too large": (lambda: cg.function(lambda x: cg.zeros((1 << 40, 1 << 30), "f32"))(ones), "byte size of .* overflows"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_an_error_that_says_what_was_expected(case: str) -> None:
    call, message = WRONG[case]
    with pytest.raises(CatgradError, match=message):
        call()


def test_compiler_errors_have_a_line_a_hint_and_a_command(tmp_path: Path) -> None:
    """The command fails alike, at the same line of Python."""
    def model(x: Any) -> Any:
        y = (x @ w).astype(cg.i32)
        return cg.exp(y)

    with pytest.raises(CatgradError, match="expected element type") as raised:
        make(model=model)
    error, line = raised.value, model.__code__.co_firstlineno + 2
    assert [(d.severity, d.file, d.line) for d in error.diagnostics] == [("error", __file__, line)]
    assert str(error).startswith(f"{__file__}:{line}:") and "\nhint: error.reproducer('model.mlir') writes" in str(error)
    tool, *words = shlex.split(error.reproducer(tmp_path / "model.mlir"))
    build = Path(cg._compiler.library()._name).parents[1]
    done = subprocess.run([build / "bin" / tool, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and f"{__file__}:{line}:" in done.stderr and error.diagnostics[0].message in done.stderr


def test_errors_without_a_module_have_no_command(tmp_path: Path) -> None:
    with pytest.raises(CatgradError) as raised:
        make(name=3)
    with pytest.raises(ValueError, match="expected an error of the compiler but got one without a module"):
        raised.value.reproducer(tmp_path / "model.mlir")
    assert not list(tmp_path.iterdir())
