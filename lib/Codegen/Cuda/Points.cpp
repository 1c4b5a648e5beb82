//===- Points.cpp - A thread for each element -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes kernels whose threads compute one element each, and sum
// serially. They are right for every operation.

#include "../Buffers.h"
#include "Schedule.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace catgrad {

Value createIndex(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value createIsAligned(OpBuilder &b, Location loc, ValueRange buffers) {
  Value bits;
  for (Value buffer : buffers) {
    Value address =
        memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
    bits = bits ? Value(arith::OrIOp::create(b, loc, bits, address)) : address;
  }
  bits = arith::AndIOp::create(b, loc, bits,
                               createIndex(b, loc, kVectorBytes - 1));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, bits,
                               createIndex(b, loc, 0));
}

SmallVector<Value> delinearise(OpBuilder &b, Location loc, Value number,
                               ArrayRef<int64_t> extents) {
  SmallVector<Value> digits(extents.size());
  size_t last = extents.size(); // whose digit is all that is left
  for (size_t i = extents.size(); i-- > 0;)
    if (extents[i] != 1)
      last = i;
  for (size_t i = extents.size(); i-- > 0;) {
    if (extents[i] == 1) {
      digits[i] = createIndex(b, loc, 0);
    } else if (i == last) {
      digits[i] = number;
    } else {
      Value extent = createIndex(b, loc, extents[i]);
      digits[i] = arith::RemUIOp::create(b, loc, number, extent);
      number = arith::DivUIOp::create(b, loc, number, extent);
    }
  }
  return digits;
}

static Value linearise(OpBuilder &b, Location loc, ArrayRef<Value> digits,
                       ArrayRef<int64_t> extents) {
  Value number = createIndex(b, loc, 0);
  for (auto [digit, extent] : llvm::zip_equal(digits, extents)) {
    number = arith::MulIOp::create(b, loc, number, createIndex(b, loc, extent));
    number = arith::AddIOp::create(b, loc, number, digit);
  }
  return number;
}

SmallVector<Value> PointEmitter::cloneBody(linalg::GenericOp op,
                                           ValueRange arguments,
                                           ArrayRef<Value> loops) {
  IRMapping mapping = this->mapping;
  Block *body = op.getBody();
  mapping.map(body->getArguments(), arguments);
  for (Operation &nested : body->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(nested))
      mapping.map(index.getResult(), loops[index.getDim()]);
    else
      b.clone(nested, mapping);
  }
  return llvm::map_to_vector(
      body->getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

//===----------------------------------------------------------------------===//
// One point
//===----------------------------------------------------------------------===//

SmallVector<Value> PointEmitter::getLoops(linalg::GenericOp op) {
  Points points = getPoints(op);
  SmallVector<Value> known = digits;
  if (!point && extents != points.extents)
    point = linearise(b, op.getLoc(), digits, extents);
  if (extents != points.extents || digits.empty())
    known = delinearise(b, op.getLoc(), point, points.extents);
  SmallVector<Value> loops(op.getNumLoops());
  for (auto [loop, digit] : llvm::zip_equal(points.loops, known))
    loops[loop] = digit;
  return loops;
}

SmallVector<Value> PointEmitter::getIndices(linalg::GenericOp op,
                                            OpOperand &operand,
                                            ArrayRef<Value> loops) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  SmallVector<Value> operands(loops);
  // Loops that sum do not index what is read outside of them.
  for (Value &loop : operands)
    if (!loop)
      loop = createIndex(b, op.getLoc(), 0);
  SmallVector<Value> indices;
  for (AffineExpr axis : map.getResults()) {
    if (auto loop = dyn_cast<AffineDimExpr>(axis))
      indices.push_back(operands[loop.getPosition()]);
    else
      indices.push_back(affine::AffineApplyOp::create(
          b, op.getLoc(), AffineMap::get(map.getNumDims(), 0, axis), operands));
  }
  return indices;
}

Value PointEmitter::read(linalg::GenericOp op, OpOperand &operand,
                         ArrayRef<Value> loops) {
  Value buffer = operand.get();
  if (!isa<MemRefType>(buffer.getType()))
    return mapping.lookup(buffer);
  if (isAtPoint(op, operand, getPoints(op)))
    if (auto it = elements.find(getRootBuffer(buffer)); it != elements.end())
      return it->second.value;
  return memref::LoadOp::create(b, op.getLoc(), mapping.lookup(buffer),
                                getIndices(op, operand, loops));
}

