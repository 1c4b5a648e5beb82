//===- Block.cpp - Grids, blocks and barriers -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file runs the blocks of a grid one after the other, and the warps of a
// block in turns, in the order that the schedule asks for.

#include "Sim/Exec.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

using namespace fakecuda;

Exec::Exec(const Kernel &kernel, Memory &memory, const Options &options,
           std::string_view source)
    : kernel(kernel), memory(memory), options(options), source(source),
      random(options.schedule) {
  for (size_t at = 0; at <= source.size();) {
    size_t end = std::min(source.find('\n', at), source.size());
    lines.push_back(source.substr(at, end - at));
    at = end + 1;
  }
}

std::vector<uint64_t> Exec::order(uint64_t count) {
  std::vector<uint64_t> indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  if (options.schedule == 1)
    std::reverse(indices.begin(), indices.end());
  else if (options.schedule > 1)
    std::shuffle(indices.begin(), indices.end(), random);
  return indices;
}

void Exec::launch(Dimensions grid, Dimensions block, uint64_t dynamicShared,
                  std::vector<uint8_t> parameters) {
  gridSize = grid;
  blockSize = block;
  dynamicBytes = dynamicShared;
  parameterBytes = std::move(parameters);
  parameterState.assign(parameterBytes.size(), Written);
  recent.assign(kernel.code.size(), nullptr);
  shared.resize(kernel.sharedExtent + dynamicShared);
  sharedShadow = Shadow(shared.size());
  // The counter of epochs is narrow: begin again long before it wraps.
  if (memory.epoch > 0xe000'0000)
    memory.clearShadows();
  moment.launch = memory.epoch;
  prepareWarps();
  for (uint64_t index : order(grid.count())) {
    startBlock(index);
    runBlock();
  }
}

void Exec::prepareWarps() {
  uint64_t threads = blockSize.count();
  warps.resize((threads + warpSize - 1) / warpSize);
  for (unsigned i = 0; i < warps.size(); ++i) {
    Warp &one = warps[i];
    one.index = i;
    one.registers.assign(kernel.slotNames.size() * slotBytes, 0);
    enter(one);
    for (const Kernel::Constant &constant : kernel.constants) {
      if (constant.type.kind == Type::Predicate)
        *reg<Lanes>(constant.slot) = constant.bits & 1 ? allLanes : 0;
      else if (constant.type.width() == 64)
        std::fill_n(reg<uint64_t>(constant.slot), warpSize, constant.bits);
      else if (constant.type.width() == 32)
        std::fill_n(reg<uint32_t>(constant.slot), warpSize,
                    uint32_t(constant.bits));
      else
        std::fill_n(reg<uint16_t>(constant.slot), warpSize,
                    uint16_t(constant.bits));
    }
  }
}

void Exec::enter(Warp &next) {
  warp = &next;
  registers = next.registers.data();
  valid = next.valid.data();
}

void Exec::fillSpecial(Warp &target, Slot slot, Special special) {
  uint32_t *out = reg<uint32_t>(slot);
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    uint32_t thread = target.index * warpSize + lane;
    switch (special) {
    case Special::TidX:
      out[lane] = thread % blockSize.x;
      break;
    case Special::TidY:
      out[lane] = thread / blockSize.x % blockSize.y;
      break;
    case Special::TidZ:
      out[lane] = thread / blockSize.x / blockSize.y;
      break;
    case Special::NtidX:
      out[lane] = blockSize.x;
      break;
    case Special::NtidY:
      out[lane] = blockSize.y;
      break;
    case Special::NtidZ:
      out[lane] = blockSize.z;
      break;
    case Special::CtaidX:
      out[lane] = blockIndex.x;
      break;
    case Special::CtaidY:
      out[lane] = blockIndex.y;
      break;
    case Special::CtaidZ:
      out[lane] = blockIndex.z;
      break;
    case Special::NctaidX:
      out[lane] = gridSize.x;
      break;
    case Special::NctaidY:
      out[lane] = gridSize.y;
      break;
    case Special::NctaidZ:
      out[lane] = gridSize.z;
      break;
    case Special::LaneId:
      out[lane] = lane;
      break;
    case Special::WarpId:
      out[lane] = target.index;
      break;
    case Special::NWarpId:
      out[lane] = warps.size();
      break;
    case Special::MaskEq:
      out[lane] = 1u << lane;
      break;
    case Special::MaskLe:
      out[lane] = (2u << lane) - 1;
      break;
    case Special::MaskLt:
      out[lane] = (1u << lane) - 1;
      break;
    case Special::MaskGe:
      out[lane] = ~((1u << lane) - 1);
      break;
    case Special::MaskGt:
      out[lane] = ~((2u << lane) - 1);
      break;
    case Special::DynamicShared:
      out[lane] = dynamicBytes;
      break;
    case Special::TotalShared:
      out[lane] = kernel.sharedBytes + dynamicBytes;
      break;
    case Special::SmId:
    case Special::Zero:
      out[lane] = 0;
      break;
    case Special::NSmId:
    case Special::GridId:
    case Special::One:
      out[lane] = 1;
      break;
    }
  }
}

