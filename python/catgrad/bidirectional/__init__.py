# ===- __init__.py - operations with a reverse ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations as optics, and the functor that reverses arrows."""
