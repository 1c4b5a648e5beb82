//===- Kernel.cpp - What runs in one launch ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file finds out which memory an operation touches, and from which thread.

#include "Kernel.h"
#include "../Buffers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace catgrad {

bool isScan(linalg::GenericOp op, OpOperand &result) {
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  AffineMap map = op.getMatchingIndexingMap(&result);
  return llvm::any_of(reductions, [&](unsigned reduction) {
    return map.isFunctionOfDim(reduction);
  });
}

Points getPoints(linalg::GenericOp op) {
  Points points;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!points.result && !isScan(op, init))
      points.result = &init;
  AffineMap map;
  if (points.result)
    map = op.getMatchingIndexingMap(points.result);
  bool inOrder = map && map.isProjectedPermutation(/*allowZeroInResults=*/true);
  auto add = [&](unsigned loop) {
    points.loops.push_back(loop);
    points.extents.push_back(ranges[loop]);
    points.count *= ranges[loop];
  };
  if (inOrder)
    for (AffineExpr axis : map.getResults())
      if (auto loop = dyn_cast<AffineDimExpr>(axis))
        add(loop.getPosition());
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (kind == utils::IteratorType::parallel &&
        !llvm::is_contained(points.loops, loop)) {
      inOrder = inOrder && ranges[loop] == 1;
      add(loop);
    }
  points.fillsResult =
      inOrder &&
      cast<MemRefType>(points.result->get().getType()).getNumElements() ==
          points.count;
  return points;
}

/// The number of a place, the last axis first to change.
static AffineExpr linearise(ArrayRef<AffineExpr> axes, ArrayRef<int64_t> shape,
                            linalg::GenericOp op) {
  AffineExpr number = getAffineConstantExpr(0, op.getContext());
  for (auto [axis, extent] : llvm::zip_equal(axes, shape))
    number = number * extent + axis;
  // A loop that runs once does not count.
  SmallVector<AffineExpr> dims;
  for (auto [i, range] : llvm::enumerate(op.getStaticLoopRanges()))
    dims.push_back(range == 1 ? getAffineConstantExpr(0, op.getContext())
                              : getAffineDimExpr(i, op.getContext()));
  return simplifyAffineExpr(number.replaceDims(dims), dims.size(), 0);
}

AffineExpr getElementNumber(linalg::GenericOp op, OpOperand &operand) {
  return linearise(op.getMatchingIndexingMap(&operand).getResults(),
                   cast<MemRefType>(operand.get().getType()).getShape(), op);
}

AffineExpr getLoopNumber(linalg::GenericOp op, ArrayRef<unsigned> loops) {
  SmallVector<AffineExpr> axes;
  SmallVector<int64_t> extents, ranges = op.getStaticLoopRanges();
  for (unsigned loop : loops) {
    axes.push_back(getAffineDimExpr(loop, op.getContext()));
    extents.push_back(ranges[loop]);
  }
  return linearise(axes, extents, op);
}

bool isAtPoint(linalg::GenericOp op, OpOperand &operand, const Points &points) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type || !points.fillsResult || !type.getLayout().isIdentity() ||
      type.getNumElements() != points.count ||
      getReshapedBuffer(operand.get()) != getRootBuffer(operand.get()))
    return false;
  return getElementNumber(op, operand) == getElementNumber(op, *points.result);
}

/// Adds the buffers that an operation's regions load from and store to.
static void addElementAccesses(Operation *op, Work &work) {
  op->walk([&](Operation *nested) {
    if (auto load = dyn_cast<memref::LoadOp>(nested))
      work.accesses.push_back({getRootBuffer(load.getMemRef()), false, false});
    else if (auto store = dyn_cast<memref::StoreOp>(nested))
      work.accesses.push_back({getRootBuffer(store.getMemRef()), true, false});
  });
}

/// Whether a scalar operation may run on the device as well as on the host.
static bool isScalar(Operation *op) {
  return op->getNumRegions() == 0 &&
         (isa<memref::LoadOp>(op) ||
          isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
              op->getDialect()));
}

