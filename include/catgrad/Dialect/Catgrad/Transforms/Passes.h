//===- Passes.h - Passes on the catgrad dialect -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that work within the dialect.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_H

#include "catgrad/Interfaces/DerivativeInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace catgrad {

/// The default limit of operations: far beyond what a model needs, and a few
/// seconds of work.
inline constexpr uint64_t kMaxOperations = 1'000'000;

#define GEN_PASS_DECL
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_H
