//===- DerivativeInterface.td - Operations as optics -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the interface by which an operation states its reverse
// derivative, and the traits for its usual cases.

#ifndef CATGRAD_DERIVATIVE_INTERFACE_TD
#define CATGRAD_DERIVATIVE_INTERFACE_TD

include "mlir/IR/OpBase.td"

def DerivativeOpInterface : OpInterface<"DerivativeOpInterface"> {
  let description = [{
    An operation as an optic `(fwd : A -> B x M, rev : M x B' -> A')`, where M,
    the residual, is what the forward part keeps for the reverse part
    (arXiv:2305.01041). The rule may depend on the attributes and types of the
    operation, never on its operands' values. Rules are written in free SSA: use
    a value as often as needed; the pass wires it.

    The operands of a rule are the inputs of the hyperedge: the operation's
    operands, then the values that its regions use from outside, in order of
    first use (`getInputs`).

    The traits `Lens` (keeps the operands), `KeepsResults`, `Dagger` (a linear
    map, keeps nothing) and `LocallyConstant` (keeps nothing, cotangents are
    zero) fill in the usual cases; `UnaryRule` is for functions of one tensor.
  }];
  let cppNamespace = "::catgrad";
  let methods = [
    InterfaceMethod<[{
        Emits the forward part on `operands`: appends the values of the
        operation to `results` and what the reverse part needs to `residuals`.
        The number and types of residuals are static.
      }], "::llvm::LogicalResult", "forward",
      (ins "::mlir::OpBuilder &":$builder,
           "::catgrad::DerivativeContext &":$context,
           "::mlir::ValueRange":$operands,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$results,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$residuals)>,
    InterfaceMethod<[{
        Emits the reverse part: from the residuals and one cotangent per result,
        appends one cotangent per operand to `operandCotangents`. A cotangent
        has the type of its value.
      }], "::llvm::LogicalResult", "reverse",
      (ins "::mlir::OpBuilder &":$builder,
           "::catgrad::DerivativeContext &":$context,
           "::mlir::ValueRange":$residuals,
           "::mlir::ValueRange":$cotangents,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$operandCotangents)>,
    InterfaceMethod<[{
        Whether the operation, on its types, has a rule, is locally constant
        (with a documented zero), or has no derivative: then it is an error if
        it lies on a path from an input asked for to a result.
      }], "::catgrad::DerivativeKind", "getDerivativeKind", (ins), [{}],
      [{
        return $_op->template hasTrait<::catgrad::LocallyConstant>()
                   ? ::catgrad::DerivativeKind::LocallyConstant
                   : ::catgrad::DerivativeKind::Rule;
      }]>,
    InterfaceMethod<[{
        The same with respect to one of its operands, where they differ: the
        condition of a choice and an index are locally constant, the exponent of
        integers has no derivative.
      }], "::catgrad::DerivativeKind", "getOperandKind",
      (ins "unsigned":$index), [{}],
      [{
        return ::llvm::cast<::catgrad::DerivativeOpInterface>(
            $_op.getOperation()).getDerivativeKind();
      }]>
  ];
}

class Catgrad_DerivativeTrait<string name> : NativeOpTrait<name> {
  let cppNamespace = "::catgrad";
}
def Catgrad_Lens : Catgrad_DerivativeTrait<"Lens">;
def Catgrad_KeepsResults : Catgrad_DerivativeTrait<"KeepsResults">;
def Catgrad_UnaryRule : Catgrad_DerivativeTrait<"UnaryRule">;
def Catgrad_Dagger : Catgrad_DerivativeTrait<"Dagger">;
def Catgrad_LocallyConstant : Catgrad_DerivativeTrait<"LocallyConstant">;

#endif // CATGRAD_DERIVATIVE_INTERFACE_TD
