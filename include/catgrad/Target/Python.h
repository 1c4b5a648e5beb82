//===- Python.h - Python source of a module ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the translation of a module to readable Python: classes
// over a small array backend, with one method a function and one statement an
// operation.

#ifndef CATGRAD_TARGET_PYTHON_H
#define CATGRAD_TARGET_PYTHON_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace catgrad {

struct PythonOptions {
  /// The class of the public functions that belong to no learner.
  std::string functionsClass = "Functions";
  /// Methods return lists, also of one result or none, as those of the Python
  /// library catgrad do.
  bool lists = false;
  /// A function without a body is a method that the reader adds to the class;
  /// otherwise, calling it is an error.
  bool externals = false;
};

/// Prints the functions of `module`, whose learners and derives are expanded.
/// Nothing is printed when an operation has no form in Python: that is an error
/// at the operation.
mlir::LogicalResult translateToPython(mlir::ModuleOp module,
                                      llvm::raw_ostream &os,
                                      const PythonOptions &options = {});

} // namespace catgrad

#endif // CATGRAD_TARGET_PYTHON_H
