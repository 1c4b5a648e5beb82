//===- BoxScalars.cpp - Numbers between functions ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes the numbers that private functions take and return tensors of
// rank 0: results need destinations, as those of other functions do.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_BOXSCALARS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// The tensor for a number. Other types stay.
Type box(Type type) {
  if (isa<FloatType, IntegerType>(type))
    return RankedTensorType::get({}, type);
  return type;
}

/// Gives the values their boxed types, and reads them at the insertion point.
void unbox(OpBuilder &builder, ValueRange values) {
  for (Value value : values) {
    Type type = value.getType();
    if (box(type) == type)
      continue;
    value.setType(box(type));
    auto read = tensor::ExtractOp::create(builder, value.getLoc(), type, value,
                                          ValueRange());
    value.replaceAllUsesExcept(read, read);
  }
}

/// Boxes the operands in front of their operation.
void boxOperands(Operation *op) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands())
    if (Type type = operand.get().getType(); box(type) != type)
      operand.set(tensor::FromElementsOp::create(
          builder, op->getLoc(), cast<RankedTensorType>(box(type)),
          operand.get()));
}

void convertFunction(func::FuncOp function) {
  auto convert = [](TypeRange types) {
    return llvm::map_to_vector(types, box);
  };
  function.setFunctionType(FunctionType::get(
      function.getContext(), convert(function.getArgumentTypes()),
      convert(function.getResultTypes())));
  if (function.isExternal())
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
  unbox(builder, function.front().getArguments());
  function.walk([](func::ReturnOp ret) { boxOperands(ret); });
}

struct BoxScalars : impl::BoxScalarsBase<BoxScalars> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPrivate())
        functions.push_back(function);
    getOperation().walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!callee || !callee.isPrivate())
        return;
      boxOperands(call);
      OpBuilder builder(&getContext());
      builder.setInsertionPointAfter(call);
      unbox(builder, call.getResults());
    });
    llvm::for_each(functions, convertFunction);
  }
};

} // namespace
} // namespace catgrad
