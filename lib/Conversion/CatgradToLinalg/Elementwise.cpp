//===- Elementwise.cpp - Elementwise operations to linalg -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers elementwise operations to linalg.generic: each states its
// scalar meaning in one `emitScalar`.

#include "Elementwise.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace catgrad {

static Value constant(OpBuilder &b, Location loc, TypedAttr value) {
  return arith::ConstantOp::create(b, loc, value);
}

static Value zero(OpBuilder &b, Location loc, Type type) {
  return constant(b, loc, b.getZeroAttr(type));
}

//===----------------------------------------------------------------------===//
// Ring operations: arith's integers wrap around; i1 is Z/2
//===----------------------------------------------------------------------===//

static Value emitScalar(AddOp, OpBuilder &b, Location loc, ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::AddFOp::create(b, loc, args[0], args[1]);
  if (type.isInteger(1))
    return arith::XOrIOp::create(b, loc, args[0], args[1]);
  return arith::AddIOp::create(b, loc, args[0], args[1]);
}

static Value emitScalar(SubtractOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::SubFOp::create(b, loc, args[0], args[1]);
  if (type.isInteger(1))
    return arith::XOrIOp::create(b, loc, args[0], args[1]);
  return arith::SubIOp::create(b, loc, args[0], args[1]);
}

static Value emitScalar(MultiplyOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::MulFOp::create(b, loc, args[0], args[1]);
  if (type.isInteger(1))
    return arith::AndIOp::create(b, loc, args[0], args[1]);
  return arith::MulIOp::create(b, loc, args[0], args[1]);
}

static Value emitScalar(NegateOp, OpBuilder &b, Location loc, ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::NegFOp::create(b, loc, args[0]);
  if (type.isInteger(1))
    return args[0];
  return arith::SubIOp::create(b, loc, zero(b, loc, type), args[0]);
}

//===----------------------------------------------------------------------===//
// Quotients, powers and complements
//===----------------------------------------------------------------------===//

static Value emitScalar(DivideOp, OpBuilder &b, Location loc, ValueRange args) {
  Value x = args[0], y = args[1];
  Type type = x.getType();
  if (isa<FloatType>(type))
    return arith::DivFOp::create(b, loc, x, y);
  // The machine's division stops the program for a divisor of 0, and of -1
  // where the quotient overflows.
  Value zero = emitZero(b, loc, type), one = emitNumber(b, loc, type, 1);
  Value isZero =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, y, zero);
  Value isMinusOne = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, y,
                                           emitNumber(b, loc, type, -1));
  Value isSpecial = arith::OrIOp::create(b, loc, isZero, isMinusOne);
  Value divisor = arith::SelectOp::create(b, loc, isSpecial, one, y);
  Value quotient = arith::DivSIOp::create(b, loc, x, divisor);
  Value negative = arith::SubIOp::create(b, loc, zero, x);
  quotient = arith::SelectOp::create(b, loc, isMinusOne, negative, quotient);
  return arith::SelectOp::create(b, loc, isZero, zero, quotient);
}

static Value emitScalar(PowerOp, OpBuilder &b, Location loc, ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return math::PowFOp::create(b, loc, args[0], args[1]);
  // Square and multiply, one step for each bit of the exponent.
  Value zero = emitZero(b, loc, type), one = emitNumber(b, loc, type, 1);
  Value first = arith::ConstantIndexOp::create(b, loc, 0);
  Value step = arith::ConstantIndexOp::create(b, loc, 1);
  Value last =
      arith::ConstantIndexOp::create(b, loc, type.getIntOrFloatBitWidth());
  auto loop = scf::ForOp::create(
      b, loc, first, last, step, ValueRange{one, args[0], args[1]},
      [&](OpBuilder &b, Location loc, Value, ValueRange carried) {
        Value power = carried[0], square = carried[1], exponent = carried[2];
        Value bit = arith::AndIOp::create(b, loc, exponent, one);
        Value isSet =
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bit, zero);
        Value product = arith::MulIOp::create(b, loc, power, square);
        scf::YieldOp::create(
            b, loc,
            ValueRange{arith::SelectOp::create(b, loc, isSet, product, power),
                       arith::MulIOp::create(b, loc, square, square),
                       arith::ShRUIOp::create(b, loc, exponent, one)});
      });
  return loop.getResult(0);
}

