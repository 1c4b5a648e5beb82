# ===- __init__.py - arrays to run on ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Array backends: what the classes of `catgrad-translate --catgrad-to-python` run on.

A backend has one method for each operation of the dialect, with the operation's name
and its attributes as keywords. ``shape`` and ``dtype`` of a result are given where
operands and attributes do not tell them; left out, they are those of the first operand.
"""

from .numpy import Numpy

__all__ = ["Numpy"]
