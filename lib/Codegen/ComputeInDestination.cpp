//===- ComputeInDestination.cpp - Results where they are stored -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file restricts MLIR's elimination of empty tensors to what the
// bufferisation can finish.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/SubsetOpInterface.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_COMPUTEINDESTINATION
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// The part of the destination that takes the place of `empty`, or null.
///
/// A region's result is taken to lie in the buffers of all its branches. Were
/// one of them the destination, and another an argument, the writes of the
/// branch would seem to conflict with reads of the argument, and the store
/// allows no copy: the bufferisation would give up.
Value getReplacement(RewriterBase &rewriter, SubsetInsertionOpInterface store,
                     tensor::EmptyOp empty, Operation *user) {
  if (store->getBlock() != empty->getBlock())
    return {};
  return bufferization::buildSubsetExtraction(rewriter, store, empty, user);
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
      signalPassFailure();
  }
};

} // namespace
} // namespace catgrad
