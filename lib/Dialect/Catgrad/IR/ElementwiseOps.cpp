//===- ElementwiseOps.cpp - Elementwise operations -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the elementwise operations, each next to its rule.
// Folders hold in every ring: floats fold only where the bits agree.

#include "Fold.h"
#include "Formula.h"
#include "mlir/Dialect/CommonFolders.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace catgrad;

static Type elementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// Whether `value` is a splat of the ring's zero, if adding it changes nothing:
/// in floats that is -0.0, because 0.0 + -0.0 is 0.0.
static bool isNeutralForAdd(Attribute value) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(value);
  if (!splat)
    return false;
  if (isa<FloatType>(splat.getElementType()))
    return splat.getSplatValue<APFloat>().isNegZero();
  return splat.getSplatValue<APInt>().isZero();
}

static bool isOne(Attribute value) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(value);
  if (!splat)
    return false;
  if (isa<FloatType>(splat.getElementType()))
    return splat.getSplatValue<APFloat>().isExactlyValue(1.0);
  return splat.getSplatValue<APInt>().isOne();
}

static bool isIntegerZero(Attribute value) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(value);
  return splat && isa<IntegerType>(splat.getElementType()) &&
         splat.getSplatValue<APInt>().isZero();
}

//===----------------------------------------------------------------------===//
// AddOp: R[add] = copy
//===----------------------------------------------------------------------===//

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  // Commutative: a constant stands on the right.
  if (isNeutralForAdd(adaptor.getRhs()))
    return getLhs();
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      [](APInt a, const APInt &b) { return a + b; },
      [](APFloat a, const APFloat &b) { return a + b; });
}

LogicalResult AddOp::dagger(OpBuilder &, ValueRange cotangents,
                            SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.append(2, cotangents.front());
  return success();
}

//===----------------------------------------------------------------------===//
// SubtractOp: R[subtract] = copy ; (id x negate)
//===----------------------------------------------------------------------===//

OpFoldResult SubtractOp::fold(FoldAdaptor adaptor) {
  if (isIntegerZero(adaptor.getRhs()))
    return getLhs();
  if (getLhs() == getRhs() && isa<IntegerType>(elementType(getLhs())))
    return getSplat(getType(), 0.0);
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      [](APInt a, const APInt &b) { return a - b; },
      [](APFloat a, const APFloat &b) { return a - b; });
}

LogicalResult SubtractOp::dagger(OpBuilder &builder, ValueRange cotangents,
                                 SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(cotangents.front());
  operandCotangents.push_back(
      NegateOp::create(builder, getLoc(), cotangents.front()));
  return success();
}

//===----------------------------------------------------------------------===//
// NegateOp: R[negate] = negate
//===----------------------------------------------------------------------===//

OpFoldResult NegateOp::fold(FoldAdaptor adaptor) {
  if (elementType(getInput()).isInteger(1))
    return getInput();
  if (auto inner = getInput().getDefiningOp<NegateOp>())
    return inner.getInput();
  return foldSplats(
      adaptor.getInput(), adaptor.getInput(),
      [](APInt a, const APInt &) { return -a; },
      [](APFloat a, const APFloat &) { return neg(a); });
}

LogicalResult NegateOp::dagger(OpBuilder &builder, ValueRange cotangents,
                               SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(
      NegateOp::create(builder, getLoc(), cotangents.front()));
  return success();
}

//===----------------------------------------------------------------------===//
// MultiplyOp: R[multiply]((x, y), d) = (y * d, x * d)
//===----------------------------------------------------------------------===//

OpFoldResult MultiplyOp::fold(FoldAdaptor adaptor) {
  if (isOne(adaptor.getRhs()))
    return getLhs();
  if (isIntegerZero(adaptor.getRhs()))
    return adaptor.getRhs();
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      [](APInt a, const APInt &b) { return a * b; },
      [](APFloat a, const APFloat &b) { return a * b; });
}

LogicalResult MultiplyOp::reverse(OpBuilder &builder, DerivativeContext &,
                                  ValueRange residuals, ValueRange cotangents,
                                  SmallVectorImpl<Value> &operandCotangents) {
  for (Value other : {residuals[1], residuals[0]})
    operandCotangents.push_back(
        MultiplyOp::create(builder, getLoc(), other, cotangents.front()));
  return success();
}

