//===- Join.cpp - Joining and taking apart to linalg ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the operations that join tensors to insertions, which
// bufferisation makes in place, and those that take one apart to reads.

#include "Tensors.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {
namespace {

/// Inserts the parts one behind the other along `axis`, each as wide there as
/// `width` says.
Value createJoin(OpBuilder &b, Location loc, Type type, ValueRange parts,
                 int64_t axis, function_ref<int64_t(Value)> width) {
  auto whole = cast<RankedTensorType>(type);
  Value joined = createEmpty(b, loc, whole);
  if (whole.getNumElements() == 0)
    return joined;
  SmallVector<OpFoldResult> strides(whole.getRank(), b.getIndexAttr(1));
  int64_t offset = 0;
  for (Value part : parts) {
    SmallVector<OpFoldResult> offsets(whole.getRank(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), whole.getShape());
    offsets[axis] = b.getIndexAttr(offset);
    sizes[axis] = b.getIndexAttr(width(part));
    offset += width(part);
    if (width(part) != 0)
      joined = tensor::InsertSliceOp::create(b, loc, part, joined, offsets,
                                             sizes, strides);
  }
  return joined;
}

struct StackLowering : OpRewritePattern<StackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(StackOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, createJoin(rewriter, op.getLoc(),
                                      op.getResult().getType(), op.getInputs(),
                                      op.getAxis(), [](Value) { return 1; }));
    return success();
  }
};

struct ConcatLowering : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    int64_t axis = op.getAxis();
    auto width = [&](Value part) {
      return cast<RankedTensorType>(part.getType()).getDimSize(axis);
    };
    rewriter.replaceOp(op, createJoin(rewriter, op.getLoc(),
                                      op.getResult().getType(), op.getInputs(),
                                      axis, width));
    return success();
  }
};

struct UnstackLowering : OpRewritePattern<UnstackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnstackOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> parts;
    for (auto [i, output] : llvm::enumerate(op.getOutputs())) {
      auto type = cast<RankedTensorType>(output.getType());
      SmallVector<AffineExpr> source;
      for (int64_t axis : llvm::seq<int64_t>(0, type.getRank()))
        source.push_back(rewriter.getAffineDimExpr(axis));
      source.insert(source.begin() + op.getAxis(),
                    rewriter.getAffineConstantExpr(i));
      parts.push_back(
          createRead(rewriter, op.getLoc(), op.getInput(), type, source));
    }
    rewriter.replaceOp(op, parts);
    return success();
  }
};

struct SplitLowering : OpRewritePattern<SplitOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SplitOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> parts;
    int64_t offset = 0;
    for (auto [output, size] :
         llvm::zip_equal(op.getOutputs(), op.getSizes())) {
      auto type = cast<RankedTensorType>(output.getType());
      SmallVector<AffineExpr> source;
      for (int64_t axis : llvm::seq<int64_t>(0, type.getRank()))
        source.push_back(rewriter.getAffineDimExpr(axis));
      source[op.getAxis()] = source[op.getAxis()] + offset;
      parts.push_back(
          createRead(rewriter, op.getLoc(), op.getInput(), type, source));
      offset += size;
    }
    rewriter.replaceOp(op, parts);
    return success();
  }
};

} // namespace

void populateJoinToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<StackLowering, UnstackLowering, ConcatLowering, SplitLowering>(
      patterns.getContext());
}

} // namespace catgrad
