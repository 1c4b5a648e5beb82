//===- CollapseLoops.cpp - Merge adjacent loops -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file merges loops of linalg operations on buffers that no operand tells
// apart, so that the innermost loop is long enough for whole vectors.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_COLLAPSELOOPS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Whether `map` reads loop `first + 1` just after `first`, or neither.
bool areAdjacent(AffineMap map, unsigned first) {
  MLIRContext *context = map.getContext();
  auto a = map.getResultPosition(getAffineDimExpr(first, context));
  auto b = map.getResultPosition(getAffineDimExpr(first + 1, context));
  return (!a && !b) || (a && b && *b == *a + 1);
}

/// Runs of loops that may become one.
SmallVector<ReassociationIndices> getRuns(linalg::LinalgOp op) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<ReassociationIndices> runs;
  for (unsigned i = 0; i < iterators.size(); ++i) {
    if (i == 0 || iterators[i - 1] != iterators[i] ||
        !llvm::all_of(maps,
                      [&](AffineMap map) { return areAdjacent(map, i - 1); }))
      runs.emplace_back();
    runs.back().push_back(i);
  }
  return runs;
}

bool isCollapsible(linalg::LinalgOp op) {
  // Indices would have to be computed back, by a division per element.
  if (!isa<linalg::GenericOp, linalg::CopyOp>(op.getOperation()) ||
      op.hasIndexSemantics() || !op.hasPureBufferSemantics())
    return false;
  return llvm::all_of(op->getOpOperands(),
                      [&](OpOperand &operand) {
                        auto type =
                            dyn_cast<MemRefType>(operand.get().getType());
                        return !type || (type.hasStaticShape() &&
                                         type.getLayout().isIdentity());
                      }) &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
           return map.isProjectedPermutation();
         });
}

struct CollapseLoops : impl::CollapseLoopsBase<CollapseLoops> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      if (!isCollapsible(op))
        continue;
      SmallVector<ReassociationIndices> runs = getRuns(op);
      if (runs.size() == op.getNumLoops())
        continue;
      rewriter.setInsertionPoint(op);
      if (failed(linalg::collapseOpIterationDims(op, runs, rewriter)))
        continue;
      rewriter.eraseOp(op);
    }
  }
};

} // namespace
} // namespace catgrad
