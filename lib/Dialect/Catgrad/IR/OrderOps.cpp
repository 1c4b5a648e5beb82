//===- OrderOps.cpp - Order and rounding -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the operations that use the order of numbers, each next
// to its rule.

#include "Fold.h"
#include "Formula.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// MaximumOp, MinimumOp: d to the one that is taken, half of it to each of
// equals
//===----------------------------------------------------------------------===//

static DerivativeKind kindOnFloats(RankedTensorType type) {
  return isa<FloatType>(type.getElementType()) ? DerivativeKind::Rule
                                               : DerivativeKind::None;
}

/// `loses` tells, with the other one on the right, that a number is not taken.
/// NaN does not lose, so that it has a cotangent.
static LogicalResult
reverseExtremum(Formula f, Predicate loses, ValueRange kept, Value d,
                SmallVectorImpl<Value> &operandCotangents) {
  Value zero = f.number(d, 0.0);
  Value half = f.multiply(d, 0.5);
  Value areEqual = f.compare(kept[0], Predicate::eq, kept[1]);
  Value shared = f.select(areEqual, half, d);
  for (unsigned i : {0, 1})
    operandCotangents.push_back(
        f.select(f.compare(kept[i], loses, kept[1 - i]), zero, shared));
  return success();
}

DerivativeKind MaximumOp::getDerivativeKind() {
  return kindOnFloats(getType());
}

OpFoldResult MaximumOp::fold(FoldAdaptor adaptor) {
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      // As a signed number the i1 true would be -1.
      [](const APInt &a, const APInt &b) {
        return a.getBitWidth() == 1 ? a | b : llvm::APIntOps::smax(a, b);
      },
      [](const APFloat &a, const APFloat &b) { return llvm::maximum(a, b); });
}

LogicalResult MaximumOp::reverse(OpBuilder &builder, DerivativeContext &,
                                 ValueRange residuals, ValueRange cotangents,
                                 SmallVectorImpl<Value> &operandCotangents) {
  return reverseExtremum({builder, getLoc()}, Predicate::lt, residuals,
                         cotangents.front(), operandCotangents);
}

DerivativeKind MinimumOp::getDerivativeKind() {
  return kindOnFloats(getType());
}

OpFoldResult MinimumOp::fold(FoldAdaptor adaptor) {
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      [](const APInt &a, const APInt &b) {
        return a.getBitWidth() == 1 ? a & b : llvm::APIntOps::smin(a, b);
      },
      [](const APFloat &a, const APFloat &b) { return llvm::minimum(a, b); });
}

LogicalResult MinimumOp::reverse(OpBuilder &builder, DerivativeContext &,
                                 ValueRange residuals, ValueRange cotangents,
                                 SmallVectorImpl<Value> &operandCotangents) {
  return reverseExtremum({builder, getLoc()}, Predicate::gt, residuals,
                         cotangents.front(), operandCotangents);
}

//===----------------------------------------------------------------------===//
// AbsOp: R[abs](x, d) = sign(x) * d
//===----------------------------------------------------------------------===//

OpFoldResult AbsOp::fold(FoldAdaptor adaptor) {
  return foldSplats(
      adaptor.getInput(), adaptor.getInput(),
      [](const APInt &a, const APInt &) { return a.abs(); },
      [](const APFloat &a, const APFloat &) { return llvm::abs(a); });
}

Value AbsOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.make<SignOp>(x), d);
}

//===----------------------------------------------------------------------===//
// SignOp, FloorOp, CeilOp: locally constant
//===----------------------------------------------------------------------===//

OpFoldResult SignOp::fold(FoldAdaptor adaptor) {
  return foldSplats(
      adaptor.getInput(), adaptor.getInput(),
      [](const APInt &a, const APInt &) {
        return APInt(a.getBitWidth(), a.sgt(0) - a.slt(0), /*isSigned=*/true);
      },
      [](const APFloat &a, const APFloat &) {
        if (a.isNaN() || a.isZero())
          return a;
        return APFloat::getOne(a.getSemantics(), a.isNegative());
      });
}

/// Only floats come here.
static OpFoldResult foldRounding(Attribute input, APFloat::roundingMode mode) {
  return foldSplats(
      input, input, [](const APInt &a, const APInt &) { return a; },
      [&](APFloat a, const APFloat &) {
        a.roundToIntegral(mode);
        return a;
      });
}

OpFoldResult FloorOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getInput(), APFloat::rmTowardNegative);
}

OpFoldResult CeilOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getInput(), APFloat::rmTowardPositive);
}
