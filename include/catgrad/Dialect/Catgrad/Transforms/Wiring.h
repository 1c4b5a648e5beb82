//===- Wiring.h - Explicit and implicit wiring -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the change between free SSA and the monogamous form.

#ifndef CATGRAD_DIALECT_CATGRAD_TRANSFORMS_WIRING_H
#define CATGRAD_DIALECT_CATGRAD_TRANSFORMS_WIRING_H

#include "mlir/IR/Region.h"
#include "mlir/Support/LLVM.h"

namespace mlir {
class InFlightDiagnostic;
} // namespace mlir

namespace catgrad {

/// Whether a region can be wired: it has one block. Otherwise reports the
/// reason if `emitError` is given. An operation with regions is one hyperedge;
/// what its regions use from outside are inputs of it.
mlir::LogicalResult checkWirable(
    mlir::Region &region,
    llvm::function_ref<mlir::InFlightDiagnostic(mlir::Location)> emitError =
        nullptr);

/// Inserts copy and discard so that every value has exactly one consumer.
/// Linear in the number of operations and uses.
void makeWiringExplicit(mlir::Region &region);

/// Erases copy and discard.
void makeWiringImplicit(mlir::Region &region);

/// Checks that every value has exactly one consumer; reports the values that
/// have not, at their definition.
mlir::LogicalResult verifyWiring(mlir::Region &region);

} // namespace catgrad

#endif // CATGRAD_DIALECT_CATGRAD_TRANSFORMS_WIRING_H
