//===- parse.cpp - Fuzz the parser and the verifiers ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file parses text; what is accepted is printed and parsed again, which
// has to be accepted, too.

#include "Fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return withText(
      data, size, [](llvm::SourceMgr &sources, mlir::MLIRContext &context) {
        auto module = parseModule(sources, context);
        if (!module)
          return;
        std::string text;
        llvm::raw_string_ostream os(text);
        module->print(os, mlir::OpPrintingFlags().printGenericOpForm());
        if (!mlir::parseSourceString<mlir::ModuleOp>(
                text, mlir::ParserConfig(&context)))
          __builtin_trap();
      });
}
