//===- Operands.cpp - Operands and modifiers --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives slots to operands and takes modifiers.

#include "Isa/Decoder.h"

#include <algorithm>
#include <bit>

using namespace fakecuda;
using namespace fakecuda::syntax;

bool Modifiers::take(std::string_view name) {
  for (size_t i = 0; i < names.size(); ++i)
    if (!taken[i] && names[i] == name)
      return taken[i] = true;
  return false;
}

std::string_view
Modifiers::takeOne(std::initializer_list<std::string_view> choices) {
  for (std::string_view name : choices)
    if (take(name))
      return name;
  return {};
}

std::optional<Type> Modifiers::takeType() {
  for (size_t i = 0; i < names.size(); ++i)
    if (!taken[i])
      if (std::optional<Type> type = parseType(names[i])) {
        taken[i] = true;
        return type;
      }
  return std::nullopt;
}

std::string_view Modifiers::rest() const {
  for (size_t i = 0; i < names.size(); ++i)
    if (!taken[i])
      return names[i];
  return {};
}

void Decoder::error(const std::string &message) const {
  throw PtxError(current->line, std::string(current->opcode) + ": " + message);
}

const Operand &Decoder::operand(size_t index) const {
  if (index >= current->operands.size())
    error("expected at least " + std::to_string(index + 1) + " operands");
  return current->operands[index];
}

void Decoder::expectOperands(size_t least, size_t most) const {
  size_t count = current->operands.size();
  if (count < least || count > most)
    error("expected " + std::to_string(least) + " operands but got " +
          std::to_string(count));
}

Type Decoder::type() {
  std::optional<Type> type = names->takeType();
  if (!type)
    error("expected a type");
  return *type;
}

Slot Decoder::newSlot(Type type, std::string name) {
  slotTypes.push_back(type);
  kernel->slotNames.push_back(std::move(name));
  kernel->registers += (type.width() + 31) / 32;
  return slotTypes.size() - 1;
}

Slot Decoder::temporary(Type type, const std::string &name) {
  return newSlot(type, name);
}

Slot Decoder::carry() {
  if (carrySlot == noSlot)
    carrySlot = newSlot(Type{Type::Predicate, 1}, "the carry");
  return carrySlot;
}

Slot Decoder::constant(uint64_t bits, Type type) {
  if (type.width() < 64 && type.kind != Type::Predicate)
    bits &= (uint64_t(1) << type.width()) - 1;
  unsigned width =
      type.kind == Type::Predicate ? 1 : std::max(type.width(), 16u);
  auto [it, inserted] = constants.try_emplace({bits, width}, noSlot);
  if (inserted) {
    it->second = newSlot(type, "constant");
    kernel->constants.push_back({it->second, type, bits});
  }
  return it->second;
}

uint64_t Decoder::literal(const Operand &operand, Type type) const {
  if (type.isFloat() || type.kind == Type::Bits || type.kind == Type::Tensor) {
    if (operand.kind == Operand::Single && type.width() == 64)
      return std::bit_cast<uint64_t>(
          double(std::bit_cast<float>(uint32_t(operand.bits))));
    if (operand.kind == Operand::Double && type.width() == 32)
      return std::bit_cast<uint32_t>(
          float(std::bit_cast<double>(operand.bits)));
    if (operand.kind != Operand::Integer && type.width() < 32)
      error("expected the bits of a " + toString(type) + " constant");
    return operand.bits;
  }
  if (operand.kind != Operand::Integer)
    error("expected an integer for " + toString(type));
  return operand.bits;
}

