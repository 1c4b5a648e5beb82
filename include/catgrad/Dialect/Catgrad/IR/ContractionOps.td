//===- ContractionOps.td - Contractions -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the bilinear operations: matrix product and tensor
// contraction.

#ifndef CATGRAD_CONTRACTION_OPS_TD
#define CATGRAD_CONTRACTION_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ContractionOps : OpDocGroup {
  let summary = "Contractions";
  let description = [{
    Sums wrap around on integers; on `i1` they are parities. The order of
    summation of floats is unspecified; those of `f16` and `bf16` are accumulated
    in f32 and rounded once.
  }];
}

class Catgrad_BilinearOp<string mnemonic>
    : Catgrad_LensOp<mnemonic, [Pure, inferResult]> {
  dag extraArguments = (ins);
  let arguments =
      !con((ins Catgrad_Tensor:$lhs, Catgrad_Tensor:$rhs), extraArguments);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

let opDocGroup = Catgrad_ContractionOps in {

def Catgrad_MatmulOp : Catgrad_BilinearOp<"matmul"> {
  let summary = "Matrix product, with batch axes";
  let description = [{
    `[batch.., m, k] x [batch.., k, n] -> [batch.., m, n]`. The batch axes of
    both operands are equal and may be none.

    Law: `R[matmul]((X, Y), D) = (D Y^T, X^T D)`, the transposes taken of the
    last two axes; the lowering folds them into the indexing. Keeps X and Y.
    ```mlir
    %0 = catgrad.matmul %x, %y : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
    ```
  }];
}

def Catgrad_ContractOp : Catgrad_BilinearOp<"contract"> {
  let summary = "Tensor contraction";
  let description = [{
    Sums over pairs of axes: axis `lhs_axes[i]` of lhs with axis `rhs_axes[i]`
    of rhs. The result has the free axes of lhs, then those of rhs, in order.

    Law: bilinear; each cotangent is the contraction of the result's cotangent
    with the other operand over the other operand's free axes, transposed to the
    operand's layout. Keeps both operands.
    ```mlir
    %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 0>}
        : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let extraArguments =
      (ins DenseI64ArrayAttr:$lhs_axes, DenseI64ArrayAttr:$rhs_axes);
}

} // opDocGroup

#endif // CATGRAD_CONTRACTION_OPS_TD
