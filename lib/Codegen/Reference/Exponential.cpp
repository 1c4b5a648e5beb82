//===- Exponential.cpp - Exponential, logarithm, power ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes exponentials and logarithms. One of each is computed to more
// than 53 bits, and all functions here are made of these two. The polynomials
// go through the function in Chebyshev's points.

#include "Functions.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace catgrad::reference {

/// ln 2 in two parts: the first has 40 bits, so that its product with an
/// exponent is exact.
static constexpr double kLn2Hi = 0x1.62e42fefa2p-1,
                        kLn2Lo = 0x1.9ef35793c7673p-41;

/// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
static constexpr double kExp[] = {0x1.1f73b376c0f55p-29,
                                  0x1.af4f1ddf981a8p-26,
                                  0x1.27e4db0f8a3efp-22,
                                  0x1.71de019d031e7p-19,
                                  0x1.a01a01a6f35fbp-16,
                                  0x1.a01a01ac16f76p-13,
                                  0x1.6c16c16c162a3p-10,
                                  0x1.1111111110085p-7,
                                  0x1.5555555555556p-5,
                                  0x1.5555555555557p-3,
                                  0x1p-1};

/// (atanh(s) / s - 1 - s^2 / 3) / s^4 in s^2 for |s| <= 0.1716.
static constexpr double kLog[] = {0x1.e03a7acf07f85p-5, 0x1.df7ba1f4809c3p-5,
                                  0x1.1118cd67251c5p-4, 0x1.3b1395b82701ep-4,
                                  0x1.745d177ad436ap-4, 0x1.c71c71c6ea5acp-4,
                                  0x1.2492492492522p-3, 0x1.999999999999ap-3};

Scaled emitScaledExp(Arithmetic &a, Double2 x) {
  // Where x is cut off, its lower part may be anything.
  Value hi = a.atLeast(a.atMost(x.hi, 800), -800);
  Value isCut = a.less(a.number(800), a.abs(x.hi));
  Value lo = a.select(isCut, a.number(0), x.lo);
  // Adding 1.5 * 2^52 rounds to an integer, which is in the last bits then.
  Value round = a.number(0x1.8p52);
  Value shifted = a.fma(hi, a.number(llvm::numbers::log2e), round);
  Value k = a.sub(shifted, round);
  Value exponent = a.subi(a.toBits(shifted), a.toBits(round));
  // r = x - k ln 2
  Value rest = a.fnma(k, a.number(kLn2Hi), hi); // exact
  Double2 r = a.sum2(rest, a.mul(a.neg(k), a.number(kLn2Lo)));
  r = a.sum2(r.hi, a.add(r.lo, lo));
  // 1 + r + r^2 q(r), and the derivative of it for the lower part.
  Double2 sum = a.orderedSum2(a.number(1), r.hi);
  Value tail = a.fma(r.lo, sum.hi, sum.lo);
  tail = a.fma(a.mul(r.hi, r.hi), a.polynomial(r.hi, kExp), tail);
  return {{sum.hi, tail}, exponent};
}

