# ===- errors.py - what went wrong, and where ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The one exception of the package, with the compiler's diagnostics in it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Diagnostic:
    """A message about a place. `line` and `column` count from 1; 0: about no place."""

    severity: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    notes: tuple[Diagnostic, ...] = field(default=())

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else ""
        return "\n".join([f"{place}{self.severity}: {self.message}", *map(str, self.notes)])


class CatgradError(Exception):
    """Raised for all that this package refuses.

    * `diagnostics`: what the compiler said; empty when the error is not the compiler's.
    * `hint`: what to do about it; may be empty unless it is the compiler's.
    * `text`: the module that was compiled, if there is one.
    """

    def __init__(self, message: str = "", *, diagnostics: Sequence[Diagnostic] = (), hint: str = "",
                 text: str = "", command: Sequence[str] = ()) -> None:
        self.diagnostics = tuple(diagnostics)
        self.text = text
        self.command = tuple(command)
        lines = [message] if message else []
        lines += map(str, self.diagnostics)
        if text and not hint:
            hint = "error.reproducer('model.mlir') writes the module, and says the command that fails alike"
        self.hint = hint
        if hint:
            lines.append(f"hint: {hint}")
        super().__init__("\n".join(lines))

    def reproducer(self, path: str | Path) -> str:
        """Writes the module to `path`, and returns the command that fails in the same way.

        Raises ValueError when the error has no module.
        """
        if not self.text:
            raise ValueError("expected an error of the compiler but got one without a module")
        Path(path).write_text(self.text, encoding="utf-8")
        return shlex.join([*self.command[:1], str(path), *self.command[1:]])


class ArgumentError(CatgradError, TypeError):
    """An argument that does not fit. Nothing was computed, and nothing converted."""
