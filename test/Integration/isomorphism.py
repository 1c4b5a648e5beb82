# ===- isomorphism.py - when two open hypergraphs are the same ------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Isomorphism of open hypergraphs as `catgrad-translate --catgrad-to-json` writes
them: of nodes with types and hyperedges with ordered ports, that keeps both
interfaces. It shares nothing with the compiler's own (lib/Hypergraph).

Colours are refined until they tell no more apart; what is left is tried out, and
the bijection that comes out is checked hyperedge by hyperedge.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import harness

Graph = dict[str, Any]


def graphs(text: str, *passes: str) -> dict[str, Graph]:
    """The graphs of the functions of a module by name, after these passes; none of ours that simplifies."""
    lowered = harness.opt(text, *passes) if passes else text
    found = json.loads(harness.run_tool("catgrad-translate", "--catgrad-to-json", "-", text=lowered))
    return {graph["name"]: graph for graph in found["functions"]}


def inlined(found: dict[str, Graph]) -> dict[str, Graph]:
    """The same with the graph of its callee in the place of each call."""
    done: dict[str, Graph] = {}

    def inline(name: str) -> Graph:
        if name in done:
            return done[name]
        graph = found[name]
        nodes, edges = list(graph["nodes"]), []
        same = list(range(len(nodes)))  # a node, and one that it is the same as

        def root(node: int) -> int:
            while same[node] != node:
                node = same[node]
            return node

        for edge in graph["edges"]:
            if edge["operation"] != "func.call":
                edges.append(edge)
                continue
            body = inline(edge["attributes"]["callee"].removeprefix("@"))
            offset = len(nodes)
            nodes += body["nodes"]
            same += range(offset, len(nodes))
            edges += [moved(e, [offset + i for i in range(len(body["nodes"]))]) for e in body["edges"]]
            for side in ("sources", "targets"):
                for outside, inside in zip(edge[side], body[side], strict=True):
                    same[root(offset + inside)] = root(outside)
        roots = [root(node) for node in range(len(nodes))]
        place = {node: k for k, node in enumerate(dict.fromkeys(roots))}
        to = [place[node] for node in roots]
        done[name] = moved({**graph, "nodes": [nodes[node] for node in place]}, to)
        done[name]["edges"] = [moved(edge, to) for edge in edges]
        return done[name]

    return {name: inline(name) for name in found}


def cleaned(graph: Graph) -> Graph:
    """Up to what E6 and E7 say of copying and discarding, and so their duals of sums: without what no result needs,
    equal constants made once, sums of sums as one sum in any order, without zeros. And with one reshape or transpose
    for several, which rules build folded where they see what they build on."""
    graph = summed(merged(shortened(graph)))
    producer = {node: edge for edge in graph["edges"] for node in edge["targets"]}
    kept: dict[int, dict[str, Any]] = {}
    needed, left = set(graph["sources"]), list(graph["targets"])
    while left:
        node = left.pop()
        if node in producer and id(producer[node]) not in kept:
            kept[id(producer[node])] = producer[node]
            left += producer[node]["sources"]
            needed.update(producer[node]["targets"])
    place = {node: k for k, node in enumerate(sorted(needed))}
    to = [place.get(node, -1) for node in range(len(graph["nodes"]))]
    return {**moved(graph, to), "nodes": [graph["nodes"][node] for node in place], "edges": [moved(e, to) for e in kept.values()]}


def merged(graph: Graph) -> Graph:
    """With equal constants made once."""
    first: dict[object, int] = {}
    to = list(range(len(graph["nodes"])))
    for edge in graph["edges"]:
        if not edge["sources"]:
            (node,) = edge["targets"]
            to[node] = first.setdefault((label(edge), graph["nodes"][node]), node)
    kept = [edge for edge in graph["edges"] if all(to[node] == node for node in edge["targets"])]
    return {**moved(graph, to), "edges": [moved(edge, to) for edge in kept]}


def shortened(graph: Graph) -> Graph:
    """With a reshape of a reshape, and a transpose of a transpose, as one or none."""
    producer = {node: edge for edge in graph["edges"] for node in edge["targets"]}
    to, edges = list(range(len(graph["nodes"]))), []

    def origin(node: int, operation: str) -> tuple[int, list[int] | None]:
        """What a chain of these begins with, and the transpose that it is."""
        edge = producer.get(node)
        if not edge or edge["operation"] != operation:
            return node, None
        node, inner = origin(edge["sources"][0], operation)
        outer = [int(axis) for axis in re.findall(r"\b\d+", edge["attributes"].get("permutation", ""))]
        return node, [inner[axis] for axis in outer] if inner else outer

    for edge in graph["edges"]:
        if edge["operation"] in ("catgrad.reshape", "catgrad.transpose"):
            first, permutation = origin(edge["targets"][0], edge["operation"])
            if graph["nodes"][first] == graph["nodes"][edge["targets"][0]] and permutation == sorted(permutation or []):
                to[edge["targets"][0]] = first
                continue
            attributes = {"permutation": str(permutation)} if permutation else {}
            edge = {**edge, "attributes": attributes, "sources": [first]}
        edges.append(edge)
    if len(edges) == len(graph["edges"]):
        return {**graph, "edges": edges}
    for node in range(len(to)):
        while to[to[node]] != to[node]:
            to[node] = to[to[node]]
    # What one or none leaves behind may be next to another.
    return shortened({**moved(graph, to), "edges": [moved(edge, to) for edge in edges]})


