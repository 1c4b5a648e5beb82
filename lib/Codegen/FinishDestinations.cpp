//===- FinishDestinations.cpp - Drop results in destinations ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks what bufferisation made of the destinations: a returned
// buffer that is not the destination costs a copy, never a wrong result.

#include "Buffers.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_FINISHDESTINATIONS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

struct Copy {
  Value source;
  Value destination;
};

/// Whether the buffer may be one of the destinations. What a region yields may
/// be any.
bool mayBeIn(const llvm::DenseSet<Value> &destinations, Value buffer) {
  Value root = getRootBuffer(buffer);
  return destinations.contains(root) ||
         isa_and_nonnull<RegionBranchOpInterface, arith::SelectOp>(
             root.getDefiningOp());
}

/// Emits the copies as if all happened at once: a source that is itself a
/// destination is saved first.
void emitCopies(OpBuilder &b, Location loc, MutableArrayRef<Copy> copies) {
  llvm::DenseSet<Value> destinations;
  for (const Copy &copy : copies)
    destinations.insert(copy.destination);
  for (Copy &copy : copies) {
    if (copies.size() == 1 || !mayBeIn(destinations, copy.source))
      continue;
    auto type = cast<MemRefType>(copy.source.getType());
    Value saved = memref::AllocOp::create(
        b, loc, MemRefType::get(type.getShape(), type.getElementType()));
    linalg::CopyOp::create(b, loc, copy.source, saved);
    copy.source = saved;
  }
  for (const Copy &copy : copies)
    linalg::CopyOp::create(b, loc, copy.source, copy.destination);
}

/// Copies what is not in its destination and drops the results.
LogicalResult finishFunction(func::FuncOp function) {
  auto destinations =
      function->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
  if (!destinations)
    return function.emitOpError(
        "expected catgrad.destinations; run catgrad-add-destinations first");
  auto ret = cast<func::ReturnOp>(function.front().getTerminator());
  SmallVector<Copy> copies;
  for (auto [value, k] :
       llvm::zip_equal(ret.getOperands(), destinations.asArrayRef())) {
    Value destination = function.getArgument(k);
    if (getReshapedBuffer(value) != destination)
      copies.push_back({value, destination});
  }
  OpBuilder b(ret);
  emitCopies(b, ret.getLoc(), copies);
  ret.getOperandsMutable().clear();
  return function.eraseResults(llvm::BitVector(function.getNumResults(), true));
}

/// The results of a call are in the buffers that it was given.
void finishCall(func::CallOp call, func::FuncOp callee) {
  auto destinations =
      callee->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
  for (auto [result, k] :
       llvm::zip_equal(call.getResults(), destinations.asArrayRef()))
    result.replaceAllUsesWith(call.getOperand(k));
  OpBuilder b(call);
  func::CallOp::create(b, call.getLoc(), callee, call.getOperands());
  call.erase();
}

bool isCopy(Operation *op) { return isa<memref::CopyOp, linalg::CopyOp>(op); }

/// Erases copies to themselves and makes strided copies loops.
void simplifyCopies(func::FuncOp function) {
  SmallVector<Operation *> copies;
  function.walk([&](Operation *op) {
    if (isCopy(op))
      copies.push_back(op);
  });
  for (Operation *copy : copies) {
    Value source = copy->getOperand(0), target = copy->getOperand(1);
    if (source == target || isEmptyBuffer(target.getType())) {
      copy->erase();
      continue;
    }
    auto isStrided = [](Value buffer) {
      return !cast<MemRefType>(buffer.getType()).getLayout().isIdentity();
    };
    if (!isa<memref::CopyOp>(copy) ||
        (!isStrided(source) && !isStrided(target)))
      continue;
    OpBuilder b(copy);
    linalg::CopyOp::create(b, copy->getLoc(), source, target);
    copy->erase();
  }
}

/// Counts the copies from or to a buffer that is updated in place.
void countParameterCopies(func::FuncOp function) {
  llvm::SmallDenseSet<Value> inPlace;
  auto destinations =
      function->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
  for (int64_t k : destinations.asArrayRef())
    if (!function.getArgAttr(k, "catgrad.output"))
      inPlace.insert(function.getArgument(k));
  if (inPlace.empty())
    return;
  int64_t count = 0;
  function.walk([&](Operation *op) {
    if (isCopy(op))
      count += llvm::any_of(op->getOperands(), [&](Value operand) {
        return inPlace.contains(getRootBuffer(operand));
      });
  });
  function->setAttr("catgrad.parameter_copies",
                    Builder(function.getContext()).getI64IntegerAttr(count));
}

struct FinishDestinations : impl::FinishDestinationsBase<FinishDestinations> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    SmallVector<func::FuncOp> functions;
    for (auto function : module.getOps<func::FuncOp>())
      if (!isOfScalars(function))
        functions.push_back(function);
    for (func::FuncOp function : functions)
      if (failed(finishFunction(function)))
        return signalPassFailure();
    SmallVector<std::pair<func::CallOp, func::FuncOp>> calls;
    module.walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      if (llvm::is_contained(functions, callee))
        calls.emplace_back(call, callee);
    });
    for (auto [call, callee] : calls)
      finishCall(call, callee);
    for (func::FuncOp function : functions) {
      simplifyCopies(function);
      countParameterCopies(function);
    }
  }
};

} // namespace
} // namespace catgrad
