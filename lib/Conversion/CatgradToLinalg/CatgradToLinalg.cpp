//===- CatgradToLinalg.cpp - The conversion pass ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file runs the pattern sets of the conversion, and reports what must have
// been expanded before it.

#include "catgrad/Conversion/CatgradToLinalg/CatgradToLinalg.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/ExpandComposites.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_CONVERTCATGRADTOLINALG
#include "catgrad/Conversion/CatgradToLinalg/Passes.h.inc"

void populateCatgradToLinalgPatterns(RewritePatternSet &patterns) {
  populateActivationToLinalgPatterns(patterns);
  populateElementwiseToLinalgPatterns(patterns);
  populateIndexingToLinalgPatterns(patterns);
  populateJoinToLinalgPatterns(patterns);
  populateMathToLinalgPatterns(patterns);
  populateOrderToLinalgPatterns(patterns);
  populateReductionToLinalgPatterns(patterns);
  populateShapeToLinalgPatterns(patterns);
  populateContractionToLinalgPatterns(patterns);
  // What has no pattern of its own, by its definition.
  populateExpandCompositesPatterns(patterns);
}

namespace {

/// Reports operations that another pass expands, by the name of that pass.
LogicalResult checkExpanded(ModuleOp module) {
  bool valid = true;
  auto report = [&](Operation *op, StringRef pass) {
    op->emitOpError("cannot be lowered to linalg; run ") << pass << " first";
    valid = false;
  };
  module.walk([&](Operation *op) {
    if (isa<LearnerOp>(op))
      report(op, "catgrad-expand-learners");
    else if (isa<DeriveOp>(op))
      report(op, "catgrad-reverse-derivative");
    else if (isa<ParameterOp>(op))
      report(op, "catgrad-factor-parameters");
  });
  return success(valid);
}

struct ConvertCatgradToLinalg
    : impl::ConvertCatgradToLinalgBase<ConvertCatgradToLinalg> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    MLIRContext *context = &getContext();
    if (failed(checkExpanded(module)))
      return signalPassFailure();

    // Contractions whose result is transposed need a look at two operations.
    RewritePatternSet transposed(context);
    populateTransposedContractionToLinalgPatterns(transposed);
    GreedyRewriteConfig config;
    config.enableFolding(false).setRegionSimplificationLevel(
        GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(module, std::move(transposed), config)))
      return signalPassFailure();

    RewritePatternSet patterns(context);
    populateCatgradToLinalgPatterns(patterns);
    ConversionTarget target(*context);
    target.addIllegalDialect<CatgradDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyFullConversion(module, target, std::move(patterns))))
      return signalPassFailure();

    // Transposes that contractions read through are left without uses.
    module.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      if (isOpTriviallyDead(op))
        op->erase();
    });
  }
};

} // namespace
} // namespace catgrad
