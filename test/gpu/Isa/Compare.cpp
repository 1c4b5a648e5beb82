//===- Compare.cpp - Comparisons and choices --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has setp, set, selp, slct and testp.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <cmath>

using namespace fakecuda;

namespace {
enum Relation : uint8_t {
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Equ,
  Neu,
  Ltu,
  Leu,
  Gtu,
  Geu,
  Num,
  Nan
};
enum Combine : uint8_t { Plain, And, Or, Xor };
struct HalfBits {
  uint16_t bits;
};
struct BrainBits {
  uint16_t bits;
};
} // namespace

template <class T> static T valueOf(T value) { return value; }
static double valueOf(HalfBits value) { return fromHalf(value.bits); }
static double valueOf(BrainBits value) { return fromBrain(value.bits); }

template <class T> static bool isNan(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value);
  return false;
}

template <class T, Relation relation> static bool holds(T a, T b) {
  bool unordered = isNan(a) || isNan(b);
  switch (relation) {
  case Eq:
    return a == b;
  case Ne:
    return !unordered && a != b;
  case Lt:
    return a < b;
  case Le:
    return a <= b;
  case Gt:
    return a > b;
  case Ge:
    return a >= b;
  case Equ:
    return unordered || a == b;
  case Neu:
    return a != b;
  case Ltu:
    return unordered || a < b;
  case Leu:
    return unordered || a <= b;
  case Gtu:
    return unordered || a > b;
  case Geu:
    return unordered || a >= b;
  case Num:
    return !unordered;
  case Nan:
    return unordered;
  }
  return false;
}

/// kind is the combination, flag .ftz.
template <class T, Relation relation>
static Lanes compare(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  const T *a = exec.reg<T>(inst.a), *b = exec.reg<T>(inst.b);
  bool ftz = inst.flag;
  uint8_t bits[warpSize];
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    auto x = valueOf(a[lane]), y = valueOf(b[lane]);
    if constexpr (std::is_same_v<T, float>)
      if (ftz) {
        x = std::fabs(x) < 0x1p-126f ? 0 : x;
        y = std::fabs(y) < 0x1p-126f ? 0 : y;
      }
    bits[lane] = holds<decltype(x), relation>(x, y);
  }
  Lanes result = 0;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    result |= Lanes(bits[lane]) << lane;
  return result;
}

static Lanes combine(Exec &exec, const Inst &inst, Lanes value, Lanes mask) {
  if (inst.kind == Plain)
    return value;
  exec.need(inst, inst.c, mask);
  Lanes other = exec.predicate(inst.c, inst.negated);
  return inst.kind == And  ? value & other
         : inst.kind == Or ? value | other
                           : value ^ other;
}

template <class T, Relation relation>
static void runSetp(Exec &exec, const Inst &inst, Lanes mask) {
  Lanes value = compare<T, relation>(exec, inst, mask);
  Lanes p = combine(exec, inst, value, mask),
        q = combine(exec, inst, ~value, mask);
  exec.setPredicate(inst.dst, p, mask);
  if (inst.dst2 != noSlot)
    exec.setPredicate(inst.dst2, q, mask);
}

/// Pairs: p is the comparison of the lower halves, q that of the upper ones.
template <class T, Relation relation>
static void runSetpPair(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  const uint32_t *a = exec.reg<uint32_t>(inst.a),
                 *b = exec.reg<uint32_t>(inst.b);
  Lanes halves[2] = {};
  for (unsigned lane = 0; lane < warpSize; ++lane)
    for (unsigned half = 0; half < 2; ++half) {
      double x = valueOf(T{uint16_t(a[lane] >> 16 * half)});
      double y = valueOf(T{uint16_t(b[lane] >> 16 * half)});
      halves[half] |= Lanes(holds<double, relation>(x, y)) << lane;
    }
  Lanes p = combine(exec, inst, halves[0], mask),
        q = combine(exec, inst, halves[1], mask);
  exec.setPredicate(inst.dst, p, mask);
  if (inst.dst2 != noSlot)
    exec.setPredicate(inst.dst2, q, mask);
}

