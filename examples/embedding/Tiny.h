//===- Tiny.h - The tiny dialect --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the dialect, what registers its derivatives, and its
// passes.

#ifndef TINY_H
#define TINY_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

#include "TinyDialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "TinyAttributes.h.inc"
#define GET_OP_CLASSES
#include "TinyOps.h.inc"

namespace tiny {

/// Gives tiny.softplus its reverse derivative, wherever the dialect is loaded.
void registerDerivatives(mlir::DialectRegistry &registry);

/// Registers `tiny-lower`, and the pipeline `tiny-differentiate`.
void registerPasses();

} // namespace tiny

#endif // TINY_H
