# ===- test_carried_values.py - what loops carry, executed ------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Loops that hand tensors from turn to turn, in native code, held against numpy: swaps,
views, nested loops, loops that never run, and initial values that are read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

import harness
from backends import native

Arrays = list[np.ndarray]


def carried(start: Arrays, body: Callable[..., Sequence[np.ndarray]], turns: int) -> Arrays:
    """The loop, on copies."""
    values = [array.copy() for array in start]
    for _ in range(turns):
        values = [array.copy() for array in body(*values)]
    return values


@dataclass(frozen=True)
class Loop:
    """A function of %x, %y, %z with a loop over %a, %b, %c, and what it computes."""

    body: str  # of the loop, with the yield
    run: Callable[[np.ndarray, np.ndarray, np.ndarray, int], Arrays]
    starts: tuple[str, str, str] = ("%x", "%y", "%z")
    results: tuple[str, ...] = ("%r#0", "%r#1", "%r#2")
    before: str = ""
    after: str = ""

    def text(self, name: str, turns: int, element: str) -> str:
        T = f"tensor<2x3x{element}>"
        pairs = ", ".join(f"{v} = {start}" for v, start in zip(("%a", "%b", "%c"), self.starts))
        types = ", ".join([T] * len(self.results))
        body, before, after = (part.replace("T3", f"{T}, {T}, {T}").replace("T", T).replace("ADD", ADD[element]).replace("ONE", ONE[element])
                               for part in (self.body, self.before, self.after))
        return f"""
func.func @{name}(%x: {T}, %y: {T}, %z: {T}) -> ({types}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = arith.constant {turns} : index
  {before}
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args({pairs}) -> ({T}, {T}, {T}) {{
    {body}
  }}
  {after}
  return {', '.join(self.results)} : {types}
}}
"""


ADD, ONE = {"f64": "arith.addf", "i1": "arith.xori"}, {"f64": "1.0", "i1": "true"}


