//===- Lowering.cpp - tiny to catgrad and linalg ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lowers the dialect: tiny.scale is something that catgrad has, the
// others become linalg. It runs after the derivative was taken.

#include "Tiny.h"

#include "catgrad/Pipelines/Pipelines.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {
struct LowerScale : OpRewritePattern<tiny::ScaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tiny::ScaleOp op,
                                PatternRewriter &rewriter) const override {
    Value factor = catgrad::ConstantOp::create(
        rewriter, op.getLoc(),
        catgrad::getSplat(op.getType(), op.getFactor().convertToDouble()));
    rewriter.replaceOpWithNewOp<catgrad::MultiplyOp>(op, op.getInput(), factor);
    return success();
  }
};

/// Replaces an elementwise operation by a linalg.generic with this body.
template <typename OpTy>
LogicalResult
lowerElementwise(OpTy op, PatternRewriter &rewriter,
                 function_ref<Value(ImplicitLocOpBuilder &, Value)> body) {
  auto type = cast<RankedTensorType>(op.getType());
  SmallVector<AffineMap> maps(2,
                              rewriter.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                        type.getElementType());
  rewriter.replaceOpWithNewOp<linalg::GenericOp>(
      op, type, op.getInput(), empty, maps, loops,
      [&](OpBuilder &builder, Location loc, ValueRange arguments) {
        ImplicitLocOpBuilder b(loc, builder);
        linalg::YieldOp::create(b, body(b, arguments[0]));
      });
  return success();
}

/// max(x, 0) + log(1 + exp(-|x|)), which never overflows.
struct LowerSoftplus : OpRewritePattern<tiny::SoftplusOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tiny::SoftplusOp op,
                                PatternRewriter &rewriter) const override {
    return lowerElementwise(op, rewriter, [](ImplicitLocOpBuilder &b, Value x) {
      Value zero =
          arith::ConstantOp::create(b, b.getFloatAttr(x.getType(), 0.0));
      Value decay = math::ExpOp::create(
          b, arith::NegFOp::create(b, math::AbsFOp::create(b, x)));
      return arith::AddFOp::create(b, arith::MaximumFOp::create(b, x, zero),
                                   math::Log1pOp::create(b, decay));
    });
  }
};

struct LowerRound : OpRewritePattern<tiny::RoundOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tiny::RoundOp op,
                                PatternRewriter &rewriter) const override {
    return lowerElementwise(op, rewriter, [](ImplicitLocOpBuilder &b, Value x) {
      return math::RoundEvenOp::create(b, x);
    });
  }
};

struct LowerPass : PassWrapper<LowerPass, OperationPass<ModuleOp>> {
  StringRef getArgument() const override { return "tiny-lower"; }
  StringRef getDescription() const override {
    return "Lower tiny to catgrad and linalg";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, catgrad::CatgradDialect,
                    linalg::LinalgDialect, math::MathDialect,
                    tensor::TensorDialect>();
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerScale, LowerSoftplus, LowerRound>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

/// Derivatives first, while the operations are still ours; then down to what
/// catgrad-compile takes.
static void buildDifferentiate(OpPassManager &pm) {
  catgrad::buildCpuPhase(pm, catgrad::CpuPhase::Rev);
  pm.addPass(std::make_unique<LowerPass>());
}

void tiny::registerPasses() {
  PassRegistration<LowerPass>();
  PassPipelineRegistration<>("tiny-differentiate",
                             "Expand learners and derivatives, lower tiny",
                             buildDifferentiate);
}
