//===- Shape.cpp - Wires, constants and shapes to linalg --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers wires, constants and the operations that move elements.

#include "Tensors.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {
namespace {

//===----------------------------------------------------------------------===//
// Wires and constants
//===----------------------------------------------------------------------===//

struct CopyLowering : OpRewritePattern<CopyOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CopyOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, {op.getInput(), op.getInput()});
    return success();
  }
};

struct DiscardLowering : OpRewritePattern<DiscardOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DiscardOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.eraseOp(op);
    return success();
  }
};

/// Equal elements become a fill, which consumers absorb as a scalar and which
/// needs no data in the object file.
struct ConstantLowering : OpRewritePattern<ConstantOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConstantOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    if (type.getNumElements() == 0) {
      rewriter.replaceOp(op, createEmpty(rewriter, op.getLoc(), type));
      return success();
    }
    auto value = cast<DenseElementsAttr>(op.getValue());
    if (value.isSplat()) {
      auto element = value.getSplatValue<TypedAttr>();
      rewriter.replaceOp(op, createFill(rewriter, op.getLoc(), type, element));
      return success();
    }
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, value);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Operations that move elements
//===----------------------------------------------------------------------===//

struct BroadcastLowering : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BroadcastOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getDimensions().empty()) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    auto type = cast<RankedTensorType>(op.getResult().getType());
    rewriter.replaceOpWithNewOp<linalg::BroadcastOp>(
        op, op.getInput(), createEmpty(rewriter, op.getLoc(), type),
        op.getDimensions());
    return success();
  }
};

struct TransposeLowering : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    if (isIdentityPermutation(op.getPermutation())) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    auto type = cast<RankedTensorType>(op.getResult().getType());
    rewriter.replaceOpWithNewOp<linalg::TransposeOp>(
        op, op.getInput(), createEmpty(rewriter, op.getLoc(), type),
        op.getPermutation());
    return success();
  }
};

/// The single group of all `rank` axes; no group for rank 0, which is how
/// tensor.collapse_shape and expand_shape reach rank 0.
SmallVector<ReassociationIndices> allAxes(int64_t rank) {
  if (rank == 0)
    return {};
  return {llvm::to_vector(llvm::seq<int64_t>(0, rank))};
}

/// One collapse or expand where that suffices, else by way of one axis.
struct ReshapeLowering : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = op.getInput();
    auto from = cast<RankedTensorType>(input.getType());
    auto to = cast<RankedTensorType>(op.getResult().getType());
    if (from == to) {
      rewriter.replaceOp(op, input);
      return success();
    }
    // The search for groups of axes does not expect axes of extent 0.
    std::optional<SmallVector<ReassociationIndices>> groups;
    if (from.getNumElements() != 0 && from.getRank() != to.getRank())
      groups = getReassociationIndicesForReshape(from, to);
    if (from.getRank() > to.getRank() && (groups || to.getRank() <= 1)) {
      if (!groups)
        groups = to.getRank() == 0 ? SmallVector<ReassociationIndices>()
                                   : allAxes(from.getRank());
      rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, to, input,
                                                           *groups);
      return success();
    }
    if (from.getRank() < to.getRank() && (groups || from.getRank() <= 1)) {
      if (!groups)
        groups = from.getRank() == 0 ? SmallVector<ReassociationIndices>()
                                     : allAxes(to.getRank());
      rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, to, input,
                                                         *groups);
      return success();
    }
    auto flat = RankedTensorType::get(to.getNumElements(), to.getElementType());
    Value collapsed = tensor::CollapseShapeOp::create(
        rewriter, loc, flat, input, allAxes(from.getRank()));
    rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, to, collapsed,
                                                       allAxes(to.getRank()));
    return success();
  }
};

/// A copy whose source is indexed in steps: consumers read through it.
struct SliceLowering : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<AffineExpr> source;
    for (auto [axis, start, stride] :
         llvm::enumerate(op.getStarts(), op.getStrides()))
      source.push_back(rewriter.getAffineDimExpr(axis) * stride + start);
    rewriter.replaceOp(op, createRead(rewriter, op.getLoc(), op.getInput(),
                                      op.getResult().getType(), source));
    return success();
  }
};

struct ReverseLowering : OpRewritePattern<ReverseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReverseOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    SmallVector<AffineExpr> source;
    for (int64_t axis : llvm::seq<int64_t>(0, type.getRank())) {
      AffineExpr index = rewriter.getAffineDimExpr(axis);
      source.push_back(llvm::is_contained(op.getDimensions(), axis)
                           ? type.getDimSize(axis) - 1 - index
                           : index);
    }
    rewriter.replaceOp(
        op, createRead(rewriter, op.getLoc(), op.getInput(), type, source));
    return success();
  }
};

/// The elements are inserted into zeros.
struct PadLowering : OpRewritePattern<PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PadOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto from = cast<RankedTensorType>(op.getInput().getType());
    auto to = cast<RankedTensorType>(op.getResult().getType());
    Value zeros = createFill(rewriter, loc, to,
                             rewriter.getZeroAttr(to.getElementType()));
    if (from.getNumElements() == 0) {
      rewriter.replaceOp(op, zeros);
      return success();
    }
    SmallVector<OpFoldResult> offsets, sizes, strides;
    for (auto [low, interior, size] :
         llvm::zip_equal(op.getLow(), op.getInterior(), from.getShape())) {
      offsets.push_back(rewriter.getIndexAttr(low));
      sizes.push_back(rewriter.getIndexAttr(size));
      strides.push_back(rewriter.getIndexAttr(size == 1 ? 1 : interior + 1));
    }
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(op, op.getInput(), zeros,
                                                       offsets, sizes, strides);
    return success();
  }
};

} // namespace

void populateShapeToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<CopyLowering, DiscardLowering, ConstantLowering,
               BroadcastLowering, TransposeLowering, ReshapeLowering,
               SliceLowering, PadLowering, ReverseLowering>(
      patterns.getContext());
}

} // namespace catgrad
