//===- Cuda.h - Kernels to a CUDA program -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how a module after the pipeline `catgrad-to-cuda` becomes
// PTX and a list of launches.

#ifndef CATGRAD_TARGET_CUDA_H
#define CATGRAD_TARGET_CUDA_H

#include "catgrad/Target/CudaProgram.h"
#include "catgrad/Target/NativeCode.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace catgrad {

/// What the kernels are compiled for.
struct CudaOptions {
  /// At least one, such as "sm_80", ascending. Each gets an image.
  llvm::SmallVector<std::string> chips = {"sm_80"};
  /// Optimisation level, 0 to 3.
  unsigned optLevel = 2;
  /// Also assemble the PTX, if there is an assembler.
  bool assemble = true;
};

/// Makes a program of a module after the phase `nvvm`.
mlir::FailureOr<CudaProgram> buildCudaProgram(mlir::ModuleOp module,
                                              const CudaOptions &options);

/// PTX of all kernels for one chip. Errors go to the module's location.
mlir::FailureOr<std::string> emitPtx(mlir::gpu::GPUModuleOp kernels,
                                     llvm::StringRef chip, unsigned optLevel);

/// The path of NVIDIA's library of mathematical functions, or of its assembler:
/// in CUDA_HOME, in CUDA_PATH, beside the ptxas of PATH, in /usr/local/cuda, or
/// in a Python package of the compiler that is in PATH's environment. Empty if
/// there is none.
std::string findLibdevice();
std::string findPtxas();

/// Machine code and what it needs.
struct AssembledPtx {
  std::string cubin;
  std::vector<KernelResources> kernels;
};

/// Runs the assembler at `ptxas` on PTX.
mlir::FailureOr<AssembledPtx> assemblePtx(llvm::StringRef ptxas,
                                          llvm::StringRef chip,
                                          llvm::StringRef ptx,
                                          EmitError emitError);

/// Writes a table of the launches of each function: what runs, how wide, what
/// it needs, moves and computes, and which of these bounds its speed.
void printKernelReport(const CudaProgram &program, llvm::raw_ostream &os);

} // namespace catgrad

#endif // CATGRAD_TARGET_CUDA_H
