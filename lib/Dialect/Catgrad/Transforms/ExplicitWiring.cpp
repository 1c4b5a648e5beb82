//===- ExplicitWiring.cpp - Explicit wiring -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes copying and discarding explicit: the monogamous form, which is
// an open hypergraph written in SSA.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"

namespace catgrad {
#define GEN_PASS_DEF_EXPLICITWIRING
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

LogicalResult catgrad::checkWirable(
    Region &region, function_ref<InFlightDiagnostic(Location)> emitError) {
  if (!region.hasOneBlock()) {
    if (emitError)
      emitError(region.getLoc())
          << "expected a body of one block but got "
          << std::distance(region.begin(), region.end())
          << "; control flow is not supported yet";
    return failure();
  }
  for (Operation &op : region.front())
    if (op.getNumRegions() != 0) {
      if (emitError)
        emitError(op.getLoc()) << "'" << op.getName()
                               << "' has regions, which are not supported yet";
      return failure();
    }
  return success();
}

/// Wires one value, whose uses are in program order; new operations go to the
/// builder.
static void wire(OpBuilder &builder, Value value,
                 ArrayRef<OpOperand *> uses) {
  Location loc = value.getLoc();
  if (uses.empty()) {
    DiscardOp::create(builder, loc, value);
    return;
  }
  for (OpOperand *use : uses.drop_back()) {
    auto copy = CopyOp::create(builder, loc, value);
    use->set(copy.getFirst());
    value = copy.getSecond();
  }
  uses.back()->set(value);
}

void catgrad::makeWiringExplicit(Region &region) {
  Block &block = region.front();
  // Use lists are not in program order, so gather the uses by walking.
  DenseMap<Value, SmallVector<OpOperand *, 2>> uses;
  SmallVector<Operation *> ops;
  for (Operation &op : block) {
    ops.push_back(&op);
    for (OpOperand &operand : op.getOpOperands())
      uses[operand.get()].push_back(&operand);
  }
  auto wireAll = [&](OpBuilder &builder, ValueRange values) {
    for (Value value : values)
      if (SmallVector<OpOperand *, 2> &all = uses[value]; all.size() != 1)
        wire(builder, value, all);
  };
  OpBuilder builder(region.getContext());
  builder.setInsertionPointToStart(&block);
  wireAll(builder, block.getArguments());
  for (Operation *op : ops) {
    builder.setInsertionPointAfter(op);
    wireAll(builder, op->getResults());
  }
}

namespace {
struct ExplicitWiring : catgrad::impl::ExplicitWiringBase<ExplicitWiring> {
  void runOnOperation() override {
    getOperation()->walk([](FunctionOpInterface function) {
      Region &body = function.getFunctionBody();
      if (!body.empty() && succeeded(checkWirable(body)))
        makeWiringExplicit(body);
    });
  }
};
} // namespace
