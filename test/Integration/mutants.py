# ===- mutants.py - would a wrong rule be found? -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Change the reverse derivative of each operation, one thing at a time, and see
whether the checks of test_ops.py and test_math.py notice.

A mutant is made from the text that the rule emits for a case of the operation:
nothing is built again. One that no check catches on several sets of numbers either
computes the same on 1,000 inputs with many ties (it is equivalent, and listed), or
has survived, which is a failure: the operation lacks a test.

    python test/Integration/mutants.py [operation ..]

What has been done is in build/mutants-state.json: started again, it goes on from
there. The exit status is 1 when a mutant survived.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import cases
import harness
from arrows import derive, generator, is_exact, samples
from backends import native
from cases import Case
from mlir_text import TensorType
from random_cases import fits
from test_math import FUNCTIONS, POWERS, SPELLING, check_derivative, check_power, points
from test_ops import check_differences, check_jax, check_transpose, has_tangent

ELEMENTS = ("f64", "i32", "i1")
CASES = 3       # of an operation and element type
COMMUTATIVE = {"add", "multiply", "maximum", "minimum"}
ROUNDS = 60     # of a check, each on other numbers
INPUTS = 1000   # on which an equivalent mutant computes the same


# Text -----------------------------------------------------------------------

@dataclass(frozen=True)
class Line:
    """An operation in the generic form."""

    results: tuple[str, ...]
    name: str
    operands: tuple[str, ...]
    attributes: str
    inputs: tuple[str, ...]
    types: tuple[str, ...]

    @staticmethod
    def parse(text: str) -> Line:
        match = re.fullmatch(r'(?:(\S.*?) = )?"([\w.]+)"\((.*?)\)(.*) : \((.*?)\) -> (.*)', text.strip())
        assert match, text
        results, name, operands, attributes, inputs, types = match.groups()
        base, _, count = (results or "").partition(":")
        named = () if not base else tuple(f"{base}#{i}" for i in range(int(count))) if count else (base,)
        return Line(named, name, words(operands), attributes.strip(), words(inputs),
                    words(types[1:-1] if types.startswith("(") else types))

    def __str__(self) -> str:
        base = self.results[0].partition("#")[0] if self.results else ""
        head = f"{base}:{len(self.results)} = " if len(self.results) > 1 else f"{base} = " if base else ""
        return (f'    {head}"{self.name}"({", ".join(self.operands)}) {self.attributes} : '
                f'({", ".join(self.inputs)}) -> ({", ".join(self.types)})')


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class Body:
    """A function of one block: what it takes, its operations, what it returns."""

    arguments: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]

    @staticmethod
    def parse(module: str, name: str) -> Body:
        """A function of a module in the generic form."""
        text = module[re.search(rf'"func\.func"\(\).*sym_name = "{name}"', module).start():]
        rows = text[:text.index("}) :")].splitlines()[1:]
        arguments: tuple[tuple[str, str], ...] = ()
        if rows[0].strip().startswith("^"):
            arguments = tuple(re.findall(r"(%\w+): (tensor<[^>]*>)", rows.pop(0)))
        return Body(arguments, tuple(Line.parse(row) for row in rows if row.strip()))

    def function(self, name: str) -> str:
        returned = self.lines[-1]
        return (f"func.func @{name}({', '.join(f'{n}: {t}' for n, t in self.arguments)}) -> "
                f"({', '.join(returned.inputs)}) {{\n" + "\n".join(map(str, self.lines)) + "\n}\n")

    def types(self) -> dict[str, str]:
        return dict(self.arguments) | {r: t for line in self.lines for r, t in zip(line.results, line.types)}

    def with_line(self, index: int, *lines: Line) -> Body:
        return replace(self, lines=self.lines[:index] + lines + self.lines[index + 1:])

    def renamed(self, index: int, old: str, new: str) -> Body:
        """Operation `index` gone, and its result replaced."""
        rest = [replace(line, operands=tuple(new if o == old else o for o in line.operands)) for line in self.lines]
        return replace(self, lines=tuple(rest[:index] + rest[index + 1:]))


# Mutations ------------------------------------------------------------------

def element_of(type_: str) -> str:
    return re.search(r"(\w+)>$", type_).group(1).split("x")[-1]


def number(element: str, value: int) -> str:
    return {"i1": "true" if value else "false"}.get(element, str(value) if is_exact(element) else f"{value}.0")


