//===- CompositeInterface.td - Operations with a definition -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the interface by which an operation states its definition
// in terms of others.

#ifndef CATGRAD_COMPOSITE_INTERFACE_TD
#define CATGRAD_COMPOSITE_INTERFACE_TD

include "mlir/IR/OpBase.td"

def CompositeOpInterface : OpInterface<"CompositeOpInterface"> {
  let description = [{
    An operation that is an abbreviation: it means what its definition means.
    `catgrad-expand-composites` writes the definition out, and so does a lowering
    that has nothing better. The operation may still have a reverse rule of its
    own, which keeps less or is stabler; it has to agree with the derivative of
    the definition.

    On `f16` and `bf16` the definition is evaluated in `f32` and rounded once;
    `expandComposite` sees to that.
  }];
  let cppNamespace = "::catgrad";
  let methods = [
    InterfaceMethod<[{
        Emits the definition on the operation's operands and gives one value per
        result. Types have to follow from those of the operation at hand, whose
        element types may be wider than in the program.
      }], "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "expand",
      (ins "::mlir::OpBuilder &":$builder)>
  ];
}

#endif // CATGRAD_COMPOSITE_INTERFACE_TD
