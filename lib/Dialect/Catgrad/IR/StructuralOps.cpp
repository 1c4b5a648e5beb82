//===- StructuralOps.cpp - Wires and constants -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements copy, discard, constant and parameter with their rules.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

using namespace mlir;
using namespace catgrad;

namespace {
/// What discard and parameter write to, so that no generic clean-up erases
/// them: a discarded wire and an unused parameter are part of the program.
struct WiringResource : SideEffects::Resource::Base<WiringResource> {
  StringRef getName() final { return "catgrad wiring"; }
};
} // namespace

//===----------------------------------------------------------------------===//
// CopyOp: rev(copy) = add. Gradients accumulate here and nowhere else.
//===----------------------------------------------------------------------===//

// In free SSA a copy is a value with two uses; the pass wires it again.
LogicalResult CopyOp::forward(OpBuilder &, DerivativeContext &,
                              ValueRange operands,
                              SmallVectorImpl<Value> &results,
                              SmallVectorImpl<Value> &) {
  results.append(2, operands.front());
  return success();
}

LogicalResult CopyOp::reverse(OpBuilder &builder, DerivativeContext &context,
                              ValueRange, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  Value sum =
      context.createSum(builder, getLoc(), cotangents[0], cotangents[1]);
  operandCotangents.push_back(sum);
  return success(bool(sum));
}

//===----------------------------------------------------------------------===//
// DiscardOp: rev(discard) = 0
//===----------------------------------------------------------------------===//

void DiscardOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), WiringResource::get());
}

LogicalResult DiscardOp::forward(OpBuilder &, DerivativeContext &, ValueRange,
                                 SmallVectorImpl<Value> &,
                                 SmallVectorImpl<Value> &) {
  return success();
}

LogicalResult DiscardOp::reverse(OpBuilder &builder, DerivativeContext &context,
                                 ValueRange, ValueRange,
                                 SmallVectorImpl<Value> &operandCotangents) {
  Value zero = context.createZero(builder, getLoc(), getInput().getType());
  operandCotangents.push_back(zero);
  return success(bool(zero));
}

//===----------------------------------------------------------------------===//
// ConstantOp: rev(constant) = discard
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  if (!isa<DenseElementsAttr>(getValue()))
    return emitOpError("expected a dense value but got ") << getValue();
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::dagger(OpBuilder &, ValueRange,
                                 SmallVectorImpl<Value> &) {
  return success();
}

//===----------------------------------------------------------------------===//
// ParameterOp
//===----------------------------------------------------------------------===//

void ParameterOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), WiringResource::get());
}

LogicalResult ParameterOp::verify() {
  if (getName().empty())
    return emitOpError("expected a name that is not empty");
  return verifyInit(getInit(), getType(), [&] { return emitOpError(); });
}
