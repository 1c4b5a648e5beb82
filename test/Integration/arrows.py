# ===- arrows.py - functions as arrows that can be composed -----------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Pieces of MLIR text that compose as arrows of a category do.

An `Arrow` is the body of a function. The combinators put bodies side by side and
one after the other, so that a law such as ``R[f;g]`` can be written down, compiled
and executed for any f and g.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlir_text import DTYPES, TensorType, is_float

Types = tuple[TensorType, ...]


def tensor(element: str, *shape: int) -> TensorType:
    """tensor("f32", 2, 3) is tensor<2x3xf32>."""
    return TensorType(tuple(shape), element)


def signature(inputs: Iterable[TensorType], results: Iterable[TensorType]) -> str:
    """`(inputs) -> (results)`."""
    return f"({', '.join(map(str, inputs))}) -> ({', '.join(map(str, results))})"


@dataclass(frozen=True)
class Arrow:
    """A function body from %a0, %a1, .. to the values that `returns` names."""

    inputs: Types
    results: Types
    body: str
    returns: tuple[str, ...]

    def inline(self, prefix: str, operands: Sequence[str]) -> tuple[str, list[str]]:
        """The body on other operands, its own names behind `prefix`; and what it returns."""
        arguments = {f"a{i}": operand for i, operand in enumerate(operands)}

        def rename(match: re.Match[str]) -> str:
            name = match.group(1)
            return arguments[name] if name in arguments else f"%{prefix}_{name}"

        return (re.sub(r"%(\w+)", rename, self.body),
                [re.sub(r"%(\w+)", rename, name) for name in self.returns])

    def located(self, name: str) -> str:
        """The same, where the last operation of the body says that its place is `name`."""
        return replace(self, body=f'{self.body} loc("{name}")').function(name)

    def function(self, name: str, visibility: str = "") -> str:
        """The text of a function with this body."""
        arguments = ", ".join(f"%a{i}: {type_}" for i, type_ in enumerate(self.inputs))
        results = ", ".join(map(str, self.results))
        returned = f" {', '.join(self.returns)} : {results}" if self.results else ""
        return (f"func.func {visibility}@{name}({arguments}) -> ({results}) {{\n"
                f"{self.body}\n  return{returned}\n}}\n")


def derive(name: str, of: str) -> str:
    """The text that declares a derivative."""
    return f"catgrad.derive @{name} of(@{of})\n"


def names(prefix: str, count: int) -> list[str]:
    """%prefix0, %prefix1, .."""
    return [f"%{prefix}{i}" for i in range(count)]


def operation(text: str, inputs: Iterable[TensorType], results: Iterable[TensorType]) -> Arrow:
    """An arrow of one statement from %a0.. to %r0.. ."""
    results = tuple(results)
    return Arrow(tuple(inputs), results, f"  {text}", tuple(names("r", len(results))))


# Combinators ----------------------------------------------------------------

def identity(types: Types) -> Arrow:
    return Arrow(types, types, "", tuple(names("a", len(types))))


def projection(types: Types, index: int) -> Arrow:
    """All inputs but one are thrown away."""
    return Arrow(types, (types[index],), "", (f"%a{index}",))


def compose(f: Arrow, g: Arrow) -> Arrow:
    """f ; g: first f, then g on its results."""
    assert f.results == g.inputs, (f.results, g.inputs)
    first, middle = f.inline("f", names("a", len(f.inputs)))
    second, returns = g.inline("g", middle)
    return Arrow(f.inputs, g.results, f"{first}\n{second}", tuple(returns))


def product(f: Arrow, g: Arrow) -> Arrow:
    """f x g: side by side."""
    operands = names("a", len(f.inputs) + len(g.inputs))
    left, first = f.inline("f", operands[:len(f.inputs)])
    right, second = g.inline("g", operands[len(f.inputs):])
    return Arrow(f.inputs + g.inputs, f.results + g.results, f"{left}\n{right}", (*first, *second))


def copies(types: Types) -> Arrow:
    """The diagonal, with each copy an operation: a0.. to a0.., a0.. ."""
    lines = [f"  %l{i}, %r{i} = catgrad.copy %a{i} : {type_}" for i, type_ in enumerate(types)]
    return Arrow(types, types + types, "\n".join(lines), (*names("l", len(types)), *names("r", len(types))))


def pair(f: Arrow, g: Arrow) -> Arrow:
    """<f, g>: both on the same inputs."""
    assert f.inputs == g.inputs
    return compose(copies(f.inputs), product(f, g))


def addition(types: Types) -> Arrow:
    """Two lists of values, added one by one."""
    n = len(types)
    lines = [f"  %s{i} = catgrad.add %a{i}, %a{n + i} : {type_}" for i, type_ in enumerate(types)]
    return Arrow(types + types, types, "\n".join(lines), tuple(names("s", n)))


def plus(f: Arrow, g: Arrow) -> Arrow:
    """f + g, that is copies ; (f x g) ; add."""
    return compose(pair(f, g), addition(f.results))


def call(name: str, inputs: Types, results: Types) -> Arrow:
    """A call of @name."""
    head = {0: "", 1: "%r = "}.get(len(results), f"%r:{len(results)} = ")
    operands = ", ".join(names("a", len(inputs)))
    returns = ("%r",) if len(results) == 1 else tuple(f"%r#{i}" for i in range(len(results)))
    return Arrow(inputs, results, f"  {head}func.call @{name}({operands}) : {signature(inputs, results)}", returns)


