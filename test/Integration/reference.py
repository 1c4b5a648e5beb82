# ===- reference.py - the readable meaning of the dialect ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Evaluate functions of catgrad operations with numpy.

This is the oracle for compiled code: short, slow and independent of it. It reads
the generic form (``catgrad-opt --mlir-print-op-generic``), where each operation
stands on a line of its own and all are spelt alike::

    %0 = "catgrad.add"(%arg0, %arg1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>

Integers of n bits are the ring Z/2^n, so sums and products wrap around. i1 is the
ring Z/2: a sum is exclusive or (a parity), a product is *and*, and every element is
its own negative. Operations on f16 and bf16 compute in f32, sums included, and round each
result once. An operation that is not known here is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import ml_dtypes
import numpy as np

DTYPES: dict[str, type[np.generic]] = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "i1": np.bool_,
}


class EvaluationError(Exception):
    """The text is not understood, or an operation is not what it says it is."""


# Element types --------------------------------------------------------------

SMALL_FLOATS = ("f16", "bf16")


def is_float(dtype: np.dtype) -> bool:
    """Is it a floating-point type? Numpy does not count bf16, which is not its own, among them."""
    return dtype.kind == "f" or dtype == DTYPES["bf16"]


def widen(x: np.ndarray) -> np.ndarray:
    """f16 and bf16 as f32, in which operations on them compute; others as they are."""
    return x.astype(np.float32) if is_float(x.dtype) and x.dtype.itemsize < 4 else x


# Text -----------------------------------------------------------------------

OPENING, CLOSING = "([{<", ")]}>"


def closing(text: str, start: int) -> int:
    """The index of the bracket that closes the one at `text[start]`."""
    depth, i = 0, start
    while i < len(text):
        if text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif text.startswith("->", i):
            i += 1
        elif text[i] in OPENING:
            depth += 1
        elif text[i] in CLOSING:
            depth -= 1
            if depth == 0:
                return i
        i += 1
    raise EvaluationError(f"expected a closing bracket in: {text}")


def split(text: str) -> Iterator[str]:
    """The parts of a comma-separated list, commas inside brackets and strings left alone."""
    start = i = 0
    while i < len(text):
        if text[i] in OPENING:
            i = closing(text, i)
        elif text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif text[i] == ",":
            yield text[start:i].strip()
            start = i + 1
        i += 1
    if text[start:].strip():
        yield text[start:].strip()


def parse_attributes(text: str) -> dict[str, str]:
    """`a = 1, b` as {"a": "1", "b": ""}: the values stay text."""
    pairs = (part.partition("=") for part in split(text))
    return {name.strip(): value.strip() for name, _, value in pairs}


@dataclass(frozen=True)
class TensorType:
    """tensor<2x3xf32> is TensorType((2, 3), "f32")."""

    shape: tuple[int, ...]
    element: str

    @staticmethod
    def parse(text: str) -> TensorType:
        match = re.fullmatch(r"tensor<((?:\d+x)*)(\w+)>", text.strip())
        if not match or match.group(2) not in DTYPES:
            raise EvaluationError(f"expected a static tensor type but got: {text}")
        return TensorType(tuple(map(int, match.group(1).split("x")[:-1])), match.group(2))

    def __str__(self) -> str:
        return f"tensor<{''.join(f'{size}x' for size in self.shape)}{self.element}>"


@dataclass
class Operation:
    """One line of the generic form."""

    name: str
    operands: list[str]
    results: list[str]
    attributes: dict[str, str]
    types: list[TensorType]
    line: str

    def indices(self, attribute: str) -> tuple[int, ...]:
        """The value of an attribute like `array<i64: 0, 2>`."""
        value = self.attributes.get(attribute, "")
        match = re.fullmatch(r"array<i64(?::(.*))?>", value)
        if not match:
            raise EvaluationError(f"expected '{attribute}' to be an index list: {self.line}")
        return tuple(int(index) for index in split(match.group(1) or ""))


@dataclass
class Function:
    """A function without control flow: its arguments and the lines of its only block."""

    name: str
    arguments: list[str] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)


def parse_operation(line: str) -> Operation:
    """Read `%r, .. = "name"(operands) <{properties}> {attributes} : (types) -> types`."""
    match = re.match(r'(?:(%\S+?)(?::(\d+))? = )?"([\w.]+)"\(', line)
    if not match:
        raise EvaluationError(f"expected an operation in generic form: {line}")
    base, count, name = match.groups()
    results = [] if base is None else [base] if count is None else [f"{base}#{i}" for i in range(int(count))]
    end = closing(line, match.end() - 1)
    operands = list(split(line[match.end():end]))
    attributes: dict[str, str] = {}
    rest = line[end + 1:].strip()
    if rest.startswith("<{"):
        end = closing(rest, 0)
        attributes.update(parse_attributes(rest[2:end - 1]))
        rest = rest[end + 1:].strip()
    if rest.startswith("("):
        raise EvaluationError(f"an operation with a region is not supported: {line}")
    if rest.startswith("{"):
        end = closing(rest, 0)
        attributes.update(parse_attributes(rest[1:end]))
        rest = rest[end + 1:].strip()
    # The type is `(operands) -> result` or `(operands) -> (results)`.
    types = rest[closing(rest, rest.index("(")) + 1:].strip().removeprefix("->").strip()
    if types.startswith("("):
        types = types[1:-1]
    return Operation(name, operands, results, attributes, [TensorType.parse(part) for part in split(types)], line)


