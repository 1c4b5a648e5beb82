//===- Convert.cpp - Conversions --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has cvt between all types, with all roundings and saturations. Its
// common cases have handlers of their own.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <algorithm>
#include <cmath>

using namespace fakecuda;

namespace {
struct Conversion {
  Type to, from;
  Rounding rounding = Rounding::Nearest;
  bool toIntegral = false; ///< rni.. between floats
  bool ftz = false, saturate = false, relu = false, finite = false;
};
} // namespace

static Format formatOf(Type type) {
  return type.kind == Type::Brain    ? brainFormat
         : type.kind == Type::Tensor ? tensorFormat
         : type.bits == 16           ? halfFormat
         : type.bits == 32           ? singleFormat
                                     : doubleFormat;
}

static double decodeValue(uint64_t bits, Type type, bool ftz) {
  if (type.kind == Type::Brain)
    return fromBrain(bits);
  if (type.bits == 16)
    return fromHalf(bits);
  if (type.bits == 64)
    return std::bit_cast<double>(bits);
  float value = std::bit_cast<float>(uint32_t(bits));
  return ftz && std::fabs(value) < 0x1p-126f ? std::copysign(0.0f, value)
                                             : value;
}

static double roundIntegral(double value, Rounding rounding) {
  switch (rounding) {
  case Rounding::Zero:
    return std::trunc(value);
  case Rounding::Down:
    return std::floor(value);
  case Rounding::Up:
    return std::ceil(value);
  default:
    return std::nearbyint(value);
  }
}

static uint64_t floatToInteger(double value, const Conversion &how) {
  unsigned bits = how.to.bits;
  bool isSigned = how.to.kind == Type::Signed;
  uint64_t top = uint64_t(1) << (bits - 1);
  if (std::isnan(value))
    return how.from.bits == 64 || bits == 64 ? top : 0;
  value = roundIntegral(value, how.rounding);
  double limit = std::ldexp(1.0, isSigned ? bits - 1 : bits);
  if (value >= limit)
    return isSigned ? top - 1 : top - 1 + top;
  if (isSigned)
    return value < -limit ? -top : uint64_t(int64_t(value));
  return value <= 0 ? 0 : uint64_t(value);
}

static uint64_t toFloat(double value, const Conversion &how) {
  if (how.saturate)
    value = value > 0 ? std::fmin(value, 1.0) : 0.0;
  if (how.relu && value < 0)
    value = 0;
  if (how.toIntegral)
    value = roundIntegral(value, how.rounding);
  Format format = formatOf(how.to);
  uint64_t bits = narrow(value, format, how.rounding);
  unsigned width = format.fraction + format.exponent;
  uint64_t sign = bits >> width << width;
  uint64_t infinity = ((uint64_t(1) << format.exponent) - 1) << format.fraction;
  if (how.finite && (bits ^ sign) == infinity)
    --bits;
  if (how.ftz && how.to.bits == 32 && !(bits & infinity))
    bits = sign;
  // A tf32 stands in the upper bits of an f32.
  return how.to.kind == Type::Tensor ? bits << 13 : bits;
}

static uint64_t convert(uint64_t bits, const Conversion &how) {
  if (how.from.isFloat()) {
    double value = decodeValue(bits, how.from, how.ftz);
    return how.to.isInteger() ? floatToInteger(value, how)
                              : toFloat(value, how);
  }
  bool isSigned = how.from.kind == Type::Signed;
  unsigned unused = 64 - how.from.bits;
  bits = isSigned ? uint64_t(int64_t(bits << unused) >> unused)
                  : bits << unused >> unused;
  bool negative = isSigned && int64_t(bits) < 0;
  if (how.to.isFloat()) {
    uint64_t result = packFloat(negative, negative ? -bits : bits, 0, false,
                                formatOf(how.to), how.rounding);
    return how.saturate ? toFloat(decodeValue(result, how.to, false), how)
                        : result;
  }
  if (!how.saturate)
    return bits;
  bool toSigned = how.to.kind == Type::Signed;
  uint64_t top = uint64_t(1) << (how.to.bits - 1);
  uint64_t most = toSigned ? top - 1 : top - 1 + top;
  if (negative)
    return !toSigned ? 0 : int64_t(bits) < -int64_t(top) ? -top : bits;
  return std::min(bits, most);
}

/// A result of fewer bits than its register is extended.
static uint64_t extend(uint64_t bits, Type type) {
  unsigned unused = 64 - type.bits;
  return type.kind == Type::Signed ? uint64_t(int64_t(bits << unused) >> unused)
                                   : bits << unused >> unused;
}

static Conversion unpack(const Inst &inst) {
  Conversion how;
  how.to = {Type::Kind(inst.imm & 15), uint8_t(inst.imm >> 4 & 127), 1};
  how.from = {Type::Kind(inst.imm >> 16 & 15), uint8_t(inst.imm >> 20 & 127),
              1};
  how.rounding = Rounding(inst.imm >> 32 & 15);
  how.toIntegral = inst.imm >> 36 & 1;
  how.ftz = inst.imm >> 37 & 1;
  how.saturate = inst.imm >> 38 & 1;
  how.relu = inst.imm >> 39 & 1;
  how.finite = inst.imm >> 40 & 1;
  return how;
}

