//===- ExplicitWiring.cpp - Explicit wiring -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes copying and discarding explicit: the monogamous form, which
// is an open hypergraph written in SSA.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "llvm/ADT/MapVector.h"

namespace catgrad {
#define GEN_PASS_DEF_EXPLICITWIRING
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

LogicalResult
catgrad::checkWirable(Region &region,
                      function_ref<InFlightDiagnostic(Location)> emitError) {
  if (!region.hasOneBlock()) {
    if (emitError)
      emitError(region.getLoc()) << "expected a body of one block but got "
                                 << std::distance(region.begin(), region.end())
                                 << "; control flow is not supported yet";
    return failure();
  }
  return success();
}

/// One consumer of a value: an operand of an operation of the block, or all
/// uses within the regions of one.
using Consumer = SmallVector<OpOperand *, 1>;

/// Wires one value, whose consumers are in program order; new operations go to
/// the builder.
static void wire(OpBuilder &builder, Value value,
                 ArrayRef<Consumer> consumers) {
  Location loc = value.getLoc();
  auto connect = [](const Consumer &consumer, Value wire) {
    for (OpOperand *use : consumer)
      use->set(wire);
  };
  if (consumers.empty()) {
    DiscardOp::create(builder, loc, value);
    return;
  }
  for (const Consumer &consumer : consumers.drop_back()) {
    auto copy = CopyOp::create(builder, loc, value);
    connect(consumer, copy.getFirst());
    value = copy.getSecond();
  }
  connect(consumers.back(), value);
}

void catgrad::makeWiringExplicit(Region &region) {
  Block &block = region.front();
  // Use lists are not in program order, so gather the uses by walking.
  DenseMap<Value, SmallVector<Consumer, 1>> consumers;
  SmallVector<Operation *> ops;
  for (Operation &op : block) {
    ops.push_back(&op);
    for (OpOperand &operand : op.getOpOperands())
      consumers[operand.get()].push_back({&operand});
    llvm::MapVector<Value, Consumer> captured;
    for (Region &nested : op.getRegions())
      nested.walk<WalkOrder::PreOrder>([&](Operation *inner) {
        for (OpOperand &operand : inner->getOpOperands())
          if (operand.get().getParentRegion() == &region)
            captured[operand.get()].push_back(&operand);
      });
    for (auto &[value, uses] : captured)
      consumers[value].push_back(uses);
  }
  auto wireAll = [&](OpBuilder &builder, ValueRange values) {
    for (Value value : values)
      if (SmallVector<Consumer, 1> &all = consumers[value]; all.size() != 1)
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
