//===- Functor.cpp - The reverse-derivative functor -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file applies R to functions: it makes their forward and reverse
// functions, each distinct value crossing from one to the other once.

#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"
#include "RegionOptic.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace catgrad;

/// R goes down the calls, some stack frames each.
static constexpr size_t kMaxCallDepth = 1000;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

func::FuncOp Functor::createFunction(Operation *before, StringRef name,
                                     TypeRange inputs, bool isPrivate) {
  OpBuilder builder(before);
  auto function =
      func::FuncOp::create(builder, before->getLoc(), name,
                           builder.getFunctionType(inputs, TypeRange()));
  if (isPrivate)
    function.setPrivate();
  symbols.insert(function, Block::iterator(before));
  function.addEntryBlock();
  return function;
}

/// Ends the body, and gives the function the types of what it returns.
static void finishBody(OpBuilder &builder, func::FuncOp function,
                       ValueRange results) {
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setFunctionType(
      builder.getFunctionType(function.getArgumentTypes(), results.getTypes()));
}

static uint64_t countOperations(FunctionOpInterface function) {
  uint64_t count = 0;
  function.getFunctionBody().walk([&](Operation *) { ++count; });
  return count;
}

LogicalResult Functor::checkSize(Operation *user, uint64_t more) {
  if (operations + more <= maxOperations)
    return success();
  return user->emitError() << "expected derivatives of at most "
                           << maxOperations << " operations in a module";
}

LogicalResult Functor::finish(FunctionOpInterface function) {
  makeWiringExplicit(function.getFunctionBody());
  operations += countOperations(function);
  return success(succeeded(checkSize(function, 0)) &&
                 succeeded(verifyWiring(function.getFunctionBody())));
}

RegionOptic *Functor::derive(Region &region, const llvm::BitVector &active) {
  auto [entry, isNew] = current->nested.try_emplace(&region);
  if (!isNew)
    return entry->second.get();
  if (failed(checkWirable(region,
                          [](Location loc) { return mlir::emitError(loc); })))
    return nullptr;
  auto optic = FunctorRegionOptic::close(*this, region, active);
  if (failed(optic->checkKinds()))
    return nullptr;
  return (current->nested[&region] = std::move(optic)).get();
}

std::unique_ptr<RegionOptic> Functor::derive(FunctionOpInterface function,
                                             const llvm::BitVector &active,
                                             Operation *user) {
  if (hasCustomOptic(function))
    return deriveCustom(function, active, user);
  if (function.isExternal()) {
    auto diagnostic = user->emitError()
                      << "expected a function with a body, or one that names "
                         "its own forward and reverse, but @"
                      << function.getName() << " is external";
    diagnostic.attachNote(function.getLoc()) << "declared here";
    return nullptr;
  }
  Region &body = function.getFunctionBody();
  // The forward part alone is as large as the function.
  if (failed(checkSize(user, countOperations(function))) ||
      failed(verifyWiring(body)))
    return nullptr;
  Operation *terminator = body.front().getTerminator();
  if (terminator->getOperandTypes() != function.getResultTypes()) {
    terminator->emitError()
        << "expected a terminator that gives the results of the function, "
        << function.getResultTypes() << ", but got '" << terminator->getName()
        << "'";
    return nullptr;
  }
  auto optic = std::make_unique<FunctorRegionOptic>(*this, body, active,
                                                    prefersCatgrad(body));
  if (failed(optic->checkKinds()))
    return nullptr;
  return optic;
}

FailureOr<func::FuncOp> Functor::createReverse(FunctionOpInterface function,
                                               StringRef name,
                                               ArrayRef<int64_t> wrt,
                                               Operation *user) {
  llvm::BitVector active(function.getNumArguments());
  for (int64_t index : wrt)
    active.set(index);

  SmallVector<Type> inputs(function.getArgumentTypes());
  llvm::append_range(inputs, function.getResultTypes());
  func::FuncOp reverse =
      createFunction(user, name, inputs, /*isPrivate=*/false);
  OpBuilder builder = OpBuilder::atBlockEnd(&reverse.front());
  ValueRange arguments = reverse.getArguments();
  ValueRange operands = arguments.take_front(function.getNumArguments());
  ValueRange cotangents = arguments.drop_front(function.getNumArguments());
  // Headers, drawings and errors call an input what the function calls it.
  for (unsigned index : llvm::seq(function.getNumArguments()))
    if (Attribute given = function.getArgAttr(index, metadata::kName))
      reverse.setArgAttr(index, metadata::kName, given);

  SmallVector<Value> results, residuals, operandCotangents;
  std::unique_ptr<RegionOptic> optic = derive(function, active, user);
  if (!optic || failed(optic->forward(builder, operands, results, residuals)) ||
      failed(optic->reverse(builder, residuals, cotangents, operandCotangents)))
    return failure();
  SmallVector<Value> asked;
  for (int64_t index : wrt)
    asked.push_back(operandCotangents[index]);
  finishBody(builder, reverse, asked);
  if (failed(finish(reverse)))
    return failure();
  return reverse;
}

