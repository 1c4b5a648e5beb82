//===- ExpandComposites.h - Writing definitions out -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the expansion of operations that have a definition.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_EXPANDCOMPOSITES_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_EXPANDCOMPOSITES_H

#include "catgrad/Interfaces/CompositeInterface.h"
#include "mlir/IR/PatternMatch.h"

namespace catgrad {

/// Emits the definition of `op` at the builder's position, and gives one value
/// per result. Floats narrower than f32 are widened to f32 first, and the
/// results rounded, so that they are rounded once.
llvm::FailureOr<llvm::SmallVector<mlir::Value>>
expandComposite(mlir::OpBuilder &builder, CompositeOpInterface op);

/// Patterns that replace an operation by its definition: for the greedy driver
/// and for dialect conversion, where a pattern of greater benefit that lowers
/// the operation as a whole comes first.
void populateExpandCompositesPatterns(mlir::RewritePatternSet &patterns,
                                      mlir::PatternBenefit benefit = 0);

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_EXPANDCOMPOSITES_H
