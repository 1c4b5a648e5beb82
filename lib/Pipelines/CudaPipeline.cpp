//===- CudaPipeline.cpp - The phases of CUDA kernels ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lists the passes of each phase. Their order is deliberate; the
// comments say what breaks otherwise.

#include "SharedPhases.h"
#include "catgrad/Codegen/Cuda/Passes.h"
#include "catgrad/Codegen/Passes.h"
#include "catgrad/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace catgrad {

static constexpr std::pair<CudaPhase, llvm::StringLiteral> kPhases[] = {
    {CudaPhase::Catgrad, "catgrad"}, {CudaPhase::Rev, "rev"},
    {CudaPhase::Linalg, "linalg"},   {CudaPhase::Bufferized, "bufferized"},
    {CudaPhase::Gpu, "gpu"},         {CudaPhase::Nvvm, "nvvm"},
};

StringRef getPhaseName(CudaPhase phase) {
  return kPhases[static_cast<size_t>(phase)].second;
}

namespace {

void buildLinalgPhase(OpPassManager &pm, const CudaPipelineOptions &options) {
  buildLinalgOnTensors(pm);
  buildReferenceMath(pm, options.math);
  pm.addPass(createLimitInlining({options.maxOperations}));
  // A launch knows its buffers, so that each entry has to be one straight line.
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createCanonicalizerPass());
}

void buildGpuPhase(OpPassManager &pm, const CudaPipelineOptions &options) {
  bool inOrder = options.math == MathMode::Reference;
  pm.addPass(createSplitReductions({inOrder}));
  // Before the workspace is planned: buffers within a kernel need none of it.
  // Sums along rows are by several threads, whose parts come in another order.
  pm.addPass(createFormKernels({/*fuseRows=*/!inOrder}));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createMapKernels({inOrder}));
  pm.addPass(createPlanWorkspace());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildNvvmPhase(OpPassManager &pm) {
  auto &device = pm.nest<gpu::GPUModuleOp>();
  auto &kernels = device.nest<gpu::GPUFuncOp>();
  // The device converts between f32 and f16 itself.
  kernels.addPass(createExpandSmallFloats({/*nativeF16=*/true}));
  kernels.addPass(createExactMath());
  kernels.addPass(arith::createArithExpandOpsPass());
  device.addPass(memref::createFoldMemRefAliasOpsPass());
  device.addPass(memref::createExpandStridedMetadataPass());
  device.addPass(createLowerAffinePass());
  device.addPass(createCanonicalizerPass());
  device.addPass(createCSEPass());
  device.addPass(createLoopInvariantCodeMotionPass());
  device.addPass(createSCFToControlFlowPass());
  ConvertGpuOpsToNVVMOpsOptions bare;
  bare.useBarePtrCallConv = true;
  device.addPass(createConvertGpuOpsToNVVMOps(bare));
  device.addPass(createCanonicalizerPass());
  device.addPass(createCSEPass());
  device.addPass(createReconcileUnrealizedCastsPass());
}

} // namespace

void buildCudaPhase(OpPassManager &pm, CudaPhase phase,
                    const CudaPipelineOptions &options) {
  switch (phase) {
  case CudaPhase::Catgrad:
    return buildCatgradPhase(pm);
  case CudaPhase::Rev:
    return buildRevPhase(pm, options.residuals, options.maxOperations);
  case CudaPhase::Linalg:
    return buildLinalgPhase(pm, options);
  case CudaPhase::Bufferized:
    return buildLinalgOnBuffers(pm, options.math);
  case CudaPhase::Gpu:
    return buildGpuPhase(pm, options);
  case CudaPhase::Nvvm:
    return buildNvvmPhase(pm);
  }
}

void buildCudaPipeline(OpPassManager &pm, const CudaPipelineOptions &options) {
  for (auto [phase, name] : kPhases)
    if (phase <= options.compileTo)
      buildCudaPhase(pm, phase, options);
}

} // namespace catgrad
