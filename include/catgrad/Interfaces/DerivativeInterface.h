//===- DerivativeInterface.h - Operations as optics -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the interface by which an operation states its reverse
// derivative, the context that a rule may ask, and the traits for usual cases.

#ifndef CATGRAD_INTERFACES_DERIVATIVEINTERFACE_H
#define CATGRAD_INTERFACES_DERIVATIVEINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/BitVector.h"
#include <memory>

namespace catgrad {

/// What is known of the derivative of an operation on its types.
enum class DerivativeKind {
  /// It has a reverse rule.
  Rule,
  /// Its derivative is zero wherever it exists; a documented zero.
  LocallyConstant,
  /// It has none: an error on a path from an input asked for to a result.
  None
};

/// What the forward part keeps for the reverse part.
enum class ResidualPolicy {
  /// What the rule of each operation chooses.
  Rule,
  /// The operands of each operation; the reverse part evaluates it again.
  Inputs,
  /// Across a function boundary only the function's inputs; the reverse part
  /// evaluates the whole function again.
  Recompute
};

/// A region or a function as an optic. Both parts are emitted in free SSA.
class RegionOptic {
public:
  virtual ~RegionOptic() = default;
  /// Emits the region's forward part on `operands`.
  virtual mlir::LogicalResult
  forward(mlir::OpBuilder &builder, mlir::ValueRange operands,
          llvm::SmallVectorImpl<mlir::Value> &results,
          llvm::SmallVectorImpl<mlir::Value> &residuals) = 0;
  /// Emits the region's reverse part; `forward` must have been emitted before,
  /// because it fixes the number of residuals.
  virtual mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, mlir::ValueRange residuals,
          mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) = 0;
  /// The types of the residuals, once `forward` has been emitted.
  virtual llvm::ArrayRef<mlir::Type> getResidualTypes() const = 0;
};

/// Where a value that a derived forward function provides comes from. Each
/// distinct value is returned once, and what the caller has, or can make again,
/// is not returned at all.
struct DerivedValue {
  enum Source { Argument, Result, Constant } source;
  /// Index of the argument or of the result.
  unsigned index = 0;
  /// The operation to clone when the value is a constant.
  mlir::Operation *constant = nullptr;
};

/// The optic of a function: `fwd : A -> B x M` and `rev : M x B' -> A'`.
struct DerivedFunction {
  mlir::FunctionOpInterface fwd, rev;
  llvm::SmallVector<mlir::Type> residualTypes;
  /// How to obtain the results and the residuals from a call of `fwd`.
  llvm::SmallVector<DerivedValue> results, residuals;
  /// The inputs for which `rev` returns a cotangent; for the others it is zero.
  llvm::BitVector active;
};

/// What a rule may ask of the pass that runs it.
class DerivativeContext {
public:
  virtual ~DerivativeContext() = default;

  /// The optic of a function, made on first demand and memoised. Reports at
  /// `user` and fails if the function is recursive, has no body, or holds an
  /// operation without derivative on a path from an input whose bit is set in
  /// `active` to a result.
  virtual llvm::FailureOr<const DerivedFunction *>
  getOrCreate(mlir::FunctionOpInterface function, mlir::Operation *user,
              const llvm::BitVector &active) = 0;

  /// The operation of that name in the symbol table of the derived functions,
  /// or null.
  virtual mlir::Operation *lookUp(mlir::StringAttr name) = 0;

  /// The optic of a region with one block. Its operands are the block's
  /// arguments, then the region's captures; those whose bit is set in `active`
  /// have a cotangent, the others get zero. Both parts of a rule receive the
  /// same optic, which lives as long as that of the enclosing region. Null
  /// after an error.
  virtual RegionOptic *derive(mlir::Region &region,
                              const llvm::BitVector &active) = 0;

  virtual ResidualPolicy getPolicy() const = 0;

  /// Whether an input of the operation whose rule runs depends on an input
  /// asked for.
  virtual bool isActive(mlir::Value input) const = 0;

  /// Emits the zero of a type; reports at `loc` and returns null if there is
  /// none.
  virtual mlir::Value createZero(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Type type) = 0;
  /// Emits the sum of two values of one type; reports at `loc` and returns null
  /// if there is none.
  virtual mlir::Value createSum(mlir::OpBuilder &builder, mlir::Location loc,
                                mlir::Value lhs, mlir::Value rhs) = 0;
};

/// The values that the region uses from outside, in order of first use.
llvm::SmallVector<mlir::Value> getCaptures(mlir::Region &region);