Double2 emitTwofoldLog(Arithmetic &a, Double2 x) {
  Value isDenormal = a.less(x.hi, a.number(0x1p-1022));
  Value hi = a.select(isDenormal, a.mul(x.hi, a.number(0x1p54)), x.hi);
  // x = m 2^k with m from sqrt(1/2) to sqrt(2).
  constexpr uint64_t bitsOfSqrtHalf = 0x3fe6a09e667f3bcd;
  Value bits = a.toBits(hi);
  Value k = a.shrs(a.subi(bits, a.integer(bitsOfSqrtHalf)), 52);
  Value m = a.fromBits(a.subi(bits, a.shl(k, 52)));
  Value lo = a.mul(x.lo, a.powerOfTwo(a.subi(a.integer(0), k)));
  Value exponent =
      a.toNumber(a.addi(k, a.select(isDenormal, a.integer(-54), a.integer(0))));
  // ln m = 2 atanh(s) with s = (m - 1) / (m + 1).
  Value f = a.sub(m, a.number(1)); // exact
  Double2 below = a.orderedSum2(a.number(2), f);
  below.lo = a.add(below.lo, lo);
  Double2 s = a.quotient2({f, lo}, below);
  s = a.sum2(s.hi, s.lo);
  // atanh(s) / s - 1 = z / 3 + z^2 p(z) with z = s^2
  Double2 z = a.product2(s.hi, s.hi);
  z.lo = a.fma(a.mul(a.number(2), s.hi), s.lo, z.lo);
  Double2 third = a.number2(0x1.5555555555555p-2, 0x1.5555555555555p-56);
  Double2 w = a.product2(z.hi, third.hi);
  w.lo = a.fma(z.hi, third.lo, a.fma(z.lo, third.hi, w.lo));
  w.lo = a.fma(a.mul(z.hi, z.hi), a.polynomial(z.hi, kLog), w.lo);
  // 2 s (1 + w) + k ln 2, the greatest terms without error.
  s = {a.mul(a.number(2), s.hi), a.mul(a.number(2), s.lo)};
  Double2 bend = a.product2(s.hi, w.hi);
  bend.lo = a.fma(s.hi, w.lo, a.fma(s.lo, w.hi, bend.lo));
  Double2 sum = a.sum2(s.hi, bend.hi);
  Value tail = a.add(sum.lo, a.add(bend.lo, s.lo));
  Double2 all = a.sum2(a.mul(exponent, a.number(kLn2Hi)), sum.hi);
  tail = a.add(all.lo, a.fma(exponent, a.number(kLn2Lo), tail));
  return a.orderedSum2(all.hi, tail);
}

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// The number that is nearest.
static Value emitRounded(Arithmetic &a, const Scaled &x) {
  return a.scale(a.add(x.mantissa.hi, x.mantissa.lo), x.exponent);
}

/// The product with a constant.
static Double2 emitProduct(Arithmetic &a, Double2 x, Double2 y) {
  Double2 product = a.product2(x.hi, y.hi);
  product.lo = a.fma(x.hi, y.lo, a.fma(x.lo, y.hi, product.lo));
  return product;
}

Value emitExp(Arithmetic &a, Value x) {
  return emitRounded(a, emitScaledExp(a, {x, a.number(0)}));
}

Value emitExp2(Arithmetic &a, Value x) {
  Double2 ln2 = a.number2(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56);
  return emitRounded(a,
                     emitScaledExp(a, emitProduct(a, {x, a.number(0)}, ln2)));
}

Double2 emitTwofoldExpm1(Arithmetic &a, Value x) {
  // Below -50 it is -1.
  Scaled exp = emitScaledExp(a, {a.atLeast(x, -50), a.number(0)});
  Value factor = a.powerOfTwo(exp.exponent);
  Double2 sum = a.sum2(a.mul(exp.mantissa.hi, factor), a.number(-1));
  return a.sum2(sum.hi, a.fma(exp.mantissa.lo, factor, sum.lo));
}

