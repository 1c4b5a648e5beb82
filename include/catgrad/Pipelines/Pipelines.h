//===- Pipelines.h - From a model to native code ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the pipelines: functions that fill a pass manager from a
// plain options struct, which the command line and the library share.

#ifndef CATGRAD_PIPELINES_PIPELINES_H
#define CATGRAD_PIPELINES_PIPELINES_H

#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace catgrad {

/// How functions and sums of floats are computed.
enum class MathMode {
  Default,   ///< as fast as the accuracy of each function allows
  Reference, ///< with the same bits on every processor
};

/// A form of the module on its way to native CPU code. Each phase starts from
/// the module at the end of the one before.
enum class CpuPhase {
  Catgrad,    ///< the module as read, canonicalised
  Rev,        ///< learners and derivatives expanded
  Linalg,     ///< linalg on tensors, named operations where they exist
  Bufferized, ///< linalg on buffers, with destinations and one workspace
  LLVM,       ///< the LLVM dialect, ready for translation
};

/// The name of a phase on the command line: "catgrad", "rev", ...
llvm::StringRef getPhaseName(CpuPhase phase);

/// The phase of that name, or nothing.
std::optional<CpuPhase> parsePhaseName(llvm::StringRef name);

/// Options of the pipeline `catgrad-to-cpu`.
struct CpuPipelineOptions {
  /// The last phase to run.
  CpuPhase compileTo = CpuPhase::LLVM;
  /// What forward parts keep for reverse parts.
  ResidualPolicy residuals = ResidualPolicy::Rule;
  /// Replace functions of f32 by polynomials that vectorise.
  bool approximateMath = true;
  /// Leave conversions between f32 and f16 to instructions of the processor.
  bool nativeF16 = false;
  /// Draw initial parameters by functions that they share.
  bool callDraws = false;
  MathMode math = MathMode::Default;
  /// Operations that the derivatives of a module may have together.
  uint64_t maxOperations = kMaxOperations;
};

/// A form of the module on its way to CUDA kernels. Up to linalg they are those
/// of the CPU.
enum class CudaPhase {
  Catgrad,    ///< the module as read, canonicalised
  Rev,        ///< learners and derivatives expanded
  Linalg,     ///< linalg on tensors, one function for each entry
  Bufferized, ///< linalg on buffers, with destinations
  Gpu,        ///< launches of kernels, in one workspace
  Nvvm,       ///< the kernels in the NVVM dialect, ready for translation
};

/// The name of a phase on the command line.
llvm::StringRef getPhaseName(CudaPhase phase);

/// Options of the pipeline `catgrad-to-cuda`.
struct CudaPipelineOptions {
  /// The last phase to run.
  CudaPhase compileTo = CudaPhase::Nvvm;
  /// What forward parts keep for reverse parts.
  ResidualPolicy residuals = ResidualPolicy::Rule;
  MathMode math = MathMode::Default;
  /// Operations that the derivatives of a module may have together.
  uint64_t maxOperations = kMaxOperations;
};

/// `catgrad-derive`: explicit wiring, reverse derivative, implicit wiring,
/// clean-up. What embedders call.
void buildDerivePipeline(mlir::OpPassManager &pm,
                         ResidualPolicy residuals = ResidualPolicy::Rule,
                         uint64_t maxOperations = kMaxOperations);

/// The passes of one phase, to be run on a module.
void buildCpuPhase(mlir::OpPassManager &pm, CpuPhase phase,
                   const CpuPipelineOptions &options = {});

/// From phase "bufferized" to loops over scalars, as C source is printed from.
void buildCSourcePhase(mlir::OpPassManager &pm);

/// `catgrad-to-cpu`: all phases up to `options.compileTo`.
void buildCpuPipeline(mlir::OpPassManager &pm,
                      const CpuPipelineOptions &options = {});

/// The passes of one phase, to be run on a module.
void buildCudaPhase(mlir::OpPassManager &pm, CudaPhase phase,
                    const CudaPipelineOptions &options = {});

/// `catgrad-to-cuda`: all phases up to `options.compileTo`.
void buildCudaPipeline(mlir::OpPassManager &pm,
                       const CudaPipelineOptions &options = {});

/// Registers the pipelines for the command line.
void registerCatgradPipelines();

} // namespace catgrad

#endif // CATGRAD_PIPELINES_PIPELINES_H
