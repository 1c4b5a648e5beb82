# ===- drawings.py - drawings of open hypergraphs -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Drawings: text for Graphviz, and SVG where the program `dot` is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .errors import CatgradError


class Drawing:
    """A drawing. In a notebook it shows itself; `save(path)` writes .svg or .dot."""

    def __init__(self, dot: str) -> None:
        self.dot = dot

    @property
    def svg(self) -> str:
        """Raises CatgradError without Graphviz."""
        program = shutil.which("dot")
        if program is None:
            raise CatgradError("a drawing as SVG needs Graphviz, which is not installed",
                               hint="apt-get install graphviz, or take the text: .dot")
        return subprocess.run([program, "-Tsvg"], input=self.dot, capture_output=True, text=True, check=True).stdout

    def _repr_svg_(self) -> str | None:
        return self.svg if shutil.which("dot") else None

    def __repr__(self) -> str:
        return "<drawing; its text is .dot, and with Graphviz (apt-get install graphviz) a picture, .svg>"

    def save(self, path: str | Path) -> None:
        """Writes the drawing; the suffix says how."""
        Path(path).write_text(self.dot if Path(path).suffix == ".dot" else self.svg, encoding="utf-8")
