//===- Dot.h - Drawings of open hypergraphs ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the translation of modules to Graphviz.

#ifndef CATGRAD_HYPERGRAPH_DOT_H
#define CATGRAD_HYPERGRAPH_DOT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace catgrad {

struct DotOptions {
  /// The function to draw; empty: all that have a body.
  std::string function;
  /// A function of more operations is drawn as a table of how many there are.
  unsigned maxOperations = 200;
};

/// Prints one graph with a cluster for each function. Operations that depend on
/// an argument of role `cotangent` or `label` are the reverse part, and have
/// another colour than the forward part.
mlir::LogicalResult translateToDot(mlir::ModuleOp module, llvm::raw_ostream &os,
                                   const DotOptions &options = {});

} // namespace catgrad

#endif // CATGRAD_HYPERGRAPH_DOT_H
