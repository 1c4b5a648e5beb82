# ===- pages.py - the pages of the site ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Hooks of MkDocs: which files are pages, and what they look like as such.

A page has the path that it has in the tree. Three kinds of page are made here:
a file that a page links to and that is no page itself, such as an example's source,
is shown as one; so is the list of a folder's files; and the reference of the Python
package (api.py) and the executed tutorial (tutorial.py) are written.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pygments.lexers
from mkdocs.structure.files import File, Files, InclusionLevel

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, ROOT / "python"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import api  # noqa: E402 - of this folder
import mlir_lexer  # noqa: E402
import tutorial  # noqa: E402

PAGES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "docs/reference/*.md", "examples/*/README.md",
         "benchmarks/README.md", "test/*/README.md")
ASSETS = ("docs/site/site.css", "docs/images/*", "examples/python/images/*")
TUTORIAL = "docs/tutorial.ipynb"
# What a link to it shows, where that is not the page of its name.
SHOWN_AS = {TUTORIAL: "docs/tutorial.md", "docs/reference": "docs/reference/dialect.md"}
# The target of a link; or a block of code, which has none.
LINK = re.compile(r"^(?P<fence>`{3,})[^`].*?^(?P=fence)$|(?<=\]\()(?P<to>[^()#\s]+)(?P<anchor>#[^()\s]*)?(?=\))",
                  re.DOTALL | re.MULTILINE)
LANGUAGES = {".mlir": "mlir", ".py": "python", ".c": "c", ".h": "c", ".cpp": "c++", ".td": "tablegen", ".json": "json",
             ".txt": "cmake"}
# Headings for what TableGen writes without one.
TITLES = {"dialect-passes": "Passes on the dialect", "conversion-passes": "Conversion to linalg",
          "codegen-passes": "Passes of code generation", "codegen-cuda-passes": "Passes of code generation for CUDA"}
# What TableGen calls its pages is not what they are about.
RENAMED = {"# 'catgrad' Dialect": "# Operations and attributes", "# OpInterface definitions": "# Interface of operations",
           "# AttributeInterface definitions": "# Interfaces of attributes"}


def on_config(config: Any) -> Any:
    """Pygments finds a lexer by this table."""
    lexer = mlir_lexer.MlirLexer
    pygments.lexers.LEXERS["MlirLexer"] = (mlir_lexer.__name__, lexer.name, tuple(lexer.aliases), tuple(lexer.filenames), ())
    return config


def on_files(files: Files, config: Any) -> Files:
    """The pages, under their paths in the tree, and what they link to."""
    for file in list(files):
        if file.src_dir == config.docs_dir:
            files.remove(file)
    pages: dict[str, str] = {}
    for pattern in PAGES:
        pages.update({relative(path): path.read_text() for path in sorted(ROOT.glob(pattern))})
    pages.update(api.pages())
    text, pictures = tutorial.page(ROOT / TUTORIAL)
    pages[source_page(TUTORIAL)] = text
    add = files.append
    for name, data in pictures.items():
        add(File.generated(config, f"docs/tutorial/{name}", content=data))
    for pattern in ASSETS:
        for path in sorted(ROOT.glob(pattern)):
            add(File.generated(config, relative(path), abs_src_path=str(path)))
    for name, text in pages.items():
        add(File.generated(config, name, content=text))
    shown = set(pages)
    todo = list(pages.items())
    while todo:  # pages lead to files and folders, and folders to their files
        name, text = todo.pop()
        for target in linked(name, text):
            made = source_page(target)
            if made not in shown and not files.get_file_from_path(target):
                shown.add(made)
                listing = show(target)
                todo.append((made, listing))
                add(File.generated(config, made, content=listing, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """A page as the site shows it: links to files lead to their pages, blocks have the names of their files."""
    here = page.file.src_uri

    def link(match: re.Match[str]) -> str:
        target = resolve(here, match["to"])
        if target is None or files.get_file_from_path(target):
            return match[0]
        return os.path.relpath(source_page(target), os.path.dirname(here)) + (match["anchor"] or "")

    markdown = re.sub(r"^<!-- (?:file:|from) (\S+) -->\n```(\S+)$", r'```\2 title="\1"', markdown, flags=re.MULTILINE)
    markdown = LINK.sub(link, markdown)
    if here.startswith("docs/reference/"):
        markdown = tablegen(markdown, Path(here).stem)
    return markdown


def tablegen(markdown: str, name: str) -> str:
    """A page of TableGen: with a title, and without the table of contents, which stands beside it."""
    if name in TITLES:
        markdown = f"# {TITLES[name]}\n\n{markdown}"
    for old, new in RENAMED.items():
        markdown = markdown.replace(old + "\n", new + "\n")
    # A block is one for this Markdown only after an empty line.
    markdown = re.sub(r"(?<=[^\n`])\n(?=```\w)", "\n\n", markdown)
    # An operation's class is part of its anchor, and no part of its name.
    markdown = re.sub(r"^(#+ `catgrad\.(\w+)`) \(::catgrad::(\w+)\)$",
                      lambda m: f"{m[1]} {{#catgrad{m[2]}-catgrad{m[3].lower()}}}", markdown, flags=re.MULTILINE)
    markdown = markdown.replace("\n```c++\n", "\n```{.c++ .doc-signature}\n")
    return markdown.replace("\n[TOC]\n", "\n")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def resolve(page: str, target: str | None) -> str | None:
    """What a link of a page means: a path in the tree, or None for one that leads out of it."""
    if target is None or re.match(r"\w+:", target):
        return None
    path = os.path.normpath(os.path.join(os.path.dirname(page), target))
    return path if (ROOT / path).exists() else None


def linked(page: str, text: str) -> list[str]:
    """Files and folders of the tree that a page links to."""
    return [path for match in LINK.finditer(text) if (path := resolve(page, match["to"]))]


def source_page(target: str) -> str:
    """The page that shows a file or a folder."""
    if target.endswith(".md") or target in SHOWN_AS:
        return SHOWN_AS.get(target, target)
    if (ROOT / target).is_dir():
        readme = f"{target}/README.md"
        return readme if (ROOT / readme).exists() else f"{target}/index.md"
    return f"{target}.md"


def show(target: str) -> str:
    """The page of a file, or of a folder."""
    path = ROOT / target
    if path.is_dir():
        names = sorted(f"{entry.name}" for entry in path.iterdir() if not entry.name.startswith(("_", ".")))
        return f"# {target}\n\n" + "".join(f"* [{name}]({name})\n" for name in names)
    if path.suffix == ".md":
        return path.read_text()
    language = LANGUAGES.get(path.suffix, "text")
    return f"# {path.name}\n\n`{target}`\n\n````{language}\n{path.read_text().rstrip()}\n````\n"
