//===- InitAllPasses.h - Registration of passes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the passes and pipelines for use in a tool or a compiler.

#ifndef CATGRAD_INITALLPASSES_H
#define CATGRAD_INITALLPASSES_H

#include "catgrad/Codegen/Cuda/Passes.h"
#include "catgrad/Codegen/Passes.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Pipelines/Pipelines.h"

namespace catgrad {

/// Registers the passes and pipelines of this project.
inline void registerAllPasses() {
  registerCatgradTransformsPasses();
  registerCatgradConversionPasses();
  registerCatgradCodegenPasses();
  registerCatgradCodegenCudaPasses();
  registerCatgradPipelines();
}

} // namespace catgrad

#endif // CATGRAD_INITALLPASSES_H
