//===- CrossEntropy.cpp - Losses of probabilities -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the cross entropies: each is a value on logits, and a
// lens that is the gradient of that value.

#include "Losses.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What the cross entropies of softmax share
//===----------------------------------------------------------------------===//

/// Checks that the logits have an axis of classes.
static LogicalResult checkLogits(Location loc, StringRef mnemonic,
                                 TypeRange results) {
  if (failed(checkResults(loc, mnemonic, results)))
    return failure();
  for (Type type : results)
    if (cast<RankedTensorType>(type).getRank() == 0)
      return emitError(loc)
             << "expected model results with an axis of classes for #catgrad."
             << mnemonic << " but got " << type;
  return success();
}

static int64_t getLastAxis(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank() - 1;
}

//===----------------------------------------------------------------------===//
// SoftmaxCrossEntropyAttr: (y, label) -> 1/n (sum(label) softmax(y) - label),
// value -1/n sum(label log_softmax(y))
//===----------------------------------------------------------------------===//

LogicalResult
SoftmaxCrossEntropyAttr::getLabelTypes(Location loc, TypeRange results,
                                       SmallVectorImpl<Type> &labels) const {
  llvm::append_range(labels, results);
  return checkLogits(loc, getMnemonic(), results);
}

/// 1 / n for n rows.
static double getRowFactor(Value logits) {
  auto type = cast<RankedTensorType>(logits.getType());
  int64_t rows = ShapedType::getNumElements(type.getShape().drop_back());
  return rows == 0 ? 0.0 : 1.0 / static_cast<double>(rows);
}

LogicalResult SoftmaxCrossEntropyAttr::buildReverse(
    OpBuilder &builder, Location loc, ValueRange results, ValueRange labels,
    SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    int64_t axis = getLastAxis(y);
    Value softmax = SoftmaxOp::create(builder, loc, y, axis);
    Value mass = e.repeat(e.sum(label, axis), label, axis);
    return e.multiply(e.subtract(e.multiply(mass, softmax), label),
                      getRowFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value SoftmaxCrossEntropyAttr::buildValue(OpBuilder &builder, Location loc,
                                          ValueRange results,
                                          ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    Value log = LogSoftmaxOp::create(builder, loc, y, getLastAxis(y));
    return e.multiply(e.sum(e.multiply(label, log)), -getRowFactor(y));
  });
}

//===----------------------------------------------------------------------===//
// SparseSoftmaxCrossEntropyAttr: (y, label) -> 1/n (softmax(y) -
// one_hot(label)), value -1/n sum(log_softmax(y)[label])
//===----------------------------------------------------------------------===//

LogicalResult SparseSoftmaxCrossEntropyAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, Type labelType) {
  if (!labelType.isSignlessInteger() || labelType.isInteger(1) ||
      failed(verifyTensorType(RankedTensorType::get({}, labelType))))
    return emitError() << "expected label_type i8, i16, i32 or i64 but got "
                       << labelType;
  return success();
}

LogicalResult SparseSoftmaxCrossEntropyAttr::getLabelTypes(
    Location loc, TypeRange results, SmallVectorImpl<Type> &labels) const {
  if (failed(checkLogits(loc, getMnemonic(), results)))
    return failure();
  for (Type type : results) {
    auto shape = cast<RankedTensorType>(type).getShape();
    if (!canHold(getLabelType(), static_cast<double>(shape.back())))
      return emitError(loc)
             << "expected a label_type that can hold " << shape.back()
             << " classes but got " << getLabelType();
    labels.push_back(RankedTensorType::get(shape.drop_back(), getLabelType()));
  }
  return success();
}

namespace {
/// What both parts of the sparse cross entropy need of the labels.
struct Classes {
  /// Where the label's class is, i1, of the shape of the logits.
  Value chosen;
  /// 1 / n in the rows that count, 0 in those ignored.
  Value weight;
};
} // namespace

