# ===- tutorial.py - the notebook, executed --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Execute docs/tutorial.ipynb, and make a page of it.

The notebook in the tree has no outputs: they would differ with the machine, hide what
changed from who reviews it, and go stale. Those of the site are of this build.
"""

from __future__ import annotations

import base64
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
PICTURES = {"image/svg+xml": "svg", "image/png": "png"}


def execute(path: Path) -> Any:
    """The notebook with its outputs. Raises CellExecutionError for a cell that fails."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # Files as channels, not ports, which others on this machine could listen to.
        client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}},
                                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}}))
        environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
        client.execute(env={**environment, "PYTHONPATH": str(ROOT / "python"), "IPYTHONDIR": folder})
    return notebook


def page(path: Path) -> tuple[str, dict[str, bytes]]:
    """The executed notebook as Markdown, and its pictures by name."""
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in execute(path).cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            parts.append(fence(cell.source, "python"))
            parts += [show(output, pictures, path.stem) for output in joined(cell.outputs)]
    return "\n\n".join(parts) + "\n", pictures


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell, where what it printed is one: it comes in pieces, by chance."""
    found: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and found and found[-1].output_type == "stream":
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def fence(text: str, language: str) -> str:
    return f"````{language}\n{text.rstrip()}\n````"


def show(output: Any, pictures: dict[str, bytes], folder: str) -> str:
    """An output of a cell: a picture, or text."""
    if output.output_type == "stream":
        return printed(output.text)
    for kind, suffix in PICTURES.items():
        if kind in output.data:
            data = output.data[kind]
            name = f"{len(pictures) + 1}.{suffix}"
            pictures[name] = base64.b64decode(data) if suffix == "png" else data.encode()
            return f"![output of the cell above]({folder}/{name})"
    return printed(output.data["text/plain"])


def printed(text: str) -> str:
    """Printed text, in the colours of what it is."""
    if re.search(r"^(func\.func|module|catgrad\.\w)", text, re.MULTILINE):
        language = "mlir"
    elif text.lstrip().startswith(("/*", "#include")):
        language = "c"
    elif "\nclass " in text:
        language = "python"
    else:
        language = "text"
    return fence(text, f"{{.{language} .output}}")
