//===- Wide.cpp - Products and sums of more than one register ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has mul.hi, mul.wide, mul24, chains with the carry flag, and the
// dot products of bytes. The carry is a slot like any other: one bit a lane.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

using namespace fakecuda;

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

template <class T>
using Twice = std::conditional_t<
    sizeof(T) == 8, std::conditional_t<std::is_signed_v<T>, Int128, UInt128>,
    std::conditional_t<
        sizeof(T) == 4,
        std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
        std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>>>;

template <class T> static T high(T a, T b) {
  return T((Twice<T>(a) * Twice<T>(b)) >> (sizeof(T) * 8));
}
template <class T> static T madHigh(T a, T b, T c) {
  return T(uint64_t(high(a, b)) + uint64_t(c));
}
template <class T> static Twice<T> wide(T a, T b) {
  return Twice<T>(a) * Twice<T>(b);
}
template <class T> static Twice<T> madWide(T a, T b, Twice<T> c) {
  return Twice<T>(uint64_t(Twice<T>(a) * Twice<T>(b)) + uint64_t(c));
}

void fakecuda::decodeMulWide(Decoder &decoder, Type type, std::string_view part,
                             bool adds) {
  if (part == "hi")
    return emitSame(decoder, type, adds ? 3 : 2,
                    forInteger(type, [&]<class T>() -> Handler {
                      return adds ? Handler(runTernary<T, T, T, T, madHigh<T>>)
                                  : Handler(runBinary<T, T, T, high<T>>);
                    }));
  if (type.bits == 64)
    decoder.error("expected 16 or 32 bits with .wide");
  Inst inst;
  inst.run = forInteger(type, [&]<class T>() -> Handler {
    if constexpr (sizeof(T) <= 4)
      return adds ? Handler(runTernary<Twice<T>, T, T, Twice<T>, madWide<T>>)
                  : Handler(runBinary<Twice<T>, T, T, wide<T>>);
    return nullptr;
  });
  if (!inst.run)
    decoder.error("unsupported type " + toString(type));
  Type result = type;
  result.bits *= 2;
  decoder.expectOperands(adds ? 4 : 3);
  inst.dst = decoder.destination(decoder.operand(0), result);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  if (adds)
    inst.c = decoder.source(decoder.operand(3), result);
  decoder.emit(inst);
}

template <class T> static T low24(T a) {
  return std::is_signed_v<T> ? T(T(uint32_t(a) << 8) >> 8) : T(a & 0xffffff);
}
template <class T, bool isHigh> static T mul24(T a, T b) {
  int64_t product = int64_t(low24(a)) * int64_t(low24(b));
  return T(isHigh ? product >> 16 : product);
}
template <class T, bool isHigh> static T mad24(T a, T b, T c) {
  return T(uint32_t(mul24<T, isHigh>(a, b)) + uint32_t(c));
}

static void decodeMul24(Decoder &decoder) {
  bool adds = decoder.instruction().opcode == "mad24";
  std::string_view part = decoder.modifiers().takeOne({"lo", "hi"});
  Type type = decoder.type();
  if (part.empty() || type.bits != 32)
    decoder.error("expected .lo or .hi and 32 bits");
  emitSame(decoder, type, adds ? 3 : 2,
           forInteger(type, [&]<class T>() -> Handler {
             if constexpr (sizeof(T) == 4) {
               if (part == "hi")
                 return adds ? Handler(runTernary<T, T, T, T, mad24<T, true>>)
                             : Handler(runBinary<T, T, T, mul24<T, true>>);
               return adds ? Handler(runTernary<T, T, T, T, mad24<T, false>>)
                           : Handler(runBinary<T, T, T, mul24<T, false>>);
             }
             return nullptr;
           }));
}

// Chains with the carry
// --------------------------------------------------------

enum CarryKind : uint8_t { CarryAdd, CarrySub, CarryMadLow, CarryMadHigh };