def summed(graph: Graph) -> Graph:
    """With a hyperedge `sum` for each tree of additions."""
    producer = {node: edge for edge in graph["edges"] for node in edge["targets"]}
    uses = Counter(node for edge in graph["edges"] for node in edge["sources"]) + Counter(graph["targets"])

    def terms(node: int) -> list[int]:
        edge = producer.get(node)
        if edge and edge["operation"] == "catgrad.add" and uses[node] == 1:
            return [term for source in edge["sources"] for term in terms(source)]
        return [] if edge and is_zero(edge) else [node]

    edges, to = [], list(range(len(graph["nodes"])))
    for edge in graph["edges"]:
        if edge["operation"] == "catgrad.add":
            found = [term for source in edge["sources"] for term in terms(source)]
            if len(found) == 1:
                to[edge["targets"][0]] = found[0]
                continue
            if not found:  # a sum of zeros is one of them
                to[edge["targets"][0]] = edge["sources"][0]
                continue
            edge = {**edge, "operation": "sum", "sources": found}
        edges.append(edge)
    for node in range(len(to)):
        while to[to[node]] != to[node]:
            to[node] = to[to[node]]
    return {**moved(graph, to), "edges": [moved(edge, to) for edge in edges]}


def is_zero(edge: dict[str, Any]) -> bool:
    return edge["operation"] == "catgrad.constant" and bool(
        re.match(r"dense<(0|0\.0+e\+00|false)>", edge["attributes"]["value"]))


def moved(part: dict[str, Any], to: list[int]) -> dict[str, Any]:
    """A hyperedge or the interfaces of a graph, on other nodes."""
    return {**part, "sources": [to[i] for i in part["sources"]], "targets": [to[i] for i in part["targets"]]}


def label(edge: dict[str, Any]) -> object:
    return edge["operation"], tuple(sorted(edge["attributes"].items()))


def seen_from(edge: dict[str, Any], nodes: Sequence[int]) -> object:
    """A hyperedge, and what its nodes are called, in the order of its ports; a sum has none."""
    sources, targets = (tuple(nodes[i] for i in edge[side]) for side in ("sources", "targets"))
    return label(edge), tuple(sorted(sources)) if edge["operation"] == "sum" else sources, targets


def refine(both: tuple[Graph, Graph], colours: list[list[object]]) -> list[list[int]]:
    """Colours of the nodes of both graphs that the colours around a node follow from; equal ones are alike."""
    count = 0
    while True:
        # Small numbers for colours, the same in both graphs.
        numbers: dict[object, int] = {}
        found = [[numbers.setdefault(colour, len(numbers)) for colour in each] for each in colours]
        if len(numbers) == count:
            return found
        count = len(numbers)
        colours = []
        for graph, each in zip(both, found):
            around: list[list[object]] = [[] for _ in each]
            for edge in graph["edges"]:
                seen = seen_from(edge, each)
                for side in ("sources", "targets"):
                    for port, node in enumerate(edge[side]):
                        around[node].append((side, port * (edge["operation"] != "sum"), seen))
            colours.append([(colour, tuple(sorted(map(repr, ports)))) for colour, ports in zip(each, around)])


def is_isomorphic(f: Graph, g: Graph) -> bool:
    """Is there a bijection of nodes and of hyperedges that keeps types, labels, ports and interfaces?"""
    if any(len(f[part]) != len(g[part]) for part in ("nodes", "edges", "sources", "targets")):
        return False
    both = f, g
    start = [[(type_, tuple(i for i, node in enumerate(graph["sources"]) if node == at),
               tuple(i for i, node in enumerate(graph["targets"]) if node == at))
              for at, type_ in enumerate(graph["nodes"])] for graph in both]
    return search(both, refine(both, start))


def search(both: tuple[Graph, Graph], colours: list[list[int]]) -> bool:
    left, right = colours
    if Counter(left) != Counter(right):
        return False
    shared = [colour for colour, number in Counter(left).items() if number > 1]
    if not shared:
        place = {colour: node for node, colour in enumerate(right)}
        to = [place[colour] for colour in left]
        return Counter(seen_from(e, to) for e in both[0]["edges"]) == Counter(
            seen_from(e, range(len(right))) for e in both[1]["edges"])
    one = left.index(shared[0])
    for other in (node for node, colour in enumerate(right) if colour == shared[0]):
        marked = [[(colour, node == chosen) for node, colour in enumerate(each)]
                  for each, chosen in zip(colours, (one, other))]
        if search(both, refine(both, marked)):
            return True
    return False
