//===- ReductionOps.td - Reductions and scans -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations that combine the elements along axes.

#ifndef CATGRAD_REDUCTION_OPS_TD
#define CATGRAD_REDUCTION_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ReductionOps : OpDocGroup {
  let summary = "Reductions";
  let description = [{
    Operations that combine the elements along axes. `dimensions` are the
    *operand* axes that go, in increasing order; without any, a reduction is the
    identity. The order in which floats are combined is unspecified. Sums and
    products of `f16` and `bf16` are made in `f32` and rounded once.
  }];
}

// Combines the elements along `dimensions`, which go; says its result and its
// fold.
def Catgrad_Reduction : NativeOpTrait<"Reduction"> {
  let cppNamespace = "::catgrad";
}
defvar reduction = [Pure, Catgrad_Reduction, InferTypeOpInterface];

// The greatest or the least element: keeps its operand and its result.
class Catgrad_ReduceExtremumOp<string mnemonic>
    : Catgrad_OpticOp<mnemonic, reduction> {
  let arguments = (ins Catgrad_Tensor:$input, DenseI64ArrayAttr:$dimensions);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, kindDeclaration);
}

let opDocGroup = Catgrad_ReductionOps in {

def Catgrad_ReduceSumOp : Catgrad_DaggerOp<"reduce_sum", reduction> {
  let summary = "Sums a tensor over some of its axes";
  let description = [{
    The sum of no elements is 0. Wraps around on integers; the parity on `i1`.

    Law: `R[reduce_sum] = broadcast` with the same `dimensions`. Keeps nothing.
    ```mlir
    %0 = catgrad.reduce_sum %a {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, DenseI64ArrayAttr:$dimensions);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
}

def Catgrad_ReduceMaxOp : Catgrad_ReduceExtremumOp<"reduce_max"> {
  let summary = "The greatest element over some axes";
  let description = [{
    NaN if one element is NaN. The greatest of no elements is the least value of
    the type: `-inf`, or the lowest integer. Integers are signed; on `i1` false
    is below true.

    Law: on floats, with y the output, `R[reduce_max](x, d)` gives each element
    that equals y its share of d: where several do, they share it evenly. It is 0
    elsewhere, and where y is NaN. Integers cannot share: there it has no
    derivative. Keeps x and y.
    ```mlir
    %0 = catgrad.reduce_max %a {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
    ```
  }];
}

def Catgrad_ReduceMinOp : Catgrad_ReduceExtremumOp<"reduce_min"> {
  let summary = "The least element over some axes";
  let description = [{
    NaN if one element is NaN. The least of no elements is the greatest value of
    the type: `+inf`, or the highest integer. Integers are signed; on `i1` false
    is below true.

    Law: on floats, with y the output, `R[reduce_min](x, d)` gives each element
    that equals y its share of d: where several do, they share it evenly. It is 0
    elsewhere, and where y is NaN. Integers cannot share: there it has no
    derivative. Keeps x and y.
    ```mlir
    %0 = catgrad.reduce_min %a {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
    ```
  }];
}

def Catgrad_ReduceProdOp : Catgrad_LensOp<"reduce_prod", reduction> {
  let summary = "Multiplies a tensor over some of its axes";
  let description = [{
    The product of no elements is 1. Wraps around on integers; "and" on `i1`.
    Partial products of floats may overflow or underflow where the product of
    all would not.

    Law: `R[reduce_prod](x, d)` holds d times the product of all *other*
    elements, in every ring: it is made by multiplication only, along a binary
    tree, so that zeros do no harm. Keeps x.
    ```mlir
    %0 = catgrad.reduce_prod %a {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, DenseI64ArrayAttr:$dimensions);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
}

def Catgrad_CumsumOp : Catgrad_DaggerOp<"cumsum",
    [Pure, SameOperandsAndResultType]> {
  let summary = "Running sums along an axis";
  let description = [{
    Element i along `axis` is the sum of the elements 0 to i, or with
    `exclusive` of those before i. With `reverse` the sums run from the other
    end: from i, or after i, to the last. They are made one after the other in
    that order. Wraps around on integers; parities on `i1`.

    Law: `R[cumsum] = cumsum` from the other end. Keeps nothing.
    ```mlir
    %0 = catgrad.cumsum %a {axis = 1} : tensor<2x3xf32>
    %1 = catgrad.cumsum %a {axis = 1, exclusive, reverse} : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, I64Attr:$axis,
                       UnitAttr:$reverse, UnitAttr:$exclusive);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Catgrad_ArgmaxOp : Catgrad_Op<"argmax",
    [Pure, Catgrad_LocallyConstant, DerivativeOpInterface]> {
  let summary = "Where along an axis the greatest element is";
  let description = [{
    The index, `i32` or `i64`, of the greatest element along `axis`, which goes;
    of several the first. NaN counts as greater than any number. Integers are
    signed; on `i1` false is below true. The axis must not be empty.

    Law: locally constant; the cotangent of the operand is 0.
    ```mlir
    %0 = catgrad.argmax %a {axis = 1} : (tensor<2x3xf32>) -> tensor<2xi32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, I64Attr:$axis);
  let results = (outs Catgrad_IntegerTensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

} // opDocGroup

#endif // CATGRAD_REDUCTION_OPS_TD
