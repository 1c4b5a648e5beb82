//===- ApproximateMath.cpp - Polynomials for f32 functions ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file selects the polynomial approximations of MLIR that are accurate on
// the whole range of f32.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "catgrad/Codegen/Passes.h.inc"

void populateApproximateMathPatterns(RewritePatternSet &patterns) {
  // Those of atan (37 ulp), sin and cos (wrong for large numbers) are left out.
  populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
    return llvm::is_contained(
        {math::ExpOp::getOperationName(), math::ExpM1Op::getOperationName(),
         math::LogOp::getOperationName(), math::Log1pOp::getOperationName(),
         math::TanhOp::getOperationName(), math::ErfOp::getOperationName(),
         math::ErfcOp::getOperationName()},
        name);
  });
}

/// Multiplies a denormal operand by 2^24, because the polynomial takes it for
/// the smallest normal number, and subtracts the logarithm of that again.
static void scaleDenormals(math::LogOp op) {
  if (!op.getType().isF32())
    return;
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto number = [&](double value) {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  Value x = op.getOperand();
  Value isSmall = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x,
                                        number(0x1p-126));
  Value scaled = arith::MulFOp::create(b, loc, x, number(0x1p24));
  op->setOperand(0, arith::SelectOp::create(b, loc, isSmall, scaled, x));
  b.setInsertionPointAfter(op);
  Value difference =
      arith::SubFOp::create(b, loc, op, number(24 * llvm::numbers::ln2));
  Value result = arith::SelectOp::create(b, loc, isSmall, difference, op);
  op.getResult().replaceUsesWithIf(result, [&](OpOperand &use) {
    return use.getOwner() != result.getDefiningOp() &&
           use.getOwner() != difference.getDefiningOp();
  });
}

namespace {
struct ApproximateMath : impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    // Not a pattern: the logarithms that it makes are to be left alone, and so
    // are those in the polynomials of others, whose operands are normal.
    getOperation()->walk(scaleDenormals);
    RewritePatternSet patterns(&getContext());
    populateApproximateMathPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace catgrad
