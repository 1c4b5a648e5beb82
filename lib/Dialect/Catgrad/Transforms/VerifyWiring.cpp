//===- VerifyWiring.cpp - Check of the monogamous form -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks that every value has exactly one consumer.

#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace catgrad {
#define GEN_PASS_DEF_VERIFYWIRING
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

LogicalResult catgrad::verifyWiring(Region &region) {
  auto report = [](Location loc) { return mlir::emitError(loc); };
  if (failed(checkWirable(region, report)))
    return failure();
  LogicalResult result = success();
  Block &block = region.front();
  auto check = [&](Value value, const Twine &what) {
    if (value.hasOneUse())
      return;
    // All uses within the regions of one operation are one consumer.
    size_t uses = 0;
    llvm::SmallPtrSet<Operation *, 4> capturing;
    for (OpOperand &use : value.getUses()) {
      Operation *consumer = block.findAncestorOpInBlock(*use.getOwner());
      uses += consumer == use.getOwner() || capturing.insert(consumer).second;
    }
    if (uses == 1)
      return;
    result = failure();
    report(value.getLoc()) << "expected exactly one use of " << what
                           << " but got " << uses
                           << "; run catgrad-explicit-wiring first";
  };
  for (BlockArgument argument : block.getArguments())
    check(argument, "argument " + Twine(argument.getArgNumber()));
  for (Operation &op : block)
    for (OpResult value : op.getResults())
      check(value, "result " + Twine(value.getResultNumber()) + " of '" +
                       op.getName().getStringRef() + "'");
  return result;
}

namespace {
struct VerifyWiring : catgrad::impl::VerifyWiringBase<VerifyWiring> {
  void runOnOperation() override {
    getOperation()->walk([&](FunctionOpInterface function) {
      Region &body = function.getFunctionBody();
      if (!body.empty() && failed(verifyWiring(body)))
        signalPassFailure();
    });
  }
};
} // namespace
