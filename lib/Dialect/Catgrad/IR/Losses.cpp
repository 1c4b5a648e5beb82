//===- Losses.cpp - Built-in losses -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the losses: each is a value, and a lens that is the
// gradient of that value.

#include "Emitter.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What losses share
//===----------------------------------------------------------------------===//

/// Checks that there are results, all of one floating-point element type.
static LogicalResult checkResults(Location loc, StringRef mnemonic,
                                  TypeRange results) {
  if (results.empty())
    return emitError(loc) << "expected a model with a result for #catgrad."
                          << mnemonic;
  Type element;
  for (Type type : results) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !contains(Elements::Float, tensor.getElementType()))
      return emitError(loc) << "expected model results of a floating-point "
                               "element type for #catgrad."
                            << mnemonic << " but got " << type;
    if (element && element != tensor.getElementType())
      return emitError(loc)
             << "expected model results of one element type for #catgrad."
             << mnemonic << " but got " << element << " and "
             << tensor.getElementType();
    element = tensor.getElementType();
  }
  return success();
}

/// Labels of the types of the results.
static LogicalResult getEqualLabels(Location loc, StringRef mnemonic,
                                    TypeRange results,
                                    SmallVectorImpl<Type> &labels) {
  llvm::append_range(labels, results);
  return checkResults(loc, mnemonic, results);
}

/// 1 / n for the mean of n elements; 0 for no elements, whose mean is 0.
static double getMeanFactor(Value value) {
  int64_t count = cast<RankedTensorType>(value.getType()).getNumElements();
  return count == 0 ? 0.0 : 1.0 / static_cast<double>(count);
}

/// Emits a formula on a result and its label, both wide enough to compute in.
using LossRule = function_ref<Value(Value result, Value label)>;

/// The cotangent of each result by `rule`, rounded to the result's type.
static void emitCotangents(Emitter emitter, ValueRange results,
                           ValueRange labels, LossRule rule,
                           SmallVectorImpl<Value> &cotangents) {
  for (auto [result, label] : llvm::zip_equal(results, labels)) {
    Type element = getElementType(result);
    Type compute = getComputeType(element);
    cotangents.push_back(emitter.cast(
        rule(emitter.cast(result, compute), emitter.cast(label, compute)),
        element));
  }
}

/// The sum of what `rule` gives for each result, rounded to the results' type.
static Value emitTotal(Emitter emitter, ValueRange results, ValueRange labels,
                       LossRule rule) {
  Value total;
  Type element = getElementType(results.front());
  Type compute = getComputeType(element);
  for (auto [result, label] : llvm::zip_equal(results, labels)) {
    Value term =
        rule(emitter.cast(result, compute), emitter.cast(label, compute));
    total = total ? emitter.add(total, term) : term;
  }
  return emitter.cast(total, element);
}

//===----------------------------------------------------------------------===//
// MseAttr: (y, label) -> y - label, value 1/2 |y - label|^2
//===----------------------------------------------------------------------===//

LogicalResult MseAttr::getLabelTypes(Location loc, TypeRange results,
                                     SmallVectorImpl<Type> &labels) const {
  return getEqualLabels(loc, getMnemonic(), results, labels);
}

LogicalResult MseAttr::buildReverse(OpBuilder &builder, Location loc,
                                    ValueRange results, ValueRange labels,
                                    SmallVectorImpl<Value> &cotangents) const {
  // One operation rounds once in every type.
  for (auto [result, label] : llvm::zip_equal(results, labels))
    cotangents.push_back(SubtractOp::create(builder, loc, result, label));
  return success();
}

Value MseAttr::buildValue(OpBuilder &builder, Location loc, ValueRange results,
                          ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    Value error = e.subtract(y, label);
    return e.scale(e.sum(e.multiply(error, error)), 0.5);
  });
}

//===----------------------------------------------------------------------===//
// MseMeanAttr: (y, label) -> 2/n (y - label), value 1/n |y - label|^2
//===----------------------------------------------------------------------===//

LogicalResult MseMeanAttr::getLabelTypes(Location loc, TypeRange results,
                                         SmallVectorImpl<Type> &labels) const {
  return getEqualLabels(loc, getMnemonic(), results, labels);
}

LogicalResult
MseMeanAttr::buildReverse(OpBuilder &builder, Location loc, ValueRange results,
                          ValueRange labels,
                          SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    return e.scale(e.subtract(y, label), 2 * getMeanFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value MseMeanAttr::buildValue(OpBuilder &builder, Location loc,
                              ValueRange results, ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    Value error = e.subtract(y, label);
    return e.scale(e.sum(e.multiply(error, error)), getMeanFactor(y));
  });
}

//===----------------------------------------------------------------------===//
// HuberAttr: (y, label) -> 1/n c, where c = clamp(y - label, -delta, delta);
// value 1/n sum c (e - c / 2), where e = y - label
//===----------------------------------------------------------------------===//

LogicalResult HuberAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                FloatAttr delta) {
  if (delta.getValueAsDouble() <= 0)
    return emitError() << "expected delta > 0 but got "
                       << delta.getValueAsDouble();
  return success();
}

/// NaN stays NaN.
static Value emitClamped(Emitter e, Value error, double delta) {
  Value high = e.constant(error.getType(), delta);
  Value low = e.constant(error.getType(), -delta);
  Value atMost = e.select(e.compare(error, Predicate::gt, high), high, error);
  return e.select(e.compare(error, Predicate::lt, low), low, atMost);
}

LogicalResult HuberAttr::getLabelTypes(Location loc, TypeRange results,
                                       SmallVectorImpl<Type> &labels) const {
  if (failed(getEqualLabels(loc, getMnemonic(), results, labels)))
    return failure();
  Type element =
      getComputeType(cast<RankedTensorType>(results.front()).getElementType());
  if (!canHold(element, getDelta().getValueAsDouble()))
    return emitError(loc) << "expected a delta that element type " << element
                          << " can hold but got " << *this;
  return success();
}

LogicalResult
HuberAttr::buildReverse(OpBuilder &builder, Location loc, ValueRange results,
                        ValueRange labels,
                        SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    Value clamped =
        emitClamped(e, e.subtract(y, label), getDelta().getValueAsDouble());
    return e.scale(clamped, getMeanFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value HuberAttr::buildValue(OpBuilder &builder, Location loc,
                            ValueRange results, ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    // Both cases at once, and no square of a large error.
    Value error = e.subtract(y, label);
    Value clamped = emitClamped(e, error, getDelta().getValueAsDouble());
    Value each = e.multiply(clamped, e.subtract(error, e.scale(clamped, 0.5)));
    return e.scale(e.sum(each), getMeanFactor(y));
  });
}
