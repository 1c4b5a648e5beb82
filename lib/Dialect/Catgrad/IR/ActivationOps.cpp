//===- ActivationOps.cpp - Activation functions -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the activation functions, each next to its rule and, if
// it is an abbreviation, its definition.

#include "Formula.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// SigmoidOp: R[sigmoid](x, d) = s * (1 - s) * d, where s is the output
//===----------------------------------------------------------------------===//

Value SigmoidOp::pullBack(OpBuilder &builder, Value s, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.multiply(s, f.complement(s)), d);
}

//===----------------------------------------------------------------------===//
// ReluOp: R[relu](x, d) = d where x > 0, else 0
//===----------------------------------------------------------------------===//

Value ReluOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  Value zero = f.number(x, 0.0);
  return f.select(f.compare(x, Predicate::gt, zero), d, zero);
}

//===----------------------------------------------------------------------===//
// ClampOp: R[clamp](x, d) = 0 where x is at a bound or beyond, else d
//===----------------------------------------------------------------------===//

LogicalResult ClampOp::verify() {
  double low = getLow().convertToDouble(), high = getHigh().convertToDouble();
  if (!(low <= high))
    return emitOpError("expected 'low' not greater than 'high' but got ")
           << getLowAttr() << " and " << getHighAttr();
  Type element = getType().getElementType();
  for (FloatAttr bound : {getLowAttr(), getHighAttr()})
    if (isa<IntegerType>(element) &&
        !canHold(element, bound.getValueAsDouble()))
      return emitOpError("expected bounds that ")
             << element << " can hold but got " << bound;
  return success();
}

FailureOr<SmallVector<Value>> ClampOp::expand(OpBuilder &builder) {
  Formula f(builder, getLoc());
  Value x = getInput();
  Value low = f.number(x, getLow().convertToDouble());
  Value high = f.number(x, getHigh().convertToDouble());
  Value below = f.select(f.compare(x, Predicate::ge, high), high, x);
  return SmallVector<Value>{
      f.select(f.compare(x, Predicate::le, low), low, below)};
}

Value ClampOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  Value low = f.number(x, getLow().convertToDouble());
  Value high = f.number(x, getHigh().convertToDouble());
  Value zero = f.number(x, 0.0);
  Value below = f.select(f.compare(x, Predicate::ge, high), zero, d);
  return f.select(f.compare(x, Predicate::le, low), zero, below);
}

//===----------------------------------------------------------------------===//
// SiluOp: R[silu](x, d) = (s + x * s * (1 - s)) * d, where s = sigmoid(x)
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> SiluOp::expand(OpBuilder &builder) {
  Formula f(builder, getLoc());
  return SmallVector<Value>{
      f.multiply(getInput(), f.make<SigmoidOp>(getInput()))};
}

Value SiluOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  Value s = f.make<SigmoidOp>(x);
  Value y = f.multiply(x, s);
  Value bend = f.multiply(y, f.complement(s));
  return f.multiply(f.add(s, bend), d);
}

//===----------------------------------------------------------------------===//
// SoftplusOp: R[softplus](x, d) = sigmoid(x) * d
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> SoftplusOp::expand(OpBuilder &builder) {
  Formula f(builder, getLoc());
  Value x = getInput();
  Value small = f.make<ExpOp>(f.negate(f.make<AbsOp>(x)));
  Value rectified = f.make<MaximumOp>(x, f.number(x, 0.0));
  return SmallVector<Value>{f.add(rectified, f.make<Log1pOp>(small))};
}

Value SoftplusOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.make<SigmoidOp>(x), d);
}

//===----------------------------------------------------------------------===//
// GeluOp: R[gelu](x, d) = (g + x * g') * d, where gelu(x) = x * g
//===----------------------------------------------------------------------===//

LogicalResult GeluOp::verify() {
  if (getApproximate() != "none" && getApproximate() != "tanh")
    return emitOpError("expected 'approximate' to be \"none\" or \"tanh\" but "
                       "got ")
           << getApproximateAttr();
  return success();
}

namespace {
/// The argument 2 * sqrt(2 / pi) * (x + 0.044715 * x^3) of the sigmoid, and
/// what it is made of.
struct TanhArgument {
  static constexpr double kCubic = 0.044715;
  static constexpr double kScale =
      2.0 * llvm::numbers::sqrt2 * llvm::numbers::inv_sqrtpi;
  Value bounded, square, argument;

  TanhArgument(Formula f, Value x, Type type) {
    // The sigmoid is 0 or 1 in every float type long before; a cube would
    // overflow, and infinity times 0 is NaN.
    bounded =
        f.make<ClampOp>(type, x, llvm::APFloat(-30.0), llvm::APFloat(30.0));
    square = f.square(bounded);
    Value factor = f.add(f.multiply(square, kScale * kCubic), kScale);
    argument = f.multiply(bounded, factor);
  }
};
} // namespace

/// The probability that a normal variable is at most x.
static Value distribution(Formula f, Value x) {
  Value tail = f.make<ErfcOp>(f.multiply(x, -0.5 * llvm::numbers::sqrt2));
  return f.multiply(tail, 0.5);
}

FailureOr<SmallVector<Value>> GeluOp::expand(OpBuilder &builder) {
  Formula f(builder, getLoc());
  Value x = getInput();
  Value gate = getApproximate() == "tanh"
                   ? f.make<SigmoidOp>(TanhArgument(f, x, getType()).argument)
                   : distribution(f, x);
  return SmallVector<Value>{f.multiply(x, gate)};
}

Value GeluOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  Value gate, bend;
  if (getApproximate() == "tanh") {
    TanhArgument u(f, x, getType());
    gate = f.make<SigmoidOp>(u.argument);
    Value slope =
        f.add(f.multiply(u.square, 3.0 * u.kScale * u.kCubic), u.kScale);
    // Where x is clamped this is 0.
    bend = f.multiply(f.multiply(gate, f.complement(gate)), u.bounded);
    bend = f.multiply(bend, slope);
  } else {
    constexpr double factor =
        0.5 * llvm::numbers::sqrt2 * llvm::numbers::inv_sqrtpi;
    gate = distribution(f, x);
    Value bell = f.make<ExpOp>(f.multiply(f.square(x), -0.5));
    bend = f.multiply(x, f.multiply(bell, factor));
  }
  return f.multiply(f.add(gate, bend), d);
}