/// kind says what is computed, flag whether the carry goes in, negated whether
/// it comes out, and dst2 is the carry.
template <class T>
static void runCarry(Exec &exec, const Inst &inst, Lanes mask) {
  using U = std::make_unsigned_t<T>;
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  if (inst.c != noSlot)
    exec.need(inst, inst.c, mask);
  if (inst.flag)
    exec.need(inst, inst.dst2, mask);
  Lanes carry = *exec.reg<Lanes>(inst.dst2), out = 0;
  T *d = exec.reg<T>(inst.dst);
  const T *a = exec.reg<T>(inst.a), *b = exec.reg<T>(inst.b);
  const T *c = inst.c == noSlot ? nullptr : exec.reg<T>(inst.c);
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    if (!(mask >> lane & 1))
      continue;
    UInt128 in = inst.flag ? carry >> lane & 1 : 0, sum;
    if (inst.kind == CarryAdd)
      sum = UInt128(U(a[lane])) + U(b[lane]) + in;
    else if (inst.kind == CarrySub)
      sum = UInt128(U(a[lane])) - U(b[lane]) - in;
    else
      sum = UInt128(U(inst.kind == CarryMadLow
                          ? T(uint64_t(U(a[lane])) * uint64_t(U(b[lane])))
                          : high(a[lane], b[lane]))) +
            U(c[lane]) + in;
    d[lane] = T(sum);
    out |= Lanes(sum >> (sizeof(T) * 8) & 1) << lane;
  }
  exec.define(inst.dst, mask);
  if (inst.negated)
    exec.setPredicate(inst.dst2, out, mask);
}

static void emitCarry(Decoder &decoder, Type type, CarryKind kind, bool in,
                      bool out) {
  bool adds = kind == CarryMadLow || kind == CarryMadHigh;
  if (type.bits < 32)
    decoder.error("unsupported type " + toString(type));
  decoder.expectOperands(adds ? 4 : 3);
  Inst inst;
  inst.run = forInteger(type, []<class T>() -> Handler { return runCarry<T>; });
  if (!inst.run)
    decoder.error("unsupported type " + toString(type));
  inst.kind = kind;
  inst.flag = in;
  inst.negated = out;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.dst2 = decoder.carry();
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  if (adds)
    inst.c = decoder.source(decoder.operand(3), type);
  decoder.emit(inst);
}

void fakecuda::decodeCarry(Decoder &decoder, Type type) {
  bool adds = decoder.instruction().opcode == "add";
  emitCarry(decoder, type, adds ? CarryAdd : CarrySub, false, true);
}

void fakecuda::decodeMadCarry(Decoder &decoder, Type type, bool isHigh) {
  emitCarry(decoder, type, isHigh ? CarryMadHigh : CarryMadLow, false, true);
}

static void decodeAddcSubc(Decoder &decoder) {
  bool out = decoder.modifiers().take("cc");
  bool adds = decoder.instruction().opcode == "addc";
  emitCarry(decoder, decoder.type(), adds ? CarryAdd : CarrySub, true, out);
}

static void decodeMadc(Decoder &decoder) {
  std::string_view part = decoder.modifiers().takeOne({"lo", "hi"});
  bool out = decoder.modifiers().take("cc");
  if (part.empty())
    decoder.error("expected .lo or .hi");
  emitCarry(decoder, decoder.type(), part == "hi" ? CarryMadHigh : CarryMadLow,
            true, out);
}

// Dot products of bytes
// ----------------------------------------------------------

template <bool signedA, bool signedB>
static uint32_t dot4(uint32_t a, uint32_t b, uint32_t c) {
  for (unsigned i = 0; i < 4; ++i) {
    int32_t x = signedA ? int8_t(a >> 8 * i) : uint8_t(a >> 8 * i);
    int32_t y = signedB ? int8_t(b >> 8 * i) : uint8_t(b >> 8 * i);
    c += uint32_t(x * y);
  }
  return c;
}

static void decodeDp4a(Decoder &decoder) {
  Type a = decoder.type(), b = decoder.type();
  bool signedA = a.kind == Type::Signed, signedB = b.kind == Type::Signed;
  using U = uint32_t;
  Handler run = signedA
                    ? (signedB ? runTernary<U, U, U, U, dot4<true, true>>
                               : runTernary<U, U, U, U, dot4<true, false>>)
                    : (signedB ? runTernary<U, U, U, U, dot4<false, true>>
                               : runTernary<U, U, U, U, dot4<false, false>>);
  emitSame(decoder, Type{Type::Bits, 32}, 3, run);
}

void fakecuda::addWide(InstructionTable &table) {
  table["mul24"] = table["mad24"] = decodeMul24;
  table["addc"] = table["subc"] = decodeAddcSubc;
  table["madc"] = decodeMadc;
  table["dp4a"] = decodeDp4a;
}
