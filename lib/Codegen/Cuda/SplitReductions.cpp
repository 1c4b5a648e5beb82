//===- SplitReductions.cpp - Long sums in two stages ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file divides long reductions to few elements: first parts, then the sum
// of the parts. One after the other they would occupy a few blocks only.

#include "Schedule.h"
#include "catgrad/Codegen/Cuda/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_SPLITREDUCTIONS
#include "catgrad/Codegen/Cuda/Passes.h.inc"

namespace {

/// Elements from which on there are enough blocks without a second stage.
constexpr int64_t kManyPoints = 128;
/// What a block sums in one go.
constexpr int64_t kLongSum = 8192, kShortSum = 256;
constexpr int64_t kMaxParts = 256;

/// One reduction, and into how many parts along which loop.
struct Split {
  linalg::GenericOp op;
  Combiner combiner;
  unsigned loop;
  int64_t parts;
};

/// The largest divisor of `extent` up to `bound`.
int64_t getDivisor(int64_t extent, int64_t bound) {
  for (int64_t divisor = std::min(extent, bound); divisor > 1; --divisor)
    if (extent % divisor == 0)
      return divisor;
  return 1;
}

std::optional<Split> chooseSplit(linalg::GenericOp op, bool inOrder) {
  if (!op.hasPureBufferSemantics() || op.hasIndexSemantics())
    return std::nullopt;
  auto combiner = Combiner::match(op);
  Points points = getPoints(op);
  if (!combiner || !points.fillsResult || points.count >= kManyPoints ||
      (inOrder && combiner->dependsOnOrder()))
    return std::nullopt;
  for (auto [operand, map] :
       llvm::zip_equal(op->getOperands(), op.getIndexingMapsArray())) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!map.isProjectedPermutation() ||
        (type && !type.getLayout().isIdentity()))
      return std::nullopt;
  }
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  int64_t extent = 1;
  for (unsigned loop : reductions)
    extent *= ranges[loop];
  if (extent < kLongSum)
    return std::nullopt;
  Split best{op, *combiner, 0, 1};
  for (unsigned loop : reductions) {
    int64_t parts =
        getDivisor(ranges[loop], std::min(kMaxParts, extent / kShortSum));
    if (parts > best.parts)
      best = {op, *combiner, loop, parts};
  }
  return best.parts < 4 ? std::nullopt : std::optional(best);
}

/// The buffer with its axis for the loop as two axes, the first for the parts.
Value expand(OpBuilder &b, Location loc, Value buffer, unsigned axis,
             int64_t parts) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  for (unsigned i = 0; i < type.getRank(); ++i) {
    groups.emplace_back();
    if (i == axis) {
      groups.back().push_back(shape.size());
      shape.push_back(parts);
    }
    groups.back().push_back(shape.size());
    shape.push_back(type.getDimSize(i) / (i == axis ? parts : 1));
  }
  return memref::ExpandShapeOp::create(b, loc, shape, buffer, groups);
}

void split(const Split &split) {
  linalg::GenericOp op = split.op;
  Location loc = op.getLoc();
  OpBuilder b(op);
  Value result = op.getDpsInits().front();
  auto type = cast<MemRefType>(result.getType());
  SmallVector<int64_t> shape{split.parts};
  llvm::append_range(shape, type.getShape());
  auto partsType = MemRefType::get(shape, type.getElementType());
  Value parts = memref::AllocOp::create(b, loc, partsType);
  linalg::FillOp::create(b, loc, split.combiner.createNeutral(b), parts);

  // The parts are a loop before all others.
  AffineExpr part = b.getAffineDimExpr(0);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (OpOperand &operand : op->getOpOperands()) {
    Value buffer = operand.get();
    AffineMap map = op.getMatchingIndexingMap(&operand).shiftDims(1);
    auto axis = map.getResultPosition(b.getAffineDimExpr(split.loop + 1));
    if (op.isDpsInit(&operand)) {
      map = map.insertResult(part, 0);
    } else {
      if (axis) {
        buffer = expand(b, loc, buffer, *axis, split.parts);
        map = map.insertResult(part, *axis);
      }
      inputs.push_back(buffer);
    }
    maps.push_back(map);
  }
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  kinds.insert(kinds.begin(), utils::IteratorType::parallel);
  auto first = linalg::GenericOp::create(b, loc, TypeRange(), inputs, parts,
                                         maps, kinds);
  IRMapping mapping;
  op.getRegion().cloneInto(&first.getRegion(), mapping);

  unsigned rank = type.getRank();
  AffineMap all = b.getMultiDimIdentityMap(rank + 1);
  SmallVector<utils::IteratorType> last(rank + 1,
                                        utils::IteratorType::parallel);
  last.front() = utils::IteratorType::reduction;
  linalg::GenericOp::create(b, loc, TypeRange(), parts, result,
                            ArrayRef<AffineMap>{all, all.dropResult(0)}, last,
                            [&](OpBuilder &b, Location loc, ValueRange args) {
                              linalg::YieldOp::create(
                                  b, loc,
                                  split.combiner.combine(b, args[1], args[0]));
                            });
  op.erase();
}

struct SplitReductions : impl::SplitReductionsBase<SplitReductions> {
  using SplitReductionsBase::SplitReductionsBase;

  void runOnOperation() override {
    SmallVector<Split> splits;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (std::optional<Split> found = chooseSplit(op, inOrder))
        splits.push_back(*found);
    });
    for (const Split &found : splits)
      split(found);
  }
};

} // namespace
} // namespace catgrad
