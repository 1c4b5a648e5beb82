//===- Tensors.h - Tensors that lowerings make ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the lowerings of several families build from.

#ifndef CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_TENSORS_H
#define CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_TENSORS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace catgrad {

mlir::Value createEmpty(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::RankedTensorType type);

mlir::Value createFill(mlir::OpBuilder &b, mlir::Location loc,
                       mlir::RankedTensorType type, mlir::TypedAttr element);

using ElementBody = llvm::function_ref<mlir::Value(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// A parallel linalg.generic over a tensor of a type; `body` computes an
/// element from those of the inputs.
mlir::Value createElements(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::RankedTensorType type, mlir::ValueRange inputs,
                           llvm::ArrayRef<mlir::AffineMap> inputMaps,
                           ElementBody body);

/// A tensor of a type whose element at an index is that of `source` at the
/// affine functions `index` of it. Elementwise consumers fuse with it.
mlir::Value createRead(mlir::OpBuilder &b, mlir::Location loc,
                       mlir::Value source, mlir::Type type,
                       llvm::ArrayRef<mlir::AffineExpr> index);

/// The sum of two scalars in their ring: xor on i1.
mlir::Value createScalarSum(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value lhs, mlir::Value rhs);

} // namespace catgrad

#endif // CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_TENSORS_H
