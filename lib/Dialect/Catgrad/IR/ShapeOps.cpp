//===- ShapeOps.cpp - Shapes and sums -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the linear maps that move elements, and sums.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Checks that `axes` are increasing and within `rank`.
static LogicalResult verifyAxes(ArrayRef<int64_t> axes, int64_t rank,
                                function_ref<InFlightDiagnostic()> emitError) {
  int64_t last = -1;
  for (int64_t axis : axes) {
    if (axis < 0 || axis >= rank)
      return emitError() << "expected dimensions within rank " << rank
                         << " but got " << axis;
    if (axis <= last)
      return emitError() << "expected dimensions in increasing order but got "
                         << axis << " after " << last;
    last = axis;
  }
  return success();
}

static SmallVector<int64_t> dropAxes(ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> axes) {
  SmallVector<int64_t> rest;
  for (auto [axis, size] : llvm::enumerate(shape))
    if (!llvm::is_contained(axes, int64_t(axis)))
      rest.push_back(size);
  return rest;
}

/// The same splat in another shape, if `value` is one: moving equal elements
/// changes nothing.
static OpFoldResult moveSplat(Attribute value, Type type) {
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(value))
    return splat.resizeSplat(cast<ShapedType>(type));
  return {};
}

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
// ReduceSumOp: R[reduce_sum] = broadcast
//===----------------------------------------------------------------------===//

LogicalResult ReduceSumOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> loc, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto input = dyn_cast<RankedTensorType>(operands.front().getType());
  if (!input)
    return emitOptionalError(loc, "expected a ranked tensor but got ",
                             operands.front().getType());
  Location where = loc.value_or(UnknownLoc::get(context));
  if (failed(verifyAxes(adaptor.getDimensions(), input.getRank(),
                        [&] { return mlir::emitError(where); })))
    return failure();
  results.push_back(
      input.clone(dropAxes(input.getShape(), adaptor.getDimensions())));
  return success();
}

OpFoldResult ReduceSumOp::fold(FoldAdaptor) {
  return getDimensions().empty() ? getInput() : Value();
}

LogicalResult ReduceSumOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(
      BroadcastOp::create(builder, getLoc(), getInput().getType(),
                          cotangents.front(), getDimensions()));
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

LogicalResult TransposeOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> loc, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto input = dyn_cast<RankedTensorType>(operands.front().getType());
  if (!input)
    return emitOptionalError(loc, "expected a ranked tensor but got ",
                             operands.front().getType());
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  if (sorted != llvm::to_vector(llvm::seq<int64_t>(0, input.getRank())))
    return emitOptionalError(loc, "expected a permutation of ",
                             input.getRank(), " axes but got [", permutation,
                             "]");
  SmallVector<int64_t> shape;
  for (int64_t axis : permutation)
    shape.push_back(input.getDimSize(axis));
  results.push_back(input.clone(shape));
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
