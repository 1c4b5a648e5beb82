//===- Tiles.cpp - Contractions through shared memory -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes contractions whose blocks compute a rectangle of the result:
// parts of the operands go to shared memory, whichever way they lie, and each
// thread keeps a small rectangle of sums in registers.

#include "../Buffers.h"
#include "Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace catgrad {
namespace {

/// Several loops that count as one.
struct Axis {
  SmallVector<unsigned> loops;
  SmallVector<int64_t> extents;
  int64_t size = 1;

  void add(unsigned loop, int64_t extent) {
    loops.push_back(loop);
    extents.push_back(extent);
    size *= extent;
  }
  /// Sets the loops to the place with that number.
  void set(OpBuilder &b, Location loc, Value number,
           MutableArrayRef<Value> values) const {
    SmallVector<Value> digits = delinearise(b, loc, number, extents);
    for (auto [loop, digit] : llvm::zip_equal(loops, digits))
      values[loop] = digit;
  }
};

/// A contraction: c[batch, m, n] += a[batch, m, k] * b[batch, n, k].
struct Contraction {
  linalg::GenericOp op;
  Combiner combiner;
  OpOperand *a, *b;
  Axis batch, m, n, k;
};

/// The size of a block's part, and of a thread's.
struct Tile {
  int64_t m, n, k, perThread;
};

/// Vectors of four are loaded from a row of shared memory; rows apart from each
/// other by this much more lie in other banks.
constexpr int64_t kPadding = 4;

bool isProductOfInputs(linalg::GenericOp op) {
  return linalg::detail::isContractionBody(
      *op.getBody(), [](Operation *product, Operation *sum) {
        return (isa<arith::MulFOp>(product) && isa<arith::AddFOp>(sum)) ||
               (isa<arith::MulIOp>(product) && isa<arith::AddIOp>(sum)) ||
               (isa<arith::AndIOp>(product) &&
                isa<arith::XOrIOp, arith::OrIOp>(sum));
      });
}

std::optional<Contraction> matchContraction(Block &part) {
  linalg::GenericOp op = getOnlyReduction(part);
  if (!op || op.getNumDpsInputs() != 2 || op.hasIndexSemantics() ||
      !isProductOfInputs(op) ||
      !llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isProjectedPermutation(); }))
    return std::nullopt;
  auto combiner = Combiner::match(op);
  if (!combiner)
    return std::nullopt;
  Contraction result{
      op, *combiner, op.getDpsInputOperand(0), op.getDpsInputOperand(1), {}, {},
      {}, {}};
  AffineMap a = op.getMatchingIndexingMap(result.a),
            b = op.getMatchingIndexingMap(result.b);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  Points points = getPoints(op);
  SmallVector<unsigned> loops = points.loops, reductions;
  op.getReductionDims(reductions);
  loops.append(reductions);
  for (unsigned loop : loops) {
    bool inA = a.isFunctionOfDim(loop), inB = b.isFunctionOfDim(loop);
    bool sums =
        op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction;
    if (sums && !(inA && inB))
      return std::nullopt;
    Axis &axis = sums         ? result.k
                 : inA && inB ? result.batch
                 : inA        ? result.m
                              : result.n;
    axis.add(loop, ranges[loop]);
  }
  return result;
}

/// Blocks along the batch, m and n.
SmallVector<int64_t, 3> getGrid(const Contraction &c, Tile tile) {
  return {c.batch.size, llvm::divideCeilSigned(c.m.size, tile.m),
          llvm::divideCeilSigned(c.n.size, tile.n)};
}

