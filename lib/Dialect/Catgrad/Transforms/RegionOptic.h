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
  /// `useCatgrad`: zeros and sums of tensors are operations of this dialect.
  FunctorRegionOptic(Functor &functor, mlir::Region &region,
                     const llvm::BitVector &active, bool useCatgrad);

  /// The optic of a region within an operation, in free form: of a copy whose
  /// captures are further arguments, in explicit wiring.
  static std::unique_ptr<FunctorRegionOptic>
  close(Functor &functor, mlir::Region &region, const llvm::BitVector &active);

  mlir::LogicalResult
  forward(mlir::OpBuilder &builder, mlir::ValueRange operands,
          llvm::SmallVectorImpl<mlir::Value> &results,
          llvm::SmallVectorImpl<mlir::Value> &residuals) override;
  mlir::LogicalResult
  reverse(mlir::OpBuilder &builder, mlir::ValueRange residuals,
          mlir::ValueRange cotangents,
          llvm::SmallVectorImpl<mlir::Value> &operandCotangents) override;

  llvm::ArrayRef<mlir::Type> getResidualTypes() const override {
    return residualTypes;
  }

  /// Reports each operation without derivative on a path from an input asked
  /// for to a result.
  mlir::LogicalResult checkKinds();
  bool isActive(mlir::Value value) const { return active.contains(value); }

private:
  friend class Functor;

  /// Whether the operation lies on a path from an input asked for to a result;
  /// otherwise it is a constant as far as this derivative is concerned.
  bool isOnPath(mlir::Operation *op) const;
  /// A user from which a nonzero cotangent may come back, or null.
  mlir::Operation *getUserWithCotangent(mlir::Operation *op) const;
  std::optional<unsigned> findActiveInput(mlir::Operation *op) const;
  bool hasActiveInput(mlir::Operation *op) const {
    return findActiveInput(op).has_value();
  }
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
  bool useCatgrad;
  /// Holds the region if it is a copy of our own.
  std::unique_ptr<mlir::Region> owned;
  /// The arguments that are no captures.
  unsigned numOwnArguments;
  /// Values that depend on an input asked for.
  llvm::DenseSet<mlir::Value> active;
  /// Operations that a result depends on, other than through one that is
  /// locally constant: that is where a path ends.
  llvm::DenseSet<mlir::Operation *> useful;
  /// The number of residuals of each operation, in order, and the types of all.
  llvm::SmallVector<unsigned> residualCounts;
  llvm::SmallVector<mlir::Type> residualTypes;
  /// The optics of regions within the operations.
  llvm::DenseMap<mlir::Region *, std::unique_ptr<FunctorRegionOptic>> nested;
};

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_TRANSFORMS_REGIONOPTIC_H
