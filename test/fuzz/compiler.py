# ===- compiler.py - the compiler in this process ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The compiler through its C interface, and what counts as a finding."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from pathlib import Path


class Compiler:
    """libCatgrad's C interface."""

    class Option(ctypes.Structure):
        _fields_ = [("key", ctypes.c_char_p), ("value", ctypes.c_char_p)]

    class Bytes(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    def __init__(self, build: Path) -> None:
        self.lib = ctypes.CDLL(str(build / "lib" / "libCatgrad.so"))
        for name, result in {"catgradCompile": ctypes.c_void_p, "catgradResultSucceeded": ctypes.c_bool,
                             "catgradResultGetOutput": self.Bytes, "catgradResultGetNumDiagnostics": ctypes.c_size_t,
                             "catgradResultGetDiagnostic": ctypes.c_void_p, "catgradDiagnosticGetMessage": ctypes.c_char_p,
                             "catgradDiagnosticGetSeverity": ctypes.c_int, "catgradResultDestroy": None}.items():
            getattr(self.lib, name).restype = result

    def compile(self, text: str, kind: str) -> tuple[str | None, list[str]]:
        """The output, or None; and the error messages."""
        data = text.encode("utf-8", "surrogateescape")
        options = (self.Option * 4)(*(self.Option(key.encode(), value.encode()) for key, value in {
            "emit": kind, "opt-level": "0", "max-ops": "20000", "max-nesting": "64"}.items()))
        result = ctypes.c_void_p(self.lib.catgradCompile(data, ctypes.c_size_t(len(data)), options, ctypes.c_size_t(4)))
        errors = []
        for i in range(self.lib.catgradResultGetNumDiagnostics(result)):
            diagnostic = ctypes.c_void_p(self.lib.catgradResultGetDiagnostic(result, ctypes.c_size_t(i)))
            if self.lib.catgradDiagnosticGetSeverity(diagnostic) == 2:
                errors.append(self.lib.catgradDiagnosticGetMessage(diagnostic).decode("utf-8", "replace"))
        output = None
        if self.lib.catgradResultSucceeded(result):
            found = self.lib.catgradResultGetOutput(result, kind.encode())
            output = ctypes.string_at(found.data, found.size).decode("utf-8", "replace")
        self.lib.catgradResultDestroy(result)
        return output, errors


def judge(damaged: bool, output: str | None, errors: list[str]) -> tuple[str, str | None]:
    """What became of an input, and why that is a finding, if it is one."""
    state = ("damaged, " if damaged else "valid, ") + ("refused" if output is None else "accepted")
    for error in errors:
        if "LLVM reported a fatal error" in error:
            return state, f"fatal error: {error}"
        if "the compiler crashed" in error:
            return state, f"crash: {error}"
        if re.fullmatch(r"phase '\w+' failed", error):
            return state, f"no reason: {error}"
    if output is None:
        if not errors:
            return state, "refused without an error"
        if not damaged:
            return state, f"a valid program was refused: {errors[0]}"
    elif not output or errors:
        return state, f"accepted, but {errors or 'no output'}"
    return state, None


def crashing_parser(build: Path, path: Path) -> str | None:
    """The upstream operation on whose custom syntax parsing the file crashes, if there is one."""
    done = subprocess.run([build / "bin" / "catgrad-opt", path, "-o", os.devnull], capture_output=True, timeout=60, check=False)
    parsers = re.findall(r"custom op parser '([\w.]+)'", done.stderr.decode(errors="replace"))
    crashed = done.returncode < 0 and parsers and not parsers[-1].startswith("catgrad.")
    return parsers[-1] if crashed else None
