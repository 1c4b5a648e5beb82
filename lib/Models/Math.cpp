//===- Math.cpp - Derivatives of math -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives the operations of math their reverse derivatives.

#include "mlir/Dialect/Math/IR/Math.h"
#include "Elementwise.h"
#include "catgrad/Models/Models.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

namespace {
/// Attaches the model of a function of one variable. `slope` gives the
/// derivative from what is kept: x, or y = f(x).
template <typename Op, Keep keep, auto slope>
void attach(MLIRContext *context) {
  constexpr auto rule = [](ScalarEmitter &e, Operation *, ValueRange kept,
                           Value d) -> Cotangents {
    return {e.mul(slope(e, kept.front()), d)};
  };
  Op::template attachInterface<ElementwiseModel<Op, keep, rule>>(*context);
}

void attachExponentials(MLIRContext *context) {
  attach<math::ExpOp, Keep::Result, [](ScalarEmitter &, Value y) { return y; }>(
      context);
  attach<math::Exp2Op, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.mul(y, llvm::numbers::ln2);
  }>(context);
  attach<math::ExpM1Op, Keep::Result,
         [](ScalarEmitter &e, Value y) { return e.onePlus(y); }>(context);
  constexpr auto reciprocal = [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0), x);
  };
  attach<math::LogOp, Keep::Operands, reciprocal>(context);
  attach<math::Log2Op, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0 / llvm::numbers::ln2), x);
  }>(context);
  attach<math::Log10Op, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0 / llvm::numbers::ln10), x);
  }>(context);
  attach<math::Log1pOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0), e.onePlus(x));
  }>(context);
}

void attachRoots(MLIRContext *context) {
  attach<math::SqrtOp, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.div(e.constant(y.getType(), 0.5), y);
  }>(context);
  attach<math::RsqrtOp, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.mul(e.mul(e.mul(y, y), y), -0.5);
  }>(context);
  attach<math::CbrtOp, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.div(e.constant(y.getType(), 1.0 / 3.0), e.mul(y, y));
  }>(context);
  // sign(x), and 0 at the kink.
  attach<math::AbsFOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    Type type = x.getType();
    Value zero = e.constant(type, 0.0);
    Value sign = e.select(e.compare(arith::CmpFPredicate::OLT, x, zero),
                          e.constant(type, -1.0), zero);
    return e.select(e.compare(arith::CmpFPredicate::OGT, x, zero),
                    e.constant(type, 1.0), sign);
  }>(context);
}

void attachTrigonometry(MLIRContext *context) {
  attach<math::SinOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.make<math::CosOp>(x);
  }>(context);
  attach<math::CosOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.neg(e.make<math::SinOp>(x));
  }>(context);
  attach<math::TanOp, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.onePlus(e.mul(y, y));
  }>(context);
  attach<math::AsinOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.make<math::RsqrtOp>(e.oneMinus(e.mul(x, x)));
  }>(context);
  attach<math::AcosOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.neg(e.make<math::RsqrtOp>(e.oneMinus(e.mul(x, x))));
  }>(context);
  attach<math::AtanOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0), e.onePlus(e.mul(x, x)));
  }>(context);
}

void attachHyperbolics(MLIRContext *context) {
  attach<math::SinhOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.make<math::CoshOp>(x);
  }>(context);
  attach<math::CoshOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.make<math::SinhOp>(x);
  }>(context);
  attach<math::TanhOp, Keep::Result, [](ScalarEmitter &e, Value y) {
    return e.oneMinus(e.mul(y, y));
  }>(context);
  attach<math::AsinhOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.make<math::RsqrtOp>(e.onePlus(e.mul(x, x)));
  }>(context);
  // Two roots: x^2 - 1 would cancel near 1.
  attach<math::AcoshOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    Value one = e.constant(x.getType(), 1.0);
    return e.mul(e.make<math::RsqrtOp>(e.sub(x, one)),
                 e.make<math::RsqrtOp>(e.add(x, one)));
  }>(context);
  attach<math::AtanhOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.div(e.constant(x.getType(), 1.0),
                 e.mul(e.oneMinus(x), e.onePlus(x)));
  }>(context);
}

void attachErrorFunctions(MLIRContext *context) {
  attach<math::ErfOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.mul(e.make<math::ExpOp>(e.neg(e.mul(x, x))),
                 2.0 * llvm::numbers::inv_sqrtpi);
  }>(context);
  attach<math::ErfcOp, Keep::Operands, [](ScalarEmitter &e, Value x) {
    return e.mul(e.make<math::ExpOp>(e.neg(e.mul(x, x))),
                 -2.0 * llvm::numbers::inv_sqrtpi);
  }>(context);
}

/// Functions of several variables.
template <typename Op, auto rule> void attachLens(MLIRContext *context) {
  Op::template attachInterface<ElementwiseModel<Op, Keep::Operands, rule>>(
      *context);
}

void attachSeveral(MLIRContext *context) {
  attachLens<math::FmaOp,
             [](ScalarEmitter &e, Operation *, ValueRange x, Value d)
                 -> Cotangents { return {e.mul(x[1], d), e.mul(x[0], d), d}; }>(
      context);
  attachLens<math::Atan2Op,
             [](ScalarEmitter &e, Operation *, ValueRange x,
                Value d) -> Cotangents {
               Value square = e.add(e.mul(x[0], x[0]), e.mul(x[1], x[1]));
               Value scale = e.div(d, square);
               return {e.mul(x[1], scale), e.neg(e.mul(x[0], scale))};
             }>(context);
  // The exponent's cotangent is x^y log(x) d; where x is not positive it is 0,
  // the limit for x = 0 < y.
  attachLens<math::PowFOp,
             [](ScalarEmitter &e, Operation *, ValueRange x,
                Value d) -> Cotangents {
               Type type = d.getType();
               Value zero = e.constant(type, 0.0), one = e.constant(type, 1.0);
               Value lower = e.make<math::PowFOp>(x[0], e.sub(x[1], one));
               Value positive =
                   e.compare(arith::CmpFPredicate::OGT, x[0], zero);
               Value base = e.select(positive, x[0], one);
               Value slope = e.mul(e.make<math::PowFOp>(base, x[1]),
                                   e.make<math::LogOp>(base));
               // y x^(y-1) is 0 for y = 0, also where x^(y-1) is infinite.
               Value isZero = e.compare(arith::CmpFPredicate::OEQ, x[1], zero);
               Value dx = e.select(isZero, zero, e.mul(x[1], lower));
               return {e.mul(dx, d), e.mul(e.select(positive, slope, zero), d)};
             }>(context);
}

template <typename... Ops> void attachLocallyConstant(MLIRContext *context) {
  (Ops::template attachInterface<LocallyConstantModel<Ops>>(*context), ...);
}
} // namespace

void catgrad::registerMathModels(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, CatgradDialect *, math::MathDialect *) {
        attachExponentials(context);
        attachRoots(context);
        attachTrigonometry(context);
        attachHyperbolics(context);
        attachErrorFunctions(context);
        attachSeveral(context);
        attachLocallyConstant<math::CeilOp, math::FloorOp, math::RoundOp,
                              math::RoundEvenOp, math::TruncOp>(context);
        // Rules use it.
        context->loadDialect<arith::ArithDialect>();
      });
}
