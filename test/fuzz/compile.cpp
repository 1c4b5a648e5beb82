//===- compile.cpp - Fuzz the whole compiler --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file compiles text down to LLVM IR. Code generation is LLVM's own
// business, and slow.

#include "Fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return withText(data, size,
                  [](llvm::SourceMgr &sources, mlir::MLIRContext &context) {
                    catgrad::CompileOptions options;
                    options.emit = catgrad::EmitKind::LLVM;
                    options.optLevel = 0;
                    options.header = options.manifest = true;
                    options.limits = getFuzzLimits();
                    (void)catgrad::compile(sources, context, options);
                  });
}
