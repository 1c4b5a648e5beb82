//===- Tiny.td - The tiny dialect ---------------------------*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines a dialect of three operations and one optimiser.

include "catgrad/Interfaces/DerivativeInterface.td"
include "catgrad/Interfaces/LearnerInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tiny_Dialect : Dialect {
  let name = "tiny";
  let cppNamespace = "::tiny";
  let useDefaultAttributePrinterParser = 1;
  // Our rules and our optimiser build operations of catgrad.
  let dependentDialects = ["::catgrad::CatgradDialect"];
}

class Tiny_Op<string mnemonic, list<Trait> traits = []>
    : Op<Tiny_Dialect, mnemonic, traits # [Pure, SameOperandsAndResultType]> {
  let arguments = (ins StaticShapeTensorOf<[F32, F64]>:$input);
  let results = (outs StaticShapeTensorOf<[F32, F64]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

// Nothing of derivatives here: Derivatives.cpp adds the rule from outside, as
// one does for a dialect that one cannot change.
def Tiny_SoftplusOp : Tiny_Op<"softplus"> {
  let summary = "log(1 + exp(x))";
}

// A linear map, with its rule where it is defined.
def Tiny_ScaleOp : Tiny_Op<"scale", [Catgrad_Dagger, DerivativeOpInterface]> {
  let summary = "factor * x";
  let arguments = (ins StaticShapeTensorOf<[F32, F64]>:$input,
                       F64Attr:$factor);
  let extraClassDeclaration = [{
    ::mlir::LogicalResult dagger(::mlir::OpBuilder &builder,
        ::mlir::ValueRange cotangents,
        ::llvm::SmallVectorImpl<::mlir::Value> &operandCotangents);
  }];
}

// No rule at all: to ask for its derivative is an error.
def Tiny_RoundOp : Tiny_Op<"round"> {
  let summary = "The nearest integer, ties to even";
}

def Tiny_SignSgdAttr : AttrDef<Tiny_Dialect, "SignSgd",
    [DeclareAttrInterfaceMethods<OptimiserAttrInterface>]> {
  let mnemonic = "sign_sgd";
  let summary = "p - rate * sign(p')";
  let parameters = (ins "::mlir::FloatAttr":$rate);
  let assemblyFormat = "`<` $rate `>`";
}