std::optional<Tile> chooseTile(const Contraction &c, size_t bodySize) {
  linalg::GenericOp op = c.op;
  unsigned bits =
      getElementTypeOrSelf(op.getDpsInits().front()).getIntOrFloatBitWidth();
  // Each element has its own copy of what comes before and after the sum.
  constexpr Tile tiles[] = {{128, 128, 8, 8}, {64, 64, 16, 4}, {32, 32, 32, 2}};
  for (Tile tile : tiles) {
    int64_t blocks = llvm::product_of(getGrid(c, tile), int64_t(1));
    bool isFull = 2 * c.m.size > tile.m && 2 * c.n.size > tile.n;
    bool isLast = tile.perThread == 2;
    // 64 sums of 64 bits would need all registers, and so do short integers,
    // whose bits are masked.
    if (tile.perThread == 8 && bits != 32)
      continue;
    if (isFull && c.k.size >= 8 && (blocks >= 64 || isLast) &&
        bodySize * tile.perThread * tile.perThread <= 4096)
      return tile;
  }
  return std::nullopt;
}

/// Writes one such kernel.
class TileEmitter {
public:
  TileEmitter(KernelBody &kernel, Contraction &c, Tile tile)
      : kernel(kernel), b(kernel.b), loc(c.op.getLoc()), c(c), tile(tile),
        outer(b, kernel.mapping, Value()) {}

  void run() {
    for (Operation &nested : c.op->getBlock()->without_terminator())
      if (!isa<linalg::GenericOp>(nested))
        outer.emit(&nested);
    loops.resize(c.op.getNumLoops());
    SmallVector<int64_t, 3> grid = getGrid(c, tile);
    SmallVector<Value> block = delinearise(b, loc, kernel.block, grid);
    c.batch.set(b, loc, block[0], loops);
    Value firstM = scale(block[1], tile.m), firstN = scale(block[2], tile.n);
    int64_t columns = tile.n / tile.perThread;
    Value row = scale(divide(kernel.thread, columns), tile.perThread);
    Value column = scale(remainder(kernel.thread, columns), tile.perThread);
    Value sharedA = addShared(*c.a, tile.m), sharedB = addShared(*c.b, tile.n);
    Value alignedA = isAligned(*c.a, c.m), alignedB = isAligned(*c.b, c.n);

    SmallVector<Value> sums(tile.perThread * tile.perThread,
                            c.combiner.createNeutral(b));
    auto outerLoop = scf::ForOp::create(b, loc, index(0), index(c.k.size),
                                        index(tile.k), sums);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(outerLoop.getBody());
      Value firstK = outerLoop.getInductionVar();
      load(*c.a, c.m, firstM, firstK, tile.m, sharedA, alignedA);
      load(*c.b, c.n, firstN, firstK, tile.n, sharedB, alignedB);
      gpu::BarrierOp::create(b, loc);
      SmallVector<Value> next = multiply(sharedA, sharedB, row, column,
                                         outerLoop.getRegionIterArgs());
      gpu::BarrierOp::create(b, loc);
      scf::YieldOp::create(b, loc, next);
    }
    for (int64_t i = 0; i < tile.perThread; ++i)
      for (int64_t j = 0; j < tile.perThread; ++j)
        finish(add(add(firstM, row), index(i)),
               add(add(firstN, column), index(j)),
               outerLoop.getResult(i * tile.perThread + j));
  }

