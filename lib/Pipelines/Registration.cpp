//===- Registration.cpp - Pipelines on the command line ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the pipelines and translates their textual options.

#include "catgrad/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"

#include <mutex>

using namespace mlir;

namespace catgrad {

namespace {
struct DeriveCommandLine : PassPipelineOptions<DeriveCommandLine> {
  Option<ResidualPolicy> residuals{
      *this, "residuals",
      llvm::cl::desc("What forward parts keep for reverse parts"),
      llvm::cl::init(ResidualPolicy::Rule),
      llvm::cl::values(
          clEnumValN(ResidualPolicy::Rule, "rule",
                     "what the rule of each operation chooses"),
          clEnumValN(ResidualPolicy::Inputs, "inputs",
                     "the operands of each operation"),
          clEnumValN(ResidualPolicy::Recompute, "recompute",
                     "across calls only the inputs of the function"))};
  Option<uint64_t> maxOperations{
      *this, "max-ops",
      llvm::cl::desc("Operations that the derivatives may have together"),
      llvm::cl::init(kMaxOperations)};
};

struct LoweringCommandLine : DeriveCommandLine {
  Option<MathMode> math{
      *this, "math",
      llvm::cl::desc("How functions and sums of floats are computed"),
      llvm::cl::init(MathMode::Default),
      llvm::cl::values(
          clEnumValN(MathMode::Default, "default",
                     "as fast as the accuracy of each function allows"),
          clEnumValN(MathMode::Reference, "reference",
                     "with the same bits on every processor"))};
};

struct CpuCommandLine : LoweringCommandLine {
  Option<CpuPhase> compileTo{
      *this, "compile-to", llvm::cl::desc("The last phase to run"),
      llvm::cl::init(CpuPhase::LLVM),
      llvm::cl::values(
          clEnumValN(CpuPhase::Catgrad, "catgrad", "as read, canonicalised"),
          clEnumValN(CpuPhase::Rev, "rev", "learners and derivatives expanded"),
          clEnumValN(CpuPhase::Linalg, "linalg", "linalg on tensors"),
          clEnumValN(CpuPhase::Bufferized, "bufferized",
                     "linalg on buffers in one workspace"),
          clEnumValN(CpuPhase::LLVM, "llvm", "the LLVM dialect"))};
  Option<bool> approximateMath{
      *this, "approximate-math",
      llvm::cl::desc("Replace functions of f32 by polynomials"),
      llvm::cl::init(CpuPipelineOptions().approximateMath)};
  Option<bool> nativeF16{
      *this, "native-f16",
      llvm::cl::desc("Leave conversions between f32 and f16 to the processor"),
      llvm::cl::init(CpuPipelineOptions().nativeF16)};
};

struct CudaCommandLine : LoweringCommandLine {
  Option<CudaPhase> compileTo{
      *this, "compile-to", llvm::cl::desc("The last phase to run"),
      llvm::cl::init(CudaPhase::Nvvm),
      llvm::cl::values(
          clEnumValN(CudaPhase::Catgrad, "catgrad", "as read, canonicalised"),
          clEnumValN(CudaPhase::Rev, "rev",
                     "learners and derivatives expanded"),
          clEnumValN(CudaPhase::Linalg, "linalg", "linalg on tensors"),
          clEnumValN(CudaPhase::Bufferized, "bufferized", "linalg on buffers"),
          clEnumValN(CudaPhase::Gpu, "gpu",
                     "launches of kernels in one workspace"),
          clEnumValN(CudaPhase::Nvvm, "nvvm",
                     "the kernels in the NVVM dialect"))};
};

CudaPipelineOptions toOptions(const CudaCommandLine &line) {
  CudaPipelineOptions options;
  options.compileTo = line.compileTo;
  options.residuals = line.residuals;
  options.math = line.math;
  options.maxOperations = line.maxOperations;
  return options;
}

CpuPipelineOptions toOptions(const CpuCommandLine &line) {
  CpuPipelineOptions options;
  options.compileTo = line.compileTo;
  options.residuals = line.residuals;
  options.maxOperations = line.maxOperations;
  options.approximateMath = line.approximateMath;
  options.nativeF16 = line.nativeF16;
  options.math = line.math;
  return options;
}
} // namespace

static void registerPipelinesOnce() {
  PassPipelineRegistration<DeriveCommandLine>(
      "catgrad-derive",
      "Expand every catgrad.derive: explicit wiring, reverse derivative, "
      "implicit wiring, clean-up",
      [](OpPassManager &pm, const DeriveCommandLine &line) {
        buildDerivePipeline(pm, line.residuals, line.maxOperations);
      });
  PassPipelineRegistration<CpuCommandLine>(
      "catgrad-to-cpu", "Lower a model to the LLVM dialect for the CPU",
      [](OpPassManager &pm, const CpuCommandLine &line) {
        buildCpuPipeline(pm, toOptions(line));
      });
  PassPipelineRegistration<CpuCommandLine>(
      "catgrad-cpu-phase", "Run the passes of the phase compile-to only",
      [](OpPassManager &pm, const CpuCommandLine &line) {
        buildCpuPhase(pm, line.compileTo, toOptions(line));
      });
  PassPipelineRegistration<CudaCommandLine>(
      "catgrad-to-cuda", "Lower a model to CUDA kernels and their launches",
      [](OpPassManager &pm, const CudaCommandLine &line) {
        buildCudaPipeline(pm, toOptions(line));
      });
  PassPipelineRegistration<CudaCommandLine>(
      "catgrad-cuda-phase", "Run the passes of the phase compile-to only",
      [](OpPassManager &pm, const CudaCommandLine &line) {
        buildCudaPhase(pm, line.compileTo, toOptions(line));
      });
}

void registerCatgradPipelines() {
  // A tool and a plugin that it loads both register, and LLVM asserts that a
  // pipeline is new. This library is one for both.
  static std::once_flag once;
  std::call_once(once, registerPipelinesOnce);
}

} // namespace catgrad
