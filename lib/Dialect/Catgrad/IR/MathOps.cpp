//===- MathOps.cpp - Elementary functions -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the rules of the elementary functions: from what each
// keeps, its operand x or its result y, and the cotangent d of the result.

#include "Formula.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Exponentials and logarithms
//===----------------------------------------------------------------------===//

Value ExpOp::pullBack(OpBuilder &builder, Value y, Value d) {
  return Formula(builder, getLoc()).multiply(y, d);
}

Value Expm1Op::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.make<ExpOp>(x), d);
}

Value LogOp::pullBack(OpBuilder &builder, Value x, Value d) {
  return Formula(builder, getLoc()).divide(d, x);
}

Value Log1pOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.divide(d, f.add(x, 1.0));
}

//===----------------------------------------------------------------------===//
// Roots
//===----------------------------------------------------------------------===//

Value SqrtOp::pullBack(OpBuilder &builder, Value y, Value d) {
  Formula f(builder, getLoc());
  return f.divide(d, f.add(y, y));
}

Value RsqrtOp::pullBack(OpBuilder &builder, Value y, Value d) {
  Formula f(builder, getLoc());
  // The cube of y alone would overflow before a small d makes it small again.
  Value scaled = f.multiply(f.multiply(d, -0.5), y);
  return f.multiply(f.multiply(scaled, y), y);
}

//===----------------------------------------------------------------------===//
// Trigonometric functions
//===----------------------------------------------------------------------===//

Value SinOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.make<CosOp>(x), d);
}

Value CosOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  return f.negate(f.multiply(f.make<SinOp>(x), d));
}

Value TanOp::pullBack(OpBuilder &builder, Value y, Value d) {
  Formula f(builder, getLoc());
  return f.multiply(f.add(f.square(y), 1.0), d);
}

/// With s a power of two, d / (1 + x^2) = s * (s * d) / (s^2 + (s * x)^2). The
/// scale is 1 for numbers whose square is harmless; it is locally constant, and
/// the quotient does not depend on it, so further derivatives are right too.
Value AtanOp::pullBack(OpBuilder &builder, Value x, Value d) {
  Formula f(builder, getLoc());
  auto element = cast<FloatType>(getType().getElementType());
  // One more than the largest exponent; s * x is below its square root.
  int exponent = APFloat::semanticsMaxExponent(element.getFloatSemantics()) + 1;
  Value one = f.number(x, 1.0);
  Value small = f.number(x, std::ldexp(1.0, -exponent / 2 - 2));
  Value threshold = f.number(x, std::ldexp(1.0, exponent / 4));
  Value size = f.make<AbsOp>(x);
  Value scale = f.select(f.compare(size, Predicate::gt, threshold), small, one);
  Value square = f.square(f.multiply(scale, x));
  Value denominator = f.add(square, f.square(scale));
  return f.multiply(scale, f.divide(f.multiply(scale, d), denominator));
}

Value TanhOp::pullBack(OpBuilder &builder, Value y, Value d) {
  Formula f(builder, getLoc());
  Value difference = f.complement(y);
  Value sum = f.add(y, 1.0);
  return f.multiply(f.multiply(difference, sum), d);
}

//===----------------------------------------------------------------------===//
// Error functions
//===----------------------------------------------------------------------===//

/// factor * exp(-x^2) * d.
static Value gaussian(Formula f, double factor, Value x, Value d) {
  Value bell = f.make<ExpOp>(f.negate(f.square(x)));
  return f.multiply(f.multiply(bell, factor), d);
}

Value ErfOp::pullBack(OpBuilder &builder, Value x, Value d) {
  return gaussian({builder, getLoc()}, 2.0 * llvm::numbers::inv_sqrtpi, x, d);
}

Value ErfcOp::pullBack(OpBuilder &builder, Value x, Value d) {
  return gaussian({builder, getLoc()}, -2.0 * llvm::numbers::inv_sqrtpi, x, d);
}
