//===- Bits.cpp - Logic, shifts and fields ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has instructions on bits, also those on predicates.

#include "Isa/Lanes.h"

#include <algorithm>

using namespace fakecuda;

// Logic ----------------------------------------------------------------------

template <class T> static T bitAnd(T a, T b) { return a & b; }
template <class T> static T bitOr(T a, T b) { return a | b; }
template <class T> static T bitXor(T a, T b) { return a ^ b; }
template <class T> static T bitNot(T a) { return ~a; }
template <class T> static T isZero(T a) { return a == 0; }

template <auto f>
static void runPredicate2(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  exec.setPredicate(
      inst.dst, f(*exec.reg<Lanes>(inst.a), *exec.reg<Lanes>(inst.b)), mask);
}

static void runPredicateNot(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.setPredicate(inst.dst, ~*exec.reg<Lanes>(inst.a), mask);
}

static Type bitsOf(Decoder &decoder) {
  Type type = decoder.type();
  if (type.kind != Type::Bits && type.kind != Type::Predicate)
    decoder.error("expected a type of bits but got " + toString(type));
  return type;
}

static void decodeLogic(Decoder &decoder) {
  char which = decoder.instruction().opcode[0];
  Type type = bitsOf(decoder);
  if (type.kind == Type::Predicate)
    return emitSame(decoder, type, 2,
                    which == 'a'   ? runPredicate2<bitAnd<Lanes>>
                    : which == 'o' ? runPredicate2<bitOr<Lanes>>
                                   : runPredicate2<bitXor<Lanes>>);
  emitSame(decoder, type, 2, forInteger(type, [&]<class T>() -> Handler {
             return which == 'a'   ? runBinary<T, T, T, bitAnd<T>>
                    : which == 'o' ? runBinary<T, T, T, bitOr<T>>
                                   : runBinary<T, T, T, bitXor<T>>;
           }));
}

static void decodeNot(Decoder &decoder) {
  bool logical = decoder.instruction().opcode == "cnot";
  Type type = bitsOf(decoder);
  if (type.kind == Type::Predicate && !logical)
    return emitSame(decoder, type, 1, runPredicateNot);
  emitSame(decoder, type, 1, forInteger(type, [&]<class T>() -> Handler {
             return logical ? runUnary<T, T, isZero<T>>
                            : runUnary<T, T, bitNot<T>>;
           }));
}

static void runLop3(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  exec.need(inst, inst.c, mask);
  uint32_t *d = exec.reg<uint32_t>(inst.dst);
  const uint32_t *a = exec.reg<uint32_t>(inst.a),
                 *b = exec.reg<uint32_t>(inst.b),
                 *c = exec.reg<uint32_t>(inst.c);
  forLanes(mask, [&](unsigned lane) {
    uint32_t result = 0, x = a[lane], y = b[lane], z = c[lane];
    for (unsigned row = 0; row < 8; ++row)
      if (inst.imm >> row & 1)
        result |= (row & 4 ? x : ~x) & (row & 2 ? y : ~y) & (row & 1 ? z : ~z);
    d[lane] = result;
  });
  exec.define(inst.dst, mask);
}

static void decodeLop3(Decoder &decoder) {
  Type type = decoder.type();
  decoder.expectOperands(5);
  if (type != Type{Type::Bits, 32})
    decoder.error("unsupported type " + toString(type));
  if (decoder.operand(4).kind != syntax::Operand::Integer)
    decoder.error("expected a constant as the table");
  Inst inst;
  inst.run = runLop3;
  inst.imm = decoder.operand(4).bits;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  inst.c = decoder.source(decoder.operand(3), type);
  decoder.emit(inst);
}

// Shifts. Amounts beyond the width shift everything out.
// ----------------------------

template <class T> static T shiftLeft(T a, uint32_t n) {
  return n < sizeof(T) * 8 ? T(a << n) : T(0);
}
template <class T> static T shiftRight(T a, uint32_t n) {
  unsigned width = sizeof(T) * 8;
  return n < width             ? T(a >> n)
         : std::is_signed_v<T> ? T(a >> (width - 1))
                               : T(0);
}

static void decodeShift(Decoder &decoder) {
  bool left = decoder.instruction().opcode == "shl";
  Type type = decoder.type();
  decoder.expectOperands(3);
  Inst inst;
  inst.run = forInteger(type, [&]<class T>() -> Handler {
    return left ? runBinary<T, T, uint32_t, shiftLeft<T>>
                : runBinary<T, T, uint32_t, shiftRight<T>>;
  });
  if (!inst.run)
    decoder.error("unsupported type " + toString(type));
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), Type{Type::Unsigned, 32});
  decoder.emit(inst);
}

template <bool left, bool wrap>
static uint32_t funnel(uint32_t a, uint32_t b, uint32_t c) {
  uint32_t n = wrap ? c & 31 : std::min(c, 32u);
  uint64_t both = uint64_t(b) << 32 | a;
  return left ? uint32_t(both << n >> 32) : uint32_t(both >> n);
}

