//===- ActivationOps.cpp - Activation functions -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the activation functions, each next to its rule.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// SiluOp: R[silu](x, d) = (s + x * s * (1 - s)) * d, where s = sigmoid(x)
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> SiluOp::expand(OpBuilder &builder) {
  Value gate = SigmoidOp::create(builder, getLoc(), getInput());
  return SmallVector<Value>{
      MultiplyOp::create(builder, getLoc(), getInput(), gate)};
}

LogicalResult SiluOp::reverse(OpBuilder &builder, DerivativeContext &,
                              ValueRange residuals, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  Location loc = getLoc();
  Value x = residuals.front();
  Value one = ConstantOp::create(builder, loc, getSplat(getType(), 1.0));
  Value gate = SigmoidOp::create(builder, loc, x);
  Value complement = SubtractOp::create(builder, loc, one, gate);
  Value product = MultiplyOp::create(builder, loc, x, gate);
  Value bend = MultiplyOp::create(builder, loc, product, complement);
  Value slope = AddOp::create(builder, loc, gate, bend);
  operandCotangents.push_back(
      MultiplyOp::create(builder, loc, slope, cotangents.front()));
  return success();
}
