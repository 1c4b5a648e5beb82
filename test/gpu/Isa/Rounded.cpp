//===- Rounded.cpp - Arithmetic with directed roundings ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has add, sub, mul, fma, div, rcp and sqrt with .rz, .rm and .rp:
// the f64 forms by the host's rounding mode, the f32 forms by way of f64.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <cfenv>
#include <cmath>

using namespace fakecuda;

namespace {
enum Operation : uint8_t {
  RoundAdd,
  RoundSub,
  RoundMul,
  RoundFma,
  RoundDiv,
  RoundSqrt
};
} // namespace

static int hostRounding(Rounding rounding) {
  return rounding == Rounding::Zero   ? FE_TOWARDZERO
         : rounding == Rounding::Down ? FE_DOWNWARD
         : rounding == Rounding::Up   ? FE_UPWARD
                                      : FE_TONEAREST;
}

/// Volatile keeps the compiler from moving the operation out of the mode.
static double compute(Operation operation, double a, double b, double c,
                      int mode) {
  volatile double x = a, y = b, z = c;
  int old = std::fegetround();
  std::fesetround(mode);
  volatile double result = 0;
  switch (operation) {
  case RoundAdd:
    result = x + y;
    break;
  case RoundSub:
    result = x - y;
    break;
  case RoundMul:
    result = x * y;
    break;
  case RoundFma:
    result = std::fma(x, y, z);
    break;
  case RoundDiv:
    result = x / y;
    break;
  case RoundSqrt:
    result = std::sqrt(x);
    break;
  }
  std::fesetround(old);
  return result;
}

static float flushed(float value, bool ftz) {
  return ftz && std::fabs(value) < 0x1p-126f ? std::copysign(0.0f, value)
                                             : value;
}

/// In f64, rounding down to 53 bits and then to 24 is rounding down once; the
/// same holds for zero and up. So one mode serves both steps.
static float computeSingle(const Inst &inst, float a, float b, float c,
                           bool ftz) {
  Rounding rounding = Rounding(inst.imm);
  double wide = compute(Operation(inst.kind), flushed(a, ftz), flushed(b, ftz),
                        flushed(c, ftz), hostRounding(rounding));
  return flushed(
      std::bit_cast<float>(uint32_t(narrow(wide, singleFormat, rounding))),
      ftz);
}

/// kind is the operation, imm the rounding, flag .ftz, negated .sat.
template <class T>
static void runRounded(Exec &exec, const Inst &inst, Lanes mask) {
  for (Slot slot : {inst.a, inst.b, inst.c})
    if (slot != noSlot)
      exec.need(inst, slot, mask);
  auto value = [&](Slot slot, unsigned lane) {
    return slot == noSlot ? T(0) : exec.reg<T>(slot)[lane];
  };
  for (Lanes left = mask; left; left &= left - 1) {
    unsigned lane = std::countr_zero(left);
    T a = value(inst.a, lane), b = value(inst.b, lane), c = value(inst.c, lane),
      result;
    if constexpr (sizeof(T) == 4)
      result = computeSingle(inst, a, b, c, inst.flag);
    else
      result = compute(Operation(inst.kind), a, b, c,
                       hostRounding(Rounding(inst.imm)));
    if (inst.negated)
      result = result > T(0) ? (result < T(1) ? result : T(1)) : T(0);
    exec.reg<T>(inst.dst)[lane] = result;
  }
  exec.define(inst.dst, mask);
}

void fakecuda::decodeRounded(Decoder &decoder, Type type, Rounding rounding,
                             bool ftz, bool saturate) {
  std::string_view opcode = decoder.instruction().opcode;
  if (type.lanes != 1 || !type.isFloat() || type.bits < 32)
    decoder.error("unsupported type " + toString(type));
  bool reciprocal = opcode == "rcp";
  Operation operation = opcode == "add"                 ? RoundAdd
                        : opcode == "sub"               ? RoundSub
                        : opcode == "mul"               ? RoundMul
                        : opcode == "div" || reciprocal ? RoundDiv
                        : opcode == "sqrt"              ? RoundSqrt
                                                        : RoundFma;
  unsigned sources = operation == RoundFma                  ? 3
                     : operation == RoundSqrt || reciprocal ? 1
                                                            : 2;
  decoder.expectOperands(sources + 1);
  Inst inst;
  inst.run = type.bits == 64 ? runRounded<double> : runRounded<float>;
  inst.kind = operation;
  inst.imm = int64_t(rounding);
  inst.flag = ftz;
  inst.negated = saturate;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  if (sources > 1)
    inst.b = decoder.source(decoder.operand(2), type);
  if (sources > 2)
    inst.c = decoder.source(decoder.operand(3), type);
  if (reciprocal) {
    inst.b = inst.a;
    inst.a = decoder.constant(type.bits == 64 ? std::bit_cast<uint64_t>(1.0)
                                              : std::bit_cast<uint32_t>(1.0f),
                              type);
  }
  decoder.emit(inst);
}
