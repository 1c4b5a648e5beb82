# ===- test_diagnostics.py - the page of all diagnostics --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""docs/diagnostics.md names every diagnostic in the sources, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import harness

SOURCES = [path for folder in ("include", "lib", "tools") for path in sorted((harness.ROOT / folder).rglob("*"))
           if path.suffix in (".cpp", ".h", ".td")]
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
CALL = re.compile(r"\b(?:emit(?:Op)?(?:Error|Warning)|createStringError|addError|report|emit|fail|complain)\s*\(")


def diagnostics(source: str) -> set[str]:
    """The texts that a source may print: literals of one statement, `…` for what is between."""
    strings: list[str] = []

    def mask(match: re.Match[str]) -> str:
        if match[0][0] != '"':
            return " "
        strings.append(match[0][1:-1].replace('\\"', '"').replace("\\n", " "))
        return f"\0{len(strings) - 1}\0"

    found = set()
    for statement in re.split(r"[;{}]", COMMENT_OR_STRING.sub(mask, source)):
        call = CALL.search(statement)
        if not call:
            continue
        text, end = "", call.start()
        for piece in re.finditer(r"\0(\d+)\0", statement):
            before = statement[end:piece.start()].strip()
            end = piece.end()
            # A literal behind a comma is an argument of something else.
            if piece.start() < call.start() or (before.endswith(",") and "createStringError" not in before):
                continue
            if before:
                text = text.rstrip() + " … " if text else ""
            text += strings[int(piece[1])]
        text = " ".join(text.split()).strip("' …:,#@=")
        if re.search(r"[a-z]{2} [a-z…<>=']", text):
            found.add(text)
    return found


def entries(page: str) -> list[str]:
    """The texts in the first column of the page's tables."""
    return re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)


def test_page_is_complete() -> None:
    texts: dict[str, Path] = {}
    for path in SOURCES:
        texts |= dict.fromkeys(diagnostics(path.read_text()), path.relative_to(harness.ROOT))
    assert len(texts) > 120  # the search finds something
    listed = entries((harness.ROOT / "docs" / "diagnostics.md").read_text())
    assert len(listed) == len(set(listed)), "an entry stands twice"
    missing = {text: str(path) for text, path in texts.items() if text not in listed}
    assert missing == {}, "diagnostics without an entry in docs/diagnostics.md"
    assert set(listed) - set(texts) == set(), "entries that no source prints"


def test_every_entry_has_cause_and_cure() -> None:
    rows = re.findall(r"^\| `.*$", (harness.ROOT / "docs" / "diagnostics.md").read_text(), re.MULTILINE)
    assert rows
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").replace("\\|", " ").split("|")]
        assert len(cells) == 3 and all(cells), row