Value emitExpm1(Arithmetic &a, Value x) {
  Value result = emitTwofoldExpm1(a, x).hi;
  result = a.select(a.less(a.number(40), x), emitExp(a, x), result);
  return a.select(a.equal(x, a.number(0)), x, result);
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

/// A logarithm that is given for positive finite x, for all.
static Value emitLogOfAny(Arithmetic &a, Value x, Value log) {
  Value outside =
      a.select(a.equal(x, a.number(0)), a.neg(a.infinity()), a.nan());
  log = a.select(a.less(a.number(0), x), log, outside);
  return a.select(a.equal(x, a.infinity()), x, log);
}

Value emitLog(Arithmetic &a, Value x) {
  return emitLogOfAny(a, x, emitTwofoldLog(a, {x, a.number(0)}).hi);
}

/// The logarithm times a constant.
static Value emitLogTimes(Arithmetic &a, Value x, Double2 factor) {
  Double2 log = emitTwofoldLog(a, {x, a.number(0)});
  log = emitProduct(a, log, factor);
  return emitLogOfAny(a, x, a.add(log.hi, log.lo));
}

Value emitLog2(Arithmetic &a, Value x) {
  return emitLogTimes(a, x,
                      a.number2(0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56));
}

Value emitLog10(Arithmetic &a, Value x) {
  return emitLogTimes(a, x,
                      a.number2(0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57));
}

Value emitLog1p(Arithmetic &a, Value x) {
  Double2 sum = a.sum2(a.number(1), x);
  Double2 log = emitTwofoldLog(a, sum);
  Value result = emitLogOfAny(a, sum.hi, log.hi);
  // With the sign of zero, and all digits of a denormal number.
  Value isSmall = a.less(a.abs(x), a.number(0x1p-54));
  return a.select(isSmall, x, result);
}

//===----------------------------------------------------------------------===//
// Powers
//===----------------------------------------------------------------------===//

Value emitRsqrt(Arithmetic &a, Value x) {
  return a.div(a.number(1), a.sqrt(x));
}

Value emitCbrt(Arithmetic &a, Value x) {
  Value magnitude = a.abs(x);
  Double2 third = a.number2(0x1.5555555555555p-2, 0x1.5555555555555p-56);
  Double2 log = emitTwofoldLog(a, {magnitude, a.number(0)});
  Value root = emitRounded(a, emitScaledExp(a, emitProduct(a, log, third)));
  // Zeros, infinities and NaN are their own.
  Value isInside =
      a.both(a.less(a.number(0), magnitude), a.less(magnitude, a.infinity()));
  return a.select(isInside, a.withSign(root, x), x);
}

/// Whether |y| is an integer, and whether an odd one.
static std::pair<Value, Value> emitIsInteger(Arithmetic &a, Value y) {
  // From 2^52 on all numbers are integers, from 2^53 on even ones.
  Value two52 = a.number(0x1p52);
  Value isLarge = a.less(a.number(0x1.fffffffffffffp51), y);
  Value shifted = a.select(isLarge, y, a.add(y, two52));
  Value isInteger =
      a.either(isLarge, a.equal(a.sub(a.add(y, two52), two52), y));
  Value isOdd = a.both(a.isSet(a.andi(a.toBits(shifted), 1)),
                       a.less(y, a.number(0x1p53)));
  return {isInteger, a.both(isOdd, isInteger)};
}

Value emitPow(Arithmetic &a, Value x, Value y) {
  // |x|^y = e^(y ln |x|)
  Value magnitude = a.abs(x);
  Double2 log = emitTwofoldLog(a, {magnitude, a.number(0)});
  Value isZero = a.equal(magnitude, a.number(0));
  Value isFinite = a.less(magnitude, a.infinity());
  log.hi = a.select(isZero, a.neg(a.infinity()),
                    a.select(isFinite, log.hi, magnitude));
  log.lo = a.select(a.either(isZero, a.isNot(isFinite)), a.number(0), log.lo);
  Double2 power = a.product2(y, log.hi);
  power.lo = a.fma(y, log.lo, power.lo);
  Value result = emitRounded(a, emitScaledExp(a, power));
  // 0 times infinity is no number, but 1^y is 1 and (-1)^infinity is, too.
  Value one = a.number(1);
  Value isOne = a.both(a.equal(magnitude, one), a.equal(y, y));
  result = a.select(isOne, one, result);
  auto [isInteger, isOdd] = emitIsInteger(a, a.abs(y));
  Value isNegative = a.isSet(a.shru(a.toBits(x), 63));
  result = a.select(a.both(isNegative, isOdd), a.neg(result), result);
  Value isBelowZero =
      a.both(a.less(x, a.number(0)), a.less(a.neg(a.infinity()), x));
  // NaN is no integer either.
  result = a.select(a.both(isBelowZero, a.isNot(isInteger)), a.nan(), result);
  Value isAlwaysOne = a.either(a.equal(x, one), a.equal(y, a.number(0)));
  return a.select(isAlwaysOne, one, result);
}

} // namespace catgrad::reference
