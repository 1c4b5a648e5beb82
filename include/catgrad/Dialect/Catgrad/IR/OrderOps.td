//===- OrderOps.td - Order and rounding -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the elementwise operations that use the order of numbers:
// the ones with kinks and steps.

#ifndef CATGRAD_ORDER_OPS_TD
#define CATGRAD_ORDER_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_OrderOps : OpDocGroup {
  let summary = "Order and rounding";
  let description = [{
    They act on each element alone. Integers are signed.
  }];
}

// (T, T) -> T; a rule on floats, none on integers.
class Catgrad_ExtremumOp<string mnemonic>
    : Catgrad_LensOp<mnemonic, [Commutative] # elementwise> {
  let arguments = (ins Catgrad_Tensor:$lhs, Catgrad_Tensor:$rhs);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
  let extraClassDeclaration = !strconcat(reverseDeclaration, kindDeclaration);
}

// T -> T, a step function.
class Catgrad_StepOp<string mnemonic, TypeConstraint type>
    : Catgrad_Op<mnemonic, elementwise # [Catgrad_LocallyConstant,
                                          DerivativeOpInterface]> {
  let arguments = (ins type:$input);
  let results = (outs type:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = 1;
}

let opDocGroup = Catgrad_OrderOps in {

def Catgrad_MaximumOp : Catgrad_ExtremumOp<"maximum"> {
  let summary = "The greater of two numbers";
  let description = [{
    NaN if one of them is NaN; 0 is greater than -0. Or on `i1`.

    Law: `R[maximum]((x, y), d)` gives d to the greater one, and half of it to
    each where they are equal. On integers, which have no half, there is no rule.
    Keeps x and y.
    ```mlir
    %0 = catgrad.maximum %a, %b : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_MinimumOp : Catgrad_ExtremumOp<"minimum"> {
  let summary = "The lesser of two numbers";
  let description = [{
    NaN if one of them is NaN; -0 is less than 0. And on `i1`.

    Law: `R[minimum]((x, y), d)` gives d to the lesser one, and half of it to
    each where they are equal. On integers, which have no half, there is no rule.
    Keeps x and y.
    ```mlir
    %0 = catgrad.minimum %a, %b : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_AbsOp
    : Catgrad_UnaryOp<"abs", Catgrad_Lens, Catgrad_NumberTensor> {
  let summary = "Absolute value";
  let description = [{
    The least integer, which has no negative, gives itself.

    Law: `R[abs](x, d) = sign(x) * d`: 0 at the kink. Keeps x.
    ```mlir
    %0 = catgrad.abs %a : tensor<2x3xf32>
    ```
  }];
  let hasFolder = 1;
}

def Catgrad_SignOp : Catgrad_StepOp<"sign", Catgrad_NumberTensor> {
  let summary = "Sign: -1, 0 or 1";
  let description = [{
    Zeros of both signs and NaN give themselves.

    Law: locally constant; the cotangent of the operand is 0.
    ```mlir
    %0 = catgrad.sign %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_FloorOp : Catgrad_StepOp<"floor", Catgrad_FloatTensor> {
  let summary = "The greatest integral number that is not greater";
  let description = [{
    Law: locally constant; the cotangent of the operand is 0.
    ```mlir
    %0 = catgrad.floor %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_CeilOp : Catgrad_StepOp<"ceil", Catgrad_FloatTensor> {
  let summary = "The least integral number that is not less";
  let description = [{
    Law: locally constant; the cotangent of the operand is 0.
    ```mlir
    %0 = catgrad.ceil %a : tensor<2x3xf32>
    ```
  }];
}

} // opDocGroup

#endif // CATGRAD_ORDER_OPS_TD
