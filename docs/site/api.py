# ===- api.py - the reference of the Python package ------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The pages docs/api/*.md: every public name of the package, from its docstring."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import catgrad

ROOT = Path(__file__).resolve().parents[2]

# Pages: a title, a sentence, and the objects that mkdocstrings describes.
PAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "learners": ("Functions and learners", "From a Python function to native code, and back from a file.",
                 ("function.function", "function.Function", "function.Parameter", "tensor.Tensor", "learner.learner",
                  "native.Learner", "native.Library", "native.Function", "native.load", "driver.compile_text",
                  "driver.emit_text", "devices.to_device", "devices.DeviceArray", "drawings.Drawing")),
    "training": ("Training", "The loop, files of parameters, and curves.",
                 ("training.fit", "training.Epoch", "training.evaluate", "files.save", "files.restore", "plots.plot")),
    "nn": ("Layers", "`catgrad.nn`: objects that hold parameters, and are called on tensors.",
           ("nn.Module", "nn.Linear", "nn.Embedding", "nn.LayerNorm", "nn.RMSNorm", "nn.MultiHeadAttention",
            "nn.Sequential")),
    "choices": ("Initialisers, optimisers, losses", "What a learner is told beside the model.",
                ("initialisers", "optimisers", "losses")),
    "types": ("Types and errors", "`f64`, `f32`, `f16`, `bf16`, `i64`, `i32`, `i16`, `i8` and `i1` are element types, and make "
              "types of arrays. Everything here raises one kind of error.",
              ("types.Element", "types.NdArrayType", "types.Dtype", "errors.CatgradError", "errors.ArgumentError", "tensor.TraceError",
               "errors.Diagnostic")),
    "diagrams": ("Diagrams", "What programs of Python catgrad import. It needs the package open-hypergraphs.",
                 ("layers", "compile.compile_model", "compile.rdiff", "signature.obj", "combinators")),
}
# Modules of which a page shows some members only: layers has all operations, too.
MEMBERS = {"layers": ("linear", "bias", "dense", "flatten", "sigmoid", "relu", "constant", "increment", "scale", "scale_inverse",
                      "exponentiate", "gt_constant", "sgd", "mse")}
INTRODUCTION = """# The Python package

Every public name of `catgrad`, from its docstring. The [guide](../python.md) says how they go together.

"""
FUNCTIONS = """# Functions of tensors

They are used in traced functions, on tensors, parameters, numbers and arrays, with numpy's broadcasting; those without an argument
`axis` or `shape` act on each element alone. The [reference of operations](../reference/dialect.md) says what each computes, and what
its derivative is.

"""


def pages() -> dict[str, str]:
    """The pages by path."""
    made = {}
    for name, (title, sentence, objects) in PAGES.items():
        parts = [f"# {title}\n\n{sentence}\n"] + [entry(path) for path in objects]
        made[f"docs/api/{name}.md"] = "\n".join(parts)
    made["docs/api/functions.md"] = FUNCTIONS + function_table()
    rows = "".join(f"| [{title}]({name}.md) | {sentence} |\n" for name, (title, sentence, _) in PAGES.items())
    rows += "| [Functions of tensors](functions.md) | numpy's names, for traced functions. |\n"
    made["docs/api/index.md"] = f"{INTRODUCTION}| | |\n|---|---|\n{rows}"
    return made


def entry(path: str) -> str:
    """What mkdocstrings puts the description of an object in place of. The heading is the name to import it by."""
    name = path.split(".")[-1]
    public = f"catgrad.{name if path != 'native.Function' and hasattr(catgrad, name) else path}"
    members = f"      members: [{', '.join(MEMBERS[path])}]\n" if path in MEMBERS else ""
    return f"::: catgrad.{path}\n    options:\n      heading: {public}\n      toc_label: {name}\n{members}"


def function_table() -> str:
    """A row for each function of tensors, with the operations that its docstring names linked."""
    anchors, summaries = operations()

    def operation(match: re.Match[str]) -> str:
        anchor = anchors.get(match[1])
        return f"[{match[0]}](../reference/dialect.md#{anchor})" if anchor else match[0]

    rows = []
    for name in sorted((*catgrad.FUNCTIONS, "einsum", "matmul", "one_hot", "scatter_add", "take", "tensordot")):
        function = getattr(catgrad, name)
        parameters = ", ".join(str(p.replace(annotation=p.empty)) for p in inspect.signature(function).parameters.values())
        # Those of an element are no more than their operation, which the reference describes.
        text = re.sub(r"(`catgrad\.(\w+)`), element by element, .*", lambda m: f"{summaries[m[2]]}: {m[1]}",
                      " ".join((inspect.getdoc(function) or "").split()))
        text = re.sub(r"`catgrad\.(\w+)`", operation, text)
        rows.append(f"| `{name}({parameters})` | {text} |\n")
    return "| function | |\n|---|---|\n" + "".join(rows)


def operations() -> tuple[dict[str, str], dict[str, str]]:
    """Where the reference speaks of each operation, and its summary there."""
    text = (ROOT / "docs/reference/dialect.md").read_text()
    found = re.findall(r"^#+ `catgrad\.(\w+)` \(::catgrad::(\w+)\)\n\n_(.*)_$", text, re.MULTILINE)
    return ({name: f"catgrad{name}-catgrad{kind.lower()}" for name, kind, _ in found},
            {name: summary for name, _, summary in found})
