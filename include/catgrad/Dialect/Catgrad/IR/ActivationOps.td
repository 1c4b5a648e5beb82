//===- ActivationOps.td - Activation functions -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the activation functions of neural networks.

#ifndef CATGRAD_ACTIVATION_OPS_TD
#define CATGRAD_ACTIVATION_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_ActivationOps : OpDocGroup {
  let summary = "Activation functions";
  let description = [{
    They act on each element alone, and are finite, with finite derivatives, for
    every finite input. Those with `CompositeOpInterface` are definitions, which
    `catgrad-expand-composites` writes out.
  }];
}

// T -> T with a definition and a rule of its own, which keeps the operand.
class Catgrad_CompositeActivation<string mnemonic, TypeConstraint type>
    : Catgrad_UnaryOp<mnemonic, Catgrad_Lens, type, [compositeMethods]>;

let opDocGroup = Catgrad_ActivationOps in {

def Catgrad_SigmoidOp
    : Catgrad_UnaryOp<"sigmoid", Catgrad_KeepsResults, Catgrad_FloatTensor> {
  let summary = "Logistic function, 1 / (1 + exp(-x))";
  let description = [{
    Law: with s the output, `R[sigmoid](x, d) = s * (1 - s) * d`. Keeps its
    output.
    ```mlir
    %0 = catgrad.sigmoid %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_ReluOp
    : Catgrad_UnaryOp<"relu", Catgrad_Lens, Catgrad_NumberTensor> {
  let summary = "Rectifier, max(x, 0)";
  let description = [{
    Integers are signed. NaN gives NaN. At the kink the derivative is 0, as in
    the Python library catgrad.

    Law: `R[relu](x, d) = d where x > 0, else 0`. Keeps x.
    ```mlir
    %0 = catgrad.relu %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_ClampOp
    : Catgrad_CompositeActivation<"clamp", Catgrad_NumberTensor> {
  let summary = "Limits numbers to an interval";
  let description = [{
    `low` where x is at most that, `high` where x is at least that, x elsewhere;
    NaN gives NaN. The bounds are numbers of type f64, infinities too, rounded to
    the element type; an integer type must hold them. `low` is not greater than
    `high`.

    Defined as `select(x <= low, low, select(x >= high, high, x))`.

    Law: `R[clamp](x, d)` is 0 where x is at a bound or beyond, d elsewhere. At
    a bound that is the derivative of `relu` at 0, and the choice of `jax.lax`.
    Keeps x.
    ```mlir
    %0 = catgrad.clamp %a {low = 0.0 : f64, high = 6.0 : f64} : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_NumberTensor:$input, F64Attr:$low, F64Attr:$high);
  let hasVerifier = 1;
}

def Catgrad_SiluOp : Catgrad_CompositeActivation<"silu", Catgrad_FloatTensor> {
  let summary = "Sigmoid linear unit (swish), x * sigmoid(x)";
  let description = [{
    Defined as `multiply(x, sigmoid(x))`.

    Law: with `s = sigmoid(x)`, `R[silu](x, d) = (s + x * s * (1 - s)) * d`.
    Keeps x, where the derivative of the definition would keep s, too.

    Source: Elfwing et al., arXiv:1702.03118.
    ```mlir
    %0 = catgrad.silu %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_SoftplusOp
    : Catgrad_CompositeActivation<"softplus", Catgrad_FloatTensor> {
  let summary = "Smooth rectifier, log(1 + exp(x))";
  let description = [{
    Defined as `maximum(x, 0) + log1p(exp(-abs(x)))`, which neither overflows nor
    cancels.

    Law: `R[softplus](x, d) = sigmoid(x) * d`. Keeps x, and has no kink, where
    the definition has two that cancel.
    ```mlir
    %0 = catgrad.softplus %a : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_GeluOp : Catgrad_CompositeActivation<"gelu", Catgrad_FloatTensor> {
  let summary = "Gaussian error linear unit, x * P(X <= x), X normal";
  let description = [{
    With `approximate = "none"`, the default, defined as
    `x * 1/2 * erfc(-x / sqrt(2))`. With `"tanh"`, as
    `x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x^3))`, which is
    `x * 1/2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))` without the
    cancellation; beyond 30, where it makes no difference, x is clamped in the
    argument of sigmoid, so that its cube does not overflow.

    Law: with P and p the distribution and the density of the normal
    distribution, `R[gelu](x, d) = (P(x) + x * p(x)) * d`; with `"tanh"`, and `s`
    the sigmoid, u its argument,
    `(s + x * s * (1 - s) * u') * d`. Keeps x.

    Source: Hendrycks and Gimpel, arXiv:1606.08415.
    ```mlir
    %0 = catgrad.gelu %a : tensor<2x3xf32>
    %1 = catgrad.gelu %a {approximate = "tanh"} : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_FloatTensor:$input,
                       DefaultValuedStrAttr<StrAttr, "none">:$approximate);
  let hasVerifier = 1;
}

} // opDocGroup

#endif // CATGRAD_ACTIVATION_OPS_TD