/// The inputs of an operation as a hyperedge: its operands, then the values
/// that its regions use from outside, in order of first use. Rules receive and
/// give one value for each.
llvm::SmallVector<mlir::Value> getInputs(mlir::Operation *op);

/// Emits `op` again on other inputs.
mlir::Operation *cloneOn(mlir::OpBuilder &builder, mlir::Operation *op,
                         mlir::ValueRange inputs);

/// Trait of an operation that keeps its operands: only `reverse` is written,
/// and its residuals are the operands.
template <typename ConcreteOp>
class Lens : public mlir::OpTrait::TraitBase<ConcreteOp, Lens> {
public:
  mlir::LogicalResult forward(mlir::OpBuilder &builder, DerivativeContext &,
                              mlir::ValueRange operands,
                              llvm::SmallVectorImpl<mlir::Value> &results,
                              llvm::SmallVectorImpl<mlir::Value> &residuals) {
    llvm::append_range(
        results,
        cloneOn(builder, this->getOperation(), operands)->getResults());
    llvm::append_range(residuals, operands);
    return mlir::success();
  }
};

/// Trait of an operation that keeps its results.
template <typename ConcreteOp>
class KeepsResults : public mlir::OpTrait::TraitBase<ConcreteOp, KeepsResults> {
public:
  mlir::LogicalResult forward(mlir::OpBuilder &builder, DerivativeContext &,
                              mlir::ValueRange operands,
                              llvm::SmallVectorImpl<mlir::Value> &results,
                              llvm::SmallVectorImpl<mlir::Value> &residuals) {
    mlir::Operation *copy = cloneOn(builder, this->getOperation(), operands);
    llvm::append_range(results, copy->getResults());
    llvm::append_range(residuals, copy->getResults());
    return mlir::success();
  }
};

/// Trait of a function of one tensor that keeps one value: only `pullBack` is
/// written, from that and the result's cotangent to the operand's.
template <typename ConcreteOp>
class UnaryRule : public mlir::OpTrait::TraitBase<ConcreteOp, UnaryRule> {
public:
  mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, DerivativeContext &,
          mlir::ValueRange residuals, mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) {
    operandCotangents.push_back(
        llvm::cast<ConcreteOp>(this->getOperation())
            .pullBack(builder, residuals.front(), cotangents.front()));
    return mlir::success();
  }
};

/// Trait of a linear map, which keeps nothing: only `dagger` is written, from
/// one cotangent per result to one per operand.
template <typename ConcreteOp>
class Dagger : public mlir::OpTrait::TraitBase<ConcreteOp, Dagger> {
public:
  mlir::LogicalResult forward(mlir::OpBuilder &builder, DerivativeContext &,
                              mlir::ValueRange operands,
                              llvm::SmallVectorImpl<mlir::Value> &results,
                              llvm::SmallVectorImpl<mlir::Value> &) {
    llvm::append_range(
        results,
        cloneOn(builder, this->getOperation(), operands)->getResults());
    return mlir::success();
  }
  mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, DerivativeContext &, mlir::ValueRange,
          mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) {
    return llvm::cast<ConcreteOp>(this->getOperation())
        .dagger(builder, cotangents, operandCotangents);
  }
};

/// Trait of an operation whose derivative is zero wherever it exists.
template <typename ConcreteOp>
class LocallyConstant
    : public mlir::OpTrait::TraitBase<ConcreteOp, LocallyConstant> {
public:
  mlir::LogicalResult forward(mlir::OpBuilder &builder, DerivativeContext &,
                              mlir::ValueRange operands,
                              llvm::SmallVectorImpl<mlir::Value> &results,
                              llvm::SmallVectorImpl<mlir::Value> &) {
    llvm::append_range(
        results,
        cloneOn(builder, this->getOperation(), operands)->getResults());
    return mlir::success();
  }
  mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, DerivativeContext &context,
          mlir::ValueRange, mlir::ValueRange,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) {
    mlir::Operation *op = this->getOperation();
    for (mlir::Value input : getInputs(op)) {
      operandCotangents.push_back(
          context.createZero(builder, op->getLoc(), input.getType()));
      if (!operandCotangents.back())
        return mlir::failure();
    }
    return mlir::success();
  }
};

} // namespace catgrad

#include "catgrad/Interfaces/DerivativeInterface.h.inc"

namespace catgrad {

/// What is known of the derivative with respect to one of the inputs of an
/// operation (see `getInputs`). Without the interface there is none.
DerivativeKind getInputKind(mlir::Operation *op, unsigned index);

} // namespace catgrad

#endif // CATGRAD_INTERFACES_DERIVATIVEINTERFACE_H
