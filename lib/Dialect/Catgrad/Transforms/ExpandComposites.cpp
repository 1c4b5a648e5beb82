//===- ExpandComposites.cpp - Writing definitions out -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file replaces operations that have a definition by it.

#include "catgrad/Dialect/Catgrad/Transforms/ExpandComposites.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/ScopeExit.h"

namespace catgrad {
#define GEN_PASS_DEF_EXPANDCOMPOSITES
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

/// The type with f32 elements where those of a tensor are narrower floats.
static Type widen(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !isa<FloatType>(tensor.getElementType()) ||
      tensor.getElementTypeBitWidth() >= 32)
    return type;
  return tensor.clone(Float32Type::get(type.getContext()));
}

static Value castTo(OpBuilder &builder, Location loc, Type type, Value value) {
  return value.getType() == type ? value
                                 : CastOp::create(builder, loc, type, value);
}

FailureOr<SmallVector<Value>>
catgrad::expandComposite(OpBuilder &builder, CompositeOpInterface op) {
  Location loc = op.getLoc();
  // A copy that belongs to no block, so that no driver hears of it.
  Operation *wide = op->clone();
  llvm::scope_exit erase([&] { wide->destroy(); });
  for (OpOperand &operand : wide->getOpOperands())
    operand.set(
        castTo(builder, loc, widen(operand.get().getType()), operand.get()));
  for (Value result : wide->getResults())
    result.setType(widen(result.getType()));
  auto values = cast<CompositeOpInterface>(wide).expand(builder);
  if (failed(values))
    return failure();
  for (auto [value, type] : llvm::zip_equal(*values, op->getResultTypes()))
    value = castTo(builder, loc, type, value);
  return values;
}

namespace {
struct Expand : OpInterfaceRewritePattern<CompositeOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  // A definition may use other composite operations, and ends at some point.
  void initialize() { setHasBoundedRewriteRecursion(); }

  LogicalResult matchAndRewrite(CompositeOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto values = expandComposite(rewriter, op);
    if (failed(values))
      return rewriter.notifyMatchFailure(op, "its definition failed");
    rewriter.replaceOp(op, *values);
    return success();
  }
};

struct ExpandComposites
    : catgrad::impl::ExpandCompositesBase<ExpandComposites> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandCompositesPatterns(patterns);
    GreedyRewriteConfig config;
    config.enableFolding(false).setRegionSimplificationLevel(
        GreedySimplifyRegionLevel::Disabled);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace

void catgrad::populateExpandCompositesPatterns(RewritePatternSet &patterns,
                                               PatternBenefit benefit) {
  patterns.add<Expand>(patterns.getContext(), benefit);
}
