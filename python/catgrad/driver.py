# ===- driver.py - from text to libraries --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""MLIR text to libraries and to the forms in between."""

from __future__ import annotations

from . import _compiler, native
from .errors import CatgradError

PHASES = "catgrad", "rev", "linalg", "bufferized", "llvm"


def compile_text(text: str, *, name: str = "model", cpu: str = "native", opt_level: int = 2,
                 file: str = "<input>", target: str = "cpu", gpu: str | None = None, math: str = "default") -> native.Library:
    """The native library of a module.

    * `text`: MLIR with functions, learners and derives.
    * `name`: the artefact's, a C identifier.
    * `cpu`: a processor that LLVM knows, or "native"; `opt_level`: 0 to 3.
    * `file`: what diagnostics call the text.
    * `target`: "cpu" or "cuda"; `gpu`: for cuda, the chips, such as "sm_80,sm_90".
    * `math`: "default", or "reference" for the same bits on every processor.

    Raises CatgradError with the diagnostics.
    """
    if gpu is not None and target != "cuda":
        raise CatgradError(f"expected target='cuda' beside gpu={gpu!r} but got {target!r}")
    outputs = _compiler.run(text, ["so"], name=name, cpu=cpu, opt_level=opt_level, file=file, target=target, gpu=gpu,
                            math=math)
    library = native.from_bytes(outputs["so"])
    library.text = text
    return library


def emit_text(text: str, kind: str, **options: object) -> str:
    """A form of a module that is text: a phase, `c`, `asm`, `header`, `manifest`, `python`, `json` or `dot`.

    Options are those of `catgrad-c/Compiler.h`. Raises CatgradError with the diagnostics.
    """
    return _compiler.run(text, [kind], **options)[kind].decode()
