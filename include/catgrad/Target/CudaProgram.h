//===- CudaProgram.h - What a GPU shall do, as data -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the boundary between the two halves of the CUDA back end.
// The pipeline turns every public function into a straight line of kernel
// launches; the host side embeds the kernels and that plan into an object file,
// with a small runtime that walks the plan. So the host side is data, not code.

#ifndef CATGRAD_TARGET_CUDAPROGRAM_H
#define CATGRAD_TARGET_CUDAPROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace catgrad {

/// One argument of a kernel: a device pointer of the function plus an offset in
/// bytes that is known now.
struct CudaArgument {
  unsigned pointer; ///< index into inputs, outputs, workspace
  uint64_t offset = 0;
};

/// One kernel launch. The kernel takes bare 64-bit pointers and nothing else.
struct CudaLaunch {
  std::string kernel; ///< the name of a `.visible .entry` of every image
  std::array<uint32_t, 3> grid = {1, 1, 1};
  std::array<uint32_t, 3> block = {1, 1, 1};
  uint32_t sharedBytes = 0; ///< dynamic shared memory only
  llvm::SmallVector<CudaArgument> arguments;
  /// For reports: bytes of the buffers that it reads and writes, each counted
  /// once, operations on numbers, and bytes of shared memory of a block.
  uint64_t bytesMoved = 0, operations = 0, staticSharedBytes = 0;
};

/// A copy at the entry, made only if the two pointers differ: `w_out != w`.
struct CudaCopy {
  unsigned destination; ///< index of an output
  unsigned source;      ///< index of an input
  uint64_t bytes;
};

/// One public function of the module.
struct CudaFunction {
  std::string symbol; ///< as in the source: without the suffix `_cuda`
  /// How many pointers the function takes: inputs, outputs, and the workspace,
  /// which is the last one and there even if it has no byte.
  unsigned pointers;
  uint64_t workspaceBytes = 0;
  std::vector<CudaCopy> copies;
  std::vector<CudaLaunch> launches;
};

/// What the assembler says about a kernel.
struct KernelResources {
  std::string kernel;
  unsigned registers = 0;
  unsigned spilledBytes = 0;
};

/// All kernels, compiled for one chip.
struct CudaImage {
  std::string chip;  ///< "sm_80"
  std::string ptx;   ///< text, without a terminating zero byte
  std::string cubin; ///< empty when there was no assembler
  std::vector<KernelResources> resources = {}; ///< likewise
};

/// All that the host side needs, apart from the artefact's description.
struct CudaProgram {
  std::vector<CudaFunction> functions;
  std::vector<CudaImage> images; ///< at least one, by ascending chip
};

} // namespace catgrad

#endif // CATGRAD_TARGET_CUDAPROGRAM_H
