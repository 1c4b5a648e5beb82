# ===- upstream_base.py - the form of a case of an upstream op ------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a case of upstream_cases.py is."""

from __future__ import annotations

from dataclasses import dataclass

MAPS = """\
#id1 = affine_map<(i) -> (i)>
#id2 = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#col = affine_map<(i, j) -> (j)>
#swap = affine_map<(i, j) -> (j, i)>
#none1 = affine_map<(i) -> ()>
#none2 = affine_map<(i, j) -> ()>
#id3 = affine_map<(i, j, k) -> (i, j, k)>
#kji = affine_map<(i, j, k) -> (k, j, i)>
#ik = affine_map<(i, j, k) -> (i, k)>
#kj = affine_map<(i, j, k) -> (k, j)>
#ij = affine_map<(i, j, k) -> (i, j)>
"""


@dataclass(frozen=True)
class Case:
    """@name : inputs %a, %b, .. -> results %r (or %r0, %r1, ..)."""

    name: str
    inputs: tuple[str, ...]
    results: tuple[str, ...]
    body: str
    low: float = -1.5
    high: float = 1.5

    @property
    def text(self) -> str:
        arguments = ", ".join(f"%{letter}: {type_}" for letter, type_ in zip("abcdefgh", self.inputs))
        names = ["%r"] if len(self.results) == 1 else [f"%r{i}" for i in range(len(self.results))]
        types = ", ".join(self.results)
        return (f"func.func @{self.name}({arguments}) -> ({types}) {{\n{self.body.rstrip()}\n"
                f"  return {', '.join(names)} : {types}\n}}\n"
                f"catgrad.derive @{self.name}_rev of(@{self.name})\n")


def t(*shape: int) -> str:
    """The type of a tensor of f64."""
    return f"tensor<{''.join(f'{size}x' for size in shape)}f64>"
