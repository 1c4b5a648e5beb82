# ===- files.py - parameters in files ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Parameters and optimiser state as safetensors, by their names in the manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import arguments
from .errors import CatgradError
from .native import Learner


def library() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise CatgradError("files of parameters need the package safetensors", hint="pip install safetensors") from error
    return safetensors


def save(path: str | Path, model: Learner, values: Sequence[np.ndarray], **notes: str) -> None:
    """Writes parameters, and state if it is given, with notes of text.

    The file appears whole or not at all: what was there stays until then. Raises
    ArgumentError for values that are not this learner's.
    """
    tensors = [*model.parameters, *(model.state if len(values) > len(model.parameters) else ())]
    if len(values) != len(tensors):
        raise CatgradError(f"expected {len(model.parameters)} parameters, and {len(model.state)} arrays of state or none, "
                           f"but got {len(values)} arrays")
    arrays = {tensor.name: arguments.view(value, tensor, f"'{tensor.name}'")
              for tensor, value in zip(tensors, values)}
    data = library().numpy.save(arrays, metadata={"format": "catgrad", **notes})
    temporary = Path(f"{path}.part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def restore(path: str | Path, model: Learner) -> list[np.ndarray]:
    """The parameters and the state in a file, as `model.step` takes them.

    Raises CatgradError for a file that is damaged, or of another learner. State that the
    file does not have is an error, too: a training would go on wrongly.
    """
    return read(path, model)[0]


def read(path: str | Path, model: Learner) -> tuple[list[np.ndarray], dict[str, str]]:
    """The same, with the notes."""
    try:
        with library().safe_open(str(path), framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dictionary
            notes = file.metadata() or {}
    except CatgradError:
        raise
    except Exception as error:  # the library has an exception type of its own
        raise CatgradError(f"could not read parameters from {path}: {error}") from error
    tensors = [*model.parameters, *model.state]
    missing = [tensor.name for tensor in tensors if tensor.name not in arrays]
    if missing:
        raise CatgradError(f"{path}: expected {', '.join(missing)} but the file has {', '.join(sorted(arrays))}")
    for tensor in tensors:
        arguments.check(arrays[tensor.name], tensor, f"{path}, '{tensor.name}'")
    return [arrays[tensor.name] for tensor in tensors], notes
