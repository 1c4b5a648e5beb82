//===- LearnerInterfaces.h - Optimisers and losses -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the attribute interfaces of optimisers and losses.

#ifndef CATGRAD_INTERFACES_LEARNERINTERFACES_H
#define CATGRAD_INTERFACES_LEARNERINTERFACES_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Builders.h"
#include <string>

namespace catgrad {

/// A parameter, a piece of optimiser state or a run-time input.
struct NamedType {
  std::string name;
  mlir::Type type;
};

} // namespace catgrad

#include "catgrad/Interfaces/LearnerInterfaces.h.inc"

#endif // CATGRAD_INTERFACES_LEARNERINTERFACES_H