//===----------------------------------------------------------------------===//
// DivideOp: R[divide]((x, y), d) = (d / y, -(q * (d / y))), where q is the
// output
//===----------------------------------------------------------------------===//

DerivativeKind DivideOp::getDerivativeKind() {
  return isa<FloatType>(elementType(getLhs())) ? DerivativeKind::Rule
                                               : DerivativeKind::None;
}

OpFoldResult DivideOp::fold(FoldAdaptor adaptor) {
  if (isOne(adaptor.getRhs()))
    return getLhs();
  return foldSplats(
      adaptor.getLhs(), adaptor.getRhs(),
      [](const APInt &a, const APInt &b) { return b.isZero() ? b : a.sdiv(b); },
      [](const APFloat &a, const APFloat &b) { return a / b; });
}

LogicalResult DivideOp::forward(OpBuilder &builder, DerivativeContext &context,
                                ValueRange operands,
                                SmallVectorImpl<Value> &results,
                                SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  residuals.push_back(operands[1]);
  if (context.isActive(getRhs()))
    residuals.push_back(results.back());
  return success();
}

LogicalResult DivideOp::reverse(OpBuilder &builder, DerivativeContext &context,
                                ValueRange residuals, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  Formula f(builder, getLoc());
  Value numerator = f.divide(cotangents.front(), residuals.front());
  operandCotangents.push_back(numerator);
  operandCotangents.push_back(
      context.isActive(getRhs()) ? f.negate(f.multiply(residuals[1], numerator))
                                 : f.number(numerator, 0.0));
  return success();
}

//===----------------------------------------------------------------------===//
// PowerOp: R[power]((x, y), d) = (y * power(x, y - 1) * d, p * log(x) * d),
// where p is the output
//===----------------------------------------------------------------------===//

DerivativeKind PowerOp::getOperandKind(unsigned index) {
  return index == 0 || isa<FloatType>(elementType(getLhs()))
             ? DerivativeKind::Rule
             : DerivativeKind::None;
}

OpFoldResult PowerOp::fold(FoldAdaptor adaptor) {
  return isOne(adaptor.getRhs()) ? getLhs() : Value();
}

LogicalResult PowerOp::forward(OpBuilder &builder, DerivativeContext &context,
                               ValueRange operands,
                               SmallVectorImpl<Value> &results,
                               SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  llvm::append_range(residuals, operands);
  if (context.isActive(getRhs()))
    residuals.push_back(results.back());
  return success();
}

LogicalResult PowerOp::reverse(OpBuilder &builder, DerivativeContext &context,
                               ValueRange residuals, ValueRange cotangents,
                               SmallVectorImpl<Value> &operandCotangents) {
  Formula f(builder, getLoc());
  Value x = residuals[0], y = residuals[1], d = cotangents.front();
  Value zero = f.number(y, 0.0), one = f.number(y, 1.0);
  bool isActive = context.isActive(getRhs());
  bool isFloat = isa<FloatType>(elementType(getLhs()));

  Value exponent = y;
  if (isFloat) {
    // 0 * power(x, -1) would be NaN where that is infinite, here and in further
    // derivatives.
    auto element = cast<FloatType>(elementType(getLhs()));
    Value least =
        f.number(x, APFloat::getSmallestNormalized(element.getFloatSemantics())
                        .convertToDouble());
    Value size = f.make<AbsOp>(x);
    Value isTiny = f.compare(size, Predicate::lt, least);
    Value isPole = f.multiply(isTiny, f.compare(y, Predicate::eq, zero));
    exponent = f.select(isPole, one, y);
  }
  Value lower = f.make<PowerOp>(x, f.subtract(exponent, one));
  Value slope = f.multiply(y, lower);
  operandCotangents.push_back(f.multiply(slope, d));
  if (!isActive) {
    operandCotangents.push_back(zero);
    return success();
  }
  Value isZero = f.compare(x, Predicate::eq, zero);
  Value logarithm = f.make<LogOp>(f.select(isZero, one, x));
  Value slopeOfExponent =
      f.select(isZero, zero, f.multiply(residuals[2], logarithm));
  operandCotangents.push_back(f.multiply(slopeOfExponent, d));
  return success();
}

