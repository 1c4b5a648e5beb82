# ===- test_docs.py - what the documentation says is so --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The README, the guides in docs/ and the pages beside the examples, executed.

Every `sh` block is run, in order, in a scratch copy of the tree. Comments that a
reader does not see say what a test has to know, in the line before a block:

    <!-- file: NAME -->             write the block to NAME, for the commands that follow
    <!-- from PATH -->              the block stands in that file, word for word
    <!-- not run: REASON -->        a block of commands that a test cannot run
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import harness
from harness import BUILD, ROOT

# A fixed place, so that ccache knows the compiles from the last run.
SCRATCH = BUILD / "test" / "docs"

PAGES = sorted(
    str(path.relative_to(ROOT)) for pattern in (
        "README.md", "CONTRIBUTING.md", "docs/*.md", "examples/*/README.md", "benchmarks/README.md")
    for path in ROOT.glob(pattern))

# Languages of blocks. A new one is added here after a look at what would check it.
LANGUAGES = {"sh", "mlir", "c", "c++", "cmake", "tablegen", "json", "lua", "python", "text"}


@dataclass(frozen=True)
class Block:
    """A fenced block. `mark` and `about` are what the comment before it says, if there is one."""

    language: str
    text: str
    mark: str | None
    about: str
    line: int


@functools.cache
def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    result: list[Block] = []
    lines = (ROOT / page).read_text().split("\n")
    number = 0
    while number < len(lines):
        fence = re.fullmatch(r"```(\S*)", lines[number])
        if fence:
            end = lines.index("```", number + 1)
            mark = re.fullmatch(r"<!-- (file:|from|not run:) (.*) -->", lines[number - 1])
            result.append(Block(fence[1], "\n".join(lines[number + 1:end]) + "\n",
                                mark and mark[1].rstrip(":"), mark[2] if mark else "", number + 1))
            number = end
        number += 1
    return result


def prose(page: str) -> str:
    """What is outside of the blocks."""
    return re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(), flags=re.DOTALL | re.MULTILINE)


def is_run(block: Block) -> bool:
    return block.language == "sh" and block.mark != "not run"


# Every block is of a kind that is known -----------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_blocks_are_known(page: str) -> None:
    """No command hides in a block without language or in an indented one; marks are where they work."""
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{page}:{block.line}: language '{block.language}'"
        assert block.mark != "not run" or block.language == "sh", f"{page}:{block.line}"
    outside = prose(page)
    assert not re.search(r"^```", outside, re.MULTILINE), f"{page}: a fence that is not closed"
    # An indented block comes after an empty line; in a list it would be deeper.
    indented = re.search(r"(?:^|\n)\n {4}\S.*", outside)
    assert not indented, f"{page}: a block by indentation: {indented[0].strip()}"
    marks = len(re.findall(r"^<!-- (?:file|from|not run)\b", outside, re.MULTILINE))
    assert marks == sum(block.mark is not None for block in blocks(page)), f"{page}: a mark without block"


def test_few_blocks_are_not_run() -> None:
    """A command that no test runs is an exception, with a reason."""
    not_run = [f"{page}:{block.line}: {block.about}" for page in PAGES for block in blocks(page)
               if block.mark == "not run"]
    run = [block for page in PAGES for block in blocks(page) if is_run(block)]
    assert all(re.search(r": \w+ \w+", line) for line in not_run), not_run
    assert len(not_run) <= 7, not_run
    assert len(run) >= 14


# Commands -------------------------------------------------------------------------


def scratch_copy(page: str) -> Path:
    """A copy of the tree for the commands of a page. Build folder and environment are the real ones."""
    folder = SCRATCH / page.replace("/", "-").removesuffix(".md")
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("build*", ".venv", ".git", "__pycache__", ".cache")
    shutil.copytree(ROOT, folder, ignore=ignored, symlinks=True)
    (folder / "build").symlink_to(BUILD)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(is_run, blocks(page)))])
def test_commands(page: str) -> None:
    """Every command of the page succeeds, in the order of the page."""
    folder = scratch_copy(page)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment["PATH"] = f"{BUILD / 'bin'}{os.pathsep}{environment['PATH']}"
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if shutil.which("ccache"):
        environment["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
    # The build folder is the one under test, whatever the harness is told.
    environment.pop("CATGRAD_BUILD_DIR", None)
    for block in blocks(page):
        if block.mark == "file":
            (folder / block.about).write_text(block.text)
        elif is_run(block):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, timeout=600, check=False)
            assert done.returncode == 0, f"{page}:{block.line}:\n{block.text}\n{done.stdout}"
    shutil.rmtree(folder)


# Models and quotations --------------------------------------------------------------


def is_module(block: Block) -> bool:
    """Is it a whole module, and not a part of one or a line with omissions?"""
    return (block.language == "mlir" and block.mark != "from"
            and bool(re.search(r"^(func\.func|module)\b", block.text, re.MULTILINE)))


def test_modules_parse() -> None:
    """Every block that is a whole module is read by catgrad-opt."""
    modules = [(page, block) for page in PAGES for block in blocks(page) if is_module(block)]
    assert len(modules) >= 4
    for page, block in modules:
        try:
            harness.opt(block.text)
        except harness.ToolError as error:
            pytest.fail(f"{page}:{block.line}: {error.stderr}")


@pytest.mark.parametrize("page", [page for page in PAGES if any(b.mark == "from" for b in blocks(page))])
def test_quotations(page: str) -> None:
    """What is quoted from a file stands in it, word for word."""
    for block in blocks(page):
        if block.mark == "from":
            assert block.text in (ROOT / block.about).read_text(), f"{page}:{block.line}: {block.about}"


def test_the_guide_only_quotes() -> None:
    """The code of the guide is the code of the tested example, all of it."""
    code = [block for block in blocks("docs/embedding.md") if block.language != "sh"]
    assert len(code) > 8
    assert all(block.mark == "from" and block.about.startswith("examples/embedding/") for block in code)


# References -----------------------------------------------------------------------


def test_reference_is_what_tablegen_makes() -> None:
    """docs/reference is checked in; `make reference` writes it again."""
    made, kept = ({path.name: path.read_text() for path in folder.glob("*.md")}
                  for folder in (BUILD / "docs" / "reference", ROOT / "docs" / "reference"))
    assert len(made) >= 6
    assert sorted(made) == sorted(kept)
    for name, text in made.items():
        assert text == kept[name], f"docs/reference/{name} differs: run `make reference`"


@pytest.mark.parametrize("page", PAGES)
def test_links(page: str) -> None:
    """A link to a file of the tree leads there, and no page of docs/ is without a link to it."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose(page)):
        if not re.match(r"\w+:", target):
            assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"
    if page.startswith("docs/"):
        assert f"]({page})" in (ROOT / "README.md").read_text(), f"README.md does not name {page}"
