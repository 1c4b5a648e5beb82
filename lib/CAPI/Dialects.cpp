//===- Dialects.cpp - Registration, for MLIR's C API ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file uses only what MLIR's C API has in headers: the rest of it exists
// as static archives, and two copies of it in one process would be two worlds.

#include "catgrad-c/Dialects.h"

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/InitAllPasses.h"
#include "mlir/CAPI/Registration.h"

#include <mutex>

MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(Catgrad, catgrad, catgrad::CatgradDialect)

void catgradRegisterAllDialects(MlirDialectRegistry registry) {
  catgrad::registerAllDialects(*unwrap(registry));
  catgrad::registerAllExtensions(*unwrap(registry));
}

void catgradRegisterAllPasses(void) {
  // MLIR ends the process when a pipeline is registered twice.
  static std::once_flag once;
  std::call_once(once, [] { catgrad::registerAllPasses(); });
}
