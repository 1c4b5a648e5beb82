//===- RowPlan.cpp - Operations on the rows of tensors ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file finds operations that share their rows, and puts them in stages.
// Nothing here knows a softmax from a layer norm: what counts is which elements
// of which buffers a turn of a loop touches.

#include "RowPlan.h"
#include "../Buffers.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace catgrad {

/// Elements of a row that a thread keeps in registers, each with code of its
/// own. Those of 64 bits take two, and what divides or raises them many more.
static constexpr int64_t kMaxPerThread = 8, kMaxWidePerThread = 2;
/// Sums of one stage, each with shared memory of its own.
static constexpr unsigned kMaxSums = 8;
/// With fewer rows than these, what is fused is a part of the GPU's work only:
/// rows no longer than that, and all loops together, are worth it still.
static constexpr int64_t kManyRows = 128, kShortRow = 4096, kFewTurns = 16384;

//===----------------------------------------------------------------------===//
// One operation
//===----------------------------------------------------------------------===//

bool RowWork::reads(OpOperand &operand) const {
  return isa<MemRefType>(operand.get().getType()) &&
         linalg::LinalgOp(op).payloadUsesValueFromOperand(&operand);
}

bool RowWork::touches(OpOperand &operand) const {
  return reads(operand) || linalg::LinalgOp(op).isDpsInit(&operand);
}

RowAccess RowWork::getAccess(OpOperand &operand) const {
  Value buffer = operand.get();
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type || !type.getLayout().isIdentity() ||
      getReshapedBuffer(buffer) != getRootBuffer(buffer))
    return RowAccess::Other;
  AffineExpr number = getElementNumber(op, operand);
  if (type.getNumElements() == rows && number == getLoopNumber(op, rowLoops))
    return RowAccess::Statistic;
  auto all =
      llvm::to_vector(llvm::concat<const unsigned>(rowLoops, elementLoops));
  if (type.getNumElements() == rows * length &&
      number == getLoopNumber(op, all))
    return RowAccess::Element;
  return RowAccess::Other;
}

/// Whether the operand of a sum is a matrix that other rows read as well, or is
/// of no row: tiles in shared memory serve such a contraction better.
static bool isShared(const RowWork &work, OpOperand &operand) {
  if (work.getAccess(operand) != RowAccess::Other)
    return false;
  linalg::GenericOp op = work.op;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  AffineMap map = op.getMatchingIndexingMap(&operand);
  auto dependsOn = [&](unsigned loop) {
    return ranges[loop] != 1 && map.isFunctionOfDim(loop);
  };
  return llvm::any_of(work.rowLoops, dependsOn) &&
         llvm::any_of(work.elementLoops, dependsOn);
}

std::optional<RowWork> RowWork::match(linalg::GenericOp op, int64_t rows) {
  Points points = getPoints(op);
  bool hasScan = llvm::any_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
    return isScan(op, init);
  });
  if (hasScan || !points.fillsResult || points.count % rows != 0)
    return std::nullopt;
  RowWork work;
  work.op = op;
  work.rows = rows;
  if (op.getNumReductionLoops() != 0) {
    work.combiner = Combiner::match(op);
    if (!work.combiner || points.count != rows)
      return std::nullopt;
    work.loops = true;
    work.rowLoops = points.loops;
    op.getReductionDims(work.elementLoops);
    for (unsigned loop : work.elementLoops)
      work.length *= op.getStaticLoopRanges()[loop];
    for (OpOperand *input : op.getDpsInputOperands())
      if (work.reads(*input) && isShared(work, *input))
        return std::nullopt;
    return work;
  }
  work.length = points.count / rows;
  work.loops = work.length != 1;
  // The first axes count the rows.
  int64_t outer = 1;
  for (auto [loop, extent] : llvm::zip_equal(points.loops, points.extents)) {
    if (outer == rows && work.loops) {
      work.elementLoops.push_back(loop);
    } else {
      outer *= extent;
      work.rowLoops.push_back(loop);
    }
  }
  return outer == rows ? std::optional(work) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

