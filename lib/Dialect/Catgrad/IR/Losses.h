//===- Losses.h - What losses share -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the built-in losses have in common: their types, and
// the walk over the results of a model.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_LOSSES_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_LOSSES_H

#include "Emitter.h"

namespace catgrad {

/// Checks that there are results, all of one floating-point element type.
llvm::LogicalResult checkResults(mlir::Location loc, llvm::StringRef mnemonic,
                                 mlir::TypeRange results);

/// Appends labels of the types of the results, after `checkResults`.
llvm::LogicalResult getEqualLabels(mlir::Location loc, llvm::StringRef mnemonic,
                                   mlir::TypeRange results,
                                   llvm::SmallVectorImpl<mlir::Type> &labels);

/// 1 / n for the mean of n elements; 0 for no elements, whose mean is 0.
double getMeanFactor(mlir::Value value);

/// Emits a formula on a result and its label; floats are wide enough to compute
/// in.
using LossRule =
    llvm::function_ref<mlir::Value(mlir::Value result, mlir::Value label)>;

/// The cotangent of each result by `rule`, rounded to the result's type.
void emitCotangents(Emitter emitter, mlir::ValueRange results,
                    mlir::ValueRange labels, LossRule rule,
                    llvm::SmallVectorImpl<mlir::Value> &cotangents);

/// The sum of what `rule` gives for each result, rounded to the results' type.
mlir::Value emitTotal(Emitter emitter, mlir::ValueRange results,
                      mlir::ValueRange labels, LossRule rule);

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_LOSSES_H
