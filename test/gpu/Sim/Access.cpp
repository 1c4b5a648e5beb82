//===- Access.cpp - Checked access to memory --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file turns device addresses into places on the host and checks each
// access: alignment, bounds, freed memory, missing values and races.

#include "Sim/Exec.h"

#include <bit>
#include <cstring>

using namespace fakecuda;

static std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx",
                static_cast<unsigned long long>(value));
  return text;
}

static const char *spaceName(Space space) {
  static const char *const names[] = {"generic", "global", "shared",
                                      "local",   "const",  "param"};
  return names[static_cast<unsigned>(space)];
}

Exec::Place Exec::resolve(const Inst &inst, unsigned lane, uint64_t address,
                          unsigned bytes, bool write) {
  if (address & (bytes - 1)) [[unlikely]]
    fault(inst, lane, CUDA_ERROR_MISALIGNED_ADDRESS,
          "misaligned access of " + std::to_string(bytes) + " bytes at " +
              spaceName(inst.space) + " address " + hex(address));
  Space space = inst.space;
  uint64_t offset = address;
  if (space == Space::Generic) {
    uint64_t window = address & windowMask;
    if (window == sharedWindow)
      space = Space::Shared, offset = address - sharedWindow;
    else if (window == localWindow)
      space = Space::Local, offset = address - localWindow;
    else if (window == parameterWindow)
      space = Space::Param;
    else
      space = Space::Global;
  }
  if (space != Space::Global && space != Space::Const)
    return resolveWindow(inst, lane, space, offset, bytes, write);

  Allocation *&known = recent[&inst - kernel.code.data()];
  Allocation *allocation = known;
  if (!allocation || !allocation->contains(address, bytes)) [[unlikely]] {
    allocation = memory.find(address);
    if (!allocation || !allocation->contains(address, bytes))
      fault(inst, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
            std::string("out of bounds: ") + (write ? "store" : "load") +
                " of " + std::to_string(bytes) + " bytes, " +
                memory.describe(address));
    known = allocation;
  }
  if (allocation->kind == Allocation::Const &&
      (write || inst.access == Access::Strong))
    fault(inst, lane, CUDA_ERROR_ILLEGAL_ADDRESS, "store into constant memory");
  if (space == Space::Const && allocation->kind != Allocation::Const)
    fault(inst, lane, CUDA_ERROR_INVALID_ADDRESS_SPACE,
          "address " + hex(address) + " is not in constant memory");
  (write ? counts.stored : counts.loaded) += bytes;
  offset = address - allocation->base;
  return {allocation->data.get() + offset, allocation->written.get() + offset,
          allocation, options.raceGlobal ? &allocation->shadow : nullptr,
          offset};
}

Exec::Place Exec::resolveWindow(const Inst &inst, unsigned lane, Space space,
                                uint64_t offset, unsigned bytes, bool write) {
  if (space == Space::Param) {
    offset -= parameterWindow;
    if (write || offset >= parameterBytes.size() ||
        bytes > parameterBytes.size() - offset)
      fault(inst, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
            write ? "store into a parameter of the kernel"
                  : "out of bounds: load at byte " + std::to_string(offset) +
                        " of the parameters, which have " +
                        std::to_string(parameterBytes.size()));
    return {&parameterBytes[offset], &parameterState[offset], nullptr, nullptr,
            offset};
  }
  bool isShared = space == Space::Shared;
  uint64_t extent = isShared ? shared.size() : kernel.localExtent;
  uint64_t start = isShared ? 0 : lane * kernel.localExtent;
  std::vector<uint8_t> &states = isShared ? sharedState : warp->localState;
  // A gap has no bit in common with the states of a variable's bytes.
  bool inside = offset < extent && bytes <= extent - offset;
  if (inside && bytes == 4) {
    uint32_t four;
    std::memcpy(&four, &states[start + offset], 4);
    inside = ((four | four >> 1) & 0x01010101) == 0x01010101;
  } else if (inside) {
    for (unsigned i = 0; i < bytes; ++i)
      inside &= states[start + offset + i] != Gap;
  }
  if (!inside) [[unlikely]] {
    std::string text = std::string("out of bounds: ") +
                       (write ? "store" : "load") + " of " +
                       std::to_string(bytes) + " bytes at " + spaceName(space) +
                       " address " + hex(offset);
    for (const Kernel::Object &object : isShared ? kernel.shared : kernel.local)
      if (offset >= object.offset)
        text += "; '" + object.name + "' begins " +
                std::to_string(offset - object.offset) +
                " bytes before it and has " + std::to_string(object.size);
    fault(inst, lane, CUDA_ERROR_ILLEGAL_ADDRESS, text);
  }
  std::vector<uint8_t> &data = isShared ? shared : warp->local;
  Shadow *shadow = isShared && options.raceShared ? &sharedShadow : nullptr;
  return {&data[start + offset], &states[start + offset], nullptr, shadow,
          offset};
}

