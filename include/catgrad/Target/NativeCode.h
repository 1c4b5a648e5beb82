//===- NativeCode.h - LLVM IR to native code --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how a module of the LLVM dialect becomes LLVM IR,
// optimised LLVM IR, assembly and an object file. It depends on no MLIR pass.

#ifndef CATGRAD_TARGET_NATIVECODE_H
#define CATGRAD_TARGET_NATIVECODE_H

#include "catgrad/Target/Manifest.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Target/TargetMachine.h"

#include <functional>
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace catgrad {
struct CudaProgram;

/// How errors without a place in the source are reported.
using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// A processor of the host's architecture, and an optimisation level.
struct NativeTarget {
  std::string cpu; ///< never "native", but what that stands for
  std::unique_ptr<llvm::TargetMachine> machine;
  unsigned optLevel;
  /// Whether a fused multiply-add may become a product and a sum on a processor
  /// that has no instruction for it.
  bool mayUnfuse = true;
};

/// Finds the processor `cpu`; "native" is the host's own.
mlir::FailureOr<NativeTarget>
createNativeTarget(llvm::StringRef cpu, unsigned optLevel, EmitError emitError);

/// Whether the processor has instructions that convert between f32 and f16.
bool convertsF16(const NativeTarget &target);

/// The names of processors that `createNativeTarget` takes, sorted.
llvm::SmallVector<llvm::StringRef> getNativeCpus();

/// Translates a module of the LLVM dialect for a target, adds the manifest as
/// constant data and, for CUDA, the kernels with their runtime, and makes
/// everything internal but the artefact's symbols.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
translateToLLVMIR(mlir::ModuleOp module, const Artefact &artefact,
                  const NativeTarget &target, llvm::LLVMContext &context,
                  const CudaProgram *cuda = nullptr);

/// Runs LLVM's default pipeline at the target's level, with the vectorisers.
void optimise(llvm::Module &module, const NativeTarget &target);

/// Emits assembly or an object file. `module` is of no further use.
mlir::FailureOr<std::string> emitCode(llvm::Module &module,
                                      const NativeTarget &target,
                                      llvm::CodeGenFileType type,
                                      EmitError emitError);

/// Checks that an object needs nothing but libm, memcpy, memmove and memset;
/// for CUDA also what the runtime calls to find the driver.
mlir::LogicalResult verifyUndefinedSymbols(llvm::StringRef object, bool isCuda,
                                           EmitError emitError);

} // namespace catgrad

#endif // CATGRAD_TARGET_NATIVECODE_H
