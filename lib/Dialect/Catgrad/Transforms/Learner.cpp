//===- Learner.cpp - The lenses of a learner -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file resolves the optimiser and the loss of a learner and emits them.

#include "Learner.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"

using namespace mlir;
using namespace catgrad;

/// The function that a learner names. Its own verifier has checked that the
/// symbol is a function or a derive.
static FailureOr<func::FuncOp> lookUp(LearnerOp learner, SymbolTable &symbols,
                                      StringRef name) {
  auto function = symbols.lookup<func::FuncOp>(name);
  if (!function)
    return learner.emitOpError("expected @")
           << name << " to be a func.func; expand derives first";
  return function;
}

static InFlightDiagnostic mismatch(LearnerOp learner, func::FuncOp function,
                                   StringRef signature) {
  auto diagnostic = learner.emitOpError("expected @")
                    << function.getName() << " to have the signature "
                    << signature << " but got " << function.getFunctionType();
  diagnostic.attachNote(function.getLoc()) << "defined here";
  return diagnostic;
}

static std::string getArgumentName(func::FuncOp function, unsigned index,
                                   const Twine &otherwise) {
  auto name = function.getArgAttrOfType<StringAttr>(index, metadata::kName);
  return name ? name.str() : otherwise.str();
}

/// A call of `function` on all operands.
static ValueRange call(OpBuilder &builder, Location loc, func::FuncOp function,
                       std::initializer_list<ValueRange> operands) {
  SmallVector<Value> all;
  for (ValueRange range : operands)
    llvm::append_range(all, range);
  return func::CallOp::create(builder, loc, function, all).getResults();
}

//===----------------------------------------------------------------------===//
// OptimiserLens
//===----------------------------------------------------------------------===//

FailureOr<OptimiserLens>
OptimiserLens::resolve(LearnerOp learner, SymbolTable &symbols,
                       ArrayRef<NamedType> parameters) {
  OptimiserLens lens;
  lens.attribute = dyn_cast<OptimiserAttrInterface>(learner.getOptimiser());
  if (lens.attribute) {
    lens.attribute.getState(parameters, lens.state);
    lens.attribute.getHyper(parameters, lens.hyper);
    return lens;
  }
  auto symbol = cast<FlatSymbolRefAttr>(learner.getOptimiser());
  auto found = lookUp(learner, symbols, symbol.getValue());
  if (failed(found))
    return failure();
  func::FuncOp function = lens.function = *found;

  constexpr StringLiteral signature =
      "(state.., p.., p'.., hyper..) -> (p.., state..)";
  ArrayRef<Type> inputs = function.getArgumentTypes(),
                 results = function.getResultTypes();
  SmallVector<Type> types;
  for (const NamedType &parameter : parameters)
    types.push_back(parameter.type);
  size_t count = types.size();
  if (results.size() < count || results.take_front(count) != ArrayRef(types))
    return mismatch(learner, function, signature);
  ArrayRef<Type> state = results.drop_front(count);
  if (inputs.size() < state.size() + 2 * count ||
      inputs.take_front(state.size()) != state ||
      inputs.slice(state.size(), count) != ArrayRef(types) ||
      inputs.slice(state.size() + count, count) != ArrayRef(types))
    return mismatch(learner, function, signature);
  for (auto [index, type] : llvm::enumerate(state))
    lens.state.push_back(
        {getArgumentName(function, index, "state" + Twine(index)), type});
  size_t first = state.size() + 2 * count;
  for (auto [index, type] : llvm::enumerate(inputs.drop_front(first)))
    lens.hyper.push_back(
        {getArgumentName(function, first + index, "hyper" + Twine(index)),
         type});
  return lens;
}

LogicalResult
OptimiserLens::buildForward(OpBuilder &builder, Location loc, ValueRange state,
                            ValueRange parameters,
                            SmallVectorImpl<Value> &results) const {
  if (attribute)
    return attribute.buildForward(builder, loc, state, parameters, results);
  llvm::append_range(results, parameters);
  return success();
}

