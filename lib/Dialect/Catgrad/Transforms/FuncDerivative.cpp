//===- FuncDerivative.cpp - The derivative of a call -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives func.call its derivative: a call of @f becomes a call of
// @f.fwd and one of @f.rev, so that code size stays linear.

#include "catgrad/Dialect/Catgrad/Transforms/FuncDerivative.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"

using namespace mlir;
using namespace catgrad;

namespace {
struct CallDerivative
    : DerivativeOpInterface::ExternalModel<CallDerivative, func::CallOp> {
  static FailureOr<const DerivedFunction *>
  getCallee(func::CallOp call, DerivativeContext &context) {
    auto callee = dyn_cast_or_null<FunctionOpInterface>(
        context.lookUp(call.getCalleeAttr().getAttr()));
    if (!callee)
      return call.emitOpError("expected a callee that is a function but got ")
             << call.getCalleeAttr();
    llvm::BitVector active(call.getNumOperands());
    for (auto [index, operand] : llvm::enumerate(call.getOperands()))
      active[index] = context.isActive(operand);
    return context.getOrCreate(callee, call, active);
  }

  LogicalResult forward(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    auto callee = getCallee(cast<func::CallOp>(op), context);
    if (failed(callee))
      return failure();
    callForward(**callee, builder, op->getLoc(), operands, results, residuals);
    return success();
  }

  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    auto callee = getCallee(cast<func::CallOp>(op), context);
    if (failed(callee))
      return failure();
    return callReverse(**callee, context, builder, op->getLoc(),
                       op->getOperandTypes(), residuals, cotangents,
                       operandCotangents);
  }
};
} // namespace

void catgrad::attachFuncDerivative(MLIRContext &context) {
  func::CallOp::attachInterface<CallDerivative>(context);
}
