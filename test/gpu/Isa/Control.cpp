//===- Control.cpp - Branches, calls and ends -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has bra, brx, call, ret, exit, trap, and instructions that wait or
// hint without an effect.

#include "Isa/Lanes.h"

using namespace fakecuda;

void fakecuda::runBranch(Exec &exec, const Inst &inst, Lanes mask) {
  exec.branch(inst.target, mask);
}

static void runExit(Exec &exec, const Inst &, Lanes mask) {
  exec.exitLanes(mask);
}

static void runNothing(Exec &, const Inst &, Lanes) {}

static void runTrap(Exec &exec, const Inst &inst, Lanes mask) {
  exec.fault(inst, std::countr_zero(mask), CUDA_ERROR_LAUNCH_FAILED,
             "the kernel trapped");
}

/// Each lane goes to the target that its index names.
static void runTable(Exec &exec, const Inst &inst, Lanes mask) {
  exec.need(inst, inst.a, mask);
  const std::vector<uint32_t> &targets = inst.extra->targets;
  uint32_t next = exec.pc;
  Lanes rest = exec.current & ~mask;
  for (uint32_t target = 0; target < targets.size(); ++target) {
    Lanes taken = 0;
    for (Lanes left = mask; left; left &= left - 1) {
      unsigned lane = std::countr_zero(left);
      uint32_t index = exec.reg<uint32_t>(inst.a)[lane];
      if (index >= targets.size())
        exec.fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
                   "index " + std::to_string(index) + " of a table of " +
                       std::to_string(targets.size()) + " branches");
      if (index == target)
        taken |= Lanes(1) << lane;
    }
    if (taken)
      exec.warp->ready.push_back({targets[target], taken});
  }
  if (rest)
    exec.warp->ready.push_back({next, rest});
  exec.current = 0;
  exec.reschedule = true;
}

static void decodeBranch(Decoder &decoder) {
  decoder.modifiers().take("uni");
  decoder.expectOperands(1);
  Inst inst;
  inst.run = runBranch;
  decoder.emitBranch(inst, decoder.operand(0).name);
}

static void decodeTable(Decoder &decoder) {
  if (!decoder.modifiers().take("idx"))
    decoder.error("expected .idx");
  decoder.modifiers().take("uni");
  decoder.expectOperands(2);
  Inst inst;
  inst.run = runTable;
  inst.a = decoder.source(decoder.operand(0), Type{Type::Unsigned, 32});
  decoder.emitTable(inst, decoder.operand(1).name);
}

static void decodeCall(Decoder &decoder) { decoder.emitCall(); }

static void decodeReturn(Decoder &decoder) {
  decoder.modifiers().take("uni");
  decoder.expectOperands(0);
  Inst inst;
  if (decoder.inlined() && decoder.instruction().opcode == "ret") {
    inst.run = runBranch;
    return decoder.emitBranch(inst, "");
  }
  inst.run = runExit;
  decoder.emit(inst);
}

static void decodeTrap(Decoder &decoder) {
  decoder.expectOperands(0);
  Inst inst;
  inst.run = runTrap;
  decoder.emit(inst);
}

static void decodeNothing(Decoder &decoder) {
  // Hints for the scheduler; what they wait for has happened already.
  decoder.modifiers().takeOne({"u32", "wait", "launch_dependents"});
  Inst inst;
  inst.run = runNothing;
  decoder.emit(inst);
}

void fakecuda::addControl(InstructionTable &table) {
  table["bra"] = decodeBranch;
  table["brx"] = decodeTable;
  table["call"] = decodeCall;
  table["ret"] = table["exit"] = decodeReturn;
  table["trap"] = decodeTrap;
  table["nanosleep"] = table["griddepcontrol"] = table["pmevent"] =
      table["brkpt"] = decodeNothing;
}
