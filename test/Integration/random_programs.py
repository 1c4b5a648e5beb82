# ===- random_programs.py - programs that nobody would write ----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random functions and learners: values used many times or never, returned twice,
passed through, of odd shapes; calls of other functions; optimisers that mix up
their parameters.

The same seed gives the same program.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from arrows import Arrow, Types, constant, is_exact, sample, signature, tensor
from mlir_text import TensorType

Value = tuple[str, TensorType]


class Program:
    """Grows the body of a function, one random operation after another."""

    def __init__(self, random: np.random.Generator, element: str, inputs: list[TensorType],
                 callees: list[tuple[str, Types, Types]] | None = None, smooth: bool = False) -> None:
        self.random = random
        self.element = element
        self.inputs = tuple(inputs)
        self.values: list[Value] = [(f"%a{i}", type_) for i, type_ in enumerate(inputs)]
        self.lines: list[str] = []
        self.callees = callees or []
        # Operations to draw from; a smooth function has no kinks and no jumps.
        self.kinds = ["binary"] * 4 + ["matmul"] * 2 + [
            "negate", "broadcast", "reduce", "reshape", "transpose", "contract", "call", "constant"]
        if not smooth:
            self.kinds += ["choose"]
        if element != "i1" and not (smooth and is_exact(element)):
            self.kinds += ["nonlinear"]

    def pick(self, fits: Callable[[TensorType], bool] = lambda type_: True) -> Value | None:
        """A value, rather a late one, of a type that fits."""
        found = [value for value in self.values if fits(value[1])]
        if not found:
            return None
        return found[-1 - min(int(self.random.exponential(len(found) / 2)), len(found) - 1)]

    def emit(self, text: str, type_: TensorType) -> Value:
        value = (f"%v{len(self.lines)}", type_)
        self.lines.append(f"  {value[0]} = {text}")
        self.values.append(value)
        return value

    def type(self, *shape: int) -> TensorType:
        return tensor(self.element, *shape)

    def of_type(self, type_: TensorType) -> Value:
        """A value of a type: one that is there, or a constant."""
        value = self.pick(lambda t: t == type_) if self.random.random() < 0.9 else None
        if value:
            return value
        name = f"%v{len(self.lines)}"
        self.lines.append(constant(name, type_, sample(self.random, type_)))
        self.values.append((name, type_))
        return self.values[-1]

    def step(self) -> None:
        """Add an operation."""
        kind = self.random.choice(self.kinds)
        x, t = self.pick(lambda type_: type_.element == self.element) or self.of_type(self.type(3))
        rank, size = len(t.shape), math.prod(t.shape)
        random = self.random
        if kind == "binary":
            op = random.choice(["add", "subtract", "multiply"])
            self.emit(f"catgrad.{op} {x}, {self.of_type(t)[0]} : {t}", t)
        elif kind == "negate":
            self.emit(f"catgrad.negate {x} : {t}", t)
        elif kind == "broadcast" and rank < 4 and size < 60:
            new = sorted(random.choice(rank + 1, random.integers(0, 2), replace=False).tolist())
            shape = list(t.shape)
            for axis in new:
                shape.insert(axis, int(random.choice([1, 2, 3])))
            self.emit(f"catgrad.broadcast {x} {{dimensions = {indices(new)}}} : ({t}) -> {self.type(*shape)}",
                      self.type(*shape))
        elif kind == "reduce" and rank:
            axes = sorted(random.choice(rank, random.integers(0, rank + 1), replace=False).tolist())
            r = self.type(*(n for axis, n in enumerate(t.shape) if axis not in axes))
            self.emit(f"catgrad.reduce_sum {x} {{dimensions = {indices(axes)}}} : ({t}) -> {r}", r)
        elif kind == "reshape":
            shape = random.permutation(t.shape).tolist()
            if shape and random.random() < 0.5:
                shape = [math.prod(shape[:2]), *shape[2:]]
            elif random.random() < 0.5 and rank < 4:
                shape.insert(int(random.integers(0, rank + 1)), 1)
            self.emit(f"catgrad.reshape {x} : ({t}) -> {self.type(*shape)}", self.type(*shape))
        elif kind == "transpose":
            permutation = random.permutation(rank).tolist()
            r = self.type(*(t.shape[axis] for axis in permutation))
            self.emit(f"catgrad.transpose {x} {{permutation = {indices(permutation)}}} : ({t}) -> {r}", r)
        elif kind == "matmul" and rank >= 2:
            y, u = self.of_type(self.type(*t.shape[:-2], t.shape[-1], int(random.integers(1, 4))))
            r = self.type(*t.shape[:-1], u.shape[-1])
            self.emit(f"catgrad.matmul {x}, {y} : ({t}, {u}) -> {r}", r)
        elif kind == "contract" and rank:
            y, u = self.pick(lambda type_: type_.element == self.element)
            pairs = [(i, j) for i in range(rank) for j in range(len(u.shape)) if t.shape[i] == u.shape[j]]
            random.shuffle(pairs)
            chosen: list[tuple[int, int]] = []
            for i, j in pairs:
                if all(i != k and j != l for k, l in chosen) and (random.random() < 0.8 or not chosen):
                    chosen.append((i, j))
            left, right = [i for i, _ in chosen], [j for _, j in chosen]
            r = self.type(*(n for i, n in enumerate(t.shape) if i not in left),
                          *(n for j, n in enumerate(u.shape) if j not in right))
            if len(r.shape) <= 4 and math.prod(r.shape) <= 200:
                self.emit(f"catgrad.contract {x}, {y} {{lhs_axes = {indices(left)}, rhs_axes = {indices(right)}}} "
                          f": ({t}, {u}) -> {r}", r)
        elif kind == "choose":
            # Rounding must not decide, so floats are compared as they come in.
            there = [value for value in self.values[:len(self.inputs)] if value[1] == t]
            y = self.of_type(t)[0]
            if is_exact(self.element) or there:
                left = x if is_exact(self.element) else there[0][0]
                right = y if is_exact(self.element) else there[-1][0]
                bits = tensor("i1", *t.shape)
                predicate = f"#catgrad.predicate<{random.choice(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])}>"
                condition, _ = self.emit(f"catgrad.compare {left}, {right} {{predicate = {predicate}}} "
                                         f": ({t}, {t}) -> {bits}", bits)
                self.emit(f"catgrad.select {condition}, {x}, {self.of_type(t)[0]} : ({bits}, {t}, {t}) -> {t}", t)
        elif kind == "nonlinear":
            self.emit(f"catgrad.{'relu' if is_exact(self.element) else 'sigmoid'} {x} : {t}", t)
        elif kind == "call" and self.callees:
            name, inputs, results = self.callees[random.integers(len(self.callees))]
            operands = ", ".join(self.of_type(type_)[0] for type_ in inputs)
            base = f"%v{len(self.lines)}"
            head = f"{base}:{len(results)} = " if results else ""
            self.lines.append(f"  {head}func.call @{name}({operands}) : {signature(inputs, results)}")
            self.values += [(f"{base}#{i}", type_) for i, type_ in enumerate(results)]
        elif kind == "constant":
            name = f"%v{len(self.lines)}"
            value = sample(random, t)
            self.lines.append(constant(name, t, np.full_like(value, value.reshape(-1)[0]) if value.size else None))
            self.values.append((name, t))

    def grow(self, operations: int) -> Program:
        for _ in range(operations):
            self.step()
        return self

    def returning(self, count: int) -> Arrow:
        """An arrow with results drawn with repetition: late values, inputs and constants among them."""
        chosen = [self.pick() or self.of_type(self.type(2)) for _ in range(count)]
        return Arrow(self.inputs, tuple(type_ for _, type_ in chosen), "\n".join(self.lines),
                     tuple(name for name, _ in chosen))


