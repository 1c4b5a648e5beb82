# ===- upstream_programs.py - random programs over upstream operations -------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random functions over arith, math, linalg, tensor, func.call, scf.if and scf.for.

`program(seed)` is always the same text. Values stay small, because what could grow is
followed by a bounded function. A value is a pair of its name and its type: a shape,
or None for a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

Shape = tuple[int, ...] | None
Value = tuple[str, Shape]

SHAPES: list[Shape] = [(), (2,), (3,), (2, 3), (3, 2), (2, 2), (2, 2, 3)]
BOUNDED = ("math.sin", "math.cos", "math.tanh", "math.atan", "math.erf")
NAMED = (  # name, shapes of the inputs and of the result, attributes
    ("matmul", [(2, 3), (3, 2)], (2, 2), ""), ("matmul", [(2, 2), (2, 3)], (2, 3), ""),
    ("matvec", [(2, 3), (3,)], (2,), ""), ("vecmat", [(2,), (2, 3)], (3,), ""), ("dot", [(3,), (3,)], (), ""),
    ("batch_matvec", [(2, 2, 3), (2, 3)], (2, 2), ""), ("mul", [(2, 3), (2, 3)], (2, 3), ""),
    ("transpose", [(2, 3)], (3, 2), "permutation = [1, 0]"), ("broadcast", [(3,)], (2, 3), "dimensions = [0]"),
)


def spell(shape: Shape) -> str:
    return "f64" if shape is None else f"tensor<{''.join(f'{size}x' for size in shape)}f64>"


def affine(loops: int, results: Sequence[int]) -> str:
    return (f"affine_map<({', '.join(f'd{i}' for i in range(loops))}) -> "
            f"({', '.join(f'd{i}' for i in results)})>")


@dataclass(frozen=True)
class Helper:
    """A private function that programs call."""

    name: str
    inputs: list[Shape]
    result: Shape


