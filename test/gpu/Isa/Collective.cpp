//===- Collective.cpp - Warps and blocks together ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has shfl, vote, match, redux, elect, activemask, barriers and
// fences. A collective runs when all lanes of its member mask have come.

#include "Isa/Lanes.h"

#include <algorithm>

using namespace fakecuda;

/// Whether all members are there. Every lane has to name the same members.
static bool together(Exec &exec, const Inst &inst, Lanes mask, Slot slot) {
  exec.need(inst, slot, mask);
  const uint32_t *members = exec.reg<uint32_t>(slot);
  uint32_t first = members[std::countr_zero(mask)];
  for (Lanes left = mask; left; left &= left - 1)
    if (members[std::countr_zero(left)] != first)
      exec.fault(inst, std::countr_zero(left), CUDA_ERROR_LAUNCH_FAILED,
                 "the lanes of a collective name different members");
  if (!exec.gather(inst, mask, first))
    return false;
  if (exec.options.warpOrders)
    exec.synchroniseWarp(first);
  return true;
}

static Slot memberSlot(Decoder &decoder, size_t index) {
  return decoder.source(decoder.operand(index), Type{Type::Bits, 32});
}

/// The destinations "d|p", of which p may be missing.
static void decodeTargets(Decoder &decoder, Inst &inst, Type type) {
  syntax::Operand target = decoder.operand(0);
  if (!target.second.empty()) {
    syntax::Operand second = target;
    second.name = target.second;
    target.second = second.second = {};
    if (second.name != "_")
      inst.dst2 = decoder.destination(second, Type{Type::Predicate, 1});
  }
  inst.dst = decoder.destination(target, type);
}

// Shuffles
// ---------------------------------------------------------------------------

enum ShuffleMode : uint8_t { Up, Down, Butterfly, Index };

static void runShuffle(Exec &exec, const Inst &inst, Lanes mask) {
  if (!together(exec, inst, mask, inst.d))
    return;
  exec.need(inst, inst.b, mask);
  exec.need(inst, inst.c, mask);
  uint32_t values[warpSize];
  std::copy_n(exec.reg<uint32_t>(inst.a), warpSize, values);
  Lanes known = exec.validLanes(inst.a), inRange = 0;
  for (Lanes left = mask; left; left &= left - 1) {
    int lane = std::countr_zero(left);
    int b = exec.reg<uint32_t>(inst.b)[lane] & 31;
    uint32_t c = exec.reg<uint32_t>(inst.c)[lane];
    int clamp = c & 31, segment = c >> 8 & 31;
    int most = (lane & segment) | (clamp & ~segment), least = lane & segment,
        from = lane;
    bool inside = false;
    switch (inst.kind) {
    case Up:
      from = lane - b, inside = from >= most;
      break;
    case Down:
      from = lane + b, inside = from <= most;
      break;
    case Butterfly:
      from = lane ^ b, inside = from <= most;
      break;
    case Index:
      from = least | (b & ~segment), inside = from <= most;
      break;
    }
    if (!inside)
      from = lane;
    if (!(mask >> from & 1))
      exec.fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
                 "shuffle from lane " + std::to_string(from) +
                     ", which takes no part");
    if (!(known >> from & 1))
      exec.need(inst, inst.a, Lanes(1) << from);
    exec.reg<uint32_t>(inst.dst)[lane] = values[from];
    inRange |= Lanes(inside) << lane;
  }
  exec.define(inst.dst, mask);
  if (inst.dst2 != noSlot)
    exec.setPredicate(inst.dst2, inRange, mask);
}

