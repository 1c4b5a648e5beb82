//===- Optimisers.h - What optimisers share -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the built-in optimisers have in common: ranges of
// their numbers, slots of state, the rate, and the walk over the parameter
// list.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_OPTIMISERS_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_OPTIMISERS_H

#include "Emitter.h"

namespace catgrad {

using EmitNumberError = llvm::function_ref<mlir::InFlightDiagnostic()>;

llvm::LogicalResult verifyNotNegative(EmitNumberError emitError,
                                      llvm::StringRef name,
                                      mlir::FloatAttr number);

/// Checks that a decay forgets: 0 <= number < 1.
llvm::LogicalResult verifyDecay(EmitNumberError emitError, llvm::StringRef name,
                                mlir::FloatAttr number);

/// Appends the number of steps, a scalar.
void appendCount(llvm::ArrayRef<NamedType> parameters,
                 llvm::SmallVectorImpl<NamedType> &state);

/// Appends slots of state, one after the other, each for all parameters.
void appendSlots(llvm::ArrayRef<llvm::StringRef> slots,
                 llvm::ArrayRef<NamedType> parameters,
                 llvm::SmallVectorImpl<NamedType> &state);

/// Appends the rate as a run-time input, unless it is a number.
void appendRate(mlir::FloatAttr rate, llvm::ArrayRef<NamedType> parameters,
                llvm::SmallVectorImpl<NamedType> &hyper);

/// Reports parameters that are not of floats, or cannot hold the numbers of the
/// optimiser.
llvm::LogicalResult checkParameters(mlir::Location loc,
                                    mlir::Attribute optimiser,
                                    llvm::StringRef mnemonic,
                                    mlir::ValueRange parameters,
                                    llvm::ArrayRef<mlir::FloatAttr> numbers);

mlir::RankedTensorType getScalarF64(mlir::OpBuilder &builder);

/// The rate in every place of `type`.
mlir::Value emitRate(Emitter emitter, mlir::FloatAttr rate,
                     mlir::ValueRange hyper, mlir::Type type);

/// Emits the update of one parameter: gives its new value, and replaces its
/// slots of state. All are of one element type, wide enough to compute in.
using UpdateRule =
    llvm::function_ref<mlir::Value(mlir::Value parameter, mlir::Value cotangent,
                                   llvm::MutableArrayRef<mlir::Value> slots)>;

/// Emits the updates of all parameters, with slots of state as `appendSlots`
/// has ordered them.
void updateAll(Emitter emitter, unsigned slotCount, mlir::ValueRange slots,
               mlir::ValueRange parameters, mlir::ValueRange cotangents,
               UpdateRule rule,
               llvm::SmallVectorImpl<mlir::Value> &newParameters,
               llvm::SmallVectorImpl<mlir::Value> &newState);

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_OPTIMISERS_H
