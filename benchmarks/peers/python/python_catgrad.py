# ===- python_catgrad.py - Python catgrad 0.2.2 as a peer -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The original, on its numpy backend, in a process of its own: its package has the name of ours.

``CATGRAD_022_PYTHON`` names the Python of an environment with ``catgrad==0.2.2``; by
default it is ``.venv-catgrad022/bin/python``. It runs upstream_server.py.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import Elsewhere, Unavailable
from . import ROOT

NAME = "Python catgrad"
PYTHON = Path(os.environ.get("CATGRAD_022_PYTHON", ROOT / ".venv-catgrad022" / "bin" / "python"))
NEEDS = f"an environment with catgrad==0.2.2 ({PYTHON}, or what CATGRAD_022_PYTHON names)"


class Server(Elsewhere):
    """The step of one model in the other process, which ends with this one."""

    def __init__(self, **request: Any) -> None:
        self.process = subprocess.Popen(
            [PYTHON, ROOT / "benchmarks" / "upstream_server.py"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
        self.ask(**request)

    def ask(self, **request: Any) -> Any:
        """Returns the answer to a request, one line each."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Unavailable(f"its process ended with status {self.process.wait()}")
        return json.loads(answer)

    def time(self, count: int) -> float:
        return self.ask(count=count)

    def __del__(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def available() -> bool:
    """Says whether that environment is there, with this version in it."""
    return os.access(PYTHON, os.X_OK) and version().startswith("0.2.2, ")


def version() -> str:
    """Returns the versions of catgrad and its numpy; nothing where they are not installed."""
    show = "from importlib.metadata import version as v; print(v('catgrad') + ', numpy ' + v('numpy'))"
    return subprocess.run([PYTHON, "-c", show], capture_output=True, text=True, check=False).stdout.strip()


def make(
    model: str, x: np.ndarray, label: np.ndarray, parameters: list[np.ndarray]
) -> tuple[Callable[[], None], Callable[[], list[np.ndarray]]]:
    """Starts a server for the model."""
    server = Server(model=model, x=x.tolist(), label=label.tolist(), parameters=[p.tolist() for p in parameters])
    return server, lambda: [np.array(p, np.float32) for p in server.ask()]