def mutations(body: Body) -> Iterator[tuple[str, Body]]:
    """What is changed, and the changed function."""
    last = len(body.lines) - 1
    returned = body.lines[last]
    for k, (name, type_) in enumerate(zip(returned.operands, returned.inputs)):
        changed = replace(returned, operands=(*returned.operands[:k], "%mutant", *returned.operands[k + 1:]))
        element = element_of(type_)
        yield f"sign of cotangent {k}", body.with_line(last, Line(("%mutant",), "catgrad.negate", (name,), "", (type_,),
                                                                  (type_,)), changed)
        if any(line.name == "catgrad.constant" and name in line.results for line in body.lines):
            continue  # a zero; below it becomes another number
        zero = f"<{{value = dense<{number(element, 0)}> : {type_}}}>"
        yield f"cotangent {k} dropped", body.with_line(last, Line(("%mutant",), "catgrad.constant", (), zero, (), (type_,)),
                                                       changed)
        for other, same in zip(returned.operands[k + 1:], returned.inputs[k + 1:]):
            if same == type_ and other != name:
                swapped = [other if o == name else name if o == other else o for o in returned.operands]
                yield f"cotangents {k} and another swapped", body.with_line(last, replace(returned, operands=tuple(swapped)))
    for index, line in enumerate(body.lines[:-1]):
        where = f"{line.name.removeprefix('catgrad.')} {index}"
        yield from line_mutations(body, index, line, where)


def line_mutations(body: Body, index: int, line: Line, where: str) -> Iterator[tuple[str, Body]]:
    types = body.types()
    if len(line.operands) > 1 and len(line.results) == 1:
        for operand, type_ in zip(line.operands, line.inputs):
            if type_ == line.types[0]:
                yield f"{where}: only {operand}", body.renamed(index, line.results[0], operand)
    elif len(line.operands) == 1 == len(line.results) and line.inputs == line.types:
        yield f"{where} left out", body.renamed(index, line.results[0], line.operands[0])
    for i in range(len(line.operands)):
        for j in range(i):
            if (line.operands[i] != line.operands[j] and line.inputs[i] == line.inputs[j]
                    and line.name.removeprefix("catgrad.") not in COMMUTATIVE):
                operands = list(line.operands)
                operands[i], operands[j] = operands[j], operands[i]
                yield f"{where}: operands {j}, {i} swapped", body.with_line(index, replace(line, operands=tuple(operands)))
        for argument, type_ in body.arguments:
            if argument != line.operands[i] and type_ == types[line.operands[i]]:
                operands = (*line.operands[:i], argument, *line.operands[i + 1:])
                yield f"{where}: operand {i} is {argument}", body.with_line(index, replace(line, operands=operands))
    yield from attribute_mutations(body, index, line, where)


def attribute_mutations(body: Body, index: int, line: Line, where: str) -> Iterator[tuple[str, Body]]:
    def changed(what: str, attributes: str) -> tuple[str, Body]:
        return f"{where}: {what}", body.with_line(index, replace(line, attributes=attributes))

    for match in re.finditer(r"array<i64: ([^>]*)>", line.attributes):
        numbers = [int(n) for n in match.group(1).split(",")]
        for i in range(len(numbers)):
            for shifted in (numbers[i] + 1, numbers[i] - 1):
                others = list(numbers)
                if shifted in others:  # an axis that is taken: exchange them
                    others[others.index(shifted)] = others[i]
                others[i] = shifted
                text = f"array<i64: {', '.join(map(str, others))}>"
                yield changed(f"{numbers} as {others}", line.attributes[:match.start()] + text + line.attributes[match.end():])
    for match in re.finditer(r"(\w+) = (-?\d+) : i64", line.attributes):
        for shifted in (int(match.group(2)) + 1, int(match.group(2)) - 1):
            yield changed(f"{match.group(1)} is {shifted}", line.attributes[:match.start(2)] + str(shifted)
                          + line.attributes[match.end(2):])
    predicate = re.search(r"predicate<(\w+)>", line.attributes)
    for other in {"gt": ("ge", "lt"), "ge": ("gt", "le"), "lt": ("le", "gt"), "le": ("lt", "ge"), "eq": ("ne", "ge"),
                  "ne": ("eq", "gt")}.get(predicate.group(1) if predicate else "", ()):
        yield changed(f"{predicate.group(1)} as {other}", line.attributes.replace(predicate.group(), f"predicate<{other}>"))
    if line.name == "catgrad.constant":
        element = element_of(line.types[0])
        for value in (0, 1) if element == "i1" else (0, 1, 3):
            if line.attributes.startswith(f"<{{value = dense<{number(element, value)[:3]}"):
                continue
            text = f"<{{value = dense<{number(element, value)}> : {line.types[0]}}}>"
            yield changed(f"is {value}", text)