/// imm has the bits of "true": 1.0 or all ones.
template <class T, Relation relation>
static void runSet(Exec &exec, const Inst &inst, Lanes mask) {
  Lanes value =
      combine(exec, inst, compare<T, relation>(exec, inst, mask), mask);
  forLanes(mask, [&](unsigned lane) {
    exec.reg<uint32_t>(inst.dst)[lane] =
        value >> lane & 1 ? uint32_t(inst.imm) : 0;
  });
  exec.define(inst.dst, mask);
}

template <class T, Relation relation>
static Handler handlerOf(bool toPredicate, bool pair) {
  if constexpr (std::is_class_v<T>)
    if (pair)
      return toPredicate ? runSetpPair<T, relation> : nullptr;
  return toPredicate ? runSetp<T, relation> : runSet<T, relation>;
}

template <class T>
static Handler pick(Relation relation, bool toPredicate, bool pair = false) {
#define FAKECUDA_CASE(r)                                                       \
  case r:                                                                      \
    return handlerOf<T, r>(toPredicate, pair);
  switch (relation) {
    FAKECUDA_CASE(Eq)
    FAKECUDA_CASE(Ne)
    FAKECUDA_CASE(Lt)
    FAKECUDA_CASE(Le)
    FAKECUDA_CASE(Gt)
    FAKECUDA_CASE(Ge)
  default:
    break;
  }
  if constexpr (!std::is_integral_v<T>)
    switch (relation) {
      FAKECUDA_CASE(Equ)
      FAKECUDA_CASE(Neu)
      FAKECUDA_CASE(Ltu)
      FAKECUDA_CASE(Leu)
      FAKECUDA_CASE(Gtu)
      FAKECUDA_CASE(Geu)
      FAKECUDA_CASE(Num)
      FAKECUDA_CASE(Nan)
    default:
      break;
    }
#undef FAKECUDA_CASE
  return nullptr;
}

static Handler pickType(Type type, Relation relation, bool toPredicate) {
  bool pair = type.lanes == 2;
  if (pair && (!type.isFloat() || type.bits != 16))
    return nullptr;
  if (type.kind == Type::Brain)
    return pick<BrainBits>(relation, toPredicate, pair);
  if (type.kind == Type::Float)
    return type.bits == 64   ? pick<double>(relation, toPredicate)
           : type.bits == 32 ? pick<float>(relation, toPredicate)
                             : pick<HalfBits>(relation, toPredicate, pair);
  if (type.kind == Type::Bits && relation != Eq && relation != Ne)
    return nullptr;
  return forInteger(type, [&]<class T>() -> Handler {
    return pick<T>(relation, toPredicate);
  });
}

static void decodeSet(Decoder &decoder) {
  static const std::map<std::string_view, Relation> relations = {
      {"eq", Eq},   {"ne", Ne},   {"lt", Lt},   {"le", Le},   {"gt", Gt},
      {"ge", Ge},   {"lo", Lt},   {"ls", Le},   {"hi", Gt},   {"hs", Ge},
      {"equ", Equ}, {"neu", Neu}, {"ltu", Ltu}, {"leu", Leu}, {"gtu", Gtu},
      {"geu", Geu}, {"num", Num}, {"nan", Nan}};
  Modifiers &modifiers = decoder.modifiers();
  bool toPredicate = decoder.instruction().opcode == "setp";
  Inst inst;
  inst.flag = modifiers.take("ftz");
  std::string_view name = modifiers.takeOne(
      {"eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs", "equ", "neu",
       "ltu", "leu", "gtu", "geu", "num", "nan"});
  if (name.empty())
    decoder.error("expected a comparison");
  std::string_view combination = modifiers.takeOne({"and", "or", "xor"});
  inst.kind = combination == "and"   ? And
              : combination == "or"  ? Or
              : combination == "xor" ? Xor
                                     : Plain;
  Type result = toPredicate ? Type{Type::Predicate, 1} : decoder.type();
  if (!toPredicate && (result.bits != 32 || result.lanes != 1))
    decoder.error("unsupported type " + toString(result));
  inst.imm = result.kind == Type::Float ? 0x3f800000 : 0xffffffff;
  Type type = decoder.type();
  inst.run = pickType(type, relations.at(name), toPredicate);
  if (!inst.run)
    decoder.error("unsupported comparison ." + std::string(name) + " of " +
                  toString(type));
  decoder.expectOperands(inst.kind == Plain ? 3 : 4);
  syntax::Operand target = decoder.operand(0);
  if (!target.second.empty()) {
    syntax::Operand second = target;
    second.name = target.second;
    target.second = second.second = {};
    if (second.name != "_")
      inst.dst2 = decoder.destination(second, result);
  }
  inst.dst = decoder.destination(target, result);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  if (inst.kind != Plain)
    inst.c = decoder.predicate(decoder.operand(3), inst.negated);
  decoder.emit(inst);
}

