# ===- test_site.py - the site and the tutorial ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The site of `make docs`, in strict mode, with the tutorial executed; and the public names of the
package, each with a docstring and in the guide."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import catgrad as cg
from catgrad import initialisers, losses, nn, optimisers

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
sys.path.insert(0, str(SITE))


class Page(HTMLParser):
    """What a page of the site leads to and loads, and the anchors that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(values["href"])
        elif "src" in values:
            self.loads.append(values["src"])


def check_links(site: Path) -> int:
    """Every link and anchor leads somewhere, nothing is loaded from elsewhere; how many links there are."""
    pages = {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    count = 0
    for path, page in pages.items():
        for address in page.links + page.loads:
            if re.match(r"(https?|mailto|data):", address):
                assert address in page.links or address.startswith("data:"), f"{path} loads {address}"
                continue
            target, anchor = urldefrag(unquote(address))
            found = (path.parent / target).resolve() if target not in ("", ".") else path
            found = found / "index.html" if found.is_dir() else found
            assert found.exists(), f"{path}: {address}"
            assert not anchor or found.suffix != ".html" or anchor in pages[found].anchors, f"{path}: {address}"
            count += 1
    return count


def test_the_site_is_whole(tmp_path: Path) -> None:
    """MkDocs finds nothing to warn of, and neither do we."""
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path], cwd=ROOT,
                          capture_output=True, text=True, timeout=600, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    assert done.returncode == 0, done.stderr
    assert check_links(tmp_path) > 5000
    assert '<span class="nv">%x</span>' in (tmp_path / "index.html").read_text()  # colours for MLIR
    # The tutorial shows its plots and, where Graphviz is, its drawings.
    pictures = Page(tmp_path / "docs" / "tutorial.html").loads
    drawings = 2 if shutil.which("dot") else 0
    for suffix, number in (("png", 2), ("svg", drawings)):
        assert len([path for path in pictures if re.fullmatch(rf"tutorial/\d+\.{suffix}", path)]) == number
    # The reference describes each public name.
    api = "".join(path.read_text() for path in (tmp_path / "docs" / "api").glob("*.html"))
    for name in public_names():
        assert re.search(rf"(catgrad\.|<code>|>){name.split('.')[-1]}\b", api), name


def test_the_notebook_is_stripped() -> None:
    """Its outputs are made anew, so that none is stale."""
    notebook = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 15
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert all(not cell["metadata"] for cell in notebook["cells"])


def test_a_cell_that_fails_is_an_error(tmp_path: Path) -> None:
    """Of the notebook, and so of the site. A place in a cell has the name of the cell."""
    import tutorial
    from nbclient.exceptions import CellExecutionError
    cells = ["import catgrad as cg", "cg.function(lambda x: x @ x).mlir(cg.f32[2, 3])"]
    path = tmp_path / "failing.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "execution_count": None, "id": f"c{i}", "metadata": {},
                                           "outputs": [], "source": cell} for i, cell in enumerate(cells)],
                                "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    with pytest.raises(CellExecutionError, match=r"In\[2\]:1: matmul: expected equal inner sizes"):
        tutorial.execute(path)


def public_names() -> list[str]:
    """What users import: of the package, and of the modules that they name."""
    names = [*cg.__all__, *cg.FUNCTIONS]
    for module in (initialisers, losses, nn, optimisers):
        short = module.__name__.removeprefix("catgrad.")
        own = [name for name, value in vars(module).items()
               if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__]
        names += [f"{short}.{name}" for name in getattr(module, "__all__", own)]
    return names


@pytest.mark.parametrize("name", public_names())
def test_public_names_are_documented(name: str) -> None:
    """In the guide by name, and by a docstring, unless it is a value."""
    guide = (ROOT / "docs" / "python.md").read_text()
    last = name.split(".")[-1]
    assert re.search(rf"(?<![\w.])(?:cg\.|catgrad\.)?(?:\w+\.)?{last}(?!\w)", guide), f"docs/python.md has no {name}"
    value = getattr(importlib.import_module("catgrad." + name.rsplit(".", 1)[0]) if "." in name else cg, last)
    if callable(value):
        assert (inspect.getdoc(value) or "").strip(), f"{name} has no docstring"
