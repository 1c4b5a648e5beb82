//===- SCF.h - Derivatives of scf -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the derivatives of scf.if and scf.for share.

#ifndef CATGRAD_LIB_MODELS_SCF_H
#define CATGRAD_LIB_MODELS_SCF_H

#include "catgrad/Interfaces/DerivativeInterface.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace catgrad {

/// Give the operation its reverse derivative.
void attachIfModel(mlir::MLIRContext &context);
void attachForModel(mlir::MLIRContext &context);

/// A body under construction, for an operation that is made after it.
using LooseBody = std::unique_ptr<mlir::Region>;

inline LooseBody createBody(mlir::Operation *source) {
  auto body = std::make_unique<mlir::Region>(source);
  body->emplaceBlock();
  return body;
}

/// Whether a value is a constant: it is made again rather than kept.
inline bool isConstant(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  return op && op->hasTrait<mlir::OpTrait::ConstantLike>();
}

/// Appends a value; says whether there is one.
inline bool append(mlir::Value value,
                   llvm::SmallVectorImpl<mlir::Value> &values) {
  values.push_back(value);
  return bool(value);
}

} // namespace catgrad

#endif // CATGRAD_LIB_MODELS_SCF_H
