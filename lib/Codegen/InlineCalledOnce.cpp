//===- InlineCalledOnce.cpp - Splice functions called once ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file moves the body of a private function to its only call. The stock
// inliner clones and decides by size; here nothing is cloned, so that the pass
// stays linear in the number of operations.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_INLINECALLEDONCE
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Replaces `call` by the operations of `callee`, which is left empty.
void splice(func::CallOp call, func::FuncOp callee) {
  Block &body = callee.front();
  auto ret = cast<func::ReturnOp>(body.getTerminator());
  for (auto [argument, operand] :
       llvm::zip_equal(body.getArguments(), call.getOperands()))
    argument.replaceAllUsesWith(operand);
  // Read after the arguments are replaced: a result may be an argument.
  SmallVector<Value> results(ret.getOperands());
  ret.erase();
  call->getBlock()->getOperations().splice(call->getIterator(),
                                           body.getOperations());
  call.replaceAllUsesWith(results);
  call.erase();
}

struct InlineCalledOnce : impl::InlineCalledOnceBase<InlineCalledOnce> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    llvm::DenseMap<StringAttr, unsigned> uses;
    if (auto all = SymbolTable::getSymbolUses(&module.getBodyRegion()))
      for (const SymbolTable::SymbolUse &use : *all)
        ++uses[use.getSymbolRef().getRootReference()];

    SmallVector<func::CallOp> calls;
    module.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!callee || !callee.isPrivate() || callee.isExternal() ||
          !callee.getBody().hasOneBlock() ||
          uses.lookup(callee.getSymNameAttr()) != 1 || callee->isAncestor(call))
        continue;
      splice(call, callee);
      symbols.erase(callee);
    }
  }
};

} // namespace
} // namespace catgrad
