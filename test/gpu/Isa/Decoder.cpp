//===- Decoder.cpp - Functions and variables --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file decodes whole functions: scopes, variables, labels, and calls,
// which are inlined so that every program has one address space of
// instructions.

#include "Isa/Decoder.h"

#include <algorithm>
#include <utility>

using namespace fakecuda;
using namespace fakecuda::syntax;

/// Between objects in shared and local memory, so that an index that is off by
/// a little falls into a gap.
static constexpr uint64_t gapBytes = 32;
static constexpr size_t codeLimit = 4'000'000;

const InstructionTable &fakecuda::instructionTable() {
  static const InstructionTable table = [] {
    InstructionTable result;
    addArithmetic(result);
    addAtomic(result);
    addBarrier(result);
    addBits(result);
    addCollective(result);
    addCompare(result);
    addControl(result);
    addConvert(result);
    addFloat(result);
    addLoadStore(result);
    addMove(result);
    addTranscendental(result);
    addWide(result);
    return result;
  }();
  return table;
}

std::unique_ptr<Kernel> Decoder::decode(const Function &function) {
  auto result = std::make_unique<Kernel>();
  kernel = result.get();
  kernel->name = function.name;
  kernel->maxThreads = function.maxThreads ? function.maxThreads : 1024;
  kernel->required = function.required;
  scopes.assign(1, {});
  declareParameters(function);
  decodeBody(function);
  placeDynamic();
  kernel->localExtent = (kernel->localExtent + 15) / 16 * 16;
  return result;
}

void Decoder::declareParameters(const Function &function) {
  uint64_t offset = 0;
  for (const Variable &parameter : function.parameters) {
    offset = (offset + parameter.align - 1) / parameter.align * parameter.align;
    kernel->parameters.push_back(
        {std::string(parameter.name), offset, parameter.size});
    Entity entity{Entity::Parameter, parameter.type};
    entity.address = parameterWindow + offset;
    entity.size = parameter.size;
    defineName(parameter.name, entity, parameter.line);
    offset += parameter.size;
  }
  kernel->parameterBytes = offset;
}

void Decoder::decodeBody(const Function &function) {
  if (std::count(stack.begin(), stack.end(), function.name))
    throw PtxError(function.line,
                   "recursive function '" + std::string(function.name) + "'");
  stack.push_back(function.name);
  ++depth;
  size_t outerFirst = std::exchange(firstScope, scopes.size());
  scopes.emplace_back();
  // The scope before holds the parameters.
  scopes.back().names = std::move(scopes[firstScope - 1].names);
  for (const Statement &statement : function.body) {
    Scope &scope = scopes.back();
    switch (statement.kind) {
    case Statement::Declare:
      declare(statement.variable);
      break;
    case Statement::Execute:
      decodeInstruction(statement.instruction);
      break;
    case Statement::Label:
      if (!scope.labels.emplace(statement.label, kernel->code.size()).second)
        throw PtxError(statement.line, "label '" +
                                           std::string(statement.label) +
                                           "' is defined twice");
      break;
    case Statement::Targets:
      scope.tables[statement.label] = statement.targets;
      break;
    case Statement::Open:
      scopes.emplace_back();
      break;
    case Statement::Close:
      closeScope(false);
      break;
    }
  }
  if (depth == 1) {
    // Falling off the end is an exit.
    Instruction exit;
    exit.opcode = "exit";
    exit.line = function.line;
    decodeInstruction(exit);
  } else {
    scopes.back().labels[""] = kernel->code.size(); // where "ret" goes
  }
  closeScope(true);
  firstScope = outerFirst;
  --depth;
  stack.pop_back();
}

void Decoder::closeScope(bool last) {
  Scope scope = std::move(scopes.back());
  scopes.pop_back();
  auto resolve = [&](std::string_view label,
                     unsigned line) -> std::optional<uint32_t> {
    if (auto it = scope.labels.find(label); it != scope.labels.end())
      return it->second;
    if (last)
      throw PtxError(line, "unknown label '" + std::string(label) + "'");
    return std::nullopt;
  };
  for (Scope::Fixup &fixup : scope.branches) {
    if (auto target = resolve(fixup.label, fixup.line))
      kernel->code[fixup.inst].target = *target;
    else
      scopes.back().branches.push_back(fixup);
  }
  for (Scope::Fixup &fixup : scope.switches) {
    auto table = scope.tables.find(fixup.label);
    if (table == scope.tables.end()) {
      resolve(fixup.label, fixup.line);
      scopes.back().switches.push_back(fixup);
      continue;
    }
    for (std::string_view label : table->second) {
      auto it = scope.labels.find(label);
      if (it == scope.labels.end())
        throw PtxError(fixup.line,
                       "unknown label '" + std::string(label) + "'");
      const_cast<Extra *>(kernel->code[fixup.inst].extra)
          ->targets.push_back(it->second);
    }
  }
}

void Decoder::defineName(std::string_view name, Entity entity, unsigned line) {
  if (!scopes.back().names.emplace(name, entity).second)
    throw PtxError(line, "'" + std::string(name) + "' is declared twice");
}

void Decoder::declare(const Variable &variable) {
  if (variable.space == "reg") {
    // "%r<N>" declares %r0 to %rN-1: each gets a slot when it is used.
    Entity entity{Entity::Register, variable.type};
    if (!variable.count) {
      entity.slot = newSlot(variable.type, std::string(variable.name));
      return defineName(variable.name, entity, variable.line);
    }
    entity.size = variable.count;
    return defineName(variable.name, entity, variable.line);
  }
  if (variable.space == "shared")
    return placeShared(variable);
  Entity entity = placeLocal(variable);
  defineName(variable.name, entity, variable.line);
}

