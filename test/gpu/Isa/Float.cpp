//===- Float.cpp - Arithmetic in f32 and f64 --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has sums, products, quotients, minima and signs in f32 and f64 with
// rounding to nearest. Compile it without contraction.

#include "Isa/Float.h"
#include "Isa/Lanes.h"

#include <cmath>
#include <limits>

using namespace fakecuda;

/// What .ftz does to an operand and a result; only f32 has it.
template <class T> static T flush(T value) {
  if constexpr (sizeof(T) == 4)
    return std::fabs(value) < std::numeric_limits<float>::min()
               ? std::copysign(T(0), value)
               : value;
  return value;
}

/// What .sat does to a result: NaN becomes 0.
template <class T> static T saturate(T value) {
  return value > T(0) ? (value < T(1) ? value : T(1)) : T(0);
}

struct Add {
  template <class T> static T apply(T a, T b) { return a + b; }
};
struct Sub {
  template <class T> static T apply(T a, T b) { return a - b; }
};
struct Mul {
  template <class T> static T apply(T a, T b) { return a * b; }
};
struct Div {
  template <class T> static T apply(T a, T b) { return a / b; }
};
struct Fma {
  template <class T> static T apply(T a, T b, T c) { return std::fma(a, b, c); }
};

/// A NaN loses against a number; -0 is less than +0.
template <bool propagate> struct Min {
  template <class T> static T apply(T a, T b) {
    if (std::isnan(a) || std::isnan(b)) {
      if (propagate || (std::isnan(a) && std::isnan(b)))
        return std::numeric_limits<T>::quiet_NaN();
      return std::isnan(a) ? b : a;
    }
    return a == b ? (std::signbit(a) ? a : b) : a < b ? a : b;
  }
};
template <bool propagate> struct Max {
  template <class T> static T apply(T a, T b) {
    return -Min<propagate>::apply(-a, -b);
  }
};

template <class T, class Op, bool ftz, bool sat> static T binary(T a, T b) {
  if constexpr (ftz)
    a = flush(a), b = flush(b);
  T result = Op::apply(a, b);
  if constexpr (ftz)
    result = flush(result);
  return sat ? saturate(result) : result;
}

template <class T, class Op, bool ftz, bool sat>
static T ternary(T a, T b, T c) {
  if constexpr (ftz)
    a = flush(a), b = flush(b), c = flush(c);
  T result = Op::apply(a, b, c);
  if constexpr (ftz)
    result = flush(result);
  return sat ? saturate(result) : result;
}

/// f on both halves of a pair of f32 in 64 bits.
template <class Op> static uint64_t pairs2(uint64_t a, uint64_t b) {
  auto part = [](uint64_t bits) {
    return std::bit_cast<float>(uint32_t(bits));
  };
  uint32_t low = std::bit_cast<uint32_t>(Op::apply(part(a), part(b)));
  return low | uint64_t(std::bit_cast<uint32_t>(
                   Op::apply(part(a >> 32), part(b >> 32))))
                   << 32;
}
template <class Op> static uint64_t pairs3(uint64_t a, uint64_t b, uint64_t c) {
  auto part = [](uint64_t bits) {
    return std::bit_cast<float>(uint32_t(bits));
  };
  uint32_t low = std::bit_cast<uint32_t>(Op::apply(part(a), part(b), part(c)));
  return low | uint64_t(std::bit_cast<uint32_t>(
                   Op::apply(part(a >> 32), part(b >> 32), part(c >> 32))))
                   << 32;
}

template <class Op> static Handler handler2(Type type, bool ftz, bool sat) {
  if (type.lanes == 2)
    return ftz || sat ? nullptr
                      : runBinary<uint64_t, uint64_t, uint64_t, pairs2<Op>>;
  if (type.bits == 64)
    return ftz || sat ? nullptr
                      : runBinary<double, double, double,
                                  binary<double, Op, false, false>>;
  using F = float;
  return ftz ? (sat ? runBinary<F, F, F, binary<F, Op, true, true>>
                    : runBinary<F, F, F, binary<F, Op, true, false>>)
             : (sat ? runBinary<F, F, F, binary<F, Op, false, true>>
                    : runBinary<F, F, F, binary<F, Op, false, false>>);
}

template <class Op> static Handler handler3(Type type, bool ftz, bool sat) {
  if (type.lanes == 2)
    return ftz || sat
               ? nullptr
               : runTernary<uint64_t, uint64_t, uint64_t, uint64_t, pairs3<Op>>;
  if (type.bits == 64)
    return ftz || sat ? nullptr
                      : runTernary<double, double, double, double,
                                   ternary<double, Op, false, false>>;
  using F = float;
  return ftz ? (sat ? runTernary<F, F, F, F, ternary<F, Op, true, true>>
                    : runTernary<F, F, F, F, ternary<F, Op, true, false>>)
             : (sat ? runTernary<F, F, F, F, ternary<F, Op, false, true>>
                    : runTernary<F, F, F, F, ternary<F, Op, false, false>>);
}

