//===- Fuzz.h - What the fuzz targets share ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes a module of a fuzzer's bytes. Nothing is printed; what counts
// is that nothing crashes, hangs or trips a sanitizer.

#ifndef CATGRAD_TEST_FUZZ_FUZZ_H
#define CATGRAD_TEST_FUZZ_FUZZ_H

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Guard.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <cstdint>

/// Small modules are enough, and small limits are reached.
inline catgrad::Limits getFuzzLimits() {
  catgrad::Limits limits;
  limits.maxNesting = 64;
  limits.maxOperations = 5000;
  return limits;
}

/// Calls `use` with the text as sources and a context. A fatal error of LLVM is
/// an error like others, as in the tools.
template <typename Use>
int withText(const uint8_t *data, size_t size, Use use) {
  static const mlir::DialectRegistry registry = [] {
    mlir::DialectRegistry registry;
    catgrad::registerCompilerDialects(registry);
    return registry;
  }();
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  llvm::consumeError(catgrad::runGuarded([&] {
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    mlir::ScopedDiagnosticHandler handler(
        &context, [](mlir::Diagnostic &) { return mlir::success(); });
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(
        llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.mlir"), llvm::SMLoc());
    use(sources, context);
  }));
  return 0;
}

/// The module, or null: the parser, our verifiers, and nothing that the limits
/// refuse.
inline mlir::OwningOpRef<mlir::ModuleOp>
parseModule(llvm::SourceMgr &sources, mlir::MLIRContext &context) {
  if (mlir::failed(catgrad::verifyText(sources, context, getFuzzLimits())))
    return {};
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceFile<mlir::ModuleOp>(sources,
                                            mlir::ParserConfig(&context));
  if (module && mlir::failed(catgrad::verifySizes(*module, getFuzzLimits())))
    return {};
  return module;
}

#endif // CATGRAD_TEST_FUZZ_FUZZ_H
