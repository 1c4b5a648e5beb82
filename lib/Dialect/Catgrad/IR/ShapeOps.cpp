//===- ShapeOps.cpp - Shapes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the linear maps that move or repeat elements, each next
// to its reverse.

#include "Axes.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// BroadcastOp: R[broadcast] = reduce_sum
//===----------------------------------------------------------------------===//

LogicalResult BroadcastOp::verify() {
  auto result = tensorType(getResult()), input = tensorType(getInput());
  if (failed(verifyAxes(getDimensions(), result.getRank(),
                        [&] { return emitOpError(); })))
    return failure();
  RankedTensorType expected =
      result.clone(dropAxes(result.getShape(), getDimensions()));
  if (input != expected)
    return emitOpError("expected an operand of type ")
           << expected << " but got " << input;
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getDimensions().empty())
    return getInput();
  return moveSplat(adaptor.getInput(), getType());
}

LogicalResult BroadcastOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(ReduceSumOp::create(
      builder, getLoc(), cotangents.front(), getDimensions()));
  return success();
}

//===----------------------------------------------------------------------===//
// ReshapeOp: R[reshape] = reshape back
//===----------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  auto result = tensorType(getResult()), input = tensorType(getInput());
  if (input.getElementType() != result.getElementType())
    return emitOpError("expected a result of element type ")
           << input.getElementType() << " but got " << result.getElementType();
  if (input.hasStaticShape() && result.hasStaticShape() &&
      input.getNumElements() != result.getNumElements())
    return emitOpError("expected a result of ")
           << input.getNumElements() << " elements but got "
           << result.getNumElements();
  return success();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return moveSplat(adaptor.getInput(), getType());
}

LogicalResult ReshapeOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(ReshapeOp::create(
      builder, getLoc(), getInput().getType(), cotangents.front()));
  return success();
}

//===----------------------------------------------------------------------===//
// TransposeOp: R[transpose by p] = transpose by the inverse of p
//===----------------------------------------------------------------------===//

LogicalResult
TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                              ValueRange operands, DictionaryAttr attributes,
                              OpaqueProperties properties, RegionRange regions,
                              SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  FailureOr<RankedTensorType> input = getRankedOperand(loc, operands);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  if (sorted != llvm::to_vector(llvm::seq<int64_t>(0, input->getRank())))
    return emitOptionalError(loc, "expected a permutation of ",
                             input->getRank(), " axes but got [", permutation,
                             "]");
  SmallVector<int64_t> shape;
  for (int64_t axis : permutation)
    shape.push_back(input->getDimSize(axis));
  results.push_back(input->clone(shape));
  return success();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  ArrayRef<int64_t> permutation = getPermutation();
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> composed;
    for (int64_t axis : permutation)
      composed.push_back(inner.getPermutation()[axis]);
    getInputMutable().assign(inner.getInput());
    setPermutation(composed);
    return getResult();
  }
  return moveSplat(adaptor.getInput(), getType());
}

LogicalResult TransposeOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  SmallVector<int64_t> inverse(getPermutation().size());
  for (auto [axis, source] : llvm::enumerate(getPermutation()))
    inverse[source] = axis;
  operandCotangents.push_back(
      TransposeOp::create(builder, getLoc(), cotangents.front(), inverse));
  return success();
}

//===----------------------------------------------------------------------===//
// SliceOp: R[slice] = pad
//===----------------------------------------------------------------------===//

/// The operand's type, if each of these attributes has one number per axis.
static FailureOr<RankedTensorType> getOperandWithNumbers(
    std::optional<Location> loc, ValueRange operands,
    ArrayRef<std::pair<StringRef, ArrayRef<int64_t>>> attributes) {
  FailureOr<RankedTensorType> type = getRankedOperand(loc, operands);
  if (failed(type))
    return failure();
  for (auto [name, numbers] : attributes)
    if (int64_t(numbers.size()) != type->getRank())
      return emitOptionalError(loc, "expected ", type->getRank(), " ", name,
                               " but got ", numbers.size());
  return type;
}

