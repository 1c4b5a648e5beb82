//===- ReduceOperations.h - Fewer operations, still interesting -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the registration of the pass `reduce-operations`.

#ifndef CATGRAD_TOOLS_REDUCEOPERATIONS_H
#define CATGRAD_TOOLS_REDUCEOPERATIONS_H

namespace catgrad {

/// Registers `reduce-operations` for the command line.
void registerReduceOperations();

} // namespace catgrad

#endif // CATGRAD_TOOLS_REDUCEOPERATIONS_H
