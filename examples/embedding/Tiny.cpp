//===- Tiny.cpp - The tiny dialect ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the dialect, the rule of tiny.scale and the optimiser.

#include "Tiny.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace tiny;

#include "TinyDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "TinyAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "TinyOps.cpp.inc"

void TinyDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "TinyOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "TinyAttributes.cpp.inc"
      >();
}

/// R[scale](d) = factor * d.
LogicalResult ScaleOp::dagger(OpBuilder &builder, ValueRange cotangents,
                              SmallVectorImpl<Value> &operandCotangents) {
  Value d = cotangents.front();
  operandCotangents.push_back(
      ScaleOp::create(builder, getLoc(), d.getType(), d, getFactorAttr()));
  return success();
}

//===----------------------------------------------------------------------===//
// #tiny.sign_sgd: (p, p') -> p - rate * sign(p')
//===----------------------------------------------------------------------===//

/// It keeps nothing from step to step, and takes nothing at run time.
void SignSgdAttr::getState(ArrayRef<catgrad::NamedType>,
                           SmallVectorImpl<catgrad::NamedType> &) const {}
void SignSgdAttr::getHyper(ArrayRef<catgrad::NamedType>,
                           SmallVectorImpl<catgrad::NamedType> &) const {}

LogicalResult SignSgdAttr::buildReverse(OpBuilder &builder, Location loc,
                                        ValueRange state, ValueRange parameters,
                                        ValueRange cotangents, ValueRange hyper,
                                        SmallVectorImpl<Value> &newParameters,
                                        SmallVectorImpl<Value> &) const {
  double rate = getRate().getValueAsDouble();
  for (auto [p, d] : llvm::zip_equal(parameters, cotangents)) {
    auto type = cast<RankedTensorType>(p.getType());
    if (!isa<FloatType>(type.getElementType()))
      return emitError(loc)
             << "expected floats for #tiny.sign_sgd but got " << type;
    auto splat = [&](double value) -> Value {
      return catgrad::ConstantOp::create(builder, loc,
                                         catgrad::getSplat(type, value));
    };
    Value zero = splat(0.0);
    auto where = [&](catgrad::Predicate predicate, Value value, Value other) {
      Value condition = catgrad::CompareOp::create(
          builder, loc, type.clone(builder.getI1Type()), d, zero, predicate);
      return catgrad::SelectOp::create(builder, loc, type, condition, value,
                                       other);
    };
    Value change = where(catgrad::Predicate::gt, splat(rate),
                         where(catgrad::Predicate::lt, splat(-rate), zero));
    newParameters.push_back(
        catgrad::SubtractOp::create(builder, loc, p, change));
  }
  return success();
}
