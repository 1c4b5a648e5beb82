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
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace catgrad;

/// R goes down the calls, some stack frames each.
static constexpr size_t kMaxCallDepth = 1000;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

bool Functor::isActive(Value input) const {
  return current && current->isActive(input);
}

/// Whether a tensor is one of this dialect.
static bool isCatgradTensor(Type type) {
  return succeeded(verifyTensorType(type));
}

Value Functor::createZero(OpBuilder &builder, Location loc, Type type) {
  Type element = getElementTypeOrSelf(type);
  auto shaped = dyn_cast<ShapedType>(type);
  bool hasZero = element.isIntOrIndexOrFloat() &&
                 (!shaped || (isa<RankedTensorType, VectorType>(type) &&
                              shaped.hasStaticShape()));
  if (!hasZero) {
    mlir::emitError(loc) << "expected a number or a static tensor of numbers, "
                            "to make its zero cotangent, but got "
                         << type;
    return nullptr;
  }
  if (useCatgrad && isCatgradTensor(type))
    return ConstantOp::create(builder, loc, getSplat(type, 0.0));
  return arith::ConstantOp::create(builder, loc,
                                   cast<TypedAttr>(builder.getZeroAttr(type)));
}

/// Whether a cotangent is a constant zero. As a cotangent, -0.0 is no
/// different.
static bool isZero(Value value) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return false;
  if (auto splat = dyn_cast<SplatElementsAttr>(constant))
    constant = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(constant))
    return number.getValue().isZero();
  auto number = dyn_cast<IntegerAttr>(constant);
  return number && number.getValue().isZero();
}

Value Functor::createSum(OpBuilder &builder, Location loc, Value lhs,
                         Value rhs) {
  if (isZero(lhs))
    return rhs;
  if (isZero(rhs))
    return lhs;
  Type type = lhs.getType(), element = getElementTypeOrSelf(type);
  if (useCatgrad && isCatgradTensor(type))
    return AddOp::create(builder, loc, lhs, rhs);
  bool isNumber =
      !isa<ShapedType>(type) || isa<RankedTensorType, VectorType>(type);
  if (isNumber && isa<FloatType>(element))
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  if (isNumber && element.isIntOrIndex())
    return arith::AddIOp::create(builder, loc, lhs, rhs);
  mlir::emitError(loc)
      << "expected numbers or tensors of numbers, to sum their "
         "cotangents, but got "
      << type;
  return nullptr;
}

