# ===- test_hypergraph.py - open hypergraphs as text ------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`catgrad-translate --catgrad-to-json`, `--json-to-catgrad` and `--catgrad-to-dot` on the iris models,
and on JSON that is wrong: an error that says what and where, never a crash.

The laws of the graphs themselves are in test/unit/HypergraphLawsTest.cpp."""

from __future__ import annotations

import copy
import functools
import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends import reference
from harness import ROOT, TIMEOUT, ToolError, run_tool

MODELS = sorted((ROOT / "examples" / "iris").glob("*.mlir"))


def to_json(text: str) -> str:
    return run_tool("catgrad-translate", "--catgrad-to-json", "-", text=text)


def from_json(text: str) -> str:
    return run_tool("catgrad-translate", "--json-to-catgrad", "-", text=text)


@functools.cache
def hidden() -> str:
    """The largest of the models, as JSON."""
    return to_json((ROOT / "examples" / "iris" / "hidden.mlir").read_text())


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_there_and_back_is_the_same_graph_and_the_same_function(path: Path) -> None:
    graph = to_json(path.read_text())
    back = from_json(graph)
    assert json.loads(to_json(back)) == json.loads(graph)
    ours, theirs = reference(path.read_text()), reference(back)
    assert ours.methods.keys() == theirs.methods.keys()
    for symbol in ours.methods:
        if symbol.endswith("_predict"):
            initial = ours[symbol.replace("_predict", "_init")](3)
            (values,) = ours[symbol](*initial, np.ones((150, 4), np.float32))
            (others,) = theirs[symbol](*initial, np.ones((150, 4), np.float32))
            assert values.tobytes() == others.tobytes()


def test_every_graph_of_the_models_obeys_the_schema() -> None:
    """Checked by hand: there is no validator among the tests' packages."""
    schema = json.loads((ROOT / "docs" / "hypergraph.schema.json").read_text())
    module = json.loads(hidden())
    function, edge = schema["$defs"]["function"], schema["$defs"]["edge"]
    assert set(module) == set(schema["required"]) == set(schema["properties"])
    for graph in module["functions"]:
        assert set(graph) == set(function["required"]) == set(function["properties"])
        for entry in graph["edges"]:
            assert set(entry) == set(edge["required"]) == set(edge["properties"])


def change(edit: Callable[[dict[str, Any]], object]) -> str:
    module = copy.deepcopy(json.loads(hidden()))
    edit(module)
    return json.dumps(module)


def edge(module: dict[str, Any]) -> dict[str, Any]:
    """The first edge that has a source."""
    return next(edge for edge in module["functions"][0]["edges"] if edge["sources"])


