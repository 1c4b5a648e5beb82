//===- StructuralOps.td - Wires and constants -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the operations that SSA hides (copy, discard), constants and
// parameters.

#ifndef CATGRAD_STRUCTURAL_OPS_TD
#define CATGRAD_STRUCTURAL_OPS_TD

include "catgrad/Dialect/Catgrad/IR/CatgradBase.td"

def Catgrad_StructuralOps : OpDocGroup {
  let summary = "Wires, constants and parameters";
  let description = [{
    What SSA hides (copy, discard), and values that come from nowhere.
  }];
}

let opDocGroup = Catgrad_StructuralOps in {

// Wires carry values of any type, so that functions of other dialects can be
// wired too.
class Catgrad_WireOp<string mnemonic, list<Trait> traits>
    : Op<Catgrad_Dialect, mnemonic,
         traits # [Catgrad_Ordered, DerivativeOpInterface]> {
  let arguments = (ins AnyType:$input);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let extraClassDeclaration = !strconcat(forwardDeclaration, reverseDeclaration);
}

def Catgrad_CopyOp : Catgrad_WireOp<"copy",
    [Pure, AllTypesMatch<["input", "first", "second"]>]> {
  let summary = "Uses a value twice";
  let description = [{
    The comultiplication of the hypergraph. SSA writes it as a second use; in
    the monogamous form (`catgrad-explicit-wiring`) every value has exactly one
    consumer, and copying is an operation. It has no folder: only
    `catgrad-implicit-wiring` erases it.

    Law: coassociative, cocommutative, with unit `discard`; `R[copy] = add`,
    which is where gradients are accumulated. Keeps nothing.
    ```mlir
    %0, %1 = catgrad.copy %x : tensor<3xf32>
    ```
  }];
  let results = (outs AnyType:$first, AnyType:$second);
}

def Catgrad_DiscardOp : Catgrad_WireOp<"discard",
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "Uses a value not at all";
  let description = [{
    The counit of the hypergraph. SSA writes it as the absence of uses. Its
    write effect on a resource of the dialect keeps it until
    `catgrad-implicit-wiring` erases it.

    Law: `R[discard] = constant 0`. Keeps nothing.
    ```mlir
    catgrad.discard %x : tensor<3xf32>
    ```
  }];
}

def Catgrad_ConstantOp : Catgrad_DaggerOp<"constant",
    [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "A constant tensor";
  let description = [{
    Law: `R[constant] = discard`: it has no operand, so its cotangent goes
    nowhere. Keeps nothing.
    ```mlir
    %0 = catgrad.constant dense<1.0> : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Catgrad_ParameterOp : Catgrad_Op<"parameter",
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "A trainable parameter of the enclosing function";
  let description = [{
    `catgrad-factor-parameters` turns it into a leading argument; the order is
    that of first occurrence in the text, callees expanded at the call. The same
    name and type twice in one function is one shared parameter; the same name
    with another type is an error. A parameter that nothing uses stays a
    parameter: its effect on a resource of the dialect keeps it.

    It has no reverse rule, because it is factored out before R.
    ```mlir
    %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Catgrad_InitAttr:$init);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat = "$name attr-dict `:` type($result)";
  let hasVerifier = 1;
}

} // opDocGroup

#endif // CATGRAD_STRUCTURAL_OPS_TD
