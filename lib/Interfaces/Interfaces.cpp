//===- Interfaces.cpp - Op and attribute interfaces -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the generated definitions of the interfaces, and what an
// operation's inputs are.

#include "catgrad/Interfaces/CompositeInterface.h"
#include "catgrad/Interfaces/DerivativeInterface.h"
#include "catgrad/Interfaces/LearnerInterfaces.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace catgrad;

#include "catgrad/Interfaces/CompositeInterface.cpp.inc"
#include "catgrad/Interfaces/DerivativeInterface.cpp.inc"
#include "catgrad/Interfaces/LearnerInterfaces.cpp.inc"

SmallVector<Value> catgrad::getCaptures(Region &region) {
  llvm::SetVector<Value> captures;
  region.walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (!region.isAncestor(operand.getParentRegion()))
        captures.insert(operand);
  });
  return captures.takeVector();
}

DerivativeKind catgrad::getInputKind(Operation *op, unsigned index) {
  auto derivative = dyn_cast<DerivativeOpInterface>(op);
  if (!derivative)
    return DerivativeKind::None;
  return index < op->getNumOperands() ? derivative.getOperandKind(index)
                                      : derivative.getDerivativeKind();
}

SmallVector<Value> catgrad::getInputs(Operation *op) {
  SmallVector<Value> inputs(op->getOperands());
  llvm::SetVector<Value> captures;
  for (Region &region : op->getRegions())
    captures.insert_range(getCaptures(region));
  llvm::append_range(inputs, captures);
  return inputs;
}

Operation *catgrad::cloneOn(OpBuilder &builder, Operation *op,
                            ValueRange inputs) {
  IRMapping mapping;
  if (op->getNumRegions() != 0)
    for (auto [capture, input] : llvm::zip_equal(getInputs(op), inputs))
      mapping.map(capture, input);
  Operation *copy = builder.clone(*op, mapping);
  // Not by the mapping: one value may stand in several operands.
  copy->setOperands(inputs.take_front(op->getNumOperands()));
  return copy;
}
