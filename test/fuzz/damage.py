# ===- damage.py - random damage to the text of a module --------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Random changes of a module's text: tokens, types, attributes, lines."""

from __future__ import annotations

import random
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|(?:(?:\d+|\?)x)+[a-z]\w*|[%@#!^][\w$.#-]*|[A-Za-z_][\w.$]*'
                   r"|\d+\.\d*(?:[eE][-+]?\d+)?|0x[0-9A-Fa-f]+|\d+|->|\s+|.", re.DOTALL)
NUMBERS = ["0", "1", "-1", "2", "3", "7", "64", "255", "65536", "2147483647", "-2147483648", "4294967296",
           "4611686018427387904", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.0", "-0.0",
           "1.0e308", "1.0e-320", "0x7FC00000", "0x7FF0000000000000", "true", "1000000"]
SHAPES = ["f32", "4xf32", "0xf32", "1x1xf32", "3x0x2xf64", "?xf32", "2x?xf32", "4xi1", "4xi32", "2x3xf64", "4xf16",
          "4xbf16", "4xi8", "4xi64", "4xindex", "4xcomplex<f32>", "4xui32", "4294967296x4294967296xf32",
          "9223372036854775807xi8", "4611686018427387904xf64", "2x2x2x2x2x2x2x2xf32", "4xi7", "4xi128", "*xf32",
          "3xf32, #catgrad.mse", "4xf8E4M3FN", "4xtf32", "4xvector<2xf32>"]
WORDS = ["catgrad.add", "catgrad.multiply", "catgrad.matmul", "catgrad.sigmoid", "catgrad.relu", "catgrad.copy",
         "catgrad.discard", "catgrad.select", "catgrad.cast", "catgrad.reshape", "catgrad.broadcast", "catgrad.transpose",
         "catgrad.contract", "catgrad.reduce_sum", "catgrad.negate", "catgrad.derive", "catgrad.learner", "call", "return",
         "func.func", "private", "func.call", "arith.addf", "arith.mulf", "math.exp", "math.isnan", "tensor.empty",
         "tensor.cast", "linalg.fill", "scf.yield", "tensor", "memref", "vector", "tuple", "index", "f32", "f64", "i1",
         "none", "dense", "wrt", "array", "unit", "model", "optimiser", "loss"]
ATTRIBUTES = ['catgrad.name = "int"', 'catgrad.name = "x y"', "catgrad.name = 3", 'catgrad.role = "parameter"',
              "catgrad.alias = 0 : i64", "catgrad.alias = -5 : i64", 'catgrad.scope = "s"', "catgrad.forward = @f0",
              "catgrad.reverse = @f", "catgrad.init = #catgrad.zeros", 'catgrad.kind = "step"', "catgrad.learner = @f",
              "catgrad.workspace_bytes = 8 : i64", "catgrad.destinations = array<i64: 7>", "llvm.noalias",
              "bufferization.writable = false", "axis = -1 : i64", "dimensions = array<i64: 9>", "wrt = array<i64: 0, 0>",
              'sym_visibility = "private"', "report_loss", "catgrad.output", "llvm.emit_c_interface"]
JUNK = ["<", ">", "(", ")", "[", "]", "{", "}", ",", ":", "=", "->", "%", "@", "#", "!", "^bb0:", '"', "//", "-", "::",
        "\0", "\xff", "loc(unknown)", "{-#", "...", "*", "?"]


def damage_once(tokens: list[str], other: list[str], rnd: random.Random) -> list[str]:
    """One random change. `other` are the tokens of another program."""
    def positions(test) -> list[int]:
        return [i for i, token in enumerate(tokens) if test(token)] or [rnd.randrange(len(tokens))]

    def put(i: int, text: str) -> list[str]:
        return [*tokens[:i], text, *tokens[i + 1:]]

    def is_word(token: str) -> bool:
        return token[0].isalpha() or token[0] == "_"

    choice = rnd.choices(
        ["value", "symbol", "number", "shape", "word", "attribute", "delete", "junk", "line", "swap_lines",
         "copy_line", "splice", "truncate", "type_of_word"],
        [6, 3, 5, 6, 4, 3, 3, 2, 3, 2, 3, 3, 1, 2])[0]
    if choice in ("value", "symbol"):
        sigil = "%" if choice == "value" else "@#"
        all_ = [token for token in tokens if token[0] in sigil] or ["%x"]
        return put(rnd.choice(positions(lambda t: t[0] in sigil)), rnd.choice(all_))
    if choice == "number":
        return put(rnd.choice(positions(lambda t: t[0].isdigit() and "x" not in t)), rnd.choice(NUMBERS))
    if choice == "shape":
        def is_shape(token: str) -> bool:
            return bool(re.fullmatch(r"(?:(?:\d+|\?)x)+[a-z]\w*|f32|f64|i32|i1", token))
        there = [token for token in tokens if is_shape(token)] or SHAPES
        return put(rnd.choice(positions(is_shape)), rnd.choice(there if rnd.random() < 0.4 else SHAPES))
    if choice == "word":
        there = [token for token in tokens if is_word(token)] or WORDS
        return put(rnd.choice(positions(is_word)), rnd.choice(there if rnd.random() < 0.5 else WORDS))
    if choice == "type_of_word":
        return put(rnd.choice(positions(lambda t: t in ("tensor", "memref"))), rnd.choice(["memref", "vector", "tensor"]))
    if choice == "attribute":
        i = rnd.choice(positions(lambda t: t == "{"))
        return put(i, "{" + rnd.choice(ATTRIBUTES) + (", " if rnd.random() < 0.7 else "}"))
    if choice == "delete":
        i = rnd.randrange(len(tokens))
        return tokens[:i] + tokens[i + rnd.randint(1, 4):]
    if choice == "junk":
        return put(rnd.randrange(len(tokens)), rnd.choice(JUNK))
    if choice == "truncate":
        return tokens[:rnd.randrange(len(tokens))] or ["{"]
    if choice == "splice":
        i, j = rnd.randrange(len(tokens)), rnd.randrange(len(other))
        return tokens[:i] + other[j:j + rnd.randint(1, 40)] + tokens[i:]
    lines = re.findall(r"[^\n]*\n|[^\n]+", "".join(tokens)) or ["\n"]
    i, j = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    if choice == "line":
        del lines[i]
    elif choice == "swap_lines":
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines.insert(j, lines[i])
    return TOKEN.findall("".join(lines)) or ["\n"]


def damage(text: str, other: str, rnd: random.Random) -> str:
    tokens, more = TOKEN.findall(text), TOKEN.findall(other)
    for _ in range(1 + min(int(rnd.expovariate(0.6)), 8)):
        tokens = damage_once(tokens, more, rnd)
    return "".join(tokens)
