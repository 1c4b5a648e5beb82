//===- Trigonometry.cpp - Sine, cosine, tangent -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes the trigonometric functions. The quotient by pi / 2 is
// computed as Payne and Hanek (1983) do: of the digits of 2 / pi only those
// count that are no multiple of 4 after the multiplication, so that it is right
// for every number.

#include "Functions.h"

using namespace mlir;

namespace catgrad::reference {

/// sin and cos for |r| <= pi / 4 in r^2: (sin(r) / r - 1) / r^2 and
/// (cos(r) - 1 + r^2 / 2) / r^4.
static constexpr double kSin[] = {-0x1.ab161757f0c63p-41, 0x1.61217c1864fa1p-33,
                                  -0x1.ae64540f0ba18p-26, 0x1.71de3a545e7p-19,
                                  -0x1.a01a01a019926p-13, 0x1.111111111111p-7,
                                  -0x1.5555555555555p-3};
static constexpr double kCos[] = {0x1.ab76cf6e9b365p-45, -0x1.9394b76d1f265p-37,
                                  0x1.1eed8de9ef73ep-29, -0x1.27e4fb7711e1dp-22,
                                  0x1.a01a01a019d02p-16, -0x1.6c16c16c16c16p-10,
                                  0x1.5555555555555p-5};

/// The digits of 2 / pi, behind 64 zeros.
static constexpr uint64_t kTwoOverPi[] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0,
    0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab};

/// pi / 2.
static constexpr double kHalfPiHi = 0x1.921fb54442d18p0,
                        kHalfPiLo = 0x1.1a62633145c07p-54;

namespace {
/// A number as `quadrant * pi / 2 + rest` with |rest| <= pi / 4.
struct Reduced {
  Value quadrant; ///< i64; the lowest two bits count
  Double2 rest;
};
} // namespace

/// The 192 digits of 2 / pi from digit `first` on, which is at most 1035.
static std::array<Value, 3> emitWindow(Arithmetic &a, Value first) {
  SmallVector<Value> words;
  for (uint64_t word : kTwoOverPi)
    words.push_back(a.integer(word));
  // Each bit of the word's number moves all words down, or leaves them.
  constexpr unsigned wordsInWindow = 4;
  for (unsigned step = 16; step != 0; step /= 2) {
    Value moves = a.isSet(a.andi(first, step * 64));
    size_t needed = std::min<size_t>(words.size(), wordsInWindow + step - 1);
    for (size_t i = 0; i < needed; ++i)
      if (i + step < words.size())
        words[i] = a.select(moves, words[i + step], words[i]);
    words.resize(needed);
  }
  Value shift = a.andi(first, 63), back = a.subi(a.integer(63), shift);
  std::array<Value, 3> window;
  for (unsigned i = 0; i < 3; ++i)
    window[i] =
        a.ori(a.shl(words[i], shift), a.shru(a.shru(words[i + 1], 1), back));
  return window;
}

/// Reduces a finite number that is not below pi / 4.
static Reduced emitQuotient(Arithmetic &a, Value x) {
  Value bits = a.toBits(x);
  // x = m 2^e with an integer m of 53 bits. The digit of weight 2^-j counts if
  // j > e - 2; there are 63 zeros more than j counts.
  constexpr uint64_t hidden = uint64_t(1) << 52;
  Value m = a.ori(a.andi(bits, hidden - 1), a.integer(hidden));
  Value first = a.addi(a.shru(bits, 52), a.integer(62 - 1075));
  auto [w0, w1, w2] = emitWindow(a, first);
  // The product modulo 2^192: two bits of the quotient, then its fraction.
  auto low = a.make<arith::MulUIExtendedOp>(m, w2);
  auto middle = a.make<arith::MulUIExtendedOp>(m, w1);
  Value p2 = low.getLow();
  Value p1 = a.addi(middle.getLow(), low.getHigh());
  Value carry = a.make<arith::ExtUIOp>(
      p1.getType(),
      a.make<arith::CmpIOp>(arith::CmpIPredicate::ult, p1, middle.getLow()));
  Value p0 = a.addi(a.addi(a.muli(m, w0), middle.getHigh()), carry);
  Value f0 = a.ori(a.shl(p0, 2), a.shru(p1, 62));
  Value f1 = a.ori(a.shl(p1, 2), a.shru(p2, 62));
  // From one half on, the next quadrant is nearer.
  Value mask = a.shrs(f0, 63);
  Value quadrant = a.subi(a.shru(p0, 62), mask);
  Value g0 = a.xori(f0, mask), g1 = a.xori(f1, mask);
  // Parts of 52, 53 and 22 bits.
  Value high = a.mul(a.toNumber(a.shru(g0, 11)), a.number(0x1p-53));
  Value next = a.ori(a.shl(a.andi(g0, 0x7ff), 42), a.shru(g1, 22));
  Value last = a.andi(g1, (uint64_t(1) << 22) - 1);
  Double2 f = a.orderedSum2(high, a.mul(a.toNumber(next), a.number(0x1p-106)));
  f.lo = a.fma(a.toNumber(last), a.number(0x1p-128), f.lo);
  Double2 r = a.product2(f.hi, a.number(kHalfPiHi));
  Value lower = a.mul(f.lo, a.number(kHalfPiHi));
  r.lo = a.add(r.lo, a.fma(f.hi, a.number(kHalfPiLo), lower));
  r = a.orderedSum2(r.hi, r.lo);
  Value isNegative = a.isSet(mask);
  return {quadrant,
          {a.select(isNegative, a.neg(r.hi), r.hi),
           a.select(isNegative, a.neg(r.lo), r.lo)}};
}

