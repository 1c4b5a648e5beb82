//===- IndexingOps.cpp - Indices -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the operations that make indices, or read and write at
// them. gather and scatter_add are each other's reverse, because both clamp.

#include "Axes.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

using namespace mlir;
using namespace catgrad;

/// Checks the axis and the indices of a gather from, or a scatter into,
/// `table`; `rows` becomes the type with the shape of the indices instead of
/// the axis.
static LogicalResult inferRows(RankedTensorType table, RankedTensorType indices,
                               int64_t axis, EmitError emitError,
                               RankedTensorType &rows) {
  if (failed(verifyAxis(axis, table.getRank(), emitError)))
    return failure();
  if (table.getDimSize(axis) == 0 && !llvm::is_contained(indices.getShape(), 0))
    return emitError() << "expected no indices into the empty axis " << axis
                       << " of " << table << " but got " << indices;
  SmallVector<int64_t> shape(table.getShape().take_front(axis));
  llvm::append_range(shape, indices.getShape());
  llvm::append_range(shape, table.getShape().drop_front(axis + 1));
  rows = table.clone(shape);
  return success();
}

//===----------------------------------------------------------------------===//
// IotaOp: R[iota] = discard
//===----------------------------------------------------------------------===//

LogicalResult IotaOp::verify() {
  return verifyAxis(getAxis(), tensorType(getResult()).getRank(),
                    [&] { return emitOpError(); });
}

LogicalResult IotaOp::dagger(OpBuilder &, ValueRange,
                             SmallVectorImpl<Value> &) {
  return success();
}

//===----------------------------------------------------------------------===//
// OneHotOp: locally constant
//===----------------------------------------------------------------------===//

LogicalResult OneHotOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto result = tensorType(getResult()), indices = tensorType(getIndices());
  int64_t axis = getAxis();
  if (failed(verifyAxis(axis, result.getRank(), emitError)))
    return failure();
  RankedTensorType expected =
      indices.clone(dropAxes(result.getShape(), {axis}));
  if (indices != expected)
    return emitOpError("expected indices of type ")
           << expected << " but got " << indices;
  return success();
}

//===----------------------------------------------------------------------===//
// GatherOp: R[gather](i, d) = (scatter_add(d, i), 0)
//===----------------------------------------------------------------------===//

LogicalResult
GatherOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                           ValueRange operands, DictionaryAttr attributes,
                           OpaqueProperties properties, RegionRange regions,
                           SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  FailureOr<RankedTensorType> input = getRankedOperand(loc, operands),
                              indices =
                                  getRankedOperand(loc, operands.drop_front());
  if (failed(input) || failed(indices))
    return failure();
  Location where = loc.value_or(UnknownLoc::get(context));
  RankedTensorType rows;
  if (failed(inferRows(
          *input, *indices, adaptor.getAxis(),
          [&] { return mlir::emitError(where); }, rows)))
    return failure();
  results.push_back(rows);
  return success();
}

DerivativeKind GatherOp::getOperandKind(unsigned index) {
  return index == 0 ? DerivativeKind::Rule : DerivativeKind::LocallyConstant;
}

LogicalResult GatherOp::forward(OpBuilder &builder, DerivativeContext &,
                                ValueRange operands,
                                SmallVectorImpl<Value> &results,
                                SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  residuals.push_back(operands[1]);
  return success();
}

LogicalResult GatherOp::reverse(OpBuilder &builder, DerivativeContext &,
                                ValueRange residuals, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(
      ScatterAddOp::create(builder, getLoc(), getInput().getType(),
                           cotangents.front(), residuals.front(), getAxis()));
  operandCotangents.push_back(ConstantOp::create(
      builder, getLoc(), getSplat(getIndices().getType(), 0.0)));
  return success();
}

//===----------------------------------------------------------------------===//
// ScatterAddOp: R[scatter_add](i, d) = (gather(d, i), 0)
//===----------------------------------------------------------------------===//

LogicalResult ScatterAddOp::verify() {
  RankedTensorType expected, updates = tensorType(getUpdates());
  if (failed(inferRows(
          tensorType(getResult()), tensorType(getIndices()), getAxis(),
          [&] { return emitOpError(); }, expected)))
    return failure();
  if (updates != expected)
    return emitOpError("expected an operand of type ")
           << expected << " but got " << updates;
  return success();
}

DerivativeKind ScatterAddOp::getOperandKind(unsigned index) {
  return index == 0 ? DerivativeKind::Rule : DerivativeKind::LocallyConstant;
}

LogicalResult ScatterAddOp::forward(OpBuilder &builder, DerivativeContext &,
                                    ValueRange operands,
                                    SmallVectorImpl<Value> &results,
                                    SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  residuals.push_back(operands[1]);
  return success();
}

LogicalResult ScatterAddOp::reverse(OpBuilder &builder, DerivativeContext &,
                                    ValueRange residuals, ValueRange cotangents,
                                    SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(GatherOp::create(
      builder, getLoc(), cotangents.front(), residuals.front(), getAxis()));
  operandCotangents.push_back(ConstantOp::create(
      builder, getLoc(), getSplat(getIndices().getType(), 0.0)));
  return success();
}
