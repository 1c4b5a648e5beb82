//===- ShapeOps.td - Shapes -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the linear maps that move elements.

#ifndef CATGRAD_SHAPE_OPS_TD
#define CATGRAD_SHAPE_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ShapeOps : OpDocGroup {
  let summary = "Shapes";
  let description = [{
    Linear maps that move or repeat elements, of any element type.
  }];
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

def Catgrad_SliceOp : Catgrad_UnaryDagger<"slice", [inferResult]> {
  let summary = "Takes a regular part of a tensor";
  let description = [{
    Along axis i the elements `starts[i]`, `starts[i] + strides[i]`, and so on
    below `limits[i]`. One number per axis, with `0 <= start <= limit <= size`
    and `stride >= 1`; the result has `ceil((limit - start) / stride)` elements.

    Law: `R[slice] = pad`, which puts zeros where nothing was taken. Keeps
    nothing.
    ```mlir
    %0 = catgrad.slice %a {starts = array<i64: 0, 1>, limits = array<i64: 2, 6>, strides = array<i64: 1, 2>}
        : (tensor<4x6xf32>) -> tensor<2x3xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$starts,
                            DenseI64ArrayAttr:$limits,
                            DenseI64ArrayAttr:$strides);
}

def Catgrad_PadOp : Catgrad_UnaryDagger<"pad", [inferResult]> {
  let summary = "Puts zeros around and between the elements";
  let description = [{
    Along axis i `low[i]` zeros come before the elements, `high[i]` after them,
    and `interior[i]` between any two neighbours. No number is negative: `slice`
    takes elements away. The padding is always zero, so that this is a linear
    map; other values are joined by `concat`.

    Law: `R[pad] = slice`, which takes the elements back. Keeps nothing.
    ```mlir
    %0 = catgrad.pad %a {low = array<i64: 0, 1>, high = array<i64: 2, 0>, interior = array<i64: 0, 1>}
        : (tensor<2x3xf32>) -> tensor<4x6xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                            DenseI64ArrayAttr:$interior);
}

def Catgrad_ReverseOp : Catgrad_UnaryDagger<"reverse",
    [SameOperandsAndResultType]> {
  let summary = "Turns the order of the elements round";
  let description = [{
    `dimensions` are the axes that are turned round, in increasing order.

    Law: `R[reverse] = reverse` with the same `dimensions`. Keeps nothing.
    ```mlir
    %0 = catgrad.reverse %a {dimensions = array<i64: 1>} : tensor<2x3xf32>
    ```
  }];
  let extraArguments = (ins DenseI64ArrayAttr:$dimensions);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
}

} // opDocGroup

#endif // CATGRAD_SHAPE_OPS_TD
