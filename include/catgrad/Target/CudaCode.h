//===- CudaCode.h - The host side of a CUDA library -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how a CUDA program gets into host code: kernels and plan
// as constant data, the runtime that walks the plan, and the entries that users
// call.

#ifndef CATGRAD_TARGET_CUDACODE_H
#define CATGRAD_TARGET_CUDACODE_H

#include "catgrad/Target/CudaProgram.h"
#include "catgrad/Target/NativeCode.h"

namespace catgrad {

/// The capability that a chip's name states, 10 * major + minor: 80 for sm_80.
std::optional<unsigned> parseChip(llvm::StringRef chip);

/// Checks that a program is one for the functions of the artefact that work on
/// a GPU, and that each launch is within what any GPU can do.
mlir::LogicalResult verifyCudaProgram(const Artefact &artefact,
                                      const CudaProgram &program,
                                      EmitError emitError);

/// Adds the program and its runtime to a module of host code. The program must
/// have passed `verifyCudaProgram`.
mlir::LogicalResult addCudaCode(llvm::Module &module, const Artefact &artefact,
                                const CudaProgram &program,
                                EmitError emitError);

} // namespace catgrad

#endif // CATGRAD_TARGET_CUDACODE_H
