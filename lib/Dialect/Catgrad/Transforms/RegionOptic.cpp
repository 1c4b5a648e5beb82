//===- RegionOptic.cpp - The functor on one region -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file applies the functor to the operations of one block.

#include "RegionOptic.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace catgrad;

/// Two linear sweeps: forward for what depends on an input asked for, backward
/// for what a result depends on.
FunctorRegionOptic::FunctorRegionOptic(Functor &functor, Region &region,
                                       const llvm::BitVector &activeInputs,
                                       bool useCatgrad)
    : functor(functor), region(region), useCatgrad(useCatgrad),
      numOwnArguments(region.getNumArguments()) {
  Block &block = region.front();
  for (unsigned index : activeInputs.set_bits())
    active.insert(block.getArgument(index));
  for (Operation &op : block.without_terminator())
    if (hasActiveInput(&op))
      active.insert(op.result_begin(), op.result_end());

  useful.insert(block.getTerminator());
  for (Operation &op : llvm::reverse(block))
    if (getUserWithCotangent(&op))
      useful.insert(&op);
}

Operation *FunctorRegionOptic::getUserWithCotangent(Operation *op) const {
  for (OpOperand &use : op->getUses()) {
    Operation *owner = use.getOwner(),
              *user = region.front().findAncestorOpInBlock(*owner);
    // What a region within the user uses is an input after its operands.
    unsigned index =
        user == owner ? use.getOperandNumber() : user->getNumOperands();
    if (useful.contains(user) &&
        getInputKind(user, index) != DerivativeKind::LocallyConstant)
      return user;
  }
  return nullptr;
}

/// The constant that a value is, also behind wires, or null.
static Operation *getConstant(Value value) {
  while (auto copy = value.getDefiningOp<CopyOp>())
    value = copy.getInput();
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>() ? op : nullptr;
}

std::unique_ptr<FunctorRegionOptic>
FunctorRegionOptic::close(Functor &functor, Region &region,
                          const llvm::BitVector &active) {
  auto copy = std::make_unique<Region>(region.getParentOp());
  IRMapping blocks, arguments;
  region.cloneInto(copy.get(), blocks);
  OpBuilder builder = OpBuilder::atBlockBegin(&copy->front());
  for (Value capture : getCaptures(region)) {
    Value argument = copy->addArgument(capture.getType(), capture.getLoc());
    // A constant stays one: the kind of a loop inside depends on its bounds.
    Operation *constant = getConstant(capture);
    arguments.map(capture,
                  constant ? builder.clone(*constant)->getResult(0) : argument);
  }
  copy->walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands())
      operand.set(arguments.lookupOrDefault(operand.get()));
  });
  makeWiringExplicit(*copy);
  auto optic = std::make_unique<FunctorRegionOptic>(functor, *copy, active,
                                                    functor.useCatgrad);
  optic->owned = std::move(copy);
  optic->numOwnArguments = region.getNumArguments();
  return optic;
}

/// An active input in which the operation is not locally constant; of these
/// one without derivative, if there is one.
std::optional<unsigned>
FunctorRegionOptic::findActiveInput(Operation *op) const {
  std::optional<unsigned> found;
  for (auto [index, input] : llvm::enumerate(getInputs(op))) {
    DerivativeKind kind = getInputKind(op, index);
    if (!isActive(input) || kind == DerivativeKind::LocallyConstant)
      continue;
    if (kind == DerivativeKind::None)
      return index;
    if (!found)
      found = index;
  }
  return found;
}

bool FunctorRegionOptic::isOnPath(Operation *op) const {
  return useful.contains(op) && hasActiveInput(op);
}

/// Whether an operation writes to a buffer that it is given.
static bool writesToBuffer(Operation *op) {
  if (llvm::none_of(getInputs(op), [](Value input) {
        return isa<BaseMemRefType>(input.getType());
      }))
    return false;
  auto effects = getEffectsRecursively(op);
  return !effects ||
         llvm::any_of(*effects,
                      [](const MemoryEffects::EffectInstance &effect) {
                        return isa<MemoryEffects::Write>(effect.getEffect());
                      });
}

