# ===- random_cases.py - random programs out of the cases --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random programs of every operation that has cases, with what they mean in numpy
and in JAX, and numbers to run them on.

A program comes from a recipe: an element type and a list of steps, each of which is
a few numbers. Every recipe is a program, so that any part of one may be left out.
A step picks a case of an operation and values for its operands; a value of another
shape is made to fit by a linear map. A step is left out where it is not finite on
the program's numbers, or close to a kink or a tie, where rounding would decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np

import cases
from arrows import Arrow, constant, dense, generator, is_exact, operation, ring_einsum, sample, samples, tensor
from cases import Case
from cases.base import indices, jax, jnp
from mlir_text import DTYPES, SMALL_FLOATS, TensorType, is_float
from random_recipes import LONGEST, Recipe

Arrays = Sequence[np.ndarray]

LARGEST = 120   # elements of a value
INPUTS = 8      # of a program; what is needed beyond that is a constant


@cache
def available(element: str) -> dict[str, list[Case]]:
    """Cases of few elements by operation; those without a derivative are left out."""
    found: dict[str, list[Case]] = {}
    for op, of in cases.pairs():
        # Small floats in the middle of a wide program round too much to compare what follows.
        few = [c for c in cases.small(op, of) if c.has_small_floats <= (element in SMALL_FLOATS)] if of == element else []
        if few:
            found[op] = few
    return found


@cache
def is_elementwise(op: str, element: str) -> bool:
    """Do all of its cases have one shape, and speak of no axis? Then it can be any other shape."""
    each = available(element)[op]
    return len(each) > 1 and all(c.inputs and len({t.shape for t in c.inputs + c.results}) == 1
                                 and not re.search(r"axis|array<", c.arrow.body) for c in each)


def reshaped(case: Case, shape: tuple[int, ...]) -> Case:
    """An elementwise case on another shape."""
    dimensions = "".join(f"{size}x" for size in shape)
    arrow = case.arrow
    return replace(case, arrow=replace(
        arrow, body=re.sub(r"(?<=tensor<)(\d+x)*", dimensions, arrow.body),
        inputs=tuple(tensor(t.element, *shape) for t in arrow.inputs),
        results=tuple(tensor(t.element, *shape) for t in arrow.results)))


def fits(case: Case) -> bool:
    """Do its values and its tangents by hand depend on the shapes of its operands only?"""
    at = case.inside(generator("fits"))
    try:
        results = [case.forward(*at)] + ([case.push(at, at)] if case.tangent or case.jax else [])
    except (ValueError, IndexError, TypeError):
        return False
    return all([x.shape for x in each] == [t.shape for t in case.results] for each in results)


# Programs -------------------------------------------------------------------

@dataclass(frozen=True)
class Node:
    """A value: its name in the text, its type, and the number it is on the program's inputs."""

    name: str
    type_: TensorType
    number: np.ndarray


@dataclass(frozen=True)
class Instruction:
    """A case on the values of these places."""

    case: Case
    operands: tuple[int, ...]
    results: tuple[int, ...]


