//===- OrderLoops.cpp - Order of the loops of sums --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file orders the loops of linalg operations. LLVM does not interchange
// loops: the order chosen here decides what vectorises, and in a matrix product
// it alone is worth a factor of 20 to 30.

#include "catgrad/Codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_ORDERLOOPS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// The distance in elements between neighbours along `loop` in an operand: 0 if
/// the loop does not index it.
int64_t getStride(linalg::GenericOp op, OpOperand &operand, unsigned loop) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  if (!type)
    return 0;
  int64_t stride = 1;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  for (int64_t axis = type.getRank() - 1; axis >= 0; --axis) {
    if (map.getResult(axis).isFunctionOfDim(loop))
      return stride;
    stride *= type.getDimSize(axis);
  }
  return 0;
}

/// The loop along which the fewest operands are strided. Among equals a
/// parallel loop, and of these the last.
unsigned chooseInnermost(linalg::GenericOp op, ArrayRef<unsigned> order) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  unsigned best = order.back(), bestCost = ~0u;
  for (unsigned loop : llvm::reverse(order)) {
    if (extents[loop] == 1)
      continue;
    unsigned cost =
        linalg::isReductionIterator(op.getIteratorTypesArray()[loop]);
    for (OpOperand &operand : op->getOpOperands())
      cost += 2 * (getStride(op, operand, loop) > 1);
    if (cost < bestCost) {
      best = loop;
      bestCost = cost;
    }
  }
  return best;
}

/// The loops of the result in the order of its axes, then the sums, and at last
/// the innermost.
SmallVector<unsigned> chooseOrder(linalg::GenericOp op) {
  SmallVector<unsigned> order;
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  for (AffineExpr axis : resultMap.getResults())
    order.push_back(cast<AffineDimExpr>(axis).getPosition());
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (!llvm::is_contained(order, loop))
      order.push_back(loop);
  unsigned innermost = chooseInnermost(op, order);
  llvm::erase(order, innermost);
  order.push_back(innermost);
  return order;
}

/// Lets the accumulation contract with the product before it, and be
/// reassociated if the innermost loop sums.
void setFastMath(linalg::GenericOp op) {
  using Flags = arith::FastMathFlags;
  bool innermostSums =
      linalg::isReductionIterator(op.getIteratorTypesArray().back());
  Block *body = op.getBody();
  for (auto sum : body->getOps<arith::AddFOp>()) {
    Value accumulator = body->getArguments().back();
    if (sum.getLhs() != accumulator && sum.getRhs() != accumulator)
      continue;
    Flags flags = innermostSums ? Flags::reassoc : Flags::none;
    Value added = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
    if (auto product = added.getDefiningOp<arith::MulFOp>()) {
      flags = flags | Flags::contract;
      product.setFastmath(Flags::contract);
    }
    sum.setFastmath(flags);
  }
}

/// Writes the accumulation and the product before it as one operation.
void fuseMultiplyAdd(linalg::GenericOp op) {
  Block *body = op.getBody();
  Value accumulator = body->getArguments().back();
  for (auto sum : llvm::make_early_inc_range(body->getOps<arith::AddFOp>())) {
    if (sum.getLhs() != accumulator && sum.getRhs() != accumulator)
      continue;
    Value added = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
    auto product = added.getDefiningOp<arith::MulFOp>();
    if (!product || product->getBlock() != body)
      continue;
    OpBuilder b(sum);
    sum.replaceAllUsesWith(math::FmaOp::create(b, sum.getLoc(),
                                               product.getLhs(),
                                               product.getRhs(), accumulator)
                               .getResult());
    sum.erase();
    if (product->use_empty())
      product.erase();
  }
}

struct OrderLoops : impl::OrderLoopsBase<OrderLoops> {
  using OrderLoopsBase::OrderLoopsBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp, linalg::FillOp>(op.getOperation()))
        named.push_back(op);
    });
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op))) {
        op->emitOpError("cannot be written as linalg.generic");
        return signalPassFailure();
      }
    }
    SmallVector<linalg::GenericOp> sums;
    getOperation()->walk([&](linalg::GenericOp op) {
      bool isSum = op.getNumReductionLoops() != 0 && op.getNumDpsInits() == 1;
      if (isSum && op.hasPureTensorSemantics() &&
          op.getMatchingIndexingMap(op.getDpsInitOperand(0))
              .isProjectedPermutation())
        sums.push_back(op);
    });
    for (linalg::GenericOp op : sums) {
      rewriter.setInsertionPoint(op);
      auto ordered =
          linalg::interchangeGenericOp(rewriter, op, chooseOrder(op));
      if (succeeded(ordered))
        fixRounding ? fuseMultiplyAdd(*ordered) : setFastMath(*ordered);
    }
  }
};

} // namespace
} // namespace catgrad
