# ===- mlir_lexer.py - colours for MLIR -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""MLIR for Pygments, which does not know it: what the site and the tutorial show."""

from __future__ import annotations

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

__all__ = ["MlirLexer"]


class MlirLexer(RegexLexer):
    """Enough of MLIR's text to tell names, types, operations and numbers apart."""

    name = "MLIR"
    aliases = ["mlir"]
    filenames = ["*.mlir"]

    tokens = {
        "root": [
            (r"\s+", Text),
            (r"//.*", Comment.Single),
            (r'"(\\.|[^"\\])*"', String),
            (r"[%^][\w$.-]+(:\d+)?(#\d+)?", Name.Variable),
            (r"@([\w$.-]+|\"[^\"]*\")", Name.Function),
            (r"[#!][A-Za-z_][\w.]*", Name.Attribute),
            (r"(tensor|memref|vector)<[^<>]*(<[^<>]*>[^<>]*)*>", Keyword.Type),
            (r"(index|none|(bf|f|si|ui|i)\d+)\b", Keyword.Type),
            (words(("true", "false", "dense", "array", "unit", "of", "model", "optimiser", "loss", "wrt"),
                   suffix=r"\b"), Keyword),
            (r"[A-Za-z_][\w$]*(\.[\w$]+)+", Keyword),  # an operation of a dialect
            (r"-?(0x[0-9A-Fa-f]+|\d+(\.\d*)?([eE][-+]?\d+)?)", Number),
            (r"[A-Za-z_][\w$]*", Name),
            (r"->|[=:*+?|&/-]", Operator),
            (r"[(){}\[\]<>,;.]", Punctuation),
            (r".", Text),
        ],
    }
