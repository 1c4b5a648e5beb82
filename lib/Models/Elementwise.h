//===- Elementwise.h - Models of elementwise operations -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the model of an operation that acts on numbers, or on each
// element of vectors or tensors: what it keeps, and a rule of one line.

#ifndef CATGRAD_LIB_MODELS_ELEMENTWISE_H
#define CATGRAD_LIB_MODELS_ELEMENTWISE_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace catgrad {

/// Writes arithmetic on values of one type.
struct ScalarEmitter {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value constant(mlir::Type type, double value) {
    mlir::Type element = mlir::getElementTypeOrSelf(type);
    mlir::TypedAttr number =
        llvm::isa<mlir::FloatType>(element)
            ? mlir::TypedAttr(mlir::FloatAttr::get(element, value))
            : mlir::TypedAttr(mlir::IntegerAttr::get(element, int64_t(value)));
    if (auto shaped = llvm::dyn_cast<mlir::ShapedType>(type))
      number = mlir::DenseElementsAttr::get(shaped, mlir::Attribute(number));
    return mlir::arith::ConstantOp::create(builder, loc, number);
  }
  template <typename Op, typename... Args> mlir::Value make(Args &&...args) {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }
  mlir::Value add(mlir::Value a, mlir::Value b) {
    return make<mlir::arith::AddFOp>(a, b);
  }
  mlir::Value sub(mlir::Value a, mlir::Value b) {
    return make<mlir::arith::SubFOp>(a, b);
  }
  mlir::Value mul(mlir::Value a, mlir::Value b) {
    return make<mlir::arith::MulFOp>(a, b);
  }
  mlir::Value mul(mlir::Value a, double b) {
    return mul(a, constant(a.getType(), b));
  }
  mlir::Value div(mlir::Value a, mlir::Value b) {
    return make<mlir::arith::DivFOp>(a, b);
  }
  mlir::Value neg(mlir::Value a) { return make<mlir::arith::NegFOp>(a); }
  /// 1 + a, 1 - a.
  mlir::Value onePlus(mlir::Value a) {
    return add(constant(a.getType(), 1.0), a);
  }
  mlir::Value oneMinus(mlir::Value a) {
    return sub(constant(a.getType(), 1.0), a);
  }
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a,
                      mlir::Value b) {
    return make<mlir::arith::CmpFOp>(predicate, a, b);
  }
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) {
    return make<mlir::arith::SelectOp>(condition, a, b);
  }
};

/// What an elementwise operation keeps.
enum class Keep { Nothing, Operands, Result, First };

/// The model of an elementwise operation. `rule` receives an ScalarEmitter, the
/// operation (for its types), what it keeps and the cotangent, and gives one
/// cotangent per operand.
template <typename Op, Keep keep, auto rule>
struct ElementwiseModel
    : DerivativeOpInterface::ExternalModel<ElementwiseModel<Op, keep, rule>,
                                           Op> {
  mlir::LogicalResult
  forward(mlir::Operation *op, mlir::OpBuilder &builder, DerivativeContext &,
          mlir::ValueRange operands,
          llvm::SmallVectorImpl<mlir::Value> &results,
          llvm::SmallVectorImpl<mlir::Value> &residuals) const {
    mlir::Value result = cloneOn(builder, op, operands)->getResult(0);
    results.push_back(result);
    if (keep == Keep::Operands)
      llvm::append_range(residuals, operands);
    else if (keep == Keep::Result)
      residuals.push_back(result);
    else if (keep == Keep::First)
      residuals.push_back(operands.front());
    return mlir::success();
  }

  mlir::LogicalResult
  reverse(mlir::Operation *op, mlir::OpBuilder &builder, DerivativeContext &,
          mlir::ValueRange residuals, mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) const {
    ScalarEmitter emitter{builder, op->getLoc()};
    llvm::append_range(operandCotangents,
                       rule(emitter, op, residuals, cotangents.front()));
    return mlir::success();
  }

  /// Rules make constants of the operand's type.
  DerivativeKind getDerivativeKind(mlir::Operation *op) const {
    auto hasConstants = [](mlir::Type type) {
      auto shaped = llvm::dyn_cast<mlir::ShapedType>(type);
      return !shaped || shaped.hasStaticShape();
    };
    return llvm::all_of(op->getOperandTypes(), hasConstants) &&
                   llvm::all_of(op->getResultTypes(), hasConstants)
               ? DerivativeKind::Rule
               : DerivativeKind::None;
  }
};

/// The model of an operation whose derivative is zero wherever it exists.
template <typename Op>
struct LocallyConstantModel
    : DerivativeOpInterface::ExternalModel<LocallyConstantModel<Op>, Op> {
  mlir::LogicalResult forward(mlir::Operation *op, mlir::OpBuilder &builder,
                              DerivativeContext &, mlir::ValueRange operands,
                              llvm::SmallVectorImpl<mlir::Value> &results,
                              llvm::SmallVectorImpl<mlir::Value> &) const {
    llvm::append_range(results, cloneOn(builder, op, operands)->getResults());
    return mlir::success();
  }
  mlir::LogicalResult
  reverse(mlir::Operation *op, mlir::OpBuilder &builder,
          DerivativeContext &context, mlir::ValueRange, mlir::ValueRange,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) const {
    for (mlir::Value input : getInputs(op)) {
      operandCotangents.push_back(
          context.createZero(builder, op->getLoc(), input.getType()));
      if (!operandCotangents.back())
        return mlir::failure();
    }
    return mlir::success();
  }
  DerivativeKind getDerivativeKind(mlir::Operation *) const {
    return DerivativeKind::LocallyConstant;
  }
};

/// A list of cotangents, as rules give it.
using Cotangents = llvm::SmallVector<mlir::Value, 3>;

} // namespace catgrad

#endif // CATGRAD_LIB_MODELS_ELEMENTWISE_H
