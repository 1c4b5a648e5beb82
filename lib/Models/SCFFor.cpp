//===- SCFFor.cpp - The derivative of scf.for -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives scf.for its reverse derivative. A residual of the body that
// changes from one iteration to the next is stacked along a new first axis; one
// that does not is kept once. Captures are inputs like operands, so the functor
// need not know of regions.

#include "SCF.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace catgrad;

namespace {
/// A constant integer, also behind wires.
std::optional<APInt> getConstant(Value value) {
  while (auto copy = value.getDefiningOp<CopyOp>())
    value = copy.getInput();
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant;
}

/// The number of iterations, if it is constant. The upstream method does not
/// look behind wires.
std::optional<int64_t> getTripCount(scf::ForOp loop) {
  auto lower = getConstant(loop.getLowerBound()),
       upper = getConstant(loop.getUpperBound()),
       step = getConstant(loop.getStep());
  if (!lower || !upper || !step || step->isZero())
    return std::nullopt;
  bool isUnsigned = loop.getUnsignedCmp();
  if (!isUnsigned && step->isNegative())
    return std::nullopt;
  if (isUnsigned ? upper->ule(*lower) : upper->sle(*lower))
    return 0;
  // The distance is below 2^width, whichever the comparison.
  APInt count =
      llvm::APIntOps::RoundingUDiv(*upper - *lower, *step, APInt::Rounding::UP);
  if (count.getActiveBits() >= 63)
    return std::nullopt;
  return count.getZExtValue();
}

/// The stack of `count` values of a type; null if such a type has none.
RankedTensorType getStackType(Type type, int64_t count) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type.isIntOrIndexOrFloat() ? RankedTensorType::get({count}, type)
                                      : RankedTensorType();
  if (!tensor.hasStaticShape())
    return {};
  SmallVector<int64_t> shape = {count};
  llvm::append_range(shape, tensor.getShape());
  return tensor.clone(shape);
}

/// A slice cannot hold nothing, but such a tensor need not be kept either.
bool hasNoElements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getNumElements() == 0;
}

Value createEmpty(OpBuilder &builder, Location loc, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                 tensor.getElementType());
}

/// The slice of a stack that holds one value.
struct StackSlice {
  StackSlice(OpBuilder &builder, RankedTensorType stack, Value index) {
    offsets.assign(stack.getRank(), builder.getIndexAttr(0));
    offsets.front() = index;
    strides.assign(stack.getRank(), builder.getIndexAttr(1));
    sizes = getAsIndexOpFoldResult(builder.getContext(), stack.getShape());
    sizes.front() = builder.getIndexAttr(1);
  }
  SmallVector<OpFoldResult> offsets, sizes, strides;
};

Value push(OpBuilder &builder, Location loc, Value value, Value stack,
           Value index) {
  if (!isa<RankedTensorType>(value.getType()))
    return tensor::InsertOp::create(builder, loc, value, stack, index);
  StackSlice slice(builder, cast<RankedTensorType>(stack.getType()), index);
  return tensor::InsertSliceOp::create(
      builder, loc, value, stack, slice.offsets, slice.sizes, slice.strides);
}

Value pop(OpBuilder &builder, Location loc, Type type, Value stack,
          Value index) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return tensor::ExtractOp::create(builder, loc, stack, index);
  StackSlice slice(builder, cast<RankedTensorType>(stack.getType()), index);
  return tensor::ExtractSliceOp::create(
      builder, loc, tensor, stack, slice.offsets, slice.sizes, slice.strides);
}

