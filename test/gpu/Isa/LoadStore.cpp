//===- LoadStore.cpp - Loads and stores -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has ld, ldu and st of scalars and vectors, and the hints to caches.

#include "Isa/Lanes.h"
#include "Isa/Spaces.h"

#include <cstring>

using namespace fakecuda;

Access fakecuda::takeAccess(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  std::string_view order = modifiers.takeOne(
      {"weak", "volatile", "relaxed", "acquire", "release", "acq_rel", "mmio"});
  modifiers.takeOne({"cta", "cluster", "gpu", "sys"});
  bool nonCoherent = modifiers.take("nc");
  modifiers.takeOne({"ca", "cg", "cs", "lu", "cv", "wb", "wt"});
  for (const char *hint :
       {"L1::evict_normal", "L1::evict_unchanged", "L1::evict_first",
        "L1::evict_last", "L1::no_allocate", "L2::64B", "L2::128B", "L2::256B",
        "L2::evict_last", "L2::evict_normal", "L2::evict_first"})
    modifiers.take(hint);
  if (nonCoherent)
    return Access::NonCoherent;
  return order.empty() || order == "weak" ? Access::Weak : Access::Strong;
}

Space fakecuda::takeSpace(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  if (modifiers.take("global"))
    return Space::Global;
  if (!modifiers.takeOne({"shared", "shared::cta"}).empty())
    return Space::Shared;
  if (modifiers.take("local"))
    return Space::Local;
  if (modifiers.take("const"))
    return Space::Const;
  if (!modifiers.takeOne({"param", "param::entry", "param::func"}).empty())
    return Space::Param;
  return Space::Generic;
}

void fakecuda::decodeAddress(Decoder &decoder, const syntax::Operand &operand,
                             Inst &inst, unsigned bytes) {
  std::optional<Entity> entity = decoder.address(operand, inst);
  if (!entity) {
    // A generic address that is absolute keeps its window.
    return;
  }
  // A .param of a call stands in local memory.
  if (inst.space == Space::Param && entity->kind == Entity::Local)
    inst.space = Space::Local;
  Space expected = entity->kind == Entity::Shared      ? Space::Shared
                   : entity->kind == Entity::Local     ? Space::Local
                   : entity->kind == Entity::Parameter ? Space::Param
                                                       : Space::Global;
  bool device = inst.space == Space::Global || inst.space == Space::Const ||
                inst.space == Space::Generic;
  if (expected == Space::Global ? !device : inst.space != expected)
    decoder.error("'" + std::string(operand.name) +
                  "' is not in the state space of the access");
  if (entity->kind == Entity::Parameter &&
      (operand.offset < 0 || uint64_t(operand.offset) + bytes > entity->size))
    decoder.error("out of bounds: byte " + std::to_string(operand.offset) +
                  " of parameter '" + std::string(operand.name) +
                  "', which has " + std::to_string(entity->size));
}

template <class Memory, class Register>
static void runLoad(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  constexpr unsigned element = sizeof(Memory);
  unsigned bytes = element * inst.count;
  // Addresses may stand in a register that the load overwrites.
  uint64_t addresses[warpSize];
  for (Lanes left = mask; left; left &= left - 1) {
    unsigned lane = std::countr_zero(left);
    addresses[lane] = exec.address(inst, lane);
  }
  for (Lanes left = mask; left; left &= left - 1) {
    unsigned lane = std::countr_zero(left);
    const uint8_t *data = exec.load(inst, lane, addresses[lane], bytes);
    for (unsigned i = 0; i < inst.count; ++i) {
      Memory value;
      std::memcpy(&value, data + i * element, element);
      exec.reg<Register>(inst.vector[i])[lane] = Register(value);
    }
  }
  for (unsigned i = 0; i < inst.count; ++i)
    exec.define(inst.vector[i], mask);
}

