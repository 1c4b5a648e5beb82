//===- Rounding.cpp - Numbers to formats ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file rounds. A narrow result is computed as a double rounded to odd:
// that keeps what a second rounding needs (Boldo and Melquiond, "Emulation of a
// FMA and correctly rounded sums: proved algorithms using rounding to odd",
// 2008).

#include "Isa/Float.h"

#include <bit>
#include <cmath>

using namespace fakecuda;

Rounding fakecuda::parseRounding(std::string_view name) {
  if (name == "rz" || name == "rzi")
    return Rounding::Zero;
  if (name == "rm" || name == "rmi")
    return Rounding::Down;
  if (name == "rp" || name == "rpi")
    return Rounding::Up;
  return name == "rna" ? Rounding::Away : Rounding::Nearest;
}

uint64_t fakecuda::packFloat(bool sign, uint64_t mantissa, int exponent,
                             bool sticky, Format format, Rounding rounding) {
  uint64_t signBit = uint64_t(sign) << (format.fraction + format.exponent);
  if (!mantissa && !sticky)
    return signBit;
  int bias = (1 << (format.exponent - 1)) - 1;
  int top = exponent + 63 - (mantissa ? std::countl_zero(mantissa) : 63);
  // The weight of the result's last bit, and how many bits that drops.
  int last = std::max(top, 1 - bias) - int(format.fraction);
  int shift = last - exponent;
  uint64_t kept = 0;
  bool half = false;
  if (shift <= 0) {
    kept = mantissa << -shift;
  } else if (shift < 64) {
    kept = mantissa >> shift;
    half = mantissa >> (shift - 1) & 1;
    sticky |= (mantissa & ((uint64_t(1) << (shift - 1)) - 1)) != 0;
  } else {
    half = shift == 64 && mantissa >> 63;
    sticky |= shift == 64 ? mantissa << 1 != 0 : mantissa != 0;
  }
  bool up = false;
  switch (rounding) {
  case Rounding::Nearest:
    up = half && (sticky || (kept & 1));
    break;
  case Rounding::Away:
    up = half;
    break;
  case Rounding::Zero:
    break;
  case Rounding::Down:
    up = sign && (half || sticky);
    break;
  case Rounding::Up:
    up = !sign && (half || sticky);
    break;
  }
  kept += up;
  if (kept >> (format.fraction + 1))
    kept >>= 1, ++last;
  uint64_t hidden = uint64_t(1) << format.fraction;
  uint64_t infinity = ((uint64_t(1) << format.exponent) - 1) << format.fraction;
  if (kept < hidden) // subnormal
    return signBit | kept;
  int64_t biased = int64_t(last) + format.fraction + bias;
  if (biased >= (1 << format.exponent) - 1) {
    bool toInfinity = rounding == Rounding::Nearest ||
                      rounding == Rounding::Away ||
                      rounding == (sign ? Rounding::Down : Rounding::Up);
    return signBit | (toInfinity ? infinity : infinity - 1);
  }
  return signBit | uint64_t(biased) << format.fraction | (kept - hidden);
}

uint64_t fakecuda::narrow(double value, Format format, Rounding rounding) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  uint64_t width = format.fraction + format.exponent;
  if (std::isnan(value)) // the canonical NaN: all bits but the sign
    return (uint64_t(1) << width) - 1;
  bool sign = bits >> 63;
  if (std::isinf(value))
    return uint64_t(sign) << width | ((uint64_t(1) << format.exponent) - 1)
                                         << format.fraction;
  int biased = bits >> 52 & 0x7ff;
  uint64_t fraction = bits & ((uint64_t(1) << 52) - 1);
  return packFloat(sign, biased ? fraction | uint64_t(1) << 52 : fraction,
                   std::max(biased, 1) - 1075, false, format, rounding);
}

double fakecuda::fromHalf(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double fraction = bits & 1023, value;
  if (exponent == 31)
    value = fraction != 0 ? NAN : INFINITY;
  else
    value = exponent ? std::ldexp(fraction + 1024, exponent - 25)
                     : std::ldexp(fraction, -24);
  return bits >> 15 ? -value : value;
}

double fakecuda::fromBrain(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

uint16_t fakecuda::toHalf(double value) {
  return narrow(value, halfFormat, Rounding::Nearest);
}

uint16_t fakecuda::toBrain(double value) {
  return narrow(value, brainFormat, Rounding::Nearest);
}

/// The neighbour of `value` on the side of `error` whose last bit is 1, for an
/// exact value of value + error.
static double towardsOdd(double value, double error) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  if (error == 0 || (bits & 1) || !std::isfinite(value))
    return value;
  bool grow = (error > 0) == !std::signbit(value);
  if (value == 0)
    return std::copysign(std::bit_cast<double>(uint64_t(1)), error);
  return std::bit_cast<double>(grow ? bits + 1 : bits - 1);
}

double fakecuda::oddSum(double a, double b) {
  double sum = a + b;
  if (!std::isfinite(sum))
    return sum;
  double part = sum - a;
  return towardsOdd(sum, (a - (sum - part)) + (b - part));
}

double fakecuda::oddFma(double a, double b, double c) {
  // The operands are narrow, so the product is exact.
  return oddSum(a * b, c);
}
