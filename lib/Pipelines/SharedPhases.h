//===- SharedPhases.h - What the targets have in common ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the parts of the CPU's pipeline that CUDA's runs too.

#ifndef CATGRAD_LIB_PIPELINES_SHAREDPHASES_H
#define CATGRAD_LIB_PIPELINES_SHAREDPHASES_H

#include "catgrad/Pipelines/Pipelines.h"

namespace catgrad {

void buildCatgradPhase(mlir::OpPassManager &pm);
void buildRevPhase(mlir::OpPassManager &pm, ResidualPolicy residuals,
                   uint64_t maxOperations);
/// From the catgrad dialect to linalg on tensors.
void buildLinalgOnTensors(mlir::OpPassManager &pm);
/// The functions of the reference mathematics, if that is the mode.
void buildReferenceMath(mlir::OpPassManager &pm, MathMode math);
/// From there to linalg on buffers, whose workspace is not planned yet.
void buildLinalgOnBuffers(mlir::OpPassManager &pm, MathMode math);

} // namespace catgrad

#endif // CATGRAD_LIB_PIPELINES_SHAREDPHASES_H