bool Functor::prefersCatgrad(Region &region) {
  bool ours = false, others = false;
  auto look = [&](Operation *op) {
    if (isa<CopyOp, DiscardOp, DeriveOp, LearnerOp, func::CallOp, func::FuncOp,
            ModuleOp>(op) ||
        op->hasTrait<OpTrait::IsTerminator>())
      return;
    (isa_and_nonnull<CatgradDialect>(op->getDialect()) ? ours : others) = true;
  };
  region.walk(look);
  if (ours || others)
    return ours;
  // Nothing but calls and wires: do as the rest of the module does.
  if (!moduleUsesCatgrad) {
    module.walk(look);
    moduleUsesCatgrad = ours || !others;
  }
  return *moduleUsesCatgrad;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void catgrad::callForward(const DerivedFunction &derived, OpBuilder &builder,
                          Location loc, ValueRange operands,
                          SmallVectorImpl<Value> &results,
                          SmallVectorImpl<Value> &residuals) {
  FunctionOpInterface fwd = derived.fwd;
  auto call = func::CallOp::create(builder, loc, fwd.getName(),
                                   fwd.getResultTypes(), operands);
  auto take = [&](const DerivedValue &value) -> Value {
    switch (value.source) {
    case DerivedValue::Argument:
      return operands[value.index];
    case DerivedValue::Result:
      return call.getResult(value.index);
    case DerivedValue::Constant:
      return builder.clone(*value.constant)->getResult(0);
    }
    llvm_unreachable("all sources are handled");
  };
  for (const DerivedValue &value : derived.results)
    results.push_back(take(value));
  for (const DerivedValue &value : derived.residuals)
    residuals.push_back(take(value));
}

LogicalResult catgrad::callReverse(const DerivedFunction &derived,
                                   DerivativeContext &context,
                                   OpBuilder &builder, Location loc,
                                   TypeRange operandTypes, ValueRange residuals,
                                   ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  FunctionOpInterface rev = derived.rev;
  SmallVector<Value> operands(residuals);
  llvm::append_range(operands, cotangents);
  auto call = func::CallOp::create(builder, loc, rev.getName(),
                                   rev.getResultTypes(), operands);
  unsigned next = 0;
  for (auto [index, type] : llvm::enumerate(operandTypes)) {
    operandCotangents.push_back(derived.active[index]
                                    ? call.getResult(next++)
                                    : context.createZero(builder, loc, type));
    if (!operandCotangents.back())
      return failure();
  }
  return success();
}

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

static bool hasCustomOptic(FunctionOpInterface function) {
  return function->hasAttr(metadata::kForward) ||
         function->hasAttr(metadata::kReverse);
}

namespace {
/// The optic that a function names by symbol, as calls.
class CustomOptic : public RegionOptic {
public:
  CustomOptic(const DerivedFunction &derived, DerivativeContext &context,
              FunctionOpInterface function, Location loc)
      : derived(derived), context(context), function(function), loc(loc) {}

  LogicalResult forward(OpBuilder &builder, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) override {
    callForward(derived, builder, loc, operands, results, residuals);
    return success();
  }
  LogicalResult reverse(OpBuilder &builder, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) override {
    return callReverse(derived, context, builder, loc,
                       function.getArgumentTypes(), residuals, cotangents,
                       operandCotangents);
  }
  ArrayRef<Type> getResidualTypes() const override {
    return derived.residualTypes;
  }

private:
  const DerivedFunction &derived;
  DerivativeContext &context;
  FunctionOpInterface function;
  Location loc;
};
} // namespace

std::unique_ptr<RegionOptic> Functor::derive(FunctionOpInterface function,
                                             const llvm::BitVector &active,
                                             Operation *user) {
  if (hasCustomOptic(function)) {
    auto derived = getOrCreate(function, user, active);
    if (failed(derived))
      return nullptr;
    return std::make_unique<CustomOptic>(**derived, *this, function,
                                         user->getLoc());
  }
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

LogicalResult Functor::takeCustom(DerivedFunction &derived,
                                  FunctionOpInterface function) {
  for (auto [attribute, found] : {std::pair<StringRef, FunctionOpInterface *>(
                                      metadata::kForward, &derived.fwd),
                                  {metadata::kReverse, &derived.rev}}) {
    auto symbol = function->getAttrOfType<FlatSymbolRefAttr>(attribute);
    if (symbol)
      *found = dyn_cast_or_null<FunctionOpInterface>(
          symbols.lookup(symbol.getValue()));
    if (!*found)
      return function.emitOpError("expected '")
             << attribute << "' to name a function"
             << (symbol ? ", but there is no function " : "")
             << (symbol ? symbol.getValue() : "");
  }

  ArrayRef<Type> inputs = function.getArgumentTypes(),
                 results = function.getResultTypes();
  auto mismatch = [&](FunctionOpInterface found, const Twine &what) {
    auto diagnostic = found.emitOpError("expected ") << what;
    diagnostic.attachNote(function.getLoc())
        << "because @" << function.getName() << " names it here";
    return diagnostic;
  };
  if (derived.fwd.getArgumentTypes() != inputs)
    return mismatch(derived.fwd, "the inputs ")
           << inputs << " but got " << derived.fwd.getArgumentTypes();
  if (derived.fwd.getResultTypes().take_front(results.size()) != results)
    return mismatch(derived.fwd, "results that begin with ")
           << results << " but got " << derived.fwd.getResultTypes();
  llvm::append_range(derived.residualTypes,
                     derived.fwd.getResultTypes().drop_front(results.size()));
  SmallVector<Type> reverseInputs = derived.residualTypes;
  llvm::append_range(reverseInputs, results);
  if (derived.rev.getArgumentTypes() != ArrayRef<Type>(reverseInputs))
    return mismatch(derived.rev, "the inputs (residuals, cotangents) ")
           << reverseInputs << " but got " << derived.rev.getArgumentTypes();
  if (derived.rev.getResultTypes() != inputs)
    return mismatch(derived.rev, "the results ")
           << inputs << " but got " << derived.rev.getResultTypes();
  for (unsigned index : llvm::seq<unsigned>(0, derived.fwd.getNumResults()))
    (index < results.size() ? derived.results : derived.residuals)
        .push_back({DerivedValue::Result, index, nullptr});
  return success();
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
