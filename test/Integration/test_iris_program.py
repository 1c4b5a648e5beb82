# ===- test_iris_program.py - the iris program -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""The example program, from reading its data to the closing table."""

from __future__ import annotations

import functools
import math
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import harness
import iris_numpy
from iris_numpy import MODELS
from iris_native import (
    COMPILER,
    EXAMPLE,
    data,
    initial,
    library,
    models,
    run,
    run_well,
    train,
    wide,
)

@functools.cache
def build_example() -> Path:
    """Builds the example by its own Makefile, where a warning is an error."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    run_well(
        *("make", "-C", EXAMPLE, "all", f"BUILD={folder}"),
        *(f"CATGRAD_COMPILE={COMPILER}", "CFLAGS=-O2 -Werror"),
    )
    return folder / "iris"


def test_example() -> None:
    """All four models, a few lines each, and the table."""
    output = run_well(build_example(), "--steps", "50", EXAMPLE / "iris.csv")
    x, label = data(np.float64)
    for model in MODELS.values():
        assert len(re.findall(rf"^{model.name} *\[", output, re.MULTILINE)) == 5
        row = re.search(
            rf"^{model.name} +(\d+) +([\d.]+)% +([\d.]+) +([\d.]+) us +(\d+) B$",
            output,
            re.MULTILINE,
        )
        assert row, output
        assert int(row[1]) == sum(map(math.prod, model.parameters.values()))
        # The program prints what the compiled functions give from seed 1.
        step = library(model)[f"{model.name}_step"]
        p = wide(train(model, step, initial(model, seed=1), 50, True))
        points = iris_numpy.accuracy(model.forward(p, x), label)
        assert float(row[2]) == pytest.approx(points, abs=0.8)
        assert float(row[3]) == pytest.approx(float(model.loss(p, x, label)), rel=1e-4)
        assert int(row[5]) == step.workspace_bytes
    assert "50 steps, seed 1" in output


def test_example_seed() -> None:
    """A seed makes a run repeatable, and another seed gives another run."""

    def losses(seed: str) -> list[str]:
        output = run_well(
            build_example(), *f"--model hidden --steps 5 --seed {seed}".split(),
            EXAMPLE / "iris.csv",
        )
        assert "linear" not in output
        return re.findall(r"loss +([\d.]+)", output)

    assert losses("7") == losses("7")
    assert losses("7") != losses("-7")


def test_example_help() -> None:
    output = run_well(build_example(), "--help")
    assert "--model" in output and "--steps" in output and "--seed" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--model oak", "--model: expected one of linear simple dense hidden but got oak"),
        ("--model", "--model: expected one of linear simple dense hidden but got nothing"),
        ("--steps -1", "--steps: expected an integer from 0 to 1000000 but got -1"),
        ("--steps 5x", "--steps: expected an integer from 0 to 1000000 but got 5x"),
        ("--seed", "but got nothing"),
        ("--fast", "unexpected argument '--fast'"),
        ("a.csv b.csv", "unexpected argument 'b.csv'"),
        ("no/such.csv", "no/such.csv: cannot open: No such file or directory"),
        (".", ".:1: cannot read: Is a directory"),
    ],
)
def test_example_arguments(arguments: str, message: str) -> None:
    done = run(build_example(), *arguments.split())
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stdout == ""


def cell(line: int, column: int, value: str) -> Callable[[str], str]:
    """An edit that puts the value into one cell (line from 1, column from 0)."""

    def edit(text: str) -> str:
        lines = text.split("\n")
        cells = lines[line - 1].split(",")
        cells[column] = value
        lines[line - 1] = ",".join(cells)
        return "\n".join(lines)

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (cell(17, 2, ""), "17: column petal_length: missing value"),
        (cell(17, 4, ""), "17: column species: missing value"),
        (cell(2, 0, "5.1cm"), "2: column sepal_length: expected a number but got '5.1cm'"),
        (cell(9, 1, "NA"), "9: column sepal_width: expected a number but got 'NA'"),
        (cell(9, 1, "nan"), "9: column sepal_width: expected a number but got 'nan'"),
        (cell(9, 1, "1e999"), "9: column sepal_width: expected a number but got '1e999'"),
        (cell(151, 3, " "), "151: column petal_width: expected a number but got ' '"),
        (
            cell(3, 4, "rose"),
            "3: column species: expected setosa, versicolor or virginica but got 'rose'",
        ),
        (cell(5, 4, "setosa,1"), "5: expected 5 columns but got 6"),
        (
            lambda text: text.replace("5.1,3.5,1.4,0.2,setosa", "5.1,3.5", 1),
            "2: column petal_length: missing, expected 5 columns but got 2",
        ),
        (
            cell(1, 3, "width"),
            "1: column petal_width: expected this name but got 'width'",
        ),
        (lambda text: text.split("\n", 1)[1], "1: column sepal_length: expected this"),
        (lambda text: "", "1: expected a header but the file is empty"),
        (
            lambda text: text.rsplit("\n", 2)[0] + "\n",
            "151: expected 150 flowers but the file ends after 149",
        ),
        (lambda text: text + "1,2,3,4,setosa\n", "152: expected 150 flowers but got more"),
        (cell(7, 0, "1" * 300), "7: line is longer than 255 characters"),
        (cell(7, 0, "\0"), "7: unexpected zero byte"),
    ],
)
def test_example_bad_data(
    edit: Callable[[str], str], message: str, tmp_path: Path
) -> None:
    """Each mistake is named with its line and column."""
    path = tmp_path / "iris.csv"
    path.write_text(edit((EXAMPLE / "iris.csv").read_text()))
    done = run(build_example(), path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{path}:{message}"), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_example_line_ends(tmp_path: Path) -> None:
    """Line ends of Windows, and a last line without one, change nothing."""
    path = tmp_path / "iris.csv"
    text = (EXAMPLE / "iris.csv").read_text()
    path.write_bytes(text.rstrip("\n").replace("\n", "\r\n").encode())
    arguments = ["--model", "linear", "--steps", "0"]
    assert run_well(build_example(), *arguments, path) == run_well(
        build_example(), *arguments, EXAMPLE / "iris.csv"
    )


def test_example_without_compiler(tmp_path: Path) -> None:
    """The Makefile says what is missing."""
    done = run(
        *("make", "-C", EXAMPLE, "demo", f"BUILD={tmp_path}"),
        *("CATGRAD_COMPILE=/no/such/compiler",),
    )
    assert done.returncode != 0
    assert "no compiler at '/no/such/compiler'" in done.stderr
    assert not shutil.which("iris", path=str(tmp_path))
