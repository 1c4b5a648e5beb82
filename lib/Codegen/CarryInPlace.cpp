//===- CarryInPlace.cpp - One buffer for what a loop carries ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file stores what a loop hands to its next turn where it found it, which
// one-shot-bufferize expects of loops.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/CallInterfaces.h"
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
  if (isa<CallOpInterface>(op)) // returns what it wrote to a destination
    return;
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return sources.push_back(destination.getTiedOpOperand(result)->get());
  OpOperand *init = nullptr;
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    init = loop.getTiedLoopInit(result);
  if (init)
    sources.push_back(init->get());
  else
    addTensors(op->getOperands());
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

/// The values within the loop in whose buffers `value` may lie.
llvm::SetVector<Value> getPossibleBuffers(Value value, scf::ForOp loop) {
  llvm::SetVector<Value> found;
  SmallVector<Value> worklist{value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (loop.getRegion().isAncestor(next.getParentRegion()) &&
        found.insert(next))
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
  auto tensor = cast<RankedTensorType>(update.carried.getType());
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(tensor.getShape(), [&](int64_t size) -> OpFoldResult {
        return builder.getIndexAttr(size);
      });
  SmallVector<OpFoldResult> zeros(sizes.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(sizes.size(), builder.getIndexAttr(1));
  // Not `bufferization.materialize_in_destination`, which insists on its
  // destination even where the loop's initial value needs a copy.
  update.next->set(tensor::InsertSliceOp::create(
      builder, update.next->getOwner()->getLoc(), update.next->get(),
      update.carried, zeros, sizes, ones));
}

/// Saves what the update stores: its source is about to be overwritten.
void save(OpBuilder &builder, Update &update) {
  update.next->set(bufferization::AllocTensorOp::create(
      builder, update.next->getOwner()->getLoc(),
      cast<RankedTensorType>(update.carried.getType()),
      /*dynamicSizes=*/ValueRange(), /*copy=*/update.next->get()));
}

/// Whether `value` is `carried` after insertions of elements, and nothing reads
/// what was there before: it is in the buffer of `carried` anyway, and storing
/// it there once more would cost a copy of the whole in every turn.
bool isCarried(Value value, Value carried) {
  while (value != carried) {
    auto result = dyn_cast<OpResult>(value);
    if (!result || !value.hasOneUse())
      return false;
    Operation *op = result.getOwner();
    if (auto insert = dyn_cast<tensor::InsertOp>(op))
      value = insert.getDest();
    else if (auto loop = dyn_cast<scf::ForOp>(op);
             loop &&
             isCarried(loop.getYieldedValues()[result.getResultNumber()],
                       loop.getTiedLoopRegionIterArg(result)))
      value = loop.getTiedLoopInit(result)->get();
    else
      return false;
    for (Operation *user : value.getUsers())
      if (Operation *ancestor = op->getBlock()->findAncestorOpInBlock(*user);
          !ancestor || op->isBeforeInBlock(ancestor))
        return false;
  }
  return true;
}

std::deque<Update> collectUpdates(scf::ForOp loop) {
  std::deque<Update> updates;
  llvm::DenseMap<Value, Update *> ofCarried;
  for (auto [carried, next] :
       llvm::zip_equal(loop.getRegionIterArgs(),
                       loop.getBody()->getTerminator()->getOpOperands())) {
    auto tensor = dyn_cast<RankedTensorType>(carried.getType());
    if (!tensor || !tensor.hasStaticShape() ||
        isCarried(next.get(), carried))
      continue;
    updates.push_back({carried, &next});
    ofCarried[carried] = &updates.back();
  }
  for (Update &update : updates)
    for (Value buffer : getPossibleBuffers(update.next->get(), loop))
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
        save(builder, other);
        forget(other);
      }
  }
  while (!ready.empty())
    finish(*ready.pop_back_val());
}

struct CarryInPlace : impl::CarryInPlaceBase<CarryInPlace> {
  void runOnOperation() override { getOperation()->walk(carryInPlace); }
};

} // namespace
} // namespace catgrad