//===----------------------------------------------------------------------===//
// Optics of functions
//===----------------------------------------------------------------------===//

FailureOr<const DerivedFunction *>
Functor::getOrCreate(FunctionOpInterface function, Operation *user,
                     const llvm::BitVector &active) {
  bool custom = hasCustomOptic(function);
  llvm::BitVector asked = active;
  if (custom)
    asked.set();
  std::vector<int> key(asked.set_bits_begin(), asked.set_bits_end());
  std::unique_ptr<DerivedFunction> &entry = derivedFunctions[{function, key}];
  if (entry)
    return entry.get();
  if (!inProgress.insert(function).second) {
    auto diagnostic = user->emitError()
                      << "recursive call: @" << function.getName()
                      << " has no reverse derivative made ahead of time";
    diagnostic.attachNote(function.getLoc()) << "of this function";
    return failure();
  }
  llvm::scope_exit remove([&] { inProgress.erase(function); });
  if (inProgress.size() > kMaxCallDepth)
    return user->emitError()
           << "expected calls nested at most " << kMaxCallDepth << " deep";
  auto derived = std::make_unique<DerivedFunction>();
  derived->active = asked;
  if (failed(custom ? takeCustom(*derived, function)
                    : create(*derived, function, user)))
    return failure();
  // Making it may have made others; references into the map stay valid.
  entry = std::move(derived);
  return entry.get();
}

LogicalResult Functor::create(DerivedFunction &derived,
                              FunctionOpInterface function, Operation *user) {
  std::unique_ptr<RegionOptic> optic = derive(function, derived.active, user);
  if (!optic)
    return failure();
  std::string suffix;
  if (!derived.active.all()) {
    suffix = ".wrt";
    for (unsigned index : derived.active.set_bits())
      suffix += "." + std::to_string(index);
  }
  auto name = [&](StringRef part) {
    return (function.getName() + part + suffix).str();
  };

  // The forward function. Each distinct value is returned once; an argument or
  // a constant not at all.
  func::FuncOp fwd =
      createFunction(function, name(".fwd"), function.getArgumentTypes(), true);
  OpBuilder builder = OpBuilder::atBlockEnd(&fwd.front());
  SmallVector<Value> results, residuals, returned;
  if (failed(optic->forward(builder, fwd.getArguments(), results, residuals)))
    return failure();
  bool recompute = policy == ResidualPolicy::Recompute;
  if (recompute)
    residuals.assign(fwd.args_begin(), fwd.args_end());
  DenseMap<Value, unsigned> indices;
  auto describe = [&](Value value) -> DerivedValue {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return {DerivedValue::Argument, argument.getArgNumber(), nullptr};
    if (value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>())
      return {DerivedValue::Constant, 0, value.getDefiningOp()};
    auto [entry, isNew] = indices.try_emplace(value, returned.size());
    if (isNew)
      returned.push_back(value);
    return {DerivedValue::Result, entry->second, nullptr};
  };
  for (Value result : results)
    derived.results.push_back(describe(result));
  // A residual crosses once; a constant is made again on the other side.
  llvm::MapVector<Value, unsigned> crossing;
  for (Value residual : residuals) {
    DerivedValue source = describe(residual);
    if (source.source == DerivedValue::Constant)
      continue;
    if (crossing.insert({residual, crossing.size()}).second) {
      derived.residuals.push_back(source);
      derived.residualTypes.push_back(residual.getType());
    }
  }

  // The reverse function.
  SmallVector<Type> inputs = derived.residualTypes;
  llvm::append_range(inputs, function.getResultTypes());
  func::FuncOp rev = createFunction(function, name(".rev"), inputs, true);
  finishBody(builder, fwd, returned);
  builder.setInsertionPointToEnd(&rev.front());
  ValueRange arguments = rev.getArguments();
  ValueRange cotangents = arguments.drop_front(derived.residualTypes.size());
  SmallVector<Value> own, operandCotangents, active;
  for (Value residual : residuals) {
    auto found = crossing.find(residual);
    own.push_back(found != crossing.end()
                      ? arguments[found->second]
                      : builder.clone(*residual.getDefiningOp())->getResult(0));
  }
  if (recompute) {
    SmallVector<Value> operands = std::move(own), ignored;
    own.clear();
    if (failed(optic->forward(builder, operands, ignored, own)))
      return failure();
  }
  if (failed(optic->reverse(builder, own, cotangents, operandCotangents)))
    return failure();
  for (unsigned index : derived.active.set_bits())
    active.push_back(operandCotangents[index]);
  finishBody(builder, rev, active);
  derived.fwd = cast<FunctionOpInterface>(*fwd);
  derived.rev = cast<FunctionOpInterface>(*rev);
  return success(succeeded(finish(derived.fwd)) &&
                 succeeded(finish(derived.rev)));
}
