//===- JSON.h - Open hypergraphs as JSON ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the translation of modules to open hypergraphs in JSON,
// and back. The schema is docs/hypergraph.schema.json.

#ifndef CATGRAD_HYPERGRAPH_JSON_H
#define CATGRAD_HYPERGRAPH_JSON_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

namespace catgrad {

/// What the text says that it is.
inline constexpr llvm::StringLiteral kHypergraphFormat =
    "catgrad-open-hypergraph";
inline constexpr int64_t kHypergraphVersion = 1;

/// Prints the functions of `module`, which are all that it may hold.
mlir::LogicalResult translateToJSON(mlir::ModuleOp module,
                                    llvm::raw_ostream &os);

/// The verified module of such a text. Errors name the place in the JSON value;
/// `file` is where they are reported.
mlir::OwningOpRef<mlir::ModuleOp> translateFromJSON(llvm::StringRef text,
                                                    llvm::StringRef file,
                                                    mlir::MLIRContext &context);

} // namespace catgrad

#endif // CATGRAD_HYPERGRAPH_JSON_H
