# ===- lit.cfg.py - lit configuration -------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
# This file tells lit which files are tests and which tools they may name. It is
# read through lit.site.cfg.py in the build folder.

import os
import sys

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "Catgrad"
# lit's own shell: the same on every system, and no process per command line.
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.join(config.catgrad_source_dir, "test")
config.test_exec_root = os.path.join(config.catgrad_build_dir, "test")
config.excludes = ["Inputs", "Integration", "fuzz", "unit"]

config.python_executable = sys.executable
llvm_config.with_system_environment(
    ["HOME", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"])
llvm_config.use_default_substitutions()  # FileCheck, not, count, %python
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
mlir_opt = "mlir-opt"
if config.catgrad_asan_runtime:  # for the plugin, which stock mlir-opt loads
    mlir_opt = ToolSubst("mlir-opt", command=" ".join([
        "env", "LD_PRELOAD=" + config.catgrad_asan_runtime,
        os.path.join(config.llvm_tools_dir, "mlir-opt")]))
llvm_config.add_tool_substitutions(
    ["catgrad-capi-compile", "catgrad-capi-registration", "catgrad-capi-threads",
     "catgrad-opt", "catgrad-compile", "catgrad-reduce", "catgrad-translate", mlir_opt,
     "mlir-runner", "split-file"],
    [config.catgrad_tools_dir, config.llvm_tools_dir])

config.substitutions += [
    ("%catgrad_plugin", os.path.join(config.catgrad_libs_dir, "CatgradPlugin.so")),
    ("%catgrad_tools", config.catgrad_tools_dir),
    ("%mlir_libs", config.llvm_libs_dir),
]

# A variable that leaks from one CHECK-LABEL block into the next hides mistakes.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"

try:
    import psutil  # noqa: F401  (lit needs it to stop a test that hangs)
except ImportError:
    pass
else:
    config.maxIndividualTestTime = 120
