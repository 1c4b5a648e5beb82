//===- OutlineKernels.cpp - One function per loop nest ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file moves each loop nest on buffers to a private function: each linalg
// operation, and each scf.for that does no more than load, compute and store.

#include "Buffers.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
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

/// What a kernel takes from outside: values become arguments, constants and
/// views that no bare pointer can describe are made again.
struct Inputs {
  SetVector<Value> values, constants;
  SetVector<Operation *> views;

  void add(Value value) {
    if (matchPattern(value, m_Constant())) {
      constants.insert(value);
      return;
    }
    auto view = value.getDefiningOp<ViewLikeOpInterface>();
    if (isPassable(value.getType()) || !view || view->getNumOperands() != 1) {
      values.insert(value);
      return;
    }
    add(view.getViewSource());
    views.insert(view);
  }
};

Inputs collectInputs(Operation *op) {
  SetVector<Value> used;
  used.insert(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  Inputs inputs;
  for (Value value : used)
    inputs.add(value);
  return inputs;
}

/// The buffers that a nest writes.
SmallVector<Value> getWritten(Operation *op) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return llvm::to_vector(structured.getDpsInits());
  SmallVector<Value> written;
  op->walk(
      [&](memref::StoreOp store) { written.push_back(store.getMemRef()); });
  return written;
}

/// Whether a loop does no more than load, compute and store.
bool isNest(scf::ForOp loop) {
  if (loop.getNumResults() != 0)
    return false;
  auto result = loop.walk([](Operation *op) {
    bool simple =
        isa<scf::ForOp, scf::YieldOp, memref::LoadOp, memref::StoreOp>(op) ||
        isa<arith::ArithDialect>(op->getDialect());
    return simple ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
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
void setNoAlias(func::FuncOp kernel, Operation *op, ArrayRef<Value> inputs) {
  llvm::SmallDenseSet<Value> written;
  for (Value buffer : getWritten(op))
    written.insert(getRange(buffer));
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
func::FuncOp buildKernel(Operation *op, const Inputs &inputs) {
  Location loc = op->getLoc();
  OpBuilder b(op->getContext());
  ArrayRef<Value> values = inputs.values.getArrayRef();
  auto type = b.getFunctionType(ValueRange(values).getTypes(), {});
  auto kernel = func::FuncOp::create(loc, "kernel", type);
  kernel.setPrivate();
  // Inlining would merge the nests again; func.func's own attribute for this
  // is ignored by the lowering.
  kernel->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  setNoAlias(kernel, op, values);

  Block *body = kernel.addEntryBlock();
  b.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(values, body->getArguments());
  for (Value constant : inputs.constants)
    b.clone(*constant.getDefiningOp(), mapping);
  for (Operation *view : inputs.views)
    b.clone(*view, mapping);
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
    SmallVector<Operation *> nests;
    module.walk<WalkOrder::PreOrder>([&](Operation *op) {
      auto loop = dyn_cast<scf::ForOp>(op);
      if (!isa<linalg::LinalgOp>(op) && !(loop && isNest(loop)))
        return WalkResult::advance();
      nests.push_back(op);
      return WalkResult::skip();
    });
    for (Operation *op : nests) {
      auto structured = dyn_cast<linalg::LinalgOp>(op);
      if (structured &&
          llvm::is_contained(structured.getStaticLoopRanges(), 0)) {
        op->erase();
        continue;
      }
      Inputs inputs = collectInputs(op);
      ArrayRef<Value> values = inputs.values.getArrayRef();
      // What no bare pointer can describe stays in place, right but slower.
      if ((structured && !structured.hasPureBufferSemantics()) ||
          !llvm::all_of(ValueRange(values).getTypes(), isPassable))
        continue;
      func::FuncOp kernel = buildKernel(op, inputs);
      auto [it, inserted] = kernels.try_emplace(getKey(kernel), kernel);
      if (inserted)
        symbols.insert(kernel, module.getBody()->end());
      else
        kernel->erase();
      OpBuilder b(op);
      func::CallOp::create(b, op->getLoc(), it->second, values);
      op->erase();
    }
  }
};

} // namespace
} // namespace catgrad