/// Collects, operands first, the operations outside that give `op` scalars.
static LogicalResult addScalars(Operation *op, Work &work) {
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used) {
    Operation *producer = value.getDefiningOp();
    if (isa<MemRefType>(value.getType()) || matchPattern(value, m_Constant()) ||
        !producer || llvm::is_contained(work.scalars, producer))
      continue;
    if (!isScalar(producer) || failed(addScalars(producer, work)))
      return failure();
    addElementAccesses(producer, work);
    work.scalars.push_back(producer);
  }
  return success();
}

std::optional<int64_t> getTripCount(scf::ForOp loop) {
  auto lower = getConstantIntValue(loop.getLowerBound());
  auto upper = getConstantIntValue(loop.getUpperBound());
  auto step = getConstantIntValue(loop.getStep());
  if (!lower || !upper || !step || *step <= 0)
    return std::nullopt;
  return std::max<int64_t>(0, llvm::divideCeilSigned(*upper - *lower, *step));
}

/// Whether a nest does no more than load, compute and store.
static bool isNest(scf::ForOp nest) {
  if (nest.getNumResults() != 0 || !getTripCount(nest))
    return false;
  auto result = nest.walk([](Operation *op) {
    bool simple = isa<scf::ForOp, scf::IfOp, scf::YieldOp, memref::LoadOp,
                      memref::StoreOp>(op) ||
                  isa<ViewLikeOpInterface>(op) ||
                  isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
                      op->getDialect());
    return simple ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
}

SmallVector<scf::ForOp> getParallelLoops(scf::ForOp nest) {
  SmallVector<memref::StoreOp> stores;
  SmallVector<std::pair<Value, ValueRange>> touched;
  llvm::SmallDenseSet<Value> written;
  nest.walk([&](memref::StoreOp store) {
    stores.push_back(store);
    written.insert(getRootBuffer(store.getMemRef()));
    touched.push_back({store.getMemRef(), store.getIndices()});
  });
  nest.walk([&](memref::LoadOp load) {
    if (written.contains(getRootBuffer(load.getMemRef())))
      touched.push_back({load.getMemRef(), load.getIndices()});
  });
  // One view of each buffer, so that equal indices are equal elements.
  bool oneView = llvm::all_of(touched, [&](auto &a) {
    return llvm::all_of(touched, [&](auto &b) {
      return getRootBuffer(a.first) != getRootBuffer(b.first) ||
             a.first == b.first;
    });
  });
  SmallVector<scf::ForOp> parallel;
  if (!oneView)
    return parallel;
  auto isApart = [&](scf::ForOp loop) {
    if (loop.getNumResults() != 0 || !getTripCount(loop) ||
        !llvm::all_of(stores, [&](memref::StoreOp store) {
          return loop->isAncestor(store);
        }))
      return false;
    // The same axis of every access to one buffer.
    llvm::SmallDenseMap<Value, int64_t> axes;
    return llvm::all_of(touched, [&](auto &access) {
      auto it = llvm::find(access.second, loop.getInductionVar());
      if (it == access.second.end())
        return false;
      int64_t axis = std::distance(access.second.begin(), it);
      return axes.try_emplace(access.first, axis).first->second == axis;
    });
  };
  nest.walk<WalkOrder::PreOrder>([&](scf::ForOp loop) {
    if (isApart(loop))
      parallel.push_back(loop);
  });
  return parallel;
}

static void describeGeneric(linalg::GenericOp op, Work &work) {
  Points points = getPoints(op);
  work.points = points.count;
  work.reduces = op.getNumReductionLoops() != 0;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool writes = op.isDpsInit(&operand);
    if (!writes && !op.payloadUsesValueFromOperand(&operand))
      continue;
    work.accesses.push_back(
        {getRootBuffer(operand.get()), writes, isAtPoint(op, operand, points)});
  }
  addElementAccesses(op, work);
}

FailureOr<Work> describeWork(Operation *op) {
  Work work;
  work.op = op;
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    if (!generic.hasPureBufferSemantics())
      return failure();
    describeGeneric(generic, work);
  } else if (auto nest = dyn_cast<scf::ForOp>(op)) {
    if (!isNest(nest))
      return failure();
    addElementAccesses(op, work);
  } else if (isa<memref::StoreOp>(op)) {
    addElementAccesses(op, work);
  } else {
    return failure();
  }
  if (failed(addScalars(op, work)))
    return failure();
  return work;
}

} // namespace catgrad
