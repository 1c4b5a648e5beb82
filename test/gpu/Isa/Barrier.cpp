//===- Barrier.cpp - Barriers and fences ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has bar, barrier, membar and fence. Accesses of the double happen
// in program order, so a fence has nothing to do.

#include "Isa/Lanes.h"

using namespace fakecuda;

static void runNothing(Exec &, const Inst &, Lanes) {}

/// a is the barrier, b the number of threads; kind is a reduction; flag says
/// that the threads wait.
static void runBarrier(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  if (inst.b != noSlot)
    exec.need(inst, inst.b, mask);
  unsigned first = std::countr_zero(mask);
  uint32_t barrier = exec.reg<uint32_t>(inst.a)[first];
  uint32_t expected = inst.b == noSlot ? 0 : exec.reg<uint32_t>(inst.b)[first];
  for (Lanes left = mask; left; left &= left - 1)
    if (exec.reg<uint32_t>(inst.a)[std::countr_zero(left)] != barrier)
      exec.fault(inst, std::countr_zero(left), CUDA_ERROR_LAUNCH_FAILED,
                 "the lanes of a warp name different barriers");
  exec.arrive(inst, mask, barrier, expected, inst.flag);
}

/// The synchronisation of the warp orders its accesses to memory.
static void runWarpBarrier(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.d, mask);
  Lanes members = exec.reg<uint32_t>(inst.d)[std::countr_zero(mask)];
  if (exec.gather(inst, mask, members))
    exec.synchroniseWarp(members);
}

static void decodeBarrier(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  Type word{Type::Bits, 32};
  Inst inst;
  if (modifiers.take("warp")) {
    if (!modifiers.take("sync"))
      decoder.error("expected .sync");
    decoder.expectOperands(1);
    inst.run = runWarpBarrier;
    inst.d = decoder.source(decoder.operand(0), word);
    return decoder.emit(inst);
  }
  modifiers.take("cta");
  std::string_view action = modifiers.takeOne({"sync", "arrive", "red"});
  if (action.empty())
    decoder.error("expected .sync, .arrive or .red");
  modifiers.take("aligned");
  inst.run = runBarrier;
  inst.flag = action != "arrive";
  size_t first = 0, last = decoder.operands().size();
  if (action == "red") {
    std::string_view name = modifiers.takeOne({"popc", "and", "or"});
    inst.kind = name == "popc" ? 1 : name == "and" ? 2 : name == "or" ? 3 : 0;
    Type type = decoder.type();
    if (!inst.kind || (inst.kind == 1) == (type.kind == Type::Predicate))
      decoder.error("expected .popc.u32, .and.pred or .or.pred");
    decoder.expectOperands(3, 4);
    inst.dst = decoder.destination(decoder.operand(0), type);
    inst.c = decoder.predicate(decoder.operand(last - 1), inst.negated);
    first = 1, --last;
  }
  if (last - first < 1 || last - first > 2 ||
      (action == "arrive" && last - first != 2))
    decoder.error("expected a barrier and a number of threads");
  inst.a = decoder.source(decoder.operand(first), word);
  if (last - first == 2)
    inst.b = decoder.source(decoder.operand(first + 1), word);
  decoder.emit(inst);
}

static void decodeFence(Decoder &decoder) {
  Modifiers &modifiers = decoder.modifiers();
  modifiers.takeOne({"sc", "acq_rel", "acquire", "release"});
  modifiers.takeOne({"cta", "cluster", "gpu", "sys", "gl"});
  decoder.expectOperands(0);
  Inst inst;
  inst.run = runNothing;
  decoder.emit(inst);
}

void fakecuda::addBarrier(InstructionTable &table) {
  table["bar"] = table["barrier"] = decodeBarrier;
  table["membar"] = table["fence"] = decodeFence;
}
