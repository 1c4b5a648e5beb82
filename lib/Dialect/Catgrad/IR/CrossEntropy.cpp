//===- CrossEntropy.cpp - Losses of probabilities -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the cross entropies: each is a value on logits, and a
// lens that is the gradient of that value.

#include "Losses.h"

using namespace mlir;
using namespace catgrad;

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
