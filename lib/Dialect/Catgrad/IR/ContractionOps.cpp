//===- ContractionOps.cpp - Contractions -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements matmul and contract. Each is bilinear: the cotangent of
// one operand is a contraction of the result's cotangent with the other.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;

static LogicalResult getTensors(std::optional<Location> loc,
                                ValueRange operands, RankedTensorType &lhs,
                                RankedTensorType &rhs) {
  lhs = dyn_cast<RankedTensorType>(operands[0].getType());
  rhs = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!lhs || !rhs)
    return emitOptionalError(loc, "expected ranked tensors but got ",
                             operands.getTypes());
  if (lhs.getElementType() != rhs.getElementType())
    return emitOptionalError(loc,
                             "expected operands of one element type but "
                             "got ",
                             lhs.getElementType(), " and ",
                             rhs.getElementType());
  return success();
}

//===----------------------------------------------------------------------===//
// MatmulOp: R[matmul]((X, Y), D) = (D Y^T, X^T D)
//===----------------------------------------------------------------------===//

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &results) {
  RankedTensorType lhs, rhs;
  if (failed(getTensors(loc, operands, lhs, rhs)))
    return failure();
  int64_t rank = lhs.getRank();
  if (rank < 2 || rhs.getRank() != rank)
    return emitOptionalError(loc,
                             "expected operands of one rank, at least 2, "
                             "but got ",
                             lhs, " and ", rhs);
  if (lhs.getShape().drop_back(2) != rhs.getShape().drop_back(2))
    return emitOptionalError(loc, "expected equal batch axes but got ", lhs,
                             " and ", rhs);
  if (lhs.getDimSize(rank - 1) != rhs.getDimSize(rank - 2))
    return emitOptionalError(loc,
                             "expected the last axis of lhs to equal the "
                             "last but one of rhs but got ",
                             lhs.getDimSize(rank - 1), " and ",
                             rhs.getDimSize(rank - 2));
  SmallVector<int64_t> shape(lhs.getShape());
  shape.back() = rhs.getShape().back();
  results.push_back(lhs.clone(shape));
  return success();
}

static Value transposeMatrices(OpBuilder &builder, Location loc, Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(permutation[rank - 1], permutation[rank - 2]);
  return TransposeOp::create(builder, loc, value, permutation);
}

LogicalResult MatmulOp::reverse(OpBuilder &builder, DerivativeContext &,
                                ValueRange residuals, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  Value x = residuals[0], y = residuals[1], d = cotangents.front();
  operandCotangents.push_back(MatmulOp::create(
      builder, getLoc(), d, transposeMatrices(builder, getLoc(), y)));
  operandCotangents.push_back(MatmulOp::create(
      builder, getLoc(), transposeMatrices(builder, getLoc(), x), d));
  return success();
}

//===----------------------------------------------------------------------===//
// ContractOp
//===----------------------------------------------------------------------===//

/// The axes of a tensor of this rank that are not contracted, in order.
static SmallVector<int64_t> freeAxes(int64_t rank, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> rest;
  for (int64_t axis : llvm::seq<int64_t>(0, rank))
    if (!llvm::is_contained(axes, axis))
      rest.push_back(axis);
  return rest;
}

LogicalResult
ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                             ValueRange operands, DictionaryAttr attributes,
                             OpaqueProperties properties, RegionRange regions,
                             SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  RankedTensorType lhs, rhs;
  if (failed(getTensors(loc, operands, lhs, rhs)))
    return failure();
  ArrayRef<int64_t> lhsAxes = adaptor.getLhsAxes(),
                    rhsAxes = adaptor.getRhsAxes();
  if (lhsAxes.size() != rhsAxes.size())
    return emitOptionalError(loc,
                             "expected as many lhs_axes as rhs_axes but "
                             "got ",
                             lhsAxes.size(), " and ", rhsAxes.size());
  for (auto [tensor, axes] :
       {std::pair(lhs, lhsAxes), std::pair(rhs, rhsAxes)}) {
    llvm::SmallDenseSet<int64_t> seen;
    for (int64_t axis : axes)
      if (axis < 0 || axis >= tensor.getRank() || !seen.insert(axis).second)
        return emitOptionalError(loc, "expected distinct axes within rank ",
                                 tensor.getRank(), " but got [", axes, "]");
  }
  for (auto [lhsAxis, rhsAxis] : llvm::zip_equal(lhsAxes, rhsAxes))
    if (lhs.getDimSize(lhsAxis) != rhs.getDimSize(rhsAxis))
      return emitOptionalError(loc,
                               "expected contracted axes of equal size but "
                               "got ",
                               lhs.getDimSize(lhsAxis), " and ",
                               rhs.getDimSize(rhsAxis));
  SmallVector<int64_t> shape;
  for (int64_t axis : freeAxes(lhs.getRank(), lhsAxes))
    shape.push_back(lhs.getDimSize(axis));
  for (int64_t axis : freeAxes(rhs.getRank(), rhsAxes))
    shape.push_back(rhs.getDimSize(axis));
  results.push_back(lhs.clone(shape));
  return success();
}

/// Permutes the axes of `value`, where axis i is to become axis `target[i]`.
static Value moveAxes(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<int64_t> target) {
  SmallVector<int64_t> permutation(target.size());
  for (auto [axis, to] : llvm::enumerate(target))
    permutation[to] = axis;
  return builder.createOrFold<TransposeOp>(loc, value, permutation);
}

LogicalResult ContractOp::reverse(OpBuilder &builder, DerivativeContext &,
                                  ValueRange residuals, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  Value x = residuals[0], y = residuals[1], d = cotangents.front();
  ArrayRef<int64_t> lhsAxes = getLhsAxes(), rhsAxes = getRhsAxes();
  auto lhsFree =
      freeAxes(cast<RankedTensorType>(x.getType()).getRank(), lhsAxes);
  auto rhsFree =
      freeAxes(cast<RankedTensorType>(y.getType()).getRank(), rhsAxes);
  // d has the free axes of x, then those of y.
  auto axesOfX = llvm::to_vector(llvm::seq<int64_t>(0, lhsFree.size()));
  auto axesOfY = llvm::to_vector(
      llvm::seq<int64_t>(lhsFree.size(), lhsFree.size() + rhsFree.size()));

  // x' = d . y over the free axes of y: the free axes of x, then the contracted
  // axes in y's order.
  Value dx = ContractOp::create(builder, getLoc(), d, y, axesOfY, rhsFree);
  SmallVector<int64_t> target(lhsFree);
  SmallVector<int64_t> sortedRhs(rhsAxes);
  llvm::sort(sortedRhs);
  for (int64_t axis : sortedRhs)
    target.push_back(lhsAxes[llvm::find(rhsAxes, axis) - rhsAxes.begin()]);
  operandCotangents.push_back(moveAxes(builder, getLoc(), dx, target));

  // y' = x . d over the free axes of x: the contracted axes in x's order, then
  // the free axes of y.
  Value dy = ContractOp::create(builder, getLoc(), x, d, lhsFree, axesOfX);
  target.clear();
  SmallVector<int64_t> sortedLhs(lhsAxes);
  llvm::sort(sortedLhs);
  for (int64_t axis : sortedLhs)
    target.push_back(rhsAxes[llvm::find(lhsAxes, axis) - lhsAxes.begin()]);
  llvm::append_range(target, rhsFree);
  operandCotangents.push_back(moveAxes(builder, getLoc(), dy, target));
  return success();
}
