//===- Flow.cpp - Divergence, collectives, faults ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file moves lanes between the groups of a warp. Of the groups that can
// run, the one that is furthest behind in the program goes first: so lanes that
// took different branches meet again where the branches do.

#include "Sim/Exec.h"

#include <algorithm>
#include <bit>

using namespace fakecuda;

void Exec::branch(uint32_t target, Lanes taken) {
  if (!taken)
    return;
  if (Lanes rest = current & ~taken)
    warp->ready.push_back({pc, rest});
  current = taken;
  pc = target;
  reschedule = !warp->ready.empty();
}

void Exec::exitLanes(Lanes mask) {
  warp->live &= ~mask;
  warp->exited |= mask;
  current &= ~mask;
  reschedule |= !current;
  // A collective need not wait any longer for lanes that are gone.
  for (const Group &group : warp->parked)
    warp->ready.push_back(group);
  reschedule |= !warp->parked.empty();
  warp->parked.clear();
}

bool Exec::gather(const Inst &inst, Lanes mask, Lanes members) {
  if (Lanes outside = mask & ~members)
    fault(inst, std::countr_zero(outside), CUDA_ERROR_LAUNCH_FAILED,
          "the thread is not in the member mask of its collective");
  Lanes needed = members & warp->live;
  if ((mask & needed) == needed)
    return true;
  uint32_t here = pc - 1;
  current &= ~mask;
  reschedule |= !current;
  auto it = std::find_if(warp->parked.begin(), warp->parked.end(),
                         [&](const Group &group) { return group.pc == here; });
  if (it == warp->parked.end()) {
    warp->parked.push_back({here, mask});
    return false;
  }
  it->mask |= mask;
  if ((it->mask & needed) == needed) {
    warp->ready.push_back(*it);
    warp->parked.erase(it);
    reschedule = true;
  }
  return false;
}

void Exec::arrive(const Inst &inst, Lanes mask, uint32_t barrier,
                  uint32_t expected, bool wait) {
  unsigned lane = std::countr_zero(mask);
  if (barrier >= arrived.size())
    fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
          "expected a barrier below 16 but got " + std::to_string(barrier));
  if (expected % warpSize)
    fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
          "expected a multiple of 32 threads at a barrier but got " +
              std::to_string(expected));
  if (!wait) {
    arrived[barrier] += std::popcount(mask);
    return;
  }
  warp->arrivals.push_back({pc - 1, mask, barrier, expected});
  current &= ~mask;
  reschedule |= !current;
}

void Exec::synchroniseWarp(Lanes members) {
  // A part of the warp orders only itself; one counter cannot say that.
  if ((members & warp->live) == warp->live)
    ++warp->epoch;
}

Group Exec::pick() {
  std::vector<Group> &ready = warp->ready;
  auto less = [](const Group &a, const Group &b) { return a.pc < b.pc; };
  auto it = std::min_element(ready.begin(), ready.end(), less);
  // Lanes that spin may wait for lanes that are further on: give those a turn.
  if (ready.size() > 1 && ++picks % 1024 == 0)
    it = std::max_element(ready.begin(), ready.end(), less);
  Group group = *it;
  std::erase_if(ready, [&](const Group &other) {
    if (other.pc != group.pc)
      return false;
    group.mask |= other.mask;
    return true;
  });
  return group;
}

void Exec::step(Group group, uint64_t &budget) {
  pc = group.pc;
  current = group.mask;
  reschedule = false;
  uint32_t meet = ~0u;
  for (const Group &other : warp->ready)
    if (other.pc > pc)
      meet = std::min(meet, other.pc);
  const Inst *code = kernel.code.data();
  uint64_t count = 0;
  while (true) {
    const Inst &inst = code[pc++];
    Lanes mask = current;
    if (inst.guard != noSlot) {
      need(inst, inst.guard, mask);
      mask &= predicate(inst.guard, inst.guardNegated);
    }
    count += std::popcount(mask);
    if (mask)
      inst.run(*this, inst, mask);
    --budget;
    if (reschedule || pc == meet || !budget)
      break;
  }
  if (current)
    warp->ready.push_back({pc, current});
  counts.instructions += count;
}

std::string Exec::threadName(unsigned thread) const {
  auto text = [](uint64_t value) { return std::to_string(value); };
  return "thread (" + text(thread % blockSize.x) + "," +
         text(thread / blockSize.x % blockSize.y) + "," +
         text(thread / blockSize.x / blockSize.y) + ")";
}

std::string Exec::sourceLine(uint32_t line) const {
  if (!line || line > lines.size())
    return "";
  std::string_view text = lines[line - 1];
  size_t first = text.find_first_not_of(" \t");
  size_t last = text.find_last_not_of(" \t\r");
  return first == text.npos ? ""
                            : std::string(text.substr(first, last - first + 1));
}

void Exec::fault(const Inst &inst, unsigned lane, CUresult status,
                 const std::string &message) {
  auto text = [](uint64_t value) { return std::to_string(value); };
  throw Fault(status, "kernel '" + kernel.name + "', block (" +
                          text(blockIndex.x) + "," + text(blockIndex.y) + "," +
                          text(blockIndex.z) + "), " +
                          threadName(warp->index * warpSize + lane) +
                          ", line " + text(inst.line) + " `" +
                          sourceLine(inst.line) + "`: " + message);
}

void Exec::uninitialised(const Inst &inst, Slot slot, Lanes bad) {
  fault(inst, std::countr_zero(bad), CUDA_ERROR_LAUNCH_FAILED,
        "read of register " + kernel.slotNames[slot] +
            " before it has a value");
}