void Exec::checkWritten(const Inst &inst, unsigned lane, const Place &place,
                        unsigned bytes, uint64_t address) {
  if (!options.initialised)
    return;
  if (bytes == 4) {
    uint32_t four;
    std::memcpy(&four, place.state, 4);
    if (four == 0x01010101u * Written) [[likely]]
      return;
  }
  for (unsigned i = 0; i < bytes; ++i)
    if (place.state[i] != Written) [[unlikely]]
      fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
            "load of uninitialised memory: " + std::to_string(bytes) +
                " bytes at address " + hex(address));
}

void Exec::checkRace(const Inst &inst, unsigned lane, const Place &place,
                     unsigned bytes, bool write, Access access,
                     bool sameValue) {
  Moment now = moment;
  now.thread = warp->index * warpSize + lane;
  now.warpEpoch = warp->epoch;
  if (!place.allocation)
    now.launch = now.block; // what other blocks left in shared memory is gone
  if (access == Access::NonCoherent && !write &&
      place.shadow->writtenSince(place.offset, bytes, now.launch))
    fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
          "non-coherent load of what the same launch has written");
  Shadow::Conflict conflict;
  if (!place.shadow->access(place.offset, bytes, write, access,
                            options.sameValue && sameValue, now, inst.line,
                            conflict))
    return;
  race(inst, lane, place, write, conflict);
}

void Exec::race(const Inst &inst, unsigned lane, const Place &place, bool write,
                const Shadow::Conflict &conflict) {
  std::string other = conflict.otherBlock ? "a thread of another block"
                                          : threadName(conflict.other.thread);
  fault(inst, lane, CUDA_ERROR_LAUNCH_FAILED,
        std::string("race in ") + (place.allocation ? "global" : "shared") +
            " memory: this " + (write ? "store" : "load") + " and a " +
            (conflict.write ? "store" : "load") + " of " + other + " at line " +
            std::to_string(conflict.other.line) + " `" +
            sourceLine(conflict.other.line) + "` without a barrier between");
}

uint8_t *Exec::load(const Inst &inst, unsigned lane, uint64_t address,
                    unsigned bytes) {
  Place place = resolve(inst, lane, address, bytes, false);
  checkWritten(inst, lane, place, bytes, address);
  if (place.shadow)
    checkRace(inst, lane, place, bytes, false, inst.access, false);
  return place.data;
}

void Exec::store(const Inst &inst, unsigned lane, uint64_t address,
                 unsigned bytes, const void *value) {
  Place place = resolve(inst, lane, address, bytes, true);
  if (place.shadow)
    checkRace(inst, lane, place, bytes, true, inst.access,
              !std::memcmp(place.data, value, bytes));
  std::memcpy(place.data, value, bytes);
  std::memset(place.state, Written, bytes);
}

uint8_t *Exec::modify(const Inst &inst, unsigned lane, uint64_t address,
                      unsigned bytes) {
  Place place = resolve(inst, lane, address, bytes, true);
  checkWritten(inst, lane, place, bytes, address);
  if (place.shadow)
    checkRace(inst, lane, place, bytes, true, Access::Strong, false);
  return place.data;
}