static int64_t pack(const Conversion &how) {
  return int64_t(how.to.kind) | int64_t(how.to.bits) << 4 |
         int64_t(how.from.kind) << 16 | int64_t(how.from.bits) << 20 |
         int64_t(how.rounding) << 32 | int64_t(how.toIntegral) << 36 |
         int64_t(how.ftz) << 37 | int64_t(how.saturate) << 38 |
         int64_t(how.relu) << 39 | int64_t(how.finite) << 40;
}

/// kind and count are the widths of the slots.
static void runConvert(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  Conversion how = unpack(inst);
  for (Lanes left = mask; left; left &= left - 1) {
    unsigned lane = std::countr_zero(left);
    uint64_t result = convert(readBits(exec, inst.a, inst.kind, lane), how);
    writeBits(exec, inst.dst, inst.count, lane, extend(result, how.to));
  }
  exec.define(inst.dst, mask);
}

/// Two f32 to a pair; the first goes to the upper half.
static void runConvertPair(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  Conversion how = unpack(inst);
  forLanes(mask, [&](unsigned lane) {
    uint32_t high = convert(exec.reg<uint32_t>(inst.a)[lane], how);
    exec.reg<uint32_t>(inst.dst)[lane] =
        high << 16 | uint32_t(convert(exec.reg<uint32_t>(inst.b)[lane], how));
  });
  exec.define(inst.dst, mask);
}

template <class D, class S> static D plain(S value) { return D(value); }

template <class S> static Handler plainTo(Type to) {
  if (to == Type{Type::Float, 32})
    return runUnary<float, S, plain<float, S>>;
  if (to == Type{Type::Float, 64})
    return runUnary<double, S, plain<double, S>>;
  if constexpr (std::is_integral_v<S>)
    return forInteger(
        to, []<class D>() -> Handler { return runUnary<D, S, plain<D, S>>; });
  return nullptr;
}

/// A handler for a conversion that C++ does alike, in registers of the exact
/// width.
static Handler plainHandler(const Conversion &how) {
  if (how.ftz || how.saturate || how.relu || how.finite || how.toIntegral ||
      how.rounding != Rounding::Nearest || how.to.bits < 32 ||
      how.from.bits < 32)
    return nullptr;
  if (how.from == Type{Type::Float, 32})
    return plainTo<float>(how.to);
  if (how.from == Type{Type::Float, 64})
    return plainTo<double>(how.to);
  return forInteger(how.from, [&]<class S>() -> Handler {
    if constexpr (sizeof(S) >= 4)
      return plainTo<S>(how.to);
    return nullptr;
  });
}

static void decodeConvert(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  std::string_view name = modifiers.takeOne(
      {"rn", "rz", "rm", "rp", "rna", "rni", "rzi", "rmi", "rpi"});
  Conversion how;
  how.rounding = parseRounding(name);
  how.ftz = modifiers.take("ftz");
  how.saturate = modifiers.take("sat");
  how.relu = modifiers.take("relu");
  how.finite = modifiers.take("satfinite");
  how.to = decoder.type();
  how.from = decoder.type();
  bool pair = how.to.lanes == 2;
  auto convertible = [](Type type) {
    return type.lanes == 1 && type.bits <= 64 &&
           (type.isInteger() || type.isFloat());
  };
  if (pair ? !how.to.isFloat() || how.to.bits != 16 ||
                 how.from != Type{Type::Float, 32}
           : !(convertible(how.to) || how.to.kind == Type::Tensor) ||
                 !convertible(how.from))
    decoder.error("unsupported conversion from " + toString(how.from) + " to " +
                  toString(how.to));
  bool integral = name.ends_with('i');
  how.toIntegral = integral && how.to.isFloat();
  bool narrows =
      how.to.isFloat() && how.from.isFloat() &&
      (how.to.bits < how.from.bits || how.to.kind != how.from.kind) &&
      how.from.bits != 16;
  if ((narrows || (how.to.isFloat() && !how.from.isFloat())) &&
      (name.empty() || integral))
    decoder.error("expected a rounding to " + toString(how.to));
  if (how.from.isFloat() && how.to.isInteger() && !integral)
    decoder.error("expected a rounding to an integer");
  decoder.expectOperands(pair ? 3 : 2);
  Inst inst;
  Type to = how.to, from = how.from;
  if (to.kind == Type::Tensor)
    to = {Type::Bits, 32};
  inst.dst = decoder.destination(decoder.operand(0), to, to.isInteger());
  inst.a = decoder.source(decoder.operand(1), from, from.isInteger());
  if (pair) {
    inst.b = decoder.source(decoder.operand(2), from);
    how.to.lanes = 1;
    inst.run = runConvertPair;
  } else {
    inst.kind = decoder.slotBits(inst.a);
    inst.count = decoder.slotBits(inst.dst);
    Handler fast = inst.kind == from.bits && inst.count == to.bits
                       ? plainHandler(how)
                       : nullptr;
    inst.run = fast ? fast : runConvert;
  }
  inst.imm = pack(how);
  decoder.emit(inst);
}

void fakecuda::addConvert(InstructionTable &table) {
  table["cvt"] = decodeConvert;
}
