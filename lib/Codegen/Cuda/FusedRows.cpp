//===- FusedRows.cpp - Rows in several stages -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes operations on the same rows as one kernel. Several threads
// have a row; each goes along it in steps of their number, once for each stage.
// The sums of a stage meet in a tree in shared memory, and all threads know
// them in the next one. What is computed of a short row stays in registers.

#include "../Buffers.h"
#include "RowPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <deque>

using namespace mlir;

namespace catgrad {
namespace {

/// Values of buffers, by their roots.
using Values = llvm::MapVector<Value, Value>;

class FusedRowsEmitter {
public:
  FusedRowsEmitter(KernelBody &kernel, const RowPlan &plan, Block &part)
      : kernel(kernel), b(kernel.b), loc(kernel.loc), plan(plan), part(part),
        lanes(plan.getLanes()), outer(b, kernel.mapping, Value()) {}

  void run() {
    for (Operation &op : part.without_terminator())
      if (!isa<linalg::GenericOp>(op))
        outer.emit(&op);
    int64_t rowsPerBlock = kBlockSize / lanes;
    lane = arith::RemUIOp::create(b, loc, kernel.thread, index(lanes));
    Value local = arith::DivUIOp::create(b, loc, kernel.thread, index(lanes));
    Value number = arith::AddIOp::create(
        b, loc,
        arith::MulIOp::create(b, loc, kernel.block, index(rowsPerBlock)),
        local);
    row = number;
    // Threads without a row have nothing to do but to come to the barriers.
    if (plan.rows % rowsPerBlock != 0) {
      hasRow = isBelow(number, plan.rows);
      row = arith::MinUIOp::create(b, loc, number, index(plan.rows - 1));
    }
    loadStatistics();
    if (plan.isInRegisters())
      chunks.resize(llvm::divideCeil(plan.longest, lanes));
    for (unsigned stage = 0; stage < plan.stages; ++stage) {
      computeStatistics(2 * stage);
      emitStage(stage);
    }
    computeStatistics(2 * plan.stages);
    storeStatistics();
  }

private:
  Value index(int64_t value) { return createIndex(b, loc, value); }
  Value isBelow(Value x, int64_t bound) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, x,
                                 index(bound));
  }
  SmallVector<const RowWork *> getWorks(unsigned time) {
    SmallVector<const RowWork *> works;
    for (const RowWork &work : plan.works)
      if (work.time == time)
        works.push_back(&work);
    return works;
  }

  //===--------------------------------------------------------------------===//
  // Statistics
  //===--------------------------------------------------------------------===//

  /// Reads at the start what the row has in buffers of others.
  void loadStatistics() {
    llvm::DenseSet<Value> computed;
    for (const RowWork &work : plan.works) {
      for (OpOperand &operand : work.op->getOpOperands()) {
        if (!work.reads(operand) ||
            work.getAccess(operand) != RowAccess::Statistic)
          continue;
        Value root = getRootBuffer(operand.get());
        if (computed.contains(root) || statistics.contains(root))
          continue;
        SmallVector<Value> loops = getLoops(work, Value());
        statistics[root] =
            memref::LoadOp::create(b, loc, outer.getBuffer(operand.get()),
                                   outer.getIndices(work.op, operand, loops));
        loaded.insert(root);
      }
      for (Value init : linalg::LinalgOp(work.op).getDpsInits())
        computed.insert(getRootBuffer(init));
    }
  }

  /// Every thread of a row computes them.
  void computeStatistics(unsigned time) {
    Values none;
    for (const RowWork *work : getWorks(time)) {
      SmallVector<Value> loops = getLoops(*work, Value());
      linalg::GenericOp op = work->op;
      SmallVector<Value> results =
          outer.cloneBody(op, getArguments(*work, loops, none, Value()), loops);
      for (auto [init, result] :
           llvm::zip_equal(op.getDpsInitsMutable(), results))
        setStatistic(*work, init, result);
    }
  }

  void setStatistic(const RowWork &work, OpOperand &init, Value value) {
    Value root = getRootBuffer(init.get());
    statistics[root] = value;
    written[root] = {&work, &init};
  }

