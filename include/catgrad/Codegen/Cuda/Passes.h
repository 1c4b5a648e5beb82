//===- Passes.h - Passes from linalg to CUDA kernels ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that make kernels of linalg on buffers.

#ifndef CATGRAD_CODEGEN_CUDA_PASSES_H
#define CATGRAD_CODEGEN_CUDA_PASSES_H

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace catgrad {

#define GEN_PASS_DECL
#include "catgrad/Codegen/Cuda/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "catgrad/Codegen/Cuda/Passes.h.inc"

} // namespace catgrad

#endif // CATGRAD_CODEGEN_CUDA_PASSES_H