//===----------------------------------------------------------------------===//
// InvertOp: R[invert] = negate
//===----------------------------------------------------------------------===//

OpFoldResult InvertOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getInput().getDefiningOp<InvertOp>())
    return inner.getInput();
  // Only integers come here.
  return foldSplats(
      adaptor.getInput(), adaptor.getInput(),
      [](const APInt &a, const APInt &) { return ~a; },
      [](const APFloat &a, const APFloat &) { return a; });
}

LogicalResult InvertOp::dagger(OpBuilder &builder, ValueRange cotangents,
                               SmallVectorImpl<Value> &operandCotangents) {
  operandCotangents.push_back(
      NegateOp::create(builder, getLoc(), cotangents.front()));
  return success();
}

//===----------------------------------------------------------------------===//
// CompareOp: locally constant
//===----------------------------------------------------------------------===//

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          ValueRange operands, DictionaryAttr,
                                          OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  auto tensor = dyn_cast<RankedTensorType>(operands.front().getType());
  if (!tensor)
    return emitOptionalError(loc, "expected a ranked tensor but got ",
                             operands.front().getType());
  results.push_back(tensor.clone(IntegerType::get(context, 1)));
  return success();
}

//===----------------------------------------------------------------------===//
// SelectOp: R[select](c, d) = (0, select(c, d, 0), select(c, 0, d))
//===----------------------------------------------------------------------===//

DerivativeKind SelectOp::getOperandKind(unsigned index) {
  return index == 0 ? DerivativeKind::LocallyConstant : DerivativeKind::Rule;
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getOnTrue() == getOnFalse())
    return getOnTrue();
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(adaptor.getCondition()))
    return splat.getSplatValue<bool>() ? getOnTrue() : getOnFalse();
  return {};
}

LogicalResult SelectOp::forward(OpBuilder &builder, DerivativeContext &,
                                ValueRange operands,
                                SmallVectorImpl<Value> &results,
                                SmallVectorImpl<Value> &residuals) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  residuals.push_back(operands.front());
  return success();
}

LogicalResult SelectOp::reverse(OpBuilder &builder, DerivativeContext &,
                                ValueRange residuals, ValueRange cotangents,
                                SmallVectorImpl<Value> &operandCotangents) {
  Value condition = residuals.front(), cotangent = cotangents.front();
  Value zero = ConstantOp::create(builder, getLoc(), getSplat(getType(), 0.0));
  operandCotangents.push_back(ConstantOp::create(
      builder, getLoc(), getSplat(getCondition().getType(), 0.0)));
  operandCotangents.push_back(SelectOp::create(builder, getLoc(), getType(),
                                               condition, cotangent, zero));
  operandCotangents.push_back(SelectOp::create(builder, getLoc(), getType(),
                                               condition, zero, cotangent));
  return success();
}

//===----------------------------------------------------------------------===//
// CastOp: a dagger between floats and to its own type, otherwise locally
// constant
//===----------------------------------------------------------------------===//

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : Value();
}

DerivativeKind CastOp::getDerivativeKind() {
  // A cast to its own type folds to the identity, so that is what it is to the
  // derivative too: R commutes with canonicalisation.
  if (getInput().getType() == getType())
    return DerivativeKind::Rule;
  return isa<FloatType>(elementType(getInput())) &&
                 isa<FloatType>(elementType(getResult()))
             ? DerivativeKind::Rule
             : DerivativeKind::LocallyConstant;
}

LogicalResult CastOp::forward(OpBuilder &builder, DerivativeContext &,
                              ValueRange operands,
                              SmallVectorImpl<Value> &results,
                              SmallVectorImpl<Value> &) {
  results.push_back(cloneOn(builder, *this, operands)->getResult(0));
  return success();
}

LogicalResult CastOp::reverse(OpBuilder &builder, DerivativeContext &,
                              ValueRange, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  Type type = getInput().getType();
  if (getDerivativeKind() == DerivativeKind::Rule)
    operandCotangents.push_back(
        CastOp::create(builder, getLoc(), type, cotangents.front()));
  else
    operandCotangents.push_back(
        ConstantOp::create(builder, getLoc(), getSplat(type, 0.0)));
  return success();
}
