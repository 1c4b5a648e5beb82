//===- InitAllExtensions.h - Registration of interface models -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the derivatives of upstream operations.

#ifndef CATGRAD_INITALLEXTENSIONS_H
#define CATGRAD_INITALLEXTENSIONS_H

#include "catgrad/Models/Models.h"

namespace catgrad {

/// Registers the derivatives of upstream operations. They attach when both
/// catgrad and the dialect concerned are loaded.
inline void registerAllExtensions(mlir::DialectRegistry &registry) {
  registerArithModels(registry);
  registerLinalgModels(registry);
  registerMathModels(registry);
  registerSCFModels(registry);
  registerTensorModels(registry);
}

} // namespace catgrad

#endif // CATGRAD_INITALLEXTENSIONS_H