WRONG: dict[str, tuple[str, str]] = {
    "empty": ("", r"expected JSON"),
    "no JSON": ("func.func @f()", r"expected JSON"),
    "cut off": ('{"format": "catgrad-open-hypergraph"', r"expected JSON"),
    "an array": ("[]", r"expected an object but got an array"),
    "nothing in it": ("{}", r"format: expected a string but got nothing"),
    "another format": (change(lambda m: m.update(format="onnx")), r"expected format 'catgrad-open-hypergraph', version 1, but got 'onnx', version 1"),
    "another version": (change(lambda m: m.update(version=2)), r"but got 'catgrad-open-hypergraph', version 2"),
    "no functions": (change(lambda m: m.pop("functions")), r"functions: expected an array but got nothing"),
    "misspelt": (change(lambda m: m["functions"][0].update(edge=[])), r"functions\[0\]: expected no member 'edge'"),
    "no name": (change(lambda m: m["functions"][0].update(name="")), r"functions\[0\]: expected a function to have a name"),
    "one name twice": (change(lambda m: m["functions"].append(m["functions"][0])), r"redefinition of symbol"),
    "no type": (change(lambda m: m["functions"][0]["nodes"].append("tensor<")), r"functions\[0\]\.nodes\[\d+\]: expected a type but got 'tensor<'"),
    "type of a number": (change(lambda m: m["functions"][0]["nodes"].append(3)), r"expected a string but got a number"),
    "node out of range": (change(lambda m: edge(m).update(sources=[99999])), r"edges\[\d\]\.sources\[0\]: expected the index of one of \d+ nodes but got 99999"),
    "negative node": (change(lambda m: m["functions"][0].update(targets=[-1])), r"targets\[0\]: expected the index of one of \d+ nodes but got -1"),
    "half a node": (change(lambda m: m["functions"][0].update(targets=[0.5])), r"targets\[0\]: expected the index of a node but got a number"),
    "unknown dialect": (change(lambda m: edge(m).update(operation="nobody.knows")), r"expected an operation that is registered but got 'nobody.knows'"),
    "unknown operation": (change(lambda m: edge(m).update(operation="catgrad.nothing")), r"registered but got 'catgrad.nothing'"),
    "empty operation": (change(lambda m: edge(m).update(operation="")), r"registered but got ''"),
    "attribute of a number": (change(lambda m: edge(m).update(attributes={"axis": 1})), r"attributes\.axis: expected a string but got a number"),
    "attribute without a name": (change(lambda m: edge(m).update(attributes={"": "1"})), r"expected an attribute to have a name"),
    "attribute that is none": (change(lambda m: edge(m).update(attributes={"axis": "dense<"})), r"attributes\.axis: expected an attribute but got 'dense<'"),
    "attribute of the wrong kind": (change(lambda m: edge(m).update(operation="catgrad.transpose", attributes={"permutation": "1 : i64"}, sources=[0])), r"permutation"),
    "missing attribute": (change(lambda m: edge(m).update(operation="catgrad.transpose", attributes={}, sources=[0])), r"permutation"),
    "too few operands": (change(lambda m: edge(m).update(operation="catgrad.add", sources=[0])), r"@model, edge \d+.*expected 2 operands"),
    "two producers": (change(lambda m: edge(m).update(targets=m["functions"][0]["sources"][:1])), r"to have one producer but got"),
    "cycle": (change(lambda m: edge(m).update(sources=edge(m)["targets"] * len(edge(m)["sources"]))), r"the hyperedges form a cycle"),
    "terminator": (change(lambda m: edge(m).update(operation="func.return", attributes={}, targets=[])), r"producer but got 0"),
    "function's type said twice": (change(lambda m: m["functions"][0]["attributes"].update(function_type="() -> ()")), r"expected no attribute 'function_type'"),
    "callee that is not there": (change(lambda m: edge(m).update(operation="func.call", attributes={"callee": "@nowhere"})), r"nowhere"),
    "deep JSON": ("[" * 100000, r"brackets are nested too deeply"),
    "deep type": (change(lambda m: m["functions"][0]["nodes"].append("tuple<" * 100000)), r"nodes\[\d+\]: brackets are nested too deeply"),
    "deep attribute": (change(lambda m: edge(m).update(attributes={"a": "[" * 100000})), r"attributes\.a: brackets are nested too deeply"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_json_is_an_error_that_says_what_and_where(case: str) -> None:
    text, message = WRONG[case]
    with pytest.raises(ToolError) as error:
        from_json(text)
    assert error.value.status == 1 and re.search(message, error.value.stderr), error.value.stderr[:2000]


def test_damaged_json_never_crashes() -> None:
    """Characters lost, doubled or changed: an error, or a module."""
    generator = random.Random(7)
    outcomes = set()
    for _ in range(60):
        text = list(hidden())
        for _ in range(generator.randint(1, 3)):
            place = generator.randrange(len(text))
            text[place] = generator.choice(["", text[place] * 2, *'{}[]",:019-<>#!%@\x00\xff'])
        try:
            from_json("".join(text))
            outcomes.add(0)
        except ToolError as error:
            assert error.status == 1, error.stderr[:2000]
            assert "error:" in error.stderr
            outcomes.add(1)
    assert outcomes == {0, 1}


def test_drawings_are_what_graphviz_takes(tmp_path: Path) -> None:
    """Boxes for all operations, with a name each; drawn, too, where Graphviz is installed."""
    for path in MODELS:
        drawing = run_tool("catgrad-translate", "--catgrad-to-dot", path)
        graphs = json.loads(to_json(path.read_text()))["functions"]
        boxes = len(re.findall(r"^    f\d+_op\d+ \[", drawing, re.MULTILINE))
        assert boxes == sum(len(graph["edges"]) for graph in graphs)
        assert drawing.count("{") == drawing.count("}") and drawing.count("[") == drawing.count("]")
        defined = set(re.findall(r"^ *(?:\{ rank=\w+; )?(f\d+_\w+) \[", drawing, re.MULTILINE))
        used = set(re.findall(r"(f\d+_\w+)(?::\w+:\w)? ->|-> (f\d+_\w+)", drawing))
        assert {name for pair in used for name in pair if name} <= defined
        if shutil.which("dot"):
            picture = tmp_path / f"{path.stem}.svg"
            subprocess.run(["dot", "-Tsvg", "-o", picture], input=drawing, text=True, timeout=TIMEOUT, check=True)
            assert picture.read_text().count('class="node"') >= boxes
