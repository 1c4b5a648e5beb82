//===- ElementwiseOps.td - Elementwise operations -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations that act on each element alone.

#ifndef CATGRAD_ELEMENTWISE_OPS_TD
#define CATGRAD_ELEMENTWISE_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ElementwiseOps : OpDocGroup {
  let summary = "Elementwise operations";
  let description = [{
    All operands and results have the same shape.
  }];
}

// (T, T) -> T and T -> T, of any element type.
class Catgrad_BinaryDagger<string mnemonic, list<Trait> traits = []>
    : Catgrad_DaggerOp<mnemonic, traits # elementwise> {
  let arguments = (ins Catgrad_Tensor:$lhs, Catgrad_Tensor:$rhs);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

let opDocGroup = Catgrad_ElementwiseOps in {

def Catgrad_AddOp : Catgrad_BinaryDagger<"add", [Commutative]> {
  let summary = "Elementwise sum";
  let description = [{
    Wraps around on integers; exclusive or on `i1`.

    Law: `R[add] = copy`. Keeps nothing.
    ```mlir
    %0 = catgrad.add %a, %b : tensor<2x3xf32>
    ```
  }];
  let hasFolder = 1;
}

def Catgrad_SubtractOp : Catgrad_BinaryDagger<"subtract"> {
  let summary = "Elementwise difference, lhs - rhs";
  let description = [{
    Wraps around on integers; exclusive or on `i1`, where every element is its own
    negative.

    Law: `R[subtract] = copy ; (id x negate)`. Keeps nothing.
    ```mlir
    %0 = catgrad.subtract %a, %b : tensor<2x3xf32>
    ```
  }];
  let hasFolder = 1;
}

def Catgrad_NegateOp : Catgrad_DaggerOp<"negate", elementwise> {
  let summary = "Elementwise negative";
  let description = [{
    The identity on `i1`.

    Law: `R[negate] = negate`. Keeps nothing.
    ```mlir
    %0 = catgrad.negate %a : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Catgrad_MultiplyOp : Catgrad_LensOp<"multiply", [Commutative] # elementwise> {
  let summary = "Elementwise product";
  let description = [{
    Wraps around on integers; and on `i1`.

    Law: `R[multiply]((x, y), d) = (y * d, x * d)`. Keeps x and y.
    ```mlir
    %0 = catgrad.multiply %a, %b : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$lhs, Catgrad_Tensor:$rhs);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Catgrad_DivideOp : Catgrad_OpticOp<"divide", elementwise> {
  let summary = "Elementwise quotient, lhs / rhs";
  let description = [{
    Integers are signed; their quotient is truncated towards zero, that of the
    least number by -1 wraps around, and a quotient by 0 is 0.

    Law: with q the result, `R[divide]((x, y), d) = (d / y, -(q * (d / y)))`.
    Keeps y and q, and only y if it does not depend on an input asked for: then
    it is a linear map. On integers there is no rule.
    ```mlir
    %0 = catgrad.divide %a, %b : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_NumberTensor:$lhs, Catgrad_NumberTensor:$rhs);
  let results = (outs Catgrad_NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, kindDeclaration);
}

def Catgrad_PowerOp : Catgrad_OpticOp<"power", elementwise> {
  let summary = "Elementwise power, lhs to the rhs";
  let description = [{
    On floats the function `pow` of IEEE 754: NaN for a negative base with an
    exponent that is not integral. On integers repeated multiplication, with the
    exponent read as an unsigned number; so -1 gives the inverse of an odd base
    in the ring Z/2^n. In both, the power 0 is 1.

    Law: with p the result,
    `R[power]((x, y), d) = (y * power(x, y - 1) * d, p * log(x) * d)`, where the
    first is 0 for y = 0 and the second, on floats, 0 for x = 0. Keeps x, y and p, and
    not p if y does not depend on an input asked for. On integers there is no
    rule for the exponent, which must not depend on one.
    ```mlir
    %0 = catgrad.power %a, %b : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_NumberTensor:$lhs, Catgrad_NumberTensor:$rhs);
  let results = (outs Catgrad_NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, operandKindDeclaration);
}

def Catgrad_InvertOp : Catgrad_DaggerOp<"invert", elementwise> {
  let summary = "Elementwise complement of all bits";
  let description = [{
    On integers `-x - 1`; not on `i1`, which is `x + 1`. No floats.

    Law: `R[invert] = negate`, which is the identity on `i1`. (The Python library
    catgrad has `R[invert](x, d) = invert(d)`, which is not additive in d and so
    breaks the second axiom of reverse derivative categories.) Keeps nothing.
    ```mlir
    %0 = catgrad.invert %a : tensor<2x3xi32>
    ```
  }];
  let arguments = (ins Catgrad_RingTensor:$input);
  let results = (outs Catgrad_RingTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Catgrad_CompareOp : Catgrad_Op<"compare",
    [Pure, SameTypeOperands, SameOperandsAndResultShape, inferResult,
     Catgrad_LocallyConstant, DerivativeOpInterface]> {
  let summary = "Elementwise comparison";
  let description = [{
    Integers compare as signed numbers, `i1` with false below true. A comparison
    with NaN is false, but `ne` is true.

    Law: locally constant; the cotangents of both operands are 0.
    ```mlir
    %0 = catgrad.compare %a, %b {predicate = #catgrad.predicate<gt>}
        : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$lhs, Catgrad_Tensor:$rhs,
                       Catgrad_PredicateAttr:$predicate);
  let results = (outs Catgrad_BitTensor:$result);
  let assemblyFormat =
      "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Catgrad_SelectOp : Catgrad_OpticOp<"select",
    [Pure, AllTypesMatch<["on_true", "on_false", "result"]>,
     SameOperandsAndResultShape]> {
  let summary = "Elementwise choice by a condition";
  let description = [{
    `on_true` where the `i1` condition holds, `on_false` elsewhere.

    Law: linear in the two alternatives, locally constant in the condition:
    `R[select](c, d) = (0, select(c, d, 0), select(c, 0, d))`. Keeps c.
    ```mlir
    %0 = catgrad.select %c, %a, %b
        : (tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    ```
  }];
  let arguments = (ins Catgrad_BitTensor:$condition, Catgrad_Tensor:$on_true,
                       Catgrad_Tensor:$on_false);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = [{
    $condition `,` $on_true `,` $on_false attr-dict `:`
    functional-type(operands, results)
  }];
  let hasFolder = 1;
  let extraClassDeclaration =
      !strconcat(forwardDeclaration, reverseDeclaration, operandKindDeclaration);
}

def Catgrad_CastOp : Catgrad_Op<"cast",
    [Pure, SameOperandsAndResultShape, DerivativeOpInterface]> {
  let summary = "Elementwise conversion of the element type";
  let description = [{
    Between floats: rounds to nearest, ties to even. Float to integer: truncates
    towards zero; a value outside the range, or NaN, gives an unspecified
    number. To `i1`: true where the operand is not zero (NaN is not zero).
    Integer to float: rounds to nearest, ties to even. Between integers: wraps
    around, or extends the sign. From `i1`: 0 or 1.

    Law: between floats, `R[cast] = cast` back. Otherwise it is locally constant:
    the cotangent of the operand is 0. A cast to its own type is the identity.
    Keeps nothing.
    ```mlir
    %0 = catgrad.cast %a : (tensor<3xf32>) -> tensor<3xf64>
    ```
  }];
  let arguments = (ins Catgrad_Tensor:$input);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let extraClassDeclaration = !strconcat(forwardDeclaration, reverseDeclaration, [{
    ::catgrad::DerivativeKind getDerivativeKind();
  }]);
}

} // opDocGroup

#endif // CATGRAD_ELEMENTWISE_OPS_TD
