# ===- codegen.py - arrows as Python classes -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Static Python of arrows. The compiler writes it, as for any module."""

from __future__ import annotations

import ast
from typing import Any, Callable

from open_hypergraphs import OpenHypergraph

from ...arrows import Module
from ...driver import emit_text
from .array_backend import Numpy, instance


def module_of(fs: dict[str, OpenHypergraph]) -> Module:
    """The functions of these names. Raises ValueError for a name that no method can have."""
    module = Module()
    for name, f in fs.items():
        if not name.isidentifier() or name.startswith("_"):
            raise ValueError(f"expected a name of a public method but got {name!r}")
        module.add(name, f)
    return module


def parse(text: str, class_name: str) -> ast.Module:
    """The compiler's Python of a module."""
    return ast.parse(emit_text(text, "python", python_class=class_name, python_lists=1, python_externals=1))


def build(tree: ast.Module, class_name: str) -> type:
    """The class in `tree`. It takes a backend, or the class of one."""
    environment: dict[str, Any] = {"__name__": __name__}
    exec(compile(tree, f"<{class_name}>", "exec"), environment)
    made: type = environment[class_name]

    def initialise(self: Any, backend: Any) -> None:
        self.backend = instance(backend)

    made.__init__ = initialise  # type: ignore[misc]
    return made


def to_python_class_ast(fs: dict[str, OpenHypergraph], class_name: str = "Dynamic") -> ast.Module:
    """The source. Raises ValueError for a PythonOp, which has none."""
    module = module_of(fs)
    if module.python_ops:
        raise ValueError("expected operations that have a source but got a PythonOp")
    return parse(module.text, class_name)


def to_python_class(fs: dict[str, OpenHypergraph], class_name: str = "Dynamic", return_ast: bool = False) -> Any:
    """A class with a method for each arrow; each method returns a list."""
    module = module_of(fs)
    tree = parse(module.text, class_name)
    made = build(tree, class_name)
    for symbol, operation in module.python_ops.values():
        setattr(made, f"_{symbol}", staticmethod(operation))
    return (made, tree) if return_ast else made


def to_python_function(f: OpenHypergraph, function_name: str = "fn", filename: str = "<string>",
                       array_backend: Any = Numpy) -> Callable[..., list[Any]]:
    """One arrow as a function of arrays, which returns a list."""
    return getattr(to_python_class({function_name: f})(array_backend), function_name)
