# ===- compile.py - models to learners -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Models, optimisers and losses that are arrows, to training steps."""

from __future__ import annotations

import ast
from typing import Any, Callable

from open_hypergraphs import FiniteFunction, OpenHypergraph

from .arrows import Module, lower, single_operation
from .bidirectional.functor import Bidirectional, Forget
from .bidirectional.operation import MSE, SGD, Compiled, Copy, Discard, discard, identity, rules
from .text import FunctionBuilder, real
from .core.operation import Operation
from .driver import compile_text
from .function import Function
from .lenses import Update, loss_text as function_loss, optimiser_text as function_optimiser
from .special.definition import Definition
from .special.parameter import factor_parameters
from .target.python.array_backend import instance
from .target.python.codegen import build, parse

Arrows = Callable[[FiniteFunction], OpenHypergraph]
Optimiser = Arrows | Function | Update
Loss = Arrows | Function
LEARNER = "dynamic"  # its class is Dynamic

F = Forget()
B = Bidirectional()


def is_compiled(x: Any) -> bool:
    """Does the compiler know the reverse of this operation? An optic of the user says its own."""
    return isinstance(x, (Compiled, Operation, Definition)) and not (
        isinstance(x, Definition) and hasattr(x, "rev") and not isinstance(x, Compiled))


def rdiff(f: OpenHypergraph) -> OpenHypergraph:
    """The reverse derivative `A x B' -> A'` of `f : A -> B`."""
    if all(is_compiled(x) for x in f.H.x.table):
        return rules.derive(f, Copy, Discard)
    both = B.adapt(B(f), f.source, f.target)
    return both >> (discard(f.target) @ identity(f.source))


def optimiser_text(opt: Optimiser, P: FiniteFunction, module: Module) -> str:
    """What a learner calls this optimiser, which is added to the module if need be."""
    if isinstance(opt, (Function, Update)):
        name, text = function_optimiser(opt, [(f"p{i}", T) for i, T in enumerate(P)], "optimiser")
        module.parts.append(text)
        return name
    lenses = single_operation(opt(P), SGD)
    rates = {lens.c for lens in lenses or ()}
    if len(rates) == 1 and all(T.dtype.is_floating() for T in P):
        return f"#catgrad.sgd<rate = {real(rates.pop())}>"
    module.add("optimiser", rdiff(opt(P)), private=True)
    return "@optimiser"


def loss_text(loss: Loss, Y: FiniteFunction, module: Module) -> str:
    """What a learner calls this loss, which is added to the module if need be."""
    if isinstance(loss, Function):
        results = tuple(Y)
        name, text = function_loss(loss, results if len(results) > 1 else results[0], None, "value")
        module.parts.append(text)
        return name
    if single_operation(loss(Y), MSE) is not None and all(T.dtype.is_floating() for T in Y):
        return "#catgrad.mse"
    lenses = loss(Y).H.x.table
    if len(lenses) != 1 or not hasattr(lenses[0], "value"):
        raise ValueError("expected layers.mse, or one lens with a method value(): the arrow (y, label) -> number "
                         "whose gradient its reverse is")
    module.add("loss", rdiff(loss(Y)), private=True)
    module.add("value", lenses[0].value(), private=True)
    return "@loss, value = @value"


def learner_text(model: OpenHypergraph, opt: Optimiser, loss: Loss) -> tuple[str, FiniteFunction]:
    """The module of a learner `dynamic`, and the types of its parameters."""
    parameters, parametrised = factor_parameters(model)
    P, module = parameters.target, Module()
    if not all(is_compiled(x) for x in parametrised.H.x.table):
        raise ValueError("expected a model of operations whose reverse the compiler knows; "
                         "for others use rdiff and to_python_class")
    # Parameters stand first, in the order in which they are factored.
    builder = FunctionBuilder("model", list(model.source))
    values = [builder.parameter(f"p{i}", T, initial(T)) for i, T in enumerate(P)]
    results = lower(parametrised, builder, [*values, *builder.inputs], module)
    module.parts.append(builder.finish(results))
    opt_name = optimiser_text(opt, P, module)
    loss_name = loss_text(loss, model.target, module)
    text = f"{module.text}catgrad.learner @{LEARNER} model(@model) optimiser({opt_name}) loss({loss_name})\n"
    return text, P


def initial(T: Any) -> str:
    """How `init` draws a parameter."""
    return "#catgrad.normal<mean = 0.0, std = 1.0e-2>" if T.dtype.is_floating() else "#catgrad.zeros"


def compile_model(model: OpenHypergraph, opt: Optimiser, loss: Loss) -> tuple[type, FiniteFunction, ast.Module]:
    """The class of a model, the types of its parameters, and the Python source of the class.

    model: an arrow with parameters in it. opt, loss: such as `layers.sgd(rate)` and
    `layers.mse`; each makes an arrow for an object. Or functions, as `catgrad.learner` takes them.

    `CompiledModel(Numpy)` runs the source on a backend; `CompiledModel()` is native code.
    Both have `init(seed)`, `predict(*p, x)`, `rev`, `rev_p` and `step(*p, x, y)`, which
    return lists. Raises CatgradError for what the compiler refuses.
    """
    text, P = learner_text(model, opt, loss)
    tree = parse(text, "Functions")
    source = build(tree, LEARNER.capitalize())

    class CompiledModel(source):  # type: ignore[misc, valid-type]
        """A compiled model: native without a backend."""

        mlir = text

        def __new__(cls, backend: Any = None) -> Any:
            if backend is None:
                return compile_text(text, name=LEARNER).learners[LEARNER]
            return super().__new__(cls)

        def __init__(self, backend: Any) -> None:
            self.backend = instance(backend)

    CompiledModel.__name__ = CompiledModel.__qualname__ = LEARNER.capitalize()
    return CompiledModel, P, tree

