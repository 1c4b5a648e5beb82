//===- Formula.h - Emitting formulas of the dialect -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lets a rule or a definition be written as a formula.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_FORMULA_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_FORMULA_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

namespace catgrad {

/// Emits elementwise operations of the dialect, all at one location.
class Formula {
public:
  Formula(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  template <typename OpTy, typename... Args> mlir::Value make(Args &&...args) {
    return OpTy::create(builder, loc, std::forward<Args>(args)...);
  }

  /// A number in each element of a tensor like `like`.
  mlir::Value number(mlir::Value like, double value) {
    return make<ConstantOp>(getSplat(like.getType(), value));
  }

  mlir::Value add(mlir::Value x, mlir::Value y) { return make<AddOp>(x, y); }
  mlir::Value subtract(mlir::Value x, mlir::Value y) {
    return make<SubtractOp>(x, y);
  }
  mlir::Value multiply(mlir::Value x, mlir::Value y) {
    return make<MultiplyOp>(x, y);
  }
  mlir::Value divide(mlir::Value x, mlir::Value y) {
    return make<DivideOp>(x, y);
  }
  mlir::Value add(mlir::Value x, double y) { return add(x, number(x, y)); }
  mlir::Value multiply(mlir::Value x, double y) {
    return multiply(x, number(x, y));
  }
  mlir::Value negate(mlir::Value x) { return make<NegateOp>(x); }
  mlir::Value square(mlir::Value x) { return multiply(x, x); }
  /// 1 - x.
  mlir::Value complement(mlir::Value x) { return subtract(number(x, 1.0), x); }

  mlir::Value compare(mlir::Value x, Predicate predicate, mlir::Value y) {
    return make<CompareOp>(x, y, predicate);
  }
  mlir::Value select(mlir::Value condition, mlir::Value onTrue,
                     mlir::Value onFalse) {
    return make<SelectOp>(onTrue.getType(), condition, onTrue, onFalse);
  }

protected:
  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_FORMULA_H
