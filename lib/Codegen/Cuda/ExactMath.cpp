//===- ExactMath.cpp - What has one result by definition --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes LLVM's intrinsics of operations that are exact or round once,
// before others make calls of NVIDIA's library or comparisons of them.

#include "catgrad/Codegen/Cuda/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_EXACTMATH
#include "catgrad/Codegen/Cuda/Passes.h.inc"

namespace {

/// f32 and f64 have the same type in both dialects. By name, since
/// `convert-gpu-to-nvvm` takes the operations of some intrinsics for others
/// that the device lacks.
template <typename From> struct IntrinsicLowering : OpRewritePattern<From> {
  IntrinsicLowering(MLIRContext *context, StringRef intrinsic)
      : OpRewritePattern<From>(context), intrinsic(intrinsic) {}

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    if (!isa<Float32Type, Float64Type>(op.getType()))
      return rewriter.notifyMatchFailure(op, "not of f32 or f64");
    rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, op.getType(), rewriter.getStringAttr(intrinsic), op->getOperands());
    return success();
  }

  StringRef intrinsic;
};

struct ExactMath : impl::ExactMathBase<ExactMath> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    add<math::AbsFOp>(patterns, "llvm.fabs");
    add<math::CeilOp>(patterns, "llvm.ceil");
    add<math::CopySignOp>(patterns, "llvm.copysign");
    add<math::FloorOp>(patterns, "llvm.floor");
    add<math::FmaOp>(patterns, "llvm.fma");
    add<math::RoundOp>(patterns, "llvm.round");
    add<math::RoundEvenOp>(patterns, "llvm.roundeven");
    add<math::SqrtOp>(patterns, "llvm.sqrt");
    add<math::TruncOp>(patterns, "llvm.trunc");
    add<arith::MaximumFOp>(patterns, "llvm.maximum");
    add<arith::MinimumFOp>(patterns, "llvm.minimum");
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }

private:
  template <typename OpTy>
  static void add(RewritePatternSet &patterns, StringRef intrinsic) {
    patterns.add<IntrinsicLowering<OpTy>>(patterns.getContext(), intrinsic);
  }
};

} // namespace
} // namespace catgrad
