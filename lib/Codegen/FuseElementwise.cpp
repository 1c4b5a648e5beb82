//===- FuseElementwise.cpp - Elementwise fusion -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file fuses elementwise operations with linalg's patterns, where that
// repeats no work.

#include "catgrad/Codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Each fusion copies the body: this bound keeps the time for a chain of n
/// operations linear in n. Larger bodies spill registers anyway.
constexpr size_t maxBodySize = 128;

/// Whether fusing the producer of this operand computes nothing twice: it has
/// no other use, and the consumer reads each element once.
bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || !operand->get().hasOneUse())
    return false;
  if (producer.getBody()->getOperations().size() +
          consumer.getBody()->getOperations().size() >
      maxBodySize)
    return false;
  return consumer.getMatchingIndexingMap(operand).isPermutation();
}

struct FuseElementwise : impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
  }
};

} // namespace
} // namespace catgrad
