//===- Arith.cpp - Derivatives of arith -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives the operations of arith their reverse derivatives.

#include "Elementwise.h"
#include "catgrad/Models/Models.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace catgrad;

namespace {
template <typename Op, Keep keep, auto rule> void attach(MLIRContext *context) {
  Op::template attachInterface<ElementwiseModel<Op, keep, rule>>(*context);
}

/// max or min: the operand that is chosen gets the cotangent; at a tie each
/// gets half, so that the rule is symmetric.
template <arith::CmpFPredicate wins>
Cotangents extremum(ScalarEmitter &e, Operation *, ValueRange x, Value d) {
  Value half = e.mul(d, 0.5);
  Value zero = e.constant(d.getType(), 0.0);
  Value tie = e.compare(arith::CmpFPredicate::OEQ, x[0], x[1]);
  auto share = [&](Value mine, Value other) {
    return e.select(tie, half, e.select(e.compare(wins, mine, other), d, zero));
  };
  return {share(x[0], x[1]), share(x[1], x[0])};
}

void attachFloats(MLIRContext *context) {
  attach<arith::AddFOp, Keep::Nothing,
         [](ScalarEmitter &, Operation *, ValueRange, Value d) -> Cotangents {
           return {d, d};
         }>(context);
  attach<arith::SubFOp, Keep::Nothing,
         [](ScalarEmitter &e, Operation *, ValueRange, Value d) -> Cotangents {
           return {d, e.neg(d)};
         }>(context);
  attach<arith::NegFOp, Keep::Nothing,
         [](ScalarEmitter &e, Operation *, ValueRange, Value d) -> Cotangents {
           return {e.neg(d)};
         }>(context);
  attach<arith::MulFOp, Keep::Operands,
         [](ScalarEmitter &e, Operation *, ValueRange x, Value d)
             -> Cotangents { return {e.mul(x[1], d), e.mul(x[0], d)}; }>(
      context);
  // (d / y, -(x / y) (d / y)): no square of y, which could overflow.
  attach<arith::DivFOp, Keep::Operands,
         [](ScalarEmitter &e, Operation *, ValueRange x,
            Value d) -> Cotangents {
           Value dx = e.div(d, x[1]);
           return {dx, e.neg(e.mul(e.div(x[0], x[1]), dx))};
         }>(context);
  attach<arith::MaximumFOp, Keep::Operands,
         extremum<arith::CmpFPredicate::OGT>>(context);
  attach<arith::MaxNumFOp, Keep::Operands, extremum<arith::CmpFPredicate::OGT>>(
      context);
  attach<arith::MinimumFOp, Keep::Operands,
         extremum<arith::CmpFPredicate::OLT>>(context);
  attach<arith::MinNumFOp, Keep::Operands, extremum<arith::CmpFPredicate::OLT>>(
      context);
  attach<arith::ExtFOp, Keep::Nothing,
         [](ScalarEmitter &e, Operation *op, ValueRange,
            Value d) -> Cotangents {
           return {e.make<arith::TruncFOp>(op->getOperand(0).getType(), d)};
         }>(context);
  attach<arith::TruncFOp, Keep::Nothing,
         [](ScalarEmitter &e, Operation *op, ValueRange,
            Value d) -> Cotangents {
           return {e.make<arith::ExtFOp>(op->getOperand(0).getType(), d)};
         }>(context);
}

/// The ring Z/2^n.
void attachIntegers(MLIRContext *context) {
  attach<arith::AddIOp, Keep::Nothing,
         [](ScalarEmitter &, Operation *, ValueRange, Value d) -> Cotangents {
           return {d, d};
         }>(context);
  attach<arith::SubIOp, Keep::Nothing,
         [](ScalarEmitter &e, Operation *, ValueRange, Value d) -> Cotangents {
           return {d, e.make<arith::SubIOp>(e.constant(d.getType(), 0), d)};
         }>(context);
  attach<arith::MulIOp, Keep::Operands,
         [](ScalarEmitter &e, Operation *, ValueRange x,
            Value d) -> Cotangents {
           return {e.make<arith::MulIOp>(x[1], d),
                   e.make<arith::MulIOp>(x[0], d)};
         }>(context);
}

void attachOthers(MLIRContext *context) {
  attach<arith::SelectOp, Keep::First,
         [](ScalarEmitter &e, Operation *op, ValueRange x,
            Value d) -> Cotangents {
           Value zero = e.constant(d.getType(), 0);
           return {e.constant(op->getOperand(0).getType(), 0),
                   e.select(x[0], d, zero), e.select(x[0], zero, d)};
         }>(context);
  // No operand, hence no cotangent.
  attach<arith::ConstantOp, Keep::Nothing,
         [](ScalarEmitter &, Operation *, ValueRange, Value) -> Cotangents {
           return {};
         }>(context);
}

template <typename... Ops> void attachLocallyConstant(MLIRContext *context) {
  (Ops::template attachInterface<LocallyConstantModel<Ops>>(*context), ...);
}
} // namespace

void catgrad::registerArithModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, CatgradDialect *,
                            arith::ArithDialect *) {
    attachFloats(context);
    attachIntegers(context);
    attachOthers(context);
    attachLocallyConstant<arith::CmpFOp, arith::CmpIOp, arith::SIToFPOp,
                          arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp,
                          arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp,
                          arith::IndexCastOp, arith::IndexCastUIOp>(context);
  });
}