/// A choice moves bits: what is chosen may be undefined.
template <class T>
static void choose(Exec &exec, const Inst &inst, Lanes first, Lanes mask) {
  T *d = exec.reg<T>(inst.dst);
  const T *a = exec.reg<T>(inst.a), *b = exec.reg<T>(inst.b);
  Lanes known =
      (exec.validLanes(inst.a) & first) | (exec.validLanes(inst.b) & ~first);
  forLanes(mask, [&](unsigned lane) {
    d[lane] = first >> lane & 1 ? a[lane] : b[lane];
  });
  exec.setValid(inst.dst, known, mask);
}

template <class T>
static void runSelp(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.c, mask);
  choose<T>(exec, inst, exec.predicate(inst.c, inst.negated), mask);
}

template <class T, class C>
static void runSlct(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.c, mask);
  Lanes first = 0;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    first |= Lanes(exec.reg<C>(inst.c)[lane] >= 0) << lane;
  choose<T>(exec, inst, first, mask);
}

static void decodeSelp(Decoder &decoder) {
  bool slct = decoder.instruction().opcode == "slct";
  decoder.modifiers().take("ftz");
  Type type = decoder.type();
  if (type.width() < 16 || type.width() > 64)
    decoder.error("unsupported type " + toString(type));
  decoder.expectOperands(4);
  Inst inst;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), type);
  if (slct) {
    Type selector = decoder.type();
    if (selector != Type{Type::Signed, 32} && selector != Type{Type::Float, 32})
      decoder.error("expected .s32 or .f32 as the selector but got " +
                    toString(selector));
    inst.c = decoder.source(decoder.operand(3), selector);
    inst.run = forBits(type.width(), [&]<class T>() -> Handler {
      return selector.kind == Type::Float ? runSlct<T, float>
                                          : runSlct<T, int32_t>;
    });
  } else {
    inst.c = decoder.predicate(decoder.operand(3), inst.negated);
    inst.run =
        forBits(type.width(), []<class T>() -> Handler { return runSelp<T>; });
  }
  decoder.emit(inst);
}

template <class T>
static void runTestp(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  Lanes result = 0;
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    int kind = std::fpclassify(exec.reg<T>(inst.a)[lane]);
    bool holds = false;
    switch (inst.kind) {
    case 0:
      holds = kind != FP_NAN && kind != FP_INFINITE;
      break;
    case 1:
      holds = kind == FP_INFINITE;
      break;
    case 2:
      holds = kind != FP_NAN;
      break;
    case 3:
      holds = kind == FP_NAN;
      break;
    case 4:
      holds = kind == FP_NORMAL || kind == FP_ZERO;
      break;
    case 5:
      holds = kind == FP_SUBNORMAL;
      break;
    }
    result |= Lanes(holds) << lane;
  }
  exec.setPredicate(inst.dst, result, mask);
}

static void decodeTestp(Decoder &decoder) {
  Inst inst;
  static const std::map<std::string_view, uint8_t> tests = {
      {"finite", 0},     {"infinite", 1}, {"number", 2},
      {"notanumber", 3}, {"normal", 4},   {"subnormal", 5}};
  std::string_view name = decoder.modifiers().takeOne(
      {"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  if (name.empty())
    decoder.error("expected a property");
  inst.kind = tests.at(name);
  Type type = decoder.type();
  if (type.kind != Type::Float || type.width() < 32)
    decoder.error("unsupported type " + toString(type));
  decoder.expectOperands(2);
  inst.run = type.bits == 64 ? runTestp<double> : runTestp<float>;
  inst.dst = decoder.destination(decoder.operand(0), Type{Type::Predicate, 1});
  inst.a = decoder.source(decoder.operand(1), type);
  decoder.emit(inst);
}

void fakecuda::addCompare(InstructionTable &table) {
  table["setp"] = table["set"] = decodeSet;
  table["selp"] = table["slct"] = decodeSelp;
  table["testp"] = decodeTestp;
}
