//===- ImplicitWiring.cpp - Implicit wiring -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file erases copy and discard: free SSA again.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"

namespace catgrad {
#define GEN_PASS_DEF_IMPLICITWIRING
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

void catgrad::makeWiringImplicit(Region &region) {
  region.walk([](Operation *op) {
    if (auto copy = dyn_cast<CopyOp>(op)) {
      copy.getFirst().replaceAllUsesWith(copy.getInput());
      copy.getSecond().replaceAllUsesWith(copy.getInput());
      copy.erase();
    } else if (isa<DiscardOp>(op)) {
      op->erase();
    }
  });
}

namespace {
struct ImplicitWiring : catgrad::impl::ImplicitWiringBase<ImplicitWiring> {
  void runOnOperation() override {
    for (Region &region : getOperation()->getRegions())
      makeWiringImplicit(region);
  }
};
} // namespace