struct For : DerivativeOpInterface::ExternalModel<For, scf::ForOp> {
  /// Which operands of the body depend on an input asked for. What is carried
  /// may do so from a later iteration on.
  static llvm::BitVector getActive(scf::ForOp loop,
                                   DerivativeContext &context) {
    Block *block = loop.getBody();
    SmallVector<Value> captures = getCaptures(loop.getRegion());
    SmallVector<Value> operands(block->getArguments());
    llvm::append_range(operands, captures);
    DenseSet<Value> active;
    for (auto [argument, init] :
         llvm::zip_equal(loop.getRegionIterArgs(), loop.getInits()))
      if (context.isActive(init))
        active.insert(argument);
    for (Value capture : captures)
      if (context.isActive(capture))
        active.insert(capture);
    for (size_t before = 0; before != active.size();) {
      before = active.size();
      for (Operation &op : block->without_terminator()) {
        for (auto [index, input] : llvm::enumerate(getInputs(&op)))
          if (active.contains(input) &&
              getInputKind(&op, index) != DerivativeKind::LocallyConstant)
            active.insert(op.result_begin(), op.result_end());
      }
      for (auto [argument, yielded] :
           llvm::zip_equal(loop.getRegionIterArgs(), loop.getYieldedValues()))
        if (active.contains(yielded))
          active.insert(argument);
    }
    llvm::BitVector bits(operands.size());
    for (auto [index, operand] : llvm::enumerate(operands))
      bits[index] = active.contains(operand);
    return bits;
  }

  static RegionOptic *getBody(scf::ForOp loop, DerivativeContext &context) {
    return context.derive(loop.getRegion(), getActive(loop, context));
  }

  static scf::ForOp create(OpBuilder &builder, Location loc, Value lower,
                           Value upper, Value step, ValueRange inits,
                           LooseBody body) {
    auto loop = scf::ForOp::create(builder, loc, lower, upper, step, inits);
    loop.getRegion().takeBody(*body);
    return loop;
  }

  LogicalResult forward(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    auto source = cast<scf::ForOp>(op);
    Location loc = op->getLoc();
    Value lower = operands[0], step = operands[2];
    unsigned carried = source.getNumRegionIterArgs();
    SmallVector<Value> inits(operands.slice(3, carried));
    int64_t count = *getTripCount(source);
    if (count == 0) {
      llvm::append_range(results, inits);
      return success();
    }
    ValueRange captured = operands.drop_front(3 + carried);
    RegionOptic *body = getBody(source, context);
    if (!body)
      return failure();

    // Emit the body first: it tells what there is to stack.
    LooseBody loose = createBody(op);
    Block *block = &loose->front();
    block->addArgument(lower.getType(), loc);
    for (Value init : inits)
      block->addArgument(init.getType(), loc);
    OpBuilder nested = OpBuilder::atBlockEnd(block);
    SmallVector<Value> inner(block->getArguments()), yields, own;
    llvm::append_range(inner, captured);
    if (failed(body->forward(nested, inner, yields, own)))
      return failure();

    Value index;
    SmallVector<std::optional<unsigned>> stacked; // which result, or kept once
    for (Value &residual : own) {
      stacked.emplace_back();
      if (isConstant(residual))
        residual = builder.clone(*residual.getDefiningOp())->getResult(0);
      else if (hasNoElements(residual.getType()))
        residual = createEmpty(builder, loc, residual.getType());
      if (residual.getParentBlock() != block)
        continue;
      RankedTensorType type = getStackType(residual.getType(), count);
      if (!type)
        return mlir::emitError(residual.getLoc())
               << "expected a number or a static tensor, to keep it for each "
                  "iteration, but got "
               << residual.getType();
      if (!index)
        index =
            getIterationIndex(nested, loc, block->getArgument(0), lower, step);
      stacked.back() = inits.size();
      inits.push_back(createEmpty(builder, loc, type));
      Value stack = block->addArgument(type, loc);
      yields.push_back(push(nested, loc, residual, stack, index));
    }
    scf::YieldOp::create(nested, loc, yields);
    scf::ForOp loop =
        create(builder, loc, lower, operands[1], step, inits, std::move(loose));
    loop.setUnsignedCmp(source.getUnsignedCmp());
    llvm::append_range(results, loop.getResults().take_front(carried));
    for (auto [residual, result] : llvm::zip_equal(own, stacked))
      residuals.push_back(result ? loop.getResult(*result) : residual);
    return success();
  }