static void decodeShuffle(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  bool synchronised = modifiers.take("sync");
  std::string_view mode = modifiers.takeOne({"up", "down", "bfly", "idx"});
  Type type = decoder.type(), word{Type::Bits, 32};
  if (!synchronised || mode.empty() || type != word)
    decoder.error("expected .sync, a mode and .b32");
  decoder.expectOperands(5);
  Inst inst;
  inst.run = runShuffle;
  inst.kind = mode == "up"     ? Up
              : mode == "down" ? Down
              : mode == "bfly" ? Butterfly
                               : Index;
  decodeTargets(decoder, inst, type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.b = decoder.source(decoder.operand(2), word);
  inst.c = decoder.source(decoder.operand(3), word);
  inst.d = memberSlot(decoder, 4);
  decoder.emit(inst);
}

// Votes
// ------------------------------------------------------------------------------

enum VoteKind : uint8_t { All, Any, Uniform, Ballot };

static void runVote(Exec &exec, const Inst &inst, Lanes mask) {
  if (!together(exec, inst, mask, inst.d))
    return;
  exec.need(inst, inst.a, mask);
  Lanes votes = exec.predicate(inst.a, inst.negated) & mask;
  if (inst.kind == Ballot) {
    forLanes(mask, [&](unsigned lane) {
      exec.reg<uint32_t>(inst.dst)[lane] = votes;
    });
    return exec.define(inst.dst, mask);
  }
  bool result = inst.kind == All   ? votes == mask
                : inst.kind == Any ? votes != 0
                                   : votes == mask || votes == 0;
  exec.setPredicate(inst.dst, result ? allLanes : 0, mask);
}

static void decodeVote(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  bool synchronised = modifiers.take("sync");
  std::string_view kind = modifiers.takeOne({"all", "any", "uni", "ballot"});
  Type type = decoder.type();
  if (!synchronised || kind.empty() ||
      (kind == "ballot") == (type.kind == Type::Predicate))
    decoder.error("expected .sync, a kind of vote and its type");
  decoder.expectOperands(3);
  Inst inst;
  inst.run = runVote;
  inst.kind = kind == "all"   ? All
              : kind == "any" ? Any
              : kind == "uni" ? Uniform
                              : Ballot;
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.predicate(decoder.operand(1), inst.negated);
  inst.d = memberSlot(decoder, 2);
  decoder.emit(inst);
}

/// kind is the width; flag says that all lanes have to match.
static void runMatch(Exec &exec, const Inst &inst, Lanes mask) {
  if (!together(exec, inst, mask, inst.d))
    return;
  exec.need(inst, inst.a, mask);
  Lanes equal[warpSize] = {}, alike = allLanes;
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    if (!(mask >> lane & 1))
      continue;
    for (unsigned other = 0; other < warpSize; ++other)
      if ((mask >> other & 1) && readBits(exec, inst.a, inst.kind, lane) ==
                                     readBits(exec, inst.a, inst.kind, other))
        equal[lane] |= Lanes(1) << other;
    alike &= equal[lane] == mask ? allLanes : 0;
  }
  forLanes(mask, [&](unsigned lane) {
    exec.reg<uint32_t>(inst.dst)[lane] = inst.flag ? mask & alike : equal[lane];
  });
  exec.define(inst.dst, mask);
  if (inst.dst2 != noSlot)
    exec.setPredicate(inst.dst2, alike, mask);
}

static void decodeMatch(Decoder &decoder) {
  std::string_view kind = decoder.modifiers().takeOne({"any", "all"});
  bool synchronised = decoder.modifiers().take("sync");
  Type type = decoder.type();
  if (!synchronised || kind.empty() || type.kind != Type::Bits ||
      type.width() < 32)
    decoder.error("expected .any or .all, .sync and .b32 or .b64");
  decoder.expectOperands(3);
  Inst inst;
  inst.run = runMatch;
  inst.kind = type.width();
  inst.flag = kind == "all";
  decodeTargets(decoder, inst, Type{Type::Bits, 32});
  inst.a = decoder.source(decoder.operand(1), type);
  inst.d = memberSlot(decoder, 2);
  decoder.emit(inst);
}

static void runActive(Exec &exec, const Inst &inst, Lanes mask) {
  forLanes(mask,
           [&](unsigned lane) { exec.reg<uint32_t>(inst.dst)[lane] = mask; });
  exec.define(inst.dst, mask);
}

