//===- Rows.cpp - Several threads for each sum ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes reductions in two stages: the threads of a block compute
// parts of an element, which then meet in a tree in shared memory.

#include "../Buffers.h"
#include "Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace catgrad {

linalg::GenericOp getOnlyReduction(Block &part) {
  linalg::GenericOp reduction;
  llvm::DenseSet<Value> written;
  std::optional<int64_t> count;
  for (Operation &op : part.without_terminator()) {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (!generic) {
      if (isa<scf::ForOp, memref::StoreOp>(op))
        return {};
      continue;
    }
    Points points = getPoints(generic);
    if (count.value_or(points.count) != points.count)
      return {};
    count = points.count;
    for (OpOperand &init : generic.getDpsInitsMutable()) {
      if (!isAtPoint(generic, init, points))
        return {};
      written.insert(getRootBuffer(init.get()));
    }
    if (generic.getNumReductionLoops() == 0)
      continue;
    if (reduction)
      return {};
    reduction = generic;
  }
  if (reduction)
    for (OpOperand *input : reduction.getDpsInputOperands())
      if (written.contains(getRootBuffer(input->get())))
        return {};
  return reduction;
}

Value combineShared(OpBuilder &b, Location loc, const Combiner &combiner,
                    Value buffer, Value x, Value y) {
  return combiner.combine(b, memref::LoadOp::create(b, loc, buffer, x),
                          memref::LoadOp::create(b, loc, buffer, y));
}

void combineParts(KernelBody &kernel, Location loc,
                  ArrayRef<const Combiner *> combiners, ArrayRef<Value> buffers,
                  Value lane, int64_t lanes, int64_t stride) {
  OpBuilder &b = kernel.b;
  for (int64_t half = lanes / 2; half > 1; half /= 2) {
    gpu::BarrierOp::create(b, loc);
    Value active = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                         lane, createIndex(b, loc, half));
    auto guarded = scf::IfOp::create(b, loc, active, false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(guarded.thenBlock());
    Value other = arith::AddIOp::create(b, loc, kernel.thread,
                                        createIndex(b, loc, half * stride));
    for (auto [combiner, buffer] : llvm::zip_equal(combiners, buffers))
      memref::StoreOp::create(
          b, loc,
          combineShared(b, loc, *combiner, buffer, kernel.thread, other),
          buffer, kernel.thread);
  }
  gpu::BarrierOp::create(b, loc);
}

namespace {

/// Below this a thread sums alone.
constexpr int64_t kMinExtent = 32;
/// With so many sums, there is work for all threads without dividing one.
constexpr int64_t kManyPoints = 1 << 15;

struct Shape {
  int64_t points, lanes; // per block
  bool adjacent;         // the threads of one sum are neighbours
};

/// Whether the innermost axis of the largest input is one that is summed, so
/// that the threads of one sum read neighbours.
bool sumsRows(linalg::GenericOp op) {
  int64_t largest = 0;
  bool rows = true;
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto type = dyn_cast<MemRefType>(input->get().getType());
    if (!type || type.getRank() == 0 || type.getNumElements() <= largest)
      continue;
    largest = type.getNumElements();
    AffineExpr last = op.getMatchingIndexingMap(input).getResults().back();
    rows = llvm::any_of(reductions, [&](unsigned reduction) {
      return last.isFunctionOfDim(reduction);
    });
  }
  return rows;
}

Shape chooseShape(bool rows, int64_t extent) {
  if (!rows) // a warp reads neighbours
    return {32, kBlockSize / 32, false};
  int64_t lanes =
      std::clamp<int64_t>(llvm::PowerOf2Ceil(extent), 32, kBlockSize);
  return {kBlockSize / lanes, lanes, true};
}

void emitRows(KernelBody &kernel, linalg::GenericOp op,
              const Combiner &combiner, Shape shape) {
  OpBuilder &b = kernel.b;
  Location loc = op.getLoc();
  Points points = getPoints(op);
  auto index = [&](int64_t value) { return createIndex(b, loc, value); };
  Value lane, local;
  if (shape.adjacent) {
    lane = arith::RemUIOp::create(b, loc, kernel.thread, index(shape.lanes));
    local = arith::DivUIOp::create(b, loc, kernel.thread, index(shape.lanes));
  } else {
    lane = arith::DivUIOp::create(b, loc, kernel.thread, index(shape.points));
    local = arith::RemUIOp::create(b, loc, kernel.thread, index(shape.points));
  }
  Value point = arith::AddIOp::create(
      b, loc, arith::MulIOp::create(b, loc, kernel.block, index(shape.points)),
      local);
  // Threads without a point help with the last one: all come to the barriers.
  Value last = index(points.count - 1);
  Value clamped = arith::MinUIOp::create(b, loc, point, last);

  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges(), extents;
  int64_t count = 1;
  for (unsigned reduction : reductions) {
    extents.push_back(ranges[reduction]);
    count *= ranges[reduction];
  }
  // Constants and views of the kernel come before its first use of them.
  IRMapping mapping = kernel.mapping;
  PointEmitter outer(b, mapping, clamped);
  for (Operation &nested : op->getBlock()->without_terminator())
    if (!isa<linalg::GenericOp>(nested))
      outer.emit(&nested);
  SmallVector<Value> loops = outer.getLoops(op);
  auto sum = scf::ForOp::create(b, loc, lane, index(count), index(shape.lanes),
                                combiner.createNeutral(b));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(sum.getBody());
    SmallVector<Value> digits =
        delinearise(b, loc, sum.getInductionVar(), extents);
    for (auto [reduction, digit] : llvm::zip_equal(reductions, digits))
      loops[reduction] = digit;
    SmallVector<Value> arguments;
    for (OpOperand *input : op.getDpsInputOperands())
      arguments.push_back(op.payloadUsesValueFromOperand(input)
                              ? outer.read(op, *input, loops)
                              : Value());
    arguments.push_back(sum.getRegionIterArg(0));
    scf::YieldOp::create(b, loc, outer.cloneBody(op, arguments, loops));
  }

  Value part = sum.getResult(0);
  Value shared = kernel.addShared(kBlockSize, part.getType());
  memref::StoreOp::create(b, loc, part, shared, kernel.thread);
  int64_t stride = shape.adjacent ? 1 : shape.points;
  combineParts(kernel, loc, &combiner, shared, lane, shape.lanes, stride);
  Value first =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value inside =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, point, last);
  auto finish = scf::IfOp::create(
      b, loc, arith::AndIOp::create(b, loc, first, inside), false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(finish.thenBlock());
  Value other = arith::AddIOp::create(b, loc, kernel.thread, index(stride));
  PointEmitter(b, kernel.mapping, point)
      .emitAround(
          op, combiner,
          combineShared(b, loc, combiner, shared, kernel.thread, other));
}

} // namespace

std::optional<Schedule> scheduleRows(Block &part) {
  linalg::GenericOp op = getOnlyReduction(part);
  if (!op)
    return std::nullopt;
  std::optional<Combiner> combiner = Combiner::match(op);
  Points points = getPoints(op);
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  int64_t extent = 1;
  for (unsigned reduction : reductions)
    extent *= op.getStaticLoopRanges()[reduction];
  bool rows = sumsRows(op);
  if (!combiner || extent < kMinExtent ||
      (points.count >= kManyPoints && !rows))
    return std::nullopt;
  Shape shape = chooseShape(rows, extent);
  int64_t blocks = llvm::divideCeil(points.count, shape.points);
  return Schedule{"rows", blocks, kBlockSize, [=](KernelBody &body) {
                    emitRows(body, op, *combiner, shape);
                  }};
}

} // namespace catgrad
