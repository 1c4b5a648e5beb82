//===- Kernel.h - What runs in one launch -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how the operations of a kernel touch memory: which element
// the thread with a given number computes, and which buffers it reads there or
// elsewhere.

#ifndef CATGRAD_LIB_CODEGEN_CUDA_KERNEL_H
#define CATGRAD_LIB_CODEGEN_CUDA_KERNEL_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace catgrad {

/// Threads in a block.
inline constexpr int64_t kBlockSize = 256;

/// The elements that a generic operation computes, numbered row-major in its
/// first result that is no scan: the parallel loops in the order of its axes.
struct Points {
  mlir::OpOperand *result = nullptr; ///< null if all are scans
  llvm::SmallVector<unsigned> loops;
  llvm::SmallVector<int64_t> extents;
  int64_t count = 1;
  /// Whether element i of that result is point i, for every i.
  bool fillsResult = false;
};

Points getPoints(mlir::linalg::GenericOp op);

/// Whether the loops that sum index a result: each turn writes another element.
bool isScan(mlir::linalg::GenericOp op, mlir::OpOperand &result);

/// The number that the element of an operand has in its contiguous buffer, in
/// terms of the loops. Those that run once do not count.
mlir::AffineExpr getElementNumber(mlir::linalg::GenericOp op,
                                  mlir::OpOperand &operand);
/// The number of a turn of these loops, the last one first to change.
mlir::AffineExpr getLoopNumber(mlir::linalg::GenericOp op,
                               llvm::ArrayRef<unsigned> loops);

/// Whether an operand of `op` is at `points` exactly the element of the same
/// number of the buffer behind its reshapes.
bool isAtPoint(mlir::linalg::GenericOp op, mlir::OpOperand &operand,
               const Points &points);

/// One buffer that an operation touches.
struct Access {
  mlir::Value root;
  bool writes;
  /// Whether thread i touches only element i.
  bool atPoint;
};

/// An operation that runs on the device.
struct Work {
  mlir::Operation *op;
  /// Scalars that it takes from operations outside: they run on the device too.
  llvm::SmallVector<mlir::Operation *> scalars;
  llvm::SmallVector<Access> accesses;
  /// Threads with work; 0 if the operation shares a kernel with no other.
  int64_t points = 0;
  bool reduces = false;
};

/// Describes an operation on buffers; failure, without a diagnostic, if it does
/// not run on the device.
mlir::FailureOr<Work> describeWork(mlir::Operation *op);

/// The loops of a nest whose turns touch what they write apart from each other:
/// each writes only where its own counter is an index, and the same index
/// everywhere. Every store is within all of them.
llvm::SmallVector<mlir::scf::ForOp> getParallelLoops(mlir::scf::ForOp nest);

/// How often a loop with constant bounds runs; nothing for other loops.
std::optional<int64_t> getTripCount(mlir::scf::ForOp loop);

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_CUDA_KERNEL_H
