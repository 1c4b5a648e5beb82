//===- CatgradPlugin.cpp - The dialect in stock mlir-opt --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the plugin: it brings the dialect, the passes and the pipelines
// into a program that knows nothing of them, such as mlir-opt.

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/InitAllPasses.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Compiler.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Catgrad", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            catgrad::registerAllDialects(*registry);
            catgrad::registerAllExtensions(*registry);
            // So that one option is enough: a dialect without its passes is
            // of little use.
            catgrad::registerAllPasses();
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "CatgradPasses", LLVM_VERSION_STRING,
          [] { catgrad::registerAllPasses(); }};
}
