//===- Optimisers.cpp - Optimisers of gradient descent -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements what optimisers share, gradient descent and clipping:
// learner lenses on the whole parameter list. Definitions are those of torch.

#include "Optimisers.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What optimisers share
//===----------------------------------------------------------------------===//

LogicalResult catgrad::verifyNotNegative(EmitNumberError emitError,
                                         StringRef name, FloatAttr number) {
  // A rate of `dynamic` is null.
  if (number && number.getValueAsDouble() < 0)
    return emitError() << "expected " << name << " >= 0 but got "
                       << number.getValueAsDouble();
  return success();
}

LogicalResult catgrad::verifyDecay(EmitNumberError emitError, StringRef name,
                                   FloatAttr number) {
  double value = number.getValueAsDouble();
  if (value < 0 || value >= 1)
    return emitError() << "expected 0 <= " << name << " < 1 but got " << value;
  return success();
}

static RankedTensorType getComputeTensor(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.clone(getComputeType(tensor.getElementType()));
}

void catgrad::appendSlots(ArrayRef<StringRef> slots,
                          ArrayRef<NamedType> parameters,
                          SmallVectorImpl<NamedType> &state) {
  for (StringRef slot : slots)
    for (const NamedType &parameter : parameters)
      state.push_back({(slot + "." + parameter.name).str(),
                       getComputeTensor(parameter.type)});
}

void catgrad::appendRate(FloatAttr rate, ArrayRef<NamedType> parameters,
                         SmallVectorImpl<NamedType> &hyper) {
  if (!rate && !parameters.empty())
    hyper.push_back({"rate", cast<RankedTensorType>(parameters.front().type)
                                 .clone(ArrayRef<int64_t>())});
}

LogicalResult catgrad::checkParameters(Location loc, Attribute optimiser,
                                       StringRef mnemonic,
                                       ValueRange parameters,
                                       ArrayRef<FloatAttr> numbers) {
  for (Value parameter : parameters) {
    auto type = cast<RankedTensorType>(parameter.getType());
    if (!contains(Elements::Float, type.getElementType()))
      return emitError(loc) << "expected parameters of a floating-point "
                               "element type for #catgrad."
                            << mnemonic << " but got " << type;
    Type element = getComputeType(type.getElementType());
    for (FloatAttr number : numbers)
      if (number && !canHold(element, number.getValueAsDouble()))
        return emitError(loc) << "expected numbers that element type "
                              << element << " can hold but got " << optimiser;
  }
  return success();
}

void catgrad::updateAll(Emitter emitter, unsigned slotCount, ValueRange slots,
                        ValueRange parameters, ValueRange cotangents,
                        UpdateRule rule, SmallVectorImpl<Value> &newParameters,
                        SmallVectorImpl<Value> &newState) {
  size_t count = parameters.size(), first = newState.size();
  newState.resize(first + slotCount * count);
  for (size_t index = 0; index != count; ++index) {
    Type element = getElementType(parameters[index]);
    Type compute = getComputeType(element);
    SmallVector<Value, 2> own;
    for (size_t slot = 0; slot != slotCount; ++slot)
      own.push_back(slots[slot * count + index]);
    Value updated = rule(emitter.cast(parameters[index], compute),
                         emitter.cast(cotangents[index], compute), own);
    newParameters.push_back(emitter.cast(updated, element));
    for (size_t slot = 0; slot != slotCount; ++slot)
      newState[first + slot * count + index] = own[slot];
  }
}

Value catgrad::emitRate(Emitter emitter, FloatAttr rate, ValueRange hyper,
                        Type type) {
  return rate ? emitter.constant(type, rate.getValueAsDouble())
              : emitter.spread(hyper.front(), cast<RankedTensorType>(type));
}

// A count of steps never stops: at a microsecond each, 32 bits are full within
// the hour.
void catgrad::appendCount(ArrayRef<NamedType> parameters,
                          SmallVectorImpl<NamedType> &state) {
  if (parameters.empty())
    return;
  Builder builder(parameters.front().type.getContext());
  state.push_back({"t", RankedTensorType::get({}, builder.getI64Type())});
}

RankedTensorType catgrad::getScalarF64(OpBuilder &builder) {
  return RankedTensorType::get({}, builder.getF64Type());
}

//===----------------------------------------------------------------------===//
// SgdAttr: (p, p') -> p - rate * p'
//===----------------------------------------------------------------------===//

static bool isZero(FloatAttr number) { return number.getValue().isZero(); }

LogicalResult SgdAttr::verify(EmitNumberError emitError, FloatAttr rate,
                              FloatAttr momentum, bool nesterov,
                              FloatAttr weightDecay) {
  if (failed(verifyNotNegative(emitError, "rate", rate)) ||
      failed(verifyNotNegative(emitError, "momentum", momentum)) ||
      failed(verifyNotNegative(emitError, "weight_decay", weightDecay)))
    return failure();
  if (nesterov && isZero(momentum))
    return emitError() << "expected momentum > 0 with nesterov but got "
                       << momentum.getValueAsDouble();
  return success();
}