void Exec::startBlock(uint64_t index) {
  blockIndex = {uint32_t(index % gridSize.x),
                uint32_t(index / gridSize.x % gridSize.y),
                uint32_t(index / gridSize.x / gridSize.y)};
  moment.block = moment.epoch = memory.epoch++;
  sharedState.assign(shared.size(), Gap);
  for (const Kernel::Object &object : kernel.shared)
    std::memset(sharedState.data() + object.offset, Unwritten, object.size);
  if (dynamicBytes)
    std::memset(sharedState.data() + kernel.dynamicShared, Unwritten,
                dynamicBytes);
  arrived.assign(16, 0);
  uint64_t threads = blockSize.count();
  for (Warp &one : warps) {
    uint64_t count =
        std::min<uint64_t>(warpSize, threads - one.index * warpSize);
    one.live = count == warpSize ? allLanes : (Lanes(1) << count) - 1;
    one.exited = 0;
    one.ready.assign(1, {0, one.live});
    one.parked.clear();
    one.arrivals.clear();
    one.valid.assign(kernel.slotNames.size(), 0);
    for (const Kernel::Constant &constant : kernel.constants)
      one.valid[constant.slot] = allLanes;
    enter(one);
    for (auto [slot, special] : kernel.specials) {
      fillSpecial(one, slot, special);
      one.valid[slot] = allLanes;
    }
    if (kernel.localExtent) {
      one.local.resize(kernel.localExtent * warpSize);
      one.localState.assign(kernel.localExtent * warpSize, Gap);
      for (unsigned lane = 0; lane < warpSize; ++lane)
        for (const Kernel::Object &object : kernel.local)
          std::memset(
              &one.localState[lane * kernel.localExtent + object.offset],
              Unwritten, object.size);
    }
  }
}

void Exec::runBlock() {
  while (true) {
    bool progress = false, alive = false;
    for (uint64_t index : order(warps.size())) {
      Warp &one = warps[index];
      alive |= one.live != 0;
      if (one.ready.empty())
        continue;
      progress = true;
      uint64_t quantum = options.schedule > 1 ? 1 + random() % 400 : 1'000'000;
      reverseLanes =
          options.schedule == 1 || (options.schedule > 1 && random() % 2);
      runWarp(one, quantum);
    }
    progress |= releaseBarriers();
    if (!alive)
      return;
    if (!progress)
      deadlock();
  }
}

void Exec::runWarp(Warp &one, uint64_t quantum) {
  enter(one);
  uint64_t budget = quantum;
  while (!one.ready.empty() && budget)
    step(pick(), budget);
  spent += quantum - budget;
  if (spent > options.instructions)
    fault(kernel.code[pc ? pc - 1 : 0], std::countr_zero(one.live | (1u << 31)),
          CUDA_ERROR_LAUNCH_TIMEOUT,
          "the launch ran for more than " +
              std::to_string(options.instructions) + " instructions");
}