static Value emitScalar(InvertOp, OpBuilder &b, Location loc, ValueRange args) {
  // On i1, too, -1 is the number with all bits set.
  return arith::XOrIOp::create(b, loc, args[0],
                               emitNumber(b, loc, args[0].getType(), -1));
}

//===----------------------------------------------------------------------===//
// Comparison, choice and conversion
//===----------------------------------------------------------------------===//

static arith::CmpFPredicate getFloatPredicate(Predicate predicate) {
  switch (predicate) {
  case Predicate::eq:
    return arith::CmpFPredicate::OEQ;
  case Predicate::ne: // true for NaN
    return arith::CmpFPredicate::UNE;
  case Predicate::lt:
    return arith::CmpFPredicate::OLT;
  case Predicate::le:
    return arith::CmpFPredicate::OLE;
  case Predicate::gt:
    return arith::CmpFPredicate::OGT;
  case Predicate::ge:
    return arith::CmpFPredicate::OGE;
  }
  llvm_unreachable("unknown predicate");
}

static arith::CmpIPredicate getIntegerPredicate(Predicate predicate,
                                                bool isSigned) {
  using Cmp = arith::CmpIPredicate;
  switch (predicate) {
  case Predicate::eq:
    return Cmp::eq;
  case Predicate::ne:
    return Cmp::ne;
  case Predicate::lt:
    return isSigned ? Cmp::slt : Cmp::ult;
  case Predicate::le:
    return isSigned ? Cmp::sle : Cmp::ule;
  case Predicate::gt:
    return isSigned ? Cmp::sgt : Cmp::ugt;
  case Predicate::ge:
    return isSigned ? Cmp::sge : Cmp::uge;
  }
  llvm_unreachable("unknown predicate");
}

static Value emitScalar(CompareOp op, OpBuilder &b, Location loc,
                        ValueRange args) {
  Type type = args[0].getType();
  if (isa<FloatType>(type))
    return arith::CmpFOp::create(b, loc, getFloatPredicate(op.getPredicate()),
                                 args[0], args[1]);
  // As a signed number the i1 true would be -1, below false.
  auto predicate =
      getIntegerPredicate(op.getPredicate(), /*isSigned=*/!type.isInteger(1));
  return arith::CmpIOp::create(b, loc, predicate, args[0], args[1]);
}

static Value emitScalar(SelectOp, OpBuilder &b, Location loc, ValueRange args) {
  return arith::SelectOp::create(b, loc, args[0], args[1], args[2]);
}

static Value emitScalar(CastOp op, OpBuilder &b, Location loc,
                        ValueRange args) {
  Value input = args[0];
  Type from = input.getType();
  Type to = getElementTypeOrSelf(op.getResult().getType());
  if (from == to)
    return input;
  if (to.isInteger(1)) {
    input = widen(b, loc, input);
    Value zeroValue = zero(b, loc, input.getType());
    if (isa<FloatType>(from))
      return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, input,
                                   zeroValue);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, input,
                                 zeroValue);
  }
  if (isa<FloatType>(from)) {
    if (isa<FloatType>(to))
      return convertFloat(b, loc, input, to);
    return arith::FPToSIOp::create(b, loc, to, widen(b, loc, input));
  }
  if (from.isInteger(1)) { // 0 or 1, not 0 or -1
    if (isa<FloatType>(to)) {
      Type computed = getComputeType(to);
      Value number = arith::UIToFPOp::create(b, loc, computed, input);
      return convertFloat(b, loc, number, to);
    }
    return arith::ExtUIOp::create(b, loc, to, input);
  }
  if (isa<FloatType>(to))
    return convertSignedInteger(b, loc, input, to);
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return arith::ExtSIOp::create(b, loc, to, input);
  return arith::TruncIOp::create(b, loc, to, input);
}

void populateElementwiseToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering<AddOp>, ElementwiseLowering<SubtractOp>,
               ElementwiseLowering<NegateOp>, ElementwiseLowering<MultiplyOp>,
               ElementwiseLowering<DivideOp>, ElementwiseLowering<PowerOp>,
               ElementwiseLowering<InvertOp>, ElementwiseLowering<CompareOp>,
               ElementwiseLowering<SelectOp>, ElementwiseLowering<CastOp>>(
      patterns.getContext());
}

} // namespace catgrad