# Running them ---------------------------------------------------------------

@dataclass
class Table:
    """What became of the mutants, by operation; and the names of those not caught."""

    mutants: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    equivalent: list[str] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)

    def add(self, other: Table) -> None:
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine += theirs  # in place: a Counter or a list

    def lines(self) -> list[str]:
        rows = [f"{'operation':16}{'mutants':>9}{'caught':>9}{'equivalent':>12}{'survived':>10}{'(not legal)':>13}"]
        for op in sorted(self.mutants):
            prefixes = tuple(f"{op}_{element}_" for element in ELEMENTS)
            same, alive = (sum(name.startswith(prefixes) for name in names) for names in (self.equivalent, self.survived))
            rows.append(f"{op:16}{self.mutants[op]:9}{self.caught[op]:9}{same:12}{alive:10}{self.refused[op]:13}")
        rows.append(f"{'together':16}{self.mutants.total():9}{self.caught.total():9}{len(self.equivalent):12}"
                    f"{len(self.survived):10}{self.refused.total():13}")
        return rows


def chosen(op: str, element: str) -> list[Case]:
    """The representative, the largest others with other attributes, and the same on sizes that are all alike."""
    if not cases.has_representative(op, element):
        return []
    found = {re.sub(r"tensor<[^>]*>", "", c.arrow.body): c
             for c in sorted(cases.small(op, element), key=lambda c: sum(len(t.shape) + len(c.inputs) for t in c.inputs))
             if c.inputs and all(np.prod(t.shape) > 1 for t in c.inputs)}
    first = list(dict.fromkeys([cases.representative(op, element), *reversed(found.values())]))[:CASES]
    return first + square([c for c in first if c.inputs])


def square(found: Sequence[Case]) -> list[Case]:
    """The cases where every size that is not 1 is 3, so that an axis may be taken for another."""
    def same(text: str) -> str:
        return re.sub(r"(?<=[<x])(?!1x)\d+(?=x)", "3", text)

    def alike(case: Case) -> Case:
        inputs, results = (tuple(TensorType.parse(same(str(t))) for t in types) for types in (case.inputs, case.results))
        return replace(case, label=f"{case.label}_square", arrow=replace(
            case.arrow, body=re.sub(r"tensor<[^>]*>", lambda m: same(m.group()), case.arrow.body), inputs=inputs,
            results=results))

    made = [alike(c) for c in found if same(c.arrow.body) != c.arrow.body]
    allowed = legal_texts({c.label: c.arrow.located(c.label) for c in made})
    return [c for c in made if c.label in allowed and fits(c)]


def legal_texts(texts: dict[str, str]) -> set[str]:
    """The names of those that the verifier takes. Errors are at the name."""
    try:
        harness.opt("// -----\n".join(texts.values()), "--split-input-file")
    except harness.ToolError as error:
        lines = [line for line in error.stderr.splitlines() if "error:" in line]
        refused = {name for line in lines for name in re.findall(r'loc\("(\w+)"\)', line)}
        assert all('loc("' in line for line in lines), error.stderr[:2000]
        return set(texts) - refused
    return set(texts)


def legal(mutants: dict[str, Body]) -> dict[str, Body]:
    """Those that the verifier takes."""
    texts = {name: re.sub(r"^(    .*)$", rf'\1 loc("{name}")', body.function(name), flags=re.MULTILINE)
             for name, body in mutants.items()}
    allowed = legal_texts(texts)
    return {name: body for name, body in mutants.items() if name in allowed}


