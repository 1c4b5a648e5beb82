//===- MathOps.td - Functions of analysis -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the elementary functions of real numbers.

#ifndef CATGRAD_MATH_OPS_TD
#define CATGRAD_MATH_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_MathOps : OpDocGroup {
  let summary = "Elementary functions";
  let description = [{
    They act on each element alone, and follow IEEE 754 outside of their domain:
    NaN there, and an infinity at a pole. The native code of `f32` is within about
    4 units in the last place, that of `f64` is the C library's. Results below
    the smallest normal number may become zero.
  }];
}

// T -> T on floats that keeps its operand, or its result, by a trait.
class Catgrad_MathOp<string mnemonic, Trait keeps>
    : Catgrad_UnaryOp<mnemonic, keeps, Catgrad_FloatTensor>;

let opDocGroup = Catgrad_MathOps in {

def Catgrad_ExpOp : Catgrad_MathOp<"exp", Catgrad_KeepsResults> {
  let summary = "Exponential function";
  let description = [{
    Law: with y the result, `R[exp](x, d) = y * d`. Keeps its result.
    ```mlir
    %0 = catgrad.exp %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_Expm1Op : Catgrad_MathOp<"expm1", Catgrad_Lens> {
  let summary = "exp(x) - 1, accurate near 0";
  let description = [{
    Law: `R[expm1](x, d) = exp(x) * d`. Keeps x: from the result, exp(x) would
    be lost by cancellation where x is negative.
    ```mlir
    %0 = catgrad.expm1 %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_LogOp : Catgrad_MathOp<"log", Catgrad_Lens> {
  let summary = "Natural logarithm";
  let description = [{
    Minus infinity at 0, NaN below.

    Law: `R[log](x, d) = d / x`. Keeps x.
    ```mlir
    %0 = catgrad.log %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_Log1pOp : Catgrad_MathOp<"log1p", Catgrad_Lens> {
  let summary = "log(1 + x), accurate near 0";
  let description = [{
    Minus infinity at -1, NaN below.

    Law: `R[log1p](x, d) = d / (1 + x)`. Keeps x.
    ```mlir
    %0 = catgrad.log1p %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_SqrtOp : Catgrad_MathOp<"sqrt", Catgrad_KeepsResults> {
  let summary = "Square root";
  let description = [{
    Correctly rounded. NaN below 0; -0 gives -0.

    Law: with y the result, `R[sqrt](x, d) = d / (y + y)`. Keeps its result. The
    derivative at 0 is plus infinity, as IEEE 754 gives: `0 / 0` is NaN for a
    cotangent of 0.
    ```mlir
    %0 = catgrad.sqrt %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_RsqrtOp : Catgrad_MathOp<"rsqrt", Catgrad_KeepsResults> {
  let summary = "Reciprocal square root, 1 / sqrt(x)";
  let description = [{
    Plus infinity at 0, minus infinity at -0, NaN below.

    Law: with y the result, `R[rsqrt](x, d) = -1/2 * d * y * y * y`. Keeps its
    result.
    ```mlir
    %0 = catgrad.rsqrt %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_SinOp : Catgrad_MathOp<"sin", Catgrad_Lens> {
  let summary = "Sine";
  let description = [{
    Law: `R[sin](x, d) = cos(x) * d`. Keeps x.
    ```mlir
    %0 = catgrad.sin %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_CosOp : Catgrad_MathOp<"cos", Catgrad_Lens> {
  let summary = "Cosine";
  let description = [{
    Law: `R[cos](x, d) = -(sin(x) * d)`. Keeps x.
    ```mlir
    %0 = catgrad.cos %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_TanOp : Catgrad_MathOp<"tan", Catgrad_KeepsResults> {
  let summary = "Tangent";
  let description = [{
    Law: with y the result, `R[tan](x, d) = (1 + y * y) * d`. Keeps its result.
    ```mlir
    %0 = catgrad.tan %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_AtanOp : Catgrad_MathOp<"atan", Catgrad_Lens> {
  let summary = "Arc tangent, in radians";
  let description = [{
    Law: `R[atan](x, d) = d / (1 + x * x)`, where a large x is scaled by a power
    of two before it is squared, so that nothing overflows. Keeps x.
    ```mlir
    %0 = catgrad.atan %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_TanhOp : Catgrad_MathOp<"tanh", Catgrad_KeepsResults> {
  let summary = "Hyperbolic tangent";
  let description = [{
    Law: with y the result, `R[tanh](x, d) = (1 - y) * (1 + y) * d`, which does
    not cancel near the ends as `1 - y * y` would. Keeps its result.
    ```mlir
    %0 = catgrad.tanh %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_ErfOp : Catgrad_MathOp<"erf", Catgrad_Lens> {
  let summary = "Error function";
  let description = [{
    `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x.

    Law: `R[erf](x, d) = 2 / sqrt(pi) * exp(-x * x) * d`. Keeps x.
    ```mlir
    %0 = catgrad.erf %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_ErfcOp : Catgrad_MathOp<"erfc", Catgrad_Lens> {
  let summary = "Complementary error function, 1 - erf(x)";
  let description = [{
    Accurate where `erf` is close to 1: `gelu` needs its tail.

    Law: `R[erfc](x, d) = -2 / sqrt(pi) * exp(-x * x) * d`. Keeps x.
    ```mlir
    %0 = catgrad.erfc %a : tensor<2x3xf32>
    ```
  }];
}

} // opDocGroup

#endif // CATGRAD_MATH_OPS_TD
