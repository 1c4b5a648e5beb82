//===- Embedded.h - Code that compiled libraries contain --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the CUDA runtime as the compiler sees it: bitcode of
// lib/Runtime/Cuda/*.c, for the host's architecture.

#ifndef CATGRAD_LIB_RUNTIME_EMBEDDED_H
#define CATGRAD_LIB_RUNTIME_EMBEDDED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace catgrad {

/// The bitcode of each source file.
llvm::ArrayRef<llvm::StringRef> getCudaRuntime();

} // namespace catgrad

#endif // CATGRAD_LIB_RUNTIME_EMBEDDED_H
