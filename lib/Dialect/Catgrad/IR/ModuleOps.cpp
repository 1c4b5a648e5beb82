//===- ModuleOps.cpp - Learners and derivatives -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks the symbols that derive and learner name.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

using namespace mlir;
using namespace catgrad;

/// The function that `symbol` names, or what will become one (a derive).
static FailureOr<Operation *> lookUp(Operation *user, FlatSymbolRefAttr symbol,
                                     StringRef what,
                                     SymbolTableCollection &tables) {
  Operation *target = tables.lookupNearestSymbolFrom(user, symbol);
  if (!target)
    return user->emitOpError("expected ")
           << what << " to name a function, but there is no symbol " << symbol;
  if (!isa<FunctionOpInterface, DeriveOp>(target)) {
    auto diagnostic = user->emitOpError("expected ")
                      << what << " to name a function, but " << symbol
                      << " is a " << target->getName();
    diagnostic.attachNote(target->getLoc()) << "defined here";
    return diagnostic;
  }
  auto function = dyn_cast<FunctionOpInterface>(target);
  if (function && function.isExternal()) {
    auto diagnostic = user->emitOpError("expected ")
                      << what << " to name a function with a body, but "
                      << symbol << " is external";
    diagnostic.attachNote(target->getLoc()) << "declared here";
    return diagnostic;
  }
  return target;
}

LogicalResult DeriveOp::verifySymbolUses(SymbolTableCollection &tables) {
  FailureOr<Operation *> target =
      lookUp(*this, getFunctionAttr(), "'of'", tables);
  if (failed(target))
    return failure();
  auto function = dyn_cast<FunctionOpInterface>(*target);
  int64_t last = -1;
  for (int64_t index : getWrt().value_or(ArrayRef<int64_t>())) {
    if (index < 0 || (function && index >= function.getNumArguments()))
      return emitOpError("expected 'wrt' to list inputs of ")
             << getFunctionAttr() << " but got " << index;
    if (index <= last)
      return emitOpError("expected 'wrt' in increasing order but got ")
             << index << " after " << last;
    last = index;
  }
  return success();
}

LogicalResult LearnerOp::verifySymbolUses(SymbolTableCollection &tables) {
  if (failed(lookUp(*this, getModelAttr(), "'model'", tables)))
    return failure();

  if (auto symbol = dyn_cast<FlatSymbolRefAttr>(getOptimiser())) {
    if (failed(lookUp(*this, symbol, "'optimiser'", tables)))
      return failure();
  } else if (!isa<OptimiserAttrInterface>(getOptimiser())) {
    return emitOpError("expected 'optimiser' to be an optimiser such as "
                       "#catgrad.sgd, or a function, but got ")
           << getOptimiser();
  }

  if (auto symbol = dyn_cast<FlatSymbolRefAttr>(getLoss())) {
    if (failed(lookUp(*this, symbol, "'loss'", tables)))
      return failure();
    return success(
        !getLossValueAttr() ||
        succeeded(lookUp(*this, getLossValueAttr(), "'value'", tables)));
  }
  if (!isa<LossAttrInterface>(getLoss()))
    return emitOpError(
               "expected 'loss' to be a loss such as #catgrad.mse, or a "
               "function, but got ")
           << getLoss();
  if (getLossValueAttr())
    return emitOpError("expected no 'value' beside ")
           << getLoss() << ", which has its own";
  return success();
}
