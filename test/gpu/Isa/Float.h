//===- Float.h - Floating-point numbers -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares roundings between formats, and the decoders that are
// shared between groups because one opcode has many types.

#ifndef FAKECUDA_ISA_FLOAT_H
#define FAKECUDA_ISA_FLOAT_H

#include "Isa/Decoder.h"

namespace fakecuda {

enum class Rounding : uint8_t { Nearest, Zero, Down, Up, Away };

/// The rounding that "rn", "rz", "rm", "rp" or "rna" names; nearest for none.
Rounding parseRounding(std::string_view name);

/// A binary format: bits of the fraction that are stored, and of the exponent.
struct Format {
  unsigned fraction, exponent;
};
inline constexpr Format halfFormat{10, 5}, brainFormat{7, 8},
    tensorFormat{10, 8}, singleFormat{23, 8}, doubleFormat{52, 11};

/// The bits of sign * mantissa * 2^exponent, plus a bit of something more if
/// `sticky`, in a format. All of rounding happens here.
uint64_t packFloat(bool sign, uint64_t mantissa, int exponent, bool sticky,
                   Format format, Rounding rounding);
/// A double, or its neighbour "to odd" of an exact value, in a narrower format.
uint64_t narrow(double value, Format format, Rounding rounding);

double fromHalf(uint16_t bits);
double fromBrain(uint16_t bits);
uint16_t toHalf(double value);
uint16_t toBrain(double value);

/// Sums, products.. whose last bit tells whether they are inexact, so that
/// narrowing to at most 24 bits rounds once.
double oddSum(double a, double b);
double oddFma(double a, double b, double c);

/// add, sub, mul, mad, fma, min, max, abs, neg, div of floats (Float.cpp).
void decodeFloat(Decoder &decoder, Type type);
/// The same in 16 bits (Half.cpp), and with roundings that are not the usual
/// one (Rounded.cpp).
void decodeHalf(Decoder &decoder, Type type);
void decodeRounded(Decoder &decoder, Type type, Rounding rounding, bool ftz,
                   bool saturate);

/// Integers in chains and of twice the width (Wide.cpp).
void decodeCarry(Decoder &decoder, Type type);
void decodeMadCarry(Decoder &decoder, Type type, bool isHigh);
void decodeMulWide(Decoder &decoder, Type type, std::string_view part,
                   bool adds);

} // namespace fakecuda

#endif // FAKECUDA_ISA_FLOAT_H