LogicalResult
OptimiserLens::buildReverse(OpBuilder &builder, Location loc, ValueRange state,
                            ValueRange parameters, ValueRange cotangents,
                            ValueRange hyper,
                            SmallVectorImpl<Value> &newParameters,
                            SmallVectorImpl<Value> &newState) const {
  if (attribute)
    return attribute.buildReverse(builder, loc, state, parameters, cotangents,
                                  hyper, newParameters, newState);
  ValueRange results =
      call(builder, loc, function, {state, parameters, cotangents, hyper});
  llvm::append_range(newParameters, results.take_front(parameters.size()));
  llvm::append_range(newState, results.drop_front(parameters.size()));
  return success();
}

//===----------------------------------------------------------------------===//
// LossLens
//===----------------------------------------------------------------------===//

FailureOr<LossLens> LossLens::resolve(LearnerOp learner, Functor &functor,
                                      TypeRange results) {
  LossLens lens;
  lens.attribute = dyn_cast<LossAttrInterface>(learner.getLoss());
  if (lens.attribute) {
    if (failed(lens.attribute.getLabelTypes(learner.getLoc(), results,
                                            lens.labelTypes)))
      return failure();
    return lens;
  }
  auto find = [&](FlatSymbolRefAttr symbol) {
    return lookUp(learner, functor.getSymbols(), symbol.getValue());
  };
  FlatSymbolRefAttr valueSymbol = learner.getLossValueAttr();
  auto found = find(cast<FlatSymbolRefAttr>(learner.getLoss()));
  auto foundValue = valueSymbol ? find(valueSymbol) : found;
  if (failed(found) || failed(foundValue))
    return failure();
  lens.value = *foundValue;
  SmallVector<Type> types(results);
  size_t count = types.size();
  auto takesResults = [&](func::FuncOp function) {
    return function.getNumArguments() >= count &&
           function.getArgumentTypes().take_front(count) == ArrayRef(types);
  };
  ArrayRef<Type> inputs = found->getArgumentTypes();
  auto valueTypes = lens.value.getResultTypes();
  auto scalar = valueTypes.size() == 1
                    ? dyn_cast<RankedTensorType>(valueTypes.front())
                    : RankedTensorType();
  bool isScalar =
      scalar && scalar.getRank() == 0 && succeeded(verifyTensorType(scalar));
  if (valueSymbol) {
    lens.lens = *found;
    if (!takesResults(lens.lens) ||
        lens.lens.getResultTypes() != ArrayRef(types))
      return mismatch(learner, lens.lens, "(y.., label..) -> y'..");
    if (lens.value.getArgumentTypes() != inputs || !isScalar)
      return mismatch(learner, lens.value,
                      "(y.., label..) -> a rank-0 tensor, with the inputs of "
                      "the loss,");
  } else {
    if (!takesResults(lens.value) || !isScalar)
      return mismatch(learner, lens.value,
                      "(y.., label..) -> a rank-0 tensor, beside no 'value',");
    llvm::BitVector active(inputs.size());
    active.set(0, count);
    auto derived = functor.getOrCreate(cast<FunctionOpInterface>(*lens.value),
                                       learner, active);
    if (failed(derived))
      return failure();
    lens.derived = *derived;
    lens.functor = &functor;
  }
  llvm::append_range(lens.labelTypes, inputs.drop_front(count));
  return lens;
}

LogicalResult LossLens::buildReverse(OpBuilder &builder, Location loc,
                                     ValueRange results, ValueRange labels,
                                     SmallVectorImpl<Value> &cotangents,
                                     Value &value) const {
  if (attribute)
    return attribute.buildReverse(builder, loc, results, labels, cotangents);
  if (lens) {
    llvm::append_range(cotangents, call(builder, loc, lens, {results, labels}));
    return success();
  }
  SmallVector<Value> operands(results), values, residuals;
  llvm::append_range(operands, labels);
  callForward(*derived, builder, loc, operands, values, residuals);
  value = values.front();
  auto type = cast<RankedTensorType>(value.getType());
  Value one = ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(type, builder.getOneAttr(type.getElementType())));
  if (failed(callReverse(*derived, *functor, builder, loc,
                         TypeRange(ValueRange(operands)), residuals, one,
                         cotangents)))
    return failure();
  cotangents.truncate(results.size());
  return success();
}

Value LossLens::buildValue(OpBuilder &builder, Location loc, ValueRange results,
                           ValueRange labels) const {
  if (attribute)
    return attribute.buildValue(builder, loc, results, labels);
  return call(builder, loc, value, {results, labels}).front();
}
