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
// Nonlinear functions
//===----------------------------------------------------------------------===//

static Value emitScalar(SigmoidOp, OpBuilder &b, Location loc,
                        ValueRange args) {
  // For x < -88 (f32) exp(-x) is infinite and the quotient is 0, which is the
  // right limit. It stays so only without fast-math flags.
  Value one = constant(b, loc, b.getFloatAttr(args[0].getType(), 1.0));
  Value negated = arith::NegFOp::create(b, loc, args[0]);
  Value exp = math::ExpOp::create(b, loc, negated);
  Value denominator = arith::AddFOp::create(b, loc, exp, one);
  return arith::DivFOp::create(b, loc, one, denominator);
}

static Value emitScalar(ReluOp, OpBuilder &b, Location loc, ValueRange args) {
  Value zeroValue = zero(b, loc, args[0].getType());
  // maximumf, unlike maxnumf, gives NaN for NaN.
  if (isa<FloatType>(args[0].getType()))
    return arith::MaximumFOp::create(b, loc, args[0], zeroValue);
  return arith::MaxSIOp::create(b, loc, args[0], zeroValue);
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
               ElementwiseLowering<SigmoidOp>, ElementwiseLowering<ReluOp>,
               ElementwiseLowering<CompareOp>, ElementwiseLowering<SelectOp>,
               ElementwiseLowering<CastOp>>(patterns.getContext());
}

} // namespace catgrad
