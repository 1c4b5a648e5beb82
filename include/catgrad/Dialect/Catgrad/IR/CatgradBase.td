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

// A tensor whose element type is in a set (ElementTypes.h). The predicate is only
// that there is an element type: the traits Catgrad_Tensors and CatgradElements
// check the rest and say what is wrong.
class Catgrad_TensorOf<string elements, string names>
    : Type<IsRankedTensorTypePred, "static ranked tensor of " # names,
           "::mlir::RankedTensorType"> {
  string set = "::catgrad::Elements::" # elements;
}
def Catgrad_Tensor : Catgrad_TensorOf<"Any",
    "f16, bf16, f32, f64, i1, i8, i16, i32 or i64">;
def Catgrad_FloatTensor : Catgrad_TensorOf<"Float", "f16, bf16, f32 or f64">;
def Catgrad_NumberTensor : Catgrad_TensorOf<"Number",
    "f16, bf16, f32, f64, i8, i16, i32 or i64">;
def Catgrad_IntegerTensor : Catgrad_TensorOf<"Integer", "i8, i16, i32 or i64">;
def Catgrad_BitTensor : Catgrad_TensorOf<"Bit", "i1">;
def Catgrad_RingTensor
    : Catgrad_TensorOf<"Ring", "i1, i8, i16, i32 or i64">;

// The set of a constraint on an operand or a result, which may be variadic.
class Catgrad_SetOf<Constraint constraint> {
  string set = !cond(
      !isa<Catgrad_TensorOf>(constraint):
          !cast<Catgrad_TensorOf>(constraint).set,
      !isa<Variadic>(constraint):
          !cast<Catgrad_TensorOf>(!cast<Variadic>(constraint).baseType).set,
      true: Catgrad_Tensor.set);
}

// The sets of the operands, or of the results, of an op.
class Catgrad_SetsOf<dag values> {
  list<string> sets =
      !foreach(i,
               !filter(i, !range(!size(values)),
                       !isa<TypeConstraint>(!getdagarg<Constraint>(values, i))),
               Catgrad_SetOf<!getdagarg<Constraint>(values, i)>.set);
  string parameter = "::catgrad::ElementSets<" # !interleave(sets, ", ") # ">";
}

class Catgrad_ElementsTrait<string operands, string results>
    : ParamNativeOpTrait<"CatgradElements", operands # ", " # results> {
  let cppNamespace = "::catgrad";
}

// The trait that checks the sets of an op, unless every set is that of all.
class Catgrad_ElementsTraits<dag arguments, dag results> {
  defvar operandSets = Catgrad_SetsOf<arguments>;
  defvar resultSets = Catgrad_SetsOf<results>;
  list<string> narrow = !filter(set, operandSets.sets # resultSets.sets,
                                !ne(set, Catgrad_Tensor.set));
  list<Trait> traits =
      !if(!empty(narrow), []<Trait>,
          [Catgrad_ElementsTrait<operandSets.parameter, resultSets.parameter>]);
}

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
class Catgrad_Op<string mnemonic, list<Trait> ownTraits = []>
    : Op<Catgrad_Dialect, mnemonic> {
  let traits = ownTraits # [Catgrad_Tensors, Catgrad_Ordered] #
               Catgrad_ElementsTraits<arguments, results>.traits;
}

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

// The reverse part of a function of one tensor.
defvar pullBackDeclaration = [{
  ::mlir::Value pullBack(::mlir::OpBuilder &builder, ::mlir::Value kept,
                         ::mlir::Value cotangent);
}];
// For ops that have a rule on some types only.
defvar kindDeclaration = [{
  ::catgrad::DerivativeKind getDerivativeKind();
}];
// For ops whose operands differ in that.
defvar operandKindDeclaration = [{
  ::catgrad::DerivativeKind getOperandKind(unsigned index);
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

// A linear map of one tensor, of any element type.
class Catgrad_UnaryDagger<string mnemonic, list<Trait> traits = []>
    : Catgrad_DaggerOp<mnemonic, traits # [Pure]> {
  dag extraArguments = (ins);
  let arguments = !con((ins Catgrad_Tensor:$input), extraArguments);
  let results = (outs Catgrad_Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

// Shapes of signatures, with their syntax.
defvar inferResult = DeclareOpInterfaceMethods<InferTypeOpInterface>;
defvar compositeMethods = DeclareOpInterfaceMethods<CompositeOpInterface>;
defvar elementwise = [Pure, SameOperandsAndResultType];

// T -> T on each element, with a trait that says which one value it keeps.
class Catgrad_UnaryOp<string mnemonic, Trait keeps, TypeConstraint type,
                      list<Trait> more = []>
    : Catgrad_Op<mnemonic, elementwise # more # [keeps, Catgrad_UnaryRule,
                                                 DerivativeOpInterface]> {
  let arguments = (ins type:$input);
  let results = (outs type:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let extraClassDeclaration = pullBackDeclaration;
}

#endif // CATGRAD_BASE_TD