def check_range(case: Case, reverse: Callable[..., list[np.ndarray]]) -> None:
    """What test_math.py checks, on all the numbers that it takes: guards against overflow matter there only."""
    name = SPELT.get(case.arrow.body.partition("catgrad.")[2].partition(" :")[0])
    if name and case.element == "f64":
        pieces = (POWERS if name == "power" else (points("f64"),))
        size = int(np.prod(case.inputs[0].shape))
        padded = [np.resize(x, -(-x.size // size) * size).reshape(-1, *case.inputs[0].shape) for x in pieces]
        results = [reverse(*at, np.ones_like(at[0])) for at in zip(*padded, strict=True)]
        flat = [np.concatenate([x.reshape(-1) for x in each])[:pieces[0].size] for each in zip(*results, strict=True)]
        if name == "power":
            check_power(*POWERS, *flat)
        else:
            check_derivative("f64", name, points("f64"), *flat)


# The names of test_math.py by what stands in a case.
SPELT = {SPELLING.get(name, f"{name} %a0"): name for name in FUNCTIONS} | {"power %a0, %a1": "power"}


def notices(case: Case, reverse: Callable[..., list[np.ndarray]]) -> bool:
    """Does a check of test_ops.py or test_math.py fail?"""
    try:
        check_range(case, reverse)
    except AssertionError:
        return True
    checks = [check_transpose] if has_tangent(case) else []
    if case.element == "f64":
        checks += [check_differences] + ([check_jax] if case.moving else [])
    for k in range(ROUNDS):
        # The numbers depend on the name.
        again = replace(case, label=f"{case.label}_{k}") if k else case
        for check in checks:
            try:
                check(again, reverse)
            except AssertionError:
                return True
    return False


def is_same(case: Case, one: Callable[..., list[np.ndarray]], other: Callable[..., list[np.ndarray]]) -> bool:
    """Do both compute the same numbers?"""
    random = generator(case.label, "equivalent")
    for k in range(INPUTS):
        at = case.operands(random)
        if k % 2 and not case.restricted:
            at = [with_ties(random, x) for x in at]
        b = samples(random, case.results)
        pairs = zip(one(*at, *b), other(*at, *b), case.inputs, strict=True)
        if not all(np.array_equal(x, y) if is_exact(type_.element) else same_floats(x, y) for x, y, type_ in pairs):
            return False
    return True


def same_floats(x: np.ndarray, y: np.ndarray) -> bool:
    """Up to rounding and the sign of a zero: the variance, say, is the mean of x * (x - mean), too."""
    return bool(np.allclose(x, y, 0, 1e-10 * np.max(np.abs(y[np.isfinite(y)]), initial=0), equal_nan=True))


def with_ties(random: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Many of the numbers 0, 1 and -1."""
    return np.where(random.random(x.shape) < 0.5, random.integers(-1, 2, x.shape).astype(x.dtype), x)


def run(op: str, table: Table, take: Callable[[int], bool] = lambda index: True, few: bool = False) -> None:
    """Make the mutants of an operation, or those of a representative, and note what becomes of them."""
    for element in ELEMENTS:
        if few:
            found = [cases.representative(op, element)] if cases.has_representative(op, element) else []
        else:
            found = chosen(op, element)
        for case in found:
            text = case.arrow.function("f") + derive("f_rev", "f")
            body = Body.parse(harness.generic(text, "--catgrad-derive"), "f_rev")
            named = {f"m{i}": mutation for i, mutation in enumerate(mutations(body)) if take(i)}
            if not named:
                continue
            allowed = legal({name: changed for name, (_, changed) in named.items()})
            table.refused[op] += len(named) - len(allowed)
            module = native(text + "".join(changed.function(name) for name, changed in allowed.items()))
            assert not notices(case, module["f_rev"]), f"{case.label}: fails without a mutation"
            for name in allowed:
                table.mutants[op] += 1
                label = f"{case.label}: {named[name][0]}"
                if notices(case, module[name]):
                    table.caught[op] += 1
                elif is_same(case, module["f_rev"], module[name]):
                    table.equivalent.append(label)
                else:
                    table.survived.append(f"{label}\n{allowed[name].function(name)}")


def work(op: str) -> tuple[str, Table]:
    table = Table()
    run(op, table)
    return op, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("operation", nargs="*", help="operations to do (default: all of them)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--state", type=Path, default=harness.BUILD / "mutants-state.json", help="what has been done")
    arguments = parser.parse_args()
    start = time.monotonic()
    done: dict[str, dict] = json.loads(arguments.state.read_text()) if arguments.state.exists() else {}
    operations = arguments.operation or sorted({op for op, _ in cases.pairs()})
    # A process serves few operations: what it compiled stays in its memory.
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, maxtasksperchild=5) as pool:
        for op, table in pool.imap_unordered(work, [op for op in operations if op not in done]):
            done[op] = vars(table)
            arguments.state.write_text(json.dumps(done))
            print(f"{op}: {table.mutants[op]} mutants, {len(table.survived)} survived, {time.monotonic() - start:.0f} s",
                  flush=True)
    table = Table()
    for op in operations:
        table.add(Table(**{name: Counter(value) if isinstance(value, dict) else value for name, value in done[op].items()}))
    print("\n".join(table.lines()))
    for title, names in (("equivalent", table.equivalent), ("survived", table.survived)):
        print(f"\n{title}:" if names else "", *names, sep="\n  ")
    return 1 if table.survived else 0


if __name__ == "__main__":
    sys.exit(main())