  /// (iv - lower) / step, an index.
  static Value getIterationIndex(OpBuilder &builder, Location loc, Value iv,
                                 Value lower, Value step) {
    Value distance = arith::SubIOp::create(builder, loc, iv, lower);
    Value index = arith::DivUIOp::create(builder, loc, distance, step);
    if (!index.getType().isIndex())
      index = arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(),
                                           index);
    return index;
  }

  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    auto source = cast<scf::ForOp>(op);
    Location loc = op->getLoc();
    unsigned carried = source.getNumRegionIterArgs();
    SmallVector<Value> inputs = getInputs(op);
    ArrayRef<Value> captures = ArrayRef(inputs).drop_front(3 + carried);
    int64_t count = *getTripCount(source);
    auto appendZeros = [&](ArrayRef<Value> values) {
      return llvm::all_of(values, [&](Value value) {
        return append(context.createZero(builder, loc, value.getType()),
                      operandCotangents);
      });
    };
    if (!appendZeros(ArrayRef(inputs).take_front(3)))
      return failure();
    if (count == 0) {
      llvm::append_range(operandCotangents, cotangents);
      return success(appendZeros(captures));
    }
    RegionOptic *body = getBody(source, context);
    if (!body)
      return failure();

    // Carried backwards: the cotangents of what was carried, and the sums of
    // those of the captures, each of which every iteration uses.
    SmallVector<Value> inits(cotangents);
    SmallVector<unsigned> summed;
    for (auto [index, capture] : llvm::enumerate(captures))
      if (context.isActive(capture)) {
        summed.push_back(index);
        if (!append(context.createZero(builder, loc, capture.getType()), inits))
          return failure();
      }

    LooseBody loose = createBody(op);
    Block *block = &loose->front();
    block->addArgument(builder.getIndexType(), loc);
    for (Value init : inits)
      block->addArgument(init.getType(), loc);
    OpBuilder nested = OpBuilder::atBlockEnd(block);
    Value last = arith::ConstantIndexOp::create(nested, loc, count - 1);
    Value index =
        arith::SubIOp::create(nested, loc, last, block->getArgument(0));
    SmallVector<Value> own, found, yields;
    for (auto [residual, type] :
         llvm::zip_equal(residuals, body->getResidualTypes()))
      own.push_back(residual.getType() == type
                        ? residual
                        : pop(nested, loc, type, residual, index));
    ValueRange arguments = ValueRange(block->getArguments()).drop_front();
    if (failed(
            body->reverse(nested, own, arguments.take_front(carried), found)))
      return failure();
    llvm::append_range(yields, ArrayRef(found).slice(1, carried));
    for (auto [at, index] : llvm::enumerate(summed))
      if (!append(context.createSum(nested, loc, arguments[carried + at],
                                    found[1 + carried + index]),
                  yields))
        return failure();
    scf::YieldOp::create(nested, loc, yields);
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    Value trips = arith::ConstantIndexOp::create(builder, loc, count);
    scf::ForOp loop =
        create(builder, loc, zero, trips, one, inits, std::move(loose));

    llvm::append_range(operandCotangents,
                       loop.getResults().take_front(carried));
    unsigned next = carried;
    for (Value capture : captures)
      if (!append(context.isActive(capture)
                      ? loop.getResult(next++)
                      : context.createZero(builder, loc, capture.getType()),
                  operandCotangents))
        return failure();
    return success();
  }

  DerivativeKind getDerivativeKind(Operation *op) const {
    return getTripCount(cast<scf::ForOp>(op)) ? DerivativeKind::Rule
                                              : DerivativeKind::None;
  }
};
} // namespace

void catgrad::attachForModel(MLIRContext &context) {
  scf::ForOp::attachInterface<For>(context);
}
