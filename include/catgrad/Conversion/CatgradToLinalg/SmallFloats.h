//===- SmallFloats.h - Scalars of f16 and bf16 ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how scalar code computes on f16 and bf16: in f32, rounded
// at the end of each operation of the dialect.

#ifndef CATGRAD_CONVERSION_SMALLFLOATS_H
#define CATGRAD_CONVERSION_SMALLFLOATS_H

#include "catgrad/Dialect/Catgrad/IR/ElementTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace catgrad {

/// The scalar in its compute type: exact.
mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value scalar);

/// A float scalar in a float type: exact or rounded once, to nearest and ties
/// to even. Only f32 is converted to a small float, and only to f32 is it
/// converted back, so that no other conversion needs expanding.
mlir::Value convertFloat(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value scalar, mlir::Type type);

/// A signed integer scalar in a float type, rounded once likewise.
mlir::Value convertSignedInteger(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Value scalar, mlir::Type type);

/// A tensor of the compute type, such as a sum that was accumulated in it, in a
/// tensor type of the same shape: each element is rounded once. The tensor
/// itself if it has that type already.
mlir::Value roundElements(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value tensor, mlir::RankedTensorType type);

} // namespace catgrad

#endif // CATGRAD_CONVERSION_SMALLFLOATS_H
