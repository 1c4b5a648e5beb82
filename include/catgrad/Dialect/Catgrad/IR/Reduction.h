//===- Reduction.h - What reductions share -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the trait of operations that combine the elements along
// axes of their operand.

#ifndef CATGRAD_DIALECT_CATGRAD_IR_REDUCTION_H
#define CATGRAD_DIALECT_CATGRAD_IR_REDUCTION_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"

namespace catgrad {

/// Infers the result of an operation that drops `dimensions` of its operand.
llvm::LogicalResult inferReduced(mlir::MLIRContext *context,
                                 std::optional<mlir::Location> loc,
                                 mlir::ValueRange operands,
                                 llvm::ArrayRef<int64_t> dimensions,
                                 llvm::SmallVectorImpl<mlir::Type> &results);

/// Trait of an operation on `input` whose result lacks the axes `dimensions`;
/// without any, it is the identity.
template <typename ConcreteOp>
class Reduction : public mlir::OpTrait::TraitBase<ConcreteOp, Reduction> {
public:
  static llvm::LogicalResult
  inferReturnTypes(mlir::MLIRContext *context,
                   std::optional<mlir::Location> loc, mlir::ValueRange operands,
                   mlir::DictionaryAttr attributes,
                   mlir::OpaqueProperties properties, mlir::RegionRange regions,
                   llvm::SmallVectorImpl<mlir::Type> &results) {
    typename ConcreteOp::Adaptor adaptor(operands, attributes, properties,
                                         regions);
    return inferReduced(context, loc, operands, adaptor.getDimensions(),
                        results);
  }

  static mlir::OpFoldResult foldTrait(mlir::Operation *op,
                                      llvm::ArrayRef<mlir::Attribute>) {
    auto reduction = llvm::cast<ConcreteOp>(op);
    return reduction.getDimensions().empty() ? reduction.getInput()
                                             : mlir::Value();
  }
};

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_IR_REDUCTION_H
