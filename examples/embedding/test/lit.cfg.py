# ===- lit.cfg.py - lit configuration -------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
# This file tells lit which files are tests and where the tools are.

import os

import lit.formats

config.name = "Tiny"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.test_source_root = os.path.dirname(__file__)
config.environment["PATH"] = os.pathsep.join(
    [config.tiny_tools, config.llvm_tools, config.environment.get("PATH", "")])
