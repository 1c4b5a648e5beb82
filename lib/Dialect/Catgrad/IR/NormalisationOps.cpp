//===- NormalisationOps.cpp - Softmax and normalisation -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the operations that normalise along an axis, each next
// to its rule. A definition is what the operation means; a rule keeps less than
// the derivative of the definition.

#include "Axes.h"
#include "Emitter.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What they share
//===----------------------------------------------------------------------===//

/// Checks that `operand` has the last axis of `input` as its only one.
static LogicalResult verifyPerFeature(Operation *op, StringRef name,
                                      RankedTensorType input, Value operand) {
  auto expected = RankedTensorType::get(input.getShape().take_back(),
                                        input.getElementType());
  if (operand.getType() != expected)
    return op->emitOpError("expected ") << name << " of type " << expected
                                        << " but got " << operand.getType();
  return success();
}

/// Checks the shape of a normalisation over the last axis, and that `eps` keeps
/// it from dividing by zero.
static LogicalResult verifyNorm(Operation *op, RankedTensorType input,
                                const APFloat &eps) {
  if (input.getRank() == 0)
    return op->emitOpError("expected an operand with an axis but got ")
           << input;
  Type compute = getComputeType(input.getElementType());
  APFloat rounded = eps;
  bool losesInfo;
  rounded.convert(cast<FloatType>(compute).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &losesInfo);
  if (!rounded.isFiniteNonZero() || rounded.isNegative())
    return op->emitOpError("expected a positive eps that element type ")
           << compute << " can hold but got " << eps.convertToDouble();
  return success();
}

/// x - max(x) along the axis: the greatest element is 0.
static Value emitBelowMaximum(Emitter e, Value x, int64_t axis) {
  return e.subtract(x, e.repeat(e.maximum(x, axis), x, axis));
}

//===----------------------------------------------------------------------===//
// SoftmaxOp: R[softmax](x, d) = y * (d - sum(y * d)), where y is the output
//===----------------------------------------------------------------------===//

LogicalResult SoftmaxOp::verify() {
  return verifyAxis(getAxis(), getInput().getType().getRank(),
                    [&] { return emitOpError(); });
}

FailureOr<SmallVector<Value>> SoftmaxOp::expand(OpBuilder &builder) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value weights = e.make<ExpOp>(emitBelowMaximum(e, getInput(), axis));
  Value total = e.repeat(e.sum(weights, axis), weights, axis);
  return SmallVector<Value>{e.divide(weights, total)};
}

LogicalResult SoftmaxOp::reverse(OpBuilder &builder, DerivativeContext &,
                                 ValueRange residuals, ValueRange cotangents,
                                 SmallVectorImpl<Value> &operandCotangents) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value y = e.widen(residuals.front()), d = e.widen(cotangents.front());
  Value total = e.sum(e.multiply(y, d), axis);
  Value change = e.multiply(y, e.subtract(d, e.repeat(total, d, axis)));
  operandCotangents.push_back(e.cast(change, getElementType(getInput())));
  return success();
}

//===----------------------------------------------------------------------===//
// LogSoftmaxOp: R[log_softmax](x, d) = d - exp(y) * sum(d), where y is the
// output
//===----------------------------------------------------------------------===//

LogicalResult LogSoftmaxOp::verify() {
  return verifyAxis(getAxis(), getInput().getType().getRank(),
                    [&] { return emitOpError(); });
}

FailureOr<SmallVector<Value>> LogSoftmaxOp::expand(OpBuilder &builder) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value below = emitBelowMaximum(e, getInput(), axis);
  Value log = e.make<LogOp>(e.sum(e.make<ExpOp>(below), axis));
  return SmallVector<Value>{e.subtract(below, e.repeat(log, below, axis))};
}