LogicalResult
SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                          ValueRange operands, DictionaryAttr attributes,
                          OpaqueProperties properties, RegionRange regions,
                          SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  ArrayRef<int64_t> starts = adaptor.getStarts(), limits = adaptor.getLimits(),
                    strides = adaptor.getStrides();
  auto input = getOperandWithNumbers(
      loc, operands,
      {{"starts", starts}, {"limits", limits}, {"strides", strides}});
  if (failed(input))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [start, limit, stride, size] :
       llvm::zip_equal(starts, limits, strides, input->getShape())) {
    if (start < 0 || limit < start || (limit > size && size >= 0))
      return emitOptionalError(loc, "expected 0 <= start <= limit <= ", size,
                               " but got start ", start, " and limit ", limit);
    if (stride < 1)
      return emitOptionalError(loc, "expected strides of at least 1 but got ",
                               stride);
    shape.push_back(llvm::divideCeil(limit - start, stride));
  }
  results.push_back(input->clone(shape));
  return success();
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return moveSplat(adaptor.getInput(), getType());
}

LogicalResult SliceOp::dagger(OpBuilder &builder, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  SmallVector<int64_t> high, interior;
  for (auto [start, stride, size, taken] : llvm::zip_equal(
           getStarts(), getStrides(), tensorType(getInput()).getShape(),
           tensorType(getResult()).getShape())) {
    int64_t end = taken == 0 ? start : start + (taken - 1) * stride + 1;
    high.push_back(size - end);
    interior.push_back(stride - 1);
  }
  operandCotangents.push_back(PadOp::create(
      builder, getLoc(), cotangents.front(), getStarts(), high, interior));
  return success();
}

//===----------------------------------------------------------------------===//
// PadOp: R[pad] = slice
//===----------------------------------------------------------------------===//

LogicalResult
PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                        ValueRange operands, DictionaryAttr attributes,
                        OpaqueProperties properties, RegionRange regions,
                        SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  ArrayRef<int64_t> low = adaptor.getLow(), high = adaptor.getHigh(),
                    interior = adaptor.getInterior();
  auto input = getOperandWithNumbers(
      loc, operands, {{"low", low}, {"high", high}, {"interior", interior}});
  if (failed(input))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [before, after, between, size] :
       llvm::zip_equal(low, high, interior, input->getShape())) {
    if (std::min({before, after, between}) < 0)
      return emitOptionalError(
          loc, "expected paddings of at least 0 but got low ", before,
          ", high ", after, " and interior ", between);
    if (ShapedType::isDynamic(size)) { // reported by the verifier
      shape.push_back(size);
      continue;
    }
    uint64_t gaps = std::max<int64_t>(size - 1, 0);
    uint64_t total = llvm::SaturatingMultiplyAdd<uint64_t>(gaps, between, size);
    total = llvm::SaturatingAdd<uint64_t>(total, before, after);
    if (total > uint64_t(INT64_MAX))
      return emitOptionalError(loc, "expected a size below 2^63 but got low ",
                               before, ", high ", after, " and interior ",
                               between, " for size ", size);
    shape.push_back(total);
  }
  results.push_back(input->clone(shape));
  return success();
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : Value();
}

LogicalResult PadOp::dagger(OpBuilder &builder, ValueRange cotangents,
                            SmallVectorImpl<Value> &operandCotangents) {
  SmallVector<int64_t> limits, strides;
  for (auto [low, interior, size] : llvm::zip_equal(
           getLow(), getInterior(), tensorType(getInput()).getShape())) {
    // Without neighbours any number may stand between them.
    int64_t stride = size <= 1 ? 1 : interior + 1;
    limits.push_back(size == 0 ? low : low + (size - 1) * stride + 1);
    strides.push_back(stride);
  }
  operandCotangents.push_back(SliceOp::create(
      builder, getLoc(), cotangents.front(), getLow(), limits, strides));
  return success();
}

//===----------------------------------------------------------------------===//
// ReverseOp: its own reverse
//===----------------------------------------------------------------------===//

LogicalResult ReverseOp::verify() {
  return verifyAxes(getDimensions(), tensorType(getInput()).getRank(),
                    [&] { return emitOpError(); });
}

OpFoldResult ReverseOp::fold(FoldAdaptor adaptor) {
  ArrayRef<int64_t> shape = tensorType(getInput()).getShape();
  if (llvm::all_of(getDimensions(),
                   [&](int64_t axis) { return shape[axis] <= 1; }))
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReverseOp>();
      inner && inner.getDimensions() == getDimensions())
    return inner.getInput();
  return moveSplat(adaptor.getInput(), getType());
}

LogicalResult ReverseOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(ReverseOp::create(
      builder, getLoc(), cotangents.front(), getDimensions()));
  return success();
}
