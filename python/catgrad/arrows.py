# ===- arrows.py - between arrows and MLIR -------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Arrows to functions of MLIR, and the compiler's open hypergraphs back to arrows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from open_hypergraphs import OpenHypergraph

from .text import FunctionBuilder, Value, declaration
from .core import operation as ops
from .signature import NdArrayType, arrow
from .special.definition import Definition
from .target.python.special import PythonOp


class Module:
    """The text of a module, function by function, with the definitions that they use."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.definitions: dict[Any, str] = {}
        self.python_ops: dict[int, tuple[str, PythonOp]] = {}

    def add(self, name: str, f: OpenHypergraph, *, private: bool = False) -> None:
        """Adds the function of an arrow. Raises ValueError for one that is no function."""
        builder = FunctionBuilder(name, list(f.source), private=private)
        results = lower(f, builder, builder.inputs, self)
        self.parts.append(builder.finish(results))

    def define(self, definition: Definition) -> str:
        """The symbol of a definition's function. Raises ValueError for a recursive one."""
        if definition not in self.definitions:
            symbol = f"def_{definition.symbol()}_{len(self.definitions)}"
            self.definitions[definition] = ""  # under way
            self.add(symbol, definition.arrow(), private=True)
            self.definitions[definition] = symbol
        if not self.definitions[definition]:
            raise ValueError(f"expected a definition that does not use itself but got {definition}")
        return self.definitions[definition]

    def declare(self, operation: PythonOp) -> str:
        """The symbol of an operation that is Python code."""
        if id(operation) not in self.python_ops:
            symbol = f"python_op_{type(operation).__name__}_{len(self.python_ops)}"
            self.python_ops[id(operation)] = symbol, operation
            self.parts.append(declaration(symbol, list(operation.source()), list(operation.target())))
        return self.python_ops[id(operation)][0]

    @property
    def text(self) -> str:
        return "".join(self.parts)


def lower(f: OpenHypergraph, builder: FunctionBuilder, inputs: Iterable[Value], module: Module) -> list[Value]:
    """Writes the operations of an arrow, and returns its results."""
    values: dict[int, Value] = {}

    def produce(node: int, value: Value) -> None:
        if node in values:
            raise ValueError("expected each wire to have one producer but got two")
        values[node] = value

    for node, value in zip(f.s.table.tolist(), inputs, strict=True):
        produce(node, value)
    waiting = [(x, s.table.tolist(), t.table.tolist()) for x, s, t in zip(f.H.x.table, f.H.s, f.H.t)]
    while waiting:
        later = []
        for x, sources, targets in waiting:
            if any(node not in values for node in sources):
                later.append((x, sources, targets))
                continue
            results = lower_operation(x, builder, [values[node] for node in sources], module)
            for node, value in zip(targets, results, strict=True):
                produce(node, value)
        if len(later) == len(waiting):
            raise ValueError(f"expected an arrow without cycles and loose wires but got one at {later[0][0]}")
        waiting = later
    missing = [node for node in f.t.table.tolist() if node not in values]
    if missing:
        raise ValueError("expected each wire to have a producer but got one without")
    return [values[node] for node in f.t.table.tolist()]


def lower_operation(x: Any, builder: FunctionBuilder, operands: list[Value], module: Module) -> list[Value]:
    if hasattr(x, "lower"):
        return x.lower(builder, operands)
    if isinstance(x, Definition):
        return builder.call(module.define(x), operands, list(x.target()))
    if isinstance(x, PythonOp):
        return builder.call(module.declare(x), operands, list(x.target()))
    if hasattr(x, "to_core"):
        return lower(x.to_core(), builder, operands, module)
    raise ValueError(f"expected an operation that the compiler knows, a definition or a PythonOp "
                     f"but got {type(x).__name__}: give it a method to_core")


