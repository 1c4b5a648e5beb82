# ===- learner.py - functions to learners --------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A model, an optimiser and a loss, to native training steps."""

from __future__ import annotations

import functools
from typing import Any

from . import driver, tree
from .errors import CatgradError
from .function import Function, Traced
from .lenses import Loss, Optimiser, loss_text, optimiser_text
from .native import Learner
from .text import string
from .types import NdArrayType, as_type


def learner_text(model: Any, *types: Any, optimiser: Optimiser, loss: Loss, labels: Any = None, name: str = "model",
                 report_loss: bool = False) -> str:
    """The module of a learner: the model for these input types, and the line that says how it is trained."""
    if not isinstance(name, str):
        raise CatgradError(f"expected the name of the artefact to be a C identifier but got {name!r}")
    if not callable(model):
        raise CatgradError(f"expected a function or a layer as model but got {model!r}")
    called = model.function if isinstance(model, Function) else model
    traced = Traced(called, tree.transform(as_type, types), f"{name}_arrow", private=True)
    opt, update = optimiser_text(optimiser, traced.named, f"{name}_update")
    lens, value = loss_text(loss, traced.results, labels, f"{name}_value")
    flags = " {report_loss}" if report_loss else ""
    return (f"{traced.text}{update}{value}catgrad.learner @{string(name)} model(@{string(name + '_arrow')}) "
            f"optimiser({opt}) loss({lens}){flags}\n")


def learner(model: Any, *types: Any, optimiser: Optimiser, loss: Loss, labels: Any = None, name: str = "model",
            report_loss: bool = False, cpu: str = "native", opt_level: int = 2, target: str = "cpu",
            gpu: str | None = None, math: str = "default") -> Learner:
    """The native learner of a model.

    * `model`: a function, `@catgrad.function`, or a layer.
    * `types`: those of its inputs, such as `catgrad.f32[150, 4]`, or arrays that have them.
    * `optimiser`, `loss`: from `catgrad.optimisers` and `catgrad.losses`, or functions:
      `optimiser(p, dp)` on lists, more in `catgrad.optimisers.Update`, and `loss(y, label)`, a
      number whose derivative is taken.
    * `labels`: the types of the loss's labels, if not one like y.
    * `name`: a C identifier, which begins the names of the native functions.
    * `report_loss`: `step` returns the loss of the old parameters, too.
    * `cpu`, `opt_level`, `target`, `gpu`: as for `catgrad.compile_text`.

    Raises TraceError for a step of the function that has no meaning, and CatgradError
    with the diagnostics of the compiler, both at the line of Python.
    """
    @functools.cache
    def for_batch(size: int | None) -> Learner:
        def resize(leaf: Any) -> NdArrayType:
            type_ = as_type(leaf)
            return NdArrayType((size, *type_.shape[1:]), type_.dtype) if size is not None and type_.shape else type_

        inputs, wanted = tree.transform(resize, types), tree.transform(resize, labels)
        text = learner_text(model, *inputs, optimiser=optimiser, loss=loss, labels=wanted, name=name,
                            report_loss=report_loss)
        made = driver.compile_text(text, name=name, cpu=cpu, opt_level=opt_level, target=target, gpu=gpu,
                                   math=math).learners[name]
        made._for_batch = for_batch
        return made

    return for_batch(None)
