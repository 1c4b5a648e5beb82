//===- tiny-opt.cpp - A compiler that embeds catgrad ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the optimiser driver: the tiny dialect, and all of catgrad.

#include "Tiny.h"

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/InitAllPasses.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  catgrad::registerAllDialects(registry);
  catgrad::registerAllExtensions(registry);
  registry.insert<tiny::TinyDialect>();
  tiny::registerDerivatives(registry);

  mlir::registerAllPasses();
  catgrad::registerAllPasses();
  tiny::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "A compiler that embeds catgrad\n", registry));
}
