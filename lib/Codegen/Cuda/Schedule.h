//===- Schedule.h - How a kernel is divided among threads -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the schedules of kernels, and the code of one point that
// they share.

#ifndef CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H
#define CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H

#include "Kernel.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/IRMapping.h"

namespace catgrad {

/// What a schedule writes into.
struct KernelBody {
  mlir::OpBuilder b;
  mlir::Location loc;
  mlir::gpu::GPUFuncOp function;
  mlir::IRMapping mapping; ///< from values of the kernel as operations
  mlir::Value block;       ///< number of the block
  mlir::Value thread;      ///< number of the thread in its block

  llvm::SmallVector<mlir::Value> shared = {}; ///< buffers of this part

  /// A buffer in shared memory, with one type for all its elements. Parts of a
  /// kernel run in different blocks, so that they may have the same one.
  mlir::Value addShared(int64_t elements, mlir::Type element);
};

/// A way to run a kernel: how many blocks and threads, and the code.
struct Schedule {
  llvm::StringLiteral name;
  int64_t blocks;
  int64_t threads;
  llvm::unique_function<void(KernelBody &)> emit;
};

/// The schedules that can run a part of a kernel; nothing if it is not theirs.
std::optional<Schedule> scheduleTiles(mlir::Block &part);
std::optional<Schedule> scheduleFusedRows(mlir::Block &part);
std::optional<Schedule> scheduleRows(mlir::Block &part);
std::optional<Schedule> scheduleLoops(mlir::Block &part);
std::optional<Schedule> scheduleVectors(mlir::Block &part);
std::optional<Schedule> schedulePoints(mlir::Block &part);

/// Runs `emit` in the threads whose number is below `count`.
Schedule scheduleThreads(llvm::StringLiteral name, int64_t count,
                         std::function<void(KernelBody &, mlir::Value)> emit);

mlir::Value createIndex(mlir::OpBuilder &b, mlir::Location loc, int64_t value);

/// 32-bit neighbours that one access to global memory takes together.
inline constexpr int64_t kLanes = 4, kVectorBytes = 16;

/// Whether one access may take them in all of the buffers: those of users have
/// the alignment of their element only.
mlir::Value createIsAligned(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::ValueRange buffers);

/// The digits of `number` with these extents, the last one first to change.
llvm::SmallVector<mlir::Value> delinearise(mlir::OpBuilder &b,
                                           mlir::Location loc,
                                           mlir::Value number,
                                           llvm::ArrayRef<int64_t> extents);

/// How two partial results of a reduction become one.
struct Combiner {
  mlir::Operation *op = nullptr; ///< of the accumulator and a new value
  llvm::SmallVector<mlir::Operation *> before; ///< casts of the accumulator
  llvm::SmallVector<mlir::Operation *> after;  ///< casts of the result

  static std::optional<Combiner> match(mlir::linalg::GenericOp op);
  mlir::Value combine(mlir::OpBuilder &b, mlir::Value x, mlir::Value y) const;
  mlir::Value createNeutral(mlir::OpBuilder &b) const;
  /// Whether the order decides how the result is rounded.
  bool dependsOnOrder() const;
};

/// Parts of sums in shared memory, a number of each thread, become two for each
/// sum: those of the first lanes. The lanes of a sum are threads `stride` apart
/// from each other. All threads of the block come here.
void combineParts(KernelBody &kernel, mlir::Location loc,
                  llvm::ArrayRef<const Combiner *> combiners,
                  llvm::ArrayRef<mlir::Value> buffers, mlir::Value lane,
                  int64_t lanes, int64_t stride);
/// Two of the parts as one.
mlir::Value combineShared(mlir::OpBuilder &b, mlir::Location loc,
                          const Combiner &combiner, mlir::Value buffer,
                          mlir::Value x, mlir::Value y);

/// The only reduction of a part that consists of it and of operations that
/// write at the same points; null if that is not so, or if the part writes what
/// the reduction reads.
mlir::linalg::GenericOp getOnlyReduction(mlir::Block &part);

/// Writes the operations of a kernel for one point: what one of them writes the
/// others find in a register.
class PointEmitter {
public:
  PointEmitter(mlir::OpBuilder &b, const mlir::IRMapping &mapping,
               mlir::Value point)
      : b(b), mapping(mapping), point(point) {}
  /// The point with these digits.
  PointEmitter(mlir::OpBuilder &b, const mlir::IRMapping &mapping,
               llvm::ArrayRef<int64_t> extents,
               llvm::ArrayRef<mlir::Value> digits)
      : b(b), mapping(mapping), extents(extents), digits(digits) {}

  void emit(mlir::Operation *op);
  /// The kernel's buffer for one of the operations, null if it is local.
  mlir::Value getBuffer(mlir::Value buffer) const {
    return mapping.lookupOrNull(buffer);
  }
  /// All operations of a kernel, given what its reduction adds up to; `total`
  /// lacks the initial value.
  void emitAround(mlir::linalg::GenericOp reduction, const Combiner &combiner,
                  mlir::Value total);
  /// Values of the loops of `op` at the point; those that sum are null.
  llvm::SmallVector<mlir::Value> getLoops(mlir::linalg::GenericOp op);
  llvm::SmallVector<mlir::Value> getIndices(mlir::linalg::GenericOp op,
                                            mlir::OpOperand &operand,
                                            llvm::ArrayRef<mlir::Value> loops);
  /// The element of an operand.
  mlir::Value read(mlir::linalg::GenericOp op, mlir::OpOperand &operand,
                   llvm::ArrayRef<mlir::Value> loops);
  /// A copy of the body with these arguments; returns what it yields. `loops`
  /// are the values of linalg.index.
  llvm::SmallVector<mlir::Value> cloneBody(mlir::linalg::GenericOp op,
                                           mlir::ValueRange arguments,
                                           llvm::ArrayRef<mlir::Value> loops);
  /// Keeps results for those behind.
  void write(mlir::linalg::GenericOp op, llvm::ArrayRef<mlir::Value> loops,
             mlir::ValueRange results);
  /// Stores what was written, but for local buffers.
  void flush();
  /// The element of a buffer at this point, which needs no access then.
  void provide(mlir::Value root, mlir::Value value);
  /// What was written into a buffer at this point; somebody else stores it.
  mlir::Value take(mlir::Value root);

private:
  struct Element {
    mlir::Value buffer;
    llvm::SmallVector<mlir::Value> indices;
    mlir::Value value;
    bool written = true;
  };
  void emitGeneric(mlir::linalg::GenericOp op);

  mlir::OpBuilder &b;
  mlir::IRMapping mapping;
  mlir::Value point;
  llvm::SmallVector<int64_t> extents;
  llvm::SmallVector<mlir::Value> digits;
  llvm::MapVector<mlir::Value, Element> elements; // by root
};

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H