class Writer:
    """Writes one function: statements go to `lines`, and see the values in `scope`."""

    def __init__(self, rng: np.random.Generator, helpers: Sequence[Helper] = ()) -> None:
        self.rng = rng
        self.helpers = list(helpers)
        self.lines: list[str] = []
        self.scope: list[Value] = []
        self.depth = 1
        self.count = 0
        self.numbers_only = False  # inside of linalg bodies
        self.used: set[str] = set()

    # Text -----------------------------------------------------------------------

    def fresh(self) -> str:
        self.count += 1
        return f"%v{self.count}"

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def emit(self, op: str, text: str, shape: Shape, *, see: bool = False) -> Value:
        """One operation with one result."""
        name = self.fresh()
        self.line(f"{name} = {op} {text}")
        self.used.add(op)
        value = (name, shape)
        if see:
            self.scope.append(value)
        return value

    def each(self, op: str, *values: Value) -> Value:
        """An elementwise operation."""
        return self.emit(op, f"{', '.join(name for name, _ in values)} : {spell(values[0][1])}", values[0][1])

    def constant(self, number: float, shape: Shape = None) -> Value:
        text = repr(float(number))
        return self.emit("arith.constant", f"{text if shape is None else f'dense<{text}>'} : {spell(shape)}", shape)

    def index(self, number: int) -> str:
        return self.emit("arith.constant", f"{number} : index", None)[0]

    @contextmanager
    def block(self) -> Iterator[None]:
        """What is written inside is seen inside only."""
        scope, self.depth = list(self.scope), self.depth + 1
        yield
        self.scope, self.depth = scope, self.depth - 1

    # Choices --------------------------------------------------------------------

    def choose(self, options: Sequence[object]) -> object:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def shape(self) -> Shape:
        """A type, often that of a recent value."""
        if self.numbers_only:
            return None
        if self.scope and self.chance(0.6):
            return self.scope[-1 - int(self.rng.integers(min(4, len(self.scope))))][1]
        return self.choose([None, *SHAPES])  # type: ignore[return-value]

    def get(self, shape: Shape) -> Value:
        """A value of a type, made from others if there is none. Recent ones are likelier."""
        found = [value for value in self.scope if value[1] == shape]
        if found and self.chance(0.9):
            return found[-1] if self.chance(0.4) else self.choose(found)  # type: ignore[return-value]
        if shape is not None:
            return self.emit("tensor.splat", f"{self.get(None)[0]} : {spell(shape)}", shape)
        tensors = [value for value in self.scope if value[1] is not None]
        if not tensors or self.numbers_only:
            return self.choose(found) if found else self.constant(0.7)  # type: ignore[return-value]
        name, of = self.choose(tensors)  # type: ignore[misc]
        at = [self.index(int(self.rng.integers(size))) for size in of]
        return self.emit("tensor.extract", f"{name}[{', '.join(at)}] : {spell(of)}", None)

    def mix(self, shape: Shape, outer: int) -> Value:
        """A value of a type that depends on the last ones of the block; `outer` are visible outside too."""
        if self.chance(0.1):
            return self.get(shape)
        own = self.scope[outer:] or self.scope
        same = [value for value in own if value[1] == shape]
        value = same[-1] if same else self.get(shape)
        total = None
        for name, of in own[-2:]:
            if (name, of) != value:
                if of is not None:
                    at = [self.index(int(self.rng.integers(size))) for size in of]
                    name = self.emit("tensor.extract", f"{name}[{', '.join(at)}] : {spell(of)}", None)[0]
                total = (name, None) if total is None else self.each("arith.addf", total, (name, None))
        if total is None or (shape is not None and self.numbers_only):
            return value
        if shape is not None:
            total = self.emit("tensor.splat", f"{total[0]} : {spell(shape)}", shape)
        return self.bounded(self.each("arith.addf", value, total))

    def bounded(self, value: Value) -> Value:
        return self.each(self.choose(BOUNDED), value)  # type: ignore[arg-type]

    def positive(self, value: Value) -> Value:
        """2 + cos of a value."""
        return self.each("arith.addf", self.constant(2.0, value[1]), self.each("math.cos", value))

    def condition(self, left: Value, right: Value) -> str:
        predicate = self.choose(("ogt", "olt", "oge", "ole"))
        return self.emit("arith.cmpf", f"{predicate}, {left[0]}, {right[0]} : {spell(left[1])}", None)[0]

    # Statements -----------------------------------------------------------------

    def unary(self) -> None:
        value = self.get(self.shape())
        kind = self.rng.integers(5)
        if kind == 0:
            value = self.each("math.exp", self.bounded(value))
        elif kind == 1:
            value = self.each(self.choose(("math.sqrt", "math.log", "math.rsqrt")), self.positive(value))
        elif kind == 2:
            value = self.each(self.choose(("math.absf", "arith.negf")), value)
        else:
            value = self.bounded(value)
        self.scope.append(value)

    def binary(self) -> None:
        shape = self.shape()
        left, right = self.get(shape), self.get(shape)
        op = self.choose(("arith.mulf", "arith.mulf", "arith.addf", "arith.subf", "arith.divf", "arith.maximumf",
                          "arith.minimumf", "math.atan2", "math.powf"))
        if op in ("arith.divf", "math.atan2"):
            right = self.positive(right)
        elif op == "math.powf":
            left, right = self.positive(left), self.bounded(right)
        value = self.each(op, left, right)  # type: ignore[arg-type]
        if op in ("arith.mulf", "arith.addf", "arith.subf", "math.powf"):
            value = self.bounded(value)
        self.scope.append(value)

    def select(self) -> None:
        shape = self.shape()
        test = self.condition(self.get(shape), self.get(shape))
        operands = f"{test}, {self.get(shape)[0]}, {self.get(shape)[0]} : "
        if shape is not None:
            operands += spell(shape).replace("f64", "i1") + ", "
        self.emit("arith.select", operands + spell(shape), shape, see=True)

    def generic(self) -> None:
        """A linalg.generic: pointwise, or a sum over some of the loops."""
        extents = self.choose([(2,), (3,), (2, 3), (2, 2, 3)])
        loops = len(extents)  # type: ignore[arg-type]

        def operand(of: Sequence[int]) -> tuple[str, Shape]:
            return affine(loops, of), tuple(extents[i] for i in of)  # type: ignore[index]

        def some() -> list[int]:
            order = list(map(int, self.rng.permutation(loops)))
            shapes = [order[:length] for length in range(loops + 1)]
            return self.choose([of for of in shapes if operand(of)[1] in SHAPES])  # type: ignore[return-value]

        number = int(self.rng.integers(1, 4))
        inputs = [operand(list(range(loops)))] + [operand(some()) for _ in range(number - 1)]
        sums = self.chance(0.5)
        kept = sorted(some()) if sums else list(range(loops))
        sums = len(kept) < loops
        results = [operand(kept)] + ([operand(kept)] if self.chance(0.3) else [])
        reads = self.chance(0.4)
        values = [self.get(shape) for _, shape in inputs]
        inits = [self.get(shape) if sums or reads else self.emit("tensor.empty", f"() : {spell(shape)}", shape)
                 for _, shape in results]
        kinds = ", ".join('"parallel"' if i in kept else '"reduction"' for i in range(loops))
        name = self.fresh()
        ins = ", ".join(value[0] for value in values) + " : " + ", ".join(spell(value[1]) for value in values)
        outs = ", ".join(init[0] for init in inits) + " : " + ", ".join(spell(init[1]) for init in inits)
        self.used.add("linalg.generic")
        self.line(f"{name}{f':{len(results)}' if len(results) > 1 else ''} = linalg.generic {{indexing_maps = "
                  f"[{', '.join(map_ for map_, _ in inputs + results)}], iterator_types = [{kinds}]}} "
                  f"ins({ins}) outs({outs}) {{")
        arguments = [self.fresh() for _ in inputs + results]
        self.line(f"^bb0({', '.join(f'{argument}: f64' for argument in arguments)}):")
        with self.block():
            self.numbers_only = True
            # The body sees numbers from outside too.
            self.scope = [value for value in self.scope if value[1] is None]
            self.scope += [(argument, None) for argument in arguments[:len(inputs)]]
            accumulators = arguments[len(inputs):]
            if reads and not sums:
                self.scope += [(argument, None) for argument in accumulators]
            if self.chance(0.3):
                i = self.emit("linalg.index", f"{int(self.rng.integers(loops))} : index", None)[0]
                self.scope.append(self.number_of(i))
            self.statements(int(self.rng.integers(1, 3)))
            yields = []
            for accumulator in accumulators:
                value = self.mix(None, 0)
                if sums:  # in either order
                    pair = [self.bounded(value), (accumulator, None)]
                    value = self.each("arith.addf", *(pair if self.chance(0.5) else reversed(pair)))
                yields.append(value[0])
            self.line(f"linalg.yield {', '.join(yields)} : {', '.join(['f64'] * len(yields))}")
            self.numbers_only = False
        types = [spell(shape) for _, shape in results]
        self.line(f"}} -> {types[0] if len(types) == 1 else '(' + ', '.join(types) + ')'}")
        self.see(name, [shape for _, shape in results])

    def see(self, name: str, shapes: Sequence[Shape]) -> None:
        self.scope += [(f"{name}#{i}" if len(shapes) > 1 else name, shape) for i, shape in enumerate(shapes)]

    def number_of(self, index: str) -> Value:
        """An index as a small number."""
        integer = self.emit("arith.index_cast", f"{index} : index to i64", None)
        number = self.emit("arith.sitofp", f"{integer[0]} : i64 to f64", None)
        return self.each("arith.mulf", number, self.constant(0.3))

    def named(self) -> None:
        name, shapes, result, attributes = self.choose(NAMED)  # type: ignore[misc]
        inputs = [self.get(shape) for shape in shapes]
        init = self.get(result)
        ins = ", ".join(value[0] for value in inputs) + " : " + ", ".join(spell(shape) for shape in shapes)
        value = self.fresh()
        self.used.add(f"linalg.{name}")
        type_ = f" -> {spell(result)}" if not attributes else ""
        self.line(f"{value} = linalg.{name} ins({ins}) outs({init[0]} : {spell(result)}) {attributes}{type_}")
        self.scope.append(self.bounded((value, result)))

    def reduce(self) -> None:
        source, result, dimension = self.choose([((2, 3), (3,), 0), ((2, 3), (2,), 1), ((3,), (), 0)])  # type: ignore[misc]
        value = self.emit("linalg.reduce", f"{{ arith.addf }} ins({self.get(source)[0]} : {spell(source)}) "
                          f"outs({self.get(result)[0]} : {spell(result)}) dimensions = [{dimension}]", result)
        self.scope.append(self.bounded(value))

    def move(self) -> None:
        """Elements from one place to another; slices also at a place that is known at run time only."""
        kind = self.rng.integers(7)
        if kind == 0:
            self.emit("tensor.extract_slice", f"{self.get((2, 3))[0]}[{self.index(int(self.rng.integers(2)))}, 0] [1, 3] "
                      f"[1, 1] : {spell((2, 3))} to {spell((3,))}", (3,), see=True)
        elif kind == 1:
            self.emit("tensor.extract_slice", f"{self.get((3, 2))[0]}[0, 0] [2, 2] [2, 1] : "
                      f"{spell((3, 2))} to {spell((2, 2))}", (2, 2), see=True)
        elif kind == 2:
            self.emit("tensor.insert_slice", f"{self.get((2,))[0]} into {self.get((3, 2))[0]}"
                      f"[{self.index(int(self.rng.integers(3)))}, 0] [1, 2] [1, 1] : {spell((2,))} into {spell((3, 2))}",
                      (3, 2), see=True)
        elif kind == 3:
            at = ", ".join(self.index(int(self.rng.integers(2))) for _ in range(2))
            self.emit("tensor.insert", f"{self.get(None)[0]} into {self.get((2, 2))[0]}[{at}] : {spell((2, 2))}", (2, 2),
                      see=True)
        elif kind == 4:
            flat = self.emit("tensor.collapse_shape", f"{self.get((2, 3))[0]} [[0, 1]] : {spell((2, 3))} into "
                             f"{spell((6,))}", (6,))
            self.emit("tensor.expand_shape", f"{flat[0]} [[0, 1]] output_shape [3, 2] : {spell((6,))} into "
                      f"{spell((3, 2))}", (3, 2), see=True)
        elif kind == 5:
            low = int(self.rng.integers(2))
            source, value, name = self.get((2,)), self.get(None), self.fresh()
            self.used.add("tensor.pad")
            self.line(f"{name} = tensor.pad {source[0]} low[{low}] high[{1 - low}] {{")
            self.line(f"^bb0({self.fresh()}: index):")
            self.line(f"  tensor.yield {value[0]} : f64")
            self.line(f"}} : {spell((2,))} to {spell((3,))}")
            self.scope.append((name, (3,)))
        else:
            self.emit("tensor.splat", f"{self.get(None)[0]} : {spell((2, 3))}", (2, 3), see=True)

    def types(self) -> list[Shape]:
        return [self.shape() for _ in range(int(self.rng.integers(1, 3)))]

    def choice(self) -> None:
        """scf.if; a branch may also yield what comes from outside."""
        test = self.condition(self.get(None), self.get(None))
        types = self.types()
        name = self.fresh()
        self.used.add("scf.if")
        spelled = ", ".join(map(spell, types))
        self.line(f"{name}{f':{len(types)}' if len(types) > 1 else ''} = scf.if {test} -> ({spelled}) {{")
        for branch in (0, 1):
            with self.block():
                outer = len(self.scope)
                self.statements(int(self.rng.integers(0, 3)))
                self.line(f"scf.yield {', '.join(self.mix(type_, outer)[0] for type_ in types)} : {spelled}")
            self.line("}" if branch else "} else {")
        self.see(name, types)

    def loop(self) -> None:
        """scf.for of none to three iterations."""
        lower, step, count = (int(self.rng.integers(*bounds)) for bounds in ((0, 3), (1, 4), (0, 4)))
        upper = lower + step * count - (int(self.rng.integers(step)) if count else 0)
        bounds = [self.index(number) for number in (lower, upper, step)]
        types = self.types()
        inits = [self.get(type_) for type_ in types]
        name, variable = self.fresh(), self.fresh()
        arguments = [self.fresh() for _ in types]
        spelled = ", ".join(map(spell, types))
        self.used.add("scf.for")
        self.line(f"{name}{f':{len(types)}' if len(types) > 1 else ''} = scf.for {variable} = {bounds[0]} to {bounds[1]} "
                  f"step {bounds[2]} iter_args("
                  f"{', '.join(f'{a} = {init[0]}' for a, init in zip(arguments, inits))}) -> ({spelled}) {{")
        with self.block():
            outer = len(self.scope)
            self.scope += list(zip(arguments, types))
            if self.chance(0.5):
                self.scope.append(self.number_of(variable))
            if not self.numbers_only and lower + step * count <= 3 and self.chance(0.7):
                self.emit("tensor.extract_slice", f"{self.get((3, 2))[0]}[{variable}, 0] [1, 2] [1, 1] : "
                          f"{spell((3, 2))} to {spell((2,))}", (2,), see=True)
            self.statements(int(self.rng.integers(1, 3)))
            yields = []
            for argument, type_ in zip(arguments, types):
                same = [a for a, other in zip(arguments, types) if other == type_]
                if self.chance(0.15):
                    yields.append(argument)
                elif self.chance(0.15):
                    yields.append(self.choose(same))
                else:
                    yields.append(self.mix(type_, outer)[0])
            self.line(f"scf.yield {', '.join(yields)} : {spelled}")  # type: ignore[arg-type]
        self.line("}")
        self.see(name, types)

    def call(self) -> None:
        helper: Helper = self.choose(self.helpers)  # type: ignore[assignment]
        operands = [self.get(shape) for shape in helper.inputs]
        self.emit("func.call", f"@{helper.name}({', '.join(value[0] for value in operands)}) : "
                  f"({', '.join(map(spell, helper.inputs))}) -> {spell(helper.result)}", helper.result, see=True)

    def statements(self, number: int) -> None:
        for _ in range(number):
            options: list[tuple[float, Callable[[], None]]] = [(3, self.unary), (4, self.binary), (1, self.select)]
            if not self.numbers_only:
                options += [(2, self.generic), (2, self.named), (1, self.reduce), (2, self.move)]
                if self.helpers:
                    options.append((1.5, self.call))
            if self.depth < 4:
                options += [(2, self.choice)] + ([] if self.numbers_only else [(2.5, self.loop)])
            weights = np.array([weight for weight, _ in options])
            options[int(self.rng.choice(len(options), p=weights / weights.sum()))][1]()

    def function(self, name: str, inputs: Sequence[Shape], results: Sequence[Shape], number: int,
                 private: bool = False) -> str:
        arguments = [self.fresh() for _ in inputs]
        head = ", ".join(f"{argument}: {spell(shape)}" for argument, shape in zip(arguments, inputs))
        self.scope = list(zip(arguments, inputs))
        self.statements(number)
        if not private:  # a loop around a choice, or the other way
            (self.loop if self.chance(0.5) else self.choice)()
            self.statements(1)
        found = [self.mix(shape, len(inputs))[0] for shape in results]
        types = ", ".join(map(spell, results))
        return (f"func.func{' private' if private else ''} @{name}({head}) -> ({types}) {{\n" + "\n".join(self.lines) +
                f"\n  return {', '.join(found)} : {types}\n}}\n")


def program(seed: int) -> tuple[str, set[str]]:
    """The text of @p<seed> with its helper, and the operations in it."""
    rng = np.random.default_rng([seed, 2210])
    helper_writer = Writer(rng)
    helper = Helper(f"p{seed}_helper", [helper_writer.shape() for _ in range(2)], helper_writer.shape())
    text = helper_writer.function(helper.name, helper.inputs, [helper.result], 1, private=True)
    writer = Writer(rng, [helper])
    inputs = [SHAPES[int(rng.integers(len(SHAPES)))] for _ in range(int(rng.integers(2, 4)))]
    results = [SHAPES[int(rng.integers(len(SHAPES)))] for _ in range(int(rng.integers(1, 3)))]
    text += writer.function(f"p{seed}", inputs, results, int(rng.integers(2, 5)))
    return text, writer.used | helper_writer.used
