//===- Exec.h - State of a running kernel -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what handlers of instructions see: the registers of the
// current warp, memory behind its checks, control flow and faults.

#ifndef FAKECUDA_SIM_EXEC_H
#define FAKECUDA_SIM_EXEC_H

#include "Driver/Options.h"
#include "Sim/Memory.h"

#include <random>
#include <stdexcept>

namespace fakecuda {

/// A kernel broke a rule. It ends the launch with a status and a report.
struct Fault : std::runtime_error {
  Fault(CUresult status, const std::string &text)
      : std::runtime_error(text), status(status) {}
  CUresult status;
};

struct Dimensions {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t(x) * y * z; }
};

/// Lanes that continue together.
struct Group {
  uint32_t pc;
  Lanes mask;
};

/// Lanes that wait at a barrier of the block.
struct Arrival {
  uint32_t pc;
  Lanes mask;
  uint32_t barrier;
  uint32_t expected; ///< threads; 0 for all of the block
};

struct Warp {
  unsigned index;
  Lanes live; ///< lanes that exist and did not exit
  Lanes exited = 0;
  uint16_t epoch = 0; ///< synchronisations within the warp
  std::vector<Group> ready;
  std::vector<Group>
      parked; ///< at a collective, for the lanes that are missing
  std::vector<Arrival> arrivals;
  std::vector<uint8_t> registers;
  std::vector<Lanes> valid;
  std::vector<uint8_t> local, localState;
};

struct LaunchCounts {
  uint64_t instructions = 0, loaded = 0, stored = 0;
};

/// What a byte of shared or local memory is.
enum ByteState : uint8_t { Gap = 0, Unwritten = 2, Written = 1 };

class Exec {
public:
  Exec(const Kernel &kernel, Memory &memory, const Options &options,
       std::string_view source);

  /// Run a whole grid. Throws Fault.
  void launch(Dimensions grid, Dimensions block, uint64_t dynamicShared,
              std::vector<uint8_t> parameters);

  // Registers.
  template <class T> T *reg(Slot slot) {
    return reinterpret_cast<T *>(registers + size_t(slot) * slotBytes);
  }
  Lanes predicate(Slot slot, bool negated) {
    Lanes value = *reg<Lanes>(slot);
    return negated ? ~value : value;
  }
  void need(const Inst &inst, Slot slot, Lanes mask) {
    if (Lanes bad = mask & ~valid[slot]) [[unlikely]]
      uninitialised(inst, slot, bad);
  }
  void define(Slot slot, Lanes mask) { valid[slot] |= mask; }
  void setPredicate(Slot slot, Lanes value, Lanes mask) {
    Lanes *place = reg<Lanes>(slot);
    *place = (*place & ~mask) | (value & mask);
    define(slot, mask);
  }
  /// For instructions that only move bits: those may have no value yet.
  Lanes validLanes(Slot slot) const { return valid[slot]; }
  void setValid(Slot slot, Lanes value, Lanes mask) {
    valid[slot] = (valid[slot] & ~mask) | (value & mask);
  }

  // Memory (Access.cpp). Each returns where the bytes are on the host, after
  // all checks; with `write` the bytes count as written.
  uint64_t address(const Inst &inst, unsigned lane) {
    return inst.wide ? reg<uint64_t>(inst.a)[lane] + inst.imm
                     : uint32_t(reg<uint32_t>(inst.a)[lane] + inst.imm);
  }
  uint8_t *load(const Inst &inst, unsigned lane, uint64_t address,
                unsigned bytes);
  void store(const Inst &inst, unsigned lane, uint64_t address, unsigned bytes,
             const void *value);
  uint8_t *modify(const Inst &inst, unsigned lane, uint64_t address,
                  unsigned bytes);

  // Control (Flow.cpp).
  void branch(uint32_t target, Lanes taken);
  void exitLanes(Lanes mask);
  /// Whether a collective of `members` may go on; else its lanes are parked.
  bool gather(const Inst &inst, Lanes mask, Lanes members);
  void arrive(const Inst &inst, Lanes mask, uint32_t barrier, uint32_t expected,
              bool wait);
  void synchroniseWarp(Lanes members);

  [[noreturn]] void fault(const Inst &inst, unsigned lane, CUresult status,
                          const std::string &message);
  std::string threadName(unsigned thread) const;
  std::string sourceLine(uint32_t line) const;

  uint64_t tick() { return ++ticks + counts.instructions; }

  uint32_t pc = 0;   ///< of the next instruction
  Lanes current = 0; ///< lanes that run
  bool reschedule = false;
  bool reverseLanes = false;
  Warp *warp = nullptr;
  const Kernel &kernel;
  Memory &memory;
  const Options &options;
  LaunchCounts counts;
  Dimensions gridSize, blockSize, blockIndex;
  const std::vector<uint8_t> &parameters() const { return parameterBytes; }

private:
  struct Place { ///< of an access
    uint8_t *data;
    uint8_t *state;
    Allocation *allocation; ///< or null
    Shadow *shadow;         ///< or null
    uint64_t offset;
  };
  [[noreturn]] void uninitialised(const Inst &inst, Slot slot, Lanes bad);
  Place resolve(const Inst &inst, unsigned lane, uint64_t address,
                unsigned bytes, bool write);
  Place resolveWindow(const Inst &inst, unsigned lane, Space space,
                      uint64_t offset, unsigned bytes, bool write);
  void checkRace(const Inst &inst, unsigned lane, const Place &place,
                 unsigned bytes, bool write, Access access, bool sameValue);
  [[noreturn]] void race(const Inst &inst, unsigned lane, const Place &place,
                         bool write, const Shadow::Conflict &conflict);
  void checkWritten(const Inst &inst, unsigned lane, const Place &place,
                    unsigned bytes, uint64_t address);

  // Block.cpp.
  void prepareWarps();
  void startBlock(uint64_t index);
  void runBlock();
  void runWarp(Warp &warp, uint64_t quantum);
  void step(Group group, uint64_t &budget);
  bool releaseBarriers();
  void release(uint32_t barrier, const Inst &inst);
  [[noreturn]] void deadlock();
  std::vector<uint64_t> order(uint64_t count);

  void enter(Warp &next);
  void fillSpecial(Warp &warp, Slot slot, Special special);
  Group pick();

  std::string_view source;
  std::vector<std::string_view> lines;
  std::vector<uint8_t> parameterBytes, parameterState;
  std::vector<uint8_t> shared, sharedState;
  Shadow sharedShadow{0};
  uint64_t dynamicBytes = 0;
  std::vector<Warp> warps;
  uint8_t *registers = nullptr;
  Lanes *valid = nullptr;
  Moment moment{};
  std::vector<Allocation *>
      recent;                    ///< by instruction, the allocation it met last
  std::vector<uint32_t> arrived; ///< by barrier: threads that came and went on
  std::mt19937_64 random;
  uint64_t picks = 0, ticks = 0;
  uint64_t spent = 0; ///< instructions of warps
};

} // namespace fakecuda

#endif // FAKECUDA_SIM_EXEC_H
