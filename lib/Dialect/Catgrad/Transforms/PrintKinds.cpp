//===- PrintKinds.cpp - The kind of each derivative -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file says of each operation what is known of its derivative on its
// types.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Interfaces/DerivativeInterface.h"

namespace catgrad {
#define GEN_PASS_DEF_PRINTKINDS
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

static StringRef describe(DerivativeKind kind) {
  switch (kind) {
  case DerivativeKind::Rule:
    return "rule";
  case DerivativeKind::LocallyConstant:
    return "locally constant";
  case DerivativeKind::None:
    return "none";
  }
  llvm_unreachable("unknown kind of derivative");
}

namespace {
struct PrintKinds : catgrad::impl::PrintKindsBase<PrintKinds> {
  void runOnOperation() override {
    getOperation()->walk([](DerivativeOpInterface op) {
      DerivativeKind kind = op.getDerivativeKind();
      InFlightDiagnostic remark = op->emitRemark() << "'" << op->getName()
                                                   << "': " << describe(kind);
      for (unsigned index : llvm::seq(op->getNumOperands()))
        if (DerivativeKind other = op.getOperandKind(index); other != kind)
          remark << ", operand " << index << ": " << describe(other);
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
