//===- Program.h - Decoded kernels ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the form that the interpreter executes: a flat array of
// instructions, each with a handler for a whole warp, over numbered slots.

#ifndef FAKECUDA_SIM_PROGRAM_H
#define FAKECUDA_SIM_PROGRAM_H

#include "Ptx/Syntax.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fakecuda {

class Exec;
struct Inst;

/// One bit a lane of a warp.
using Lanes = uint32_t;
constexpr unsigned warpSize = 32;
constexpr Lanes allLanes = ~Lanes(0);

/// A register, a constant or a special register of the 32 lanes of a warp.
/// Predicates are one Lanes; the others hold one element a lane.
using Slot = uint32_t;
constexpr Slot noSlot = ~Slot(0);
constexpr unsigned slotBytes = warpSize * sizeof(uint64_t);

using Handler = void (*)(Exec &, const Inst &, Lanes);

enum class Space : uint8_t { Generic, Global, Shared, Local, Const, Param };

/// How an access orders with others: strong ones (volatile, relaxed, atomic) do
/// not race with each other; a non-coherent one (.nc) must not see what the
/// same launch writes.
enum class Access : uint8_t { Weak, Strong, NonCoherent };

/// What an instruction needs beyond its slots.
struct Extra {
  std::vector<uint32_t> targets;  ///< of brx.idx
  std::vector<Slot> pack, unpack; ///< of a mov with vectors
};

struct Inst {
  Handler run = nullptr;
  Slot dst = noSlot, dst2 = noSlot;
  Slot a = noSlot, b = noSlot, c = noSlot, d = noSlot;
  Slot guard = noSlot;
  bool guardNegated = false;
  bool negated = false; ///< of the source predicate
  bool wide = false;    ///< the address or a register has 64 bits
  bool flag = false;    ///< says the instruction's group
  Space space = Space::Generic;
  Access access = Access::Weak;
  uint8_t count = 1; ///< elements of a vector
  uint8_t kind = 0;  ///< says the instruction's group
  uint32_t line = 0;
  uint32_t target = 0;
  int64_t imm = 0;
  Slot vector[8] = {noSlot, noSlot, noSlot, noSlot,
                    noSlot, noSlot, noSlot, noSlot};
  const Extra *extra = nullptr;
};

/// Special registers that the start of a warp fills in.
enum class Special : uint8_t {
  TidX,
  TidY,
  TidZ,
  NtidX,
  NtidY,
  NtidZ,
  CtaidX,
  CtaidY,
  CtaidZ,
  NctaidX,
  NctaidY,
  NctaidZ,
  LaneId,
  WarpId,
  NWarpId,
  SmId,
  NSmId,
  GridId,
  MaskEq,
  MaskLe,
  MaskLt,
  MaskGe,
  MaskGt,
  DynamicShared,
  TotalShared,
  Zero,
  One,
};

struct Kernel {
  struct Parameter {
    std::string name;
    uint64_t offset, size;
  };
  struct Constant {
    Slot slot;
    Type type;
    uint64_t bits;
  };
  struct Object { ///< a variable in shared or local memory
    std::string name;
    uint64_t offset, size;
  };

  std::string name;
  std::vector<Inst> code;
  std::vector<std::unique_ptr<Extra>> extras;
  std::vector<std::string> slotNames;
  std::vector<Constant> constants;
  std::vector<std::pair<Slot, Special>> specials;
  std::vector<Parameter> parameters;
  uint64_t parameterBytes = 0;
  std::vector<Object> shared, local;
  uint64_t sharedBytes = 0;  ///< as the hardware would pack it
  uint64_t sharedExtent = 0; ///< with the gaps between objects
  uint64_t localBytes = 0, localExtent = 0;
  uint64_t dynamicShared = 0; ///< where .extern .shared begins
  uint64_t maxThreads = 1024;
  std::vector<uint32_t> required;
  unsigned registers = 0;
};

} // namespace fakecuda

#endif // FAKECUDA_SIM_PROGRAM_H
