# ===- rules.py - reverse derivatives from the compiler ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Derivatives are the compiler's: this asks for them, and reads them as arrows."""

from __future__ import annotations

from typing import Any

from open_hypergraphs import FiniteFunction, OpenHypergraph

from ..arrows import Module, lower_operation, monogamous, read_graphs
from ..text import FunctionBuilder
from ..driver import emit_text
from ..signature import obj, op


def split(x: Any, copy: Any, discard: Any) -> tuple[OpenHypergraph, FiniteFunction, OpenHypergraph]:
    """The optic of an operation: `fwd : A -> B x M`, the object M, and `rev : M x B' -> A'`.

    `copy` and `discard` make these operations for a type.
    """
    sources, targets = list(x.source()), list(x.target())
    if not sources:  # nothing to differentiate by
        drop = OpenHypergraph.tensor_list([op(discard(T)) for T in targets])
        return op(x), obj(), drop
    module = Module()
    function = FunctionBuilder("f", sources, private=True)
    results = lower_operation(x, function, function.inputs, module)
    caller = FunctionBuilder("g", sources)
    called = caller.call("f", caller.inputs, targets)
    text = (module.text + function.finish(results) + caller.finish(called)
            + "catgrad.derive @g_rev of(@g)\n")
    graphs = read_graphs(emit_text(text, "json"))
    whole = graphs["g_rev"]
    call, forward = whole.calls("f.rev"), whole.calls("f.fwd")
    results_of_forward = forward["targets"] if forward else []
    inputs, cotangents = whole.sources[:len(sources)], whole.sources[len(sources):]
    if call is not None:
        kept, rev = call["sources"][:len(call["sources"]) - len(targets)], graphs["f.rev"]
    else:  # nothing is left to call, as for a discard: the whole is the reverse
        rev = whole
        rev.edges = [edge for edge in rev.edges if edge["operation"] != "func.call"]
        kept = [node for node in inputs if rev.consumes(node)]
        rev.sources = [*kept, *cotangents]
    if not all(node in inputs or node in results_of_forward[:len(targets)] for node in kept):
        raise ValueError(f"expected the reverse of {x} to keep its operands or results only")
    # fwd: the operation itself, with copies of what is kept.
    nodes = [*sources, *targets]
    residual = [inputs.index(node) if node in inputs else len(sources) + results_of_forward.index(node)
                for node in kept]
    places = list(range(len(sources), len(nodes)))
    forward_arrow = monogamous(nodes, list(range(len(sources))), [*places, *residual],
                               [(x, list(range(len(sources))), places)], copy, discard)
    rev.drop_unused()
    reverse_arrow = monogamous(rev.nodes, rev.sources, rev.targets, rev.operations(), copy, discard)
    return forward_arrow, obj(*(nodes[i] for i in residual)), reverse_arrow


def derive(f: OpenHypergraph, copy: Any, discard: Any) -> OpenHypergraph:
    """The reverse derivative `A x B' -> A'` of `f : A -> B`, as one arrow."""
    module = Module()
    module.add("f", f)
    graphs = read_graphs(emit_text(module.text + "catgrad.derive @f_rev of(@f)\n", "json"))
    rev = graphs["f_rev"]
    rev.inline_calls(graphs)
    rev.drop_unused()
    return monogamous(rev.nodes, rev.sources, rev.targets, rev.operations(), copy, discard)


