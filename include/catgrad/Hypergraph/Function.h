//===- Function.h - Functions as open hypergraphs ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the way from regions of SSA to open hypergraphs and back.

#ifndef CATGRAD_HYPERGRAPH_FUNCTION_H
#define CATGRAD_HYPERGRAPH_FUNCTION_H

#include "catgrad/Hypergraph/OpenHypergraph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace catgrad {

/// The open hypergraph of a region of one block: its arguments are the sources,
/// what its terminator takes the targets. `catgrad.copy` and `catgrad.discard`
/// are hyperedges like others. Reports operations with regions or successors.
mlir::FailureOr<OpenHypergraph> toHypergraph(mlir::Region &region);

/// A function at the insertion point of `builder`, its operations in
/// topological order. Reports cycles, and nodes that have no producer or
/// several, which SSA cannot express; the operations are verified.
mlir::FailureOr<mlir::func::FuncOp> toFunction(const OpenHypergraph &graph,
                                               llvm::StringRef name,
                                               mlir::OpBuilder &builder,
                                               mlir::Location loc);

} // namespace catgrad

#endif // CATGRAD_HYPERGRAPH_FUNCTION_H
