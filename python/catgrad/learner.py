# ===- learner.py - functions to learners --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A model, an optimiser and a loss, to native training steps."""

from __future__ import annotations

import functools
from typing import Any

from . import driver, tree
from .text import string
from .function import Function, Traced
from .native import Learner
from .types import NdArrayType, as_type


def learner_text(model: Any, *types: Any, optimiser: str, loss: str, name: str = "model",
                 report_loss: bool = False) -> str:
    """The module of a learner: the model for these input types, and the line that says how it is trained."""
    called = model.function if isinstance(model, Function) else model
    traced = Traced(called, tree.transform(as_type, types), f"{name}_arrow", private=True)
    flags = " {report_loss}" if report_loss else ""
    return (f"{traced.text}catgrad.learner @{string(name)} model(@{string(name + '_arrow')}) "
            f"optimiser({optimiser}) loss({loss}){flags}\n")


def learner(model: Any, *types: Any, optimiser: str, loss: str, name: str = "model", report_loss: bool = False,
            cpu: str = "native", opt_level: int = 2) -> Learner:
    """The native learner of a model.

    model: a function, `@catgrad.function`, or a layer. types: those of its inputs, such as
    `catgrad.f32[150, 4]`, or arrays that have them. optimiser, loss: from `catgrad.optimisers`
    and `catgrad.losses`. name: a C identifier, which begins the names of the native functions.
    report_loss: `step` returns the loss of the old parameters, too.

    Raises TraceError for a step of the function that has no meaning, and CatgradError
    with the diagnostics of the compiler, both at the line of Python.
    """
    @functools.cache
    def for_batch(size: int | None) -> Learner:
        def resize(type_: NdArrayType) -> NdArrayType:
            return type_ if size is None else NdArrayType((size, *type_.shape[1:]), type_.dtype)

        inputs = tree.transform(lambda leaf: resize(as_type(leaf)), types)
        text = learner_text(model, *inputs, optimiser=optimiser, loss=loss, name=name, report_loss=report_loss)
        made = driver.compile_text(text, name=name, cpu=cpu, opt_level=opt_level).learners[name]
        made._for_batch = for_batch
        return made

    return for_batch(None)
