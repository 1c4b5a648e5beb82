//===- StoreI1AsI8.cpp - Tensors of i1 as bytes -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives every tensor of i1 the element type i8. No operation changes
// but for its types, so they are changed in place; only the scalar bodies
// convert at their borders.

#include "catgrad/Codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_STOREI1ASI8
#include "catgrad/Codegen/Passes.h.inc"

namespace {

bool isBits(Type type) {
  auto tensor = dyn_cast<TensorType>(type);
  return tensor && tensor.getElementType().isInteger(1);
}

Type toBytes(Type type) {
  if (!isBits(type))
    return type;
  auto i8 = IntegerType::get(type.getContext(), 8);
  return cast<TensorType>(type).clone(i8);
}

/// Whether nothing but types of the operation depends on the element type, or
/// `convert` below adapts the rest.
bool isSupported(Operation *op) {
  return isa<linalg::GenericOp, linalg::FillOp, arith::ConstantOp, func::CallOp,
             func::ReturnOp, tensor::EmptyOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp, tensor::CastOp, tensor::ExtractSliceOp,
             tensor::InsertSliceOp, tensor::ExtractOp, tensor::InsertOp,
             tensor::SplatOp, tensor::FromElementsOp, scf::IfOp, scf::ForOp,
             scf::YieldOp>(op);
}

LogicalResult checkSupported(Operation *op) {
  bool hasBits = llvm::any_of(op->getOperandTypes(), isBits) ||
                 llvm::any_of(op->getResultTypes(), isBits);
  if (!hasBits)
    return success();
  if (!isSupported(op))
    return op->emitOpError("cannot hold its i1 elements as bytes; run "
                           "catgrad-order-loops first");
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (!isa<DenseElementsAttr>(constant.getValue()))
      return op->emitOpError("expected dense i1 elements");
  return success();
}

void convertConstant(arith::ConstantOp op) {
  if (!isBits(op.getType()))
    return;
  auto bits = cast<DenseElementsAttr>(op.getValue());
  auto i8 = IntegerType::get(op.getContext(), 8);
  op.setValueAttr(cast<TypedAttr>(cast<Attribute>(
      bits.mapValues(i8, [](const APInt &bit) { return bit.zext(8); }))));
}

/// Between i8 outside and i1 inside. The operands still have their old types.
void convertBody(linalg::GenericOp op) {
  Block *body = op.getBody();
  OpBuilder builder = OpBuilder::atBlockBegin(body);
  Type i1 = builder.getI1Type(), i8 = builder.getI8Type();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isBits(operand.get().getType()))
      continue;
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    argument.setType(i8);
    if (argument.use_empty())
      continue;
    auto bit =
        arith::TruncIOp::create(builder, argument.getLoc(), i1, argument);
    argument.replaceAllUsesExcept(bit, bit);
  }
  Operation *yield = body->getTerminator();
  builder.setInsertionPoint(yield);
  for (auto [value, init] : llvm::zip(yield->getOpOperands(), op.getDpsInits()))
    if (isBits(init.getType()))
      value.set(
          arith::ExtUIOp::create(builder, yield->getLoc(), i8, value.get()));
}

void convertFill(linalg::FillOp op) {
  if (!isBits(op.getDpsInits().front().getType()))
    return;
  OpBuilder builder(op);
  OpOperand &scalar = op->getOpOperand(0);
  scalar.set(arith::ExtUIOp::create(builder, op.getLoc(), builder.getI8Type(),
                                    scalar.get()));
  // The body copies the scalar to the element.
  for (BlockArgument argument : op.getBlock()->getArguments())
    argument.setType(builder.getI8Type());
}

/// A bit that is read from a tensor, and bits that are written to one.
void convertElements(Operation *op) {
  OpBuilder builder(op);
  Type i1 = builder.getI1Type(), i8 = builder.getI8Type();
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    if (!isBits(extract.getTensor().getType()))
      return;
    builder.setInsertionPointAfter(op);
    Value byte = extract.getResult();
    byte.setType(i8);
    auto bit = arith::TruncIOp::create(builder, op->getLoc(), i1, byte);
    byte.replaceAllUsesExcept(bit, bit);
    return;
  }
  if (!isBits(op->getResult(0).getType()))
    return;
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get().getType() == i1)
      operand.set(
          arith::ExtUIOp::create(builder, op->getLoc(), i8, operand.get()));
}

void convertFunction(func::FuncOp op) {
  auto convert = [](TypeRange types) {
    return llvm::map_to_vector(types, toBytes);
  };
  op.setFunctionType(FunctionType::get(op.getContext(),
                                       convert(op.getArgumentTypes()),
                                       convert(op.getResultTypes())));
}

struct StoreI1AsI8 : impl::StoreI1AsI8Base<StoreI1AsI8> {
  void runOnOperation() override {
    bool valid = true;
    getOperation().walk(
        [&](Operation *op) { valid &= succeeded(checkSupported(op)); });
    if (!valid)
      return signalPassFailure();

    // Bodies and attributes first: they look at the old types.
    getOperation().walk([&](Operation *op) {
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        convertConstant(constant);
      else if (auto generic = dyn_cast<linalg::GenericOp>(op))
        convertBody(generic);
      else if (auto fill = dyn_cast<linalg::FillOp>(op))
        convertFill(fill);
      else if (isa<tensor::ExtractOp, tensor::InsertOp, tensor::SplatOp,
                   tensor::FromElementsOp>(op))
        convertElements(op);
    });
    getOperation().walk([&](Operation *op) {
      for (OpResult result : op->getResults())
        result.setType(toBytes(result.getType()));
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (BlockArgument argument : block.getArguments())
            argument.setType(toBytes(argument.getType()));
      if (auto function = dyn_cast<func::FuncOp>(op))
        convertFunction(function);
    });
  }
};

} // namespace
} // namespace catgrad
