//===- Schedule.h - How a kernel is divided among threads -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the schedules of kernels, and the code of one point that
// they share.

#ifndef CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H
#define CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H

#include "Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
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

  /// A buffer in shared memory, with one type for all its elements.
  mlir::Value addShared(int64_t elements, mlir::Type element);
};

/// A way to run a kernel: how many blocks and threads, and the code.
struct Schedule {
  llvm::StringLiteral name;
  int64_t blocks;
  int64_t threads;
  llvm::unique_function<void(KernelBody &)> emit;
};

/// The schedules that can run a kernel; nothing if the kernel is not theirs.
std::optional<Schedule> scheduleLoops(mlir::func::FuncOp kernel);
std::optional<Schedule> schedulePoints(mlir::func::FuncOp kernel);

mlir::Value createIndex(mlir::OpBuilder &b, mlir::Location loc, int64_t value);

/// The digits of `number` with these extents, the last one first to change.
llvm::SmallVector<mlir::Value> delinearise(mlir::OpBuilder &b,
                                           mlir::Location loc,
                                           mlir::Value number,
                                           llvm::ArrayRef<int64_t> extents);

/// A copy of a scalar operation's body with these arguments; returns what it
/// yields. `loops` are the values of linalg.index.
llvm::SmallVector<mlir::Value> cloneBody(mlir::OpBuilder &b,
                                         mlir::linalg::GenericOp op,
                                         mlir::IRMapping mapping,
                                         mlir::ValueRange arguments,
                                         mlir::ValueRange loops);

/// Writes the operations of a kernel for one point: what one of them writes the
/// others find in a register.
class PointEmitter {
public:
  PointEmitter(mlir::OpBuilder &b, const mlir::IRMapping &mapping,
               mlir::Value point)
      : b(b), mapping(mapping), point(point) {}

  void emit(mlir::Operation *op);
  /// Values of the loops of `op` at the point; those that sum are null.
  llvm::SmallVector<mlir::Value> getLoops(mlir::linalg::GenericOp op);
  /// The element of an operand.
  mlir::Value read(mlir::linalg::GenericOp op, mlir::OpOperand &operand,
                   llvm::ArrayRef<mlir::Value> loops);
  /// Keeps results for those behind.
  void write(mlir::linalg::GenericOp op, llvm::ArrayRef<mlir::Value> loops,
             mlir::ValueRange results);
  /// Stores what was written, but for local buffers.
  void flush();

private:
  struct Element {
    mlir::Value buffer;
    llvm::SmallVector<mlir::Value> indices;
    mlir::Value value;
  };
  llvm::SmallVector<mlir::Value> getIndices(mlir::linalg::GenericOp op,
                                            mlir::OpOperand &operand,
                                            llvm::ArrayRef<mlir::Value> loops);
  void emitGeneric(mlir::linalg::GenericOp op);

  mlir::OpBuilder &b;
  mlir::IRMapping mapping;
  mlir::Value point;
  llvm::MapVector<mlir::Value, Element> elements; // by root
};

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_CUDA_SCHEDULE_H
