//===- catgrad-reduce.cpp - Test case reducer -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is catgrad-reduce: mlir-reduce with the dialect, its passes, and
// the reduction `reduce-operations`.

#include "ReduceOperations.h"
#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/InitAllPasses.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  catgrad::registerAllPasses();
  catgrad::registerReduceOperations();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  catgrad::registerAllDialects(registry);
  catgrad::registerAllExtensions(registry);
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
