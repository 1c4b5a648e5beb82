//===- Hyperbolic.cpp - Hyperbolic functions --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes the hyperbolic functions and their inverses of exponentials
// and logarithms.

#include "Functions.h"

using namespace mlir;

namespace catgrad::reference {

Value emitTanh(Arithmetic &a, Value x) {
  // tanh(x) = m / (m + 2) with m = e^(2x) - 1; above 19.1 it rounds to 1.
  Value magnitude = a.atMost(a.abs(x), 20);
  Double2 m = emitTwofoldExpm1(a, a.mul(a.number(2), magnitude));
  Double2 below = a.sum2(m.hi, a.number(2));
  below.lo = a.add(below.lo, m.lo);
  Double2 result = a.quotient2(m, below);
  return a.withSign(a.add(result.hi, result.lo), x);
}

/// e^x / 2, which overflows where the sine and the cosine do.
static Value emitHalfExp(Arithmetic &a, Value x) {
  Double2 less = a.sum2(x, a.number(-0x1.62e42fefa39efp-1));
  less.lo = a.sub(less.lo, a.number(0x1.abc9e3b39803fp-56));
  Scaled exp = emitScaledExp(a, less);
  return a.scale(a.add(exp.mantissa.hi, exp.mantissa.lo), exp.exponent);
}

Value emitSinh(Arithmetic &a, Value x) {
  Value magnitude = a.abs(x);
  Value half = emitHalfExp(a, magnitude);
  Value large = a.sub(half, a.div(a.number(0.25), half));
  // (m + m / (m + 1)) / 2 with m = e^x - 1
  Double2 m = emitTwofoldExpm1(a, a.atMost(magnitude, 1));
  Double2 below = a.sum2(m.hi, a.number(1));
  below.lo = a.add(below.lo, m.lo);
  Double2 q = a.quotient2(m, below);
  Double2 sum = a.sum2(m.hi, q.hi);
  Value small = a.add(sum.hi, a.add(sum.lo, a.add(m.lo, q.lo)));
  small = a.mul(a.number(0.5), small);
  Value isSmall = a.less(magnitude, a.number(1));
  return a.withSign(a.select(isSmall, small, large), x);
}

Value emitCosh(Arithmetic &a, Value x) {
  Value half = emitHalfExp(a, a.abs(x));
  return a.add(half, a.div(a.number(0.25), half));
}

/// ln(2 x) for large x, where the inverses of sine and cosine do not differ.
static Value emitLogOfTwice(Arithmetic &a, Value x) {
  return a.add(emitLog(a, x), a.number(0x1.62e42fefa39efp-1));
}

Value emitAsinh(Arithmetic &a, Value x) {
  Value y = a.abs(x), one = a.number(1);
  Value square = a.mul(y, y);
  Value root = a.sqrt(a.add(one, square));
  Value small = emitLog1p(a, a.add(y, a.div(square, a.add(one, root))));
  Value isLarge = a.less(a.number(0x1p28), y);
  return a.withSign(a.select(isLarge, emitLogOfTwice(a, y), small), x);
}

Value emitAcosh(Arithmetic &a, Value x) {
  Value t = a.sub(x, a.number(1));
  Value root = a.sqrt(a.fma(t, t, a.add(t, t)));
  Value small = emitLog1p(a, a.add(t, root));
  Value isLarge = a.less(a.number(0x1p28), x);
  Value result = a.select(isLarge, emitLogOfTwice(a, x), small);
  return a.select(a.less(x, a.number(1)), a.nan(), result);
}

Value emitAtanh(Arithmetic &a, Value x) {
  Value y = a.abs(x);
  Value quotient = a.div(a.add(y, y), a.sub(a.number(1), y));
  return a.withSign(a.mul(a.number(0.5), emitLog1p(a, quotient)), x);
}

} // namespace catgrad::reference
