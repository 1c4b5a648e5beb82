//===- Emitter.h - Formulas as operations -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lets formulas of whole tensors, such as those of optimisers, losses
// and normalisation, be written as formulas.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H

#include "Formula.h"

namespace catgrad {

inline mlir::Type getElementType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getElementType();
}

/// Formulas with sums, repetitions and changes of type. Calls that build two
/// operands are not nested: the order in which C++ evaluates arguments is the
/// compiler's choice, and it would be the order of the operations.
class Emitter : public Formula {
public:
  using Formula::builder;
  using Formula::Formula;
  using Formula::loc;

  mlir::Value constant(mlir::Type type, double value) {
    return make<ConstantOp>(getSplat(type, value));
  }
  /// kept * x + (1 - kept) * y.
  mlir::Value blend(double kept, mlir::Value x, mlir::Value y) {
    mlir::Value old = multiply(x, kept);
    return add(old, multiply(y, 1 - kept));
  }

  /// `x` in another element type.
  mlir::Value cast(mlir::Value x, mlir::Type element) {
    auto type = mlir::cast<mlir::RankedTensorType>(x.getType());
    if (type.getElementType() == element)
      return x;
    return make<CastOp>(type.clone(element), x);
  }
  /// `x` in its compute type.
  mlir::Value widen(mlir::Value x) {
    return cast(x, getComputeType(getElementType(x)));
  }

  /// A rank-0 tensor in every place of `type`, cast to its element type.
  mlir::Value spread(mlir::Value scalar, mlir::RankedTensorType type) {
    return builder.createOrFold<BroadcastOp>(
        loc, type, cast(scalar, type.getElementType()), allAxes(type));
  }
  /// `x` repeated along `axis`, which is new, to the shape of `like`.
  mlir::Value repeat(mlir::Value x, mlir::Value like, int64_t axis) {
    auto type = mlir::cast<mlir::RankedTensorType>(like.getType());
    return make<BroadcastOp>(type.clone(getElementType(x)), x,
                             llvm::ArrayRef<int64_t>(axis));
  }

  /// The sum of all elements, of rank 0.
  mlir::Value sum(mlir::Value x) {
    return sum(x, allAxes(mlir::cast<mlir::RankedTensorType>(x.getType())));
  }
  mlir::Value sum(mlir::Value x, llvm::ArrayRef<int64_t> axes) {
    return builder.createOrFold<ReduceSumOp>(loc, x, axes);
  }
  mlir::Value maximum(mlir::Value x, llvm::ArrayRef<int64_t> axes) {
    return builder.createOrFold<ReduceMaxOp>(loc, x, axes);
  }

private:
  static mlir::SmallVector<int64_t> allAxes(mlir::RankedTensorType type) {
    return llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  }
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H
