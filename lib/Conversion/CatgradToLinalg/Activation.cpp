//===- Activation.cpp - Activation functions to linalg ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the activation functions that have no definition; the others
// are lowered by it.

#include "Elementwise.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace catgrad {

static Value emitScalar(SigmoidOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  // For x < -88 (f32) exp(-x) is infinite and the quotient is 0, which is the
  // right limit. It stays so only without fast-math flags.
  Value one = emitNumber(b, loc, args[0].getType(), 1);
  Value negated = arith::NegFOp::create(b, loc, args[0]);
  Value exp = math::ExpOp::create(b, loc, negated);
  Value denominator = arith::AddFOp::create(b, loc, exp, one);
  return arith::DivFOp::create(b, loc, one, denominator);
}

static Value emitScalar(ReluOp, OpBuilder &b, Location loc, ValueRange args) {
  Value zeroValue = emitZero(b, loc, args[0].getType());
  // maximumf, unlike maxnumf, gives NaN for NaN.
  if (isa<FloatType>(args[0].getType()))
    return arith::MaximumFOp::create(b, loc, args[0], zeroValue);
  return arith::MaxSIOp::create(b, loc, args[0], zeroValue);
}

void populateActivationToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering<SigmoidOp>, ElementwiseLowering<ReluOp>>(
      patterns.getContext());
}

} // namespace catgrad
