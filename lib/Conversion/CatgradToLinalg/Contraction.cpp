//===- Contraction.cpp - Matrix products and contractions -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers matmul and contract. Both are first described in one way, as
// the loop that runs over each axis; a transpose only renames axes there. Then
// the most specific linalg operation is chosen.

#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace catgrad {
namespace {

/// The loop that runs over each axis of a tensor.
using Axes = SmallVector<unsigned>;

/// A sum of products as in Einstein's notation: loops that are in `result` are
/// parallel, the others sum.
struct Contraction {
  Value lhs, rhs;
  Axes lhsAxes, rhsAxes, resultAxes;
  unsigned numLoops = 0;
  RankedTensorType type;
};

Contraction describe(MatmulOp op) {
  Contraction c{op.getLhs(),
                op.getRhs(),
                {},
                {},
                {},
                0,
                cast<RankedTensorType>(op.getResult().getType())};
  unsigned batch = c.type.getRank() - 2;
  unsigned m = batch, n = batch + 1, k = batch + 2;
  for (unsigned axis = 0; axis < batch; ++axis)
    for (Axes *axes : {&c.lhsAxes, &c.rhsAxes, &c.resultAxes})
      axes->push_back(axis);
  c.lhsAxes.append({m, k});
  c.rhsAxes.append({k, n});
  c.resultAxes.append({m, n});
  c.numLoops = batch + 3;
  return c;
}

Contraction describe(ContractOp op) {
  Contraction c{op.getLhs(),
                op.getRhs(),
                {},
                {},
                {},
                0,
                cast<RankedTensorType>(op.getResult().getType())};
  int64_t lhsRank = cast<RankedTensorType>(c.lhs.getType()).getRank();
  int64_t rhsRank = cast<RankedTensorType>(c.rhs.getType()).getRank();
  c.lhsAxes.resize(lhsRank);
  c.rhsAxes.resize(rhsRank);
  auto addFreeAxes = [&](Axes &axes, ArrayRef<int64_t> summed) {
    for (auto [axis, loop] : llvm::enumerate(axes))
      if (!llvm::is_contained(summed, static_cast<int64_t>(axis)))
        c.resultAxes.push_back(loop = c.numLoops++);
  };
  addFreeAxes(c.lhsAxes, op.getLhsAxes());
  addFreeAxes(c.rhsAxes, op.getRhsAxes());
  for (auto [lhsAxis, rhsAxis] : llvm::zip(op.getLhsAxes(), op.getRhsAxes()))
    c.lhsAxes[lhsAxis] = c.rhsAxes[rhsAxis] = c.numLoops++;
  return c;
}

/// Reads through transposes: axis i of the operand is axis permutation[i] of
/// what it transposes.
void skipTransposes(Value &operand, Axes &axes) {
  while (auto transpose = operand.getDefiningOp<TransposeOp>()) {
    Axes source(axes.size());
    for (auto [loop, axis] : llvm::zip(axes, transpose.getPermutation()))
      source[axis] = loop;
    axes = source;
    operand = transpose.getInput();
  }
}

//===----------------------------------------------------------------------===//
// Choice of the operation
//===----------------------------------------------------------------------===//

/// Brings the contraction into the form of a matrix product with `batch`
/// leading batch axes and loops in the order (batch, m, n, k); fails if it is
/// none. A transposed result X = (A B)^T is the product B^T A^T.
LogicalResult makeMatmul(Contraction &c, unsigned batch) {
  unsigned rank = batch + 2;
  if (c.lhsAxes.size() != rank || c.rhsAxes.size() != rank ||
      c.resultAxes.size() != rank || c.numLoops != batch + 3)
    return failure();
  for (unsigned axis = 0; axis < batch; ++axis)
    if (c.lhsAxes[axis] != c.resultAxes[axis] ||
        c.rhsAxes[axis] != c.resultAxes[axis])
      return failure();
  if (!llvm::is_contained(c.lhsAxes, c.resultAxes[batch])) {
    std::swap(c.lhs, c.rhs);
    std::swap(c.lhsAxes, c.rhsAxes);
  }
  // With one summed loop and each operand of rank 2 beyond the batch axes, the
  // first free axis of the result is now lhs's and the second rhs's.
  Axes newLoop(c.numLoops, batch + 2);
  for (auto [axis, loop] : llvm::enumerate(c.resultAxes))
    newLoop[loop] = axis;
  for (Axes *axes : {&c.lhsAxes, &c.rhsAxes, &c.resultAxes})
    for (unsigned &loop : *axes)
      loop = newLoop[loop];
  return success();
}

AffineMap getMap(const Contraction &c, ArrayRef<unsigned> axes,
                 MLIRContext *context) {
  SmallVector<AffineExpr> exprs;
  for (unsigned loop : axes)
    exprs.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(c.numLoops, /*symbolCount=*/0, exprs, context);
}

/// A linalg.generic: the only form in which i1 means Z/2, and the form of a
/// product without a sum, which linalg.contract does not accept. Small floats
/// are multiplied and added in f32; without a sum the product is rounded here.
Value emitGeneric(OpBuilder &b, Location loc, const Contraction &c,
                  ArrayRef<AffineMap> maps, Value init, bool sums) {
  SmallVector<utils::IteratorType> iterators(c.numLoops,
                                             utils::IteratorType::reduction);
  for (unsigned loop : c.resultAxes)
    iterators[loop] = utils::IteratorType::parallel;
  Type elementType = c.type.getElementType();
  auto body = [&](OpBuilder &b, Location loc, ValueRange args) {
    bool isFloat = isa<FloatType>(elementType),
         isBit = elementType.isInteger(1);
    Value x = widen(b, loc, args[0]), y = widen(b, loc, args[1]);
    Value value = isFloat ? arith::MulFOp::create(b, loc, x, y).getResult()
                  : isBit ? arith::AndIOp::create(b, loc, x, y).getResult()
                          : arith::MulIOp::create(b, loc, x, y).getResult();
    if (sums)
      value =
          isFloat ? arith::AddFOp::create(b, loc, args[2], value).getResult()
          : isBit ? arith::XOrIOp::create(b, loc, args[2], value).getResult()
                  : arith::AddIOp::create(b, loc, args[2], value).getResult();
    else if (isFloat)
      value = convertFloat(b, loc, value, elementType);
    linalg::YieldOp::create(b, loc, value);
  };
  return linalg::GenericOp::create(b, loc, init.getType(),
                                   ValueRange{c.lhs, c.rhs}, init, maps,
                                   iterators, body)
      .getResult(0);
}

Value emit(OpBuilder &b, Location loc, Contraction c) {
  skipTransposes(c.lhs, c.lhsAxes);
  skipTransposes(c.rhs, c.rhsAxes);
  bool isMatmul = succeeded(makeMatmul(c, /*batch=*/0));
  bool isBatchMatmul = !isMatmul && succeeded(makeMatmul(c, /*batch=*/1));

  // A sum is accumulated in the compute type, and rounded when it is complete.
  bool sums = c.numLoops != c.resultAxes.size();
  Type elementType = c.type.getElementType();
  if (sums)
    elementType = getComputeType(elementType);
  Value init = tensor::EmptyOp::create(b, loc, c.type.getShape(), elementType);
  auto round = [&](Value sum) { return roundElements(b, loc, sum, c.type); };
  if (sums) {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(elementType));
    init = linalg::FillOp::create(b, loc, zero, init).getResult(0);
  }

