# ===- text.py - functions as MLIR text ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Writes functions of the dialect, one operation a line, in the generic form.

The compiler checks what comes out: nothing is inferred here but what it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .signature import NdArrayType


@dataclass(frozen=True)
class Value:
    """An SSA value."""

    name: str
    type: NdArrayType


def index_list(values: Iterable[int]) -> str:
    """`array<i64: 0, 2>`."""
    values = list(values)
    return f"array<i64: {', '.join(map(str, values))}>" if values else "array<i64>"


def string(text: str) -> str:
    """A string attribute; also a symbol, behind `@`."""
    escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:02X}"
                      for byte in text.encode())
    return f'"{escaped}"'


def real(number: float) -> str:
    """A finite number as MLIR writes it: a point is a must."""
    text = repr(float(number))
    return text if "." in text else text.replace("e", ".0e")


def literal(number: float | int | bool, element: str) -> str:
    """A number as an element of a dense attribute. Raises ValueError if it does not fit."""
    if "f" in element:
        value = float(number)
        if np.isfinite(value):
            return real(value)
        widths = {"f64": np.float64, "f32": np.float32, "f16": np.float16}
        if element in widths:
            return "0x" + np.array(value, widths[element]).astype(
                np.dtype(widths[element]).newbyteorder(">")).tobytes().hex().upper()
        return {"inf": "0x7F80", "-inf": "0xFF80"}.get(str(value), "0x7FC0")
    if element == "i1":
        return "true" if number else "false"
    if not np.isfinite(number):
        raise ValueError(f"expected a number that {element} can hold but got {number}")
    bound = 2 ** (int(element[1:]) - 1)
    if not -bound <= int(number) < bound:
        raise ValueError(f"expected a number that {element} can hold but got {number}")
    return str(int(number))


def location(file: str, line: int) -> str:
    return f" loc({string(file)}:{line}:1)" if line else ""


class FunctionBuilder:
    """The text of one function, operation by operation."""

    def __init__(self, name: str, inputs: Sequence[NdArrayType], *, private: bool = False,
                 names: Sequence[str] = ()) -> None:
        self.symbol = string(name)
        self.private = private
        self.inputs = [Value(f"%a{i}", type_) for i, type_ in enumerate(inputs)]
        self.names = list(names)
        self.lines: list[str] = []
        self.place = ("", 0)  # file and line of what is built
        self._next = 0

    def bits(self, type_: NdArrayType) -> NdArrayType:
        """The type of a comparison's result."""
        return type(type_)(type_.shape, type(type_.dtype)("i1"))

    def op(self, name: str, operands: Sequence[Value], results: Sequence[NdArrayType],
           attributes: dict[str, str] | None = None) -> list[Value]:
        """An operation of the dialect, or of another by its full name."""
        values = [Value(f"%{self._next + i}", type_) for i, type_ in enumerate(results)]
        self._next += len(values)
        head = ", ".join(value.name for value in values) + " = " if values else ""
        attrs = ", ".join(f"{key} = {text}" for key, text in (attributes or {}).items())
        self.lines.append(
            f'{head}"{name if "." in name else "catgrad." + name}"({", ".join(x.name for x in operands)})'
            + (f" {{{attrs}}}" if attrs else "")
            + f" : ({', '.join(x.type.mlir for x in operands)}) -> ({', '.join(t.mlir for t in results)})"
            + location(*self.place))
        return values

    def constant(self, number: float | int | bool, type_: NdArrayType) -> Value:
        """A number for all elements."""
        text = f"dense<{literal(number, type_.dtype.value)}> : {type_.mlir}"
        return self.op("constant", [], [type_], {"value": text})[0]

    def parameter(self, name: str, type_: NdArrayType, init: str) -> Value:
        return self.op("parameter", [], [type_], {"name": string(name), "init": init})[0]

    def call(self, symbol: str, operands: Sequence[Value], results: Sequence[NdArrayType]) -> list[Value]:
        return self.op("func.call", operands, results, {"callee": "@" + string(symbol)})

    def finish(self, results: Sequence[Value]) -> str:
        """The function's text."""
        def argument(i: int, value: Value) -> str:
            name = f" {{catgrad.name = {string(self.names[i])}}}" if i < len(self.names) else ""
            return f"{value.name}: {value.type.mlir}{name}"

        arguments = ", ".join(argument(i, value) for i, value in enumerate(self.inputs))
        types = ", ".join(value.type.mlir for value in results)
        last = f"return {', '.join(value.name for value in results)} : {types}" if results else "return"
        body = "".join(f"  {line}\n" for line in [*self.lines, last])
        return (f"func.func {'private ' if self.private else ''}@{self.symbol}({arguments}) -> ({types}) {{\n"
                f"{body}}}\n")


def declaration(name: str, inputs: Sequence[NdArrayType], results: Sequence[NdArrayType]) -> str:
    """A function that somebody else provides."""
    return (f"func.func private @{string(name)}({', '.join(t.mlir for t in inputs)}) -> "
            f"({', '.join(t.mlir for t in results)})\n")
