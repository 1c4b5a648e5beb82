//===- Tensor.cpp - Derivatives of tensor -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives the operations of tensor that move elements their reverse
// derivatives. They are linear: nothing but constant indices is kept.

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Models/Models.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace catgrad;

namespace {
/// The model of an operation that keeps all operands but the first `skipped`:
/// indices, sizes. `Derived::dagger` gives the cotangents of all operands.
template <typename Derived, typename Op, unsigned skipped>
struct MoveModel : DerivativeOpInterface::ExternalModel<Derived, Op> {
  LogicalResult forward(Operation *op, OpBuilder &builder, DerivativeContext &,
                        ValueRange operands, SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    llvm::append_range(results, cloneOn(builder, op, operands)->getResults());
    llvm::append_range(residuals, operands.drop_front(skipped));
    return success();
  }
  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    if (failed(Derived::dagger(cast<Op>(op), builder, context, residuals,
                               cotangents.front(), operandCotangents)))
      return failure();
    // Indices and sizes are locally constant.
    SmallVector<Value> inputs = getInputs(op);
    for (Value input : ArrayRef(inputs).drop_front(operandCotangents.size()))
      if (!append(context.createZero(builder, op->getLoc(), input.getType()),
                  operandCotangents))
        return failure();
    return success();
  }
  DerivativeKind getDerivativeKind(Operation *op) const {
    for (Type type : op->getOperandTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        if (!tensor.hasStaticShape())
          return DerivativeKind::None;
    return cast<ShapedType>(getTensorType(op)).hasStaticShape()
               ? DerivativeKind::Rule
               : DerivativeKind::None;
  }

protected:
  static bool append(Value value, SmallVectorImpl<Value> &values) {
    values.push_back(value);
    return bool(value);
  }
  static Type getTensorType(Operation *op) {
    Type result = op->getResult(0).getType();
    return isa<ShapedType>(result) ? result : op->getOperand(0).getType();
  }
};

struct ExpandShape : MoveModel<ExpandShape, tensor::ExpandShapeOp, 1> {
  static LogicalResult dagger(tensor::ExpandShapeOp op, OpBuilder &builder,
                              DerivativeContext &, ValueRange, Value d,
                              SmallVectorImpl<Value> &cotangents) {
    cotangents.push_back(
        tensor::CollapseShapeOp::create(builder, op.getLoc(), op.getSrcType(),
                                        d, op.getReassociationIndices()));
    return success();
  }
};

struct CollapseShape : MoveModel<CollapseShape, tensor::CollapseShapeOp, 1> {
  static LogicalResult dagger(tensor::CollapseShapeOp op, OpBuilder &builder,
                              DerivativeContext &, ValueRange, Value d,
                              SmallVectorImpl<Value> &cotangents) {
    cotangents.push_back(
        tensor::ExpandShapeOp::create(builder, op.getLoc(), op.getSrcType(), d,
                                      op.getReassociationIndices()));
    return success();
  }
};

/// The offsets, sizes and strides of a slice, the dynamic ones being residuals.
template <typename Op> struct Slice {
  Slice(Op op, ValueRange dynamic) : op(op), dynamic(dynamic) {}
  ValueRange offsets() { return dynamic.take_front(op.getOffsets().size()); }
  ValueRange sizes() {
    return dynamic.slice(op.getOffsets().size(), op.getSizes().size());
  }
  ValueRange strides() { return dynamic.take_back(op.getStrides().size()); }
  Value insert(OpBuilder &builder, Value source, Value target) {
    return tensor::InsertSliceOp::create(
        builder, op.getLoc(), target.getType(), source, target, offsets(),
        sizes(), strides(), op.getStaticOffsets(), op.getStaticSizes(),
        op.getStaticStrides());
  }
  Value extract(OpBuilder &builder, Type type, Value source) {
    return tensor::ExtractSliceOp::create(
        builder, op.getLoc(), type, source, offsets(), sizes(), strides(),
        op.getStaticOffsets(), op.getStaticSizes(), op.getStaticStrides());
  }
  Op op;
  ValueRange dynamic;
};

struct ExtractSlice : MoveModel<ExtractSlice, tensor::ExtractSliceOp, 1> {
  static LogicalResult dagger(tensor::ExtractSliceOp op, OpBuilder &builder,
                              DerivativeContext &context, ValueRange residuals,
                              Value d, SmallVectorImpl<Value> &cotangents) {
    Value zero = context.createZero(builder, op.getLoc(), op.getSourceType());
    if (!zero)
      return failure();
    cotangents.push_back(Slice(op, residuals).insert(builder, d, zero));
    return success();
  }
};

struct InsertSlice : MoveModel<InsertSlice, tensor::InsertSliceOp, 2> {
  static LogicalResult dagger(tensor::InsertSliceOp op, OpBuilder &builder,
                              DerivativeContext &context, ValueRange residuals,
                              Value d, SmallVectorImpl<Value> &cotangents) {
    Value zero = context.createZero(builder, op.getLoc(), op.getSourceType());
    if (!zero)
      return failure();
    Slice slice(op, residuals);
    cotangents.push_back(slice.extract(builder, op.getSourceType(), d));
    cotangents.push_back(slice.insert(builder, zero, d));
    return success();
  }
};

struct Extract : MoveModel<Extract, tensor::ExtractOp, 1> {
  static LogicalResult dagger(tensor::ExtractOp op, OpBuilder &builder,
                              DerivativeContext &context, ValueRange residuals,
                              Value d, SmallVectorImpl<Value> &cotangents) {
    Value zero =
        context.createZero(builder, op.getLoc(), op.getTensor().getType());
    if (!zero)
      return failure();
    cotangents.push_back(
        tensor::InsertOp::create(builder, op.getLoc(), d, zero, residuals));
    return success();
  }
};

struct Insert : MoveModel<Insert, tensor::InsertOp, 2> {
  static LogicalResult dagger(tensor::InsertOp op, OpBuilder &builder,
                              DerivativeContext &context, ValueRange residuals,
                              Value d, SmallVectorImpl<Value> &cotangents) {
    Value zero =
        context.createZero(builder, op.getLoc(), op.getScalar().getType());
    if (!zero)
      return failure();
    cotangents.push_back(
        tensor::ExtractOp::create(builder, op.getLoc(), d, residuals));
    cotangents.push_back(
        tensor::InsertOp::create(builder, op.getLoc(), zero, d, residuals));
    return success();
  }
};

/// The sum of all elements of a tensor, a number.
Value sumAll(OpBuilder &builder, Location loc, DerivativeContext &context,
             Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getRank() == 0)
    return tensor::ExtractOp::create(builder, loc, tensor, ValueRange());
  Value zero = context.createZero(builder, loc, type.getElementType());
  Value empty = tensor::EmptyOp::create(builder, loc, ArrayRef<int64_t>(),
                                        type.getElementType());
  Value init = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  auto reduce = linalg::ReduceOp::create(
      builder, loc, ValueRange(tensor), ValueRange(init), axes,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        linalg::YieldOp::create(
            nested, loc, context.createSum(nested, loc, args[0], args[1]));
      });
  return tensor::ExtractOp::create(builder, loc, reduce.getResult(0),
                                   ValueRange());
}