  /// One thread of each row writes what others want to know of it.
  void storeStatistics() {
    bool overwrites = false, stores = false;
    for (auto &[root, by] : written) {
      bool isLocal = !outer.getBuffer(by.second->get());
      stores |= !isLocal;
      overwrites |= !isLocal && loaded.contains(root);
    }
    if (!stores)
      return;
    if (overwrites)
      gpu::BarrierOp::create(b, loc);
    Value first =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
    if (hasRow)
      first = arith::AndIOp::create(b, loc, first, hasRow);
    auto guarded = scf::IfOp::create(b, loc, first, false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(guarded.thenBlock());
    for (auto &[root, by] : written)
      store(*by.first, *by.second, getLoops(*by.first, Value()),
            statistics[root]);
  }

  //===--------------------------------------------------------------------===//
  // Stages
  //===--------------------------------------------------------------------===//

  void emitStage(unsigned stage) {
    SmallVector<const RowWork *> works = getWorks(2 * stage + 1);
    if (works.empty())
      return;
    int64_t length = works.front()->length;
    SmallVector<Value> sums;
    for (const RowWork *work : works)
      if (work->combiner)
        sums.push_back(work->combiner->createNeutral(b));
    if (plan.isInRegisters())
      for (int64_t i = 0; i * lanes < length; ++i)
        sums = emitChunk(stage, works, i, length, sums);
    else
      sums = emitLoop(works, length, sums);
    if (!sums.empty())
      combine(works, sums);
  }

  /// The i-th element of each thread.
  SmallVector<Value> emitChunk(unsigned stage, ArrayRef<const RowWork *> works,
                               int64_t i, int64_t length, ValueRange sums) {
    Values &elements = chunks[i];
    Value number = arith::AddIOp::create(b, loc, lane, index(i * lanes));
    Value inside = hasRow;
    if ((i + 1) * lanes > length) {
      Value isElement = isBelow(number, length);
      inside = inside ? Value(arith::AndIOp::create(b, loc, inside, isElement))
                      : isElement;
    }
    if (!inside)
      return emitElement(works, number, elements, sums);
    // What later stages want leaves the guarded part.
    SetVector<Value> kept;
    for (const RowWork *work : works)
      for (OpOperand &operand : work->op->getOpOperands())
        if (Value root = getRootBuffer(operand.get());
            work->touches(operand) && plan.isTouchedAfter(root, stage) &&
            work->getAccess(operand) == RowAccess::Element)
          kept.insert(root);
    SmallVector<Type> types(sums.getTypes());
    for (Value root : kept)
      types.push_back(getElementTypeOrSelf(root));
    auto guarded = scf::IfOp::create(b, loc, types, inside, !types.empty());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(guarded.thenBlock());
    Values then = elements;
    SmallVector<Value> results = emitElement(works, number, then, sums);
    for (Value root : kept)
      results.push_back(then.lookup(root));
    // Without results there is a terminator already.
    if (results.empty())
      return {};
    scf::YieldOp::create(b, loc, results);
    b.setInsertionPointToStart(guarded.elseBlock());
    results.assign(sums.begin(), sums.end());
    for (Value root : kept)
      results.push_back(arith::ConstantOp::create(
          b, loc, b.getZeroAttr(getElementTypeOrSelf(root))));
    scf::YieldOp::create(b, loc, results);
    for (auto [root, result] :
         llvm::zip_equal(kept, guarded.getResults().drop_front(sums.size())))
      elements[root] = result;
    return llvm::to_vector_of<Value>(
        guarded.getResults().take_front(sums.size()));
  }

  /// All elements of each thread; later stages find them in memory.
  SmallVector<Value> emitLoop(ArrayRef<const RowWork *> works, int64_t length,
                              ValueRange sums) {
    Value end = index(length);
    if (hasRow)
      end = arith::SelectOp::create(b, loc, hasRow, end, index(0));
    auto loop = scf::ForOp::create(b, loc, lane, end, index(lanes), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Values elements;
    SmallVector<Value> next =
        emitElement(works, loop.getInductionVar(), elements,
                    ValueRange(loop.getRegionIterArgs()));
    if (!sums.empty())
      scf::YieldOp::create(b, loc, next);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  /// One element: all operations of the stage, and what they write.
  SmallVector<Value> emitElement(ArrayRef<const RowWork *> works, Value number,
                                 Values &elements, ValueRange sums) {
    SmallVector<Value> next;
    llvm::MapVector<Value, std::pair<const RowWork *, OpOperand *>> stores;
    for (const RowWork *work : works) {
      linalg::GenericOp op = work->op;
      SmallVector<Value> loops = getLoops(*work, number);
      Value sum = work->combiner ? sums[next.size()] : Value();
      SmallVector<Value> results =
          outer.cloneBody(op, getArguments(*work, loops, elements, sum), loops);
      if (sum) {
        next.push_back(results.front());
        continue;
      }
      for (auto [init, result] :
           llvm::zip_equal(op.getDpsInitsMutable(), results)) {
        Value root = getRootBuffer(init.get());
        elements[root] = result;
        stores[root] = {work, &init};
      }
    }
    for (auto &[root, by] : stores)
      store(*by.first, *by.second, getLoops(*by.first, number), elements[root]);
    return next;
  }

  /// The parts of all threads of a row become one, for each sum of a stage.
  void combine(ArrayRef<const RowWork *> works, ArrayRef<Value> parts) {
    SmallVector<const RowWork *> sums;
    SmallVector<const Combiner *> combiners;
    for (const RowWork *work : works)
      if (work->combiner) {
        sums.push_back(work);
        combiners.push_back(&*work->combiner);
      }
    SmallVector<Value> buffers = getShared(parts);
    for (auto [buffer, value] : llvm::zip_equal(buffers, parts))
      memref::StoreOp::create(b, loc, value, buffer, kernel.thread);
    combineParts(kernel, loc, combiners, buffers, lane, lanes, /*stride=*/1);
    Value first = arith::SubIOp::create(b, loc, kernel.thread, lane);
    Value second = arith::AddIOp::create(b, loc, first, index(1));
    for (auto [work, buffer] : llvm::zip_equal(sums, buffers)) {
      OpOperand &init = *linalg::LinalgOp(work->op).getDpsInitOperand(0);
      Value total =
          combineShared(b, loc, *work->combiner, buffer, first, second);
      Value initial = statistics.lookup(getRootBuffer(init.get()));
      setStatistic(*work, init, work->combiner->combine(b, initial, total));
    }
  }

  /// Shared memory for a number of each thread. Later stages use that of those
  /// before, when all threads have read it.
  SmallVector<Value> getShared(ArrayRef<Value> parts) {
    if (!shared.empty())
      gpu::BarrierOp::create(b, loc);
    SmallVector<Value> free = shared, buffers;
    for (Value value : parts) {
      auto *it = llvm::find_if(free, [&](Value buffer) {
        return getElementTypeOrSelf(buffer) == value.getType();
      });
      if (it == free.end()) {
        buffers.push_back(kernel.addShared(kBlockSize, value.getType()));
        shared.push_back(buffers.back());
      } else {
        buffers.push_back(*it);
        free.erase(it);
      }
    }
    return buffers;
  }

  //===--------------------------------------------------------------------===//
  // One turn
  //===--------------------------------------------------------------------===//

  /// The loops of an operation at one element of the row; without one, those
  /// along the row are null.
  SmallVector<Value> getLoops(const RowWork &work, Value element) {
    linalg::GenericOp op = work.op;
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    SmallVector<Value> loops(op.getNumLoops());
    auto set = [&](ArrayRef<unsigned> which, Value number) {
      SmallVector<int64_t> extents = llvm::map_to_vector(
          which, [&](unsigned loop) { return ranges[loop]; });
      SmallVector<Value> digits = delinearise(b, loc, number, extents);
      for (auto [loop, digit] : llvm::zip_equal(which, digits))
        loops[loop] = digit;
    };
    set(work.rowLoops, row);
    if (element)
      set(work.elementLoops, element);
    return loops;
  }

  SmallVector<Value> getArguments(const RowWork &work, ArrayRef<Value> loops,
                                  Values &elements, Value sum) {
    linalg::GenericOp op = work.op;
    SmallVector<Value> arguments;
    for (OpOperand &operand : op->getOpOperands()) {
      if (sum && op.isDpsInit(&operand))
        arguments.push_back(sum);
      else if (op.payloadUsesValueFromOperand(&operand))
        arguments.push_back(read(work, operand, loops, elements));
      else
        arguments.emplace_back();
    }
    return arguments;
  }

  Value read(const RowWork &work, OpOperand &operand, ArrayRef<Value> loops,
             Values &elements) {
    Value root = getRootBuffer(operand.get());
    RowAccess access = work.getAccess(operand);
    if (access == RowAccess::Other)
      return outer.read(work.op, operand, loops);
    if (access == RowAccess::Statistic)
      return statistics.lookup(root);
    Value &element = elements[root];
    if (!element)
      element =
          memref::LoadOp::create(b, loc, outer.getBuffer(operand.get()),
                                 outer.getIndices(work.op, operand, loops));
    return element;
  }

  /// Nothing for buffers that no other kernel reads.
  void store(const RowWork &work, OpOperand &init, ArrayRef<Value> loops,
             Value value) {
    if (Value buffer = outer.getBuffer(init.get()))
      memref::StoreOp::create(b, loc, value, buffer,
                              outer.getIndices(work.op, init, loops));
  }

  KernelBody &kernel;
  OpBuilder &b;
  Location loc;
  const RowPlan &plan;
  Block &part;
  int64_t lanes;
  PointEmitter outer;
  Value lane, row, hasRow;
  Values statistics;
  llvm::DenseSet<Value> loaded;
  llvm::MapVector<Value, std::pair<const RowWork *, OpOperand *>> written;
  SmallVector<Values> chunks;
  SmallVector<Value> shared;
};

} // namespace

std::optional<Schedule> scheduleFusedRows(Block &part) {
  std::deque<Work> works;
  SmallVector<const Work *> pointers;
  for (Operation &op : part.without_terminator()) {
    if (isa<linalg::GenericOp>(op)) {
      FailureOr<Work> work = describeWork(&op);
      if (failed(work))
        return std::nullopt;
      pointers.push_back(&works.emplace_back(*work));
    } else if (isa<scf::ForOp, memref::StoreOp>(op)) {
      return std::nullopt;
    }
  }
  std::optional<RowPlan> plan = RowPlan::make(pointers);
  if (!plan || !plan->isFused())
    return std::nullopt;
  int64_t blocks = llvm::divideCeil(plan->rows, kBlockSize / plan->getLanes());
  return Schedule{"fused_rows", blocks, kBlockSize,
                  [plan = *plan, &part](KernelBody &body) {
                    FusedRowsEmitter(body, plan, part).run();
                  }};
}

} // namespace catgrad
