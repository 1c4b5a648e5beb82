//===- Embedded.cpp - Code that compiled libraries contain ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds what the build made of lib/Runtime/Cuda.

#include "Embedded.h"

#include "CudaRuntime.inc"

llvm::ArrayRef<llvm::StringRef> catgrad::getCudaRuntime() { return kFiles; }
