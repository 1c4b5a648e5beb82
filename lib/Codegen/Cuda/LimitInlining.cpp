//===- LimitInlining.cpp - A bound for what inlining makes ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file counts what functions would be with all calls inlined, before they
// are: a chain of functions that call the next one twice doubles at each link.

#include "catgrad/Codegen/Cuda/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_LIMITINLINING
#include "catgrad/Codegen/Cuda/Passes.h.inc"

namespace {

struct LimitInlining : impl::LimitInliningBase<LimitInlining> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    // Until no count grows: a chain of n functions takes n rounds at most, and
    // a recursive one ends at the limit.
    bool changed = true;
    while (changed) {
      changed = false;
      for (func::FuncOp function : functions) {
        uint64_t size = 0;
        function.walk([&](Operation *op) {
          ++size;
          auto call = dyn_cast<func::CallOp>(op);
          auto callee =
              call ? symbols.lookup<func::FuncOp>(call.getCallee()) : nullptr;
          size = std::min(maxOperations + 1,
                          size + (callee ? sizes.lookup(callee) : 0));
        });
        if (size > maxOperations) {
          function.emitError()
              << "expected at most " << maxOperations.getValue()
              << " operations with all calls inlined, as a GPU needs them";
          return signalPassFailure();
        }
        changed |= std::exchange(sizes[function], size) != size;
      }
    }
  }

private:
  llvm::DenseMap<Operation *, uint64_t> sizes;
};

} // namespace
} // namespace catgrad
