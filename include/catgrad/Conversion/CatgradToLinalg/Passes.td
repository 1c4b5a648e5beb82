//===- Passes.td - From catgrad to linalg -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the conversion of the dialect to linalg on tensors.

#ifndef CATGRAD_CONVERSION_PASSES_TD
#define CATGRAD_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertCatgradToLinalg
    : Pass<"convert-catgrad-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower the catgrad dialect to linalg on tensors";
  let description = [{
    Contractions become `linalg.matmul`, `batch_matmul` or `contract`; a
    transpose of an operand, or of a result that is used nowhere else, goes into
    their indexing maps. Shape operations become `linalg.transpose`, `broadcast`
    and `reduce`, and pairs of `tensor.collapse_shape` and `expand_shape`; what
    takes a part becomes a `linalg.generic` that reads by an affine map, what
    joins parts `tensor.insert_slice`. Elementwise operations become
    `linalg.generic`. Constants with equal elements become `linalg.fill`.
    `scatter_add`, which no structured operation describes, becomes a nest of
    `scf.for`.

    On `i1`, linalg's named contractions mean "or"; there they become
    `linalg.generic` with xor and and.

    Parameters, learners and derivatives must have been expanded; they are
    errors here. Functions keep their types.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // CATGRAD_CONVERSION_PASSES_TD
