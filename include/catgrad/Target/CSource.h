//===- CSource.h - C source of a module -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the translation of a module to one file of C99: loops on
// arrays, for processors that no code generator here knows, and for reading.

#ifndef CATGRAD_TARGET_CSOURCE_H
#define CATGRAD_TARGET_CSOURCE_H

#include "catgrad/Target/Manifest.h"

namespace catgrad {

/// Puts the name of each operation into its location, so that loops can say
/// what they came from. For a module at phase "rev".
void nameOrigins(mlir::ModuleOp module);

/// Prints a module that `buildCSourcePhase` has prepared, with the functions
/// and the manifest of `artefact`. What C99 cannot say is an error at the
/// operation, and nothing is printed.
mlir::LogicalResult translateToC(mlir::ModuleOp module,
                                 const Artefact &artefact,
                                 llvm::raw_ostream &os);

} // namespace catgrad

#endif // CATGRAD_TARGET_CSOURCE_H
