# ===- __init__.py - catgrad for Python ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""catgrad: reverse derivatives ahead of time."""
