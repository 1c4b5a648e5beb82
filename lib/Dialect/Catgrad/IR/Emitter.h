//===- Emitter.h - Formulas as operations -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares a builder of elementwise operations at one place, in which
// the formulas of optimisers and losses read as formulas.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

namespace catgrad {

inline mlir::Type getElementType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getElementType();
}

class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::Value constant(mlir::Type type, double value) {
    return ConstantOp::create(builder, loc, getSplat(type, value));
  }
  mlir::Value add(mlir::Value x, mlir::Value y) {
    return AddOp::create(builder, loc, x, y);
  }
  mlir::Value subtract(mlir::Value x, mlir::Value y) {
    return SubtractOp::create(builder, loc, x, y);
  }
  mlir::Value multiply(mlir::Value x, mlir::Value y) {
    return MultiplyOp::create(builder, loc, x, y);
  }
  mlir::Value scale(mlir::Value x, double factor) {
    return multiply(x, constant(x.getType(), factor));
  }
  mlir::Value compare(mlir::Value x, Predicate predicate, mlir::Value y) {
    return CompareOp::create(builder, loc, x, y, predicate);
  }
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y) {
    return SelectOp::create(builder, loc, x.getType(), condition, x, y);
  }

  /// `x` in another element type.
  mlir::Value cast(mlir::Value x, mlir::Type element) {
    auto type = mlir::cast<mlir::RankedTensorType>(x.getType());
    if (type.getElementType() == element)
      return x;
    return CastOp::create(builder, loc, type.clone(element), x);
  }
  /// A rank-0 tensor in every place of `type`, cast to its element type.
  mlir::Value spread(mlir::Value scalar, mlir::RankedTensorType type) {
    return builder.createOrFold<BroadcastOp>(
        loc, type, cast(scalar, type.getElementType()), allAxes(type));
  }
  /// The sum of all elements, of rank 0.
  mlir::Value sum(mlir::Value x) {
    return builder.createOrFold<ReduceSumOp>(
        loc, x, allAxes(mlir::cast<mlir::RankedTensorType>(x.getType())));
  }

private:
  static mlir::SmallVector<int64_t> allAxes(mlir::RankedTensorType type) {
    return llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_EMITTER_H
