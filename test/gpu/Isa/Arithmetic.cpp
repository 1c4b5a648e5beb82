//===- Arithmetic.cpp - Integers --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has integer arithmetic of one width, also on pairs of 16 bits, and
// sends add, sub, mul.. on floats to their group.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <limits>

using namespace fakecuda;

template <class T> using Unsigned = std::make_unsigned_t<T>;

template <class T> static T add(T a, T b) {
  return Unsigned<T>(a) + Unsigned<T>(b);
}
template <class T> static T sub(T a, T b) {
  return Unsigned<T>(a) - Unsigned<T>(b);
}
template <class T> static T mul(T a, T b) {
  return T(uint64_t(Unsigned<T>(a)) * uint64_t(Unsigned<T>(b)));
}
template <class T> static T mad(T a, T b, T c) { return add(mul(a, b), c); }
template <class T> static T min(T a, T b) { return b < a ? b : a; }
template <class T> static T max(T a, T b) { return a < b ? b : a; }
template <class T> static T sad(T a, T b, T c) {
  return add<T>(c, a < b ? sub(b, a) : sub(a, b));
}
template <class T> static T absolute(T a) { return a < 0 ? sub<T>(0, a) : a; }
template <class T> static T negate(T a) { return sub<T>(0, a); }

// Division by zero is no fault: the result has all bits set, and the remainder
// is the dividend.
template <class T> static T divide(T a, T b) {
  if (b == 0)
    return T(-1);
  if (std::is_signed_v<T> && b == T(-1))
    return sub<T>(0, a);
  return a / b;
}
template <class T> static T remainder(T a, T b) {
  if (b == 0)
    return a;
  if (std::is_signed_v<T> && b == T(-1))
    return 0;
  return a % b;
}

static int32_t clampToInt(int64_t value) {
  return value > INT32_MAX   ? INT32_MAX
         : value < INT32_MIN ? INT32_MIN
                             : int32_t(value);
}
static int32_t addSaturated(int32_t a, int32_t b) {
  return clampToInt(int64_t(a) + b);
}
static int32_t subSaturated(int32_t a, int32_t b) {
  return clampToInt(int64_t(a) - b);
}

/// f on both halves of 32 bits.
template <class T, auto f> static uint32_t pairs(uint32_t a, uint32_t b) {
  uint16_t low = f(T(a), T(b)), high = f(T(a >> 16), T(b >> 16));
  return low | uint32_t(high) << 16;
}

template <auto f> static Handler same2() {
  using T = decltype(f(0, 0));
  return runBinary<T, T, T, f>;
}

#define FAKECUDA_BINARY(type, f)                                               \
  forInteger(type,                                                             \
             []<class T>() -> Handler { return runBinary<T, T, T, f<T>>; })
#define FAKECUDA_UNARY(type, f)                                                \
  forInteger(type, []<class T>() -> Handler { return runUnary<T, T, f<T>>; })
#define FAKECUDA_TERNARY(type, f)                                              \
  forInteger(                                                                  \
      type, []<class T>() -> Handler { return runTernary<T, T, T, T, f<T>>; })
#define FAKECUDA_PAIRS(type, f)                                                \
  (type.kind == Type::Signed                                                   \
       ? Handler(runBinary<uint32_t, uint32_t, uint32_t,                       \
                           pairs<int16_t, f<int16_t>>>)                        \
       : Handler(runBinary<uint32_t, uint32_t, uint32_t,                       \
                           pairs<uint16_t, f<uint16_t>>>))

/// The type of "add.s32"; nothing if it is one of floats, which went elsewhere.
static std::optional<Type> integerType(Decoder &decoder) {
  std::optional<Type> type = decoder.modifiers().takeType();
  if (!type)
    decoder.error("expected a type");
  if (!type->isFloat())
    return type;
  decodeFloat(decoder, *type);
  return std::nullopt;
}

static void decodeAddSub(Decoder &decoder) {
  bool adds = decoder.instruction().opcode == "add";
  bool carry = decoder.modifiers().take("cc");
  std::optional<Type> type = integerType(decoder);
  if (!type)
    return;
  if (carry)
    return decodeCarry(decoder, *type);
  if (decoder.modifiers().take("sat")) {
    if (*type != Type{Type::Signed, 32})
      decoder.error("expected .s32 with .sat but got " + toString(*type));
    return emitSame(decoder, *type, 2,
                    adds ? same2<addSaturated>() : same2<subSaturated>());
  }
  if (type->lanes == 2 && type->bits == 16)
    return emitSame(decoder, *type, 2,
                    adds ? FAKECUDA_PAIRS((*type), add)
                         : FAKECUDA_PAIRS((*type), sub));
  emitSame(decoder, *type, 2,
           adds ? FAKECUDA_BINARY(*type, add) : FAKECUDA_BINARY(*type, sub));
}

static void decodeMinMax(Decoder &decoder) {
  bool least = decoder.instruction().opcode == "min";
  std::optional<Type> type = integerType(decoder);
  if (!type)
    return;
  if (type->lanes == 2 && type->bits == 16)
    return emitSame(decoder, *type, 2,
                    least ? FAKECUDA_PAIRS((*type), min)
                          : FAKECUDA_PAIRS((*type), max));
  emitSame(decoder, *type, 2,
           least ? FAKECUDA_BINARY(*type, min) : FAKECUDA_BINARY(*type, max));
}

static void decodeDivRem(Decoder &decoder) {
  bool quotient = decoder.instruction().opcode == "div";
  std::optional<Type> type = integerType(decoder);
  if (!type)
    return;
  emitSame(decoder, *type, 2,
           quotient ? FAKECUDA_BINARY(*type, divide)
                    : FAKECUDA_BINARY(*type, remainder));
}

static void decodeMulMad(Decoder &decoder) {
  bool adds = decoder.instruction().opcode == "mad";
  std::string_view part = decoder.modifiers().takeOne({"lo", "hi", "wide"});
  bool carry = decoder.modifiers().take("cc");
  std::optional<Type> type = integerType(decoder);
  if (!type)
    return;
  if (part.empty())
    decoder.error("expected .lo, .hi or .wide");
  if (carry)
    return decodeMadCarry(decoder, *type, part == "hi");
  if (part != "lo")
    return decodeMulWide(decoder, *type, part, adds);
  emitSame(decoder, *type, adds ? 3 : 2,
           adds ? FAKECUDA_TERNARY(*type, mad) : FAKECUDA_BINARY(*type, mul));
}

static void decodeAbsNeg(Decoder &decoder) {
  bool absolutes = decoder.instruction().opcode == "abs";
  std::optional<Type> type = integerType(decoder);
  if (!type)
    return;
  if (type->kind != Type::Signed)
    decoder.error("expected a signed type but got " + toString(*type));
  emitSame(decoder, *type, 1,
           absolutes ? FAKECUDA_UNARY(*type, absolute)
                     : FAKECUDA_UNARY(*type, negate));
}

static void decodeSad(Decoder &decoder) {
  Type type = decoder.type();
  emitSame(decoder, type, 3, FAKECUDA_TERNARY(type, sad));
}

void fakecuda::addArithmetic(InstructionTable &table) {
  table["add"] = table["sub"] = decodeAddSub;
  table["mul"] = table["mad"] = decodeMulMad;
  table["div"] = table["rem"] = decodeDivRem;
  table["min"] = table["max"] = decodeMinMax;
  table["abs"] = table["neg"] = decodeAbsNeg;
  table["sad"] = decodeSad;
}
