//===- Shadow.cpp - Who touched a piece of memory ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the race detector.

#include "Sim/Shadow.h"

using namespace fakecuda;

/// Whether neither a barrier nor the end of a launch stands between.
static inline bool unordered(const Shadow::Record &record, const Moment &now) {
  if (record.epoch < now.launch)
    return false;
  if (record.epoch < now.block || record.blocks)
    return true;
  if (record.epoch < now.epoch)
    return false;
  if (record.warps)
    return true;
  if (record.thread / warpSize != now.thread / warpSize)
    return true;
  if (record.warpEpoch != now.warpEpoch)
    return false;
  return record.threads || record.thread != now.thread;
}

/// Adds an access to a record. What is ordered before it is forgotten.
static inline void merge(Shadow::Record &record, const Moment &now, bool strong,
                         uint32_t line) {
  Shadow::Record next{now.epoch, line, now.thread, now.warpEpoch, strong};
  if (unordered(record, now)) {
    next.blocks = record.blocks || record.epoch < now.block;
    next.warps =
        record.warps || record.thread / warpSize != now.thread / warpSize;
    next.threads = true;
    next.strong &= record.strong;
  } else if (record.epoch == now.epoch && record.thread == now.thread &&
             record.warpEpoch == now.warpEpoch) {
    next.strong &= record.strong;
  }
  record = next;
}

void Shadow::prepare(uint64_t offset, unsigned bytes) {
  if (cells.empty())
    cells.resize((size + granule - 1) / granule);
  if (granule == 1 || (offset % 4 == 0 && bytes % 4 == 0))
    return;
  std::vector<Cell> fine(size);
  for (uint64_t i = 0; i < size; ++i)
    fine[i] = cells[i / granule];
  cells = std::move(fine);
  granule = 1;
}

inline bool Shadow::accessCell(Cell &cell, bool write, bool strong,
                               bool sameValue, const Moment &now, uint32_t line,
                               Conflict &conflict) {
  auto races = [&](const Record &record) {
    return !(strong && record.strong) && unordered(record, now);
  };
  if (races(cell.write) && !(write && sameValue)) [[unlikely]] {
    conflict = {cell.write, true,
                cell.write.epoch < now.block || cell.write.blocks};
    return true;
  }
  if (write && races(cell.read) && !sameValue) [[unlikely]] {
    conflict = {cell.read, false,
                cell.read.epoch < now.block || cell.read.blocks};
    return true;
  }
  merge(write ? cell.write : cell.read, now, strong, line);
  return false;
}

bool Shadow::access(uint64_t offset, unsigned bytes, bool write, Access access,
                    bool sameValue, const Moment &now, uint32_t line,
                    Conflict &conflict) {
  bool strong = access == Access::Strong;
  if (granule == 1 || cells.empty() || (offset | bytes) % 4) [[unlikely]]
    prepare(offset, bytes);
  unsigned shift = granule == 4 ? 2 : 0;
  uint64_t last = (offset + bytes - 1) >> shift;
  for (uint64_t i = offset >> shift; i <= last; ++i)
    if (accessCell(cells[i], write, strong, sameValue, now, line, conflict))
      return true;
  return false;
}

bool Shadow::writtenSince(uint64_t offset, unsigned bytes,
                          uint32_t launch) const {
  if (cells.empty())
    return false;
  for (uint64_t i = offset / granule; i <= (offset + bytes - 1) / granule; ++i)
    if (cells[i].write.epoch >= launch)
      return true;
  return false;
}

void Shadow::clear() { cells.clear(); }
