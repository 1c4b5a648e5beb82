//===- Passes.td - Passes from linalg to kernels -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that prepare linalg on tensors for native code,
// in the order in which the pipelines run them.

#ifndef CATGRAD_CODEGEN_PASSES_TD
#define CATGRAD_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// On tensors
//===----------------------------------------------------------------------===//

//===----------------------------------------------------------------------===//
// Destinations, workspace and kernels
//===----------------------------------------------------------------------===//

#endif // CATGRAD_CODEGEN_PASSES_TD
