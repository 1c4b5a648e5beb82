//===- catgrad-lsp-server.cpp - Language server -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is catgrad-lsp-server: it tells an editor what catgrad-opt would
// say about the file that is open, and where values and symbols are defined.

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  catgrad::registerAllDialects(registry);
  catgrad::registerAllExtensions(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