class Graph:
    """A function among the compiler's open hypergraphs (docs/hypergraphs.md)."""

    def __init__(self, function: dict[str, Any]) -> None:
        self.name: str = function["name"]
        self.nodes = [NdArrayType.parse(text) for text in function["nodes"]]
        self.sources: list[int] = function["sources"]
        self.targets: list[int] = function["targets"]
        self.edges: list[dict[str, Any]] = function["edges"]

    def calls(self, symbol: str) -> dict[str, Any] | None:
        """The edge that calls a function, if there is one."""
        for edge in self.edges:
            if edge["operation"] == "func.call" and edge["attributes"]["callee"].strip('@"') == symbol:
                return edge
        return None

    def consumes(self, node: int) -> bool:
        """Does an operation or a result use this node?"""
        return node in self.targets or any(node in edge["sources"] for edge in self.edges)

    def drop_unused(self) -> None:
        """Drops nodes that nothing makes and nothing uses."""
        made = {*self.sources, *(node for edge in self.edges for node in edge["targets"])}
        kept = [node for node in range(len(self.nodes)) if node in made or self.consumes(node)]
        number = {node: i for i, node in enumerate(kept)}
        self.nodes = [self.nodes[node] for node in kept]
        self.sources, self.targets = ([number[node] for node in nodes] for nodes in (self.sources, self.targets))
        for edge in self.edges:
            for side in ("sources", "targets"):
                edge[side] = [number[node] for node in edge[side]]

    def inline_calls(self, graphs: dict[str, Graph]) -> None:
        """Replaces calls by what they call, all the way down."""
        edges, self.edges = self.edges, []
        while edges:
            edge = edges.pop(0)
            if edge["operation"] != "func.call":
                self.edges.append(edge)
                continue
            callee = graphs[edge["attributes"]["callee"].strip('@"')]
            number = dict(zip(callee.sources, edge["sources"], strict=True))
            for node, type_ in enumerate(callee.nodes):
                if node not in number:
                    number[node] = len(self.nodes)
                    self.nodes.append(type_)
            edges = [{**inner, **{side: [number[node] for node in inner[side]] for side in ("sources", "targets")}}
                     for inner in callee.edges] + edges
            self.rename(dict(zip(edge["targets"], (number[node] for node in callee.targets), strict=True)), edges)

    def rename(self, number: dict[int, int], edges: list[dict[str, Any]]) -> None:
        """Uses other nodes in place of some, here and in edges that are to come."""
        self.targets = [number.get(node, node) for node in self.targets]
        for edge in [*self.edges, *edges]:
            edge["sources"] = [number.get(node, node) for node in edge["sources"]]

    def operations(self) -> list[tuple[Any, list[int], list[int]]]:
        return [(ops.DialectOperation(edge["operation"], tuple(edge["attributes"].items()),
                                      tuple(self.nodes[i] for i in edge["sources"]),
                                      tuple(self.nodes[i] for i in edge["targets"])),
                 list(edge["sources"]), list(edge["targets"])) for edge in self.edges]


def read_graphs(text: str) -> dict[str, Graph]:
    """The functions in the compiler's JSON, by name."""
    return {function["name"]: Graph(function) for function in json.loads(text)["functions"]}


def monogamous(nodes: list[NdArrayType], sources: list[int], targets: list[int],
               edges: list[tuple[Any, list[int], list[int]]], copy: Any, discard: Any) -> OpenHypergraph:
    """The arrow of a graph whose nodes may have any number of consumers: copies and discards
    become operations, so that functors see them."""
    nodes, edges = list(nodes), [(x, list(s), list(t)) for x, s, t in edges]
    consumers: dict[int, list[tuple[list[int], int]]] = {node: [] for node in range(len(nodes))}
    targets = list(targets)
    for ports in [*(s for _, s, _ in edges), targets]:
        for i, node in enumerate(ports):
            consumers[node].append((ports, i))
    for node, places in consumers.items():
        type_ = nodes[node]
        if not places:
            edges.append((discard(type_), [node], []))
        rest = node
        for ports, i in places[:-1]:
            one, rest_next = len(nodes), len(nodes) + 1
            nodes += [type_, type_]
            edges.append((copy(type_), [rest], [one, rest_next]))
            ports[i], rest = one, rest_next
        if len(places) > 1:
            ports, i = places[-1]
            ports[i] = rest
    return arrow(nodes, sources, targets, edges)


def single_operation(f: OpenHypergraph, kind: type) -> list[Any] | None:
    """The operations of an arrow that is operations of one kind side by side, in the order of its wires."""
    if not all(type(x) is kind for x in f.H.x.table) or len(f.H.x) != len(f.source):
        return None
    producer = {t.table.tolist()[0]: (x, s.table.tolist()) for x, s, t in zip(f.H.x.table, f.H.s, f.H.t)}
    found = []
    for start, end in zip(f.s.table.tolist(), f.t.table.tolist(), strict=True):
        x, sources = producer.get(end, (None, []))
        if sources != [start]:
            return None
        found.append(x)
    return found

