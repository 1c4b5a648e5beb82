//===- ReduceOperations.cpp - Fewer operations, still interesting -*- C++ -*-=//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the reduction `reduce-operations`. MLIR's own
// `reduction-tree` erases terminators and crashes on what is left; here every
// candidate is a valid module before the test sees it.

#include "ReduceOperations.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Reducer/Tester.h"

using namespace mlir;

/// Takes `op` out of the module: an unused symbol, or an operation each of
/// whose results is unused or can be an operand. False if that is not possible.
static bool bypass(Operation *op, ModuleOp module) {
  if (isa<SymbolOpInterface>(op)) {
    if (!SymbolTable::symbolKnownUseEmpty(op, module))
      return false;
    op->erase();
    return true;
  }
  SmallVector<Value> replacements;
  for (OpResult result : op->getResults()) {
    auto operand = llvm::find_if(op->getOperands(), [&](Value value) {
      return value.getType() == result.getType();
    });
    if (!result.use_empty() && operand == op->operand_end())
      return false;
    replacements.push_back(result.use_empty() ? Value() : *operand);
  }
  for (auto [result, replacement] :
       llvm::zip_equal(op->getResults(), replacements))
    if (replacement)
      result.replaceAllUsesWith(replacement);
  op->erase();
  return true;
}

/// What contains before what is inside, and users before what they use, so that
/// a chain falls in one sweep.
static SmallVector<Operation *> getCandidates(ModuleOp module) {
  SmallVector<Operation *> candidates;
  module->walk([&](Operation *op) {
    if (op != module && !op->hasTrait<OpTrait::IsTerminator>())
      candidates.push_back(op);
  });
  std::reverse(candidates.begin(), candidates.end());
  return candidates;
}

namespace {
struct ReduceOperations
    : PassWrapper<ReduceOperations, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReduceOperations)

  ReduceOperations() = default;
  ReduceOperations(const ReduceOperations &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "reduce-operations"; }
  StringRef getDescription() const override {
    return "Bypass operations and erase unused symbols, by bisection, as long "
           "as the test finds the module interesting";
  }
  Option<std::string> test{
      *this, "test",
      llvm::cl::desc("Program that exits with 1 if the file named by its last "
                     "argument is interesting, and with 0 if not")};
  ListOption<std::string> testArguments{
      *this, "test-arg", llvm::cl::desc("Arguments before the file name")};

  void runOnOperation() override;

private:
  bool isInteresting(ModuleOp module) {
    std::vector<std::string> arguments(testArguments.begin(),
                                       testArguments.end());
    return Tester(test, arguments).isInteresting(module).first ==
           Tester::Interestingness::True;
  }

  /// One sweep over all candidates, `size` at a time. True if something went.
  bool sweep(OwningOpRef<ModuleOp> &module, size_t size);
};
} // namespace

bool ReduceOperations::sweep(OwningOpRef<ModuleOp> &module, size_t size) {
  bool changed = false;
  for (size_t begin = 0;;) {
    OwningOpRef<ModuleOp> smaller = module->clone();
    SmallVector<Operation *> candidates = getCandidates(*smaller);
    if (begin >= candidates.size())
      return changed;
    ArrayRef<Operation *> chunk =
        ArrayRef(candidates).drop_front(begin).take_front(size);
    // A candidate stands before those inside of it, which go with it.
    bool isSmaller = false;
    DenseSet<Operation *> gone;
    for (Operation *op : chunk) {
      if (gone.contains(op))
        continue;
      SmallVector<Operation *> inside;
      op->walk([&](Operation *nested) { inside.push_back(nested); });
      if (bypass(op, *smaller)) {
        gone.insert_range(inside);
        isSmaller = true;
      }
    }
    if (isSmaller && succeeded(verify(*smaller)) && isInteresting(*smaller)) {
      module = std::move(smaller);
      changed = true;
    } else {
      begin += size;
    }
  }
}

void ReduceOperations::runOnOperation() {
  if (test.empty()) {
    getOperation().emitError("reduce-operations: expected a test");
    return signalPassFailure();
  }
  if (!isInteresting(getOperation())) {
    getOperation().emitError("reduce-operations: expected an interesting "
                             "module, for which the test exits with 1");
    return signalPassFailure();
  }
  OwningOpRef<ModuleOp> module = getOperation().clone();
  {
    // What a candidate does not verify for is not the user's concern.
    ScopedDiagnosticHandler quiet(&getContext(), [](Diagnostic &) {});
    size_t size = std::max<size_t>(getCandidates(*module).size() / 2, 1);
    for (; size > 1; size /= 2)
      sweep(module, size);
    while (sweep(module, 1))
      ;
  }
  getOperation().getBodyRegion().takeBody(module->getBodyRegion());
}

void catgrad::registerReduceOperations() {
  PassRegistration<ReduceOperations>();
}
