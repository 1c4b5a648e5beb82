//===- Shadow.h - Who touched a piece of memory -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the race detector. Time is cut into epochs: one for each
// stretch between barriers of each block. Blocks run one after the other and
// draw their epochs from one counter, so an epoch alone tells whether it
// belongs to an earlier launch, to another block of this one, or to this block
// before or after a barrier.

#ifndef FAKECUDA_SIM_SHADOW_H
#define FAKECUDA_SIM_SHADOW_H

#include "Sim/Program.h"

namespace fakecuda {

/// Where an access stands in the execution.
struct Moment {
  uint32_t launch; ///< first epoch of this launch
  uint32_t block;  ///< first epoch of this block
  uint32_t epoch;
  uint16_t thread;    ///< within the block
  uint16_t warpEpoch; ///< number of synchronisations of the thread's warp
};

class Shadow {
public:
  struct Record {
    uint32_t epoch = 0, line = 0;
    uint16_t thread = 0, warpEpoch = 0;
    bool strong = false;
    bool threads = false, warps = false, blocks = false; ///< several of them
  };
  struct Conflict {
    Record other;
    bool write;
    bool otherBlock;
  };

  explicit Shadow(uint64_t size) : size(size) {}

  /// Record an access; true if it races, with the other side in `conflict`.
  bool access(uint64_t offset, unsigned bytes, bool write, Access access,
              bool sameValue, const Moment &now, uint32_t line,
              Conflict &conflict);

  /// Whether a byte of the range was written since `launch`.
  bool writtenSince(uint64_t offset, unsigned bytes, uint32_t launch) const;

  void clear();

private:
  struct Cell {
    Record write, read;
  };
  bool accessCell(Cell &cell, bool write, bool strong, bool sameValue,
                  const Moment &now, uint32_t line, Conflict &conflict);
  void prepare(uint64_t offset, unsigned bytes);

  uint64_t size;
  /// Cells are words until the first access to a part of one.
  unsigned granule = 4;
  std::vector<Cell> cells;
};

} // namespace fakecuda

#endif // FAKECUDA_SIM_SHADOW_H