LogicalResult LogSoftmaxOp::reverse(OpBuilder &builder, DerivativeContext &,
                                    ValueRange residuals, ValueRange cotangents,
                                    SmallVectorImpl<Value> &operandCotangents) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value y = e.widen(residuals.front()), d = e.widen(cotangents.front());
  Value total = e.repeat(e.sum(d, axis), d, axis);
  Value change = e.subtract(d, e.multiply(e.make<ExpOp>(y), total));
  operandCotangents.push_back(e.cast(change, getElementType(getInput())));
  return success();
}

//===----------------------------------------------------------------------===//
// LogsumexpOp: R[logsumexp](x, d) = exp(x - y) * d, where y is the output
//===----------------------------------------------------------------------===//

LogicalResult
LogsumexpOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                              ValueRange operands, DictionaryAttr attributes,
                              OpaqueProperties properties, RegionRange regions,
                              SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  return inferReduced(context, loc, operands,
                      {static_cast<int64_t>(adaptor.getAxis())}, results);
}

FailureOr<SmallVector<Value>> LogsumexpOp::expand(OpBuilder &builder) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value x = getInput();
  // Infinite elements are subtracted from nothing but 0.
  Value greatest = e.maximum(x, axis);
  Value zero = e.constant(greatest.getType(), 0);
  Value isFinite =
      e.compare(e.subtract(greatest, greatest), Predicate::eq, zero);
  greatest = e.select(isFinite, greatest, zero);
  Value weights = e.make<ExpOp>(e.subtract(x, e.repeat(greatest, x, axis)));
  return SmallVector<Value>{
      e.add(greatest, e.make<LogOp>(e.sum(weights, axis)))};
}

LogicalResult LogsumexpOp::forward(OpBuilder &builder, DerivativeContext &,
                                   ValueRange operands,
                                   SmallVectorImpl<Value> &results,
                                   SmallVectorImpl<Value> &residuals) {
  Value output = cloneOn(builder, *this, operands)->getResult(0);
  results.push_back(output);
  llvm::append_values(residuals, operands.front(), output);
  return success();
}

LogicalResult LogsumexpOp::reverse(OpBuilder &builder, DerivativeContext &,
                                   ValueRange residuals, ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  Emitter e(builder, getLoc());
  auto axis = static_cast<int64_t>(getAxis());
  Value x = e.widen(residuals[0]), y = e.widen(residuals[1]);
  Value d = e.repeat(e.widen(cotangents.front()), x, axis);
  Value weights = e.make<ExpOp>(e.subtract(x, e.repeat(y, x, axis)));
  operandCotangents.push_back(
      e.cast(e.multiply(weights, d), getElementType(getInput())));
  return success();
}

//===----------------------------------------------------------------------===//
// Normalisation over the last axis
//===----------------------------------------------------------------------===//

/// A normalised operand h = (x - mean) * r, and r.
namespace {
struct Normalised {
  Value h, r;
};
} // namespace

static int64_t getLastAxis(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank() - 1;
}

/// The mean over the last axis, which goes.
static Value emitRowMean(Emitter e, Value x) {
  int64_t axis = getLastAxis(x);
  int64_t count = cast<RankedTensorType>(x.getType()).getDimSize(axis);
  double factor = count == 0 ? 0 : 1.0 / static_cast<double>(count);
  return e.multiply(e.sum(x, axis), factor);
}

/// The mean over the last axis, repeated along it.
static Value emitMean(Emitter e, Value x) {
  return e.repeat(emitRowMean(e, x), x, getLastAxis(x));
}

static Normalised normalise(Emitter e, Value x, const APFloat &eps,
                            bool centre) {
  if (centre)
    x = e.subtract(x, emitMean(e, x));
  // The root of each row once, before it is repeated.
  Value square = emitRowMean(e, e.multiply(x, x));
  Value root = e.make<RsqrtOp>(e.add(square, eps.convertToDouble()));
  Value r = e.repeat(root, x, getLastAxis(x));
  return {e.multiply(x, r), r};
}

