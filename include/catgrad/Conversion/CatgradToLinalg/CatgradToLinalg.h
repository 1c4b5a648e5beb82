//===- CatgradToLinalg.h - From catgrad to linalg ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the conversion of the dialect to linalg on tensors: one
// pattern set per family of operations, and the pass that runs them all.

#ifndef CATGRAD_CONVERSION_CATGRADTOLINALG_H
#define CATGRAD_CONVERSION_CATGRADTOLINALG_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace catgrad {

#define GEN_PASS_DECL
#include "catgrad/Conversion/CatgradToLinalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "catgrad/Conversion/CatgradToLinalg/Passes.h.inc"

/// Elementwise operations to `linalg.generic`: four families.
void populateActivationToLinalgPatterns(mlir::RewritePatternSet &patterns);
void populateElementwiseToLinalgPatterns(mlir::RewritePatternSet &patterns);
void populateMathToLinalgPatterns(mlir::RewritePatternSet &patterns);
void populateOrderToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// Operations on indices; `scatter_add` becomes a nest of `scf.for`.
void populateIndexingToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// Operations that join tensors, or take one apart.
void populateJoinToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// Reductions and scans.
void populateReductionToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// Wires, constants and shape operations. No pattern is there for `parameter`,
/// `learner` and `derive`.
void populateShapeToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// `matmul` and `contract`; transposes of operands are folded into the maps.
void populateContractionToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// All of these sets, and for composite operations without a pattern of their
/// own their definitions. They serve both the greedy driver and dialect
/// conversion.
void populateCatgradToLinalgPatterns(mlir::RewritePatternSet &patterns);

/// Lowers a transpose together with the contraction that it alone uses. For the
/// greedy driver, to be run before the other sets: these see one operation at a
/// time and would leave the transpose behind.
void populateTransposedContractionToLinalgPatterns(
    mlir::RewritePatternSet &patterns);

} // namespace catgrad

#endif // CATGRAD_CONVERSION_CATGRADTOLINALG_H
