//===- ReductionOps.cpp - Reductions and scans -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the operations that combine the elements along axes,
// each next to its rule.

#include "Axes.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;

/// Converts floats that are narrower than f32 to f32, in which sums and
/// products are made.
static Value widen(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = tensorType(value);
  auto element = dyn_cast<FloatType>(type.getElementType());
  if (!element || element.getWidth() >= 32)
    return value;
  return CastOp::create(builder, loc, type.clone(builder.getF32Type()), value);
}

/// Converts back to the element type of `like`.
static Value narrow(OpBuilder &builder, Location loc, Value value,
                    RankedTensorType like) {
  RankedTensorType type = tensorType(value);
  if (type.getElementType() == like.getElementType())
    return value;
  return CastOp::create(builder, loc, type.clone(like.getElementType()), value);
}

static Value createZeros(OpBuilder &builder, Location loc, Type type) {
  return ConstantOp::create(builder, loc, getSplat(type, 0.0));
}

//===----------------------------------------------------------------------===//
// ReduceSumOp: R[reduce_sum] = broadcast
//===----------------------------------------------------------------------===//

LogicalResult ReduceSumOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(
      BroadcastOp::create(builder, getLoc(), getInput().getType(),
                          cotangents.front(), getDimensions()));
  return success();
}

//===----------------------------------------------------------------------===//
// ReduceMaxOp and ReduceMinOp: the extrema share the cotangent evenly
//===----------------------------------------------------------------------===//

/// Integers cannot share. Over no axes it folds to the identity, so that is
/// what it is to the derivative, too.
static DerivativeKind getExtremumKind(Value input,
                                      ArrayRef<int64_t> dimensions) {
  return dimensions.empty() ||
                 isa<FloatType>(tensorType(input).getElementType())
             ? DerivativeKind::Rule
             : DerivativeKind::None;
}

static LogicalResult forwardExtremum(OpBuilder &builder, Operation *op,
                                     ValueRange operands,
                                     SmallVectorImpl<Value> &results,
                                     SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, op, operands)->getResult(0));
  residuals.append({operands.front(), results.front()});
  return success();
}

static Value reverseExtremum(OpBuilder &builder, Location loc,
                             ValueRange residuals, Value d,
                             ArrayRef<int64_t> dimensions) {
  if (dimensions.empty())
    return d;
  Value x = residuals[0], y = residuals[1];
  RankedTensorType type = tensorType(x);
  Value zeros = createZeros(builder, loc, type);
  // Nobody is there to share, and the quotient would divide by 0.
  if (type.getNumElements() == 0)
    return zeros;
  Value all = BroadcastOp::create(builder, loc, type, y, dimensions);
  Value isExtremum = CompareOp::create(
      builder, loc, x, all, PredicateAttr::get(x.getContext(), Predicate::eq));
  Value share = widen(builder, loc, d);
  Value ones = CastOp::create(
      builder, loc, type.clone(tensorType(share).getElementType()), isExtremum);
  Value count = ReduceSumOp::create(builder, loc, ones, dimensions);
  share = DivideOp::create(builder, loc, share, count);
  share = narrow(builder, loc, share, type);
  Value shares = BroadcastOp::create(builder, loc, type, share, dimensions);
  return SelectOp::create(builder, loc, type, isExtremum, shares, zeros);
}

DerivativeKind ReduceMaxOp::getDerivativeKind() {
  return getExtremumKind(getInput(), getDimensions());
}

LogicalResult ReduceMaxOp::forward(OpBuilder &builder, DerivativeContext &,
                                   ValueRange operands,
                                   SmallVectorImpl<Value> &results,
                                   SmallVectorImpl<Value> &residuals) {
  return forwardExtremum(builder, *this, operands, results, residuals);
}

LogicalResult ReduceMaxOp::reverse(OpBuilder &builder, DerivativeContext &,
                                   ValueRange residuals, ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(reverseExtremum(
      builder, getLoc(), residuals, cotangents.front(), getDimensions()));
  return success();
}

DerivativeKind ReduceMinOp::getDerivativeKind() {
  return getExtremumKind(getInput(), getDimensions());
}

LogicalResult ReduceMinOp::forward(OpBuilder &builder, DerivativeContext &,
                                   ValueRange operands,
                                   SmallVectorImpl<Value> &results,
                                   SmallVectorImpl<Value> &residuals) {
  return forwardExtremum(builder, *this, operands, results, residuals);
}

LogicalResult ReduceMinOp::reverse(OpBuilder &builder, DerivativeContext &,
                                   ValueRange residuals, ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(reverseExtremum(
      builder, getLoc(), residuals, cotangents.front(), getDimensions()));
  return success();
}

//===----------------------------------------------------------------------===//
// ReduceProdOp: d times the product of the others, along a binary tree
//===----------------------------------------------------------------------===//

static Value joinRows(OpBuilder &builder, Location loc, ArrayRef<Value> parts) {
  RankedTensorType type = tensorType(parts.front());
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = 0;
  for (Value part : parts)
    shape[0] += tensorType(part).getDimSize(0);
  return ConcatOp::create(builder, loc, type.clone(shape), parts, 0);
}

