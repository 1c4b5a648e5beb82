//===- Groups.h - Which operations share a launch ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how the operations of a function are put together.

#ifndef CATGRAD_LIB_CODEGEN_CUDA_GROUPS_H
#define CATGRAD_LIB_CODEGEN_CUDA_GROUPS_H

#include "Kernel.h"

#include <deque>

namespace catgrad {

/// Operations that run one behind the other in each thread.
struct Group {
  llvm::SmallVector<Work *> works;
  int64_t points = 0; ///< of each operation; 0 if they differ
  bool reduces = false;
  bool alongRows = false; ///< one RowPlan for all
  size_t size = 0;
};

/// Groups that run side by side in one launch.
struct Launch {
  llvm::SmallVector<Group *> groups;
  bool isLight;
};

/// Initial values move down to the first operation that touches the buffer.
void sinkFills(std::deque<Work> &works);

/// Puts each operation with those whose elements it takes over, or starts anew.
/// With `fuseRows` sums along a row and what is computed of them and of the row
/// share a group; without, every sum has one of its own.
std::deque<Group> makeGroups(std::deque<Work> &works, bool fuseRows);

/// Puts groups that are little work, and independent, into one launch.
std::deque<Launch> makeLaunches(std::deque<Group> &groups);

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_CUDA_GROUPS_H
