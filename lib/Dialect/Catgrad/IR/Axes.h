//===- Axes.h - Questions about axes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds what several families of operations ask about axes.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_AXES_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_AXES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"

namespace catgrad {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// Checks that `axis` is within `rank`.
llvm::LogicalResult verifyAxis(int64_t axis, int64_t rank, EmitError emitError);

/// Checks that `axes` are increasing and within `rank`.
llvm::LogicalResult verifyAxes(llvm::ArrayRef<int64_t> axes, int64_t rank,
                               EmitError emitError);

/// `shape` without `axes`.
llvm::SmallVector<int64_t> dropAxes(llvm::ArrayRef<int64_t> shape,
                                    llvm::ArrayRef<int64_t> axes);

/// The type of the first operand, or an error: types are inferred before they
/// are verified.
llvm::FailureOr<mlir::RankedTensorType>
getRankedOperand(std::optional<mlir::Location> loc, mlir::ValueRange operands);

/// The same splat in another shape, if `value` is one: moving equal elements
/// changes nothing.
mlir::OpFoldResult moveSplat(mlir::Attribute value, mlir::Type type);

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_AXES_H
