//===- Optimisers.td - Built-in optimisers -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the optimisers of learners.

#ifndef CATGRAD_OPTIMISERS_TD
#define CATGRAD_OPTIMISERS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.td"
include "catgrad/Interfaces/LearnerInterfaces.td"

// An optimiser of floating-point parameters.
class Catgrad_Optimiser<string name, string attrMnemonic>
    : Catgrad_Attr<name, attrMnemonic,
                   [DeclareAttrInterfaceMethods<OptimiserAttrInterface>]> {
  dag extraParameters = (ins);
  let parameters = !con((ins Catgrad_NumberOrDynamic<
      "learning rate, not negative, or `dynamic`">:$rate), extraParameters);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Catgrad_SgdAttr : Catgrad_Optimiser<"Sgd", "sgd"> {
  let summary = "Stochastic gradient descent, with momentum";
  let description = [{
    The learner lens `(p, p') -> p - rate * p'`, for each parameter. With the
    other numbers, and the momentum buffer m as state,
    ```
    g  = p' + weight_decay * p
    m := momentum * m + g
    p := p - rate * (nesterov ? g + momentum * m : m)
    ```
    as `torch.optim.SGD` (without dampening). Without momentum there is no state.

    As for every optimiser here: parameters are f16, bf16, f32 or f64. Those of
    f16 and bf16 are updated in f32, rounded once, and have f32 state.
    `rate = dynamic` makes the rate a run-time input of `step`: a rank-0 tensor
    named `rate`, of the element type of the first parameter. State is zeros at
    the beginning.
    ```mlir
    #catgrad.sgd<rate = 1.0e-2>
    #catgrad.sgd<rate = dynamic, momentum = 0.9, nesterov = true, weight_decay = 1.0e-4>
    ```
  }];
  let extraParameters = (ins
      Catgrad_DefaultNumber<"0.0", "momentum, not negative">:$momentum,
      DefaultValuedParameter<"bool", "false",
          "whether to look ahead; needs a momentum">:$nesterov,
      Catgrad_DefaultNumber<"0.0", "weight decay, not negative">:$weight_decay);
}

#endif // CATGRAD_OPTIMISERS_TD