def parse_module(text: str) -> dict[str, Function]:
    """The functions of a module in generic form, by name."""
    functions: dict[str, Function] = {}
    current: Function | None = None
    for line in map(str.strip, text.splitlines()):
        if line.startswith('"func.func"'):
            name = re.search(r'\bsym_name = "([^"]*)"', line)
            if not name:
                raise EvaluationError(f"expected a function with a name: {line}")
            current = functions[name.group(1)] = Function(name.group(1))
        elif line.startswith("})"):
            current = None
        elif current is not None and line.startswith("^"):
            if current.operations or current.arguments:
                raise EvaluationError(f"@{current.name} has more than one block")
            inside = line[line.index("(") + 1:line.rindex(")")]
            current.arguments = [part.partition(":")[0].strip() for part in split(inside)]
        elif current is not None and line:
            current.operations.append(parse_operation(line))
    return functions


# Values ---------------------------------------------------------------------

def parse_dense(text: str, dtype: Callable[[str], np.dtype]) -> np.ndarray:
    """`dense<..> : tensor<..>`: one value for all, a nested list, or hexadecimal bytes."""
    match = re.fullmatch(r"dense<(.*)> : (tensor<.*>)", text)
    if not match:
        raise EvaluationError(f"expected a dense constant but got: {text}")
    body, type_ = match.group(1), TensorType.parse(match.group(2))
    stored = np.dtype(DTYPES[type_.element])
    size = int(np.prod(type_.shape, dtype=np.int64))
    if body.startswith('"0x'):
        data = np.frombuffer(bytes.fromhex(body[3:-1]), np.uint8)
        # Bits are packed, least significant first; everything else is plain memory.
        values = (np.unpackbits(data, bitorder="little", count=size).astype(bool)
                  if type_.element == "i1" else data.view(stored))
    else:
        numbers = [parse_number(word, stored) for word in re.findall(r"[^\[\],\s]+", body)]
        values = np.array(numbers, dtype=stored)
    if values.size == 1:
        values = np.broadcast_to(values.reshape(()), type_.shape)
    return values.reshape(type_.shape).astype(dtype(type_.element))


def parse_number(word: str, dtype: np.dtype) -> np.generic:
    """`1`, `-1.5e-3`, `true`, or the bits of a float: `0x7FC00000`."""
    if dtype == np.bool_:
        return np.bool_({"true": True, "false": False}[word])
    if is_float(dtype) and word.startswith("0x"):
        return np.array(int(word, 16), f"u{dtype.itemsize}").view(dtype)[()]
    return dtype.type(int(word) if dtype.kind == "i" else float(word))