/// Whatever is written, is so in one way by all. False if not.
bool RowPlan::addAccesses(const Work &work, const RowWork &rowWork) {
  for (OpOperand &operand : rowWork.op->getOpOperands()) {
    if (!rowWork.touches(operand))
      continue;
    RowAccess access = rowWork.getAccess(operand);
    bool writes = linalg::LinalgOp(rowWork.op).isDpsInit(&operand);
    auto [it, inserted] =
        buffers.insert({getRootBuffer(operand.get()), Buffer{access}});
    Buffer &buffer = it->second;
    buffer.written |= writes;
    wide |= getElementTypeOrSelf(operand.get()).getIntOrFloatBitWidth() > 32;
    buffer.mixed |= buffer.access != access || access == RowAccess::Other;
  }
  // What bodies and scalars read by themselves.
  auto addLoads = [&](Operation *op) {
    auto result = op->walk([&](Operation *nested) {
      if (auto load = dyn_cast<memref::LoadOp>(nested))
        buffers[getRootBuffer(load.getMemRef())].mixed = true;
      return isa<memref::StoreOp>(nested) ? WalkResult::interrupt()
                                          : WalkResult::advance();
    });
    return !result.wasInterrupted();
  };
  return addLoads(work.op) && llvm::all_of(work.scalars, addLoads);
}

/// Each operation as early as its operands are there.
bool RowPlan::schedule() {
  struct Times {
    unsigned read = 0;  // nothing may be written before
    unsigned ready = 0; // nothing may be read before
  };
  llvm::DenseMap<Value, Times> times;
  SmallVector<int64_t> lengths; // of the stages
  SmallVector<unsigned> sums;
  for (RowWork &work : works) {
    unsigned time = work.loops;
    for (OpOperand &operand : work.op->getOpOperands()) {
      if (!work.touches(operand))
        continue;
      const Times &known = times[getRootBuffer(operand.get())];
      time = std::max(time, known.ready);
      if (linalg::LinalgOp(work.op).isDpsInit(&operand))
        time = std::max(time, known.read);
    }
    if (work.loops != (time % 2 == 1))
      ++time;
    if (work.loops) {
      while (time / 2 < lengths.size() &&
             (lengths[time / 2] != work.length ||
              (work.combiner && sums[time / 2] == kMaxSums)))
        time += 2;
      lengths.resize(std::max<size_t>(lengths.size(), time / 2 + 1),
                     work.length);
      sums.resize(lengths.size());
      sums[time / 2] += work.combiner.has_value();
    }
    work.time = time;
    for (OpOperand &operand : work.op->getOpOperands()) {
      if (!work.touches(operand))
        continue;
      Value root = getRootBuffer(operand.get());
      Times &known = times[root];
      known.read = std::max(known.read, time);
      // A sum is there when the loop has ended.
      if (linalg::LinalgOp(work.op).isDpsInit(&operand))
        known.ready = time + (work.combiner ? 1 : 0);
      Buffer &buffer = buffers[root];
      buffer.firstStage = std::min(buffer.firstStage, time / 2);
      buffer.lastStage = std::max(buffer.lastStage, time / 2);
    }
  }
  stages = lengths.size();
  return stages != 0;
}

std::optional<RowPlan> RowPlan::make(ArrayRef<const Work *> works) {
  RowPlan plan;
  for (const Work *work : works)
    if (work->reduces) {
      plan.rows = work->points;
      break;
    }
  if (plan.rows == 0)
    return std::nullopt;
  int64_t turns = 0;
  for (const Work *work : works) {
    auto op = dyn_cast<linalg::GenericOp>(work->op);
    std::optional<RowWork> row;
    if (op)
      row = RowWork::match(op, plan.rows);
    if (!row || !plan.addAccesses(*work, *row))
      return std::nullopt;
    plan.longest = std::max(plan.longest, row->length);
    turns += row->loops ? row->length : 0;
    plan.works.push_back(std::move(*row));
  }
  for (auto &[root, buffer] : plan.buffers)
    if (buffer.written && buffer.mixed)
      return std::nullopt;
  if (plan.rows < kManyRows && (plan.longest > kShortRow || turns > kFewTurns))
    return std::nullopt;
  return plan.schedule() ? std::optional(std::move(plan)) : std::nullopt;
}

int64_t RowPlan::getLanes() const {
  return std::clamp<int64_t>(llvm::PowerOf2Ceil(longest), 4, kBlockSize);
}

bool RowPlan::isInRegisters() const {
  return longest <= (wide ? kMaxWidePerThread : kMaxPerThread) * kBlockSize;
}

bool RowPlan::canBeLocal(Value root) const {
  auto it = buffers.find(root);
  if (it == buffers.end() || it->second.mixed)
    return false;
  return it->second.access == RowAccess::Statistic || isInRegisters() ||
         it->second.firstStage == it->second.lastStage;
}

bool RowPlan::isTouchedAfter(Value root, unsigned stage) const {
  auto it = buffers.find(root);
  return it != buffers.end() && it->second.lastStage > stage;
}

bool RowPlan::isFused() const {
  return llvm::count_if(works, [](const RowWork &work) { return work.loops; }) >
         1;
}

} // namespace catgrad
