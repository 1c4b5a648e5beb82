# ===- test_random_learners.py - the laws of learners on random programs --===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Laws D1 to D7 where the model is a random program, half of whose inputs are
parameters: with sgd and mse in float64, and over Z/2^32 and Z/2 with the same two
written as functions, where both sides have the same bits. D8, the definitions of
optimisers with state, is in test_optimisers.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arrows import Arrow, Types, derive, generator, is_exact, names, samples, tensor
from backends import Module
from random_cases import Program
from random_checks import drawn, hold
from test_laws import added
from test_random_laws import agree, each_element

PROGRAMS, LENGTH = 8, 12
RATE = 0.125


@dataclass
class Model:
    """A program as f : P x X -> Y, where P is every second of its inputs that may move, from the first one on, and Y
    its results of the element type."""

    program: Program

    def __post_init__(self) -> None:
        f, element = self.program.arrow, self.program.element
        moving = [i for i, (place, type_) in enumerate(zip(self.program.inputs, f.inputs))
                  if place not in self.program.fixed and type_.element == element]
        self.parameters = moving[::2]
        self.inputs = [i for i in range(len(f.inputs)) if i not in self.parameters]
        self.results = [i for i, type_ in enumerate(f.results) if type_.element == element]
        self.f = Arrow(f.inputs, tuple(f.results[i] for i in self.results), f.body, tuple(f.returns[i] for i in self.results))

    def split(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The numbers for P and X."""
        at = self.program.at()
        return [at[i] for i in self.parameters], [at[i] for i in self.inputs]

    def function(self, name: str, rows: int = 1) -> str:
        """The model as text: on as many sets of inputs side by side, with the same parameters."""
        types: Types = tuple(self.f.inputs[i] for i in self.inputs)
        lines = [f'  %w{i} = catgrad.parameter "p{k}" {{init = #catgrad.zeros}} : {self.f.inputs[i]}'
                 for k, i in enumerate(self.parameters)]
        returns: list[str] = []
        for row in range(rows):
            arguments = names("a", rows * len(types))[row * len(types):]
            operands = {i: f"%w{i}" for i in self.parameters} | dict(zip(self.inputs, arguments))
            body, returned = self.f.inline(f"m{row}", [operands[i] for i in range(len(self.f.inputs))])
            lines.append(body)
            returns += returned
        return Arrow(types * rows, self.f.results * rows, "\n".join(lines), tuple(returns)).function(name)

    def learner(self, name: str, rate: float, rows: int = 1) -> str:
        """`sgd` and `mse`, for integers as functions."""
        if not is_exact(self.program.element):
            return self.function(f"{name}_model", rows) + (f"catgrad.learner @{name} model(@{name}_model) "
                                                           f"optimiser(#catgrad.sgd<rate = {rate}>) loss(#catgrad.mse)\n")
        p, y = tuple(self.f.inputs[i] for i in self.parameters), self.f.results * rows
        factor = "dense<{}>".format(str(bool(rate)).lower() if self.program.element == "i1" else int(8 * rate))
        update = "\n".join(f"  %c{i} = catgrad.constant {factor} : {t}\n  %m{i} = catgrad.multiply %c{i}, %a{len(p) + i} : {t}\n"
                           f"  %s{i} = catgrad.subtract %a{i}, %m{i} : {t}" for i, t in enumerate(p))
        lens = "\n".join(f"  %s{i} = catgrad.subtract %a{i}, %a{len(y) + i} : {t}" for i, t in enumerate(y))
        value = Arrow(y + y, (tensor(self.program.element),),
                      f"  %v = catgrad.constant {factor} : {tensor(self.program.element)}", ("%v",))
        return (self.function(f"{name}_model", rows)
                + Arrow(p + p, p, update, tuple(names("s", len(p)))).function(f"{name}_update", "private ")
                + Arrow(y + y, y, lens, tuple(names("s", len(y)))).function(f"{name}_lens", "private ")
                + value.function(f"{name}_value", "private ")
                + f"catgrad.learner @{name} model(@{name}_model) optimiser(@{name}_update) "
                  f"loss(@{name}_lens, value = @{name}_value)\n")


def can_learn(program: Program) -> bool:
    model = Model(program)
    return bool(model.parameters and model.results)


def text(name: str, program: Program) -> str:
    """f and R[f]; learners of it with a rate, without, and on two rows; and nothing where there is nothing to learn."""
    if not can_learn(program):
        return ""
    model = Model(program)
    return (model.f.function(f"{name}_f") + derive(f"{name}_f_rev", f"{name}_f") + model.learner(name, RATE)
            + model.learner(f"{name}_still", 0.0) + model.learner(f"{name}_rows", RATE, rows=2))


def moved(p: list[np.ndarray], d: list[np.ndarray]) -> list[np.ndarray]:
    """p - RATE * d, where the rate of integers is 1."""
    with np.errstate(over="ignore"):
        return [x ^ y if x.dtype == np.bool_ else np.asarray(x - (y if is_integer(x) else RATE * y)) for x, y in zip(p, d)]


def is_integer(x: np.ndarray) -> bool:
    return x.dtype.kind == "i"


def differences(xs: list[np.ndarray], ys: list[np.ndarray]) -> list[np.ndarray]:
    with np.errstate(over="ignore"):
        return [np.asarray(x ^ y if x.dtype == np.bool_ else x - y) for x, y in zip(xs, ys, strict=True)]


def check(name: str, program: Program, module: Module) -> int:
    if not can_learn(program):
        return 0
    model, random = Model(program), generator("D", name, program.element)
    (p, x), label, d = model.split(), samples(random, model.f.results), samples(random, model.f.results)

    def ordered(p: list[np.ndarray], x: list[np.ndarray]) -> list[np.ndarray]:
        """The arguments of the program."""
        each = dict(zip(model.parameters, p)) | dict(zip(model.inputs, x))
        return [each[i] for i in range(len(each))]

    def run(function: str, *arguments: list[np.ndarray]) -> list[np.ndarray]:
        return module[f"{name}_{function}"](*(y for each in arguments for y in each))

    y = run("f", ordered(p, x))
    reverse = module[f"{name}_f_rev"](*ordered(p, x), *d)
    of_p = [reverse[i] for i in model.parameters]
    held = agree(run("predict", p, x), y, f"D1, {name}")
    held += agree(run("rev", p, x, d)[:len(p)], of_p, f"D3, rev, {name}")
    held += agree(run("rev_p", p, x, d), of_p, f"D3, rev_p, {name}")
    slope = run("rev_p", p, x, differences(y, label))
    step = module[f"{name}_step"].both_ways(*p, *x, *label)
    held += agree(step, moved(p, slope), f"D2, {name}")
    held += agree(run("step", p, x, run("predict", p, x)), p, f"D4, {name}")
    held += agree(run("still_step", p, x, label), p, f"D5, {name}")
    # The rows see the same parameters and other cotangents.
    again = samples(random, model.f.results)
    held += agree(run("rows_rev_p", p, x, x, d, again), added(of_p, run("rev_p", p, x, again)), f"D6, {name}")
    twice = module[f"{name}_step"](*step, *x, *label)
    held += agree(module[f"{name}_step"](*step, *x, *label, inplace=True), twice, f"D7, {name}")
    return held


@each_element
def test_learners(element: str, executed) -> None:
    """D1: predict is f. D2: step is p - rate * rev_p(f(p, x) - label). D3: rev_p is a part of rev, and both are R[f].
    D4, D5: labels that are met, and rate 0, move nothing. D6: a batch is the sum of its rows. D7: in place."""
    held = hold(f"D {element}", drawn(element, PROGRAMS, LENGTH), text, check)
    assert held > 4 * PROGRAMS
    executed("random programs", element, "law D1 to D7 of programs", held)
