//===- Atomic.cpp - Atomic operations on memory -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has atom and red.

#include "Isa/Float.h"
#include "Isa/Lanes.h"
#include "Isa/Spaces.h"

#include <cmath>
#include <cstring>

using namespace fakecuda;

namespace {
enum Operation : uint8_t { Add, Min, Max, And, Or, Xor, Exch, Cas, Inc, Dec };
} // namespace

template <class T> static T integer(uint8_t operation, T old, T b, T c) {
  using U = std::make_unsigned_t<T>;
  switch (operation) {
  case Add:
    return U(old) + U(b);
  case Min:
    return b < old ? b : old;
  case Max:
    return old < b ? b : old;
  case And:
    return old & b;
  case Or:
    return old | b;
  case Xor:
    return old ^ b;
  case Cas:
    return old == b ? c : old;
  case Inc:
    return U(old) >= U(b) ? 0 : old + 1;
  case Dec:
    return old == 0 || U(old) > U(b) ? b : old - 1;
  default:
    return b;
  }
}

static float flushed(float value) {
  return std::fabs(value) < 0x1p-126f ? std::copysign(0.0f, value) : value;
}

/// f32 is flushed in global memory only, as the hardware does it.
template <class T> static T sum(T a, T b, bool flush) {
  if constexpr (sizeof(T) == 4)
    if (flush)
      return flushed(flushed(a) + flushed(b));
  return a + b;
}

template <class T>
static uint64_t apply(const Inst &inst, uint64_t old, uint64_t b, uint64_t c) {
  if constexpr (std::is_floating_point_v<T>) {
    using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    bool flush = inst.space == Space::Global;
    return std::bit_cast<Bits>(
        sum(std::bit_cast<T>(Bits(old)), std::bit_cast<T>(Bits(b)), flush));
  } else {
    return uint64_t(std::make_unsigned_t<T>(integer<T>(inst.kind, old, b, c)));
  }
}

template <bool brain>
static uint64_t applyHalf(const Inst &inst, uint64_t old, uint64_t b,
                          uint64_t) {
  uint64_t result = 0;
  for (unsigned shift = 0; shift < inst.count; shift += 16) {
    uint16_t x = old >> shift, y = b >> shift;
    result |= uint64_t(brain ? toBrain(oddSum(fromBrain(x), fromBrain(y)))
                             : toHalf(fromHalf(x) + fromHalf(y)))
              << shift;
  }
  return result;
}

using Apply = uint64_t (*)(const Inst &, uint64_t, uint64_t, uint64_t);

template <Apply apply>
static void runAtomic(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  exec.need(inst, inst.b, mask);
  if (inst.c != noSlot)
    exec.need(inst, inst.c, mask);
  unsigned bits = inst.count, bytes = bits / 8;
  for (Lanes left = mask; left;) {
    unsigned lane = exec.reverseLanes ? 31 - std::countl_zero(left)
                                      : std::countr_zero(left);
    left &= ~(Lanes(1) << lane);
    uint8_t *place = exec.modify(inst, lane, exec.address(inst, lane), bytes);
    uint64_t old = 0,
             c = inst.c == noSlot ? 0 : readBits(exec, inst.c, bits, lane);
    std::memcpy(&old, place, bytes);
    uint64_t value = apply(inst, old, readBits(exec, inst.b, bits, lane), c);
    std::memcpy(place, &value, bytes);
    if (inst.dst != noSlot)
      writeBits(exec, inst.dst, bits, lane, old);
  }
  if (inst.dst != noSlot)
    exec.define(inst.dst, mask);
}

static Handler pick(Type type, Operation operation) {
  if (type.isFloat() && operation == Add) {
    if (type.bits == 16)
      return type.kind == Type::Brain ? runAtomic<applyHalf<true>>
                                      : runAtomic<applyHalf<false>>;
    if (type.lanes == 1)
      return type.bits == 32 ? runAtomic<apply<float>>
                             : runAtomic<apply<double>>;
  }
  bool bitwise = operation >= And && operation <= Cas;
  bool counts = operation == Inc || operation == Dec;
  if (!type.isInteger() || type.lanes != 1 ||
      (type.bits == 16 && operation != Cas) ||
      (type.kind == Type::Bits) != bitwise ||
      (counts && type != Type{Type::Unsigned, 32}))
    return nullptr;
  if (type.bits == 16)
    return runAtomic<apply<uint16_t>>;
  bool isSigned = type.kind == Type::Signed;
  if (type.bits == 32)
    return isSigned ? runAtomic<apply<int32_t>> : runAtomic<apply<uint32_t>>;
  return isSigned ? runAtomic<apply<int64_t>> : runAtomic<apply<uint64_t>>;
}

static void decodeAtomic(Decoder &decoder) {
  static const std::map<std::string_view, Operation> operations = {
      {"add", Add}, {"min", Min},   {"max", Max}, {"and", And}, {"or", Or},
      {"xor", Xor}, {"exch", Exch}, {"cas", Cas}, {"inc", Inc}, {"dec", Dec}};
  bool returns = decoder.instruction().opcode == "atom";
  Inst inst;
  inst.access = takeAccess(decoder);
  inst.space = takeSpace(decoder);
  std::string_view name = decoder.modifiers().takeOne(
      {"add", "min", "max", "and", "or", "xor", "exch", "cas", "inc", "dec"});
  if (name.empty())
    decoder.error("expected an operation");
  inst.kind = operations.at(name);
  decoder.modifiers().take("noftz");
  Type type = decoder.type();
  inst.run = pick(type, operations.at(name));
  if (!inst.run)
    decoder.error("unsupported operation ." + std::string(name) + " on " +
                  toString(type));
  inst.count = type.width();
  size_t first = returns ? 1 : 0;
  decoder.expectOperands(first + (inst.kind == Cas ? 3 : 2));
  if (returns && decoder.operand(0).kind != syntax::Operand::Sink)
    inst.dst = decoder.destination(decoder.operand(0), type);
  decodeAddress(decoder, decoder.operand(first), inst, type.bytes());
  inst.b = decoder.source(decoder.operand(first + 1), type);
  if (inst.kind == Cas)
    inst.c = decoder.source(decoder.operand(first + 2), type);
  decoder.emit(inst);
}

void fakecuda::addAtomic(InstructionTable &table) {
  table["atom"] = table["red"] = decodeAtomic;
}