static void decodeFunnel(Decoder &decoder) {
  bool left = decoder.modifiers().takeOne({"l", "r"}) == "l";
  std::string_view mode = decoder.modifiers().takeOne({"wrap", "clamp"});
  Type type = decoder.type();
  if (mode.empty() || type.width() != 32)
    decoder.error("expected .wrap or .clamp and .b32");
  using U = uint32_t;
  bool wrap = mode == "wrap";
  emitSame(decoder, type, 3,
           left ? (wrap ? runTernary<U, U, U, U, funnel<true, true>>
                        : runTernary<U, U, U, U, funnel<true, false>>)
                : (wrap ? runTernary<U, U, U, U, funnel<false, true>>
                        : runTernary<U, U, U, U, funnel<false, false>>));
}

// Fields
// ------------------------------------------------------------------------

template <class T> static T extract(T a, uint32_t position, uint32_t length) {
  unsigned width = sizeof(T) * 8;
  position &= 0xff, length &= 0xff;
  using U = std::make_unsigned_t<T>;
  if (length == 0)
    return 0;
  bool sign = std::is_signed_v<T> &&
              (a >> std::min<unsigned>(position + length - 1, width - 1) & 1);
  U field = position < width ? U(a) >> position : 0;
  U keep = length < width ? (U(1) << length) - 1 : ~U(0);
  // Bits beyond the top of `a` have the value of its sign.
  U beyond = sign ? (position == 0      ? U(0)
                     : position < width ? ~(~U(0) >> position)
                                        : ~U(0))
                  : U(0);
  field |= beyond;
  return T((field & keep) | (sign ? ~keep : U(0)));
}

template <class T>
static void runInsert(Exec &exec, const Inst &inst, Lanes mask) {
  for (Slot slot : {inst.a, inst.b, inst.c, inst.d})
    exec.need(inst, slot, mask);
  forLanes(mask, [&](unsigned lane) {
    unsigned width = sizeof(T) * 8;
    T a = exec.reg<T>(inst.a)[lane], b = exec.reg<T>(inst.b)[lane];
    uint32_t position = exec.reg<uint32_t>(inst.c)[lane] & 0xff;
    uint32_t length = exec.reg<uint32_t>(inst.d)[lane] & 0xff;
    T keep = length < width ? (T(1) << length) - 1 : ~T(0);
    keep = position < width ? keep << position : T(0);
    T shifted = position < width ? a << position : T(0);
    exec.reg<T>(inst.dst)[lane] = (b & ~keep) | (shifted & keep);
  });
  exec.define(inst.dst, mask);
}

static void decodeField(Decoder &decoder) {
  bool insert = decoder.instruction().opcode == "bfi";
  Type type = decoder.type(), count{Type::Unsigned, 32};
  decoder.expectOperands(insert ? 5 : 4);
  Inst inst;
  if (type.bits < 32)
    decoder.error("unsupported type " + toString(type));
  inst.run = forInteger(type, [&]<class T>() -> Handler {
    if constexpr (sizeof(T) >= 4)
      return insert ? Handler(runInsert<std::make_unsigned_t<T>>)
                    : Handler(runTernary<T, T, uint32_t, uint32_t, extract<T>>);
    return nullptr;
  });
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), insert ? type : count);
  inst.c = decoder.source(decoder.operand(3), count);
  if (insert)
    inst.d = decoder.source(decoder.operand(4), count);
  decoder.emit(inst);
}

template <bool wrap>
static uint32_t maskOf(uint32_t position, uint32_t length) {
  if (wrap)
    position &= 31, length &= 31;
  uint64_t ones = length >= 32 ? 0xffffffff : (uint64_t(1) << length) - 1;
  return position >= 32 ? 0 : uint32_t(ones << position);
}

static void decodeBmsk(Decoder &decoder) {
  std::string_view mode = decoder.modifiers().takeOne({"wrap", "clamp"});
  Type type = decoder.type();
  if (mode.empty() || type.width() != 32)
    decoder.error("expected .wrap or .clamp and .b32");
  using U = uint32_t;
  emitSame(decoder, type, 2,
           mode == "wrap" ? runBinary<U, U, U, maskOf<true>>
                          : runBinary<U, U, U, maskOf<false>>);
}

template <class T, bool wrap> static T extendSign(T a, uint32_t n) {
  n = wrap ? n & 31 : std::min(n, 32u);
  if (n == 0)
    return 0;
  return T(uint32_t(a) << (32 - n)) >> (32 - n);
}

static void decodeSzext(Decoder &decoder) {
  std::string_view mode = decoder.modifiers().takeOne({"wrap", "clamp"});
  Type type = decoder.type();
  if (mode.empty() || type.width() != 32)
    decoder.error("expected .wrap or .clamp and 32 bits");
  emitSame(decoder, type, 2, forInteger(type, [&]<class T>() -> Handler {
             if constexpr (sizeof(T) == 4)
               return mode == "wrap"
                          ? runBinary<T, T, uint32_t, extendSign<T, true>>
                          : runBinary<T, T, uint32_t, extendSign<T, false>>;
             return nullptr;
           }));
}

// Counting and reversing
// ------------------------------------------------------------