struct Splat : MoveModel<Splat, tensor::SplatOp, 1> {
  static LogicalResult dagger(tensor::SplatOp op, OpBuilder &builder,
                              DerivativeContext &context, ValueRange, Value d,
                              SmallVectorImpl<Value> &cotangents) {
    cotangents.push_back(sumAll(builder, op.getLoc(), context, d));
    return success();
  }
};

/// No operand and no defined content, hence no cotangent.
struct Empty : MoveModel<Empty, tensor::EmptyOp, 0> {
  static LogicalResult dagger(tensor::EmptyOp, OpBuilder &, DerivativeContext &,
                              ValueRange, Value, SmallVectorImpl<Value> &) {
    return success();
  }
};

/// A static pad by one value. The value's cotangent is the sum of what lies
/// outside the source.
struct Pad : DerivativeOpInterface::ExternalModel<Pad, tensor::PadOp> {
  LogicalResult forward(Operation *op, OpBuilder &builder, DerivativeContext &,
                        ValueRange operands, SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &) const {
    llvm::append_range(results, cloneOn(builder, op, operands)->getResults());
    return success();
  }
  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    auto pad = cast<tensor::PadOp>(op);
    Location loc = op->getLoc();
    Value d = cotangents.front();
    auto type = pad.getSourceType();
    SmallVector<OpFoldResult> offsets =
        getAsIndexOpFoldResult(op->getContext(), pad.getStaticLow());
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(op->getContext(), type.getShape());
    SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
    operandCotangents.push_back(tensor::ExtractSliceOp::create(
        builder, loc, type, d, offsets, sizes, strides));
    for (Value capture : getCaptures(op->getRegion(0))) {
      Value cotangent;
      if (context.isActive(capture)) {
        Value zero = context.createZero(builder, loc, type);
        if (!zero)
          return failure();
        Value outside = tensor::InsertSliceOp::create(builder, loc, zero, d,
                                                      offsets, sizes, strides);
        cotangent = sumAll(builder, loc, context, outside);
      } else {
        cotangent = context.createZero(builder, loc, capture.getType());
      }
      operandCotangents.push_back(cotangent);
      if (!cotangent)
        return failure();
    }
    return success();
  }
  DerivativeKind getDerivativeKind(Operation *op) const {
    auto pad = cast<tensor::PadOp>(op);
    bool isStatic = pad.getSourceType().hasStaticShape() &&
                    pad.getResultType().hasStaticShape() &&
                    op->getNumOperands() == 1;
    // It may also crop.
    auto isNegative = [](int64_t amount) { return amount < 0; };
    isStatic &= llvm::none_of(pad.getStaticLow(), isNegative) &&
                llvm::none_of(pad.getStaticHigh(), isNegative);
    return isStatic && pad.getConstantPaddingValue() ? DerivativeKind::Rule
                                                     : DerivativeKind::None;
  }
};
} // namespace

void catgrad::registerTensorModels(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, CatgradDialect *, tensor::TensorDialect *) {
        tensor::ExpandShapeOp::attachInterface<ExpandShape>(*context);
        tensor::CollapseShapeOp::attachInterface<CollapseShape>(*context);
        tensor::ExtractSliceOp::attachInterface<ExtractSlice>(*context);
        tensor::InsertSliceOp::attachInterface<InsertSlice>(*context);
        tensor::ExtractOp::attachInterface<Extract>(*context);
        tensor::InsertOp::attachInterface<Insert>(*context);
        tensor::SplatOp::attachInterface<Splat>(*context);
        tensor::EmptyOp::attachInterface<Empty>(*context);
        tensor::PadOp::attachInterface<Pad>(*context);
        // Rules use them.
        context->loadDialect<arith::ArithDialect, linalg::LinalgDialect>();
      });
}
