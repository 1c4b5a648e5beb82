//===- FlattenEmptyArguments.cpp - Arguments without elements ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file works around the bare-pointer convention, which skips functions
// with an argument such as memref<3x0xf32>.

#include "Buffers.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_FLATTENEMPTYARGUMENTS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// The type in which a buffer is passed.
MemRefType getPassedType(MemRefType type) {
  return MemRefType::get({0}, type.getElementType());
}

/// A buffer of another shape without elements at the same address.
Value castShape(OpBuilder &b, Value buffer, MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  return memref::ReinterpretCastOp::create(
      b, buffer.getLoc(), type, buffer, /*offset=*/int64_t(0), type.getShape(),
      computeStrides(type.getShape()));
}

struct FlattenEmptyArguments
    : impl::FlattenEmptyArgumentsBase<FlattenEmptyArguments> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (auto call = dyn_cast<func::CallOp>(op)) {
        OpBuilder b(call);
        for (OpOperand &operand : call->getOpOperands())
          if (isEmptyBuffer(operand.get().getType()))
            operand.set(castShape(
                b, operand.get(),
                getPassedType(cast<MemRefType>(operand.get().getType()))));
      }
      if (auto function = dyn_cast<func::FuncOp>(op))
        flatten(function);
    });
  }

private:
  static void flatten(func::FuncOp function) {
    if (function.isExternal())
      return;
    OpBuilder b = OpBuilder::atBlockBegin(&function.front());
    for (BlockArgument argument : function.getArguments()) {
      if (!isEmptyBuffer(argument.getType()))
        continue;
      auto type = cast<MemRefType>(argument.getType());
      argument.setType(getPassedType(type));
      if (argument.getType() == type || argument.use_empty())
        continue;
      Value shaped = castShape(b, argument, type);
      argument.replaceAllUsesExcept(shaped, shaped.getDefiningOp());
    }
    function.setType(FunctionType::get(function.getContext(),
                                       function.front().getArgumentTypes(),
                                       function.getResultTypes()));
  }
};

} // namespace
} // namespace catgrad
