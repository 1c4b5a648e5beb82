//===- Losses.td - Built-in losses -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the losses of learners.

#ifndef CATGRAD_LOSSES_TD
#define CATGRAD_LOSSES_TD

include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.td"
include "catgrad/Interfaces/LearnerInterfaces.td"

// A loss of floating-point results.
class Catgrad_Loss<string name, string attrMnemonic>
    : Catgrad_Attr<name, attrMnemonic,
                   [DeclareAttrInterfaceMethods<LossAttrInterface>]>;

def Catgrad_MseAttr : Catgrad_Loss<"Mse", "mse"> {
  let summary = "Squared error, summed";
  let description = [{
    The learner lens `(y, label) -> y - label`, the gradient of its value
    `1/2 |y - label|^2`, summed over all elements and over all results of the
    model. There is no division by the number of elements. A label has the type
    of its result.

    As for every loss here: results are f16, bf16, f32 or f64, all of one of
    these types, which is also that of the value. In f16 and bf16 the loss is
    computed in f32 and rounded once.
    ```mlir
    #catgrad.mse
    ```
  }];
}

def Catgrad_MseMeanAttr : Catgrad_Loss<"MseMean", "mse_mean"> {
  let summary = "Squared error, the mean of the elements";
  let description = [{
    The value is the mean of `(y - label)^2` over the n elements, the lens
    `(y, label) -> 2/n (y - label)`, as `torch.nn.MSELoss`. A label has the type
    of its result.

    As for every mean here: the mean of no elements is 0; a model of several
    results has the sum of their means.
    ```mlir
    #catgrad.mse_mean
    ```
  }];
}

def Catgrad_MaeAttr : Catgrad_Loss<"Mae", "mae"> {
  let summary = "Absolute error, the mean of the elements";
  let description = [{
    The value is the mean of `|y - label|` over the n elements, the lens
    `(y, label) -> 1/n sign(y - label)`, 0 where they are equal, as
    `torch.nn.L1Loss`. A label has the type of its result.
    ```mlir
    #catgrad.mae
    ```
  }];
}

def Catgrad_HuberAttr : Catgrad_Loss<"Huber", "huber"> {
  let summary = "Huber loss, the mean of the elements";
  let description = [{
    With `e = y - label`, the value is the mean of `e^2 / 2` where
    `|e| <= delta`, and of `delta (|e| - delta / 2)` elsewhere; the lens is
    `(y, label) -> 1/n clamp(e, -delta, delta)`, as `torch.nn.HuberLoss`
    (Huber, *Robust estimation of a location parameter*, 1964). A label has the
    type of its result.
    ```mlir
    #catgrad.huber
    #catgrad.huber<delta = 0.5>
    ```
  }];
  let parameters =
      (ins Catgrad_DefaultNumber<"1.0", "where it turns linear; positive">:$delta);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
}

def Catgrad_SoftmaxCrossEntropyAttr
    : Catgrad_Loss<"SoftmaxCrossEntropy", "softmax_cross_entropy"> {
  let summary = "Cross entropy of softmax and given probabilities";
  let description = [{
    The results are logits, the classes along their last axis. A label has the
    type of its result and holds the probability of each class, such as one-hot
    rows. The value is the mean, over the n rows (all axes but the last), of
    `-sum(label * log_softmax(y))`; the lens is
    `(y, label) -> 1/n (sum(label) * softmax(y) - label)`, with the sum over the
    classes, as `torch.nn.CrossEntropyLoss` with class probabilities. Nothing
    overflows for finite logits.
    ```mlir
    #catgrad.softmax_cross_entropy
    ```
  }];
}

def Catgrad_SparseSoftmaxCrossEntropyAttr
    : Catgrad_Loss<"SparseSoftmaxCrossEntropy", "sparse_softmax_cross_entropy"> {
  let summary = "Cross entropy of softmax and given classes";
  let description = [{
    The results are logits, the C classes along their last axis. A label has the
    other axes, and holds the number of each row's class, of type `label_type`.
    The value is the mean of `-log_softmax(y)[label]`, the lens
    `(y, label) -> 1/n (softmax(y) - one_hot(label))`, as
    `torch.nn.CrossEntropyLoss` with class indices. A row whose label is not in
    [0, C) is ignored (as is torch's `ignore_index`): it adds 0 to the value and
    has cotangent 0, and n counts the other rows. If there are none, the value is
    0.
    ```mlir
    #catgrad.sparse_softmax_cross_entropy
    #catgrad.sparse_softmax_cross_entropy<label_type = i32>
    ```
  }];
  let parameters = (ins DefaultValuedParameter<"::mlir::Type",
      "::mlir::IntegerType::get($_ctxt, 64)",
      "i8, i16, i32 or i64; i64 unless given">:$label_type);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
}

def Catgrad_BinaryCrossEntropyWithLogitsAttr
    : Catgrad_Loss<"BinaryCrossEntropyWithLogits",
                   "binary_cross_entropy_with_logits"> {
  let summary = "Cross entropy of sigmoid and given probabilities";
  let description = [{
    The results are logits. A label has the type of its result and holds a
    probability for each element, such as 0 or 1. The value is the mean of
    `max(y, 0) - y * label + log1p(exp(-|y|))` over the n elements, the lens
    `(y, label) -> 1/n (sigmoid(y) - label)`, as `torch.nn.BCEWithLogitsLoss`.
    Nothing overflows for finite logits.
    ```mlir
    #catgrad.binary_cross_entropy_with_logits
    ```
  }];
}

#endif // CATGRAD_LOSSES_TD
