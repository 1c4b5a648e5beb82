//===- ModuleOps.td - Learners and derivatives -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations on functions: they stand in a module and are
// expanded into ordinary functions.

#ifndef CATGRAD_MODULE_OPS_TD
#define CATGRAD_MODULE_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"
include "mlir/IR/SymbolInterfaces.td"

def Catgrad_ModuleOps : OpDocGroup {
  let summary = "Learners and derivatives";
  let description = [{
    They stand in a module and are expanded into ordinary functions.
  }];
}

let opDocGroup = Catgrad_ModuleOps in {

def Catgrad_DeriveOp : Op<Catgrad_Dialect, "derive",
    [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Declares the reverse derivative of a function";
  let description = [{
    `catgrad-reverse-derivative` replaces it with a function that takes the
    inputs of `of` and a cotangent for each of its results, and gives a
    cotangent for each of its inputs, or for those listed in `wrt`. A cotangent
    has the type of its value. The function may be one that another `derive`
    declares.

    Law: `R[f ; g](a, c') = R[f](a, R[g](f(a), c'))` (axiom RD.5 of
    arXiv:1910.07065).
    ```mlir
    catgrad.derive @f_rev of(@f)
    catgrad.derive @f_rev_x of(@f) wrt([0])
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       FlatSymbolRefAttr:$function,
                       OptionalAttr<DenseI64ArrayAttr>:$wrt);
  let assemblyFormat = [{
    ($sym_visibility^)? $sym_name `of` `(` $function `)`
    (`wrt` `(` $wrt^ `)`)? attr-dict
  }];
}

def Catgrad_LearnerOp : Op<Catgrad_Dialect, "learner",
    [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Declares a trainable model";
  let description = [{
    `catgrad-expand-learners` replaces `@N` with the functions `@N_predict`,
    `@N_rev`, `@N_rev_p`, `@N_loss` and `@N_step`; `@N_init` is made at code
    generation. Step takes parameters, state, inputs, labels and hyper inputs,
    and gives parameters, state and, with `report_loss`, the value of the loss
    at the old parameters.

    The optimiser is an attribute of `OptimiserAttrInterface`, or a function
    `(state.., p.., p'.., hyper..) -> (p.., state..)`. The loss is an attribute
    of `LossAttrInterface`, or a function `(y.., label..) -> scalar`, of which
    the derivative is taken, or a function `(y.., label..) -> y'..` of your own
    for that, with `value` the one whose derivative it is.

    Law: step is the reverse derivative of `optimiser ; model ; loss`
    (arXiv:2103.01931).
    ```mlir
    catgrad.learner @iris model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
    catgrad.learner @mine model(@model) optimiser(@opt) loss(@value) {report_loss}
    catgrad.learner @own model(@model) optimiser(@opt) loss(@lens, value = @value)
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$model,
                       AnyAttr:$optimiser, AnyAttr:$loss,
                       OptionalAttr<FlatSymbolRefAttr>:$loss_value,
                       UnitAttr:$report_loss);
  let assemblyFormat = [{
    $sym_name `model` `(` $model `)` `optimiser` `(` $optimiser `)`
    `loss` `(` $loss (`,` `value` `=` $loss_value^)? `)` attr-dict
  }];
}

} // opDocGroup

#endif // CATGRAD_MODULE_OPS_TD
