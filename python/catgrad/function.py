# ===- function.py - ordinary functions ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Ordinary Python functions as arrows: `@catgrad.function` runs them once on tensors without numbers."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import drawings, driver, initialisers, tree
from .text import FunctionBuilder
from .errors import CatgradError
from .tensor import STACK, Operators, Tensor, Trace, TraceError, as_tensor, current, place
from .types import NdArrayType, as_dtype, as_type

if TYPE_CHECKING:
    from open_hypergraphs import OpenHypergraph


class Parameter(Operators):
    """What training changes. Used in a traced function, it is a tensor.

    * `shape`: a size or a tuple of them.
    * `init`: how it starts, from `catgrad.initialisers`; by default `normal()`.
    * `dtype`: `catgrad.f32` and the like.
    * `name`: in manifests and saved files; by default that of the variable or attribute that holds it.

    The same object used twice is one parameter.
    """

    def __init__(self, shape: int | tuple[int, ...], init: initialisers.Initialiser | None = None, *,
                 dtype: Any = "f32", name: str | None = None) -> None:
        self.shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if any(not isinstance(size, int) or size < 0 for size in self.shape):
            raise CatgradError(f"expected sizes that are not negative but got {self.shape}")
        if init is not None and not callable(init):
            raise CatgradError(f"expected how the parameter starts but got {init!r}",
                               hint="catgrad.initialisers has them, such as initialisers.normal(0.01)")
        self.type = NdArrayType(self.shape, as_dtype(dtype))
        self.init = init or initialisers.normal()
        self.name = name

    @property
    def dtype(self) -> Any:
        return self.type.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def as_tensor(self) -> Tensor:
        """The tensor in the function that is traced."""
        trace = current()
        if id(self) not in trace.parameters:
            name = self.name or trace.names.get(id(self), f"p{len(trace.parameters)}")
            taken = {other for _, _, other in trace.parameters.values()}
            if name in taken:
                name = next(f"{name}_{i}" for i in range(2, len(taken) + 3) if f"{name}_{i}" not in taken)
            trace.builder.place = place()
            value = trace.builder.parameter(name, self.type, self.init(self.shape))
            trace.parameters[id(self)] = self, Tensor(value, trace), name
        return trace.parameters[id(self)][1]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.as_tensor(), name)

    def __repr__(self) -> str:
        return f"<parameter {self.name or ''} {self.type}>"


def forward(name: str) -> Callable[..., Any]:
    return lambda self, *args: getattr(self.as_tensor(), name)(*args)


for _name in ("add", "sub", "mul", "truediv", "pow", "matmul"):
    setattr(Parameter, f"__{_name}__", forward(f"__{_name}__"))
    setattr(Parameter, f"__r{_name}__", forward(f"__r{_name}__"))
for _name in ("neg", "abs", "invert", "getitem", "len", "iter", "lt", "le", "gt", "ge"):
    setattr(Parameter, f"__{_name}__", forward(f"__{_name}__"))


def name_parameters(root: Any) -> dict[int, str]:
    """Names for the parameters that a function or an object reaches: the paths to them."""
    names: dict[int, str] = {}
    seen: set[int] = set()

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Parameter):
            names.setdefault(id(value), path or "p")
            return
        if id(value) in seen or not isinstance(value, (dict, list, tuple, Function)) \
                and not hasattr(value, "_catgrad_module") and not inspect.isfunction(value):
            return
        seen.add(id(value))
        if isinstance(value, Function):
            walk(value.function, path)
        elif isinstance(value, dict):
            for key, part in value.items():
                walk(part, f"{path}.{key}".strip("."))
        elif isinstance(value, (list, tuple)):
            for i, part in enumerate(value):
                walk(part, f"{path}.{i}".strip("."))
        elif inspect.isfunction(value):
            variables = inspect.getclosurevars(value)
            for key, part in {**variables.nonlocals, **variables.globals}.items():
                walk(part, key)
        else:
            for key, part in vars(value).items():
                walk(part, f"{path}.{key}".strip("."))

    walk(root, "")
    return names


