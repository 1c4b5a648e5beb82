# ===- __init__.py - definitions and parameters --------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Operations that stand for something else: definitions and parameters."""