template <class T> static uint32_t countOnes(T a) { return std::popcount(a); }
template <class T> static uint32_t countZeros(T a) {
  return std::countl_zero(a);
}
template <class T, bool amount> static uint32_t findTop(T a) {
  using U = std::make_unsigned_t<T>;
  U bits = a < 0 ? ~U(a) : U(a);
  unsigned zeros = std::countl_zero(bits);
  return bits == 0 ? ~0u : amount ? zeros : sizeof(T) * 8 - 1 - zeros;
}
template <class T> static T reverse(T a) {
  T result = 0;
  for (unsigned i = 0; i < sizeof(T) * 8; ++i)
    result |= (a >> i & 1) << (sizeof(T) * 8 - 1 - i);
  return result;
}

static void decodeCount(Decoder &decoder) {
  std::string_view opcode = decoder.instruction().opcode;
  bool amount = opcode == "bfind" && decoder.modifiers().take("shiftamt");
  Type type = decoder.type();
  decoder.expectOperands(2);
  Inst inst;
  inst.run = forInteger(type, [&]<class T>() -> Handler {
    if constexpr (sizeof(T) >= 4) {
      using U = std::make_unsigned_t<T>;
      if (opcode == "bfind")
        return amount ? runUnary<uint32_t, T, findTop<T, true>>
                      : runUnary<uint32_t, T, findTop<T, false>>;
      return opcode == "popc"  ? Handler(runUnary<uint32_t, U, countOnes<U>>)
             : opcode == "clz" ? Handler(runUnary<uint32_t, U, countZeros<U>>)
                               : Handler(runUnary<U, U, reverse<U>>);
    }
    return nullptr;
  });
  if (!inst.run)
    decoder.error("unsupported type " + toString(type));
  Type result = opcode == "brev" ? type : Type{Type::Unsigned, 32};
  inst.dst = decoder.destination(decoder.operand(0), result);
  inst.a = decoder.source(decoder.operand(1), type);
  decoder.emit(inst);
}

// Bytes
// -----------------------------------------------------------------------------

enum PermuteMode : uint8_t { PermuteIndex, F4e, B4e, Rc8, Ecl, Ecr, Rc16 };

static uint32_t permute(uint32_t a, uint32_t b, uint32_t c, uint8_t mode) {
  uint64_t bytes = uint64_t(b) << 32 | a;
  unsigned s = c & 3;
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    unsigned from = 0;
    bool sign = false;
    switch (mode) {
    case PermuteIndex:
      from = c >> 4 * i & 7, sign = c >> 4 * i & 8;
      break;
    case F4e:
      from = s + i;
      break;
    case B4e:
      from = (s - i) & 7;
      break;
    case Rc8:
      from = s;
      break;
    case Ecl:
      from = std::max(s, i);
      break;
    case Ecr:
      from = std::min(s, i);
      break;
    case Rc16:
      from = (s & 1) * 2 + (i & 1);
      break;
    }
    uint8_t byte = bytes >> 8 * from;
    if (sign)
      byte = int8_t(byte) < 0 ? 0xff : 0;
    result |= uint32_t(byte) << 8 * i;
  }
  return result;
}

/// Packs of bytes are made one at a time, so their other bytes have no value
/// yet.
static void runPermute(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.c, mask);
  forLanes(mask, [&](unsigned lane) {
    exec.reg<uint32_t>(inst.dst)[lane] = permute(
        exec.reg<uint32_t>(inst.a)[lane], exec.reg<uint32_t>(inst.b)[lane],
        exec.reg<uint32_t>(inst.c)[lane], inst.kind);
  });
  exec.setValid(inst.dst, exec.validLanes(inst.a) & exec.validLanes(inst.b),
                mask);
}

static void decodePermute(Decoder &decoder) {
  static const std::map<std::string_view, uint8_t> modes = {
      {"", PermuteIndex}, {"f4e", F4e}, {"b4e", B4e},  {"rc8", Rc8},
      {"ecl", Ecl},       {"ecr", Ecr}, {"rc16", Rc16}};
  Type type = decoder.type();
  uint8_t mode = modes.at(
      decoder.modifiers().takeOne({"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"}));
  decoder.expectOperands(4);
  if (type != Type{Type::Bits, 32})
    decoder.error("unsupported type " + toString(type));
  Inst inst;
  inst.run = runPermute;
  inst.kind = mode;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  inst.c = decoder.source(decoder.operand(3), type);
  decoder.emit(inst);
}

void fakecuda::addBits(InstructionTable &table) {
  table["and"] = table["or"] = table["xor"] = decodeLogic;
  table["not"] = table["cnot"] = decodeNot;
  table["lop3"] = decodeLop3;
  table["shl"] = table["shr"] = decodeShift;
  table["shf"] = decodeFunnel;
  table["bfe"] = table["bfi"] = decodeField;
  table["bmsk"] = decodeBmsk;
  table["szext"] = decodeSzext;
  table["popc"] = table["clz"] = table["bfind"] = table["brev"] = decodeCount;
  table["prmt"] = decodePermute;
}