private:
  Value index(int64_t value) { return createIndex(b, loc, value); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value scale(Value x, int64_t factor) {
    return arith::MulIOp::create(b, loc, x, index(factor));
  }
  Value divide(Value x, int64_t by) {
    return arith::DivUIOp::create(b, loc, x, index(by));
  }
  Value remainder(Value x, int64_t by) {
    return arith::RemUIOp::create(b, loc, x, index(by));
  }
  Value isBelow(Value x, int64_t bound) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, x,
                                 index(bound));
  }
  Value addShared(OpOperand &operand, int64_t rows) {
    return kernel.addShared(tile.k * (rows + kPadding),
                            getElementTypeOrSelf(operand.get()));
  }

  unsigned getLastLoop(OpOperand &operand) {
    AffineMap map = c.op.getMatchingIndexingMap(&operand);
    return cast<AffineDimExpr>(map.getResults().back()).getPosition();
  }

  /// Whether neighbours along the summed axis lie side by side in memory.
  bool isAlongK(OpOperand &operand) {
    return llvm::is_contained(c.k.loops, getLastLoop(operand));
  }

  /// Whether the operand's address is a multiple of 16 bytes, as those of users
  /// need not be; null where four neighbours of a tile need not be neighbours
  /// in memory.
  Value isAligned(OpOperand &operand, const Axis &axis) {
    const Axis &fast = isAlongK(operand) ? c.k : axis;
    auto type = cast<MemRefType>(operand.get().getType());
    if (!isa<BlockArgument>(getRootBuffer(operand.get())) ||
        !type.getLayout().isIdentity() ||
        !type.getElementType().isIntOrFloat() ||
        type.getElementTypeBitWidth() != 8 * kVectorBytes / kLanes ||
        fast.loops.empty() || fast.loops.back() != getLastLoop(operand) ||
        fast.extents.back() % kLanes != 0)
      return nullptr;
    return createIsAligned(b, loc, outer.getBuffer(operand.get()));
  }

  /// An element, or with `aligned` it and its neighbours, by one access if
  /// `aligned` holds.
  SmallVector<Value> read(OpOperand &operand, const Axis &fast,
                          ArrayRef<Value> at, Value aligned) {
    if (!aligned)
      return {outer.read(c.op, operand, at)};
    // One value crosses the branches: LLVM would make single loads of four.
    auto type = VectorType::get({kLanes}, getElementTypeOrSelf(operand.get()));
    auto branches = scf::IfOp::create(b, loc, type, aligned, true);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branches.thenBlock());
      Value vector = vector::LoadOp::create(
          b, loc, type, outer.getBuffer(operand.get()),
          outer.getIndices(c.op, operand, at),
          /*nontemporal=*/false, llvm::Align(kVectorBytes));
      scf::YieldOp::create(b, loc, vector);
      b.setInsertionPointToStart(branches.elseBlock());
      SmallVector<Value> single;
      for (int64_t i = 0; i < kLanes; ++i) {
        SmallVector<Value> next(at);
        next[fast.loops.back()] = add(at[fast.loops.back()], index(i));
        single.push_back(outer.read(c.op, operand, next));
      }
      vector = vector::FromElementsOp::create(b, loc, type, single);
      scf::YieldOp::create(b, loc, vector);
    }
    SmallVector<Value> elements;
    for (int64_t i = 0; i < kLanes; ++i)
      elements.push_back(
          vector::ExtractOp::create(b, loc, branches.getResult(0), i));
    return elements;
  }

  /// All threads load one tile, neighbours from neighbouring addresses.
  void load(OpOperand &operand, const Axis &axis, Value first, Value firstK,
            int64_t rows, Value shared, Value aligned) {
    int64_t threads = tile.m * tile.n / (tile.perThread * tile.perThread);
    bool alongK = isAlongK(operand);
    int64_t lanes = aligned ? kLanes : 1;
    int64_t lanesK = alongK ? lanes : 1, lanesRow = alongK ? 1 : lanes;
    int64_t fast = (alongK ? tile.k : rows) / lanes;
    for (int64_t done = 0; done < tile.k * rows / lanes; done += threads) {
      Value number = add(kernel.thread, index(done));
      Value x = scale(remainder(number, fast), lanes), y = divide(number, fast);
      Value row = alongK ? y : x, k = alongK ? x : y;
      Value globalRow = add(first, row), globalK = add(firstK, k);
      Value inside;
      // Beyond the end, read the last elements; beyond the end of the sum,
      // count them as zero.
      if (axis.size % rows != 0)
        globalRow = arith::MinUIOp::create(b, loc, globalRow,
                                           index(axis.size - lanesRow));
      if (c.k.size % tile.k != 0) {
        inside = isBelow(globalK, c.k.size);
        globalK =
            arith::MinUIOp::create(b, loc, globalK, index(c.k.size - lanesK));
      }
      SmallVector<Value> at = loops;
      axis.set(b, loc, globalRow, at);
      c.k.set(b, loc, globalK, at);
      for (auto [i, element] :
           llvm::enumerate(read(operand, alongK ? c.k : axis, at, aligned))) {
        Value kept = element;
        if (inside)
          kept = arith::SelectOp::create(
              b, loc, inside, kept,
              arith::ConstantOp::create(b, loc, b.getZeroAttr(kept.getType())));
        Value place = add(scale(k, rows + kPadding), row);
        int64_t step = alongK ? rows + kPadding : 1;
        memref::StoreOp::create(b, loc, kept, shared,
                                add(place, index(i * step)));
      }
    }
  }

  /// The sums after one more tile of the operands.
  SmallVector<Value> multiply(Value sharedA, Value sharedB, Value row,
                              Value column, ValueRange sums) {
    // Several turns in one, to load from shared memory ahead.
    int64_t turns = tile.perThread == 8 ? 2 : 8;
    auto loop =
        scf::ForOp::create(b, loc, index(0), index(tile.k), index(turns), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next =
        llvm::to_vector_of<Value>(loop.getRegionIterArgs());
    for (int64_t turn = 0; turn < turns; ++turn)
      next = multiplyOnce(sharedA, sharedB, row, column,
                          add(loop.getInductionVar(), index(turn)), next);
    scf::YieldOp::create(b, loc, next);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  SmallVector<Value> multiplyOnce(Value sharedA, Value sharedB, Value row,
                                  Value column, Value k, ValueRange sums) {
    auto loadPart = [&](Value shared, Value first, int64_t rows) {
      Value base = add(scale(k, rows + kPadding), first);
      SmallVector<Value> part;
      for (int64_t i = 0; i < tile.perThread; ++i)
        part.push_back(
            memref::LoadOp::create(b, loc, shared, add(base, index(i)))
                .getResult());
      return part;
    };
    SmallVector<Value> as = loadPart(sharedA, row, tile.m),
                       bs = loadPart(sharedB, column, tile.n), next;
    for (auto [i, sum] : llvm::enumerate(sums))
      next.push_back(
          outer
              .cloneBody(c.op,
                         {as[i / tile.perThread], bs[i % tile.perThread], sum},
                         {})
              .front());
    return next;
  }

  /// What comes before and after the sum, for one element.
  void finish(Value m, Value n, Value total) {
    OpBuilder::InsertionGuard guard(b);
    Value inside;
    if (c.m.size % tile.m != 0)
      inside = isBelow(m, c.m.size);
    if (c.n.size % tile.n != 0) {
      Value insideN = isBelow(n, c.n.size);
      inside = inside ? Value(arith::AndIOp::create(b, loc, inside, insideN))
                      : insideN;
    }
    if (inside) {
      auto guarded = scf::IfOp::create(b, loc, inside, false);
      b.setInsertionPointToStart(guarded.thenBlock());
    }
    SmallVector<Value> at = loops, digits;
    c.m.set(b, loc, m, at);
    c.n.set(b, loc, n, at);
    Points points = getPoints(c.op);
    for (unsigned loop : points.loops)
      digits.push_back(at[loop]);
    PointEmitter(b, kernel.mapping, points.extents, digits)
        .emitAround(c.op, c.combiner, total);
  }

  KernelBody &kernel;
  OpBuilder &b;
  Location loc;
  Contraction &c;
  Tile tile;
  PointEmitter outer;
  SmallVector<Value> loops;
};

} // namespace

std::optional<Schedule> scheduleTiles(Block &part) {
  std::optional<Contraction> contraction = matchContraction(part);
  if (!contraction)
    return std::nullopt;
  size_t size = 0;
  part.walk([&](Operation *) { ++size; });
  std::optional<Tile> tile = chooseTile(*contraction, size);
  if (!tile)
    return std::nullopt;
  int64_t blocks = llvm::product_of(getGrid(*contraction, *tile), int64_t(1));
  int64_t threads = tile->m * tile->n / (tile->perThread * tile->perThread);
  return Schedule{"tiles", blocks, threads,
                  [c = *contraction, tile = *tile](KernelBody &body) mutable {
                    TileEmitter(body, c, tile).run();
                  }};
}

} // namespace catgrad
