//===- CSourcePipeline.cpp - The last phase before C source -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lists the passes between buffers and C: loops, and the arithmetic
// that C has.

#include "catgrad/Codegen/Passes.h"
#include "catgrad/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void catgrad::buildCSourcePhase(OpPassManager &pm) {
  // One loop over all elements reads better than one a dimension. Of linalg's
  // named operations, that is for generic ones.
  pm.addNestedPass<func::FuncOp>(createLinalgGeneralizeNamedOpsPass());
  pm.addPass(createCollapseLoops());
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  // Loops of no iteration go, and of one become straight code.
  pm.addPass(createCanonicalizerPass());
  // C source has functions of its own for these conversions. After
  // canonicalize, which merges them with others.
  ExpandSmallFloatsOptions conversions;
  conversions.nativeF16 = conversions.nativeBF16 = true;
  pm.addNestedPass<func::FuncOp>(createExpandSmallFloats(conversions));
  pm.addPass(createCSEPass());
  pm.addPass(createSymbolDCEPass());
}
