//===- Overwrites.cpp - Tensors that take another's buffer ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file follows operations that write to the buffer of what they read.

#include "Overwrites.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace catgrad;

OpOperand *catgrad::getOverwritten(OpResult result) {
  Operation *op = result.getOwner();
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return destination.getTiedOpOperand(result);
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    return loop.getTiedLoopInit(result);
  auto call = dyn_cast<CallOpInterface>(op);
  Operation *callee = call ? call.resolveCallable() : nullptr;
  if (!callee)
    return nullptr;
  auto destinations =
      callee->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
  return destinations
             ? &op->getOpOperand(destinations[result.getResultNumber()])
             : nullptr;
}

/// Whether the operation computes each element from elements at the same place
/// only, so that it may overwrite what it reads.
static bool isElementwise(Operation *op) {
  auto linalg = dyn_cast<linalg::LinalgOp>(op);
  return linalg && linalg.getNumParallelLoops() == linalg.getNumLoops() &&
         llvm::all_of(linalg.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); });
}

bool catgrad::isReadBefore(Value old, Operation *writer, OpOperand *overwritten,
                           Operation *store) {
  return llvm::all_of(old.getUses(), [&](OpOperand &use) {
    Operation *reader = use.getOwner();
    if (&use == overwritten || reader == store)
      return true;
    // Of others the result may lie in the same buffer, and be read later.
    auto destination = dyn_cast<DestinationStyleOpInterface>(reader);
    if (destination ? destination.isDpsInit(&use)
                    : !isa<tensor::ExtractOp>(reader))
      return false;
    if (reader == writer)
      return isElementwise(reader);
    Operation *before = writer->getBlock()->findAncestorOpInBlock(*reader);
    return before && before->isBeforeInBlock(writer);
  });
}

/// Follows the operands overwritten from `next` to `old`; whether all are as
/// they should be.
static bool isMadeFrom(Value next, Value old,
                       llvm::function_ref<bool(OpOperand &)> visit) {
  while (next != old) {
    auto result = dyn_cast<OpResult>(next);
    OpOperand *overwritten = result ? getOverwritten(result) : nullptr;
    if (!overwritten || !visit(*overwritten))
      return false;
    next = overwritten->get();
  }
  return true;
}

bool catgrad::isMadeFrom(Value next, Value old) {
  return ::isMadeFrom(next, old, [](OpOperand &) { return true; });
}

bool catgrad::overwrites(Value next, Value old, Operation *store) {
  return ::isMadeFrom(next, old, [&](OpOperand &overwritten) {
    // The function called may return another buffer.
    if (isa<CallOpInterface>(overwritten.getOwner()))
      return false;
    return overwritten.get() == old
               ? isReadBefore(old, overwritten.getOwner(), &overwritten, store)
               : overwritten.get().hasOneUse();
  });
}

bool catgrad::isWhole(tensor::InsertSliceOp insertion) {
  return insertion.getSourceType() == insertion.getDestType() &&
         insertion.getDestType().hasStaticShape() && insertion.hasUnitStride();
}

bool catgrad::isEmpty(Value tensor) {
  return llvm::is_contained(cast<RankedTensorType>(tensor.getType()).getShape(),
                            0);
}

tensor::InsertSliceOp catgrad::insertWhole(OpBuilder &builder, Location loc,
                                           Value source, Value destination) {
  auto type = cast<RankedTensorType>(destination.getType());
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(builder.getContext(), type.getShape());
  SmallVector<OpFoldResult> zeros(sizes.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(sizes.size(), builder.getIndexAttr(1));
  return tensor::InsertSliceOp::create(builder, loc, source, destination, zeros,
                                       sizes, ones);
}