/// R[product of the rows of x], for [n, rest..] with n >= 1. A level of the
/// tree multiplies the first half of the rows with the second; a last row that
/// has no partner goes to the next level.
static Value reverseProductOfRows(OpBuilder &builder, Location loc, Value x,
                                  Value d) {
  struct Level {
    Value first, second;
    bool hasRest;
  };
  SmallVector<Level> levels;
  Value rows = x;
  for (int64_t n = tensorType(x).getDimSize(0); n > 1; n = n - n / 2) {
    int64_t half = n / 2;
    SmallVector<int64_t> sizes{half, half};
    if (n % 2 != 0)
      sizes.push_back(1);
    auto parts = SplitOp::create(builder, loc, rows, 0, sizes).getOutputs();
    levels.push_back({parts[0], parts[1], parts.size() == 3});
    if (n == 2) // the product itself is not needed
      break;
    rows = MultiplyOp::create(builder, loc, parts[0], parts[1]);
    if (parts.size() == 3)
      rows = joinRows(builder, loc, {rows, parts[2]});
  }
  for (const Level &level : llvm::reverse(levels)) {
    Value product = d, rest;
    if (level.hasRest) {
      int64_t half = tensorType(level.first).getDimSize(0);
      auto parts = SplitOp::create(builder, loc, d, 0, {half, 1}).getOutputs();
      product = parts[0];
      rest = parts[1];
    }
    SmallVector<Value> cotangents{
        MultiplyOp::create(builder, loc, level.second, product),
        MultiplyOp::create(builder, loc, level.first, product)};
    if (rest)
      cotangents.push_back(rest);
    d = joinRows(builder, loc, cotangents);
  }
  return d;
}

LogicalResult ReduceProdOp::reverse(OpBuilder &builder, DerivativeContext &,
                                    ValueRange residuals, ValueRange cotangents,
                                    SmallVectorImpl<Value> &operandCotangents) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getInput());
  if (type.getNumElements() == 0) {
    operandCotangents.push_back(createZeros(builder, loc, type));
    return success();
  }
  Value x = widen(builder, loc, residuals.front());
  Value d = widen(builder, loc, cotangents.front());

  // The axes that go become one axis before the others.
  SmallVector<int64_t> permutation(getDimensions()), inverse(type.getRank());
  for (int64_t axis : llvm::seq<int64_t>(0, type.getRank()))
    if (!llvm::is_contained(getDimensions(), axis))
      permutation.push_back(axis);
  for (auto [axis, source] : llvm::enumerate(permutation))
    inverse[source] = axis;
  x = builder.createOrFold<TransposeOp>(loc, x, permutation);
  RankedTensorType moved = tensorType(x);
  int64_t n = 1;
  for (int64_t axis : getDimensions())
    n *= type.getDimSize(axis);
  SmallVector<int64_t> shape{n};
  llvm::append_range(shape, tensorType(d).getShape());
  x = builder.createOrFold<ReshapeOp>(loc, moved.clone(shape), x);
  shape[0] = 1;
  d = builder.createOrFold<ReshapeOp>(loc, moved.clone(shape), d);

  d = reverseProductOfRows(builder, loc, x, d);
  d = builder.createOrFold<ReshapeOp>(loc, moved, d);
  d = builder.createOrFold<TransposeOp>(loc, d, inverse);
  operandCotangents.push_back(narrow(builder, loc, d, type));
  return success();
}

//===----------------------------------------------------------------------===//
// CumsumOp: R[cumsum] = cumsum from the other end
//===----------------------------------------------------------------------===//

LogicalResult CumsumOp::verify() {
  return verifyAxis(getAxis(), tensorType(getInput()).getRank(),
                    [&] { return emitOpError(); });
}

LogicalResult CumsumOp::dagger(OpBuilder &builder, ValueRange cotangents,
                               SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(CumsumOp::create(builder, getLoc(),
                                               cotangents.front(), getAxis(),
                                               !getReverse(), getExclusive()));
  return success();
}

//===----------------------------------------------------------------------===//
// ArgmaxOp: locally constant
//===----------------------------------------------------------------------===//

LogicalResult ArgmaxOp::verify() {
  auto input = tensorType(getInput()), result = tensorType(getResult());
  int64_t axis = getAxis();
  if (failed(verifyAxis(axis, input.getRank(), [&] { return emitOpError(); })))
    return failure();
  int64_t size = input.getDimSize(axis);
  if (size == 0)
    return emitOpError("expected an axis that is not empty but got axis ")
           << axis << " of " << input;
  Type element = result.getElementType();
  if (!element.isInteger(32) && !element.isInteger(64))
    return emitOpError("expected a result of i32 or i64 but got ") << element;
  if (element.isInteger(32) && size - 1 > INT32_MAX)
    return emitOpError("expected a result of i64 for an axis of size ")
           << size << " but got " << element;
  RankedTensorType expected = result.clone(dropAxes(input.getShape(), {axis}));
  if (result != expected)
    return emitOpError("expected a result of type ")
           << expected << " but got " << result;
  return success();
}
