//===- Learner.h - The lenses of a learner -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares a learner with its optimiser and loss resolved: each is an
// attribute of an interface, or a function.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_LEARNER_H
#define CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_LEARNER_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"

namespace catgrad {

/// The optimiser of a learner, for a list of parameters.
class OptimiserLens {
public:
  static mlir::FailureOr<OptimiserLens>
  resolve(LearnerOp learner, mlir::SymbolTable &symbols,
          mlir::ArrayRef<NamedType> parameters);

  mlir::ArrayRef<NamedType> getState() const { return state; }
  mlir::ArrayRef<NamedType> getHyper() const { return hyper; }

  mlir::LogicalResult
  buildForward(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::ValueRange state, mlir::ValueRange parameters,
               llvm::SmallVectorImpl<mlir::Value> &results) const;
  mlir::LogicalResult
  buildReverse(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::ValueRange state, mlir::ValueRange parameters,
               mlir::ValueRange cotangents, mlir::ValueRange hyper,
               llvm::SmallVectorImpl<mlir::Value> &newParameters,
               llvm::SmallVectorImpl<mlir::Value> &newState) const;

private:
  OptimiserAttrInterface attribute;
  mlir::func::FuncOp function;
  mlir::SmallVector<NamedType> state, hyper;
};

/// The loss of a learner, for a list of results.
class LossLens {
public:
  static mlir::FailureOr<LossLens> resolve(LearnerOp learner, Functor &functor,
                                           mlir::TypeRange results);

  mlir::TypeRange getLabelTypes() const { return labelTypes; }

  /// Sets `value` where it comes with the cotangents.
  mlir::LogicalResult
  buildReverse(mlir::OpBuilder &builder, mlir::Location loc,
               mlir::ValueRange results, mlir::ValueRange labels,
               llvm::SmallVectorImpl<mlir::Value> &cotangents,
               mlir::Value &value) const;
  /// Null after an error.
  mlir::Value buildValue(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::ValueRange results,
                         mlir::ValueRange labels) const;

private:
  LossAttrInterface attribute;
  /// Without a lens, the derivative of the value is taken.
  mlir::func::FuncOp lens, value;
  const DerivedFunction *derived = nullptr;
  Functor *functor = nullptr;
  mlir::SmallVector<mlir::Type> labelTypes;
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_LEARNER_H
