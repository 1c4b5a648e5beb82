//===- NativeEntry.cpp - Exported functions of the ABI ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives public functions the signature of the native interface.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_NATIVEENTRY
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// The arguments of a function before its destinations and the workspace.
unsigned getNumInputs(func::FuncOp function) {
  unsigned inputs = function.getNumArguments() - 1;
  while (inputs > 0 && function.getArgAttr(inputs - 1, "catgrad.output"))
    --inputs;
  return inputs;
}

/// Emits `if (output != input) memcpy(output, input)`.
void emitCopyIn(OpBuilder &b, Location loc, Value input, Value output) {
  Value from = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, input);
  Value to = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, output);
  Value differ =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, from, to);
  scf::IfOp::create(b, loc, differ, [&](OpBuilder &b, Location loc) {
    memref::CopyOp::create(b, loc, input, output);
    scf::YieldOp::create(b, loc);
  });
}

struct NativeEntry : impl::NativeEntryBase<NativeEntry> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    for (auto function :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (function.isPrivate()) {
        setInternal(function);
        continue;
      }
      if (failed(makeEntry(function, symbols)))
        return signalPassFailure();
    }
    for (auto function : module.getOps<func::FuncOp>())
      dropAttributes(function);
  }

private:
  /// Drops what describes tensors; names, kinds and sizes stay.
  void dropAttributes(func::FuncOp function) {
    function->removeAttr("catgrad.destinations");
    function->removeAttr("catgrad.parameter_copies");
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i) {
      SmallVector<NamedAttribute> kept;
      for (NamedAttribute attr :
           function_interface_impl::getArgAttrs(function, i))
        if (!attr.getName().strref().starts_with("catgrad."))
          kept.push_back(attr);
      function.setArgAttrs(i, kept);
    }
  }

  void setInternal(func::FuncOp function) {
    function->setAttr(
        "llvm.linkage",
        LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal));
  }

  LogicalResult makeEntry(func::FuncOp function, SymbolTable &symbols) {
    auto destinations =
        function->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
    auto bytes =
        function->getAttrOfType<IntegerAttr>("catgrad.workspace_bytes");
    if (!destinations || !bytes)
      return function.emitOpError("expected destinations and a workspace; run "
                                  "catgrad-add-destinations and "
                                  "catgrad-plan-workspace first");
    if (failed(emitWorkspaceBytes(function, bytes.getInt(), symbols)))
      return failure();
    int64_t inputs = getNumInputs(function);
    if (llvm::any_of(destinations.asArrayRef(),
                     [&](int64_t k) { return k < inputs; }))
      return wrapInPlace(function, inputs, destinations.asArrayRef(), symbols);
    return success();
  }

  LogicalResult emitWorkspaceBytes(func::FuncOp function, int64_t bytes,
                                   SymbolTable &symbols) {
    std::string name = (function.getSymName() + "_workspace_bytes").str();
    if (Operation *other = symbols.lookup(name))
      return other->emitOpError("expected another name: it is needed for the "
                                "workspace size of ")
             << function.getSymNameAttr();
    OpBuilder b(&getContext());
    Location loc = function.getLoc();
    auto query =
        func::FuncOp::create(loc, name, b.getFunctionType({}, b.getI64Type()));
    b.setInsertionPointToStart(query.addEntryBlock());
    Value value = arith::ConstantIntOp::create(b, loc, b.getI64Type(), bytes);
    func::ReturnOp::create(b, loc, value);
    symbols.insert(query, std::next(function->getIterator()));
    return success();
  }

  /// Makes `function` the private in-place body of a new entry.
  LogicalResult wrapInPlace(func::FuncOp function, int64_t inputs,
                            ArrayRef<int64_t> destinations,
                            SymbolTable &symbols) {
    Location loc = function.getLoc();
    StringAttr name = function.getSymNameAttr();
    if (failed(symbols.renameToUnique(function, {})))
      return failure();
    function.setPrivate();
    setInternal(function);

    OpBuilder b(&getContext());
    SmallVector<Type> types(function.getArgumentTypes().take_front(inputs));
    for (int64_t k : destinations)
      types.push_back(function.getArgumentTypes()[k]);
    types.push_back(function.getArgumentTypes().back());
    auto entry = func::FuncOp::create(loc, name, b.getFunctionType(types, {}));
    for (NamedAttribute attr : function->getDiscardableAttrs())
      if (attr.getName().strref().starts_with("catgrad."))
        entry->setAttr(attr.getName(), attr.getValue());

    Block *body = entry.addEntryBlock();
    b.setInsertionPointToStart(body);
    SmallVector<Value> operands(body->getArguments().take_front(inputs));
    operands.append(function.getNumArguments() - inputs - 1, Value());
    operands.push_back(body->getArguments().back());
    for (auto [i, k] : llvm::enumerate(destinations)) {
      Value output = body->getArgument(inputs + i);
      if (k < inputs)
        emitCopyIn(b, loc, body->getArgument(k), output);
      operands[k] = output;
    }
    func::CallOp::create(b, loc, function, operands);
    func::ReturnOp::create(b, loc);
    symbols.insert(entry, function->getIterator());
    return success();
  }
};

} // namespace
} // namespace catgrad
