//===- Reduction.cpp - Reductions and scans to linalg -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the operations that combine the elements along axes.

#include "Tensors.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {
namespace {

//===----------------------------------------------------------------------===//
// Reductions. Each states the neutral element, of which no elements consist,
// and how two scalars combine: ours to state, because linalg's named operations
// mean something else on i1.
//===----------------------------------------------------------------------===//

TypedAttr getNeutral(ReduceSumOp, Builder &b, Type type) {
  return b.getZeroAttr(type);
}

Value combine(ReduceSumOp, OpBuilder &b, Location loc, Value x, Value y) {
  return createScalarSum(b, loc, x, y);
}

TypedAttr getNeutral(ReduceProdOp, Builder &b, Type type) {
  return b.getOneAttr(type);
}

Value combine(ReduceProdOp, OpBuilder &b, Location loc, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return arith::MulFOp::create(b, loc, x, y);
  return arith::MulIOp::create(b, loc, x, y); // "and" on i1
}

/// The least or the greatest value of a type; i1 is unsigned.
TypedAttr getBound(Builder &b, Type type, bool greatest) {
  if (auto element = dyn_cast<FloatType>(type))
    return b.getFloatAttr(
        type, APFloat::getInf(element.getFloatSemantics(), !greatest));
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 1)
    return b.getBoolAttr(greatest);
  return b.getIntegerAttr(type, greatest ? APInt::getSignedMaxValue(width)
                                         : APInt::getSignedMinValue(width));
}

TypedAttr getNeutral(ReduceMaxOp, Builder &b, Type type) {
  return getBound(b, type, /*greatest=*/false);
}

// maximumf and minimumf, unlike maxnumf and minnumf, give NaN for NaN.
Value combine(ReduceMaxOp, OpBuilder &b, Location loc, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return arith::MaximumFOp::create(b, loc, x, y);
  if (x.getType().isInteger(1))
    return arith::OrIOp::create(b, loc, x, y);
  return arith::MaxSIOp::create(b, loc, x, y);
}

TypedAttr getNeutral(ReduceMinOp, Builder &b, Type type) {
  return getBound(b, type, /*greatest=*/true);
}

Value combine(ReduceMinOp, OpBuilder &b, Location loc, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return arith::MinimumFOp::create(b, loc, x, y);
  if (x.getType().isInteger(1))
    return arith::AndIOp::create(b, loc, x, y);
  return arith::MinSIOp::create(b, loc, x, y);
}

template <typename OpTy> struct ReductionLowering : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (op.getDimensions().empty()) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Type compute = getComputeType(type.getElementType());
    Value init = createFill(rewriter, loc, type.clone(compute),
                            getNeutral(op, rewriter, compute));
    auto reduce = linalg::ReduceOp::create(
        rewriter, loc, op.getInput(), init, op.getDimensions(),
        [&](OpBuilder &b, Location loc, ValueRange args) {
          Value in = widen(b, loc, args[0]);
          // In the order that prints short.
          linalg::YieldOp::create(b, loc, combine(op, b, loc, args[1], in));
        });
    rewriter.replaceOp(op,
                       roundElements(rewriter, loc, reduce.getResult(0), type));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Scans
//===----------------------------------------------------------------------===//

