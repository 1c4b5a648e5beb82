//===- ComputeInDestination.cpp - Results where they are stored -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file restricts MLIR's elimination of empty tensors to what the
// bufferisation can finish, and drops stores that it makes superfluous.

#include "Overwrites.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SubsetOpInterface.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_COMPUTEINDESTINATION
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Whether the tensor is an argument of a function, perhaps reshaped.
bool isArgument(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      return false;
    value = op->getOperand(0);
  }
  Operation *owner = cast<BlockArgument>(value).getOwner()->getParentOp();
  return isa<FunctionOpInterface>(owner);
}

/// Whether `value` lies in the destination of `store` without it. What has to
/// be saved of an argument's old value the bufferisation saves, as a function
/// may return another buffer; a loop has to hand on the same.
bool isThere(Value value, tensor::InsertSliceOp store) {
  Value destination = store.getDest();
  return isArgument(destination) ? isMadeFrom(value, destination)
                                 : overwrites(value, destination, store);
}

/// The part of the destination that takes the place of `empty`, or null.
///
/// A region's result is taken to lie in the buffers of all its branches. Were
/// one of them the destination, and another an argument, the writes of the
/// branch would seem to conflict with reads of the argument, and would need a
/// copy where there is none now.
Value getReplacement(RewriterBase &rewriter, SubsetInsertionOpInterface store,
                     tensor::EmptyOp empty, Operation *user) {
  if (store->getBlock() != empty->getBlock())
    return {};
  // The destination itself, not a view of it, may be read by the same
  // elementwise operation.
  auto insertion = dyn_cast<tensor::InsertSliceOp>(store.getOperation());
  Value whole = insertion && isWhole(insertion) ? insertion.getDest() : Value();
  bool takesWhole =
      whole && (isArgument(whole) ||
                isReadBefore(whole, user, /*overwritten=*/nullptr, insertion));
  Value part =
      bufferization::buildSubsetExtraction(rewriter, store, empty, user);
  if (!part || !takesWhole)
    return part;
  rewriter.eraseOp(part.getDefiningOp());
  return whole;
}

/// Drops the stores of what lies in its destination already.
void dropStores(ModuleOp module) {
  module.walk([](tensor::InsertSliceOp store) {
    if (isWhole(store) && isThere(store.getSource(), store)) {
      store.replaceAllUsesWith(store.getSource());
      store.erase();
    }
  });
}

struct ComputeInDestination
    : impl::ComputeInDestinationBase<ComputeInDestination> {
  void runOnOperation() override {
    bufferization::OneShotBufferizationOptions options;
    options.allowReturnAllocsFromLoops = true;
    options.bufferizeFunctionBoundaries = true;
    bufferization::OneShotAnalysisState state(getOperation(), options);
    IRRewriter rewriter(&getContext());
    if (failed(bufferization::analyzeModuleOp(getOperation(), state)) ||
        failed(bufferization::eliminateEmptyTensors(rewriter, getOperation(),
                                                    state, getReplacement)))
      return signalPassFailure();
    dropStores(getOperation());
  }
};

} // namespace
} // namespace catgrad
