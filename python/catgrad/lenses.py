# ===- lenses.py - optimisers and losses that are functions --------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Ordinary functions as the optimiser and the loss of a learner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import tree
from .errors import CatgradError
from .function import Function, Traced
from .text import string
from .types import NdArrayType, as_type


@dataclass(frozen=True)
class Update:
    """An optimiser of your own: `function(p, dp)` gives the new parameters of the old and their cotangents.

    Both are lists, in the order of the parameters, since an optimiser may look at all of them. What else it
    is given, by name: slots, each a list with a tensor of the type of each parameter; scalars, state that is
    shared; hyper, further inputs of `step`. With slots or scalars it returns the parameters and a dictionary
    of all their new values. State begins as zeros.

        def momentum(p, dp, m, rate):
            m = [0.9 * a + b for a, b in zip(m, dp)]
            return [a - rate * b for a, b in zip(p, m)], {"m": m}

        Update(momentum, slots=["m"], hyper={"rate": cg.f32[()]})
    """

    function: Callable[..., Any]
    slots: Sequence[str] = ()
    scalars: Mapping[str, NdArrayType] = field(default_factory=dict)
    hyper: Mapping[str, NdArrayType] = field(default_factory=dict)


Optimiser = str | Function | Update
Loss = str | Function


def plain(function: Any, what: str) -> Callable[..., Any]:
    """The Python function behind one of ours. Raises CatgradError for what is none."""
    found = function.function if isinstance(function, Function) else function
    if not callable(found):
        raise CatgradError(f"expected one of {what} or a function but got {found!r}", hint=f"dir({what}) lists them")
    if getattr(found, "__module__", "") == what:
        raise CatgradError(f"expected what {what}.{found.__name__} returns but got the function itself",
                           hint=f"call it: {what}.{found.__name__}(..)")
    return found


def attribute(text: str, what: str) -> str:
    """An attribute of MLIR. Raises CatgradError for another text."""
    if not text.startswith("#"):
        raise CatgradError(f"expected one of {what} or a function but got {text!r}", hint=f"dir({what}) lists them")
    return text


def check(what: str, got: Any, want: Any) -> None:
    """Raises CatgradError for results of other types."""
    found, wanted = (", ".join(map(str, tree.leaves(types))) for types in (got, want))
    if found != wanted:
        raise CatgradError(f"expected {what} that returns {wanted} but got {found}")


def private(function: Callable[..., Any], types: tuple[Any, ...], symbol: str, names: Sequence[str] | None = None) -> Traced:
    traced = Traced(function, types, symbol, private=True, names=names)
    if traced.parameters:
        raise CatgradError(f"expected no parameters in @{symbol} but got {traced.parameters[0]}",
                           hint="only the model is trained")
    return traced


def optimiser_text(optimiser: Any, parameters: Sequence[tuple[str, NdArrayType]], symbol: str) -> tuple[str, str]:
    """What a learner calls this optimiser of parameters with names and types, and the text of its function.

    Raises CatgradError for one that does not return the parameters and its state.
    """
    if isinstance(optimiser, str):
        return attribute(optimiser, "catgrad.optimisers"), ""
    update = optimiser if isinstance(optimiser, Update) else Update(optimiser)
    function, types = plain(update.function, "catgrad.optimisers"), [type_ for _, type_ in parameters]
    state = {**{name: as_type(type_) for name, type_ in update.scalars.items()}, **{slot: types for slot in update.slots}}
    hyper = {name: as_type(type_) for name, type_ in update.hyper.items()}
    names = [*update.scalars, *(f"{slot}.{name}" for slot in update.slots for name, _ in parameters)]
    for prefix in ("", "d"):
        names += [prefix + name for name, _ in parameters]

    def whole(now: list[Any], p: list[Any], dp: list[Any], given: list[Any]) -> Any:
        results = function(p, dp, **dict(zip(state, now)), **dict(zip(hyper, given)))
        if not state:
            return results, []
        if not (isinstance(results, tuple) and len(results) == 2 and isinstance(results[1], Mapping)
                and set(results[1]) == set(state)):
            raise CatgradError(f"expected an optimiser that returns the parameters and a dictionary of {', '.join(state)}")
        return results[0], [results[1][name] for name in state]

    order = list(state.values())
    traced = private(whole, (order, types, types, list(hyper.values())), symbol, [*names, *hyper])
    check("an optimiser", traced.results, (types, order))
    return f"@{string(symbol)}", traced.text


def loss_text(loss: Any, results: Any, labels: Any, symbol: str) -> tuple[str, str]:
    """What a learner calls this loss of a model's results, and the text of its function `(results, labels..) -> number`.

    labels: types; by default one label like the results. Raises CatgradError for a loss that is no number.
    """
    if isinstance(loss, str):
        if labels is not None:
            raise CatgradError("expected no labels beside a loss of catgrad.losses, which knows them")
        return attribute(loss, "catgrad.losses"), ""
    given = (results,) if labels is None else labels if isinstance(labels, tuple) else (labels,)
    traced = private(plain(loss, "catgrad.losses"), (results, *given), symbol)
    leaves = tree.leaves(traced.results)
    if len(leaves) != 1 or leaves[0].shape:
        raise CatgradError(f"expected a loss that returns one number but got {', '.join(map(str, leaves))}")
    return f"@{string(symbol)}", traced.text
