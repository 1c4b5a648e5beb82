//===- ElementTypes.h - Element types and sets of them -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the element types of the dialect, the sets of them that an
// operation may take, and the trait that checks them.

#ifndef CATGRAD_DIALECT_CATGRAD_IR_ELEMENTTYPES_H
#define CATGRAD_DIALECT_CATGRAD_IR_ELEMENTTYPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/TypeUtilities.h"
#include <array>

namespace catgrad {

/// A set of element types. ODS has one constraint for each: `Catgrad_Tensor`,
/// `Catgrad_FloatTensor` and so on.
enum class Elements {
  Any,     ///< Float, Integer and Bit.
  Float,   ///< f16, bf16, f32, f64.
  Number,  ///< Float and Integer.
  Integer, ///< The rings i8, i16, i32, i64, signless; signed where it matters.
  Bit,     ///< The field i1.
  Ring,    ///< Integer and Bit.
};

/// The names of a set's types, as in "f16, bf16, f32 or f64".
llvm::StringRef getNames(Elements elements);

bool contains(Elements elements, mlir::Type type);

/// Checks that an element type is in the set; otherwise reports "expected
/// element type f16, bf16, f32 or f64 but got 'i32'".
mlir::LogicalResult
verifyElements(Elements elements, mlir::Type type,
               llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// f16 and bf16: elements are stored in them, but not computed in.
bool isSmallFloat(mlir::Type type);

/// The type in which to compute, or to accumulate, on elements of a type: f32
/// for the small floats, so that a formula rounds once; otherwise the type
/// itself.
mlir::Type getComputeType(mlir::Type element);

/// The sets that the operands, or the results, of an operation take: one for
/// each of ODS, which may be variadic.
template <Elements... sets> struct ElementSets {
  static constexpr std::array<Elements, sizeof...(sets)> values = {sets...};
};

/// Trait that checks the sets which ODS states; `Catgrad_Op` adds it.
template <typename Operands, typename Results> struct CatgradElements {
  template <typename ConcreteOp>
  class Impl
      : public mlir::OpTrait::TraitBase<
            ConcreteOp, CatgradElements<Operands, Results>::template Impl> {
    template <typename Range>
    static mlir::LogicalResult verify(ConcreteOp op, Elements elements,
                                      Range values) {
      for (mlir::Value value : values)
        if (mlir::failed(verifyElements(
                elements, mlir::getElementTypeOrSelf(value.getType()),
                [&] { return op.emitOpError(); })))
          return mlir::failure();
      return mlir::success();
    }

  public:
    static mlir::LogicalResult verifyTrait(mlir::Operation *operation) {
      auto op = llvm::cast<ConcreteOp>(operation);
      for (unsigned i = 0; i < Operands::values.size(); ++i)
        if (mlir::failed(verify(op, Operands::values[i], op.getODSOperands(i))))
          return mlir::failure();
      for (unsigned i = 0; i < Results::values.size(); ++i)
        if (mlir::failed(verify(op, Results::values[i], op.getODSResults(i))))
          return mlir::failure();
      return mlir::success();
    }
  };
};

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_IR_ELEMENTTYPES_H
