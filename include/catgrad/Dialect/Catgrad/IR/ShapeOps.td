//===- ShapeOps.td - Shapes and sums -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the linear maps that move elements, and the sum that is
// the dagger of broadcast.

#ifndef CATGRAD_SHAPE_OPS_TD
#define CATGRAD_SHAPE_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ShapeOps : OpDocGroup {
  let summary = "Shapes and sums";
  let description = [{
    Linear maps that move, repeat or sum elements.
  }];
}

// A linear map of one tensor, of any element type.
class Catgrad_UnaryDagger<string mnemonic, list<Trait> traits = []>
    : Catgrad_DaggerOp<mnemonic, traits # [Pure]> {
  dag extraArguments = (ins);
  let arguments = !con((ins Catgrad_Tensor:$input), extraArguments);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

let opDocGroup = Catgrad_ShapeOps in {

def Catgrad_BroadcastOp : Catgrad_UnaryDagger<"broadcast"> {
  let summary = "Repeats a tensor along new axes";
  let description = [{
    `dimensions` are the *result* axes that are new, in increasing order; the
    remaining axes are the operand's, in order.

    Law: `R[broadcast] = reduce_sum` with the same `dimensions`. Keeps nothing.
    ```mlir
    %0 = catgrad.broadcast %a {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$dimensions);
  let hasVerifier = 1;
}

def Catgrad_ReduceSumOp : Catgrad_UnaryDagger<"reduce_sum", [inferResult]> {
  let summary = "Sums a tensor over some of its axes";
  let description = [{
    `dimensions` are the *operand* axes that go, in increasing order. The sum of
    no elements is 0. Wraps around on integers; the parity on `i1`. The order of
    summation of floats is unspecified; `f16` and `bf16` are accumulated in f32
    and rounded once.

    Law: `R[reduce_sum] = broadcast` with the same `dimensions`. Keeps nothing.
    ```mlir
    %0 = catgrad.reduce_sum %a {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$dimensions);
}

def Catgrad_ReshapeOp : Catgrad_UnaryDagger<"reshape"> {
  let summary = "Gives the elements another shape";
  let description = [{
    The elements keep their row-major order; their number must agree.

    Law: `R[reshape]` is the reshape back. Keeps nothing.
    ```mlir
    %0 = catgrad.reshape %a : (tensor<2x3xf32>) -> tensor<6xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Catgrad_TransposeOp : Catgrad_UnaryDagger<"transpose", [inferResult]> {
  let summary = "Permutes the axes";
  let description = [{
    Axis i of the result is axis `permutation[i]` of the operand.

    Law: `R[transpose]` is the transpose by the inverse permutation. Keeps
    nothing.
    ```mlir
    %0 = catgrad.transpose %a {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$permutation);
}

} // opDocGroup

#endif // CATGRAD_SHAPE_OPS_TD
