//===- Axes.cpp - Questions about axes -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks axes and infers the types of what drops them.

#include "Axes.h"
#include "catgrad/Dialect/Catgrad/IR/Reduction.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;

LogicalResult catgrad::verifyAxis(int64_t axis, int64_t rank,
                                  EmitError emitError) {
  if (axis < 0 || axis >= rank)
    return emitError() << "expected an axis within rank " << rank << " but got "
                       << axis;
  return success();
}

LogicalResult catgrad::verifyAxes(ArrayRef<int64_t> axes, int64_t rank,
                                  EmitError emitError) {
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

SmallVector<int64_t> catgrad::dropAxes(ArrayRef<int64_t> shape,
                                       ArrayRef<int64_t> axes) {
  SmallVector<int64_t> rest;
  for (auto [axis, size] : llvm::enumerate(shape))
    if (!llvm::is_contained(axes, int64_t(axis)))
      rest.push_back(size);
  return rest;
}

FailureOr<RankedTensorType>
catgrad::getRankedOperand(std::optional<Location> loc, ValueRange operands) {
  Type type = operands.front().getType();
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor;
  return emitOptionalError(loc, "expected a ranked tensor but got ", type);
}

LogicalResult catgrad::inferReduced(MLIRContext *context,
                                    std::optional<Location> loc,
                                    ValueRange operands,
                                    ArrayRef<int64_t> dimensions,
                                    SmallVectorImpl<Type> &results) {
  FailureOr<RankedTensorType> input = getRankedOperand(loc, operands);
  if (failed(input))
    return failure();
  Location where = loc.value_or(UnknownLoc::get(context));
  if (failed(verifyAxes(dimensions, input->getRank(),
                        [&] { return mlir::emitError(where); })))
    return failure();
  results.push_back(input->clone(dropAxes(input->getShape(), dimensions)));
  return success();
}

OpFoldResult catgrad::moveSplat(Attribute value, Type type) {
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(value))
    return splat.resizeSplat(cast<ShapedType>(type));
  return {};
}
