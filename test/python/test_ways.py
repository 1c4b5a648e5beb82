# ===- test_ways.py - all ways to train give the same ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""100 steps of each iris model from the same start, everywhere, against static Python in f64."""

from __future__ import annotations

import pytest

import iris
from catgrad import CatgradError
from ways import check, compiled, example, train, train_function


@pytest.mark.parametrize("backend", [name for name in example.BACKENDS if name != "torch"])
@pytest.mark.parametrize("model", iris.MODELS)
def test_every_backend_gives_the_same_parameters(model: str, backend: str) -> None:
    check(model, train(model, backend))


@pytest.mark.parametrize("model", iris.MODELS)
def test_an_ordinary_function_gives_the_same_parameters(model: str) -> None:
    check(model, train_function(model))


def test_without_a_c_compiler_the_example_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-command")
    with pytest.raises(CatgradError, match="found no C compiler 'no-such-command'\nhint: install gcc or clang"):
        example.runner(compiled("linear"), "c")