  MLIRContext *context = b.getContext();
  SmallVector<AffineMap> maps = {getMap(c, c.lhsAxes, context),
                                 getMap(c, c.rhsAxes, context),
                                 getMap(c, c.resultAxes, context)};
  if (!sums || elementType.isInteger(1))
    return round(emitGeneric(b, loc, c, maps, init, sums));

  SmallVector<Value> inputs = {c.lhs, c.rhs};
  ArrayAttr mapsAttr = b.getAffineMapArrayAttr(maps);
  auto named = b.getNamedAttr("indexing_maps", mapsAttr);
  if (isMatmul)
    return round(
        linalg::MatmulOp::create(b, loc, init.getType(), inputs, init, named)
            .getResult(0));
  if (isBatchMatmul)
    return round(linalg::BatchMatmulOp::create(b, loc, init.getType(), inputs,
                                               init, named)
                     .getResult(0));
  return round(
      linalg::ContractOp::create(b, loc, init.getType(), inputs, init, mapsAttr)
          .getResult(0));
}

//===----------------------------------------------------------------------===//
// The patterns
//===----------------------------------------------------------------------===//

template <typename OpTy> struct ContractionLowering : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, emit(rewriter, op.getLoc(), describe(op)));
    return success();
  }
};

/// One transpose only: canonicalisation composes chains of them.
struct TransposedContractionLowering : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    Operation *producer = op.getInput().getDefiningOp();
    if (!isa_and_nonnull<MatmulOp, ContractOp>(producer))
      return rewriter.notifyMatchFailure(op, "not of a contraction");
    if (!producer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "contraction has other uses");
    auto matmul = dyn_cast<MatmulOp>(producer);
    Contraction c =
        matmul ? describe(matmul) : describe(cast<ContractOp>(producer));
    c.type = cast<RankedTensorType>(op.getResult().getType());
    Axes axes;
    for (int64_t axis : op.getPermutation())
      axes.push_back(c.resultAxes[axis]);
    c.resultAxes = axes;
    Location loc = rewriter.getFusedLoc({producer->getLoc(), op.getLoc()});
    rewriter.replaceOp(op, emit(rewriter, loc, c));
    rewriter.eraseOp(producer);
    return success();
  }
};

} // namespace

void populateContractionToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ContractionLowering<MatmulOp>, ContractionLowering<ContractOp>>(
      patterns.getContext());
}

void populateTransposedContractionToLinalgPatterns(
    RewritePatternSet &patterns) {
  patterns.add<TransposedContractionLowering>(patterns.getContext());
}

} // namespace catgrad
