//===- NormalisationOps.td - Softmax and normalisation -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations that normalise along an axis.

#ifndef CATGRAD_NORMALISATION_OPS_TD
#define CATGRAD_NORMALISATION_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_NormalisationOps : OpDocGroup {
  let summary = "Normalisation";
  let description = [{
    Operations that put the numbers along one axis in relation to each other.
    All are definitions, which `catgrad-expand-composites` writes out, on floats;
    those of `f16` and `bf16` and their reverse parts are computed in `f32` and
    rounded once. They are smooth: there are no kinks.
  }];
}

// T -> T along an axis, which keeps its output.
class Catgrad_SoftmaxLike<string mnemonic>
    : Catgrad_Op<mnemonic, elementwise # [compositeMethods, Catgrad_KeepsResults,
                                          DerivativeOpInterface]> {
  let arguments = (ins Catgrad_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Catgrad_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let extraClassDeclaration = reverseDeclaration;
  let hasVerifier = 1;
}

let opDocGroup = Catgrad_NormalisationOps in {

def Catgrad_SoftmaxOp : Catgrad_SoftmaxLike<"softmax"> {
  let summary = "Exponentials that sum to 1 along an axis";
  let description = [{
    `exp(x - m) / sum(exp(x - m))` where m is the maximum along `axis`, so that
    no exponential overflows. An element of `-inf` gives 0. Where all are `-inf`,
    or one is `+inf` or NaN, the result is NaN.

    Law: with y the output, `R[softmax](x, d) = y * (d - sum(y * d))`, summed
    along the axis. Keeps y.

    Source: Bridle, *Training stochastic model recognition algorithms as networks
    can lead to maximum mutual information estimation of parameters*, 1989.
    ```mlir
    %0 = catgrad.softmax %a {axis = 1} : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_LogSoftmaxOp : Catgrad_SoftmaxLike<"log_softmax"> {
  let summary = "Logarithm of softmax";
  let description = [{
    `(x - m) - log(sum(exp(x - m)))` where m is the maximum along `axis`: finite
    for every finite input whose differences are finite, also where softmax
    underflows to 0.

    Law: with y the output, `R[log_softmax](x, d) = d - exp(y) * sum(d)`, summed
    along the axis. Keeps y.
    ```mlir
    %0 = catgrad.log_softmax %a {axis = 1} : tensor<2x3xf32>
    ```
  }];
}

def Catgrad_LogsumexpOp : Catgrad_OpticOp<"logsumexp",
    [Pure, inferResult, compositeMethods]> {
  let summary = "Logarithm of the sum of exponentials over an axis";
  let description = [{
    `m + log(sum(exp(x - m)))` where m is the maximum along `axis`, which goes.
    That of no elements, and of elements that all are `-inf`, is `-inf`.

    Law: with y the output, `R[logsumexp](x, d) = exp(x - y) * d`, y and d
    repeated along the axis. Keeps x and y.
    ```mlir
    %0 = catgrad.logsumexp %a {axis = 1} : (tensor<2x3xf32>) -> tensor<2xf32>
    ```
  }];
  let arguments = (ins Catgrad_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Catgrad_FloatTensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
}

def Catgrad_LayerNormOp : Catgrad_LensOp<"layer_norm",
    [Pure, AllTypesMatch<["input", "result"]>,
     AllTypesMatch<["scale", "bias"]>, compositeMethods]> {
  let summary = "Layer normalisation over the last axis";
  let description = [{
    With the mean and the variance of x over its last axis, of n elements (the
    variance is the mean of the squared deviations, divided by n),
    `(x - mean) * rsqrt(variance + eps) * scale + bias`. `scale` and `bias` have
    the one axis n. `eps` is positive, so that equal elements give `bias`. The
    squared deviations have to stay in the range of the type.

    Law: with `r = rsqrt(variance + eps)`, `h = (x - mean) * r` and
    `g = d * scale`: `R[layer_norm]((x, scale, bias), d) =
    (r * (g - mean(g) - h * mean(g * h)), sum(d * h), sum(d))`, where the means
    are over the last axis and the sums over all others. Keeps the operands; the
    mean and r are computed again, or, within one function, shared by `cse`.

    Source: Ba et al., arXiv:1607.06450.
    ```mlir
    %0 = catgrad.layer_norm %x, %scale, %bias {eps = 1.0e-5}
        : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_FloatTensor:$input, Catgrad_FloatTensor:$scale,
                       Catgrad_FloatTensor:$bias, F64Attr:$eps);
  let results = (outs Catgrad_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias attr-dict `:`
    functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Catgrad_RmsNormOp : Catgrad_LensOp<"rms_norm",
    [Pure, AllTypesMatch<["input", "result"]>, compositeMethods]> {
  let summary = "Root mean square normalisation over the last axis";
  let description = [{
    `x * rsqrt(mean(x * x) + eps) * scale`, with the mean over the last axis, of
    n elements. `scale` has the one axis n. `eps` is positive. The squares have
    to stay in the range of the type.

    Law: with `r = rsqrt(mean(x * x) + eps)`, `h = x * r` and `g = d * scale`:
    `R[rms_norm]((x, scale), d) = (r * (g - h * mean(g * h)), sum(d * h))`, where
    the mean is over the last axis and the sum over all others. Keeps the
    operands; r is computed again, or, within one function, shared by `cse`.

    Source: Zhang and Sennrich, arXiv:1910.07467.
    ```mlir
    %0 = catgrad.rms_norm %x, %scale {eps = 1.0e-5}
        : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Catgrad_FloatTensor:$input, Catgrad_FloatTensor:$scale,
                       F64Attr:$eps);
  let results = (outs Catgrad_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

} // opDocGroup

#endif // CATGRAD_NORMALISATION_OPS_TD
