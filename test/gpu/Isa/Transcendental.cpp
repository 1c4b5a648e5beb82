//===- Transcendental.cpp - Roots, powers and angles ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has rcp, sqrt, rsqrt, ex2, lg2, sin, cos and tanh. Approximations
// are rounded from f64: better than the hardware, which the double can't stand
// for.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <cmath>

using namespace fakecuda;

namespace {
enum Function : uint8_t { Rcp, Sqrt, Rsqrt, Ex2, Lg2, Sin, Cos, Tanh };
} // namespace

static double compute(uint8_t function, double x) {
  switch (function) {
  case Rcp:
    return 1 / x;
  case Sqrt:
    return std::sqrt(x);
  case Rsqrt:
    return 1 / std::sqrt(x);
  case Ex2:
    return std::exp2(x);
  case Lg2:
    return std::log2(x);
  case Sin:
    return std::sin(x);
  case Cos:
    return std::cos(x);
  default:
    return std::tanh(x);
  }
}

static float flushed(float value) {
  return std::fabs(value) < 0x1p-126f ? std::copysign(0.0f, value) : value;
}

/// kind is the function, flag .ftz.
static void runSingle(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  forLanes(mask, [&](unsigned lane) {
    float x = exec.reg<float>(inst.a)[lane];
    float result = compute(inst.kind, inst.flag ? flushed(x) : x);
    exec.reg<float>(inst.dst)[lane] = inst.flag ? flushed(result) : result;
  });
  exec.define(inst.dst, mask);
}

static void runDouble(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  forLanes(mask, [&](unsigned lane) {
    double result = compute(inst.kind, exec.reg<double>(inst.a)[lane]);
    // With .ftz the approximations in f64 fill in the upper word only.
    if (inst.flag && std::isfinite(result))
      result =
          std::bit_cast<double>(std::bit_cast<uint64_t>(result) >> 32 << 32);
    exec.reg<double>(inst.dst)[lane] = result;
  });
  exec.define(inst.dst, mask);
}

template <bool brain, class Element>
static void runHalf(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  forLanes(mask, [&](unsigned lane) {
    Element x = exec.reg<Element>(inst.a)[lane], result = 0;
    for (unsigned shift = 0; shift < 8 * sizeof(Element); shift += 16) {
      uint16_t bits = x >> shift;
      double value =
          compute(inst.kind, brain ? fromBrain(bits) : fromHalf(bits));
      result |= Element(brain ? toBrain(value) : toHalf(value)) << shift;
    }
    exec.reg<Element>(inst.dst)[lane] = result;
  });
  exec.define(inst.dst, mask);
}

static void decodeFunction(Decoder &decoder) {
  static const std::map<std::string_view, Function> functions = {
      {"rcp", Rcp}, {"sqrt", Sqrt}, {"rsqrt", Rsqrt}, {"ex2", Ex2},
      {"lg2", Lg2}, {"sin", Sin},   {"cos", Cos},     {"tanh", Tanh}};
  Function function = functions.at(decoder.instruction().opcode);
  Modifiers &modifiers = decoder.modifiers();
  bool approximate = modifiers.take("approx");
  std::string_view name = modifiers.takeOne({"rn", "rz", "rm", "rp"});
  bool ftz = modifiers.take("ftz");
  Type type = decoder.type();
  if (approximate == !name.empty() || (!name.empty() && function > Sqrt))
    decoder.error("expected .approx or a rounding");
  if (Rounding rounding = parseRounding(name); rounding != Rounding::Nearest)
    return decodeRounded(decoder, type, rounding, ftz, false);
  bool brain = type.kind == Type::Brain;
  Inst inst;
  if (type == Type{Type::Float, 32})
    inst.run = runSingle;
  else if (type == Type{Type::Float, 64} &&
           (approximate ? function == Rcp || function == Rsqrt : true))
    inst.run = runDouble;
  else if (type.isFloat() && type.bits == 16 &&
           (function == Ex2 || function == Tanh))
    inst.run =
        type.lanes == 2
            ? (brain ? runHalf<true, uint32_t> : runHalf<false, uint32_t>)
            : (brain ? runHalf<true, uint16_t> : runHalf<false, uint16_t>);
  else
    decoder.error("unsupported type " + toString(type));
  decoder.expectOperands(2);
  inst.kind = function;
  inst.flag = ftz;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  decoder.emit(inst);
}

void fakecuda::addTranscendental(InstructionTable &table) {
  for (const char *name :
       {"rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh"})
    table[name] = decodeFunction;
}