def sum_axes(x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """The sum over `axes` in the ring of x's element type."""
    if x.dtype == np.bool_:
        return np.logical_xor.reduce(x, axis=axes)
    return np.add.reduce(x, axis=axes, dtype=x.dtype)


def bilinear(product: Callable[[np.ndarray, np.ndarray], np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A matrix product or contraction; over Z/2 the parity of the sum (which may wrap at 2^8)."""
    if x.dtype == np.bool_:
        return (product(x.astype(np.uint8), y.astype(np.uint8)) & 1).astype(bool)
    return product(x, y)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), with exp of numbers that are not positive only."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def cast(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Floats to integers towards zero; anything to i1: is it not zero? To floats: rounded once."""
    if dtype == np.bool_:
        return x != 0
    # The library of bf16 would round twice, by way of f32.
    return round_to_bf16(x) if dtype == DTYPES["bf16"] else x.astype(dtype)


def round_to_bf16(x: np.ndarray) -> np.ndarray:
    """To 8 bits, or to a multiple of the smallest bf16, to nearest and ties to even."""
    wide = x.astype(np.longdouble)  # it has 64 bits: as many as an i64
    finite = np.isfinite(wide)
    _, exponent = np.frexp(np.where(finite, wide, 0))
    unit = np.maximum(exponent - 8, -133)
    rounded = np.ldexp(np.rint(np.ldexp(np.where(finite, wide, 0), -unit)), unit)
    return np.asarray(np.where(finite, rounded, wide), np.float32).astype(DTYPES["bf16"])


PREDICATES = {"eq": np.equal, "ne": np.not_equal, "lt": np.less,
              "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}


class Evaluator:
    """Evaluates the functions of one module.

    With `floats=np.float64` all floating-point arithmetic, whatever the type in the
    text says, is done in that type: an oracle that is more exact than compiled f32.
    """

    def __init__(self, text: str, floats: type[np.floating] | None = None) -> None:
        self.functions = parse_module(text)
        self.floats = floats

    def dtype(self, element: str) -> np.dtype:
        dtype = np.dtype(DTYPES[element])
        return np.dtype(self.floats) if self.floats is not None and is_float(dtype) else dtype

    def run(self, name: str, *arguments: np.ndarray) -> list[np.ndarray]:
        """The results of function `name`, each an array of its own."""
        function = self.functions.get(name)
        if function is None or not function.operations:
            raise EvaluationError(f"@{name} is not a function with a body")
        if len(arguments) != len(function.arguments):
            raise EvaluationError(
                f"@{name}: expected {len(function.arguments)} arguments but got {len(arguments)}")
        values: dict[str, np.ndarray] = {}
        for argument, value in zip(function.arguments, map(np.asarray, arguments)):
            values[argument] = value.astype(self.floats) if self.floats and is_float(value.dtype) else value
        # Numpy warns of what is meant to happen: rings wrap, floats overflow.
        with np.errstate(all="ignore"):
            for operation in function.operations:
                operands = [values[operand] for operand in operation.operands]
                if operation.name == "func.return":
                    return [operand.copy() for operand in operands]
                results = self.apply(operation, *operands)
                self.check(operation, results)
                values.update(zip(operation.results, results))
        raise EvaluationError(f"@{name} has no return")

    def check(self, operation: Operation, results: list[np.ndarray]) -> None:
        """What was computed has to have the types that the operation claims."""
        got = [(result.shape, result.dtype) for result in results]
        expected = [(type_.shape, self.dtype(type_.element)) for type_ in operation.types]
        if got != expected:
            raise EvaluationError(f"expected {expected} but got {got}: {operation.line}")

    def apply(self, operation: Operation, *operands: np.ndarray) -> list[np.ndarray]:
        """The results of one operation."""
        if operation.name == "func.call":
            return self.run(operation.attributes["callee"].removeprefix("@"), *operands)
        if operation.name == "catgrad.copy":
            return [operands[0], operands[0]]
        if operation.name == "catgrad.discard":
            return []
        result = np.asarray(self.value(operation, *map(widen, operands)))
        dtype = self.dtype(operation.types[0].element)
        # Computed in f32, unless it is a cast or a constant.
        rounds = result.dtype == np.float32 and is_float(dtype) and dtype.itemsize < 4
        return [result.astype(dtype) if rounds else result]

    def value(self, operation: Operation, *operands: np.ndarray) -> np.ndarray:
        """The result of an operation that has one."""
        ring_of_two = bool(operands) and operands[0].dtype == np.bool_
        match operation.name.removeprefix("catgrad."), *operands:
            case "constant",:
                return parse_dense(operation.attributes["value"], self.dtype)
            case "add", x, y:
                return x ^ y if ring_of_two else x + y
            case "subtract", x, y:
                return x ^ y if ring_of_two else x - y
            case "negate", x:
                return x if ring_of_two else -x
            case "multiply", x, y:
                return x & y if ring_of_two else x * y
            case "broadcast", x:
                new = operation.indices("dimensions")
                return np.broadcast_to(np.expand_dims(x, new), operation.types[0].shape)
            case "reduce_sum", x:
                return sum_axes(x, operation.indices("dimensions"))
            case "reshape", x:
                return x.reshape(operation.types[0].shape)
            case "transpose", x:
                return np.transpose(x, operation.indices("permutation"))
            case "matmul", x, y:
                return bilinear(np.matmul, x, y)
            case "contract", x, y:
                axes = operation.indices("lhs_axes"), operation.indices("rhs_axes")
                return bilinear(lambda a, b: np.tensordot(a, b, axes), x, y)
            case "sigmoid", x:
                return sigmoid(x)
            case "silu", x:
                return x * sigmoid(x)
            case "relu", x:
                return np.maximum(x, x.dtype.type(0))
            case "compare", x, y:
                predicate = re.search(r"predicate<(\w+)>", operation.attributes["predicate"])
                return PREDICATES[predicate.group(1)](x, y)
            case "select", condition, x, y:
                return np.where(condition, x, y)
            case "cast", x:
                return cast(x, self.dtype(operation.types[0].element))
        raise EvaluationError(f"operation is not known to the reference: {operation.line}")


def evaluate(text: str, name: str, *arguments: np.ndarray,
             floats: type[np.floating] | None = None) -> list[np.ndarray]:
    """Evaluate one function of a module in generic form; see `Evaluator`."""
    return Evaluator(text, floats).run(name, *arguments)
