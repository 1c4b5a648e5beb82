//===- SCF.cpp - Derivatives of scf -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the reverse derivatives of scf.if and scf.for.

#include "SCF.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Models/Models.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace catgrad;

void catgrad::registerSCFModels(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, CatgradDialect *, scf::SCFDialect *) {
        attachIfModel(*context);
        attachForModel(*context);
        // Rules use them.
        context->loadDialect<arith::ArithDialect, tensor::TensorDialect>();
      });
}