static void decodeActive(Decoder &decoder) {
  Type type = decoder.type();
  decoder.expectOperands(1);
  Inst inst;
  inst.run = runActive;
  inst.dst = decoder.destination(decoder.operand(0), type);
  decoder.emit(inst);
}

static void runElect(Exec &exec, const Inst &inst, Lanes mask) {
  if (!together(exec, inst, mask, inst.d))
    return;
  uint32_t leader = std::countr_zero(mask);
  forLanes(mask,
           [&](unsigned lane) { exec.reg<uint32_t>(inst.dst)[lane] = leader; });
  exec.define(inst.dst, mask);
  if (inst.dst2 != noSlot)
    exec.setPredicate(inst.dst2, Lanes(1) << leader, mask);
}

static void decodeElect(Decoder &decoder) {
  if (!decoder.modifiers().take("sync"))
    decoder.error("expected .sync");
  decoder.expectOperands(2);
  Inst inst;
  inst.run = runElect;
  decodeTargets(decoder, inst, Type{Type::Bits, 32});
  inst.d = memberSlot(decoder, 1);
  decoder.emit(inst);
}

template <class T> static T add(T a, T b) { return uint32_t(a) + uint32_t(b); }
template <class T> static T min(T a, T b) { return std::min(a, b); }
template <class T> static T max(T a, T b) { return std::max(a, b); }
static uint32_t bitAnd(uint32_t a, uint32_t b) { return a & b; }
static uint32_t bitOr(uint32_t a, uint32_t b) { return a | b; }
static uint32_t bitXor(uint32_t a, uint32_t b) { return a ^ b; }

template <class T, auto f>
static void runRedux(Exec &exec, const Inst &inst, Lanes mask) {
  if (!together(exec, inst, mask, inst.d))
    return;
  exec.need(inst, inst.a, mask);
  const T *a = exec.reg<T>(inst.a);
  T result = a[std::countr_zero(mask)];
  for (Lanes left = mask & (mask - 1); left; left &= left - 1)
    result = f(result, a[std::countr_zero(left)]);
  forLanes(mask, [&](unsigned lane) { exec.reg<T>(inst.dst)[lane] = result; });
  exec.define(inst.dst, mask);
}

static void decodeRedux(Decoder &decoder) {
  bool synchronised = decoder.modifiers().take("sync");
  std::string_view name =
      decoder.modifiers().takeOne({"add", "min", "max", "and", "or", "xor"});
  Type type = decoder.type();
  Inst inst;
  using S = int32_t;
  using U = uint32_t;
  if (type == Type{Type::Signed, 32})
    inst.run = name == "add"   ? runRedux<S, add<S>>
               : name == "min" ? runRedux<S, min<S>>
               : name == "max" ? runRedux<S, max<S>>
                               : nullptr;
  else if (type == Type{Type::Unsigned, 32})
    inst.run = name == "add"   ? runRedux<U, add<U>>
               : name == "min" ? runRedux<U, min<U>>
               : name == "max" ? runRedux<U, max<U>>
                               : nullptr;
  else if (type == Type{Type::Bits, 32})
    inst.run = name == "and"   ? runRedux<U, bitAnd>
               : name == "or"  ? runRedux<U, bitOr>
               : name == "xor" ? runRedux<U, bitXor>
                               : nullptr;
  if (!synchronised || !inst.run)
    decoder.error("unsupported reduction of " + toString(type));
  decoder.expectOperands(3);
  inst.dst = decoder.destination(decoder.operand(0), type);
  inst.a = decoder.source(decoder.operand(1), type);
  inst.d = memberSlot(decoder, 2);
  decoder.emit(inst);
}

void fakecuda::addCollective(InstructionTable &table) {
  table["shfl"] = decodeShuffle;
  table["vote"] = decodeVote;
  table["match"] = decodeMatch;
  table["activemask"] = decodeActive;
  table["elect"] = decodeElect;
  table["redux"] = decodeRedux;
}