bool Exec::releaseBarriers() {
  bool released = false;
  for (uint32_t barrier = 0; barrier < arrived.size(); ++barrier) {
    uint64_t count = arrived[barrier], expected = blockSize.count();
    const Arrival *first = nullptr;
    unsigned firstThread = 0;
    for (Warp &one : warps)
      for (const Arrival &arrival : one.arrivals) {
        if (arrival.barrier != barrier)
          continue;
        count += std::popcount(arrival.mask);
        if (arrival.expected)
          expected = arrival.expected;
        unsigned thread = one.index * warpSize + std::countr_zero(arrival.mask);
        if (first && !arrival.expected && arrival.pc != first->pc) {
          enter(one);
          fault(kernel.code[arrival.pc], std::countr_zero(arrival.mask),
                CUDA_ERROR_LAUNCH_FAILED,
                "divergent barrier: " + threadName(firstThread) +
                    " waits at line " +
                    std::to_string(kernel.code[first->pc].line));
        }
        if (!first)
          first = &arrival, firstThread = thread;
      }
    if (!first || count < expected)
      continue;
    release(barrier, kernel.code[first->pc]);
    released = true;
  }
  return released;
}

/// What the reduction of a bar.red is.
enum { BarrierSync, BarrierPopc, BarrierAnd, BarrierOr };

void Exec::release(uint32_t barrier, const Inst &inst) {
  uint32_t votes = 0, threads = 0;
  if (inst.kind != BarrierSync)
    for (Warp &one : warps)
      for (const Arrival &arrival : one.arrivals)
        if (arrival.barrier == barrier) {
          enter(one);
          need(inst, inst.c, arrival.mask);
          votes +=
              std::popcount(predicate(inst.c, inst.negated) & arrival.mask);
          threads += std::popcount(arrival.mask);
        }
  for (Warp &one : warps)
    std::erase_if(one.arrivals, [&](const Arrival &arrival) {
      if (arrival.barrier != barrier)
        return false;
      enter(one);
      if (inst.kind == BarrierPopc)
        for (unsigned lane = 0; lane < warpSize; ++lane) {
          if (arrival.mask >> lane & 1)
            reg<uint32_t>(inst.dst)[lane] = votes;
        }
      else if (inst.kind != BarrierSync)
        setPredicate(inst.dst,
                     (inst.kind == BarrierAnd ? votes == threads : votes != 0)
                         ? allLanes
                         : 0,
                     arrival.mask);
      if (inst.kind == BarrierPopc)
        define(inst.dst, arrival.mask);
      one.ready.push_back({arrival.pc + 1, arrival.mask});
      return true;
    });
  arrived[barrier] = 0;
  moment.epoch = memory.epoch++;
}

void Exec::deadlock() {
  for (Warp &one : warps)
    for (const Group &group : one.parked) {
      enter(one);
      unsigned lane = std::countr_zero(group.mask);
      Lanes missing = one.live & ~group.mask;
      fault(kernel.code[group.pc], lane, CUDA_ERROR_LAUNCH_FAILED,
            "divergent collective: waits for " +
                threadName(one.index * warpSize +
                           std::countr_zero(missing | (1u << 31))) +
                ", which does not come");
    }
  for (Warp &one : warps)
    for (const Arrival &arrival : one.arrivals) {
      // Someone is missing: a thread that left, or one at another barrier.
      std::string who;
      for (Warp &other : warps)
        if (other.exited && who.empty())
          who = threadName(other.index * warpSize +
                           std::countr_zero(other.exited)) +
                " has exited without it";
      for (Warp &other : warps)
        for (const Arrival &elsewhere : other.arrivals)
          if (elsewhere.barrier != arrival.barrier && who.empty())
            who = threadName(other.index * warpSize +
                             std::countr_zero(elsewhere.mask)) +
                  " waits at line " +
                  std::to_string(kernel.code[elsewhere.pc].line);
      enter(one);
      fault(kernel.code[arrival.pc], std::countr_zero(arrival.mask),
            CUDA_ERROR_LAUNCH_FAILED,
            "divergent barrier: " +
                (who.empty() ? "too few threads arrive" : who));
    }
  throw Fault(CUDA_ERROR_LAUNCH_FAILED,
              "kernel '" + kernel.name + "': no thread can continue");
}
