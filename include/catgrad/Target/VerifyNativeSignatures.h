//===- VerifyNativeSignatures.h - What can become native code ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the check that a module's functions fit the native calling
// convention. It runs before the pipeline, so that the error is at the source.

#ifndef CATGRAD_TARGET_VERIFYNATIVESIGNATURES_H
#define CATGRAD_TARGET_VERIFYNATIVESIGNATURES_H

#include "mlir/IR/BuiltinOps.h"

namespace catgrad {

/// Checks every function: tensors of static shape, of a supported element type
/// and of a size that 63 bits can count. Public functions also need a body and
/// names that C allows.
mlir::LogicalResult verifyNativeSignatures(mlir::ModuleOp module);

} // namespace catgrad

#endif // CATGRAD_TARGET_VERIFYNATIVESIGNATURES_H
