//===- Learners.cpp - Built-in optimisers and losses -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the learner lenses #catgrad.sgd and #catgrad.mse.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// SgdAttr: (p, p') -> p - rate * p'
//===----------------------------------------------------------------------===//

void SgdAttr::getState(ArrayRef<NamedType>,
                       SmallVectorImpl<NamedType> &) const {}

void SgdAttr::getHyper(ArrayRef<NamedType> parameters,
                       SmallVectorImpl<NamedType> &hyper) const {
  if (!getRate() && !parameters.empty())
    hyper.push_back({"rate", cast<RankedTensorType>(parameters.front().type)
                                 .clone(ArrayRef<int64_t>())});
}

LogicalResult SgdAttr::buildReverse(OpBuilder &builder, Location loc,
                                    ValueRange, ValueRange parameters,
                                    ValueRange cotangents, ValueRange hyper,
                                    SmallVectorImpl<Value> &newParameters,
                                    SmallVectorImpl<Value> &) const {
  for (auto [parameter, cotangent] : llvm::zip_equal(parameters, cotangents)) {
    auto type = cast<RankedTensorType>(parameter.getType());
    if (!isa<FloatType>(type.getElementType()))
      return emitError(loc) << "expected parameters of element type f32 or f64 "
                               "for #catgrad.sgd but got "
                            << type;
    Value rate;
    if (getRate()) {
      if (!canHold(type.getElementType(), getRate().getValueAsDouble()))
        return emitError(loc)
               << "expected a rate that element type " << type.getElementType()
               << " can hold but got " << *this;
      rate = ConstantOp::create(builder, loc,
                                getSplat(type, getRate().getValueAsDouble()));
    } else {
      rate = hyper.front();
      auto scalar = type.clone(ArrayRef<int64_t>());
      if (rate.getType() != scalar)
        rate = CastOp::create(builder, loc, scalar, rate);
      rate = builder.createOrFold<BroadcastOp>(
          loc, type, rate,
          llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
    }
    Value change = MultiplyOp::create(builder, loc, cotangent, rate);
    newParameters.push_back(
        SubtractOp::create(builder, loc, parameter, change));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// MseAttr: (y, label) -> y - label, value 1/2 |y - label|^2
//===----------------------------------------------------------------------===//

LogicalResult MseAttr::getLabelTypes(Location loc, TypeRange results,
                                     SmallVectorImpl<Type> &labels) const {
  if (results.empty())
    return emitError(loc) << "expected a model with a result for #catgrad.mse";
  Type element;
  for (Type type : results) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isa<FloatType>(tensor.getElementType()))
      return emitError(loc) << "expected model results of element type f32 or "
                               "f64 for #catgrad.mse but got "
                            << type;
    if (element && element != tensor.getElementType())
      return emitError(loc)
             << "expected model results of one element type for #catgrad.mse "
                "but got "
             << element << " and " << tensor.getElementType();
    element = tensor.getElementType();
    labels.push_back(type);
  }
  return success();
}

LogicalResult MseAttr::buildReverse(OpBuilder &builder, Location loc,
                                    ValueRange results, ValueRange labels,
                                    SmallVectorImpl<Value> &cotangents) const {
  for (auto [result, label] : llvm::zip_equal(results, labels))
    cotangents.push_back(SubtractOp::create(builder, loc, result, label));
  return success();
}

Value MseAttr::buildValue(OpBuilder &builder, Location loc, ValueRange results,
                          ValueRange labels) const {
  Value total;
  for (auto [result, label] : llvm::zip_equal(results, labels)) {
    Value difference = SubtractOp::create(builder, loc, result, label);
    Value square = MultiplyOp::create(builder, loc, difference, difference);
    auto type = cast<RankedTensorType>(square.getType());
    Value sum = builder.createOrFold<ReduceSumOp>(
        loc, square, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
    total = total ? AddOp::create(builder, loc, total, sum).getResult() : sum;
  }
  Value half = ConstantOp::create(builder, loc, getSplat(total.getType(), 0.5));
  return MultiplyOp::create(builder, loc, total, half);
}
