//===- ArcTangent.cpp - Inverse trigonometric functions ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes the arc tangent, and the functions that are made of it.

#include "Functions.h"

using namespace mlir;

namespace catgrad::reference {

/// (atan(t) / t - 1) / t^2 in t^2 for |t| <= tan(pi / 8).
static constexpr double kAtan[] = {
    -0x1.c7a6bc6dde7f9p-7, 0x1.f5ba271a2a8e8p-6,  -0x1.5030c28013685p-5,
    0x1.829a09d7f37d9p-5,  -0x1.aebcad6415c5dp-5, 0x1.e1d8ddf459f4dp-5,
    -0x1.1110ce80547d7p-4, 0x1.3b13aea53b18fp-4,  -0x1.745d173542f7ap-4,
    0x1.c71c71c6dd2d8p-4,  -0x1.24924924920a3p-3, 0x1.9999999999997p-3,
    -0x1.5555555555555p-2};

/// pi / 2.
static constexpr double kHalfPiHi = 0x1.921fb54442d18p0,
                        kHalfPiLo = 0x1.1a62633145c07p-54;

Value emitAtan(Arithmetic &a, Value x) {
  // Beyond 2^60 it rounds to pi / 2.
  Value y = a.atMost(a.abs(x), 0x1p60);
  // atan(y) = c + atan(t) with c of 0, pi / 4 and pi / 2, and
  // t of y, (y - 1) / (y + 1) and -1 / y.
  Value isMiddle = a.less(a.number(0x1.a827999fcef32p-2), y);
  Value isLarge = a.less(a.number(0x1.3504f333f9de6p1), y);
  Value zero = a.number(0), one = a.number(1);
  auto choose = [&](Value small, Value middle, Value large) {
    return a.select(isLarge, large, a.select(isMiddle, middle, small));
  };
  Double2 minus = a.sum2(y, a.number(-1)), plus = a.sum2(y, one);
  Double2 above{choose(y, minus.hi, a.number(-1)),
                choose(zero, minus.lo, zero)};
  Double2 below{choose(one, plus.hi, y), choose(zero, plus.lo, zero)};
  Double2 t = a.quotient2(above, below);
  Value base = choose(zero, a.number(kHalfPiHi / 2), a.number(kHalfPiHi));
  Value baseLo = choose(zero, a.number(kHalfPiLo / 2), a.number(kHalfPiLo));
  Double2 sum = a.sum2(base, t.hi);
  Value z = a.mul(t.hi, t.hi);
  Value tail = a.add(sum.lo, a.add(t.lo, baseLo));
  tail = a.fma(a.mul(t.hi, z), a.polynomial(z, kAtan), tail);
  return a.withSign(a.add(sum.hi, tail), x);
}

Value emitAsin(Arithmetic &a, Value x) {
  Value one = a.number(1);
  Value square = a.mul(a.sub(one, x), a.add(one, x));
  return emitAtan(a, a.div(x, a.sqrt(square)));
}

Value emitAcos(Arithmetic &a, Value x) {
  Value one = a.number(1);
  Value square = a.div(a.sub(one, x), a.add(one, x));
  return a.mul(a.number(2), emitAtan(a, a.sqrt(square)));
}

Value emitAtan2(Arithmetic &a, Value y, Value x) {
  Value above = a.abs(y), below = a.abs(x);
  // Within an eighth of the circle; of two zeros and two infinities, as if the
  // first were nothing, and as if they were equal.
  Value isSteep = a.less(below, above);
  Value least = a.select(isSteep, below, above);
  Value greatest = a.select(isSteep, above, below);
  Value t = a.div(least, greatest);
  t = a.select(a.equal(greatest, a.number(0)), a.number(0), t);
  t = a.select(a.equal(least, a.infinity()), a.number(1), t);
  Value angle = emitAtan(a, t);
  auto mirror = [&](double hi, double lo) {
    return a.add(a.sub(a.number(hi), angle), a.number(lo));
  };
  angle = a.select(isSteep, mirror(kHalfPiHi, kHalfPiLo), angle);
  Value isLeft = a.isSet(a.shru(a.toBits(x), 63));
  angle = a.select(isLeft, mirror(2 * kHalfPiHi, 2 * kHalfPiLo), angle);
  return a.withSign(angle, y);
}

} // namespace catgrad::reference
