//===- CpuPipeline.cpp - The phases of native CPU code ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lists the passes of each phase. Their order is deliberate; the
// comments say what breaks otherwise.

#include "SharedPhases.h"
#include "catgrad/Codegen/Passes.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace catgrad {

static constexpr std::pair<CpuPhase, llvm::StringLiteral> kPhases[] = {
    {CpuPhase::Catgrad, "catgrad"}, {CpuPhase::Rev, "rev"},
    {CpuPhase::Linalg, "linalg"},   {CpuPhase::Bufferized, "bufferized"},
    {CpuPhase::LLVM, "llvm"},
};

StringRef getPhaseName(CpuPhase phase) {
  return kPhases[static_cast<size_t>(phase)].second;
}

std::optional<CpuPhase> parsePhaseName(StringRef name) {
  for (auto [phase, spelling] : kPhases)
    if (spelling == name)
      return phase;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Shared with CUDA
//===----------------------------------------------------------------------===//

void buildCatgradPhase(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
}

void buildRevPhase(OpPassManager &pm, ResidualPolicy residuals,
                   uint64_t maxOperations) {
  pm.addPass(createExpandLearners({residuals, maxOperations}));
  buildDerivePipeline(pm, residuals, maxOperations);
  // The forward part of a model is called once, by its step: one function
  // fuses and shares its workspace better than two.
  pm.addPass(createInlineCalledOnce());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildLinalgOnTensors(OpPassManager &pm) {
  pm.addPass(createBoxScalars());
  pm.addPass(createConvertCatgradToLinalg());
  // arith and math on whole tensors, which upstream derivatives may contain.
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
}

void buildReferenceMath(OpPassManager &pm, MathMode math) {
  // Before anything else could evaluate a function of a constant.
  if (math == MathMode::Reference)
    pm.addNestedPass<func::FuncOp>(createReferenceMath());
}

void buildLinalgOnBuffers(OpPassManager &pm, MathMode math) {
  pm.addPass(createOrderLoops({math == MathMode::Reference}));
  pm.addPass(createStoreI1AsI8());
  pm.addPass(createFuseElementwise());
  // No cse before bufferisation: it would merge tensors that are initialised
  // alike, and each needs a buffer of its own.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCarryInPlace());
  pm.addPass(createAddDestinations());
  pm.addPass(createComputeInDestination());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createOrderGlobals());
  // cse makes the sides of a self-copy equal, canonicalize erases it.
  pm.addPass(createCSEPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createFinishDestinations());
  pm.addPass(createCanonicalizerPass());
}

//===----------------------------------------------------------------------===//
// The CPU's own
//===----------------------------------------------------------------------===//

namespace {

void buildLinalgPhase(OpPassManager &pm, const CpuPipelineOptions &options) {
  buildLinalgOnTensors(pm);
  pm.addPass(createEmitInit({options.callDraws}));
  buildReferenceMath(pm, options.math);
  pm.addPass(createCanonicalizerPass());
}

void buildBufferizedPhase(OpPassManager &pm,
                          const CpuPipelineOptions &options) {
  buildLinalgOnBuffers(pm, options.math);
  pm.addPass(createPlanWorkspace());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildLLVMPhase(OpPassManager &pm, const CpuPipelineOptions &options) {
  pm.addPass(createCollapseLoops());
  // A buffer that is read and written has to be one value in its kernel.
  pm.addPass(createCSEPass());
  pm.addPass(createOutlineKernels());
  pm.addPass(createNativeEntry());
  pm.addPass(createFlattenEmptyArguments());
  auto &functions = pm.nest<func::FuncOp>();
  functions.addPass(createConvertLinalgToLoopsPass());
  // Before the polynomials, which are in f32.
  functions.addPass(createExpandSmallFloats({options.nativeF16}));
  if (options.approximateMath)
    functions.addPass(createApproximateMath());
  functions.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createCallLibm());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  ConvertFuncToLLVMPassOptions barePointers;
  barePointers.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(barePointers));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

} // namespace

void buildDerivePipeline(OpPassManager &pm, ResidualPolicy residuals,
                         uint64_t maxOperations) {
  pm.addPass(createExplicitWiring());
  pm.addPass(createReverseDerivative({residuals, maxOperations}));
  pm.addPass(createImplicitWiring());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildCpuPhase(OpPassManager &pm, CpuPhase phase,
                   const CpuPipelineOptions &options) {
  switch (phase) {
  case CpuPhase::Catgrad:
    return buildCatgradPhase(pm);
  case CpuPhase::Rev:
    return buildRevPhase(pm, options.residuals, options.maxOperations);
  case CpuPhase::Linalg:
    return buildLinalgPhase(pm, options);
  case CpuPhase::Bufferized:
    return buildBufferizedPhase(pm, options);
  case CpuPhase::LLVM:
    return buildLLVMPhase(pm, options);
  }
}

void buildCpuPipeline(OpPassManager &pm, const CpuPipelineOptions &options) {
  for (auto [phase, name] : kPhases)
    if (phase <= options.compileTo)
      buildCpuPhase(pm, phase, options);
}

} // namespace catgrad
