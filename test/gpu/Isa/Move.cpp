//===- Move.cpp - Moves, vectors and address spaces -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has mov with its packing and unpacking, cvta and isspacep. A move
// may copy what has no value yet; whoever computes with it is to blame.

#include "Isa/Lanes.h"

using namespace fakecuda;

template <class T>
static void runMove(Exec &exec, const Inst &inst, Lanes mask) {
  T *d = exec.reg<T>(inst.dst);
  const T *a = exec.reg<T>(inst.a);
  forLanes(mask, [&](unsigned lane) { d[lane] = a[lane]; });
  exec.setValid(inst.dst, exec.validLanes(inst.a), mask);
}

static void runMovePredicate(Exec &exec, const Inst &inst, Lanes mask) {
  Lanes known = exec.validLanes(inst.a);
  exec.setPredicate(inst.dst, *exec.reg<Lanes>(inst.a), mask);
  exec.setValid(inst.dst, known, mask);
}

Handler fakecuda::moveHandler(unsigned bits) {
  return bits == 1
             ? runMovePredicate
             : forBits(bits, []<class T>() -> Handler { return runMove<T>; });
}

/// kind is the bits of an element.
static void runPack(Exec &exec, const Inst &inst, Lanes mask) {
  const std::vector<Slot> &parts = inst.extra->pack;
  unsigned whole = inst.count;
  Lanes known = allLanes;
  for (Slot part : parts)
    known &= exec.validLanes(part);
  forLanes(mask, [&](unsigned lane) {
    uint64_t bits = 0;
    for (size_t i = 0; i < parts.size(); ++i)
      bits |= readBits(exec, parts[i], inst.kind, lane) << i * inst.kind;
    writeBits(exec, inst.dst, whole, lane, bits);
  });
  exec.setValid(inst.dst, known, mask);
}

static void runUnpack(Exec &exec, const Inst &inst, Lanes mask) {
  const std::vector<Slot> &parts = inst.extra->unpack;
  unsigned whole = inst.count;
  Lanes known = exec.validLanes(inst.a);
  forLanes(mask, [&](unsigned lane) {
    uint64_t bits = readBits(exec, inst.a, whole, lane);
    for (size_t i = 0; i < parts.size(); ++i)
      writeBits(exec, parts[i], inst.kind, lane, bits >> i * inst.kind);
  });
  for (Slot part : parts)
    exec.setValid(part, known, mask);
}

static void decodeVector(Decoder &decoder, Type type) {
  bool pack = decoder.operand(1).kind == syntax::Operand::Vector;
  const syntax::Operand &vector = decoder.operand(pack ? 1 : 0);
  Type part{Type::Bits, uint8_t(type.width() / vector.elements.size())};
  if (type.width() > 64 || part.bits < 16 ||
      part.bits * vector.elements.size() != type.width())
    decoder.error("expected elements that make up " + toString(type));
  Inst inst;
  inst.count = type.width();
  inst.kind = part.bits;
  Extra &extra = decoder.extra(inst);
  if (pack) {
    inst.run = runPack;
    inst.dst = decoder.destination(decoder.operand(0), type);
    for (const syntax::Operand &element : vector.elements)
      extra.pack.push_back(decoder.source(element, part));
  } else {
    inst.run = runUnpack;
    inst.a = decoder.source(decoder.operand(1), type);
    for (const syntax::Operand &element : vector.elements)
      extra.unpack.push_back(decoder.destination(element, part));
  }
  decoder.emit(inst);
}

/// A clock that counts what the lanes have executed: it is never the same
/// twice.
static void runClock(Exec &exec, const Inst &inst, Lanes mask) {
  uint64_t now = exec.tick();
  forLanes(mask, [&](unsigned lane) {
    writeBits(exec, inst.dst, inst.count, lane, now);
  });
  exec.define(inst.dst, mask);
}

static void decodeMov(Decoder &decoder) {
  Type type = decoder.type();
  decoder.expectOperands(2);
  const syntax::Operand &from = decoder.operand(1);
  if (decoder.operand(0).kind == syntax::Operand::Vector ||
      from.kind == syntax::Operand::Vector)
    return decodeVector(decoder, type);
  if (type.kind != Type::Predicate && (type.width() < 16 || type.width() > 64))
    decoder.error("unsupported type " + toString(type));
  Inst inst;
  inst.dst = decoder.destination(decoder.operand(0), type);
  if (from.name == "%clock" || from.name == "%clock64" ||
      from.name == "%globaltimer") {
    inst.run = runClock;
    inst.count = type.width();
  } else {
    inst.run = moveHandler(type.kind == Type::Predicate ? 1 : type.width());
    inst.a = decoder.source(from, type);
  }
  decoder.emit(inst);
}

// Address spaces
// -------------------------------------------------------------------

static std::optional<Space> takeSpace(Modifiers &modifiers) {
  std::string_view name =
      modifiers.takeOne({"global", "shared", "shared::cta", "local", "const",
                         "param", "param::entry"});
  if (name.empty())
    return std::nullopt;
  return name == "global"  ? Space::Global
         : name == "local" ? Space::Local
         : name == "const" ? Space::Const
         : name[0] == 'p'  ? Space::Param
                           : Space::Shared;
}

static uint64_t windowOf(Space space) {
  return space == Space::Shared  ? sharedWindow
         : space == Space::Local ? localWindow
                                 : 0;
}

/// Adds imm, the difference between the window and the space.
static void runCvta(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  forLanes(mask, [&](unsigned lane) {
    exec.reg<uint64_t>(inst.dst)[lane] =
        exec.reg<uint64_t>(inst.a)[lane] + inst.imm;
  });
  exec.define(inst.dst, mask);
}

static void decodeCvta(Decoder &decoder) {
  bool to = decoder.modifiers().take("to");
  std::optional<Space> space = takeSpace(decoder.modifiers());
  Type type = decoder.type();
  decoder.expectOperands(2);
  if (!space || type.width() != 64)
    decoder.error("expected a state space and .u64");
  Inst inst;
  inst.run = runCvta;
  inst.imm = to ? -windowOf(*space) : windowOf(*space);
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  decoder.emit(inst);
}

static void runIsSpace(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  Lanes result = 0;
  for (unsigned lane = 0; lane < warpSize; ++lane)
    result |= Lanes((exec.reg<uint64_t>(inst.a)[lane] & windowMask) ==
                    uint64_t(inst.imm))
              << lane;
  exec.setPredicate(inst.dst, result, mask);
}

static void decodeIsSpace(Decoder &decoder) {
  std::optional<Space> space = takeSpace(decoder.modifiers());
  decoder.expectOperands(2);
  if (!space || *space == Space::Const)
    decoder.error("expected .global, .shared, .local or .param");
  Inst inst;
  inst.run = runIsSpace;
  inst.imm = *space == Space::Global  ? globalWindow
             : *space == Space::Param ? parameterWindow
                                      : windowOf(*space);
  inst.dst = decoder.destination(decoder.operand(0), Type{Type::Predicate, 1});
  inst.a = decoder.source(decoder.operand(1), Type{Type::Bits, 64});
  decoder.emit(inst);
}

void fakecuda::addMove(InstructionTable &table) {
  table["mov"] = decodeMov;
  table["cvta"] = decodeCvta;
  table["isspacep"] = decodeIsSpace;
}