def indices(values: list[int]) -> str:
    return f"array<i64: {', '.join(map(str, values))}>" if values else "array<i64>"


def shapes(random: np.random.Generator, element: str, count: int) -> list[TensorType]:
    """Types that go together: few sizes, at times 0 or 1."""
    sizes = random.choice([1, 2, 3, 4, 17], 3)
    if random.random() < 0.1:
        sizes[0] = 0
    return [tensor(element, *random.choice(sizes, int(random.choice([0, 1, 2, 2, 3]))).tolist()) for _ in range(count)]


def random_function(random: np.random.Generator, element: str,
                    callees: list[tuple[str, Types, Types]] | None = None, smooth: bool = False) -> Arrow:
    inputs = shapes(random, element, int(random.integers(1, 4)))
    if callees and random.random() < 0.7:
        inputs += callees[random.integers(len(callees))][1]
    program = Program(random, element, inputs, callees, smooth)
    return program.grow(int(random.integers(2, 14))).returning(int(random.choice([0, 1, 1, 2, 3])))


def random_learner(random: np.random.Generator, element: str, name: str) -> str:
    """A model, an optimiser with state and a loss, each a random function, as one learner."""
    weights = shapes(random, element, int(random.integers(1, 4)))
    inputs = shapes(random, element, int(random.integers(0, 3)))
    state = [weights[i] for i in range(len(weights)) if random.random() < 0.5]
    program = Program(random, element, [*inputs, *weights]).grow(int(random.integers(2, 10)))
    model = program.returning(int(random.choice([1, 1, 2])))
    # The weights are parameters of the model, not arguments.
    lines = [f'  %w{i} = catgrad.parameter "p{i}" {{init = #catgrad.zeros}} : {type_}'
             for i, type_ in enumerate(weights)]
    body, returns = model.inline("m", [f"%a{i}" for i in range(len(inputs))] + [f"%w{i}" for i in range(len(weights))])
    text = Arrow(tuple(inputs), model.results, "\n".join(lines) + "\n" + body, tuple(returns)).function(
        f"{name}_model", "private ")

    update = Program(random, element, [*state, *weights, *weights]).grow(int(random.integers(0, 8)))
    results = [update.of_type(type_) for type_ in (*weights, *state)]
    text += Arrow(update.inputs, tuple(type_ for _, type_ in results), "\n".join(update.lines),
                  tuple(value for value, _ in results)).function(f"{name}_update", "private ")

    labels = list(model.results)
    lens = Program(random, element, [*model.results, *labels]).grow(int(random.integers(0, 6)))
    cotangents = [lens.of_type(type_) for type_ in model.results]
    text += Arrow(lens.inputs, model.results, "\n".join(lens.lines), tuple(value for value, _ in cotangents)).function(
        f"{name}_lens", "private ")
    value = Program(random, element, [*model.results, *labels]).grow(int(random.integers(0, 6)))
    total = value.of_type(tensor(element))
    text += Arrow(value.inputs, (tensor(element),), "\n".join(value.lines), (total[0],)).function(
        f"{name}_value", "private ")
    report = " {report_loss}" if random.random() < 0.5 else ""
    return text + (f"catgrad.learner @{name} model(@{name}_model) optimiser(@{name}_update) "
                   f"loss(@{name}_lens, value = @{name}_value){report}\n")
