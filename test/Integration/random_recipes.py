# ===- random_recipes.py - recipes of random programs -----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Recipes: an element type and a list of steps, each of which is a few numbers.
random_cases.py makes a program of each. Drawn from a seed, and made small when
what they give fails a check.

A seed gives the same recipes in every process. (Hypothesis, which would do both,
draws the constants that it finds in whatever modules are loaded.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cases
from arrows import generator

Recipe = tuple[str, tuple[tuple[int, ...], ...]]

NUMBERS = 6     # in a step of a recipe
LONGEST = 40    # operations of a program, and what the last step needs
LENGTHS = ((3, 8), (8, 16), (16, 28), (28, 40))  # each as likely as the others
WEIGHTS = {"f64": 6, "i32": 2, "i1": 2, "f32": 2}
TRIES = 400     # programs that are looked at to make a failing one small


def generate(seed: int, count: int, elements: Sequence[str] | None = None, longest: int = LONGEST) -> list[Recipe]:
    """So many recipes of 3 to `longest` steps."""
    chosen = elements or [e for e in cases.ELEMENTS for _ in range(WEIGHTS.get(e, 1))]
    lengths = [(low, min(high, longest)) for low, high in LENGTHS if low < longest]
    random = generator("recipes", seed)

    def recipe() -> Recipe:
        low, high = lengths[random.integers(len(lengths))]
        steps = random.integers(2**16, size=(random.integers(low, high, endpoint=True), NUMBERS))
        return chosen[random.integers(len(chosen))], tuple(map(tuple, steps.tolist()))

    return [recipe() for _ in range(count)]


def smaller(recipe: Recipe) -> Iterator[Recipe]:
    """Recipes with fewer steps, the shortest first, and then with more zeros."""
    element, steps = recipe
    size = len(steps) - 1
    while size:
        for start in range(0, len(steps), size):
            if rest := steps[:start] + steps[start + size:]:
                yield element, rest
        size //= 2
    for i, step in enumerate(steps):
        for zeros in [range(NUMBERS), *([k] for k in range(NUMBERS))]:
            less = tuple(0 if k in zeros else number for k, number in enumerate(step))
            if less != step:
                yield element, steps[:i] + (less,) + steps[i + 1:]


def shrink(failing: Recipe, check: Callable[[Recipe], None]) -> tuple[Recipe, str]:
    """A recipe of which nothing can be left out such that it still fails, and how; none fails, the one given and "".

    As in Zeller and Hildebrandt, Simplifying and isolating failure-inducing input (2002).
    """
    def failure(recipe: Recipe) -> str:
        try:
            check(recipe)
        except Exception as error:
            return str(error) or repr(error)
        return ""

    why, tries = failure(failing), 0
    candidates = smaller(failing) if why else iter(())
    while tries < TRIES and (candidate := next(candidates, None)):
        tries += 1
        if other := failure(candidate):
            failing, why = candidate, other
            candidates = smaller(failing)
    return failing, why
