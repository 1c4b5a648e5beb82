//===- AdaptiveOptimisers.cpp - Optimisers that adapt their steps -*- C++
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the optimisers that divide by the size of past
// gradients. Definitions are those of torch.optim.

#include "Optimisers.h"

using namespace mlir;
using namespace catgrad;

/// The rate as a scalar in f64.
static Value emitScalarRate(Emitter e, FloatAttr rate, ValueRange hyper) {
  return emitRate(e, rate, hyper, getScalarF64(e.builder));
}

//===----------------------------------------------------------------------===//
// AdamAttr, AdamwAttr
//===----------------------------------------------------------------------===//

template <typename AdamLike>
static LogicalResult
buildAdam(AdamLike optimiser, double weightDecay, Emitter e, ValueRange state,
          ValueRange parameters, ValueRange cotangents, ValueRange hyper,
          SmallVectorImpl<Value> &newParameters,
          SmallVectorImpl<Value> &newState) {
  if (failed(checkParameters(e.loc, optimiser, optimiser.getMnemonic(),
                             parameters,
                             {optimiser.getRate(), optimiser.getEps()})))
    return failure();
  if (parameters.empty())
    return success();
  double beta1 = optimiser.getBeta1().getValueAsDouble();
  double beta2 = optimiser.getBeta2().getValueAsDouble();

  // What depends on t alone. With root = sqrt(1 - beta2^t),
  //   rate / (1 - beta1^t) * m / (sqrt(v) / root + eps)
  //     = rate * root / (1 - beta1^t) * m / (sqrt(v) + eps * root).
  RankedTensorType scalar = getScalarF64(e.builder);
  Value count = e.add(state.front(), 1.0);
  newState.push_back(count);
  Value t = e.cast(count, scalar.getElementType());
  auto correction = [&](double beta) {
    return e.complement(e.make<PowerOp>(e.constant(scalar, beta), t));
  };
  Value rate = emitScalarRate(e, optimiser.getRate(), hyper);
  Value root = e.make<SqrtOp>(correction(beta2));
  Value step = e.multiply(rate, root);
  step = e.divide(step, correction(beta1));
  Value eps = e.multiply(root, optimiser.getEps().getValueAsDouble());
  Value kept;
  if (weightDecay != 0)
    kept = e.complement(e.multiply(rate, weightDecay));

  auto rule = [&](Value p, Value g, MutableArrayRef<Value> slots) {
    auto type = cast<RankedTensorType>(p.getType());
    Value &m = slots[0], &v = slots[1];
    m = e.blend(beta1, m, g);
    v = e.blend(beta2, v, e.multiply(g, g));
    Value size = e.make<SqrtOp>(v);
    size = e.add(size, e.spread(eps, type));
    Value change = e.divide(m, size);
    change = e.multiply(change, e.spread(step, type));
    if (kept)
      p = e.multiply(p, e.spread(kept, type));
    return e.subtract(p, change);
  };
  updateAll(e, 2, state.drop_front(), parameters, cotangents, rule,
            newParameters, newState);
  return success();
}

static void appendAdamState(ArrayRef<NamedType> parameters,
                            SmallVectorImpl<NamedType> &state) {
  appendCount(parameters, state);
  appendSlots({"m", "v"}, parameters, state);
}

LogicalResult AdamAttr::verify(EmitNumberError emitError, FloatAttr rate,
                               FloatAttr beta1, FloatAttr beta2,
                               FloatAttr eps) {
  return success(succeeded(verifyNotNegative(emitError, "rate", rate)) &&
                 succeeded(verifyDecay(emitError, "beta1", beta1)) &&
                 succeeded(verifyDecay(emitError, "beta2", beta2)) &&
                 succeeded(verifyNotNegative(emitError, "eps", eps)));
}

void AdamAttr::getState(ArrayRef<NamedType> parameters,
                        SmallVectorImpl<NamedType> &state) const {
  appendAdamState(parameters, state);
}

void AdamAttr::getHyper(ArrayRef<NamedType> parameters,
                        SmallVectorImpl<NamedType> &hyper) const {
  appendRate(getRate(), parameters, hyper);
}

LogicalResult AdamAttr::buildReverse(OpBuilder &builder, Location loc,
                                     ValueRange state, ValueRange parameters,
                                     ValueRange cotangents, ValueRange hyper,
                                     SmallVectorImpl<Value> &newParameters,
                                     SmallVectorImpl<Value> &newState) const {
  return buildAdam(*this, /*weightDecay=*/0, Emitter(builder, loc), state,
                   parameters, cotangents, hyper, newParameters, newState);
}

LogicalResult AdamwAttr::verify(EmitNumberError emitError, FloatAttr rate,
                                FloatAttr beta1, FloatAttr beta2, FloatAttr eps,
                                FloatAttr weightDecay) {
  return success(
      succeeded(AdamAttr::verify(emitError, rate, beta1, beta2, eps)) &&
      succeeded(verifyNotNegative(emitError, "weight_decay", weightDecay)));
}

void AdamwAttr::getState(ArrayRef<NamedType> parameters,
                         SmallVectorImpl<NamedType> &state) const {
  appendAdamState(parameters, state);
}

