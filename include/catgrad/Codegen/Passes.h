//===- Passes.h - Passes from linalg to kernels -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that prepare linalg on tensors for native code,
// and their pattern sets.

#ifndef CATGRAD_CODEGEN_PASSES_H
#define CATGRAD_CODEGEN_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace catgrad {

#define GEN_PASS_DECL
#include "catgrad/Codegen/Passes.h.inc"

/// Expands f32 `math.exp` and `math.tanh` into polynomials.
void populateApproximateMathPatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "catgrad/Codegen/Passes.h.inc"

} // namespace catgrad

#endif // CATGRAD_CODEGEN_PASSES_H