def zero(inputs: Types, results: Types) -> Arrow:
    """Throws its inputs away and returns zeros."""
    lines = [constant(f"%z{i}", type_, None) for i, type_ in enumerate(results)]
    return Arrow(inputs, results, "\n".join(lines), tuple(names("z", len(results))))


# Constants and numbers ------------------------------------------------------

def dense(array: np.ndarray) -> str:
    """An array as the text of a dense attribute, every bit of it."""
    def number(value: np.generic) -> str:
        if array.dtype == np.bool_:
            return str(bool(value)).lower()
        if is_float(array.dtype):
            return f"0x{value.view(f'u{array.dtype.itemsize}'):0{2 * array.dtype.itemsize}X}"
        return str(value)

    def nested(part: np.ndarray) -> str:
        return number(part[()]) if part.ndim == 0 else f"[{', '.join(map(nested, part))}]"

    return "dense<>" if array.size == 0 else f"dense<{nested(array)}>"


def constant(name: str, type_: TensorType, value: np.ndarray | None) -> str:
    """A line that defines `name`: these numbers, or zeros."""
    if value is None:
        zero_text = "false" if type_.element == "i1" else "0" if is_exact(type_.element) else "0.0"
        return f"  {name} = catgrad.constant dense<{zero_text}> : {type_}"
    return f"  {name} = catgrad.constant {dense(value)} : {type_}"


def generator(*key: object) -> np.random.Generator:
    """Random numbers that depend on `key` alone, in every process."""
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def sample(random: np.random.Generator, type_: TensorType) -> np.ndarray:
    """Numbers of a type: all of Z/2^n, floats of about 1 that are not tiny."""
    if type_.element == "i1":
        return random.random(type_.shape) < 0.5
    if is_exact(type_.element):
        info = np.iinfo(DTYPES[type_.element])
        return random.integers(info.min, info.max, type_.shape, info.dtype, endpoint=True)
    sign = np.where(random.random(type_.shape) < 0.5, -1.0, 1.0)
    return np.asarray(sign * random.uniform(0.2, 1.5, type_.shape), DTYPES[type_.element])


def samples(random: np.random.Generator, types: Iterable[TensorType]) -> list[np.ndarray]:
    return [sample(random, type_) for type_ in types]


# Rings ----------------------------------------------------------------------
#
# Integers wrap around; numpy warns of it for rank 0.

@np.errstate(over="ignore")
def ring_add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x ^ y if x.dtype == np.bool_ else x + y


@np.errstate(over="ignore")
def ring_negate(x: np.ndarray) -> np.ndarray:
    return x if x.dtype == np.bool_ else -x


@np.errstate(over="ignore")
def ring_multiply(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x & y if x.dtype == np.bool_ else x * y


@np.errstate(over="ignore")
def ring_sum(x: np.ndarray, axes: tuple[int, ...] | None = None) -> np.ndarray:
    """The sum over axes, or over all of them."""
    if x.dtype == np.bool_:
        return (np.sum(x, axis=axes, dtype=np.int64) % 2).astype(bool)
    return np.sum(x, axis=axes, dtype=x.dtype)


def ring_einsum(spec: str, *operands: np.ndarray) -> np.ndarray:
    """numpy.einsum in the ring of the operands."""
    if operands[0].dtype == np.bool_:
        return (np.einsum(spec, *(x.astype(np.int64) for x in operands)) % 2).astype(bool)
    return np.einsum(spec, *operands)


def is_exact(element: str) -> bool:
    """Are sums and products of this type the same in any order?"""
    return element.startswith("i")


def quadratic(types: Types, key: str) -> Arrow:
    """b -> b * sum(b * c) + b for each value, with random constants c.

    Not linear in any ring: in Z/2, where x * x = x, a polynomial of each element
    alone would have a derivative that does not depend on x.
    """
    lines: list[str] = []
    for i, type_ in enumerate(types):
        scalar = tensor(type_.element)
        axes = ", ".join(map(str, range(len(type_.shape))))
        axes = f"array<i64: {axes}>" if axes else "array<i64>"
        lines += [
            constant(f"%c{i}", type_, sample(generator(key, i, type_), type_)),
            f"  %m{i} = catgrad.multiply %a{i}, %c{i} : {type_}",
            f"  %s{i} = catgrad.reduce_sum %m{i} {{dimensions = {axes}}} : ({type_}) -> {scalar}",
            f"  %b{i} = catgrad.broadcast %s{i} {{dimensions = {axes}}} : ({scalar}) -> {type_}",
            f"  %p{i} = catgrad.multiply %a{i}, %b{i} : {type_}",
            f"  %q{i} = catgrad.add %p{i}, %a{i} : {type_}"]
    return Arrow(types, types, "\n".join(lines), tuple(names("q", len(types))))


def total_size(types: Iterable[TensorType]) -> int:
    return sum(int(np.prod(type_.shape, dtype=np.int64)) for type_ in types)


def flatten(parts: Iterable[Iterable[str]]) -> list[str]:
    return list(itertools.chain.from_iterable(parts))
