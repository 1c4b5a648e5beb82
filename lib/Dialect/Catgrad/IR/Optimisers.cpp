//===- Optimisers.cpp - Built-in optimisers -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the optimisers, learner lenses on the whole parameter
// list. Their definitions are those of torch.optim.

#include "Emitter.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What optimisers share
//===----------------------------------------------------------------------===//

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyNotNegative(EmitError emitError, StringRef name,
                                       FloatAttr number) {
  // A rate of `dynamic` is null.
  if (number && number.getValueAsDouble() < 0)
    return emitError() << "expected " << name << " >= 0 but got "
                       << number.getValueAsDouble();
  return success();
}

static bool isZero(FloatAttr number) { return number.getValue().isZero(); }

static RankedTensorType getComputeTensor(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.clone(getComputeType(tensor.getElementType()));
}

/// Slots of state, one after the other, each for all parameters.
static void appendSlots(ArrayRef<StringRef> slots,
                        ArrayRef<NamedType> parameters,
                        SmallVectorImpl<NamedType> &state) {
  for (StringRef slot : slots)
    for (const NamedType &parameter : parameters)
      state.push_back({(slot + "." + parameter.name).str(),
                       getComputeTensor(parameter.type)});
}

/// The rate as a run-time input, unless it is a number.
static void appendRate(FloatAttr rate, ArrayRef<NamedType> parameters,
                       SmallVectorImpl<NamedType> &hyper) {
  if (!rate && !parameters.empty())
    hyper.push_back({"rate", cast<RankedTensorType>(parameters.front().type)
                                 .clone(ArrayRef<int64_t>())});
}

/// Reports parameters that are not of floats, or cannot hold the numbers of the
/// optimiser.
template <typename OptimiserAttr>
static LogicalResult checkParameters(Location loc, OptimiserAttr optimiser,
                                     ValueRange parameters,
                                     ArrayRef<FloatAttr> numbers) {
  for (Value parameter : parameters) {
    auto type = cast<RankedTensorType>(parameter.getType());
    if (!contains(Elements::Float, type.getElementType()))
      return emitError(loc) << "expected parameters of a floating-point "
                               "element type for #catgrad."
                            << optimiser.getMnemonic() << " but got " << type;
    Type element = getComputeType(type.getElementType());
    for (FloatAttr number : numbers)
      if (number && !canHold(element, number.getValueAsDouble()))
        return emitError(loc) << "expected numbers that element type "
                              << element << " can hold but got " << optimiser;
  }
  return success();
}

/// Emits the update of one parameter: gives its new value, and replaces its
/// slots of state. All are of one element type, wide enough to compute in.
using UpdateRule = function_ref<Value(Value parameter, Value cotangent,
                                      MutableArrayRef<Value> slots)>;

/// Emits the updates of all parameters, with slots of state as `appendSlots`
/// has ordered them.
static void updateAll(Emitter emitter, unsigned slotCount, ValueRange slots,
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

/// The rate in every place of `type`.
static Value emitRate(Emitter emitter, FloatAttr rate, ValueRange hyper,
                      Type type) {
  return rate ? emitter.constant(type, rate.getValueAsDouble())
              : emitter.spread(hyper.front(), cast<RankedTensorType>(type));
}

//===----------------------------------------------------------------------===//
// SgdAttr: (p, p') -> p - rate * p'
//===----------------------------------------------------------------------===//

LogicalResult SgdAttr::verify(EmitError emitError, FloatAttr rate,
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
  if (failed(checkParameters(loc, *this, parameters,
                             {getRate(), getMomentum(), getWeightDecay()})))
    return failure();
  Emitter e(builder, loc);
  double momentum = getMomentum().getValueAsDouble();
  auto rule = [&](Value p, Value g, MutableArrayRef<Value> slots) {
    if (!isZero(getWeightDecay()))
      g = e.add(g, e.scale(p, getWeightDecay().getValueAsDouble()));
    if (!slots.empty()) {
      Value &m = slots.front();
      m = e.add(e.scale(m, momentum), g);
      g = getNesterov() ? e.add(g, e.scale(m, momentum)) : m;
    }
    Value rate = emitRate(e, getRate(), hyper, p.getType());
    return e.subtract(p, e.multiply(g, rate));
  };
  updateAll(e, isZero(getMomentum()) ? 0 : 1, state, parameters, cotangents,
            rule, newParameters, newState);
  return success();
}