Slot Decoder::special(std::string_view name) {
  static const std::map<std::string_view, Special> table = {
      {"%tid.x", Special::TidX},
      {"%tid.y", Special::TidY},
      {"%tid.z", Special::TidZ},
      {"%ntid.x", Special::NtidX},
      {"%ntid.y", Special::NtidY},
      {"%ntid.z", Special::NtidZ},
      {"%ctaid.x", Special::CtaidX},
      {"%ctaid.y", Special::CtaidY},
      {"%ctaid.z", Special::CtaidZ},
      {"%nctaid.x", Special::NctaidX},
      {"%nctaid.y", Special::NctaidY},
      {"%nctaid.z", Special::NctaidZ},
      {"%laneid", Special::LaneId},
      {"%warpid", Special::WarpId},
      {"%nwarpid", Special::NWarpId},
      {"%smid", Special::SmId},
      {"%nsmid", Special::NSmId},
      {"%gridid", Special::GridId},
      {"%lanemask_eq", Special::MaskEq},
      {"%lanemask_le", Special::MaskLe},
      {"%lanemask_lt", Special::MaskLt},
      {"%lanemask_ge", Special::MaskGe},
      {"%lanemask_gt", Special::MaskGt},
      {"%dynamic_smem_size", Special::DynamicShared},
      {"%total_smem_size", Special::TotalShared},
      {"%cluster_ctaid.x", Special::Zero},
      {"%cluster_ctaid.y", Special::Zero},
      {"%cluster_ctaid.z", Special::Zero},
      {"%cluster_ctarank", Special::Zero},
      {"%cluster_nctaid.x", Special::One},
      {"%cluster_nctaid.y", Special::One},
      {"%cluster_nctaid.z", Special::One},
      {"%cluster_nctarank", Special::One},
  };
  auto entry = table.find(name);
  if (entry == table.end())
    return noSlot;
  auto [it, inserted] = specials.try_emplace(std::string(name), noSlot);
  if (inserted) {
    it->second = newSlot(Type{Type::Unsigned, 32}, std::string(name));
    kernel->specials.push_back({it->second, entry->second});
  }
  return it->second;
}

Slot Decoder::source(const Operand &operand, Type type, bool wider) {
  switch (operand.kind) {
  case Operand::Integer:
  case Operand::Single:
  case Operand::Double:
    return constant(literal(operand, type), type);
  case Operand::Name:
    break;
  default:
    error("expected a register or a constant of type " + toString(type));
  }
  if (operand.negated)
    error("unexpected '!' before '" + std::string(operand.name) + "'");
  if (operand.name == "WARP_SZ")
    return constant(warpSize, type);
  std::optional<Entity> entity = find(operand.name);
  Slot slot = noSlot;
  if (entity && entity->kind == Entity::Register)
    slot = entity->slot;
  else if (!entity)
    slot = special(operand.name);
  if (slot != noSlot) {
    unsigned bits = slotTypes[slot].width();
    bool predicate = slotTypes[slot].kind == Type::Predicate;
    if (predicate != (type.kind == Type::Predicate) ||
        !(bits == type.width() || (wider && bits > type.width()) ||
          (bits == 16 && type.width() == 8)))
      error("expected " + toString(type) + " but got register '" +
            std::string(operand.name) + "' of type " +
            toString(slotTypes[slot]));
    return slot;
  }
  if (!entity)
    error("unknown name '" + std::string(operand.name) + "'");
  if (type.width() < 32)
    error("expected 32 or 64 bits for the address of '" +
          std::string(operand.name) + "'");
  if (entity->kind != Entity::Shared || entity->address != dynamicBase)
    return constant(entity->address + operand.offset, type);
  Slot address = newSlot(type, std::string(operand.name));
  kernel->constants.push_back(
      {address, type, entity->address + operand.offset});
  dynamicSlots.push_back(address);
  return address;
}

Slot Decoder::destination(const Operand &operand, Type type, bool wider) {
  if (operand.kind == Operand::Sink)
    return newSlot(type, "_");
  if (operand.kind != Operand::Name || operand.negated || operand.offset)
    error("expected a register as the destination");
  std::optional<Entity> entity = find(operand.name);
  if (!entity || entity->kind != Entity::Register)
    error("expected a register but got '" + std::string(operand.name) + "'");
  return source(operand, type, wider);
}

Slot Decoder::predicate(const Operand &operand, bool &negated) {
  Operand plain = operand;
  negated = plain.negated;
  plain.negated = false;
  return source(plain, Type{Type::Predicate, 1});
}

Slot Decoder::predicate(const Operand &operand) {
  return source(operand, Type{Type::Predicate, 1});
}

std::optional<Entity> Decoder::address(const Operand &operand, Inst &out) {
  if (operand.kind != Operand::Address)
    error("expected an address in brackets");
  out.imm = operand.offset;
  out.wide = true;
  std::optional<Entity> entity;
  if (!operand.name.empty())
    entity = find(operand.name);
  if (!operand.name.empty() && !entity)
    error("unknown name '" + std::string(operand.name) + "'");
  if (entity && entity->kind == Entity::Register) {
    out.a = entity->slot;
    out.wide = entity->type.width() == 64;
    if (entity->type.width() < 32)
      error("expected an address of 32 or 64 bits");
    return std::nullopt;
  }
  out.a = constant(0, Type{Type::Bits, 64});
  if (entity)
    out.imm += entity->address;
  return entity;
}
