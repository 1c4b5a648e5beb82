//===- FactorParameters.h - Parameters as arguments -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the lifting of parameters to leading arguments.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FACTORPARAMETERS_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FACTORPARAMETERS_H

#include "mlir/IR/BuiltinOps.h"

namespace catgrad {

/// Lifts the parameters of every function of the module to leading arguments,
/// `c = (params x id) ; f`, and updates the calls.
llvm::LogicalResult factorParameters(mlir::ModuleOp module);

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FACTORPARAMETERS_H