LogicalResult FunctorRegionOptic::checkKinds() {
  LogicalResult result = success();
  for (Operation &op : region.front().without_terminator()) {
    if (isa<ParameterOp>(op)) {
      result = op.emitOpError("has no reverse derivative; run "
                              "catgrad-factor-parameters first");
      continue;
    }
    // A path through memory is no path of values: it would be lost, and the
    // derivative zero.
    if (!isa<DiscardOp>(op) && !isOnPath(&op) && hasActiveInput(&op) &&
        writesToBuffer(&op)) {
      mlir::emitError(op.getLoc())
          << "'" << op.getName()
          << "' writes to a buffer what depends on an input asked for, and has "
             "no reverse derivative; differentiate before bufferisation";
      result = failure();
      continue;
    }
    if (!isOnPath(&op))
      continue;
    unsigned index = *findActiveInput(&op);
    if (getInputKind(&op, index) != DerivativeKind::None)
      continue;
    auto derivative = dyn_cast<DerivativeOpInterface>(op);
    std::string where;
    if (derivative && derivative.getDerivativeKind() != DerivativeKind::None)
      where = " with respect to operand " + std::to_string(index);
    // Not at the operation: it would be printed, and a closed region is not
    // part of any function.
    auto diagnostic =
        mlir::emitError(op.getLoc())
        << "'" << op.getName() << "' has no reverse derivative" << where
        << ", but lies on a path from an input asked for to a result";
    // Name the path: steps back to active operands, until an input is reached,
    // and forward to users that a cotangent comes from, until the terminator
    // is.
    Operation *step = &op;
    while (step) {
      Value from = getInputs(step)[*findActiveInput(step)];
      auto argument = dyn_cast<BlockArgument>(from);
      step = from.getDefiningOp();
      auto &note = diagnostic.attachNote(from.getLoc());
      if (argument && argument.getArgNumber() >= numOwnArguments)
        note << "the path comes from this value outside of the region";
      else if (argument)
        note << "the path comes from input " << argument.getArgNumber();
      else if (!isa<CopyOp>(step))
        note << "through this '" << step->getName() << "'";
      else
        note << "which is used several times";
    }
    step = &op;
    while (step != region.front().getTerminator()) {
      step = getUserWithCotangent(step);
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
  llvm::SaveAndRestore dialect(functor.useCatgrad, useCatgrad);
  residualCounts.clear();
  size_t first = residuals.size();
  IRMapping mapping;
  Block &block = region.front();
  mapping.map(block.getArguments(), operands);
  SmallVector<Value> mapped, values;
  for (Operation &op : block.without_terminator()) {
    mapped.clear();
    values.clear();
    for (Value input : getInputs(&op))
      mapped.push_back(mapping.lookup(input));
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
  residualTypes.clear();
  for (Value residual : llvm::drop_begin(residuals, first))
    residualTypes.push_back(residual.getType());
  return success();
}

LogicalResult
FunctorRegionOptic::reverse(OpBuilder &builder, ValueRange residuals,
                            ValueRange cotangents,
                            SmallVectorImpl<Value> &operandCotangents) {
  llvm::SaveAndRestore scope(functor.current, this);
  llvm::SaveAndRestore dialect(functor.useCatgrad, useCatgrad);
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
    SmallVector<Value> inputs = getInputs(&op);
    if (TypeRange(ValueRange(produced)) != TypeRange(ValueRange(inputs)))
      return op.emitError() << "expected the reverse rule of '" << op.getName()
                            << "' to give cotangents of types "
                            << TypeRange(ValueRange(inputs)) << " but got "
                            << TypeRange(ValueRange(produced));
    for (auto [input, cotangent] : llvm::zip_equal(inputs, produced))
      cotangentOf[input] = cotangent;
  }
  for (BlockArgument argument : block.getArguments()) {
    operandCotangents.push_back(take(argument));
    if (!operandCotangents.back())
      return failure();
  }
  return success();
}
