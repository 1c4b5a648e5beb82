/*===- registration.c - The dialect under MLIR's C API ------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file parses a module of the dialect and runs a pipeline by MLIR's own *|
|* C API.                                                                     *|
\*===----------------------------------------------------------------------===*/

// RUN: catgrad-capi-registration 2>&1 | FileCheck %s

#include "catgrad-c/Dialects.h"
#include "mlir-c/Dialect/Func.h"
#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"

#include <stdio.h>
#include <stdlib.h>

static void print(MlirStringRef text, void *unused) {
  (void)unused;
  fwrite(text.data, 1, text.length, stdout);
}

static MlirModule parse(MlirContext context, const char *text) {
  MlirModule module =
      mlirModuleCreateParse(context, mlirStringRefCreateFromCString(text));
  if (mlirModuleIsNull(module))
    abort();
  return module;
}

/** The dialect alone, by its handle. */
static void useHandle(void) {
  MlirContext context = mlirContextCreate();
  MlirDialectHandle handle = mlirGetDialectHandle__catgrad__();
  MlirDialect dialect = mlirDialectHandleLoadDialect(handle, context);
  MlirModule module;
  // CHECK: namespace: catgrad
  fputs("namespace: ", stdout);
  print(mlirDialectGetNamespace(dialect), NULL);
  puts("");
  module = parse(context, "%0 = catgrad.constant dense<1.0> : tensor<2xf32>");
  // CHECK: catgrad.constant dense<1.000000e+00> : tensor<2xf32>
  mlirOperationPrint(mlirModuleGetOperation(module), print, NULL);
  mlirModuleDestroy(module);
  mlirContextDestroy(context);
}

/** Everything, and a pipeline that differentiates an upstream operation. */
static void runPipeline(void) {
  MlirContext context = mlirContextCreate();
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  MlirPassManager passes;
  MlirModule module;
  MlirLogicalResult parsed;
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__func__(), registry);
  catgradRegisterAllDialects(registry);
  mlirContextAppendDialectRegistry(context, registry);
  mlirDialectRegistryDestroy(registry);
  catgradRegisterAllPasses();
  catgradRegisterAllPasses();

  module = parse(context, "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
                          "  %0 = catgrad.multiply %x, %x : tensor<4xf32>\n"
                          "  return %0 : tensor<4xf32>\n"
                          "}\n"
                          "catgrad.derive @f_rev of(@f)\n");
  passes = mlirPassManagerCreate(context);
  parsed = mlirParsePassPipeline(
      mlirPassManagerGetAsOpPassManager(passes),
      mlirStringRefCreateFromCString("builtin.module(catgrad-derive)"), print,
      NULL);
  if (mlirLogicalResultIsFailure(parsed) ||
      mlirLogicalResultIsFailure(
          mlirPassManagerRunOnOp(passes, mlirModuleGetOperation(module))))
    abort();
  // CHECK: func.func @f_rev(%[[X:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
  // CHECK-NEXT: %[[P:.*]] = catgrad.multiply %[[X]], %[[D]]
  // CHECK-NEXT: catgrad.add %[[P]], %[[P]]
  mlirOperationPrint(mlirModuleGetOperation(module), print, NULL);
  mlirPassManagerDestroy(passes);
  mlirModuleDestroy(module);
  mlirContextDestroy(context);
}

int main(void) {
  useHandle();
  runPipeline();
  return 0;
}
