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

def Catgrad_AdamAttr : Catgrad_Optimiser<"Adam", "adam"> {
  let summary = "Adam";
  let description = [{
    State is the number t of steps, an i64, and the moments m and v of each
    parameter:
    ```
    t := t + 1
    m := beta1 * m + (1 - beta1) * p'
    v := beta2 * v + (1 - beta2) * p'^2
    p := p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
    ```
    as `torch.optim.Adam` (Kingma and Ba, arXiv:1412.6980). What depends on t
    alone is computed in f64; the roots of the corrections go into the rate and
    eps, as section 2 of the paper proposes.
    ```mlir
    #catgrad.adam<rate = 1.0e-3>
    #catgrad.adam<rate = dynamic, beta1 = 0.8, beta2 = 0.99, eps = 1.0e-6>
    ```
  }];
  let extraParameters = (ins
      Catgrad_DefaultNumber<"0.9", "decay of m, in [0, 1)">:$beta1,
      Catgrad_DefaultNumber<"0.999", "decay of v, in [0, 1)">:$beta2,
      Catgrad_DefaultNumber<"1.0e-8", "added to the root; not negative">:$eps);
}

def Catgrad_AdamwAttr : Catgrad_Optimiser<"Adamw", "adamw"> {
  let summary = "Adam with decoupled weight decay";
  let description = [{
    `p := p - rate * weight_decay * p`, then the step of `#catgrad.adam`, as
    `torch.optim.AdamW` (Loshchilov and Hutter, arXiv:1711.05101).
    ```mlir
    #catgrad.adamw<rate = 1.0e-3>
    #catgrad.adamw<rate = dynamic, weight_decay = 0.1>
    ```
  }];
  let extraParameters = (ins
      Catgrad_DefaultNumber<"0.9", "decay of m, in [0, 1)">:$beta1,
      Catgrad_DefaultNumber<"0.999", "decay of v, in [0, 1)">:$beta2,
      Catgrad_DefaultNumber<"1.0e-8", "added to the root; not negative">:$eps,
      Catgrad_DefaultNumber<"1.0e-2", "weight decay, not negative">:$weight_decay);
}

def Catgrad_AdagradAttr : Catgrad_Optimiser<"Adagrad", "adagrad"> {
  let summary = "Adagrad";
  let description = [{
    State is the sum v of each parameter's squared cotangents and, if there is a
    decay, the number t of steps, an i64:
    ```
    v := v + p'^2
    p := p - rate / (1 + t * decay) * p' / (sqrt(v) + eps)
    t := t + 1
    ```
    as `torch.optim.Adagrad` (Duchi et al., JMLR 12, 2011).
    ```mlir
    #catgrad.adagrad<rate = 1.0e-2>
    #catgrad.adagrad<rate = dynamic, decay = 1.0e-3, eps = 1.0e-8>
    ```
  }];
  let extraParameters = (ins
      Catgrad_DefaultNumber<"0.0", "decay of the rate, not negative">:$decay,
      Catgrad_DefaultNumber<"1.0e-10", "added to the root; not negative">:$eps);
}

def Catgrad_RmspropAttr : Catgrad_Optimiser<"Rmsprop", "rmsprop"> {
  let summary = "RMSprop";
  let description = [{
    State is the running mean v of each parameter's squared cotangents:
    ```
    v := alpha * v + (1 - alpha) * p'^2
    p := p - rate * p' / (sqrt(v) + eps)
    ```
    as `torch.optim.RMSprop` (Tieleman and Hinton, *Lecture 6.5*, 2012).
    ```mlir
    #catgrad.rmsprop<rate = 1.0e-2>
    #catgrad.rmsprop<rate = dynamic, alpha = 0.9, eps = 1.0e-6>
    ```
  }];
  let extraParameters = (ins
      Catgrad_DefaultNumber<"0.99", "decay of v, in [0, 1)">:$alpha,
      Catgrad_DefaultNumber<"1.0e-8", "added to the root; not negative">:$eps);
}

def Catgrad_ClipAttr : Catgrad_Attr<"Clip", "clip",
    [DeclareAttrInterfaceMethods<OptimiserAttrInterface, ["buildForward"]>]> {
  let summary = "Another optimiser, on gradients clipped by their global norm";
  let description = [{
    The cotangents of all parameters, taken together as one vector of Euclidean
    norm n, are multiplied by `min(1, max_norm / (n + 1e-6))` before the other
    optimiser sees them, as by `torch.nn.utils.clip_grad_norm_`. State and
    run-time inputs are those of the other optimiser. The norm is computed in
    f64, so that large cotangents of narrower types do not overflow.
    ```mlir
    #catgrad.clip<max_norm = 1.0, optimiser = #catgrad.adamw<rate = 1.0e-3>>
    ```
  }];
  let parameters = (ins Catgrad_Number<"greatest norm, positive">:$max_norm,
                        AttrParameter<"::mlir::Attribute",
                                      "the other optimiser">:$optimiser);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // CATGRAD_OPTIMISERS_TD
