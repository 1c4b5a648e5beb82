# ===- __init__.py - models as Python ------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Models as static Python: see docs/catgrad-translate.md."""
