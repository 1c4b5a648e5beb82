//===- IndexingOps.td - Indices -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations that make indices, or read and write at
// them.

#ifndef CATGRAD_INDEXING_OPS_TD
#define CATGRAD_INDEXING_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_IndexingOps : OpDocGroup {
  let summary = "Indices";
  let description = [{
    Operations that make indices, or read and write at them. They are locally
    constant in the indices, which are signed.
  }];
}

let opDocGroup = Catgrad_IndexingOps in {

def Catgrad_IotaOp : Catgrad_DaggerOp<"iota", [Pure]> {
  let summary = "The index of each element along an axis";
  let description = [{
    Each element is its own index along `axis`: 0, 1, 2 and so on. Floats are
    rounded to nearest; integers wrap around, so that `i1` holds the parity.

    Law: `R[iota] = discard`, as of every constant. Keeps nothing.
    ```mlir
    %0 = catgrad.iota {axis = 1} : tensor<2x3xi32>
    ```
  }];
  let arguments = (ins I64Attr:$axis);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Catgrad_OneHotOp : Catgrad_Op<"one_hot",
    [Pure, Catgrad_LocallyConstant, DerivativeOpInterface]> {
  let summary = "Unit vectors from indices";
  let description = [{
    `axis` is the *result* axis that is new. Along it the element at the index is
    1 and all others are 0. An index outside the axis, a negative one too, gives
    zeros only.

    Law: locally constant; the cotangent of the indices is 0.
    ```mlir
    %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xi32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins Catgrad_IntegerTensor:$indices, I64Attr:$axis);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$indices attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Catgrad_GatherOp : Catgrad_OpticOp<"gather", [Pure, inferResult]> {
  let summary = "Takes elements at indices along an axis";
  let description = [{
    `[a.., n, b..]` and indices `[i..]` give `[a.., i.., b..]`, where `axis` is
    the place of n: element `(a, i, b)` is element `(a, indices[i], b)` of the
    operand. An index is clamped into the axis: a negative one becomes 0, one of
    n or more becomes n - 1. The axis must not be empty unless there are no
    indices.

    Law: linear in the operand, locally constant in the indices:
    `R[gather](i, d) = (scatter_add(d, i), 0)`. Keeps the indices.
    ```mlir
    %0 = catgrad.gather %a, %i {axis = 0} : (tensor<9x4xf32>, tensor<2x3xi32>) -> tensor<2x3x4xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, Catgrad_IntegerTensor:$indices,
                       I64Attr:$axis);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input `,` $indices attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, operandKindDeclaration);
}

def Catgrad_ScatterAddOp : Catgrad_OpticOp<"scatter_add", [Pure]> {
  let summary = "Adds elements up at indices along an axis";
  let description = [{
    `[a.., i.., b..]` and indices `[i..]` give `[a.., n, b..]`, where `axis` is
    the place of n: element `(a, k, b)` is the sum of all elements `(a, i, b)`
    with `indices[i] = k`, and 0 if there are none. Indices are clamped into the
    axis as by `gather`. The sums are made in the order of the indices, row by
    row: the same bits in every run. The axis must not be empty unless there are
    no indices.

    Law: linear in the operand, locally constant in the indices:
    `R[scatter_add](i, d) = (gather(d, i), 0)`. Keeps the indices.
    ```mlir
    %0 = catgrad.scatter_add %a, %i {axis = 0} : (tensor<2x3x4xf32>, tensor<2x3xi32>) -> tensor<9x4xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$updates, Catgrad_IntegerTensor:$indices,
                       I64Attr:$axis);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$updates `,` $indices attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, operandKindDeclaration);
}

} // opDocGroup

#endif // CATGRAD_INDEXING_OPS_TD
