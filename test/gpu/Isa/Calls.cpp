//===- Calls.cpp - Inlining of calls ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file decodes the body of a called function in place of the call.

#include "Isa/Decoder.h"

#include <algorithm>
#include <utility>

using namespace fakecuda;
using namespace fakecuda::syntax;

/// What a formal parameter or result stands for within the call: a .param is
/// the caller's variable itself, a .reg a register of its own.
Entity Decoder::bind(const Variable &formal, const Operand &actual) {
  if (formal.space == "reg") {
    Entity entity{Entity::Register, formal.type};
    entity.slot = newSlot(formal.type, std::string(formal.name));
    return entity;
  }
  std::optional<Entity> entity =
      actual.kind == Operand::Name ? find(actual.name) : std::nullopt;
  if (!entity || entity->kind != Entity::Local || entity->size != formal.size)
    error("expected a .param of " + std::to_string(formal.size) +
          " bytes for '" + std::string(formal.name) + "'");
  return *entity;
}

void Decoder::emitMove(Slot to, Slot from, Type type) {
  Inst move;
  move.run = moveHandler(type.kind == Type::Predicate ? 1 : type.width());
  move.dst = to;
  move.a = from;
  emit(move);
}

void Decoder::emitCall() {
  const Instruction &call = *current;
  modifiers().take("uni");
  std::string_view name = operand(0).name;
  auto it = std::find_if(
      module.functions.begin(), module.functions.end(),
      [&](const Function &function) { return function.name == name; });
  if (it == module.functions.end())
    error("unknown function '" + std::string(name) + "'");
  const Function &callee = *it;
  if (callee.external)
    error("unresolved extern function '" + std::string(name) + "'");
  if (callee.entry)
    error("expected a .func but got the kernel '" + std::string(name) + "'");
  if (call.arguments.size() != callee.parameters.size() ||
      call.returns.size() != callee.returns.size())
    error("expected " + std::to_string(callee.parameters.size()) +
          " arguments and " + std::to_string(callee.returns.size()) +
          " results for '" + std::string(name) + "'");

  // Lanes that the guard excludes go around all of it.
  uint32_t around = kernel->code.size();
  if (!call.guard.empty()) {
    Inst skip;
    skip.run = runBranch;
    emit(skip);
    kernel->code.back().guardNegated ^= true;
  }
  Scope bound;
  std::vector<std::pair<Slot, Slot>> results;
  for (size_t i = 0; i < callee.parameters.size(); ++i) {
    const Variable &formal = callee.parameters[i];
    Entity entity = bind(formal, call.arguments[i]);
    if (entity.kind == Entity::Register)
      emitMove(entity.slot, source(call.arguments[i], formal.type),
               formal.type);
    bound.names.emplace(formal.name, entity);
  }
  for (size_t i = 0; i < callee.returns.size(); ++i) {
    const Variable &formal = callee.returns[i];
    Entity entity = bind(formal, call.returns[i]);
    if (entity.kind == Entity::Register)
      results.push_back(
          {destination(call.returns[i], formal.type), entity.slot});
    bound.names.emplace(formal.name, entity);
  }
  Modifiers *outerNames = names;
  scopes.push_back(std::move(bound));
  decodeBody(callee);
  scopes.pop_back();
  current = &call;
  names = outerNames;
  for (auto [to, from] : results)
    emitMove(to, from, slotTypes[to]);
  if (!call.guard.empty())
    kernel->code[around].target = kernel->code.size();
}