void SgdAttr::getState(ArrayRef<NamedType> parameters,
                       SmallVectorImpl<NamedType> &state) const {
  if (!isZero(getMomentum()))
    appendSlots({"m"}, parameters, state);
}

void SgdAttr::getHyper(ArrayRef<NamedType> parameters,
                       SmallVectorImpl<NamedType> &hyper) const {
  appendRate(getRate(), parameters, hyper);
}

LogicalResult SgdAttr::buildReverse(OpBuilder &builder, Location loc,
                                    ValueRange state, ValueRange parameters,
                                    ValueRange cotangents, ValueRange hyper,
                                    SmallVectorImpl<Value> &newParameters,
                                    SmallVectorImpl<Value> &newState) const {
  if (failed(checkParameters(loc, *this, getMnemonic(), parameters,
                             {getRate(), getMomentum(), getWeightDecay()})))
    return failure();
  Emitter e(builder, loc);
  double momentum = getMomentum().getValueAsDouble();
  auto rule = [&](Value p, Value g, MutableArrayRef<Value> slots) {
    if (!isZero(getWeightDecay()))
      g = e.add(g, e.multiply(p, getWeightDecay().getValueAsDouble()));
    if (!slots.empty()) {
      Value &m = slots.front();
      m = e.add(e.multiply(m, momentum), g);
      g = getNesterov() ? e.add(g, e.multiply(m, momentum)) : m;
    }
    Value rate = emitRate(e, getRate(), hyper, p.getType());
    return e.subtract(p, e.multiply(g, rate));
  };
  updateAll(e, isZero(getMomentum()) ? 0 : 1, state, parameters, cotangents,
            rule, newParameters, newState);
  return success();
}

//===----------------------------------------------------------------------===//
// ClipAttr
//===----------------------------------------------------------------------===//

LogicalResult ClipAttr::verify(EmitNumberError emitError, FloatAttr maxNorm,
                               Attribute optimiser) {
  if (maxNorm.getValueAsDouble() <= 0)
    return emitError() << "expected max_norm > 0 but got "
                       << maxNorm.getValueAsDouble();
  if (!isa<OptimiserAttrInterface>(optimiser))
    return emitError() << "expected an optimiser but got " << optimiser;
  return success();
}

void ClipAttr::getState(ArrayRef<NamedType> parameters,
                        SmallVectorImpl<NamedType> &state) const {
  cast<OptimiserAttrInterface>(getOptimiser()).getState(parameters, state);
}

void ClipAttr::getHyper(ArrayRef<NamedType> parameters,
                        SmallVectorImpl<NamedType> &hyper) const {
  cast<OptimiserAttrInterface>(getOptimiser()).getHyper(parameters, hyper);
}

LogicalResult ClipAttr::buildForward(OpBuilder &builder, Location loc,
                                     ValueRange state, ValueRange parameters,
                                     SmallVectorImpl<Value> &results) const {
  return cast<OptimiserAttrInterface>(getOptimiser())
      .buildForward(builder, loc, state, parameters, results);
}

LogicalResult ClipAttr::buildReverse(OpBuilder &builder, Location loc,
                                     ValueRange state, ValueRange parameters,
                                     ValueRange cotangents, ValueRange hyper,
                                     SmallVectorImpl<Value> &newParameters,
                                     SmallVectorImpl<Value> &newState) const {
  if (failed(checkParameters(loc, *this, getMnemonic(), parameters, {})))
    return failure();
  Emitter e(builder, loc);
  RankedTensorType scalar = getScalarF64(builder);
  Value square = e.constant(scalar, 0);
  for (Value cotangent : cotangents) {
    Value wide = e.cast(cotangent, scalar.getElementType());
    square = e.add(square, e.sum(e.multiply(wide, wide)));
  }
  // torch's guard against a norm of zero.
  Value norm = e.add(e.make<SqrtOp>(square), 1e-6);
  Value factor =
      e.divide(e.constant(scalar, getMaxNorm().getValueAsDouble()), norm);
  // A NaN stays one, so that nothing hides it.
  Value one = e.constant(scalar, 1);
  factor = e.select(e.compare(factor, Predicate::gt, one), one, factor);
  SmallVector<Value> clipped;
  for (Value cotangent : cotangents) {
    auto type = cast<RankedTensorType>(cotangent.getType());
    clipped.push_back(e.multiply(cotangent, e.spread(factor, type)));
  }
  return cast<OptimiserAttrInterface>(getOptimiser())
      .buildReverse(builder, loc, state, parameters, clipped, hyper,
                    newParameters, newState);
}
