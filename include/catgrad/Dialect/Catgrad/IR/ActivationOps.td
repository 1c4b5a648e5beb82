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
    They act on each element alone. Those with `CompositeOpInterface` are
    definitions, which `catgrad-expand-composites` writes out.
  }];
}

// T -> T with a definition and a rule of its own, which keeps the operand.
class Catgrad_CompositeActivation<string mnemonic>
    : Catgrad_LensOp<mnemonic, elementwise # [compositeMethods]> {
  let arguments = (ins Catgrad_FloatTensor:$input);
  let results = (outs Catgrad_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

let opDocGroup = Catgrad_ActivationOps in {

def Catgrad_SiluOp : Catgrad_CompositeActivation<"silu"> {
  let summary = "Sigmoid linear unit (swish), x * sigmoid(x)";
  let description = [{
    Defined as `multiply(x, sigmoid(x))`. Finite for every finite input.

    Law: with `s = sigmoid(x)`, `R[silu](x, d) = (s + x * s * (1 - s)) * d`.
    Keeps x, where the derivative of the definition would keep s, too.

    Source: Elfwing et al., arXiv:1702.03118.
    ```mlir
    %0 = catgrad.silu %a : tensor<2x3xf32>
    ```
  }];
}

} // opDocGroup

#endif // CATGRAD_ACTIVATION_OPS_TD
