//===- FuncDerivative.h - The derivative of a call -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the external model that gives func.call its derivative.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCDERIVATIVE_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCDERIVATIVE_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace catgrad {

/// Attaches DerivativeOpInterface to func.call; the func dialect is loaded.
void attachFuncDerivative(mlir::MLIRContext &context);

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_FUNCDERIVATIVE_H
