//===- Elementwise.h - The lowering of elementwise operations ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the pattern that lowers an operation which acts on each
// element alone to linalg.generic: the form that fuses.

#ifndef CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_ELEMENTWISE_H
#define CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_ELEMENTWISE_H

#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace catgrad {

/// Whether an operation moves or converts its elements, as opposed to computing
/// on them.
template <typename OpTy>
constexpr bool movesElements =
    std::is_same_v<OpTy, SelectOp> || std::is_same_v<OpTy, CastOp>;

/// A scalar of an integer or float type.
inline mlir::Value emitNumber(mlir::OpBuilder &b, mlir::Location loc,
                              mlir::Type type, int64_t value) {
  mlir::TypedAttr attribute;
  if (mlir::isa<mlir::FloatType>(type))
    attribute = b.getFloatAttr(type, static_cast<double>(value));
  else
    attribute = b.getIntegerAttr(
        type, llvm::APInt(type.getIntOrFloatBitWidth(), value,
                          /*isSigned=*/true, /*implicitTrunc=*/true));
  return mlir::arith::ConstantOp::create(b, loc, attribute);
}

inline mlir::Value emitZero(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Type type) {
  return emitNumber(b, loc, type, 0);
}

/// Lowers `OpTy` by the function `emitScalar(op, builder, loc, scalars)` that
/// is declared next to its family; it gives the value of one element. On f16
/// and bf16 the scalars are in f32, and the value is rounded here.
template <typename OpTy>
struct ElementwiseLowering : mlir::OpRewritePattern<OpTy> {
  using mlir::OpRewritePattern<OpTy>::OpRewritePattern;

  mlir::LogicalResult
  matchAndRewrite(OpTy op, mlir::PatternRewriter &rewriter) const override {
    auto type = mlir::cast<mlir::RankedTensorType>(op.getResult().getType());
    // Negation on i1 and casts to the same type are the identity.
    if (op->getNumOperands() == 1 && op->getOperand(0).getType() == type &&
        (std::is_same_v<OpTy, CastOp> ||
         (std::is_same_v<OpTy, NegateOp> &&
          type.getElementType().isInteger(1)))) {
      rewriter.replaceOp(op, op->getOperand(0));
      return mlir::success();
    }
    mlir::Location loc = op.getLoc();
    mlir::Value init = mlir::tensor::EmptyOp::create(
        rewriter, loc, type.getShape(), type.getElementType());
    llvm::SmallVector<mlir::AffineMap> maps(
        op->getNumOperands() + 1,
        rewriter.getMultiDimIdentityMap(type.getRank()));
    llvm::SmallVector<mlir::utils::IteratorType> iterators(
        type.getRank(), mlir::utils::IteratorType::parallel);
    auto generic = mlir::linalg::GenericOp::create(
        rewriter, loc, type, op->getOperands(), init, maps, iterators,
        [&](mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange args) {
          llvm::SmallVector<mlir::Value> operands(args.drop_back());
          if (!movesElements<OpTy>)
            for (mlir::Value &operand : operands)
              operand = widen(b, loc, operand);
          mlir::Value value = emitScalar(op, b, loc, operands);
          if (!movesElements<OpTy> && isSmallFloat(type.getElementType()))
            value = convertFloat(b, loc, value, type.getElementType());
          mlir::linalg::YieldOp::create(b, loc, value);
        });
    rewriter.replaceOp(op, generic);
    return mlir::success();
  }
};

} // namespace catgrad

#endif // CATGRAD_LIB_CONVERSION_CATGRADTOLINALG_ELEMENTWISE_H
