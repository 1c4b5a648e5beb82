//===- Math.cpp - Elementary functions to linalg ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the elementary functions: each is one operation of math.

#include "mlir/Dialect/Math/IR/Math.h"
#include "Elementwise.h"
#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"

using namespace mlir;

namespace catgrad {

/// The operation of math that computes an operation on one element.
template <typename OpTy> struct Scalar;
template <> struct Scalar<ExpOp> : std::type_identity<math::ExpOp> {};
template <> struct Scalar<Expm1Op> : std::type_identity<math::ExpM1Op> {};
template <> struct Scalar<LogOp> : std::type_identity<math::LogOp> {};
template <> struct Scalar<Log1pOp> : std::type_identity<math::Log1pOp> {};
template <> struct Scalar<SqrtOp> : std::type_identity<math::SqrtOp> {};
template <> struct Scalar<RsqrtOp> : std::type_identity<math::RsqrtOp> {};
template <> struct Scalar<SinOp> : std::type_identity<math::SinOp> {};
template <> struct Scalar<CosOp> : std::type_identity<math::CosOp> {};
template <> struct Scalar<TanOp> : std::type_identity<math::TanOp> {};
template <> struct Scalar<AtanOp> : std::type_identity<math::AtanOp> {};
template <> struct Scalar<TanhOp> : std::type_identity<math::TanhOp> {};
template <> struct Scalar<ErfOp> : std::type_identity<math::ErfOp> {};
template <> struct Scalar<ErfcOp> : std::type_identity<math::ErfcOp> {};

template <typename OpTy>
static Value emitScalar(OpTy, OpBuilder &b, Location loc, ValueRange args) {
  return Scalar<OpTy>::type::create(b, loc, args[0]);
}

template <typename... Ops>
static void addLowerings(RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering<Ops>...>(patterns.getContext());
}

void populateMathToLinalgPatterns(RewritePatternSet &patterns) {
  addLowerings<ExpOp, Expm1Op, LogOp, Log1pOp, SqrtOp, RsqrtOp, SinOp, CosOp,
               TanOp, AtanOp, TanhOp, ErfOp, ErfcOp>(patterns);
}

} // namespace catgrad