void AdamwAttr::getHyper(ArrayRef<NamedType> parameters,
                         SmallVectorImpl<NamedType> &hyper) const {
  appendRate(getRate(), parameters, hyper);
}

LogicalResult AdamwAttr::buildReverse(OpBuilder &builder, Location loc,
                                      ValueRange state, ValueRange parameters,
                                      ValueRange cotangents, ValueRange hyper,
                                      SmallVectorImpl<Value> &newParameters,
                                      SmallVectorImpl<Value> &newState) const {
  return buildAdam(*this, getWeightDecay().getValueAsDouble(),
                   Emitter(builder, loc), state, parameters, cotangents, hyper,
                   newParameters, newState);
}

//===----------------------------------------------------------------------===//
// AdagradAttr
//===----------------------------------------------------------------------===//

LogicalResult AdagradAttr::verify(EmitNumberError emitError, FloatAttr rate,
                                  FloatAttr decay, FloatAttr eps) {
  return success(succeeded(verifyNotNegative(emitError, "rate", rate)) &&
                 succeeded(verifyNotNegative(emitError, "decay", decay)) &&
                 succeeded(verifyNotNegative(emitError, "eps", eps)));
}

void AdagradAttr::getState(ArrayRef<NamedType> parameters,
                           SmallVectorImpl<NamedType> &state) const {
  if (getDecay().getValueAsDouble() != 0)
    appendCount(parameters, state);
  appendSlots({"v"}, parameters, state);
}

void AdagradAttr::getHyper(ArrayRef<NamedType> parameters,
                           SmallVectorImpl<NamedType> &hyper) const {
  appendRate(getRate(), parameters, hyper);
}

LogicalResult
AdagradAttr::buildReverse(OpBuilder &builder, Location loc, ValueRange state,
                          ValueRange parameters, ValueRange cotangents,
                          ValueRange hyper,
                          SmallVectorImpl<Value> &newParameters,
                          SmallVectorImpl<Value> &newState) const {
  if (failed(checkParameters(loc, *this, getMnemonic(), parameters,
                             {getRate(), getEps()})))
    return failure();
  Emitter e(builder, loc);
  // With a decay, the rate of this step.
  Value decayed;
  if (getDecay().getValueAsDouble() != 0 && !parameters.empty()) {
    newState.push_back(e.add(state.front(), 1.0));
    Value t = e.cast(state.front(), builder.getF64Type());
    Value divisor = e.add(e.multiply(t, getDecay().getValueAsDouble()), 1.0);
    decayed = e.divide(emitScalarRate(e, getRate(), hyper), divisor);
    state = state.drop_front();
  }
  auto rule = [&](Value p, Value g, MutableArrayRef<Value> slots) {
    auto type = cast<RankedTensorType>(p.getType());
    Value &v = slots.front();
    v = e.add(v, e.multiply(g, g));
    Value size = e.add(e.make<SqrtOp>(v), getEps().getValueAsDouble());
    Value rate =
        decayed ? e.spread(decayed, type) : emitRate(e, getRate(), hyper, type);
    return e.subtract(p, e.multiply(rate, e.divide(g, size)));
  };
  updateAll(e, 1, state, parameters, cotangents, rule, newParameters, newState);
  return success();
}

//===----------------------------------------------------------------------===//
// RmspropAttr
//===----------------------------------------------------------------------===//

LogicalResult RmspropAttr::verify(EmitNumberError emitError, FloatAttr rate,
                                  FloatAttr alpha, FloatAttr eps) {
  return success(succeeded(verifyNotNegative(emitError, "rate", rate)) &&
                 succeeded(verifyDecay(emitError, "alpha", alpha)) &&
                 succeeded(verifyNotNegative(emitError, "eps", eps)));
}

void RmspropAttr::getState(ArrayRef<NamedType> parameters,
                           SmallVectorImpl<NamedType> &state) const {
  appendSlots({"v"}, parameters, state);
}

void RmspropAttr::getHyper(ArrayRef<NamedType> parameters,
                           SmallVectorImpl<NamedType> &hyper) const {
  appendRate(getRate(), parameters, hyper);
}

LogicalResult
RmspropAttr::buildReverse(OpBuilder &builder, Location loc, ValueRange state,
                          ValueRange parameters, ValueRange cotangents,
                          ValueRange hyper,
                          SmallVectorImpl<Value> &newParameters,
                          SmallVectorImpl<Value> &newState) const {
  if (failed(checkParameters(loc, *this, getMnemonic(), parameters,
                             {getRate(), getEps()})))
    return failure();
  Emitter e(builder, loc);
  double alpha = getAlpha().getValueAsDouble();
  auto rule = [&](Value p, Value g, MutableArrayRef<Value> slots) {
    Value &v = slots.front();
    v = e.blend(alpha, v, e.multiply(g, g));
    Value size = e.add(e.make<SqrtOp>(v), getEps().getValueAsDouble());
    Value rate = emitRate(e, getRate(), hyper, p.getType());
    return e.subtract(p, e.multiply(rate, e.divide(g, size)));
  };
  updateAll(e, 1, state, parameters, cotangents, rule, newParameters, newState);
  return success();
}
