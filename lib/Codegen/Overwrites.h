//===- Overwrites.h - Tensors that take another's buffer --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the passes before bufferisation ask of tensors whose
// next value has to lie where the last one was.

#ifndef CATGRAD_LIB_CODEGEN_OVERWRITES_H
#define CATGRAD_LIB_CODEGEN_OVERWRITES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace catgrad {

/// The operand that `result` overwrites, and whose buffer it keeps; or null.
mlir::OpOperand *getOverwritten(mlir::OpResult result);

/// Whether nobody reads `old` when or after `writer` overwrites it. Neither
/// `overwritten`, an operand, nor `store`, which would put there what `writer`
/// computes, counts; both may be null.
bool isReadBefore(mlir::Value old, mlir::Operation *writer,
                  mlir::OpOperand *overwritten, mlir::Operation *store);

/// Whether `next` is made from `old` by operations that overwrite it one after
/// the other.
bool isMadeFrom(mlir::Value next, mlir::Value old);

/// Whether, besides, nobody else reads what is overwritten from then on: then
/// `next` lies where `old` was, without `store`, which may be null.
bool overwrites(mlir::Value next, mlir::Value old,
                mlir::Operation *store = nullptr);

/// Whether a tensor of static shape has no element. MLIR accepts no insertion
/// into one.
bool isEmpty(mlir::Value tensor);

/// Whether an insertion replaces the whole destination.
bool isWhole(mlir::tensor::InsertSliceOp insertion);

/// Inserts the whole of `source` into `destination`, of the same static type.
///
/// Not `bufferization.materialize_in_destination`, which insists on its
/// destination and so makes the bufferisation refuse what needs a copy.
mlir::tensor::InsertSliceOp insertWhole(mlir::OpBuilder &builder,
                                        mlir::Location loc, mlir::Value source,
                                        mlir::Value destination);

} // namespace catgrad

#endif // CATGRAD_LIB_CODEGEN_OVERWRITES_H
