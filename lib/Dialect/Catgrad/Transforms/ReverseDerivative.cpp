//===- ReverseDerivative.cpp - Expansion of derive -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file replaces each derive by the reverse derivative of its function.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"

namespace catgrad {
#define GEN_PASS_DEF_REVERSEDERIVATIVE
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

namespace {
struct ReverseDerivative
    : catgrad::impl::ReverseDerivativeBase<ReverseDerivative> {
  using ReverseDerivativeBase::ReverseDerivativeBase;

  void runOnOperation() override {
    Functor functor(getOperation(), policy, maxOperations);
    for (DeriveOp derive :
         llvm::make_early_inc_range(getOperation().getOps<DeriveOp>()))
      pending.insert(derive);
    // One derive may name the result of another; expand that one first.
    while (!pending.empty()) {
      SmallVector<DeriveOp> chain = {*pending.begin()};
      while (auto next = dyn_cast_or_null<DeriveOp>(
                 functor.getSymbols().lookup(chain.back().getFunction()))) {
        if (llvm::is_contained(chain, next)) {
          next.emitOpError("expected a function but got a cycle of derives");
          return signalPassFailure();
        }
        chain.push_back(next);
      }
      for (DeriveOp derive : llvm::reverse(chain)) {
        pending.remove(derive);
        if (failed(expand(functor, derive)))
          return signalPassFailure();
      }
    }
  }

  LogicalResult expand(Functor &functor, DeriveOp derive) {
    auto function = dyn_cast_or_null<FunctionOpInterface>(
        functor.getSymbols().lookup(derive.getFunction()));
    if (!function)
      return derive.emitOpError("expected 'of' to name a function but got ")
             << derive.getFunctionAttr();
    SmallVector<int64_t> wrt;
    if (derive.getWrt())
      llvm::append_range(wrt, *derive.getWrt());
    else
      llvm::append_range(wrt,
                         llvm::seq<int64_t>(0, function.getNumArguments()));
    if (!wrt.empty() && wrt.back() >= function.getNumArguments())
      return derive.emitOpError("expected 'wrt' to list inputs of ")
             << derive.getFunctionAttr() << " but got " << wrt.back();

    std::string name = derive.getSymName().str();
    SymbolTable::Visibility visibility =
        SymbolTable::getSymbolVisibility(derive);
    // Free the name first; errors still point at the derive.
    functor.getSymbols().remove(derive);
    auto reverse = functor.createReverse(function, name, wrt, derive);
    if (failed(reverse))
      return failure();
    SymbolTable::setSymbolVisibility(*reverse, visibility);
    derive.erase();
    return success();
  }

  llvm::SetVector<DeriveOp> pending;
};
} // namespace