@dataclass
class Program:
    """A function in text, in numpy and in JAX."""

    recipe: Recipe
    nodes: list[Node] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    # Inputs that must stay what they are, such as indices.
    fixed: set[int] = field(default_factory=set)
    constants: list[int] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def element(self) -> str:
        return self.recipe[0]

    @cached_property
    def outputs(self) -> list[int]:
        """What no instruction reads, and one value in the middle."""
        read = {place for instruction in self.instructions for place in instruction.operands}
        made = [place for instruction in self.instructions for place in instruction.results]
        return [place for place in made if place not in read][-4:] + made[len(made) // 2:][:1]

    @cached_property
    def arrow(self) -> Arrow:
        return Arrow(tuple(self.nodes[i].type_ for i in self.inputs), tuple(self.nodes[i].type_ for i in self.outputs),
                     "\n".join(self.lines), tuple(self.nodes[i].name for i in self.outputs))

    @property
    def operations(self) -> list[str]:
        return [instruction.case.op for instruction in self.instructions]

    def at(self) -> list[np.ndarray]:
        """The inputs that its numbers come from."""
        return [self.nodes[i].number for i in self.inputs]

    def wanted(self) -> list[np.ndarray]:
        """The results on these, by numpy."""
        return [self.nodes[i].number for i in self.outputs]

    # Construction

    def add(self, name: str, type_: TensorType, number: np.ndarray) -> int:
        self.nodes.append(Node(name, type_, np.asarray(number)))
        return len(self.nodes) - 1

    def fresh(self, type_: TensorType, number: np.ndarray, fixed: bool) -> int:
        """A new input with this number, or a constant."""
        if len(self.inputs) < INPUTS:
            place = self.add(f"%a{len(self.inputs)}", type_, number)
            self.inputs.append(place)
            if fixed:
                self.fixed.add(place)
            return place
        place = self.add(f"%c{len(self.nodes)}", type_, number)
        self.constants.append(place)
        self.lines.append(constant(self.nodes[place].name, type_, np.asarray(number)))
        return place

    def apply(self, case: Case, operands: Sequence[int]) -> list[int] | None:
        """The results of a case on values, or None where that is not sound."""
        numbers = [self.nodes[i].number for i in operands]
        results = case.forward(*numbers)
        if not sound(case, numbers, results):
            return None
        body, names = case.arrow.inline(f"v{len(self.nodes)}", [self.nodes[i].name for i in operands])
        self.lines.append(body)
        places = [self.add(name, type_, number) for name, type_, number in zip(names, case.results, results, strict=True)]
        self.instructions.append(Instruction(case, tuple(operands), tuple(places)))
        return places

    def fit(self, place: int, type_: TensorType) -> int | None:
        """A value made to have this shape, by a linear map."""
        from_ = self.nodes[place].type_
        if from_.shape == type_.shape:
            return place
        n, m = math.prod(from_.shape), math.prod(type_.shape)
        flat = self.reshape(place, (n,))
        if n != m and flat is not None:
            mixing = mix(type_.element, n, m)
            result = self.apply(mixing, [flat])
            flat = result[0] if result else None
        return None if flat is None else self.reshape(flat, type_.shape)

    def reshape(self, place: int, shape: tuple[int, ...]) -> int | None:
        from_ = self.nodes[place].type_
        if from_.shape == shape:
            return place
        to = tensor(from_.element, *shape)
        case = Case("reshape", from_.element, "", operation(f"%r0 = catgrad.reshape %a0 : ({from_}) -> {to}", (from_,), (to,)),
                    lambda x: x.reshape(shape), jax=lambda x: jnp.reshape(x, shape))
        result = self.apply(case, [place])
        return result[0] if result else None

    def step(self, numbers: Sequence[int]) -> None:
        """Do what one step of the recipe says."""
        which, variant, *picks = numbers
        table = available(self.element)
        op = list(table)[which % len(table)]
        there = {node.type_ for node in self.nodes}
        # Rather one that fits what is there.
        fitting = [c for c in table[op] if set(c.inputs) <= there] if variant % 4 else []
        each = fitting or table[op]
        case = each[variant // 4 % len(each)]
        if is_elementwise(op, self.element) and variant % 3 and self.nodes:
            like = [node.type_.shape for node in self.nodes if node.type_.element == case.inputs[0].element]
            other = reshaped(case, like[-1 - picks[0] % min(4, len(like))]) if like else case
            case = other if fits(other) else case
        drawn = case.inside(generator("operands", len(self.nodes), self.element))
        operands = [self.operand(case, i, picks[i % len(picks)], drawn[i]) for i in range(len(case.inputs))]
        if None in operands or self.apply(case, operands) is None:
            # On numbers for which the case was made it is sound.
            self.apply(case, [self.fresh(t, x, i in case.constant_in)
                              for i, (t, x) in enumerate(zip(case.inputs, drawn))])

    def operand(self, case: Case, index: int, pick: int, drawn: np.ndarray) -> int | None:
        """A value for an operand: one of the program, perhaps made to fit, or a new input."""
        type_ = case.inputs[index]
        fixed = index in case.constant_in and type_.element not in ("i1", case.element) or (
            case.restricted and is_exact(type_.element) and type_.element != "i1")
        candidates = [i for i, node in enumerate(self.nodes) if node.type_ == type_ and i not in self.fixed]
        similar = [i for i, node in enumerate(self.nodes) if node.type_.element == type_.element and i not in self.fixed]
        if fixed or not similar or pick % 7 == 0 or not candidates and pick % 3 == 0:
            return self.fresh(type_, drawn, fixed)
        if candidates and pick % 7 < 5:
            return candidates[-1 - (pick // 7) % len(candidates)]
        return self.fit(similar[-1 - (pick // 7) % min(8, len(similar))], type_)

    # Oracles

    def run(self, places: dict[int, object], evaluate: Callable[[Case, list], Sequence]) -> list:
        values = {i: self.nodes[i].number for i in self.constants} | places
        for instruction in self.instructions:
            if all(i in places for i in instruction.results):
                continue
            values.update(zip(instruction.results, evaluate(instruction.case, [values[i] for i in instruction.operands])))
        return [values[i] for i in self.outputs]

    def push(self, direction: Arrays) -> list[np.ndarray]:
        """The tangent map in a direction, by the tangents of the cases."""
        tangents = {i: np.zeros_like(self.nodes[i].number) for i in self.constants}
        tangents |= dict(zip(self.inputs, direction, strict=True))
        for instruction in self.instructions:
            at = [self.nodes[i].number for i in instruction.operands]
            pushed = instruction.case.push(at, [tangents[i] for i in instruction.operands])
            tangents.update(zip(instruction.results, pushed, strict=True))
        return [tangents[i] for i in self.outputs]

    def jax_pull(self, cotangents: Arrays) -> dict[int, np.ndarray]:
        """The reverse derivative by JAX in f64: cotangents by the index of the input, floats only."""
        moving = [k for k, i in enumerate(self.inputs) if not is_exact(self.nodes[i].type_.element)]
        floating = [k for k, i in enumerate(self.outputs) if not is_exact(self.nodes[i].type_.element)]

        def function(*floats: object) -> list:
            places: dict[int, object] = {i: self.nodes[i].number for i in self.inputs}
            places |= {self.inputs[k]: x for k, x in zip(moving, floats)}
            # Integers and bits are constant nearby, and those of JAX are no rings: its sum of bits is their disjunction.
            places |= {i: node.number for i, node in enumerate(self.nodes) if is_exact(node.type_.element)}
            results = self.run(places, lambda case, operands: as_list(
                (case.jax if case.jax and operands else case.numpy)(*operands)))
            return [jnp.asarray(results[k]) for k in floating]

        def pull(floats: list, cotangents: list) -> tuple:
            results, back = jax.vjp(function, *floats)
            return back([b.astype(r.dtype) for b, r in zip(cotangents, results, strict=True)])

        pulled = jax.jit(pull)([self.at()[k].astype(np.float64) for k in moving], [cotangents[k] for k in floating])
        return {k: np.asarray(x) for k, x in zip(moving, pulled)}


def as_list(results: object) -> list:
    return list(results) if isinstance(results, tuple) else [results]


def sound(case: Case, numbers: Arrays, results: Arrays) -> bool:
    """Are the results finite and of moderate size, and is there no kink, tie or pole nearby?"""
    def fine(values: Arrays) -> bool:
        with np.errstate(invalid="ignore"):
            return all(not is_float(x.dtype) or np.max(np.abs(x), initial=0) < 100 for x in values)  # false for NaN

    if any(t.shape != r.shape or DTYPES[t.element] != r.dtype or r.size > LARGEST for t, r in zip(case.results, results)):
        return False
    if not fine(results):
        return False
    floats = [i for i, x in enumerate(numbers) if is_float(x.dtype)]
    if not floats:
        return True
    random, step = generator("sound", case.op, len(numbers)), 1e-4
    wide = [x.astype(np.float64) if i in floats else x for i, x in enumerate(numbers)]
    middle = case.forward(*wide)
    for _ in range(2):
        direction = [random.choice([-1.0, -0.7, 0.6, 1.0], x.shape) if i in floats else 0 for i, x in enumerate(numbers)]
        up, down = (case.forward(*(np.asarray(x + sign * step * d) if i in floats else x
                                   for i, (x, d) in enumerate(zip(wide, direction)))) for sign in (1, -1))
        for m, u, d in zip(middle, up, down):
            if not is_float(m.dtype):
                if not (np.array_equal(m, u) and np.array_equal(m, d)):
                    return False
            elif not np.all(np.abs(u - 2 * m + d) <= 1e-6 * (1 + np.abs(m))) or not np.all(np.abs(u - d) < 100 * step):
                return False
    return True


def mix(element: str, n: int, m: int) -> Case:
    """The linear map from n numbers to m by a constant matrix."""
    matrix = sample(generator("mix", element, n, m), tensor(element, n, m))
    if not is_exact(element):
        matrix = (matrix / math.sqrt(max(1, n))).astype(matrix.dtype)
    a, w, r = tensor(element, n), tensor(element, n, m), tensor(element, m)
    body = (constant("%w", w, matrix) + f"\n  %r0 = catgrad.contract %a0, %w {{lhs_axes = {indices([0])}, "
            f"rhs_axes = {indices([0])}}} : ({a}, {w}) -> {r}")
    return Case("contract", element, "", Arrow((a,), (r,), body, ("%r0",)), lambda x: ring_einsum("a,ab->b", x, matrix),
                jax=lambda x: jnp.einsum("a,ab->b", x, matrix))


def build(recipe: Recipe) -> Program:
    program = Program(recipe)
    element, steps = recipe
    for i in range(2):
        type_ = tensor(element, *((3, 4), (5,))[i])
        program.fresh(type_, sample(generator("input", element, i), type_), False)
    for step in steps:
        if len(program.instructions) < LONGEST:
            program.step(step)
    return program
