//===- Losses.cpp - Losses of errors -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements what losses share, and the losses of errors: each is a
// value, and a lens that is the gradient of that value.

#include "Losses.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What losses share
//===----------------------------------------------------------------------===//

LogicalResult catgrad::checkResults(Location loc, StringRef mnemonic,
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
    if (failed(verifyTensorType(type, [&] {
          return emitError(loc)
                 << "expected a model result for #catgrad." << mnemonic << ": ";
        })))
      return failure();
    if (element && element != tensor.getElementType())
      return emitError(loc)
             << "expected model results of one element type for #catgrad."
             << mnemonic << " but got " << element << " and "
             << tensor.getElementType();
    element = tensor.getElementType();
  }
  return success();
}

LogicalResult catgrad::getEqualLabels(Location loc, StringRef mnemonic,
                                      TypeRange results,
                                      SmallVectorImpl<Type> &labels) {
  llvm::append_range(labels, results);
  return checkResults(loc, mnemonic, results);
}

double catgrad::getMeanFactor(Value value) {
  int64_t count = cast<RankedTensorType>(value.getType()).getNumElements();
  return count == 0 ? 0.0 : 1.0 / static_cast<double>(count);
}

void catgrad::emitCotangents(Emitter emitter, ValueRange results,
                             ValueRange labels, LossRule rule,
                             SmallVectorImpl<Value> &cotangents) {
  for (auto [result, label] : llvm::zip_equal(results, labels)) {
    Type element = getElementType(result);
    cotangents.push_back(emitter.cast(
        rule(emitter.widen(result), emitter.widen(label)), element));
  }
}

Value catgrad::emitTotal(Emitter emitter, ValueRange results, ValueRange labels,
                         LossRule rule) {
  Value total;
  Type element = getElementType(results.front());
  for (auto [result, label] : llvm::zip_equal(results, labels)) {
    Value term = rule(emitter.widen(result), emitter.widen(label));
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
    return e.multiply(e.sum(e.multiply(error, error)), 0.5);
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
    return e.multiply(e.subtract(y, label), 2 * getMeanFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value MseMeanAttr::buildValue(OpBuilder &builder, Location loc,
                              ValueRange results, ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    Value error = e.subtract(y, label);
    return e.multiply(e.sum(e.multiply(error, error)), getMeanFactor(y));
  });
}

//===----------------------------------------------------------------------===//
// MaeAttr: (y, label) -> 1/n sign(y - label), value 1/n sum |y - label|
//===----------------------------------------------------------------------===//

LogicalResult MaeAttr::getLabelTypes(Location loc, TypeRange results,
                                     SmallVectorImpl<Type> &labels) const {
  return getEqualLabels(loc, getMnemonic(), results, labels);
}

LogicalResult MaeAttr::buildReverse(OpBuilder &builder, Location loc,
                                    ValueRange results, ValueRange labels,
                                    SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    return e.multiply(e.make<SignOp>(e.subtract(y, label)), getMeanFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value MaeAttr::buildValue(OpBuilder &builder, Location loc, ValueRange results,
                          ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    return e.multiply(e.sum(e.make<AbsOp>(e.subtract(y, label))),
                      getMeanFactor(y));
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
    return e.multiply(clamped, getMeanFactor(y));
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
    Value each =
        e.multiply(clamped, e.subtract(error, e.multiply(clamped, 0.5)));
    return e.multiply(e.sum(each), getMeanFactor(y));
  });
}
