//===- OutlineKernels.cpp - One function per loop nest ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file moves each linalg operation on buffers to a private function.

#include "Buffers.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// Whether a buffer can be passed as a bare pointer.
bool isPassable(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  return !memref ||
         (memref.hasStaticShape() && memref.getLayout().isIdentity());
}

/// Everything that `op` reads from outside, constants apart.
void collectInputs(linalg::LinalgOp op, SetVector<Value> &inputs,
                   SetVector<Value> &constants) {
  SetVector<Value> used;
  used.insert(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used)
    (matchPattern(value, m_Constant()) ? constants : inputs).insert(value);
}

/// The argument, global or planned range behind a buffer's reshapes. Ranges of
/// the workspace that meet in one operation are disjoint.
Value getRange(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(view))
      break;
    buffer = view.getViewSource();
  }
  return buffer;
}

/// Marks each buffer of `kernel` that shares no written byte with another one.
void setNoAlias(func::FuncOp kernel, linalg::LinalgOp op,
                ArrayRef<Value> inputs) {
  llvm::SmallDenseSet<Value> written;
  for (Value init : op.getDpsInits())
    written.insert(getRange(init));
  llvm::SmallDenseMap<Value, unsigned> count;
  for (Value input : inputs)
    ++count[getRange(input)];
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (!isa<MemRefType>(input.getType()))
      continue;
    Value range = getRange(input);
    if (!written.contains(range) || count[range] == 1)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                        UnitAttr::get(kernel.getContext()));
  }
}

/// Builds the function of `op`; it belongs to no module yet.
func::FuncOp buildKernel(linalg::LinalgOp op, ArrayRef<Value> inputs,
                         ArrayRef<Value> constants) {
  Location loc = op.getLoc();
  OpBuilder b(op.getContext());
  auto type = b.getFunctionType(ValueRange(inputs).getTypes(), {});
  auto kernel = func::FuncOp::create(loc, "kernel", type);
  kernel.setPrivate();
  // Inlining would merge the nests again; func.func's own attribute for this
  // is ignored by the lowering.
  kernel->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  setNoAlias(kernel, op, inputs);

  Block *body = kernel.addEntryBlock();
  b.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(inputs, body->getArguments());
  for (Value constant : constants)
    b.clone(*constant.getDefiningOp(), mapping);
  b.clone(*op, mapping);
  func::ReturnOp::create(b, loc);
  return kernel;
}

/// The text of a kernel: two nests with equal texts are one kernel.
std::string getKey(func::FuncOp kernel) {
  std::string text;
  llvm::raw_string_ostream os(text);
  kernel->print(os, OpPrintingFlags().useLocalScope());
  return text;
}

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    llvm::StringMap<func::FuncOp> kernels;
    SmallVector<linalg::LinalgOp> ops;
    module.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      if (llvm::is_contained(op.getStaticLoopRanges(), 0)) {
        op->erase();
        continue;
      }
      SetVector<Value> inputs, constants;
      collectInputs(op, inputs, constants);
      // What no bare pointer can describe stays in place, right but slower.
      if (!op.hasPureBufferSemantics() ||
          !llvm::all_of(ValueRange(inputs.getArrayRef()).getTypes(),
                        isPassable))
        continue;
      func::FuncOp kernel =
          buildKernel(op, inputs.getArrayRef(), constants.getArrayRef());
      auto [it, inserted] = kernels.try_emplace(getKey(kernel), kernel);
      if (inserted)
        symbols.insert(kernel, module.getBody()->end());
      else
        kernel->erase();
      OpBuilder b(op);
      func::CallOp::create(b, op.getLoc(), it->second, inputs.getArrayRef());
      op->erase();
    }
  }
};

} // namespace
} // namespace catgrad
