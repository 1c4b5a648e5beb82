//===- Limits.h - Errors instead of hangs -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how much a module may ask of the compiler. Beyond a limit
// stands an error at a place in the source, not a stack overflow or a hang.

#ifndef CATGRAD_TARGET_LIMITS_H
#define CATGRAD_TARGET_LIMITS_H

#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace catgrad {

struct Limits {
  /// Brackets within brackets in the text. MLIR's parser and printer go down
  /// nested regions, attributes and types by recursion.
  unsigned maxNesting = 256;
  /// Operations in the module, as read and after each phase.
  uint64_t maxOperations = kMaxOperations;
  /// Bytes of one tensor, as read and after each phase: the residuals of a loop
  /// are as many as it has turns.
  uint64_t maxTensorBytes = uint64_t(1) << 40;
  /// Bytes of one constant, all of which the code holds.
  uint64_t maxConstantBytes = uint64_t(1) << 30;
};

/// Checks text before it is parsed: nesting, and the length of single words and
/// of affine expressions, on which MLIR's parser spends quadratic time or one
/// stack frame an operator. Reports at the place.
mlir::LogicalResult verifyText(const llvm::SourceMgr &sources,
                               mlir::MLIRContext &context,
                               const Limits &limits = {});

/// Counts the operations of a module and the bytes of their tensors. Reports at
/// the first one too many or too large.
mlir::LogicalResult verifySizes(mlir::ModuleOp module,
                                const Limits &limits = {});

} // namespace catgrad

#endif // CATGRAD_TARGET_LIMITS_H