/// One pass over the operand that carries the sum: the axis is a reduction for
/// the sum, so that nobody reorders it, and yet indexes the result.
struct CumsumLowering : OpRewritePattern<CumsumOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CumsumOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Type element = type.getElementType(), compute = getComputeType(element);
    Value init = createEmpty(rewriter, loc, type);
    if (type.getNumElements() == 0) {
      rewriter.replaceOp(op, init);
      return success();
    }
    auto axis = static_cast<int64_t>(op.getAxis());
    int64_t rank = type.getRank(), size = type.getDimSize(axis);
    AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
    AffineMap elements = identity;
    SmallVector<Value> inputs{op.getInput()};
    SmallVector<AffineMap> maps;
    if (op.getReverse()) {
      AffineExpr loop = rewriter.getAffineDimExpr(axis);
      elements = identity.replace(loop, size - 1 - loop, rank, 0);
      // No operand's axis would be the loop itself: this one only says how long
      // the loop is.
      inputs.push_back(createEmpty(
          rewriter, loc, RankedTensorType::get({size}, rewriter.getI8Type())));
    }
    maps.push_back(elements);
    if (op.getReverse())
      maps.push_back(identity.getSliceMap(axis, 1));
    maps.push_back(elements);
    maps.push_back(identity.dropResult(axis));
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    iterators[axis] = utils::IteratorType::reduction;

    SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + axis);
    auto sumType = RankedTensorType::get(shape, compute);
    Value zero =
        createFill(rewriter, loc, sumType, rewriter.getZeroAttr(compute));
    auto scan = linalg::GenericOp::create(
        rewriter, loc, TypeRange{type, sumType}, inputs, ValueRange{init, zero},
        maps, iterators, [&](OpBuilder &b, Location loc, ValueRange args) {
          Value before = args.back();
          Value sum =
              createScalarSum(b, loc, before, widen(b, loc, args.front()));
          Value out = op.getExclusive() ? before : sum;
          if (element != compute)
            out = convertFloat(b, loc, out, element);
          linalg::YieldOp::create(b, loc, ValueRange{out, sum});
        });
    rewriter.replaceOp(op, scan.getResult(0));
    return success();
  }
};

/// One pass that carries the greatest element and its index.
struct ArgmaxLowering : OpRewritePattern<ArgmaxOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ArgmaxOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto from = cast<RankedTensorType>(op.getInput().getType());
    auto to = cast<RankedTensorType>(op.getResult().getType());
    Type element = from.getElementType(), index = to.getElementType();
    auto axis = static_cast<int64_t>(op.getAxis());
    RankedTensorType bestType = to.clone(element);
    Value best = createFill(rewriter, loc, bestType,
                            getBound(rewriter, element, /*greatest=*/false));
    Value first = createFill(rewriter, loc, to, rewriter.getZeroAttr(index));
    AffineMap identity = rewriter.getMultiDimIdentityMap(from.getRank());
    AffineMap dropped = identity.dropResult(axis);
    SmallVector<utils::IteratorType> iterators(from.getRank(),
                                               utils::IteratorType::parallel);
    iterators[axis] = utils::IteratorType::reduction;
    auto search = linalg::GenericOp::create(
        rewriter, loc, TypeRange{bestType, to}, op.getInput(),
        ValueRange{best, first}, {identity, dropped, dropped}, iterators,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          Value isGreater = createIsGreater(b, loc, args[0], args[1]);
          Value here = arith::IndexCastOp::create(
              b, loc, index, linalg::IndexOp::create(b, loc, axis));
          Value best =
              arith::SelectOp::create(b, loc, isGreater, args[0], args[1]);
          Value where =
              arith::SelectOp::create(b, loc, isGreater, here, args[2]);
          linalg::YieldOp::create(b, loc, ValueRange{best, where});
        });
    rewriter.replaceOp(op, search.getResult(1));
    return success();
  }

private:
  /// Whether x is greater than the best so far: NaN is greater than any number.
  static Value createIsGreater(OpBuilder &b, Location loc, Value x,
                               Value best) {
    if (isa<IntegerType>(x.getType()))
      return arith::CmpIOp::create(b, loc,
                                   x.getType().isInteger(1)
                                       ? arith::CmpIPredicate::ugt
                                       : arith::CmpIPredicate::sgt,
                                   x, best);
    using Predicate = arith::CmpFPredicate;
    x = widen(b, loc, x);
    best = widen(b, loc, best);
    // Not at most the best, unless the best is already NaN.
    Value isNotLess = arith::CmpFOp::create(b, loc, Predicate::UGT, x, best);
    Value isNumber = arith::CmpFOp::create(b, loc, Predicate::ORD, best, best);
    return arith::AndIOp::create(b, loc, isNotLess, isNumber);
  }
};

} // namespace

void populateReductionToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ReductionLowering<ReduceSumOp>, ReductionLowering<ReduceProdOp>,
               ReductionLowering<ReduceMaxOp>, ReductionLowering<ReduceMinOp>,
               CumsumLowering, ArgmaxLowering>(patterns.getContext());
}

} // namespace catgrad
