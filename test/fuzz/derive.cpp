//===- derive.cpp - Fuzz the derivative -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file expands learners and derives of whatever the parser accepts.

#include "Fuzz.h"
#include "catgrad/Pipelines/Pipelines.h"
#include "mlir/Pass/PassManager.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return withText(
      data, size, [](llvm::SourceMgr &sources, mlir::MLIRContext &context) {
        auto module = parseModule(sources, context);
        if (!module)
          return;
        catgrad::CpuPipelineOptions options;
        options.maxOperations = getFuzzLimits().maxOperations;
        mlir::PassManager passes(&context);
        passes.addPass(catgrad::createPrintPath());
        catgrad::buildCpuPhase(passes, catgrad::CpuPhase::Rev, options);
        (void)passes.run(*module);
      });
}
