//===- RegionOptic.h - The functor on one region -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the functor on the operations of one block.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_REGIONOPTIC_H
#define CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_REGIONOPTIC_H

#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"
#include "llvm/ADT/DenseSet.h"

namespace catgrad {

/// The optic of a region with one block in explicit wiring: each operation's
/// forward part in order, then each reverse part in reverse order. Every value
/// has one consumer, hence receives exactly one cotangent.
class FunctorRegionOptic : public RegionOptic {
public:
  FunctorRegionOptic(Functor &functor, mlir::Region &region,
                     const llvm::BitVector &active);

  mlir::LogicalResult
  forward(mlir::OpBuilder &builder, mlir::ValueRange operands,
          llvm::SmallVectorImpl<mlir::Value> &results,
          llvm::SmallVectorImpl<mlir::Value> &residuals) override;
  mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, mlir::ValueRange residuals,
          mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) override;

  /// Reports each operation without derivative on a path from an input asked
  /// for to a result.
  mlir::LogicalResult checkKinds();
  bool isActive(mlir::Value value) const { return active.contains(value); }

private:
  /// Whether the operation lies on a path from an input asked for to a result;
  /// otherwise it is a constant as far as this derivative is concerned.
  bool isOnPath(mlir::Operation *op) const;
  /// Whether a nonzero cotangent may come back from this user.
  bool carriesCotangent(mlir::Operation *user) const;
  mlir::LogicalResult forwardOp(mlir::OpBuilder &builder, mlir::Operation *op,
                                mlir::ValueRange operands,
                                llvm::SmallVectorImpl<mlir::Value> &results,
                                llvm::SmallVectorImpl<mlir::Value> &residuals);
  mlir::LogicalResult
  reverseOp(mlir::OpBuilder &builder, mlir::Operation *op,
            mlir::ValueRange residuals, mlir::ValueRange cotangents,
            llvm::SmallVectorImpl<mlir::Value> &operandCotangents);

  Functor &functor;
  mlir::Region &region;
  /// Values that depend on an input asked for.
  llvm::DenseSet<mlir::Value> active;
  /// Operations that a result depends on, other than through one that is
  /// locally constant: that is where a path ends.
  llvm::DenseSet<mlir::Operation *> useful;
  /// The number of residuals of each operation, in order.
  llvm::SmallVector<unsigned> residualCounts;
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_REGIONOPTIC_H