def add(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return left ^ right if left.dtype == np.bool_ else left + right


def choose(i: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return left if i == 1 else right


def nested(x: np.ndarray, y: np.ndarray, z: np.ndarray, turns: int) -> Arrays:
    """The inner loop swaps twice or once more; the outer one hands its values on."""
    a, b, c = x, y, z
    for _ in range(turns):
        d, e = carried([a, b], lambda d, e: (e, d), 2)
        f, _ = carried([c, a], lambda f, g: (add(f, g), f), 2)
        a, b, c = e, f, d
    return [a, b, c]


def chosen(x: np.ndarray, y: np.ndarray, z: np.ndarray, turns: int) -> Arrays:
    a, b, c = x, y, z
    for i in range(turns):
        a, b, c = choose(i, b, c), choose(i, c, a), add(a, a)
    return [a, b, c]


def kept(x: np.ndarray, y: np.ndarray, z: np.ndarray, turns: int) -> Arrays:
    return [add(x, y) if turns > 1 else x, y, z]


def kept_or_both(x: np.ndarray, y: np.ndarray, z: np.ndarray, turns: int) -> Arrays:
    a, b = x, y
    for i in range(turns):
        d, e = (add(b, z), add(b, z)) if i == 1 else (a, np.ones_like(x))
        a, b = d, add(b, e)
    return [a, b, z]


def inner_keeps_outer(x: np.ndarray, y: np.ndarray, z: np.ndarray, turns: int) -> Arrays:
    a, b, c = x, y, z
    for i in range(turns):
        e = c
        for _ in range(2):
            e = add(e, add(a, e) if i == 1 else b)
        a, b, c = b, e, a
    return [a, b, c]


LOOPS_BY_NAME = {
    "swap": Loop("scf.yield %b, %a, %c : T3",
                 lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, a, c), n)),
    "rotate": Loop("scf.yield %b, %c, %a : T3",
                   lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, c, a), n)),
    "shift": Loop("%s = ADD %a, %c : T\n scf.yield %s, %a, %b : T3",
                  lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (add(a, c), a, b), n)),
    "shift_back": Loop("%s = ADD %a, %c : T\n scf.yield %b, %c, %s : T3",
                       lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, c, add(a, c)), n)),
    "swap_and_add": Loop("%s = ADD %a, %b : T\n scf.yield %b, %a, %s : T3",
                         lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, a, add(a, b)), n)),
    "twice_the_same": Loop("%s = ADD %a, %b : T\n scf.yield %s, %s, %a : T3",
                           lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (add(a, b), add(a, b), a), n)),
    "one_start": Loop("%s = ADD %a, %y : T\n scf.yield %s, %a, %b : T3",
                      lambda x, y, z, n: carried([x, x, x], lambda a, b, c: (add(a, y), a, b), n),
                      starts=("%x", "%x", "%x")),
    # What starts the loop is read in the loop, and behind it.
    "start_in_loop": Loop("%s = ADD %a, %t : T\n %u = ADD %b, %s : T\n scf.yield %s, %u, %t : T3",
                          lambda x, y, z, n: (lambda t: carried([t, t, z], lambda a, b, c: (
                              add(a, t), add(b, add(a, t)), t), n))(add(x, y)),
                          starts=("%t", "%t", "%z"), before="%t = ADD %x, %y : T"),
    "start_behind": Loop("%s = ADD %a, %b : T\n scf.yield %s, %a, %s : T3",
                         lambda x, y, z, n: (lambda t, r: [r[0], add(t, r[1]), add(t, r[2])])(
                             add(x, y), carried([add(x, y), add(x, y), z], lambda a, b, c: (add(a, b), a, add(a, b)), n)),
                         starts=("%t", "%t", "%z"), before="%t = ADD %x, %y : T",
                         after="%v = ADD %t, %r#1 : T\n %w = ADD %t, %r#2 : T", results=("%r#0", "%v", "%w")),
    "constant_start": Loop("%s = ADD %a, %b : T\n scf.yield %s, %a, %k : T3",
                           lambda x, y, z, n: (lambda k, r: [r[0], add(r[1], k), r[2]])(
                               np.ones_like(x), carried([np.ones_like(x), y, z], lambda a, b, c: (
                                   add(a, b), a, np.ones_like(x)), n)),
                           starts=("%k", "%y", "%z"), before="%k = arith.constant dense<ONE> : T",
                           after="%v = ADD %r#1, %k : T", results=("%r#0", "%v", "%r#2")),
    # Through views, choices and loops that find a carried value.
    "views": Loop("%f = tensor.collapse_shape %b [[0, 1]] : T into V\n"
                  " %g = tensor.expand_shape %f [[0, 1]] output_shape [2, 3] : V into T\n"
                  " %s = ADD %c, %g : T\n scf.yield %g, %s, %a : T3",
                  lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, add(c, b), a), n)),
    "row": Loop("%f = tensor.extract_slice %b[0, 0] [1, 3] [1, 1] : T to R\n"
                " %g = tensor.insert_slice %f into %a[1, 0] [1, 3] [1, 1] : R into T\n"
                " scf.yield %b, %g, %a : T3",
                lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, np.stack([a[0], b[0]]), a), n)),
    # Overwritten by an operation, not stored.
    "overwritten": Loop("%f = tensor.extract_slice %b[0, 0] [1, 3] [1, 1] : T to R\n"
                        " %g = tensor.insert_slice %f into %a[1, 0] [1, 3] [1, 1] : R into T\n"
                        " scf.yield %g, %c, %b : T3",
                        lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (np.stack([a[0], b[0]]), c, b), n)),
    "kept": Loop("%p = arith.cmpi eq, %i, %c1 : index\n"
                 " %d = scf.if %p -> T {\n %s = ADD %a, %b : T\n scf.yield %s : T\n } else { scf.yield %a : T }\n"
                 " scf.yield %d, %b, %c : T3", kept),
    "kept_or_both": Loop("%p = arith.cmpi eq, %i, %c1 : index\n"
                         " %d:2 = scf.if %p -> (T, T) {\n %s = ADD %b, %c : T\n scf.yield %s, %s : T, T\n }"
                         " else { scf.yield %a, %k : T, T }\n"
                         " %u = ADD %b, %d#1 : T\n scf.yield %d#0, %u, %c : T3", kept_or_both,
                         before="%k = arith.constant dense<ONE> : T"),
    "inner_keeps_outer": Loop("%p = arith.cmpi eq, %i, %c1 : index\n"
                              " %d = scf.for %j = %c0 to %c2 step %c1 iter_args(%e = %c) -> T {\n"
                              "   %f = scf.if %p -> T {\n %s = ADD %a, %e : T\n scf.yield %s : T\n }"
                              " else { scf.yield %b : T }\n"
                              "   %g = ADD %e, %f : T\n scf.yield %g : T\n }\n"
                              " scf.yield %b, %d, %a : T3", inner_keeps_outer),
    "chosen": Loop("%p = arith.cmpi eq, %i, %c1 : index\n"
                   " %d:2 = scf.if %p -> (T, T) { scf.yield %b, %c : T, T } else { scf.yield %c, %a : T, T }\n"
                   " %s = ADD %a, %a : T\n scf.yield %d#0, %d#1, %s : T3", chosen),
    "nested": Loop("%d:2 = scf.for %j = %c0 to %c2 step %c1 iter_args(%e = %a, %f = %b) -> (T, T) {\n"
                   "   scf.yield %f, %e : T, T\n }\n"
                   " %g:2 = scf.for %j = %c0 to %c2 step %c1 iter_args(%e = %c, %f = %a) -> (T, T) {\n"
                   "   %s = ADD %e, %f : T\n scf.yield %s, %e : T, T\n }\n"
                   " scf.yield %d#1, %g#0, %d#0 : T3", nested),
    "inner_never_runs": Loop("%d:2 = scf.for %j = %c1 to %c1 step %c1 iter_args(%e = %a, %f = %b) -> (T, T) {\n"
                             "   %s = ADD %e, %f : T\n scf.yield %f, %s : T, T\n }\n"
                             " scf.yield %d#1, %d#0, %a : T3",
                             lambda x, y, z, n: carried([x, y, z], lambda a, b, c: (b, a, a), n)),
    "result_twice": Loop("scf.yield %b, %a, %b : T3",
                         lambda x, y, z, n: (lambda r: [r[0], r[0], r[1]])(
                             carried([x, y, z], lambda a, b, c: (b, a, b), n)),
                         results=("%r#0", "%r#0", "%r#1")),
}
TURNS, ELEMENTS = (0, 1, 2, 5), ("f64", "i1")


@pytest.fixture(scope="module")
def loops() -> harness.Library:
    text = "".join(loop.text(f"{name}_{turns}_{element}", turns, element)
                   .replace(" V", f" tensor<6x{element}>").replace(" R", f" tensor<1x3x{element}>")
                   for name, loop in LOOPS_BY_NAME.items() for turns in TURNS for element in ELEMENTS)
    return native(text, "-O1")


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("name", LOOPS_BY_NAME)
def test_carried_values(name: str, element: str, loops: harness.Library, executed: Callable[..., None]) -> None:
    rng = np.random.default_rng(len(name))
    for turns in TURNS:
        inputs = [rng.integers(-9, 9, (2, 3)).astype(harness.DTYPES[element]) if element != "i1"
                  else rng.random((2, 3)) < 0.5 for _ in range(3)]
        got = loops[f"{name}_{turns}_{element}"](*inputs)
        want = LOOPS_BY_NAME[name].run(*inputs, turns)
        for left, right in zip(got, want, strict=True):
            assert np.array_equal(left, right), f"{turns} turns"
    executed(f"loop {name}", element, "values", len(TURNS))