static Classes readLabels(Emitter e, Value logits, Value label) {
  auto type = cast<RankedTensorType>(logits.getType());
  auto rows = cast<RankedTensorType>(label.getType());
  int64_t classes = type.getShape().back();
  Value chosen =
      OneHotOp::create(e.builder, e.loc, type.clone(e.builder.getI1Type()),
                       label, type.getRank() - 1);
  Value isIn = e.compare(label, Predicate::ge, e.constant(rows, 0));
  Value bound = e.constant(rows, static_cast<double>(classes));
  isIn = e.multiply(isIn, e.compare(label, Predicate::lt, bound));
  Value counts = e.cast(isIn, type.getElementType());
  Value count = e.sum(counts);
  Value one = e.constant(count.getType(), 1);
  // No rows at all have the sum 0, not 0 / 0.
  count = e.select(e.compare(count, Predicate::gt, one), count, one);
  Value weight = e.divide(
      counts, e.spread(count, cast<RankedTensorType>(counts.getType())));
  return {chosen, weight};
}

LogicalResult SparseSoftmaxCrossEntropyAttr::buildReverse(
    OpBuilder &builder, Location loc, ValueRange results, ValueRange labels,
    SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    int64_t axis = getLastAxis(y);
    Classes classes = readLabels(e, y, label);
    Value softmax = SoftmaxOp::create(builder, loc, y, axis);
    Value error =
        e.subtract(softmax, e.cast(classes.chosen, getElementType(y)));
    return e.multiply(error, e.repeat(classes.weight, y, axis));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value SparseSoftmaxCrossEntropyAttr::buildValue(OpBuilder &builder,
                                                Location loc,
                                                ValueRange results,
                                                ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    int64_t axis = getLastAxis(y);
    Classes classes = readLabels(e, y, label);
    Value log = LogSoftmaxOp::create(builder, loc, y, axis);
    // A choice, not a product: another class may have logit -inf.
    Value picked = e.select(classes.chosen, log, e.constant(y.getType(), 0));
    Value rows = e.multiply(e.sum(picked, axis), classes.weight);
    return e.negate(e.sum(rows));
  });
}

//===----------------------------------------------------------------------===//
// BinaryCrossEntropyWithLogitsAttr: (y, label) -> 1/n (sigmoid(y) - label),
// value 1/n sum(max(y, 0) - y label + log1p(exp(-|y|)))
//===----------------------------------------------------------------------===//

LogicalResult BinaryCrossEntropyWithLogitsAttr::getLabelTypes(
    Location loc, TypeRange results, SmallVectorImpl<Type> &labels) const {
  return getEqualLabels(loc, getMnemonic(), results, labels);
}

LogicalResult BinaryCrossEntropyWithLogitsAttr::buildReverse(
    OpBuilder &builder, Location loc, ValueRange results, ValueRange labels,
    SmallVectorImpl<Value> &cotangents) const {
  Emitter e(builder, loc);
  auto rule = [&](Value y, Value label) {
    return e.multiply(e.subtract(e.make<SigmoidOp>(y), label),
                      getMeanFactor(y));
  };
  emitCotangents(e, results, labels, rule, cotangents);
  return success();
}

Value BinaryCrossEntropyWithLogitsAttr::buildValue(OpBuilder &builder,
                                                   Location loc,
                                                   ValueRange results,
                                                   ValueRange labels) const {
  Emitter e(builder, loc);
  return emitTotal(e, results, labels, [&](Value y, Value label) {
    // For a large y of label 1 the first two cancel exactly, and the third
    // keeps its digits.
    Value line = e.make<ReluOp>(y);
    line = e.subtract(line, e.multiply(y, label));
    Value decay = e.make<ExpOp>(e.negate(e.make<AbsOp>(y)));
    Value each = e.add(line, e.make<Log1pOp>(decay));
    return e.multiply(e.sum(each), getMeanFactor(y));
  });
}
