//===- CarryInPlace.cpp - One buffer for what a loop carries ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file stores what a loop hands to its next turn where it found it, which
// one-shot-bufferize expects of loops.

#include "Overwrites.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/SetVector.h"

#include <deque>

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_CARRYINPLACE
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Adds the values whose buffer may become that of `result`.
void addSources(OpResult result, SmallVectorImpl<Value> &sources) {
  Operation *op = result.getOwner();
  auto addTensors = [&](ValueRange values) {
    llvm::copy_if(values, std::back_inserter(sources),
                  [](Value value) { return isa<TensorType>(value.getType()); });
  };
  // A new buffer, and what a call wrote to a destination.
  if (isa<bufferization::AllocTensorOp, CallOpInterface>(op))
    return;
  if (OpOperand *overwritten = getOverwritten(result))
    sources.push_back(overwritten->get());
  else
    addTensors(op->getOperands());
  if (isa<DestinationStyleOpInterface>(op)) // the region computes elements
    return;
  for (Region &region : op->getRegions())
    for (Block &block : region) {
      if (block.empty())
        continue;
      Operation *end = &block.back();
      if (end->getNumOperands() == op->getNumResults())
        sources.push_back(end->getOperand(result.getResultNumber()));
      else
        addTensors(end->getOperands());
    }
}

/// The values within the region in whose buffers `value` may lie.
llvm::SetVector<Value> getPossibleBuffers(Value value, Region &region) {
  llvm::SetVector<Value> found;
  SmallVector<Value> worklist{value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (region.isAncestor(next.getParentRegion()) && found.insert(next))
      if (auto result = dyn_cast<OpResult>(next))
        addSources(result, worklist);
  }
  return found;
}

/// One tensor that changes from turn to turn.
struct Update {
  Value carried;
  OpOperand *next;
  SmallVector<Update *, 2> reads = {}; // whose carried value may be the source
  unsigned readers = 0;
  bool done = false;
};

/// Inserts the next value into the carried one.
void store(OpBuilder &builder, const Update &update) {
  update.next->set(insertWhole(builder, update.next->getOwner()->getLoc(),
                               update.next->get(), update.carried));
}

/// Copies the value of an operand to a buffer of its own.
void copy(OpBuilder &builder, OpOperand &operand) {
  operand.set(bufferization::AllocTensorOp::create(
      builder, operand.getOwner()->getLoc(),
      cast<RankedTensorType>(operand.get().getType()),
      /*dynamicSizes=*/ValueRange(), /*copy=*/operand.get()));
}

std::deque<Update> collectUpdates(scf::ForOp loop) {
  std::deque<Update> updates;
  llvm::DenseMap<Value, Update *> ofCarried;
  for (auto [carried, next] :
       llvm::zip_equal(loop.getRegionIterArgs(),
                       loop.getBody()->getTerminator()->getOpOperands())) {
    auto tensor = dyn_cast<RankedTensorType>(carried.getType());
    if (!tensor || !tensor.hasStaticShape() || overwrites(next.get(), carried))
      continue;
    if (isEmpty(carried)) {
      next.set(carried);
      continue;
    }
    updates.push_back({carried, &next});
    ofCarried[carried] = &updates.back();
  }
  for (Update &update : updates)
    for (Value buffer :
         getPossibleBuffers(update.next->get(), loop.getRegion()))
      if (Update *source = ofCarried.lookup(buffer);
          source && source != &update) {
        update.reads.push_back(source);
        ++source->readers;
      }
  return updates;
}

/// Kahn's algorithm: what another update still has to read is overwritten after
/// that. Where all wait for each other, as in a swap, the sources are saved.
void carryInPlace(scf::ForOp loop) {
  std::deque<Update> updates = collectUpdates(loop);
  OpBuilder builder(loop.getBody()->getTerminator());
  SmallVector<Update *> ready;
  auto forget = [&](Update &update) {
    for (Update *source : update.reads)
      if (--source->readers == 0 && !source->done)
        ready.push_back(source);
    update.reads.clear();
  };
  auto finish = [&](Update &update) {
    update.done = true;
    store(builder, update);
    forget(update);
  };
  for (Update &update : updates)
    if (update.readers == 0)
      ready.push_back(&update);
  for (Update &first : updates) {
    while (!ready.empty())
      finish(*ready.pop_back_val());
    if (first.done)
      continue;
    for (Update &other : updates)
      if (!other.done && llvm::is_contained(other.reads, &first)) {
        copy(builder, *other.next); // its source is about to be overwritten
        forget(other);
      }
  }
  while (!ready.empty())
    finish(*ready.pop_back_val());
}

/// Copies what a choice within loops returns of what they carry. One buffer of
/// a result is taken to be all that it may be, so that the bufferisation could
/// no longer tell one turn's value from another's.
void separateChoice(RegionBranchOpInterface choice) {
  scf::ForOp outermost;
  for (auto loop = choice->getParentOfType<scf::ForOp>(); loop;
       loop = loop->getParentOfType<scf::ForOp>())
    outermost = loop;
  if (!outermost)
    return;
  auto isCarried = [](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && isa<scf::ForOp>(argument.getOwner()->getParentOp());
  };
  for (Region &region : choice->getRegions())
    for (Block &block : region)
      for (OpOperand &result : block.back().getOpOperands())
        if (auto tensor = dyn_cast<RankedTensorType>(result.get().getType());
            tensor && tensor.hasStaticShape() &&
            llvm::any_of(
                getPossibleBuffers(result.get(), outermost.getRegion()),
                isCarried)) {
          OpBuilder builder(&block.back());
          copy(builder, result);
        }
}

struct CarryInPlace : impl::CarryInPlaceBase<CarryInPlace> {
  // Inner loops and choices first.
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op))
        carryInPlace(loop);
      else if (auto choice = dyn_cast<RegionBranchOpInterface>(op))
        separateChoice(choice);
    });
  }
};

} // namespace
} // namespace catgrad