Entity Decoder::placeLocal(const Variable &variable) {
  Entity entity{Entity::Local, variable.type};
  entity.address = placeExactly(kernel->localExtent + gapBytes, variable.align);
  entity.size = variable.size;
  kernel->local.push_back(
      {std::string(variable.name), entity.address, entity.size});
  kernel->localExtent = entity.address + entity.size + gapBytes;
  kernel->localBytes += variable.size;
  return entity;
}

void Decoder::placeShared(const Variable &variable) {
  if (sharedNames.count(variable.name))
    return;
  Entity entity{Entity::Shared, variable.type};
  if (variable.external || variable.incomplete) {
    // All of them begin where the static ones end, which is not known yet.
    if (!dynamicShared || dynamicShared->align < variable.align)
      dynamicShared = &variable;
    entity.address = dynamicBase;
    if (variable.align > 256)
      throw PtxError(variable.line,
                     "expected an alignment of at most 256 bytes");
  } else {
    entity.address =
        placeExactly(kernel->sharedExtent + gapBytes, variable.align);
    entity.size = variable.size;
    kernel->shared.push_back(
        {std::string(variable.name), entity.address, entity.size});
    kernel->sharedExtent = entity.address + entity.size + gapBytes;
    kernel->sharedBytes = (kernel->sharedBytes + variable.align - 1) /
                              variable.align * variable.align +
                          variable.size;
  }
  if (!variable.initialisers.empty())
    throw PtxError(variable.line, "shared variables cannot be initialised");
  sharedNames[variable.name] = entity;
}

/// Moves the dynamic shared memory from its preliminary address to the end.
void Decoder::placeDynamic() {
  unsigned align = dynamicShared ? std::max(dynamicShared->align, 1u) : 16;
  kernel->dynamicShared = placeExactly(kernel->sharedExtent + gapBytes, align);
  kernel->sharedExtent = kernel->dynamicShared;
  if (!dynamicShared)
    return;
  auto move = [&](uint64_t bits) {
    uint64_t offset = bits - dynamicBase;
    return offset < (uint64_t(1) << 20) ? kernel->dynamicShared + offset : bits;
  };
  for (Kernel::Constant &constant : kernel->constants)
    if (std::count(dynamicSlots.begin(), dynamicSlots.end(), constant.slot))
      constant.bits = move(constant.bits);
  for (Inst &inst : kernel->code)
    if (inst.space == Space::Shared)
      inst.imm = move(inst.imm);
}

std::optional<Entity> Decoder::find(std::string_view name) {
  for (size_t i = scopes.size(); i-- > firstScope;) {
    auto it = scopes[i].names.find(name);
    if (it != scopes[i].names.end() &&
        !(it->second.kind == Entity::Register && it->second.size))
      return it->second;
    // A register of a group "%r<N>": the name without its digits declares it.
    size_t digits = name.size();
    while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
      --digits;
    if (digits == name.size() || digits + 9 < name.size())
      continue;
    auto group = scopes[i].names.find(name.substr(0, digits));
    if (group == scopes[i].names.end() ||
        group->second.kind != Entity::Register ||
        std::stoul(std::string(name.substr(digits))) >= group->second.size)
      continue;
    Entity entity{Entity::Register, group->second.type};
    entity.slot = newSlot(entity.type, std::string(name));
    scopes[i].names.emplace(name, entity);
    return entity;
  }
  if (auto it = sharedNames.find(name); it != sharedNames.end())
    return it->second;
  for (const Variable &variable : module.variables)
    if (variable.space == "shared" && variable.name == name) {
      placeShared(variable);
      return sharedNames[name];
    }
  if (auto it = globals.find(name); it != globals.end())
    return it->second;
  return std::nullopt;
}

std::optional<Entity> Decoder::lookup(std::string_view name) const {
  return const_cast<Decoder *>(this)->find(name);
}

void Decoder::decodeInstruction(const Instruction &inst) {
  auto it = instructionTable().find(inst.opcode);
  if (it == instructionTable().end())
    throw PtxError(inst.line,
                   "unknown instruction '" + std::string(inst.opcode) + "'");
  current = &inst;
  Modifiers list(inst);
  names = &list;
  it->second(*this);
  if (std::string_view left = list.rest(); !left.empty())
    throw PtxError(inst.line, "unknown modifier '." + std::string(left) +
                                  "' of instruction '" +
                                  std::string(inst.opcode) + "'");
  if (kernel->code.size() > codeLimit)
    throw PtxError(inst.line, "expected at most " + std::to_string(codeLimit) +
                                  " instructions after inlining");
}

void Decoder::emit(Inst inst) {
  inst.line = current->line;
  if (!current->guard.empty()) {
    Operand guard;
    guard.kind = Operand::Name;
    guard.name = current->guard;
    inst.guard = predicate(guard);
    inst.guardNegated = current->guardNegated;
  }
  kernel->code.push_back(inst);
}

void Decoder::emitBranch(Inst inst, std::string_view label) {
  // "ret" leaves all blocks of the function.
  Scope &scope = label.empty() ? scopes[firstScope] : scopes.back();
  scope.branches.push_back(
      {uint32_t(kernel->code.size()), label, current->line});
  emit(inst);
}

void Decoder::emitTable(Inst inst, std::string_view label) {
  extra(inst);
  scopes.back().switches.push_back(
      {uint32_t(kernel->code.size()), label, current->line});
  emit(inst);
}

Extra &Decoder::extra(Inst &out) {
  kernel->extras.push_back(std::make_unique<Extra>());
  out.extra = kernel->extras.back().get();
  return *kernel->extras.back();
}
