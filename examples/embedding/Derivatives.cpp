//===- Derivatives.cpp - A reverse rule from outside ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives tiny.softplus its reverse derivative by an external model:
// the operation itself is not changed and knows nothing of it.

#include "Tiny.h"

using namespace mlir;

namespace {
/// R[softplus](x, d) = sigmoid(x) * d. Keeps x.
struct SoftplusDerivative
    : catgrad::DerivativeOpInterface::ExternalModel<SoftplusDerivative,
                                                    tiny::SoftplusOp> {
  LogicalResult forward(Operation *op, OpBuilder &builder,
                        catgrad::DerivativeContext &, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    results.push_back(catgrad::cloneOn(builder, op, operands)->getResult(0));
    residuals.push_back(operands[0]);
    return success();
  }

  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        catgrad::DerivativeContext &, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    Value x = residuals[0], d = cotangents[0];
    Value slope =
        catgrad::SigmoidOp::create(builder, op->getLoc(), x.getType(), x);
    operandCotangents.push_back(
        catgrad::MultiplyOp::create(builder, op->getLoc(), slope, d));
    return success();
  }
};
} // namespace

void tiny::registerDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tiny::TinyDialect *) {
    tiny::SoftplusOp::attachInterface<SoftplusDerivative>(*context);
  });
}
