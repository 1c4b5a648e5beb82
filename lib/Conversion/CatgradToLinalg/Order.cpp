//===- Order.cpp - Order and rounding to linalg -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the operations that use the order of numbers: each states
// its scalar meaning in one `emitScalar`.

#include "Elementwise.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace catgrad {

static Value emitScalar(MaximumOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::MaximumFOp::create(b, loc, args[0], args[1]);
  if (type.isInteger(1)) // as a signed number the i1 true would be -1
    return arith::OrIOp::create(b, loc, args[0], args[1]);
  return arith::MaxSIOp::create(b, loc, args[0], args[1]);
}

static Value emitScalar(MinimumOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::MinimumFOp::create(b, loc, args[0], args[1]);
  if (type.isInteger(1))
    return arith::AndIOp::create(b, loc, args[0], args[1]);
  return arith::MinSIOp::create(b, loc, args[0], args[1]);
}

/// Whether a signed number is beyond 0 in the given direction.
static Value compareWithZero(OpBuilder &b, Location loc, Value x,
                             arith::CmpIPredicate integer,
                             arith::CmpFPredicate real) {
  Value zero = emitZero(b, loc, x.getType());
  if (isa<FloatType>(x.getType()))
    return arith::CmpFOp::create(b, loc, real, x, zero);
  return arith::CmpIOp::create(b, loc, integer, x, zero);
}

static Value emitScalar(AbsOp, OpBuilder &b, Location loc, ValueRange args) {
  Value x = args[0];
  if (isa<FloatType>(x.getType()))
    return math::AbsFOp::create(b, loc, x);
  // The negative of the least number wraps around to itself.
  Value negative =
      arith::SubIOp::create(b, loc, emitZero(b, loc, x.getType()), x);
  Value isNegative = compareWithZero(b, loc, x, arith::CmpIPredicate::slt,
                                     arith::CmpFPredicate::OLT);
  return arith::SelectOp::create(b, loc, isNegative, negative, x);
}

static Value emitScalar(SignOp, OpBuilder &b, Location loc, ValueRange args) {
  Value x = args[0];
  Value isPositive = compareWithZero(b, loc, x, arith::CmpIPredicate::sgt,
                                     arith::CmpFPredicate::OGT);
  Value isNegative = compareWithZero(b, loc, x, arith::CmpIPredicate::slt,
                                     arith::CmpFPredicate::OLT);
  // What is neither is a zero, or NaN.
  Value rest = arith::SelectOp::create(b, loc, isNegative,
                                       emitNumber(b, loc, x.getType(), -1), x);
  return arith::SelectOp::create(b, loc, isPositive,
                                 emitNumber(b, loc, x.getType(), 1), rest);
}

static Value emitScalar(FloorOp, OpBuilder &b, Location loc, ValueRange args) {
  return math::FloorOp::create(b, loc, args[0]);
}

static Value emitScalar(CeilOp, OpBuilder &b, Location loc, ValueRange args) {
  return math::CeilOp::create(b, loc, args[0]);
}

void populateOrderToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering<MaximumOp>, ElementwiseLowering<MinimumOp>,
               ElementwiseLowering<AbsOp>, ElementwiseLowering<SignOp>,
               ElementwiseLowering<FloorOp>, ElementwiseLowering<CeilOp>>(
      patterns.getContext());
}

} // namespace catgrad
