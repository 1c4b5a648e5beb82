//===- Catgrad.h - The catgrad dialect -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the dialect, its attributes and its operations.

#ifndef CATGRAD_DIALECT_CATGRAD_IR_CATGRAD_H
#define CATGRAD_DIALECT_CATGRAD_IR_CATGRAD_H

#include "catgrad/Dialect/Catgrad/IR/ElementTypes.h"
#include "catgrad/Dialect/Catgrad/IR/Reduction.h"
#include "catgrad/Interfaces/CompositeInterface.h"
#include "catgrad/Interfaces/DerivativeInterface.h"
#include "catgrad/Interfaces/LearnerInterfaces.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace catgrad {

/// Checks that a tensor type is ranked, static, of an element type of the
/// dialect and of a size that 63 bits can count; otherwise reports why not, if
/// asked to.
mlir::LogicalResult verifyTensorType(
    mlir::Type type,
    llvm::function_ref<mlir::InFlightDiagnostic()> emitError = nullptr);

/// Checks that each operand is defined before the operation. In most regions
/// that goes without saying, but a graph region (such as the body of a module)
/// would let an operation use its own result.
mlir::LogicalResult verifyOrder(mlir::Operation *op);

/// Trait of the operations that pass `verifyOrder`.
template <typename ConcreteOp>
class CatgradOrdered
    : public mlir::OpTrait::TraitBase<ConcreteOp, CatgradOrdered> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifyOrder(op);
  }
};

/// Trait of every tensor operation of the dialect: each operand and result
/// passes `verifyTensorType`.
template <typename ConcreteOp>
class CatgradTensors
    : public mlir::OpTrait::TraitBase<ConcreteOp, CatgradTensors> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    auto emitError = [&] { return op->emitOpError(); };
    for (mlir::Type type : op->getOperandTypes())
      if (mlir::failed(verifyTensorType(type, emitError)))
        return mlir::failure();
    for (mlir::Type type : op->getResultTypes())
      if (mlir::failed(verifyTensorType(type, emitError)))
        return mlir::failure();
    return mlir::success();
  }
};

/// Whether an element type can hold a number: an integer exactly, a float as a
/// finite number after rounding.
bool canHold(mlir::Type element, double value);

/// Checks that an initial value can be given to a parameter of this type.
mlir::LogicalResult
verifyInit(mlir::Attribute init, mlir::Type type,
           llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The splat of a number, as the value of a constant of this type. Integers
/// take the number's integral part.
mlir::DenseElementsAttr getSplat(mlir::Type type, double value);

} // namespace catgrad

#include "catgrad/Dialect/Catgrad/IR/CatgradDialect.h.inc"
#include "catgrad/Dialect/Catgrad/IR/CatgradEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.h.inc"
#define GET_OP_CLASSES
#include "catgrad/Dialect/Catgrad/IR/CatgradOps.h.inc"

#endif // CATGRAD_DIALECT_CATGRAD_IR_CATGRAD_H
