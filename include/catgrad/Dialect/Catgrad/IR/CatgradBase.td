//===- CatgradBase.td - Base classes of the operations -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines one base class per shape of operation, so that an
// operation is a few lines.

#ifndef CATGRAD_BASE_TD
#define CATGRAD_BASE_TD

include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.td"
include "catgrad/Interfaces/CompositeInterface.td"
include "catgrad/Interfaces/DerivativeInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The trait Catgrad_Tensors checks the rest and says what is wrong.
def Catgrad_Tensor
    : Type<IsRankedTensorTypePred,
           "static ranked tensor of f32, f64, i32 or i1",
           "::mlir::RankedTensorType">;

// Verifies each tensor type of an op: ranked, static, of an element type of the
// dialect, of a size that can be addressed.
def Catgrad_Tensors : NativeOpTrait<"CatgradTensors"> {
  let cppNamespace = "::catgrad";
}

// Verifies that operands are defined before the op, in graph regions too.
def Catgrad_Ordered : NativeOpTrait<"CatgradOrdered"> {
  let cppNamespace = "::catgrad";
}

// An operation of the dialect on tensors. Most are pure.
class Catgrad_Op<string mnemonic, list<Trait> traits = []>
    : Op<Catgrad_Dialect, mnemonic,
         traits # [Catgrad_Tensors, Catgrad_Ordered]>;

// The reverse part of an optic, for ops that are not daggers; see
// DerivativeOpInterface for the arguments.
defvar reverseDeclaration = [{
  ::mlir::LogicalResult reverse(::mlir::OpBuilder &builder,
      ::catgrad::DerivativeContext &context, ::mlir::ValueRange residuals,
      ::mlir::ValueRange cotangents,
      ::llvm::SmallVectorImpl<::mlir::Value> &operandCotangents);
}];
defvar forwardDeclaration = [{
  ::mlir::LogicalResult forward(::mlir::OpBuilder &builder,
      ::catgrad::DerivativeContext &context, ::mlir::ValueRange operands,
      ::llvm::SmallVectorImpl<::mlir::Value> &results,
      ::llvm::SmallVectorImpl<::mlir::Value> &residuals);
}];
// The reverse part of a linear map: it needs only the cotangents.
defvar daggerDeclaration = [{
  ::mlir::LogicalResult dagger(::mlir::OpBuilder &builder,
      ::mlir::ValueRange cotangents,
      ::llvm::SmallVectorImpl<::mlir::Value> &operandCotangents);
}];

// A linear map: keeps nothing.
class Catgrad_DaggerOp<string mnemonic, list<Trait> traits = []>
    : Catgrad_Op<mnemonic, traits # [Catgrad_Dagger, DerivativeOpInterface]> {
  let extraClassDeclaration = daggerDeclaration;
}

// A map that keeps its operands.
class Catgrad_LensOp<string mnemonic, list<Trait> traits = []>
    : Catgrad_Op<mnemonic, traits # [Catgrad_Lens, DerivativeOpInterface]> {
  let extraClassDeclaration = reverseDeclaration;
}

// A map that chooses what it keeps.
class Catgrad_OpticOp<string mnemonic, list<Trait> traits = []>
    : Catgrad_Op<mnemonic, traits # [DerivativeOpInterface]> {
  let extraClassDeclaration = !strconcat(forwardDeclaration, reverseDeclaration);
}

// Shapes of signatures, with their syntax.
defvar inferResult = DeclareOpInterfaceMethods<InferTypeOpInterface>;
defvar compositeMethods = DeclareOpInterfaceMethods<CompositeOpInterface>;
defvar elementwise = [Pure, SameOperandsAndResultType];

#endif // CATGRAD_BASE_TD
