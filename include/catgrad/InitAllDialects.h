//===- InitAllDialects.h - Registration of dialects -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the dialect for use in a tool or a compiler.

#ifndef CATGRAD_INITALLDIALECTS_H
#define CATGRAD_INITALLDIALECTS_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/IR/DialectRegistry.h"

namespace catgrad {

/// Registers the dialects of this project. The models of interfaces on other
/// dialects' operations come with them.
inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<CatgradDialect>();
}

} // namespace catgrad

#endif // CATGRAD_INITALLDIALECTS_H
