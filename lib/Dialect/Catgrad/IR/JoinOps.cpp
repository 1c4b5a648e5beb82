//===- JoinOps.cpp - Joining and taking apart -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the operations that join tensors along an axis or take
// one apart, each next to its reverse.

#include "Axes.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// StackOp: R[stack] = unstack
//===----------------------------------------------------------------------===//

/// Checks that `parts` are the slices of `whole` along `axis`.
static LogicalResult verifyStack(Operation *op, TypeRange parts,
                                 RankedTensorType whole, int64_t axis,
                                 StringRef what) {
  if (failed(
          verifyAxis(axis, whole.getRank(), [&] { return op->emitOpError(); })))
    return failure();
  if (int64_t(parts.size()) != whole.getDimSize(axis))
    return op->emitOpError("expected ")
           << whole.getDimSize(axis) << " " << what << "s, the size of axis "
           << axis << " of " << whole << ", but got " << parts.size();
  Type expected = whole.clone(dropAxes(whole.getShape(), axis));
  for (auto [i, type] : llvm::enumerate(parts))
    if (type != expected)
      return op->emitOpError("expected ") << what << " #" << i << " of type "
                                          << expected << " but got " << type;
  return success();
}

LogicalResult StackOp::verify() {
  return verifyStack(*this, getInputs().getTypes(), tensorType(getResult()),
                     getAxis(), "operand");
}

LogicalResult StackOp::dagger(OpBuilder &builder, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  auto unstack = UnstackOp::create(builder, getLoc(), getInputs().getTypes(),
                                   cotangents.front(), getAxis());
  llvm::append_range(operandCotangents, unstack.getOutputs());
  return success();
}

//===----------------------------------------------------------------------===//
// UnstackOp: R[unstack] = stack
//===----------------------------------------------------------------------===//

LogicalResult UnstackOp::verify() {
  return verifyStack(*this, getOutputs().getTypes(), tensorType(getInput()),
                     getAxis(), "result");
}

LogicalResult UnstackOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(StackOp::create(
      builder, getLoc(), getInput().getType(), cotangents, getAxis()));
  return success();
}

//===----------------------------------------------------------------------===//
// ConcatOp: R[concat] = split
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::verify() {
  auto whole = tensorType(getResult());
  int64_t axis = getAxis();
  if (failed(verifyAxis(axis, whole.getRank(), [&] { return emitOpError(); })))
    return failure();
  uint64_t total = 0;
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    auto part = tensorType(input);
    SmallVector<int64_t> shape(whole.getShape());
    if (part.getRank() == whole.getRank())
      shape[axis] = part.getDimSize(axis);
    if (RankedTensorType expected = whole.clone(shape); part != expected)
      return emitOpError("expected operand #")
             << i << " to be like " << whole << " but for axis " << axis
             << " but got " << part;
    total = llvm::SaturatingAdd<uint64_t>(total, part.getDimSize(axis));
  }
  if (total != uint64_t(whole.getDimSize(axis)))
    return emitOpError("expected a result of size ")
           << total << " along axis " << axis << " but got "
           << whole.getDimSize(axis);
  return success();
}

LogicalResult ConcatOp::dagger(OpBuilder &builder, ValueRange cotangents,
                               SmallVectorImpl<Value> &operandCotangents) {
  SmallVector<int64_t> sizes;
  for (Value input : getInputs())
    sizes.push_back(tensorType(input).getDimSize(getAxis()));
  auto split =
      SplitOp::create(builder, getLoc(), cotangents.front(), getAxis(), sizes);
  llvm::append_range(operandCotangents, split.getOutputs());
  return success();
}

//===----------------------------------------------------------------------===//
// SplitOp: R[split] = concat
//===----------------------------------------------------------------------===//

LogicalResult
SplitOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                          ValueRange operands, DictionaryAttr attributes,
                          OpaqueProperties properties, RegionRange regions,
                          SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  FailureOr<RankedTensorType> input = getRankedOperand(loc, operands);
  if (failed(input))
    return failure();
  int64_t axis = adaptor.getAxis();
  Location where = loc.value_or(UnknownLoc::get(context));
  if (failed(verifyAxis(axis, input->getRank(),
                        [&] { return mlir::emitError(where); })))
    return failure();
  SmallVector<int64_t> shape(input->getShape());
  uint64_t total = 0;
  for (int64_t size : adaptor.getSizes()) {
    if (size < 0)
      return emitOptionalError(loc, "expected sizes of at least 0 but got ",
                               size);
    total = llvm::SaturatingAdd<uint64_t>(total, size);
    shape[axis] = size;
    results.push_back(input->clone(shape));
  }
  if (!input->isDynamicDim(axis) && total != uint64_t(input->getDimSize(axis)))
    return emitOptionalError(loc, "expected sizes with sum ",
                             input->getDimSize(axis), " but got [",
                             adaptor.getSizes(), "]");
  return success();
}

LogicalResult SplitOp::dagger(OpBuilder &builder, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(ConcatOp::create(
      builder, getLoc(), getInput().getType(), cotangents, getAxis()));
  return success();
}
