//===- VerifyWiring.cpp - Check of the monogamous form -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks that every value has exactly one consumer.

#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "mlir/IR/Diagnostics.h"

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
  auto check = [&](Value value, const Twine &what) {
    if (value.hasOneUse())
      return;
    result = failure();
    int64_t uses = std::distance(value.use_begin(), value.use_end());
    report(value.getLoc()) << "expected exactly one use of " << what
                           << " but got " << uses
                           << "; run catgrad-explicit-wiring first";
  };
  Block &block = region.front();
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
