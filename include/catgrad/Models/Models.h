//===- Models.h - Derivatives of upstream operations -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the external models that give operations of upstream
// dialects their reverse derivatives. Their results are upstream operations
// too.

#ifndef CATGRAD_MODELS_MODELS_H
#define CATGRAD_MODELS_MODELS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace catgrad {

/// arith on numbers, vectors and tensors: sums, products, quotients, selection,
/// extrema, conversions. Comparisons and conversions to or from integers are
/// locally constant. At a tie of an extremum each operand gets half.
void registerArithModels(mlir::DialectRegistry &registry);

/// math on numbers, vectors and tensors. Rounding is locally constant; the
/// derivative of absf at 0 is 0.
void registerMathModels(mlir::DialectRegistry &registry);

/// Structured operations of linalg on tensors whose indexing maps are projected
/// permutations: pointwise ones, and those that sum over their reduction loops.
void registerLinalgModels(mlir::DialectRegistry &registry);

/// tensor operations of static shape that move elements.
void registerTensorModels(mlir::DialectRegistry &registry);

/// scf.if, and scf.for with a constant number of iterations, whose residuals
/// are stacked.
void registerSCFModels(mlir::DialectRegistry &registry);

} // namespace catgrad

#endif // CATGRAD_MODELS_MODELS_H
