//===- RegionOptic.cpp - The functor on one region -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file applies the functor to the operations of one block.

#include "RegionOptic.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace catgrad;

static DerivativeKind getKind(Operation *op) {
  auto derivative = dyn_cast<DerivativeOpInterface>(op);
  return derivative ? derivative.getDerivativeKind() : DerivativeKind::None;
}

/// Two linear sweeps: forward for what depends on an input asked for, backward
/// for what a result depends on.
FunctorRegionOptic::FunctorRegionOptic(Functor &functor, Region &region,
                                       const llvm::BitVector &activeInputs)
    : functor(functor), region(region) {
  Block &block = region.front();
  for (unsigned index : activeInputs.set_bits())
    active.insert(block.getArgument(index));
  for (Operation &op : block.without_terminator())
    if (getKind(&op) != DerivativeKind::LocallyConstant &&
        llvm::any_of(op.getOperands(),
                     [&](Value operand) { return isActive(operand); }))
      active.insert(op.result_begin(), op.result_end());

  useful.insert(block.getTerminator());
  for (Operation &op : llvm::reverse(block))
    if (llvm::any_of(op.getUsers(),
                     [&](Operation *user) { return carriesCotangent(user); }))
      useful.insert(&op);
}

bool FunctorRegionOptic::carriesCotangent(Operation *user) const {
  return useful.contains(user) &&
         getKind(user) != DerivativeKind::LocallyConstant;
}

bool FunctorRegionOptic::isOnPath(Operation *op) const {
  return useful.contains(op) &&
         llvm::any_of(op->getOperands(),
                      [&](Value operand) { return isActive(operand); });
}

LogicalResult FunctorRegionOptic::checkKinds() {
  LogicalResult result = success();
  for (Operation &op : region.front().without_terminator()) {
    if (isa<ParameterOp>(op)) {
      result = op.emitOpError("has no reverse derivative; run "
                              "catgrad-factor-parameters first");
      continue;
    }
    if (getKind(&op) != DerivativeKind::None || !isOnPath(&op))
      continue;
    auto diagnostic = op.emitError()
                      << "'" << op.getName()
                      << "' has no reverse derivative, but lies on a path from "
                         "an input asked for to a result";
    // Name the path: steps back to active operands, until an input is reached,
    // and forward to users that a cotangent comes from, until the terminator
    // is.
    Operation *step = &op;
    while (step) {
      Value from = *llvm::find_if(step->getOperands(),
                                  [&](Value value) { return isActive(value); });
      auto argument = dyn_cast<BlockArgument>(from);
      step = from.getDefiningOp();
      auto &note = diagnostic.attachNote(from.getLoc());
      if (argument)
        note << "the path comes from input " << argument.getArgNumber();
      else if (!isa<CopyOp>(step))
        note << "through this '" << step->getName() << "'";
      else
        note << "which is used several times";
    }
    step = &op;
    while (step != region.front().getTerminator()) {
      step = *llvm::find_if(step->getUsers(), [&](Operation *user) {
        return carriesCotangent(user);
      });
      if (!isa<CopyOp>(step))
        diagnostic.attachNote(step->getLoc())
            << (step->hasTrait<OpTrait::IsTerminator>() ? "and ends in this '"
                                                        : "on to this '")
            << step->getName() << "'";
    }
    result = failure();
  }
  return result;
}

//===----------------------------------------------------------------------===//
// One operation
//===----------------------------------------------------------------------===//

LogicalResult FunctorRegionOptic::forwardOp(OpBuilder &builder, Operation *op,
                                            ValueRange operands,
                                            SmallVectorImpl<Value> &results,
                                            SmallVectorImpl<Value> &residuals) {
  auto derivative = dyn_cast<DerivativeOpInterface>(op);
  if (isOnPath(op) && functor.getPolicy() == ResidualPolicy::Rule)
    return derivative.forward(builder, functor, operands, results, residuals);
  if (isa<CopyOp, DiscardOp>(op)) // wires are made again at the end
    return derivative.forward(builder, functor, operands, results, residuals);
  llvm::append_range(results, cloneOn(builder, op, operands)->getResults());
  if (isOnPath(op))
    llvm::append_range(residuals, operands);
  return success();
}

