//===- Passes.td - Passes on the catgrad dialect -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that work within the dialect.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_TD
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Catgrad_ResidualsOption
    : Option<"policy", "residuals", "::catgrad::ResidualPolicy",
             "::catgrad::ResidualPolicy::Rule",
             "What the forward part keeps for the reverse part",
             [{::llvm::cl::values(
               clEnumValN(::catgrad::ResidualPolicy::Rule, "rule",
                          "what the rule of each operation chooses"),
               clEnumValN(::catgrad::ResidualPolicy::Inputs, "inputs",
                          "the operands of each operation"),
               clEnumValN(::catgrad::ResidualPolicy::Recompute, "recompute",
                          "across calls only the inputs of the function"))}]>;

def Catgrad_MaxOpsOption
    : Option<"maxOperations", "max-ops", "uint64_t", "::catgrad::kMaxOperations",
             "Operations that the functions made here may have together">;

def ExplicitWiring : Pass<"catgrad-explicit-wiring"> {
  let summary = "Make copying and discarding explicit operations";
  let description = [{
    Establishes the monogamous form: every value has exactly one consumer. A
    value used n times is copied n - 1 times, a value never used is discarded.
    An operation with regions is one consumer of what its regions use from
    outside. Works on every function with a body of one block; other functions
    stay as they are.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect"];
}

def ImplicitWiring : Pass<"catgrad-implicit-wiring"> {
  let summary = "Erase copy and discard operations";
  let description = [{
    The inverse of `catgrad-explicit-wiring`: SSA form with any number of uses.
    Nothing else changes; `canonicalize` and `cse` may run afterwards.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect"];
}

def VerifyWiring : Pass<"catgrad-verify-wiring"> {
  let summary = "Check that every value has exactly one consumer";
  let description = [{
    Reports each value of a function with none or several uses, and each
    function that cannot be wired (several blocks).
  }];
}

def ReverseDerivative
    : Pass<"catgrad-reverse-derivative", "::mlir::ModuleOp"> {
  let summary = "Replace each derive by the reverse derivative";
  let description = [{
    Applies the functor R to the function that each `catgrad.derive` names:
    forward parts in order, then reverse parts in reverse order. Both the
    function and the result are in explicit wiring, which is checked. A call of
    `@f` becomes calls of `@f.fwd` and `@f.rev`, which are made once.

    A function may bring its own optic: `catgrad.forward = @fwd` with
    `(inputs..) -> (results.., residuals..)` and `catgrad.reverse = @rev` with
    `(residuals.., cotangents..) -> (input cotangents..)`.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect"];
  let options = [Catgrad_ResidualsOption, Catgrad_MaxOpsOption];
}

def PrintKinds : Pass<"catgrad-print-kinds"> {
  let summary = "Say what is known of the derivative of each operation";
  let description = [{
    Gives a remark at each operation with `DerivativeOpInterface`: whether, on
    its types, it has a rule, is locally constant (its derivative is a documented
    zero), or has no derivative. The module stays as it is.
    ```
    model.mlir:3:8: remark: 'catgrad.compare': locally constant
    ```
  }];
  let dependentDialects = ["::catgrad::CatgradDialect"];
}

def PrintPath : Pass<"catgrad-print-path", "::mlir::ModuleOp"> {
  let summary = "Explain which operations need a derivative, and why";
  let description = [{
    For each `catgrad.derive`, and for each `catgrad.learner` with respect to its
    parameters, gives a remark at each operation of the function and of its
    callees: from which inputs asked for, and to which results, the paths through
    it lead; or why it lies on none. An operation with regions counts as one.
    The module stays as it is.
    ```
    model.mlir:3:8: remark: @f_rev: 'catgrad.sigmoid' needs a derivative: it
      lies on a path from input 0 ('x') to result 0 of @f
    ```
  }];
  let dependentDialects = ["::catgrad::CatgradDialect",
                           "::mlir::func::FuncDialect"];
}

def FactorParameters : Pass<"catgrad-factor-parameters", "::mlir::ModuleOp"> {
  let summary = "Lift parameters to leading arguments";
  let description = [{
    Each function that holds `catgrad.parameter` operations, itself or in a
    callee, takes them as leading arguments, in order of first occurrence in the
    text with callees expanded at the call. A parameter of a callee is named
    after the call's `catgrad.scope` attribute, a dot, and its own name. The
    same name and type is one shared parameter. The arguments carry
    `catgrad.name`, `catgrad.role` and `catgrad.init`.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect",
                           "::mlir::func::FuncDialect"];
}

def ExpandComposites : Pass<"catgrad-expand-composites"> {
  let summary = "Replace operations that have a definition by it";
  let description = [{
    Writes out the definition of every operation with `CompositeOpInterface`,
    such as `gelu` or `softmax`, until none is left. On `f16` and `bf16` the
    definition computes in `f32`. The derivative of the result agrees with the
    rule of the operation.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect"];
}

def ExpandLearners : Pass<"catgrad-expand-learners", "::mlir::ModuleOp"> {
  let summary = "Replace each learner by its functions";
  let description = [{
    Factors parameters, then builds `@N_predict`, `@N_rev`, `@N_rev_p`,
    `@N_loss` and `@N_step` for each `catgrad.learner @N`, in free form. Step is
    the reverse derivative of `optimiser ; model ; loss`. The model becomes
    private.
  }];
  let dependentDialects = ["::catgrad::CatgradDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect"];
  let options = [Catgrad_ResidualsOption, Catgrad_MaxOpsOption];
}

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_PASSES_TD
