//===- CatgradAttributes.td - Attributes of the catgrad dialect -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the classes of attributes, predicates, and the initial values
// of parameters. Optimisers and losses have files of their own.

#ifndef CATGRAD_ATTRIBUTES_TD
#define CATGRAD_ATTRIBUTES_TD

include "catgrad/Dialect/Catgrad/IR/CatgradDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Catgrad_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Catgrad_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

// A number: an f64, printed so that it reads back as the same bits.
class Catgrad_Number<string desc = "">
    : AttrOrTypeParameter<"::mlir::FloatAttr", desc> {
  let parser = "parseNumber($_parser)";
  let printer = "printNumber($_printer, $_self)";
}

// A number, or `dynamic`: a null attribute stands for a run-time input.
class Catgrad_NumberOrDynamic<string desc = "">
    : AttrOrTypeParameter<"::mlir::FloatAttr", desc> {
  let parser = "parseNumberOrDynamic($_parser)";
  let printer = "printNumberOrDynamic($_printer, $_self)";
}

// A number that may be left out, and is not printed when it is the default.
class Catgrad_DefaultNumber<string value, string desc>
    : Catgrad_Number<desc # ", " # value # " unless given"> {
  let defaultValue = "getNumber($_ctxt, " # value # ")";
}

//===----------------------------------------------------------------------===//
// Predicates
//===----------------------------------------------------------------------===//

def Catgrad_Predicate : I32Enum<"Predicate", "comparison predicate", [
    I32EnumCase<"eq", 0>, I32EnumCase<"ne", 1>, I32EnumCase<"lt", 2>,
    I32EnumCase<"le", 3>, I32EnumCase<"gt", 4>, I32EnumCase<"ge", 5>]> {
  let cppNamespace = "::catgrad";
}

def Catgrad_PredicateAttr
    : EnumAttr<Catgrad_Dialect, Catgrad_Predicate, "predicate"> {
  let summary = "Predicate of a comparison: eq, ne, lt, le, gt or ge";
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Initial values of parameters
//===----------------------------------------------------------------------===//

def Catgrad_ZerosAttr : Catgrad_Attr<"Zeros", "zeros"> {
  let summary = "Initial value: every element is zero";
  let description = [{
    ```mlir
    #catgrad.zeros
    ```
  }];
}

def Catgrad_ConstantInitAttr : Catgrad_Attr<"ConstantInit", "constant"> {
  let summary = "Initial value: every element is the given number";
  let description = [{
    An integer parameter needs a number without a fractional part that its type
    can hold.
    ```mlir
    #catgrad.constant<1.0>
    ```
  }];
  let parameters = (ins Catgrad_Number<"the value of each element">:$value);
  let assemblyFormat = "`<` $value `>`";
}

def Catgrad_UniformAttr : Catgrad_Attr<"Uniform", "uniform"> {
  let summary = "Initial value: drawn uniformly from (low, high)";
  let description = [{
    Floating-point parameters only. The numbers come from Philox4x32-10
    (Salmon et al., SC 2011), so that a seed gives the same values everywhere;
    `docs/design.md` states the stream.
    ```mlir
    #catgrad.uniform<low = -0.5, high = 0.5>
    ```
  }];
  let parameters = (ins Catgrad_Number<"lower bound">:$low,
                        Catgrad_Number<"upper bound">:$high);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Catgrad_NormalAttr : Catgrad_Attr<"Normal", "normal"> {
  let summary = "Initial value: drawn from a normal distribution";
  let description = [{
    Floating-point parameters only. Box-Muller on the stream of
    `#catgrad.uniform`.
    ```mlir
    #catgrad.normal<mean = 0.0, std = 1.0e-2>
    ```
  }];
  let parameters = (ins Catgrad_Number<"mean">:$mean,
                        Catgrad_Number<"standard deviation, not negative">:$std);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Catgrad_InitAttr : Attr<
    CPred<"::llvm::isa<::catgrad::ZerosAttr, ::catgrad::ConstantInitAttr, "
          "::catgrad::UniformAttr, ::catgrad::NormalAttr>($_self)">,
    "initial value (#catgrad.zeros, constant, uniform or normal)"> {
  let storageType = "::mlir::Attribute";
  let returnType = "::mlir::Attribute";
  let convertFromStorage = "$_self";
}

#endif // CATGRAD_ATTRIBUTES_TD
