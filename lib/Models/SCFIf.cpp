//===- SCFIf.cpp - The derivative of scf.if -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives scf.if its reverse derivative. The residuals are the
// condition, then those of both branches; the branch that is not taken leaves
// zeros. Captures are inputs like operands, so the functor need not know of
// regions.

#include "SCF.h"

using namespace mlir;
using namespace catgrad;

namespace {
struct If : DerivativeOpInterface::ExternalModel<If, scf::IfOp> {
  /// The optic of one branch and what it captures, by index among the inputs.
  struct Branch {
    RegionOptic *optic;
    SmallVector<unsigned> captures;
  };

  static Branch getBranch(Operation *op, unsigned index,
                          DerivativeContext &context) {
    SmallVector<Value> inputs = getInputs(op);
    Branch branch;
    SmallVector<Value> captures = getCaptures(op->getRegion(index));
    llvm::BitVector active(captures.size());
    for (auto [at, capture] : llvm::enumerate(captures)) {
      active[at] = context.isActive(capture);
      // The condition may also be captured: look behind the operands.
      branch.captures.push_back(llvm::find(llvm::drop_begin(inputs), capture) -
                                inputs.begin());
    }
    branch.optic = context.derive(op->getRegion(index), active);
    return branch;
  }

  static scf::IfOp create(OpBuilder &builder, Location loc, TypeRange types,
                          Value condition, LooseBody bodies[2]) {
    auto choice = scf::IfOp::create(builder, loc, types, condition,
                                    /*addThenBlock=*/false,
                                    /*addElseBlock=*/false);
    choice.getThenRegion().takeBody(*bodies[0]);
    choice.getElseRegion().takeBody(*bodies[1]);
    return choice;
  }

  LogicalResult forward(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    Location loc = op->getLoc();
    LooseBody bodies[2];
    SmallVector<Value> yields[2], own[2];
    for (unsigned index : {0u, 1u}) {
      Branch branch = getBranch(op, index, context);
      if (!branch.optic)
        return failure();
      SmallVector<Value> captured;
      for (unsigned capture : branch.captures)
        captured.push_back(operands[capture]);
      bodies[index] = createBody(op);
      OpBuilder nested = OpBuilder::atBlockEnd(&bodies[index]->front());
      if (failed(branch.optic->forward(nested, captured, yields[index],
                                       own[index])))
        return failure();
    }
    // What a branch takes from outside need not pass through the choice, nor
    // need a constant.
    for (unsigned index : {0u, 1u})
      for (Value &residual : own[index])
        if (isConstant(residual))
          residual = builder.clone(*residual.getDefiningOp())->getResult(0);
    auto isLocal = [&](Value residual, unsigned index) {
      return residual.getParentRegion() == bodies[index].get();
    };
    for (unsigned index : {0u, 1u}) {
      OpBuilder nested = OpBuilder::atBlockEnd(&bodies[index]->front());
      for (unsigned of : {0u, 1u})
        for (Value residual : own[of])
          if (isLocal(residual, of) &&
              !append(of == index
                          ? residual
                          : context.createZero(nested, loc, residual.getType()),
                      yields[index]))
            return failure();
      scf::YieldOp::create(nested, loc, yields[index]);
    }
    SmallVector<Type> types(ValueRange(yields[0]).getTypes());
    SmallVector<bool> local;
    for (unsigned index : {0u, 1u})
      for (Value residual : own[index])
        local.push_back(isLocal(residual, index));
    auto choice = create(builder, loc, types, operands.front(), bodies);
    unsigned next = op->getNumResults();
    llvm::append_range(results, choice.getResults().take_front(next));
    residuals.push_back(operands.front());
    llvm::append_range(own[0], own[1]);
    for (auto [residual, isLocal] : llvm::zip_equal(own[0], local))
      residuals.push_back(isLocal ? choice.getResult(next++) : residual);
    return success();
  }

  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    Location loc = op->getLoc();
    SmallVector<Value> inputs = getInputs(op);
    SmallVector<Type> types;
    for (Value capture : llvm::drop_begin(inputs))
      types.push_back(capture.getType());
    Value condition = residuals.front();
    residuals = residuals.drop_front();
    LooseBody bodies[2];
    for (unsigned index : {0u, 1u}) {
      Branch branch = getBranch(op, index, context);
      if (!branch.optic)
        return failure();
      size_t count = branch.optic->getResidualTypes().size();
      bodies[index] = createBody(op);
      OpBuilder nested = OpBuilder::atBlockEnd(&bodies[index]->front());
      SmallVector<Value> found, yields(types.size());
      if (failed(branch.optic->reverse(nested, residuals.take_front(count),
                                       cotangents, found)))
        return failure();
      residuals = residuals.drop_front(count);
      for (auto [capture, cotangent] : llvm::zip_equal(branch.captures, found))
        yields[capture - 1] = cotangent;
      for (auto [type, value] : llvm::zip_equal(types, yields))
        if (!value && !(value = context.createZero(nested, loc, type)))
          return failure();
      scf::YieldOp::create(nested, loc, yields);
    }
    if (!append(context.createZero(builder, loc, condition.getType()),
                operandCotangents))
      return failure();
    auto choice = create(builder, loc, types, condition, bodies);
    llvm::append_range(operandCotangents, choice.getResults());
    return success();
  }
};
} // namespace

void catgrad::attachIfModel(MLIRContext &context) {
  scf::IfOp::attachInterface<If>(context);
}