void PointEmitter::write(linalg::GenericOp op, ArrayRef<Value> loops,
                         ValueRange results) {
  Points points = getPoints(op);
  for (OpOperand &init : op.getDpsInitsMutable()) {
    if (isScan(op, init))
      continue;
    Value result = results.front();
    results = results.drop_front();
    if (isAtPoint(op, init, points)) {
      // The first to write knows the indices; those behind need not.
      Value root = getRootBuffer(init.get());
      auto it = elements.find(root);
      if (it == elements.end() || !it->second.written)
        elements[root] = {init.get(), getIndices(op, init, loops), result};
      else
        it->second.value = result;
      continue;
    }
    memref::StoreOp::create(b, op.getLoc(), result, mapping.lookup(init.get()),
                            getIndices(op, init, loops));
  }
}

void PointEmitter::emitGeneric(linalg::GenericOp op) {
  Location loc = op.getLoc();
  SmallVector<Value> loops = getLoops(op);
  SmallVector<Value> sums;
  SmallVector<OpOperand *> inits;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    inits.push_back(&init);
    if (isScan(op, init))
      continue;
    if (op.payloadUsesValueFromOperand(&init))
      sums.push_back(read(op, init, loops));
    else if (op.getNumReductionLoops() == 0)
      sums.emplace_back();
    else // the last turn overwrites it
      sums.push_back(arith::ConstantOp::create(
          b, loc, b.getZeroAttr(getElementTypeOrSelf(init.get()))));
  }
  auto emitBody = [&](ValueRange sums) {
    SmallVector<Value> arguments;
    for (OpOperand *input : op.getDpsInputOperands())
      arguments.push_back(op.payloadUsesValueFromOperand(input)
                              ? read(op, *input, loops)
                              : Value());
    for (OpOperand *init : inits) {
      if (!isScan(op, *init)) {
        arguments.push_back(sums.front());
        sums = sums.drop_front();
      } else {
        arguments.push_back(op.payloadUsesValueFromOperand(init)
                                ? read(op, *init, loops)
                                : Value());
      }
    }
    SmallVector<Value> results = cloneBody(op, arguments, loops);
    SmallVector<Value> kept;
    for (auto [init, result] : llvm::zip_equal(inits, results)) {
      if (isScan(op, *init))
        memref::StoreOp::create(b, loc, result, mapping.lookup(init->get()),
                                getIndices(op, *init, loops));
      else
        kept.push_back(result);
    }
    return kept;
  };
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  if (reductions.empty())
    return write(op, loops, emitBody(sums));

  OpBuilder::InsertionGuard guard(b);
  Value zero = createIndex(b, loc, 0), one = createIndex(b, loc, 1);
  SmallVector<scf::ForOp> nest;
  for (unsigned reduction : reductions) {
    nest.push_back(scf::ForOp::create(
        b, loc, zero, createIndex(b, loc, ranges[reduction]), one, sums));
    sums.assign(nest.back().getRegionIterArgs().begin(),
                nest.back().getRegionIterArgs().end());
    loops[reduction] = nest.back().getInductionVar();
    b.setInsertionPointToStart(nest.back().getBody());
  }
  sums = emitBody(sums);
  for (scf::ForOp loop : llvm::reverse(nest)) {
    b.setInsertionPointToEnd(loop.getBody());
    scf::YieldOp::create(b, loc, sums);
    sums = llvm::to_vector(llvm::map_range(
        loop.getResults(), [](OpResult result) { return Value(result); }));
  }
  for (unsigned reduction : reductions)
    loops[reduction] = Value();
  b.setInsertionPointAfter(nest.front());
  write(op, loops, sums);
}

void PointEmitter::emit(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return emitGeneric(generic);
  if (auto alloc = dyn_cast<memref::AllocOp>(op))
    return mapping.map(alloc.getMemref(), Value()); // in registers
  if (auto view = dyn_cast<ViewLikeOpInterface>(op);
      view && !mapping.lookupOrNull(view.getViewSource()))
    return mapping.map(op->getResult(0), Value());
  b.clone(*op, mapping);
}

void PointEmitter::emitAround(linalg::GenericOp reduction,
                              const Combiner &combiner, Value total) {
  for (Operation &op : reduction->getBlock()->without_terminator()) {
    if (&op != reduction.getOperation()) {
      emit(&op);
      continue;
    }
    SmallVector<Value> loops = getLoops(reduction);
    Value init = read(reduction, *reduction.getDpsInitOperand(0), loops);
    write(reduction, loops, combiner.combine(b, init, total));
  }
  flush();
}

void PointEmitter::provide(Value root, Value value) {
  elements[root] = {root, {}, value, /*written=*/false};
}

Value PointEmitter::take(Value root) {
  Value value = elements[root].value;
  elements.erase(root);
  return value;
}

void PointEmitter::flush() {
  for (auto &[root, element] : elements)
    if (!element.written)
      continue;
    else if (Value buffer = mapping.lookupOrNull(element.buffer))
      memref::StoreOp::create(b, buffer.getLoc(), element.value, buffer,
                              element.indices);
  elements.clear();
}

