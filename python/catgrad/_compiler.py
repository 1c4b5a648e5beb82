# ===- _compiler.py - the compiler, by ctypes ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The narrow C interface, `catgrad-c/Compiler.h`: text in, code or diagnostics out.

Nothing here starts a process, and the interpreter lock is free while the compiler runs.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Iterable
from pathlib import Path

from .errors import CatgradError, Diagnostic

API_VERSION = 2
SEVERITIES = "note", "warning", "error", "remark"


class Option(ctypes.Structure):
    _fields_ = [("key", ctypes.c_char_p), ("value", ctypes.c_char_p)]


class Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(ctypes.c_char)), ("size", ctypes.c_size_t)]


PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "catgradGetApiVersion": (ctypes.c_int, []),
    "catgradGetVersion": (ctypes.c_char_p, []),
    "catgradGetLLVMVersion": (ctypes.c_char_p, []),
    "catgradCompile": (ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Option), ctypes.c_size_t]),
    "catgradResultDestroy": (None, [ctypes.c_void_p]),
    "catgradResultSucceeded": (ctypes.c_bool, [ctypes.c_void_p]),
    "catgradResultGetOutput": (Bytes, [ctypes.c_void_p, ctypes.c_char_p]),
    "catgradResultGetNumDiagnostics": (ctypes.c_size_t, [ctypes.c_void_p]),
    "catgradResultGetDiagnostic": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t]),
    "catgradDiagnosticGetSeverity": (ctypes.c_int, [ctypes.c_void_p]),
    "catgradDiagnosticGetMessage": (ctypes.c_char_p, [ctypes.c_void_p]),
    "catgradDiagnosticGetFile": (ctypes.c_char_p, [ctypes.c_void_p]),
    "catgradDiagnosticGetLine": (ctypes.c_uint, [ctypes.c_void_p]),
    "catgradDiagnosticGetColumn": (ctypes.c_uint, [ctypes.c_void_p]),
    "catgradDiagnosticGetNumNotes": (ctypes.c_size_t, [ctypes.c_void_p]),
    "catgradDiagnosticGetNote": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t]),
}


def places() -> list[Path]:
    """Where the compiler may be: what CATGRAD_LIBRARY names, the wheel's, the source tree's."""
    named = os.environ.get("CATGRAD_LIBRARY")
    if named:
        return [Path(named)]
    package = Path(__file__).resolve().parent
    build = Path(os.environ.get("CATGRAD_BUILD_DIR", package.parents[1] / "build"))
    return [package / "_lib" / "libCatgrad.so", build / "lib" / "libCatgrad.so"]


@functools.cache
def library() -> ctypes.CDLL:
    """The compiler. Raises CatgradError when there is none, or one of another version."""
    for path in places():
        if path.exists():
            break
    else:
        raise CatgradError("found no compiler at " + " or ".join(map(str, places())),
                           hint="build it with `make`, or name libCatgrad.so by the variable CATGRAD_LIBRARY")
    try:
        handle = ctypes.CDLL(str(path))
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(handle, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise CatgradError(f"could not load {path}: {error}",
                           hint="it needs the libraries of LLVM and MLIR 22 (Debian: libmlir-22)") from error
    if handle.catgradGetApiVersion() < API_VERSION:
        raise CatgradError(f"expected version {API_VERSION} or later of the compiler's interface but got "
                           f"{handle.catgradGetApiVersion()} at {path}", hint="build it again")
    return handle


def read_diagnostic(handle: ctypes.CDLL, diagnostic: int) -> Diagnostic:
    def text(value: bytes) -> str:
        return value.decode(errors="replace")

    notes = (handle.catgradDiagnosticGetNote(diagnostic, i)
             for i in range(handle.catgradDiagnosticGetNumNotes(diagnostic)))
    return Diagnostic(SEVERITIES[handle.catgradDiagnosticGetSeverity(diagnostic)],
                      text(handle.catgradDiagnosticGetMessage(diagnostic)),
                      text(handle.catgradDiagnosticGetFile(diagnostic)),
                      handle.catgradDiagnosticGetLine(diagnostic),
                      handle.catgradDiagnosticGetColumn(diagnostic),
                      tuple(read_diagnostic(handle, note) for note in notes))


def command_of(kind: str) -> list[str]:
    """The tool that makes this of a module, and what follows the module's name."""
    if kind in ("python", "json", "dot"):
        return ["catgrad-translate", f"--catgrad-to-{kind}"]
    return ["catgrad-compile", "-o", "/dev/null", f"--emit={'obj' if kind == 'so' else kind}"]


def run(text: str, emit: Iterable[str], **options: object) -> dict[str, bytes]:
    """What the compiler makes of `text`, by kind (`so`, `manifest`, `python`, ..).

    Options are those of Compiler.h, with underscores for hyphens; None: the default.
    Raises CatgradError with the diagnostics.
    """
    handle, kinds = library(), list(emit)
    pairs = {"emit": ",".join(kinds)}
    pairs |= {key.replace("_", "-"): str(value) for key, value in options.items() if value is not None}
    array = (Option * len(pairs))(*(Option(key.encode(), value.encode()) for key, value in pairs.items()))
    try:
        source = text.encode()
    except (AttributeError, UnicodeEncodeError) as error:
        raise CatgradError(f"expected MLIR as text but got {type(text).__name__}: {error}") from error
    result = handle.catgradCompile(source, len(source), array, len(pairs))
    if not result:
        raise MemoryError("no memory for a compilation")
    try:
        if not handle.catgradResultSucceeded(result):
            count = handle.catgradResultGetNumDiagnostics(result)
            found = [read_diagnostic(handle, handle.catgradResultGetDiagnostic(result, i)) for i in range(count)]
            raise CatgradError("" if found else "the compiler failed without a diagnostic",
                               diagnostics=found, text=text, command=command_of(kinds[0]))
        outputs = {kind: handle.catgradResultGetOutput(result, kind.encode()) for kind in kinds}
        return {kind: ctypes.string_at(output.data, output.size) for kind, output in outputs.items()}
    finally:
        handle.catgradResultDestroy(result)


def version() -> str:
    """The compiler's version, such as "0.1.0"."""
    return library().catgradGetVersion().decode()


def llvm_version() -> str:
    """The version of LLVM that generates the code."""
    return library().catgradGetLLVMVersion().decode()
