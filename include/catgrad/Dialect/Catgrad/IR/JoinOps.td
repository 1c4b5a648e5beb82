//===- JoinOps.td - Joining and taking apart -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the linear maps that join tensors along an axis, and those
// that take them apart again.

#ifndef CATGRAD_JOIN_OPS_TD
#define CATGRAD_JOIN_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_JoinOps : OpDocGroup {
  let summary = "Joining and taking apart";
  let description = [{
    Linear maps between one tensor and several, of any element type.
  }];
}

// T.. -> T along an axis, and back.
class Catgrad_JoinOp<string mnemonic> : Catgrad_DaggerOp<mnemonic, [Pure]> {
  let arguments = (ins Variadic<Catgrad_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$inputs attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

let opDocGroup = Catgrad_JoinOps in {

def Catgrad_StackOp : Catgrad_JoinOp<"stack"> {
  let summary = "Joins tensors along a new axis";
  let description = [{
    `axis` is the *result* axis that is new; its size is the number of operands,
    which may be 0. All operands have the same type.

    Law: `R[stack] = unstack` along the same axis. Keeps nothing.
    ```mlir
    %0 = catgrad.stack %a, %b {axis = 0} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
}

def Catgrad_UnstackOp : Catgrad_DaggerOp<"unstack", [Pure]> {
  let summary = "Takes a tensor apart along an axis, which goes";
  let description = [{
    `axis` is the *operand* axis that goes. There are as many results as its
    size, all of one type.

    Law: `R[unstack] = stack` along the same axis. Keeps nothing.
    ```mlir
    %0:2 = catgrad.unstack %a {axis = 0} : (tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, I64Attr:$axis);
  let results = (outs Variadic<Catgrad_Tensor>:$outputs);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Catgrad_ConcatOp : Catgrad_JoinOp<"concat"> {
  let summary = "Joins tensors along an axis that they have";
  let description = [{
    The operands, of which there may be none, differ at most in the size of
    `axis`; the result's size is the sum of theirs.

    Law: `R[concat] = split` along the same axis. Keeps nothing.
    ```mlir
    %0 = catgrad.concat %a, %b {axis = 1} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    ```
  }];
}

def Catgrad_SplitOp : Catgrad_DaggerOp<"split", [Pure, inferResult]> {
  let summary = "Takes a tensor apart along an axis, which stays";
  let description = [{
    Result i has size `sizes[i]` along `axis`; together they are the operand's
    size.

    Law: `R[split] = concat` along the same axis. Keeps nothing.
    ```mlir
    %0, %1 = catgrad.split %a {axis = 1, sizes = array<i64: 3, 1>}
        : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>)
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input, I64Attr:$axis,
                       DenseI64ArrayAttr:$sizes);
  let results = (outs Variadic<Catgrad_Tensor>:$outputs);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
}

} // opDocGroup

#endif // CATGRAD_JOIN_OPS_TD
