//===- Indexing.cpp - Indices to linalg -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the operations that make indices, or read and write at them.

#include "Tensors.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {
namespace {

Value createIndex(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

//===----------------------------------------------------------------------===//
// iota and one_hot
//===----------------------------------------------------------------------===//

struct IotaLowering : OpRewritePattern<IotaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(IotaOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Type element = type.getElementType();
    auto body = [&](OpBuilder &b, Location loc, ValueRange) -> Value {
      Value index = linalg::IndexOp::create(b, loc, op.getAxis());
      if (isa<IntegerType>(element))
        return arith::IndexCastOp::create(b, loc, element, index);
      Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
      return convertSignedInteger(b, loc, number, element);
    };
    rewriter.replaceOp(
        op, createElements(rewriter, op.getLoc(), type, {}, {}, body));
    return success();
  }
};

struct OneHotLowering : OpRewritePattern<OneHotOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(OneHotOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Type element = type.getElementType();
    auto axis = static_cast<int64_t>(op.getAxis());
    auto body = [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
      Value hot = arith::IndexCastOp::create(b, loc, b.getIndexType(), args[0]);
      Value here = linalg::IndexOp::create(b, loc, axis);
      Value isHot =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, hot, here);
      if (element.isInteger(1))
        return isHot;
      Value one = arith::ConstantOp::create(b, loc, b.getOneAttr(element));
      Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
      return arith::SelectOp::create(b, loc, isHot, one, zero);
    };
    AffineMap map =
        rewriter.getMultiDimIdentityMap(type.getRank()).dropResult(axis);
    rewriter.replaceOp(op, createElements(rewriter, op.getLoc(), type,
                                          op.getIndices(), map, body));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// gather and scatter_add
//===----------------------------------------------------------------------===//

/// An index within an axis of `size` > 0.
Value clampIndex(OpBuilder &b, Location loc, Value index, int64_t size) {
  index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  index = arith::MaxSIOp::create(b, loc, index, createIndex(b, loc, 0));
  return arith::MinSIOp::create(b, loc, index, createIndex(b, loc, size - 1));
}

struct GatherLowering : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GatherOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto from = cast<RankedTensorType>(op.getInput().getType());
    auto to = cast<RankedTensorType>(op.getResult().getType());
    if (to.getNumElements() == 0) {
      rewriter.replaceOp(op, createEmpty(rewriter, loc, to));
      return success();
    }
    auto axis = static_cast<int64_t>(op.getAxis());
    int64_t indexRank =
        cast<RankedTensorType>(op.getIndices().getType()).getRank();
    auto body = [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
      SmallVector<Value> position;
      for (int64_t i : llvm::seq<int64_t>(0, from.getRank())) {
        int64_t loop = i < axis ? i : i + indexRank - 1;
        position.push_back(
            i == axis ? clampIndex(b, loc, args[0], from.getDimSize(axis))
                      : Value(linalg::IndexOp::create(b, loc, loop)));
      }
      return tensor::ExtractOp::create(b, loc, op.getInput(), position);
    };
    AffineMap map =
        AffineMap::getMultiDimIdentityMap(to.getRank(), op.getContext())
            .getSliceMap(axis, indexRank);
    rewriter.replaceOp(
        op, createElements(rewriter, loc, to, op.getIndices(), map, body));
    return success();
  }
};

/// Loops over `[a, i, b]`, one behind the other, so that the sums have one
/// order. No structured operation writes where its data says.
struct ScatterAddLowering : OpRewritePattern<ScatterAddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScatterAddOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto to = cast<RankedTensorType>(op.getResult().getType());
    auto from = cast<RankedTensorType>(op.getUpdates().getType());
    auto indexType = cast<RankedTensorType>(op.getIndices().getType());
    auto axis = static_cast<int64_t>(op.getAxis());
    Type element = to.getElementType(), compute = getComputeType(element);
    auto product = [](ArrayRef<int64_t> shape) {
      return llvm::product_of(shape, int64_t(1));
    };
    int64_t n = to.getDimSize(axis);
    int64_t before = product(to.getShape().take_front(axis));
    int64_t behind = product(to.getShape().drop_front(axis + 1));
    int64_t count = indexType.getNumElements();

    auto flat = RankedTensorType::get({before, n, behind}, compute);
    Value sums = createFill(rewriter, loc, flat, rewriter.getZeroAttr(compute));
    if (from.getNumElements() != 0) {
      Value updates = ReshapeOp::create(
          rewriter, loc,
          RankedTensorType::get({before, count, behind}, element),
          op.getUpdates());
      Value indices = ReshapeOp::create(rewriter, loc, indexType.clone({count}),
                                        op.getIndices());
      sums = createLoops(rewriter, loc, updates, indices, sums);
    }
    sums = roundElements(rewriter, loc, sums, flat.clone(element));
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, to, sums);
    return success();
  }

private:
  static Value createLoops(OpBuilder &b, Location loc, Value updates,
                           Value indices, Value sums) {
    auto from = cast<RankedTensorType>(updates.getType());
    int64_t n = cast<RankedTensorType>(sums.getType()).getDimSize(1);
    Value zero = createIndex(b, loc, 0), one = createIndex(b, loc, 1);
    auto nest = scf::buildLoopNest(
        b, loc, {zero, zero},
        {createIndex(b, loc, from.getDimSize(0)),
         createIndex(b, loc, from.getDimSize(1))},
        {one, one}, sums,
        [&](OpBuilder &b, Location loc, ValueRange loops, ValueRange carried) {
          Value k = tensor::ExtractOp::create(b, loc, indices, loops[1]);
          k = clampIndex(b, loc, k, n);
          auto row = scf::ForOp::create(
              b, loc, zero, createIndex(b, loc, from.getDimSize(2)), one,
              carried,
              [&](OpBuilder &b, Location loc, Value j, ValueRange sums) {
                SmallVector<Value> source{loops[0], loops[1], j};
                SmallVector<Value> target{loops[0], k, j};
                Value term = tensor::ExtractOp::create(b, loc, updates, source);
                Value sum =
                    tensor::ExtractOp::create(b, loc, sums.front(), target);
                sum = createScalarSum(b, loc, sum, widen(b, loc, term));
                Value written =
                    tensor::InsertOp::create(b, loc, sum, sums.front(), target);
                scf::YieldOp::create(b, loc, written);
              });
          return scf::ValueVector(row.getResults());
        });
    return nest.results.front();
  }
};

} // namespace

void populateIndexingToLinalgPatterns(RewritePatternSet &patterns) {
  patterns
      .add<IotaLowering, OneHotLowering, GatherLowering, ScatterAddLowering>(
          patterns.getContext());
}

} // namespace catgrad
