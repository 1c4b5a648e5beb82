//===- OrderGlobals.cpp - Constants in a stable order -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file names and orders constants by their uses: one-shot-bufferize visits
// functions in an order that depends on addresses, and the same input has to
// give the same bytes.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_ORDERGLOBALS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

struct OrderGlobals : impl::OrderGlobalsBase<OrderGlobals> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::MapVector<memref::GlobalOp, SmallVector<memref::GetGlobalOp>> uses;
    {
      SymbolTable symbols(module);
      module.walk([&](memref::GetGlobalOp use) {
        auto global = symbols.lookup<memref::GlobalOp>(use.getName());
        if (global && global.isPrivate() && global.getConstant())
          uses[global].push_back(use);
      });
    }
    for (auto &[global, ops] : uses)
      global->remove();
    SymbolTable symbols(module);
    Block::iterator front = module.getBody()->begin();
    for (auto [index, entry] : llvm::enumerate(uses)) {
      auto &[global, ops] = entry;
      global.setSymName("constant_" + std::to_string(index));
      StringAttr name = symbols.insert(global, front);
      for (memref::GetGlobalOp use : ops)
        use.setName(name);
    }
  }
};

} // namespace
} // namespace catgrad