//===----------------------------------------------------------------------===//
// The schedules
//===----------------------------------------------------------------------===//

Schedule scheduleThreads(StringLiteral name, int64_t count,
                         std::function<void(KernelBody &, Value)> emit) {
  int64_t threads = std::min<int64_t>(kBlockSize, llvm::alignTo(count, 32));
  int64_t blocks = llvm::divideCeil(count, threads);
  return {name, blocks, threads, [=](KernelBody &kernel) {
            OpBuilder &b = kernel.b;
            Value number = kernel.thread;
            if (blocks > 1)
              number = arith::AddIOp::create(
                  b, kernel.loc,
                  arith::MulIOp::create(b, kernel.loc, kernel.block,
                                        createIndex(b, kernel.loc, threads)),
                  number);
            OpBuilder::InsertionGuard guard(b);
            if (count != blocks * threads) {
              Value inside = arith::CmpIOp::create(
                  b, kernel.loc, arith::CmpIPredicate::ult, number,
                  createIndex(b, kernel.loc, count));
              auto guarded = scf::IfOp::create(b, kernel.loc, inside, false);
              b.setInsertionPointToStart(guarded.thenBlock());
            }
            emit(kernel, number);
          }};
}

std::optional<Schedule> schedulePoints(Block &part) {
  int64_t count = 1;
  for (auto op : part.getOps<linalg::GenericOp>())
    count = getPoints(op).count;
  return scheduleThreads("points", count,
                         [=, &part](KernelBody &body, Value number) {
                           PointEmitter emitter(body.b, body.mapping, number);
                           for (Operation &op : part.without_terminator())
                             emitter.emit(&op);
                           emitter.flush();
                         });
}

/// Clones a block; the loops in `mapping` run once, with that value.
static void cloneBlock(OpBuilder &b, Block &block, IRMapping &mapping) {
  for (Operation &op : block) {
    if (isa<scf::YieldOp>(op) && isa<scf::ForOp>(block.getParentOp()) &&
        mapping.contains(
            cast<scf::ForOp>(block.getParentOp()).getInductionVar()) &&
        op.getNumOperands() == 0)
      continue;
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop || loop.getNumResults() != 0) {
      b.clone(op, mapping);
    } else if (mapping.contains(loop.getInductionVar())) {
      cloneBlock(b, *loop.getBody(), mapping);
    } else {
      auto clone = scf::ForOp::create(
          b, loop.getLoc(), mapping.lookup(loop.getLowerBound()),
          mapping.lookup(loop.getUpperBound()), mapping.lookup(loop.getStep()));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(clone.getBody()->getTerminator());
      IRMapping inner(mapping);
      inner.map(loop.getInductionVar(), clone.getInductionVar());
      cloneBlock(b, *loop.getBody(), inner);
    }
  }
}

std::optional<Schedule> scheduleLoops(Block &part) {
  auto nests = llvm::to_vector(part.getOps<scf::ForOp>());
  if (nests.size() != 1)
    return std::nullopt;
  scf::ForOp nest = nests.front();
  SmallVector<scf::ForOp> parallel = getParallelLoops(nest);
  SmallVector<int64_t> extents;
  int64_t count = 1;
  for (scf::ForOp loop : parallel) {
    extents.push_back(*getTripCount(loop));
    count *= extents.back();
  }
  return scheduleThreads(
      "loops", count, [=](KernelBody &body, Value number) mutable {
        OpBuilder &b = body.b;
        for (Operation &op : nest->getBlock()->without_terminator())
          if (&op != nest.getOperation())
            b.clone(op, body.mapping);
        SmallVector<Value> digits = delinearise(b, body.loc, number, extents);
        for (auto [loop, digit] : llvm::zip_equal(parallel, digits)) {
          Value step = body.mapping.lookupOrDefault(loop.getStep());
          // Constants between the loops have no operands.
          digit = arith::MulIOp::create(b, body.loc, digit, step);
          digit = arith::AddIOp::create(
              b, body.loc, digit,
              body.mapping.lookupOrDefault(loop.getLowerBound()));
          body.mapping.map(loop.getInductionVar(), digit);
        }
        if (body.mapping.contains(nest.getInductionVar())) {
          cloneBlock(b, *nest.getBody(), body.mapping);
          return;
        }
        // The outermost loop stays, and with it a block to clone it from.
        auto clone = scf::ForOp::create(
            b, nest.getLoc(), body.mapping.lookup(nest.getLowerBound()),
            body.mapping.lookup(nest.getUpperBound()),
            body.mapping.lookup(nest.getStep()));
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(clone.getBody()->getTerminator());
        body.mapping.map(nest.getInductionVar(), clone.getInductionVar());
        cloneBlock(b, *nest.getBody(), body.mapping);
      });
}

} // namespace catgrad
