//===- Buffers.h - Questions about buffers ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds what several passes ask about memrefs.

#ifndef CATGRAD_LIB_CODEGEN_BUFFERS_H
#define CATGRAD_LIB_CODEGEN_BUFFERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace catgrad {

/// The buffer behind all views: an argument, an allocation or a global.
inline mlir::Value getRootBuffer(mlir::Value buffer) {
  while (auto view = buffer.getDefiningOp<mlir::ViewLikeOpInterface>())
    buffer = view.getViewSource();
  return buffer;
}

/// The buffer behind the views that keep every element where it is.
inline mlir::Value getReshapedBuffer(mlir::Value buffer) {
  while (mlir::Operation *op = buffer.getDefiningOp()) {
    if (!mlir::isa<mlir::memref::ExpandShapeOp, mlir::memref::CollapseShapeOp,
                   mlir::memref::CastOp>(op))
      break;
    buffer = op->getOperand(0);
  }
  return buffer;
}

/// Whether a buffer has no element.
inline bool isEmptyBuffer(mlir::Type type) {
  auto memref = mlir::dyn_cast<mlir::MemRefType>(type);
  return memref && llvm::is_contained(memref.getShape(), 0);
}

/// A private function of scalars computes one element: it has neither buffers
/// nor destinations.
inline bool isOfScalars(mlir::func::FuncOp function) {
  auto isScalar = [](mlir::Type type) { return type.isIntOrIndexOrFloat(); };
  return function.isPrivate() && !function.isExternal() &&
         function.getNumResults() != 0 &&
         llvm::all_of(function.getArgumentTypes(), isScalar) &&
         llvm::all_of(function.getResultTypes(), isScalar);
}

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_BUFFERS_H
