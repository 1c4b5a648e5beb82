# ===- test_python.py - models as Python -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What `catgrad-translate --catgrad-to-python` writes, run on numpy, against native code.

test_ops.py, test_programs.py and test_random.py do the same for each operation and for
random programs: there it is the reference.
"""

from __future__ import annotations

import py_compile
import re
from pathlib import Path

import numpy as np
import pytest

from backends import native, reference
from harness import ROOT
from reference import translate

MODELS = sorted((ROOT / "examples" / "iris").glob("*.mlir"))
KINDS = ("init", "predict", "rev", "rev_p", "loss", "step")


def learners(text: str) -> list[str]:
    return re.findall(r"catgrad\.learner @(\w+)", text)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_function_of_a_learner_agrees_with_native_code(path: Path, executed) -> None:
    text = path.read_text()
    library, translated = native(text), reference(text)
    generator = np.random.default_rng(5)
    assert learners(text)
    for learner in learners(text):
        (*initial,) = translated[f"{learner}_init"](np.int64(2**40 + 3))
        for ours, theirs in zip(initial, library[f"{learner}_init"](2**40 + 3), strict=True):
            assert ours.dtype == theirs.dtype and np.allclose(ours, theirs, rtol=1e-6, atol=1e-9)
        for kind in KINDS[1:]:
            function = library[f"{learner}_{kind}"]
            # Parameters as drawn; data of a size at which the sigmoid is not flat.
            arguments = [parameter for parameter, _ in zip(initial, function.inputs)]
            arguments += [generator.standard_normal(value.shape).astype(value.dtype)
                          for value in function.inputs[len(initial):]]
            expected = translated[f"{learner}_{kind}"](*arguments)
            for value, ours, theirs in zip(function.outputs, function(*arguments), expected, strict=True):
                assert theirs.dtype == ours.dtype and theirs.shape == ours.shape
                assert np.linalg.norm(theirs - ours) <= 1e-5 * np.linalg.norm(ours), (kind, value.name)
            executed(f"python {path.stem}", "f32", "programs", len(function.outputs))


def test_the_source_compiles_and_is_what_a_person_writes(tmp_path: Path) -> None:
    for path in MODELS:
        source = translate(path.read_text())
        file = tmp_path / f"{path.stem}.py"
        file.write_text(source)
        py_compile.compile(str(file), doraise=True)
        assert max(map(len, source.split("\n"))) <= 100
        assert not re.search(r"[ \t]+$", source, re.MULTILINE) and "\n\n\n\n" not in source


def test_long_lists_are_broken_into_lines_that_compile() -> None:
    """A constant of many elements, a call with many operands, and as many results."""
    count = 60
    types = ", ".join(["tensor<f32>"] * count)
    text = f"""
      func.func @many({", ".join(f"%x{i}: tensor<f32>" for i in range(count))}) -> ({types}, tensor<7x40xi32>) {{
        %r:{count} = call @turn({", ".join(f"%x{i}" for i in range(count))}) : ({types}) -> ({types})
        %c = catgrad.constant dense<{[[41 * i + j - 99 for j in range(40)] for i in range(7)]}> : tensor<7x40xi32>
        return {", ".join(f"%r#{i}" for i in range(count))}, %c : {types}, tensor<7x40xi32>
      }}
      func.func private @turn({", ".join(f"%x{i}: tensor<f32>" for i in range(count))}) -> ({types}) {{
        return {", ".join(f"%x{i}" for i in reversed(range(count)))} : {types}
      }}"""
    module = reference(text)
    assert max(map(len, module.source.split("\n"))) <= 100
    *turned, constant = module["many"](*map(np.float32, range(count)))
    assert [number.item() for number in turned] == list(reversed(range(count)))
    assert np.array_equal(constant, 41 * np.arange(7)[:, None] + np.arange(40) - 99) and constant.dtype == np.int32


def test_names_of_python_and_of_the_method_itself_are_kept_apart() -> None:
    """Arguments that are called like keywords, like each other, and like values of the method."""
    names = ["self", "ops", "x0", "x 0", "x_0", "None", "0", "float", "b"]
    arguments = ", ".join(f'%a{i}: tensor<f32> {{catgrad.name = "{name}"}}' for i, name in enumerate(names))
    body = ["%r0 = catgrad.sigmoid %a0 : tensor<f32>"]
    body += [f"%r{i} = catgrad.add %r{i - 1}, %a{i} : tensor<f32>" for i in range(1, len(names))]
    module = reference(f"func.func @class({arguments}) -> tensor<f32> {{\n" + "\n".join(body)
                       + f"\nreturn %r{len(names) - 1} : tensor<f32>\n}}\n"
                       "func.func @backend() -> tensor<f32> {\n"
                       "%0 = catgrad.constant dense<2.0> : tensor<f32>\nreturn %0 : tensor<f32>\n}")
    values = np.arange(len(names), dtype=np.float32)
    (result,) = module["class_"](*values)
    assert result == np.float32(0.5) + values[1:].sum()
    assert module["backend_1"]()[0] == 2


def test_text_of_the_module_cannot_break_out_of_a_docstring() -> None:
    """Symbols and names may have any characters."""
    evil = r'f\22\22\22 \5C \0A \FF import'
    module = reference(f'func.func @"{evil}"(%x: tensor<f32>) -> (tensor<f32> {{catgrad.name = "{evil}"}}) {{\n'
                       "return %x : tensor<f32>\n}")
    (symbol,) = module.methods
    assert module[symbol](np.float32(3))[0] == 3