template <class T, bool ftz> static T absolute(T a) {
  return std::fabs(ftz ? flush(a) : a);
}
template <class T, bool ftz> static T negate(T a) {
  return -(ftz ? flush(a) : a);
}

static Handler signHandler(bool absolutes, Type type, bool ftz) {
  if (type.bits == 64)
    return ftz         ? nullptr
           : absolutes ? runUnary<double, double, absolute<double, false>>
                       : runUnary<double, double, negate<double, false>>;
  using F = float;
  return absolutes ? (ftz ? runUnary<F, F, absolute<F, true>>
                          : runUnary<F, F, absolute<F, false>>)
                   : (ftz ? runUnary<F, F, negate<F, true>>
                          : runUnary<F, F, negate<F, false>>);
}

static void decodeMinMax(Decoder &decoder, Type type, bool least, bool ftz) {
  bool propagate = decoder.modifiers().take("NaN");
  size_t count = decoder.operands().size();
  if (type.lanes != 1)
    decoder.error("unsupported type " + toString(type));
  Handler run = least ? (propagate ? handler2<Min<true>>(type, ftz, false)
                                   : handler2<Min<false>>(type, ftz, false))
                      : (propagate ? handler2<Max<true>>(type, ftz, false)
                                   : handler2<Max<false>>(type, ftz, false));
  if (count != 4)
    return emitSame(decoder, type, 2, run);
  // Three operands: the result of two goes to the destination first, unless the
  // third is the same register.
  if (!run)
    decoder.error("unsupported type " + toString(type));
  Inst first;
  first.run = run;
  first.dst = decoder.temporary(type, "the result of two operands");
  first.a = decoder.source(decoder.operand(1), type);
  first.b = decoder.source(decoder.operand(2), type);
  decoder.emit(first);
  Inst second = first;
  second.a = first.dst;
  second.b = decoder.source(decoder.operand(3), type);
  second.dst = decoder.destination(decoder.operand(0), type);
  decoder.emit(second);
}

void fakecuda::decodeFloat(Decoder &decoder, Type type) {
  if (type.bits == 16)
    return decodeHalf(decoder, type);
  std::string_view opcode = decoder.instruction().opcode;
  Modifiers &modifiers = decoder.modifiers();
  bool ftz = modifiers.take("ftz"), sat = modifiers.take("sat");
  if (ftz && type.bits == 64)
    decoder.error("expected no .ftz with .f64");
  if (opcode == "min" || opcode == "max")
    return decodeMinMax(decoder, type, opcode == "min", ftz);
  if (opcode == "abs" || opcode == "neg") {
    if (type.lanes != 1)
      decoder.error("unsupported type " + toString(type));
    return emitSame(decoder, type, 1, signHandler(opcode == "abs", type, ftz));
  }
  std::string_view name = modifiers.takeOne({"rn", "rz", "rm", "rp"});
  Rounding rounding = parseRounding(name);
  if (opcode == "div" && (modifiers.take("approx") || modifiers.take("full"))) {
    if (type.bits != 32)
      decoder.error("expected .f32 with .approx or .full");
  } else if (name.empty() &&
             (opcode == "div" || opcode == "fma" || opcode == "mad")) {
    decoder.error("expected a rounding");
  }
  if (rounding != Rounding::Nearest)
    return decodeRounded(decoder, type, rounding, ftz, sat);
  if (opcode == "fma" || opcode == "mad")
    return emitSame(decoder, type, 3, handler3<Fma>(type, ftz, sat));
  Handler run = opcode == "add"   ? handler2<Add>(type, ftz, sat)
                : opcode == "sub" ? handler2<Sub>(type, ftz, sat)
                : opcode == "mul" ? handler2<Mul>(type, ftz, sat)
                : opcode == "div" && type.lanes == 1 && !sat
                    ? handler2<Div>(type, ftz, false)
                    : nullptr;
  emitSame(decoder, type, 2, run);
}

static void decodeFma(Decoder &decoder) {
  decodeFloat(decoder, decoder.type());
}

/// copysign d, a, b: b with the sign of a.
template <class T> static T copySign(T a, T b) { return std::copysign(b, a); }

static void decodeCopysign(Decoder &decoder) {
  Type type = decoder.type();
  if (type == Type{Type::Float, 32})
    return emitSame(decoder, type, 2,
                    runBinary<float, float, float, copySign<float>>);
  if (type == Type{Type::Float, 64})
    return emitSame(decoder, type, 2,
                    runBinary<double, double, double, copySign<double>>);
  decoder.error("unsupported type " + toString(type));
}

void fakecuda::addFloat(InstructionTable &table) {
  table["fma"] = decodeFma;
  table["copysign"] = decodeCopysign;
}