LogicalResult
FunctorRegionOptic::reverseOp(OpBuilder &builder, Operation *op,
                              ValueRange residuals, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  auto derivative = cast<DerivativeOpInterface>(op);
  if (functor.getPolicy() == ResidualPolicy::Rule || isa<CopyOp>(op))
    return derivative.reverse(builder, functor, residuals, cotangents,
                              operandCotangents);
  // The residuals are the operands: evaluate again for those of the rule.
  SmallVector<Value> results, own;
  if (failed(derivative.forward(builder, functor, residuals, results, own)))
    return failure();
  return derivative.reverse(builder, functor, own, cotangents,
                            operandCotangents);
}

//===----------------------------------------------------------------------===//
// The block
//===----------------------------------------------------------------------===//

LogicalResult FunctorRegionOptic::forward(OpBuilder &builder,
                                          ValueRange operands,
                                          SmallVectorImpl<Value> &results,
                                          SmallVectorImpl<Value> &residuals) {
  llvm::SaveAndRestore scope(functor.current, this);
  residualCounts.clear();
  IRMapping mapping;
  Block &block = region.front();
  mapping.map(block.getArguments(), operands);
  SmallVector<Value> mapped, values;
  for (Operation &op : block.without_terminator()) {
    mapped.clear();
    values.clear();
    for (Value operand : op.getOperands())
      mapped.push_back(mapping.lookup(operand));
    size_t before = residuals.size();
    if (failed(forwardOp(builder, &op, mapped, values, residuals)))
      return failure();
    if (values.size() != op.getNumResults())
      return op.emitError()
             << "expected the forward rule of '" << op.getName() << "' to give "
             << op.getNumResults() << " results but got " << values.size();
    residualCounts.push_back(residuals.size() - before);
    mapping.map(op.getResults(), values);
  }
  for (Value operand : block.getTerminator()->getOperands())
    results.push_back(mapping.lookup(operand));
  return success();
}

LogicalResult
FunctorRegionOptic::reverse(OpBuilder &builder, ValueRange residuals,
                            ValueRange cotangents,
                            SmallVectorImpl<Value> &operandCotangents) {
  llvm::SaveAndRestore scope(functor.current, this);
  Block &block = region.front();
  // A value without an entry has cotangent zero: nothing that a result depends
  // on consumes it.
  DenseMap<Value, Value> cotangentOf;
  for (auto [operand, cotangent] :
       llvm::zip_equal(block.getTerminator()->getOperands(), cotangents))
    cotangentOf[operand] = cotangent;
  auto take = [&](Value value) -> Value {
    if (Value cotangent = cotangentOf.lookup(value))
      return cotangent;
    return functor.createZero(builder, value.getLoc(), value.getType());
  };

  ArrayRef<unsigned> counts = residualCounts;
  SmallVector<Value> gathered, produced;
  for (Operation &op : llvm::drop_begin(llvm::reverse(block))) {
    ValueRange own = residuals.take_back(counts.back());
    residuals = residuals.drop_back(counts.back());
    counts = counts.drop_back();
    if (!isOnPath(&op))
      continue;
    gathered.clear();
    produced.clear();
    for (Value result : op.getResults()) {
      gathered.push_back(take(result));
      if (!gathered.back())
        return failure();
    }
    if (failed(reverseOp(builder, &op, own, gathered, produced)))
      return failure();
    if (TypeRange(produced) != TypeRange(op.getOperandTypes()))
      return op.emitError()
             << "expected the reverse rule of '" << op.getName()
             << "' to give cotangents of types " << op.getOperandTypes()
             << " but got " << TypeRange(produced);
    for (auto [operand, cotangent] :
         llvm::zip_equal(op.getOperands(), produced))
      cotangentOf[operand] = cotangent;
  }
  for (BlockArgument argument : block.getArguments()) {
    operandCotangents.push_back(take(argument));
    if (!operandCotangents.back())
      return failure();
  }
  return success();
}
