//===- RowPlan.h - Operations on the rows of tensors ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what operations on the same rows have in common, such as
// those of a softmax or of a layer norm: sums along a row, and what is computed
// of them and of the row's elements again.

#ifndef CATGRAD_LIB_CODEGEN_CUDA_ROWPLAN_H
#define CATGRAD_LIB_CODEGEN_CUDA_ROWPLAN_H

#include "Schedule.h"

namespace catgrad {

/// How an operation touches a buffer while it works at one element of a row.
enum class RowAccess {
  Other,     ///< anything else
  Statistic, ///< the number that the row has in the buffer
  Element,   ///< the element itself
};

/// An operation as a loop along each row, or about whole rows.
struct RowWork {
  mlir::linalg::GenericOp op;
  int64_t rows;
  int64_t length = 1; ///< elements of a row
  bool loops = false; ///< else it computes one statistic of others
  std::optional<Combiner> combiner; ///< if it sums along the row
  llvm::SmallVector<unsigned> rowLoops, elementLoops;
  /// 2s: before the loop of stage s. 2s + 1: in that loop.
  unsigned time = 0;

  static std::optional<RowWork> match(mlir::linalg::GenericOp op, int64_t rows);
  RowAccess getAccess(mlir::OpOperand &operand) const;
  /// Whether the body reads the operand.
  bool reads(mlir::OpOperand &operand) const;
  bool touches(mlir::OpOperand &operand) const;
};

/// Operations that threads can do for one row, stage by stage: each stage is a
/// loop along the row whose sums the next ones use. A thread touches the same
/// elements in all of them.
struct RowPlan {
  int64_t rows = 0;
  int64_t longest = 1;
  unsigned stages = 0;
  bool wide = false; ///< elements of more than 32 bits
  std::vector<RowWork> works;

  /// Nothing if the operations are not about the same rows, or if it would be
  /// no gain: long rows for too few blocks.
  static std::optional<RowPlan> make(llvm::ArrayRef<const Work *> works);

  /// Threads of one row.
  int64_t getLanes() const;
  /// Whether each thread keeps its elements of all stages in registers.
  bool isInRegisters() const;
  /// Whether no other kernel has to read the buffer for it to need no memory.
  bool canBeLocal(mlir::Value root) const;
  /// Whether a stage behind this one touches the elements of a buffer.
  bool isTouchedAfter(mlir::Value root, unsigned stage) const;
  /// Whether more than one sum and what belongs to its result: otherwise the
  /// other schedules know better.
  bool isFused() const;

private:
  bool addAccesses(const Work &work, const RowWork &rowWork);
  bool schedule();

  struct Buffer {
    RowAccess access = RowAccess::Other;
    bool written = false, mixed = false;
    unsigned firstStage = ~0u, lastStage = 0; ///< of its elements
  };
  llvm::MapVector<mlir::Value, Buffer> buffers; // by root
};

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_CUDA_ROWPLAN_H
