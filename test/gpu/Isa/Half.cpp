//===- Half.cpp - Arithmetic in f16 and bf16 --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has arithmetic in 16 bits and on pairs of such numbers, computed in
// f64 and rounded once.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <cmath>

using namespace fakecuda;

namespace {
enum Operation : uint8_t {
  HalfAdd,
  HalfSub,
  HalfMul,
  HalfFma,
  HalfMin,
  HalfMax,
  HalfAbs,
  HalfNeg
};
enum Option : uint8_t { HalfFtz = 1, HalfSat = 2, HalfRelu = 4, HalfNaN = 8 };
} // namespace

template <bool brain> static double decode(uint16_t bits, bool ftz) {
  if (!brain && ftz && !(bits & 0x7c00))
    bits &= 0x8000;
  return brain ? fromBrain(bits) : fromHalf(bits);
}

static double lesser(double a, double b, bool propagate) {
  if (std::isnan(a) || std::isnan(b))
    return propagate || (std::isnan(a) && std::isnan(b)) ? NAN
           : std::isnan(a)                               ? b
                                                         : a;
  return a == b ? (std::signbit(a) ? a : b) : a < b ? a : b;
}

template <bool brain>
static uint16_t compute(uint8_t operation, unsigned options, uint16_t x,
                        uint16_t y, uint16_t z) {
  if (operation == HalfAbs)
    return x & 0x7fff;
  if (operation == HalfNeg)
    return x ^ 0x8000;
  bool ftz = options & HalfFtz;
  double a = decode<brain>(x, ftz), b = decode<brain>(y, ftz),
         c = decode<brain>(z, ftz), result = 0;
  switch (operation) {
  case HalfAdd:
    result = oddSum(a, b);
    break;
  case HalfSub:
    result = oddSum(a, -b);
    break;
  case HalfMul:
    result = a * b;
    break;
  case HalfFma:
    result = oddFma(a, b, c);
    break;
  case HalfMin:
    result = lesser(a, b, options & HalfNaN);
    break;
  case HalfMax:
    result = -lesser(-a, -b, options & HalfNaN);
    break;
  }
  if (options & HalfSat)
    result = result > 0 ? std::fmin(result, 1) : 0;
  if ((options & HalfRelu) && result < 0)
    result = 0;
  uint16_t bits = brain ? toBrain(result) : toHalf(result);
  return !brain && ftz && !(bits & 0x7c00) ? bits & 0x8000 : bits;
}

/// kind is the operation, imm the options; Element holds one number or a pair.
template <bool brain, class Element>
static void runHalf(Exec &exec, const Inst &inst, Lanes mask) {
  for (Slot slot : {inst.a, inst.b, inst.c})
    if (slot != noSlot)
      exec.need(inst, slot, mask);
  auto value = [&](Slot slot, unsigned lane) {
    return slot == noSlot ? Element(0) : exec.reg<Element>(slot)[lane];
  };
  for (Lanes left = mask; left; left &= left - 1) {
    unsigned lane = std::countr_zero(left);
    Element a = value(inst.a, lane), b = value(inst.b, lane),
            c = value(inst.c, lane), result = 0;
    for (unsigned shift = 0; shift < 8 * sizeof(Element); shift += 16)
      result |= Element(compute<brain>(inst.kind, inst.imm, a >> shift,
                                       b >> shift, c >> shift))
                << shift;
    exec.reg<Element>(inst.dst)[lane] = result;
  }
  exec.define(inst.dst, mask);
}

void fakecuda::decodeHalf(Decoder &decoder, Type type) {
  static const std::map<std::string_view, Operation> operations = {
      {"add", HalfAdd}, {"sub", HalfSub}, {"mul", HalfMul}, {"fma", HalfFma},
      {"min", HalfMin}, {"max", HalfMax}, {"abs", HalfAbs}, {"neg", HalfNeg}};
  auto it = operations.find(decoder.instruction().opcode);
  if (it == operations.end())
    decoder.error("unsupported type " + toString(type));
  Modifiers &modifiers = decoder.modifiers();
  modifiers.take("rn");
  Inst inst;
  inst.kind = it->second;
  bool order = it->second == HalfMin || it->second == HalfMax;
  inst.imm = (modifiers.take("ftz") ? HalfFtz : 0) |
             (modifiers.take("sat") ? HalfSat : 0) |
             (modifiers.take("relu") ? HalfRelu : 0) |
             (order && modifiers.take("NaN") ? HalfNaN : 0);
  bool brain = type.kind == Type::Brain;
  inst.run = type.lanes == 2
                 ? (brain ? runHalf<true, uint32_t> : runHalf<false, uint32_t>)
                 : (brain ? runHalf<true, uint16_t> : runHalf<false, uint16_t>);
  unsigned sources = it->second == HalfFma ? 3 : it->second >= HalfAbs ? 1 : 2;
  decoder.expectOperands(sources + 1);
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  if (sources > 1)
    inst.b = decoder.source(decoder.operand(2), type);
  if (sources > 2)
    inst.c = decoder.source(decoder.operand(3), type);
  decoder.emit(inst);
}