/// Reduces |x|.
static Reduced emitReduction(Arithmetic &a, Value x) {
  Value magnitude = a.abs(x);
  Value isSmall = a.less(magnitude, a.number(kHalfPiHi / 2));
  Reduced reduced = emitQuotient(a, a.select(isSmall, a.number(1), magnitude));
  reduced.quadrant = a.select(isSmall, a.integer(0), reduced.quadrant);
  reduced.rest.hi = a.select(isSmall, magnitude, reduced.rest.hi);
  reduced.rest.lo = a.select(isSmall, a.number(0), reduced.rest.lo);
  return reduced;
}

static Value emitSinOfRest(Arithmetic &a, Double2 r) {
  Value z = a.mul(r.hi, r.hi);
  Value tail = a.mul(r.lo, a.fma(a.number(-0.5), z, a.number(1)));
  tail = a.fma(a.mul(r.hi, z), a.polynomial(z, kSin), tail);
  return a.add(r.hi, tail);
}

static Value emitCosOfRest(Arithmetic &a, Double2 r) {
  Double2 z = a.product2(r.hi, r.hi);
  Double2 sum = a.orderedSum2(a.number(1), a.mul(a.number(-0.5), z.hi));
  Value tail = a.fma(a.number(-0.5), z.lo, a.fnma(r.hi, r.lo, sum.lo));
  tail = a.fma(a.mul(z.hi, z.hi), a.polynomial(z.hi, kCos), tail);
  return a.add(sum.hi, tail);
}

/// NaN for what is not finite.
static Value emitIfFinite(Arithmetic &a, Value x, Value result) {
  Value isFinite = a.less(a.abs(x), a.infinity());
  return a.select(isFinite, result, a.sub(x, x));
}

/// The sine of a reduced number and `quarters` times pi / 2.
static Value emitSinOf(Arithmetic &a, const Reduced &x, uint64_t quarters) {
  Value quadrant = a.addi(x.quadrant, a.integer(quarters));
  Value isOdd = a.isSet(a.andi(quadrant, 1));
  Value result =
      a.select(isOdd, emitCosOfRest(a, x.rest), emitSinOfRest(a, x.rest));
  return a.select(a.isSet(a.andi(quadrant, 2)), a.neg(result), result);
}

Value emitSin(Arithmetic &a, Value x) {
  Value result = emitSinOf(a, emitReduction(a, x), 0);
  Value sign = a.andi(a.toBits(x), uint64_t(1) << 63);
  result = a.fromBits(a.xori(a.toBits(result), sign));
  return emitIfFinite(a, x, result);
}

Value emitCos(Arithmetic &a, Value x) {
  return emitIfFinite(a, x, emitSinOf(a, emitReduction(a, x), 1));
}

Value emitTan(Arithmetic &a, Value x) {
  Reduced reduced = emitReduction(a, x);
  Value isOdd = a.isSet(a.andi(reduced.quadrant, 1));
  Value sin = emitSinOfRest(a, reduced.rest),
        cos = emitCosOfRest(a, reduced.rest);
  // tan(x + pi / 2) = -1 / tan(x)
  Value result =
      a.div(a.select(isOdd, a.neg(cos), sin), a.select(isOdd, sin, cos));
  Value sign = a.andi(a.toBits(x), uint64_t(1) << 63);
  result = a.fromBits(a.xori(a.toBits(result), sign));
  return emitIfFinite(a, x, result);
}

} // namespace catgrad::reference