class Traced:
    """A function of fixed types: its text, and the form of its arguments and results."""

    def __init__(self, function: Callable[..., Any], types: tuple[Any, ...], name: str, private: bool = False,
                 names: Sequence[str] | None = None) -> None:
        self.inputs = tree.transform(as_type, types)
        leaves = tree.leaves(self.inputs)
        builder = FunctionBuilder(name, leaves, private=private,
                                  names=names or argument_names(function, self.inputs))
        trace = Trace(builder)
        trace.names = name_parameters(function)
        STACK.traces.append(trace)
        try:
            arguments = tree.rebuild(self.inputs, iter([Tensor(value, trace) for value in builder.inputs]))
            check_count(function, len(arguments))
            results = function(*arguments)
            if results is None:
                raise CatgradError("expected a function that returns a tensor but it returned None")
            found = [as_tensor(leaf) for leaf in tree.leaves(results)]
        finally:
            STACK.traces.pop()
        self.results = tree.rebuild(results, iter([x.type for x in found]))
        self.text = builder.finish([x.value for x in found])
        self.parameters = [parameter for parameter, _, _ in trace.parameters.values()]
        self.named = [(name, parameter.type) for parameter, _, name in trace.parameters.values()]


def check_count(function: Callable[..., Any], count: int) -> None:
    """Raises CatgradError if the function cannot be called with so many types."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*[None] * count)
    except TypeError as error:
        name = getattr(function, "__name__", type(function).__name__)
        raise CatgradError(f"expected the types of the arguments of {name}{signature} but got {count} types",
                           hint=f"one for each, such as {name}.mlir(cg.f32[32, 8])") from error


def argument_names(function: Callable[..., Any], types: tuple[Any, ...]) -> list[str]:
    """A name for each tensor among the arguments."""
    try:
        names = [p.name for p in inspect.signature(function).parameters.values()
                 if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        names = []
    found = []
    for i, part in enumerate(types):
        count = len(tree.leaves(part))
        name = names[i] if i < len(names) else f"x{i}"
        found += [name] if isinstance(part, NdArrayType) else [f"{name}.{j}" for j in range(count)]
    return found


class Function:
    """An arrow given by a Python function. `f >> g` is g after f, `f @ g` both side by side.

    Called on arrays, it is compiled for their types, once, and runs as native code; called
    in another traced function, it becomes part of it.
    """

    __name__: str

    def __init__(self, function: Callable[..., Any], arity: int | None = None) -> None:
        self.function = function
        functools.update_wrapper(self, function, updated=())
        self._arity = arity
        self._compiled: dict[Any, Any] = {}
        self._lock = threading.Lock()

    @property
    def arity(self) -> int:
        """The number of arguments. Raises CatgradError for a function that takes any number."""
        if self._arity is None:
            parameters = inspect.signature(self.function).parameters.values()
            if any(p.kind in (p.VAR_POSITIONAL, p.KEYWORD_ONLY) for p in parameters):
                raise CatgradError(f"expected a function with a fixed number of arguments but got {self.__name__}")
            self._arity = len(parameters)
        return self._arity

    def __call__(self, *args: Any) -> Any:
        if STACK.traces:
            return self.function(*args)
        leaves = tree.leaves(args)
        arrays = [leaf if hasattr(leaf, "dtype") else np.asarray(leaf) for leaf in leaves]
        types = tree.rebuild(args, iter([as_type(array) for array in arrays]))
        key = repr(types)
        with self._lock:
            if key not in self._compiled:
                traced = self.trace(*types)
                if traced.parameters:
                    raise CatgradError(f"{self.__name__} has parameters, and nobody says their values",
                                       hint="catgrad.learner(f, types.., optimiser=.., loss=..), then init and predict")
                self._compiled[key] = traced, driver.compile_text(traced.text).functions["f"]
            traced, native = self._compiled[key]
        return tree.rebuild(traced.results, iter(native(*arrays)))

    def trace(self, *types: Any, name: str = "f", private: bool = False) -> Traced:
        """The function for these types (or arrays). Raises TraceError at the line that has no meaning."""
        return Traced(self.function, types, name, private)

    def mlir(self, *types: Any, phase: str | None = None) -> str:
        """The text for these types: as traced, or after a phase (catgrad, rev, linalg, bufferized, llvm)."""
        text = self.trace(*types).text
        return text if phase is None else driver.emit_text(text, phase)

    def source(self, *types: Any) -> str:
        """Static Python for these types, to run on an array backend."""
        return driver.emit_text(self.trace(*types).text, "python", python_lists=1)

    def c_source(self, *types: Any) -> str:
        """C99 for these types: one file, for any compiler of it."""
        return driver.emit_text(self.trace(*types).text, "c")

    def asm(self, *types: Any) -> str:
        """Assembly for these types and this processor."""
        return driver.emit_text(self.trace(*types).text, "asm")

    def draw(self, *types: Any) -> drawings.Drawing:
        """The open hypergraph for these types, as a drawing."""
        name = self.__name__
        return drawings.Drawing(driver.emit_text(self.trace(*types, name=name).text, "dot", dot_function=name))

    def derive(self) -> Function:
        """The reverse derivative: `(inputs.., cotangent of each result..) -> cotangents of the inputs`."""
        return Derivative(self)

    def arrow(self, *types: Any) -> OpenHypergraph:
        """The open hypergraph for these types, with parameters before the inputs."""
        from .arrows import monogamous, read_graphs
        from .bidirectional.operation import Copy, Discard
        graph = read_graphs(driver.emit_text(self.trace(*types).text, "json"))["f"]
        return monogamous(graph.nodes, graph.sources, graph.targets, graph.operations(), Copy, Discard)

    def __rshift__(self, other: Any) -> Function:
        then = function(other)

        def composed(*xs: Any) -> Any:
            ys = self.function(*xs)
            return then.function(*ys) if isinstance(ys, (list, tuple)) else then.function(ys)

        return Function(named(composed, self, other), self.arity)

    def __matmul__(self, other: Any) -> Function:
        beside, first = function(other), self.arity

        def both(*xs: Any) -> Any:
            parts = self.function(*xs[:first]), beside.function(*xs[first:])
            return tuple(y for part in parts for y in (part if isinstance(part, (list, tuple)) else (part,)))

        return Function(named(both, self, other), first + beside.arity)


class Derivative(Function):
    """The reverse derivative of a function, by the compiler."""

    def __init__(self, of: Function) -> None:
        super().__init__(of.function)
        self.of = of
        self.__name__ = f"R[{of.__name__}]"

    def trace(self, *types: Any, name: str = "f", private: bool = False) -> Traced:
        arity = self.of.arity
        traced = Traced(self.of.function, types[:arity], "of")
        if traced.parameters:
            raise CatgradError("expected a function without parameters to derive",
                               hint="catgrad.learner makes rev and rev_p of one with parameters")
        cotangents = tree.leaves(tree.transform(as_type, types[arity:]))
        if cotangents != tree.leaves(traced.results):
            raise CatgradError(f"expected cotangents {', '.join(map(str, tree.leaves(traced.results)))} "
                               f"but got {', '.join(map(str, cotangents))}")
        traced.text += f'catgrad.derive @"{name}" of(@"of")\n'
        traced.results = traced.inputs if len(tree.leaves(traced.inputs)) > 1 else tree.leaves(traced.inputs)[0]
        traced.inputs = tree.transform(as_type, types)
        return traced

    def __call__(self, *args: Any) -> Any:
        if STACK.traces:
            raise TraceError("a derivative cannot be part of a traced function",
                             hint="trace the function itself, and derive what comes out")
        return super().__call__(*args)


def named(function_: Callable[..., Any], *parts: Any) -> Callable[..., Any]:
    function_.__name__ = "_".join(getattr(part, "__name__", type(part).__name__) for part in parts)
    return function_


def function(f: Callable[..., Any]) -> Function:
    """A Python function of tensors, as an arrow. Raises CatgradError for what cannot be called."""
    if not callable(f):
        raise CatgradError(f"expected a function but got {f!r}")
    return f if isinstance(f, Function) else Function(f)
