//===- ErrorFunction.cpp - The error function -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes erf and erfc. The tail is e^(-x^2) times a function that
// falls like 1 / x; in (x - 7/2) / (x + 7/2) a polynomial is near it on the
// whole axis, as Shepherd and Laframboise (1981) have found.

#include "Functions.h"

using namespace mlir;

namespace catgrad::reference {

/// erf(x) / x - 1 in x^2 for |x| <= 1.
static constexpr double kErf[] = {
    -0x1.29b9f1b3df556p-38, 0x1.7f072188e194dp-34,  -0x1.4e607b41a6416p-30,
    0x1.fc4356498c2d9p-27,  -0x1.5f6d925a0bc7ap-23, 0x1.b9e6509b9867dp-20,
    -0x1.f4d2561aeafd4p-17, 0x1.f9a326c233146p-14,  -0x1.c02db3feeb579p-11,
    0x1.565bcd0e6502dp-8,   -0x1.b82ce312889bap-6,  0x1.ce2f21a042bdep-4,
    -0x1.812746b0379e7p-2,  0x1.06eba8214db69p-3};

/// (1 + 2 x) e^(x^2) erfc(x) in (x - 7/2) / (x + 7/2) from x = 1/2 on.
static constexpr double kErfc[] = {
    -0x1.f1c83249080d8p-35, 0x1.64108ab4e86abp-27,  0x1.7a4c0d3d61381p-31,
    -0x1.8f11eb4a92821p-24, -0x1.1363b0e48903bp-27, 0x1.4224dc143b39p-21,
    -0x1.7bc12cb4786dep-25, -0x1.fff31d2314845p-19, 0x1.387fc956b0b52p-19,
    0x1.9707dae1ecfa1p-16,  -0x1.66e2213d4479dp-15, -0x1.fda8f87059b58p-14,
    0x1.27e664d9eda7ep-11,  -0x1.3cf36a4b730cp-12,  -0x1.143c4ca76ceb6p-8,
    0x1.38ec66716e1e5p-6,   -0x1.8ff5ef76d0a3bp-5,  0x1.686106046db53p-4,
    -0x1.d76830c353251p-4,  0x1.8f702ec6b33a2p-4,   -0x1.59e2c284b11e2p-7,
    -0x1.1ebd220ea593cp-3,  0x1.3e0a99a0ee914p0};

/// erf(x) - x for |x| < 1.
static Value emitErfBend(Arithmetic &a, Value x) {
  return a.mul(x, a.polynomial(a.mul(x, x), kErf));
}

/// erfc(x) for x >= 1/2.
static Value emitTail(Arithmetic &a, Value x) {
  Value y = a.atMost(x, 28); // where it is 0 already
  Double2 square = a.product2(y, y);
  Scaled exp = emitScaledExp(a, {a.neg(square.hi), a.neg(square.lo)});
  Value c = a.number(3.5);
  Double2 t = a.quotient2(a.sum2(y, a.neg(c)), a.sum2(y, c));
  Value p = a.polynomial(a.add(t.hi, t.lo), kErfc);
  Double2 below = a.orderedSum2(a.number(1), a.mul(a.number(2), y));
  Double2 q = a.quotient2({p, a.number(0)}, below);
  // The product of both, without losing what is behind the point.
  Double2 r = a.product2(exp.mantissa.hi, q.hi);
  r.lo = a.fma(exp.mantissa.lo, q.hi, a.fma(exp.mantissa.hi, q.lo, r.lo));
  return a.scale(a.add(r.hi, r.lo), exp.exponent);
}

Value emitErf(Arithmetic &a, Value x) {
  Value y = a.abs(x);
  Value near = a.fma(y, a.polynomial(a.mul(y, y), kErf), y);
  Value far = a.sub(a.number(1), emitTail(a, y));
  return a.withSign(a.select(a.less(y, a.number(1)), near, far), x);
}

Value emitErfc(Arithmetic &a, Value x) {
  Value y = a.abs(x);
  Double2 sum = a.sum2(a.number(1), a.neg(x));
  Value near = a.add(sum.hi, a.sub(sum.lo, emitErfBend(a, x)));
  Value tail = emitTail(a, y);
  Value isNegative = a.less(x, a.number(0));
  Value far = a.select(isNegative, a.sub(a.number(2), tail), tail);
  return a.select(a.less(y, a.number(0.5)), near, far);
}

} // namespace catgrad::reference