/// All axes but the last.
static SmallVector<int64_t> getRowAxes(Value x) {
  return llvm::to_vector(llvm::seq<int64_t>(0, getLastAxis(x)));
}

/// One number per feature, repeated for each row of `like`.
static Value repeatRows(Emitter e, Value feature, Value like) {
  return e.builder.createOrFold<BroadcastOp>(e.loc, like.getType(), feature,
                                             getRowAxes(like));
}

/// The cotangent of x from that of h: r * (g - mean(g) - h * mean(g * h)),
/// where mean(g) comes from centring.
static Value emitNormalReverse(Emitter e, Normalised normalised, Value g,
                               bool centre) {
  auto [h, r] = normalised;
  Value along = e.multiply(h, emitMean(e, e.multiply(g, h)));
  Value rest = centre ? e.subtract(g, emitMean(e, g)) : g;
  return e.multiply(r, e.subtract(rest, along));
}

//===----------------------------------------------------------------------===//
// LayerNormOp
//===----------------------------------------------------------------------===//

LogicalResult LayerNormOp::verify() {
  if (failed(verifyNorm(*this, getInput().getType(), getEps())))
    return failure();
  return verifyPerFeature(*this, "scale and bias", getInput().getType(),
                          getScale());
}

FailureOr<SmallVector<Value>> LayerNormOp::expand(OpBuilder &builder) {
  Emitter e(builder, getLoc());
  Value h = normalise(e, getInput(), getEps(), /*centre=*/true).h;
  Value scaled = e.multiply(h, repeatRows(e, getScale(), h));
  return SmallVector<Value>{e.add(scaled, repeatRows(e, getBias(), h))};
}

LogicalResult LayerNormOp::reverse(OpBuilder &builder, DerivativeContext &,
                                   ValueRange residuals, ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  Emitter e(builder, getLoc());
  Value x = e.widen(residuals[0]), scale = e.widen(residuals[1]),
        d = e.widen(cotangents.front());
  Normalised normalised = normalise(e, x, getEps(), /*centre=*/true);
  Value g = e.multiply(d, repeatRows(e, scale, d));
  Type element = getElementType(getInput());
  for (Value cotangent : {emitNormalReverse(e, normalised, g, /*centre=*/true),
                          e.sum(e.multiply(d, normalised.h), getRowAxes(d)),
                          e.sum(d, getRowAxes(d))})
    operandCotangents.push_back(e.cast(cotangent, element));
  return success();
}

//===----------------------------------------------------------------------===//
// RmsNormOp
//===----------------------------------------------------------------------===//

LogicalResult RmsNormOp::verify() {
  if (failed(verifyNorm(*this, getInput().getType(), getEps())))
    return failure();
  return verifyPerFeature(*this, "scale", getInput().getType(), getScale());
}

FailureOr<SmallVector<Value>> RmsNormOp::expand(OpBuilder &builder) {
  Emitter e(builder, getLoc());
  Value h = normalise(e, getInput(), getEps(), /*centre=*/false).h;
  return SmallVector<Value>{e.multiply(h, repeatRows(e, getScale(), h))};
}

LogicalResult RmsNormOp::reverse(OpBuilder &builder, DerivativeContext &,
                                 ValueRange residuals, ValueRange cotangents,
                                 SmallVectorImpl<Value> &operandCotangents) {
  Emitter e(builder, getLoc());
  Value x = e.widen(residuals[0]), scale = e.widen(residuals[1]),
        d = e.widen(cotangents.front());
  Normalised normalised = normalise(e, x, getEps(), /*centre=*/false);
  Value g = e.multiply(d, repeatRows(e, scale, d));
  Type element = getElementType(getInput());
  for (Value cotangent : {emitNormalReverse(e, normalised, g, /*centre=*/false),
                          e.sum(e.multiply(d, normalised.h), getRowAxes(d))})
    operandCotangents.push_back(e.cast(cotangent, element));
  return success();
}