template <class Memory, class Register>
static void runStore(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  for (unsigned i = 0; i < inst.count; ++i)
    exec.need(inst, inst.vector[i], mask);
  constexpr unsigned element = sizeof(Memory);
  auto one = [&](unsigned lane) {
    uint8_t value[64];
    for (unsigned i = 0; i < inst.count; ++i) {
      Memory part = Memory(exec.reg<Register>(inst.vector[i])[lane]);
      std::memcpy(value + i * element, &part, element);
    }
    exec.store(inst, lane, exec.address(inst, lane), element * inst.count,
               value);
  };
  for (Lanes left = mask; left;) {
    unsigned lane = exec.reverseLanes ? 31 - std::countl_zero(left)
                                      : std::countr_zero(left);
    left &= ~(Lanes(1) << lane);
    one(lane);
  }
}

template <class Memory> static Handler pick(bool load, unsigned bits) {
  return forBits(bits, [&]<class T>() -> Handler {
    // A load extends with the sign of its type.
    using Register =
        std::conditional_t<std::is_signed_v<Memory>, std::make_signed_t<T>, T>;
    return load ? runLoad<Memory, Register> : runStore<Memory, Register>;
  });
}

static Handler pickType(bool load, Type type, unsigned bits) {
  bool isSigned = type.kind == Type::Signed;
  switch (type.width()) {
  case 8:
    return isSigned ? pick<int8_t>(load, bits) : pick<uint8_t>(load, bits);
  case 16:
    return isSigned ? pick<int16_t>(load, bits) : pick<uint16_t>(load, bits);
  case 32:
    return isSigned ? pick<int32_t>(load, bits) : pick<uint32_t>(load, bits);
  case 64:
    return pick<uint64_t>(load, bits);
  }
  return nullptr;
}

static void decodeAccess(Decoder &decoder) {
  bool load = decoder.instruction().opcode != "st";
  Inst inst;
  inst.access = takeAccess(decoder);
  inst.space = takeSpace(decoder);
  std::string_view vector = decoder.modifiers().takeOne({"v2", "v4", "v8"});
  Type type = decoder.type();
  if (type.kind == Type::Predicate || type.width() > 64)
    decoder.error("unsupported type " + toString(type));
  if (!load && inst.space == Space::Const)
    decoder.error("store into constant memory");
  decoder.expectOperands(2);
  inst.count = vector.empty() ? 1 : vector[1] - '0';
  const syntax::Operand &data = decoder.operand(load ? 0 : 1);
  std::vector<syntax::Operand> elements{data};
  if (data.kind == syntax::Operand::Vector)
    elements = data.elements;
  if (elements.size() != inst.count)
    decoder.error("expected " + std::to_string(inst.count) +
                  " registers but got " + std::to_string(elements.size()));
  unsigned bits = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    // Floats have registers of their width; integers may have wider ones.
    bool wider = type.isInteger();
    inst.vector[i] = load ? decoder.destination(elements[i], type, wider)
                          : decoder.source(elements[i], type, wider);
    // All elements go through one handler, which knows one width.
    unsigned width = decoder.slotBits(inst.vector[i]);
    if (bits && width != bits)
      decoder.error("expected registers of one width");
    bits = width;
  }
  decodeAddress(decoder, decoder.operand(load ? 1 : 0), inst,
                type.bytes() * inst.count);
  inst.run = pickType(load, type, bits);
  if (!inst.run)
    decoder.error("unsupported type " + toString(type));
  decoder.emit(inst);
}

static void runNothing(Exec &, const Inst &, Lanes) {}

/// Hints have no effect, but their operands have to exist.
static void decodePrefetch(Decoder &decoder) {
  Inst inst;
  inst.run = runNothing;
  takeAccess(decoder);
  inst.space = takeSpace(decoder);
  decoder.modifiers().takeOne({"L1", "L2"});
  decoder.expectOperands(1, 2);
  decodeAddress(decoder, decoder.operand(0), inst, 1);
  decoder.emit(inst);
}

void fakecuda::addLoadStore(InstructionTable &table) {
  table["ld"] = table["ldu"] = table["st"] = decodeAccess;
  table["prefetch"] = table["prefetchu"] = table["applypriority"] =
      decodePrefetch;
}
