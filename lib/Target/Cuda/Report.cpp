//===- Report.cpp - What the kernels need and do ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints the launches of a program as a table for people.

#include "catgrad/Target/Cuda.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace catgrad;

/// Operations per byte above which arithmetic takes longer than memory: about
/// right for f32 on GPUs from A100 on.
static constexpr uint64_t kBalance = 16;

void catgrad::printKernelReport(const CudaProgram &program,
                                llvm::raw_ostream &os) {
  auto getResources = [&](StringRef kernel) -> const KernelResources * {
    for (const KernelResources &resources : program.images.front().resources)
      if (resources.kernel == kernel)
        return &resources;
    return nullptr;
  };
  for (const CudaFunction &function : program.functions) {
    os << llvm::formatv("{0}: {1} launches, {2} bytes of workspace\n",
                        function.symbol, function.launches.size(),
                        function.workspaceBytes);
    if (function.launches.empty())
      continue;
    constexpr char line[] =
        "  {0,-40} {1,8} {2,6} {3,7} {4,9} {5,6} {6,12} {7,14}  {8}\n";
    os << llvm::formatv(line, "kernel", "blocks", "block", "shared",
                        "registers", "spills", "bytes", "operations", "bound");
    for (const CudaLaunch &launch : function.launches) {
      const KernelResources *resources = getResources(launch.kernel);
      auto known = [&](unsigned number) {
        return resources ? std::to_string(number) : "-";
      };
      os << llvm::formatv(
          line, launch.kernel, launch.grid[0], launch.block[0],
          launch.staticSharedBytes, known(resources ? resources->registers : 0),
          known(resources ? resources->spilledBytes : 0), launch.bytesMoved,
          launch.operations,
          launch.operations > kBalance * launch.bytesMoved ? "arithmetic"
                                                           : "memory");
    }
  }
}
