//===- Vectors.cpp - Four elements for each thread --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes large pointwise kernels, whose threads take four neighbours
// with one access of 16 bytes. Buffers of users have the alignment of their
// element only: each thread looks, all see the same, and otherwise goes one by
// one.

#include "../Buffers.h"
#include "Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace catgrad {

/// Below this, threads with four elements each would leave parts of a GPU idle.
static constexpr int64_t kManyPoints = 1 << 17;
/// Each of the four has a copy of the code.
static constexpr size_t kMaxSize = 64;

namespace {

/// The buffers of 32-bit elements that each thread touches at its points only.
struct Vectors {
  SetVector<Value> read; ///< before they are written
  SetVector<Value> written;

  static std::optional<Vectors> find(Block &part) {
    Vectors vectors;
    llvm::DenseSet<Value> elsewhere;
    for (auto op : part.getOps<linalg::GenericOp>()) {
      Points points = getPoints(op);
      for (OpOperand &operand : op->getOpOperands()) {
        Value root = getRootBuffer(operand.get());
        bool writes = op.isDpsInit(&operand);
        bool reads = op.payloadUsesValueFromOperand(&operand);
        if (!isa<MemRefType>(operand.get().getType()) || !(reads || writes))
          continue;
        Type element = getElementTypeOrSelf(root);
        if (!isAtPoint(op, operand, points) || !isa<BlockArgument>(root) ||
            !element.isIntOrFloat() || element.getIntOrFloatBitWidth() != 32) {
          elsewhere.insert(root);
          continue;
        }
        if (reads && !vectors.written.contains(root))
          vectors.read.insert(root);
        if (writes)
          vectors.written.insert(root);
      }
    }
    auto isElsewhere = [&](Value root) { return elsewhere.contains(root); };
    vectors.read.remove_if(isElsewhere);
    vectors.written.remove_if(isElsewhere);
    if (vectors.read.empty() && vectors.written.empty())
      return std::nullopt;
    return vectors;
  }
};

class VectorEmitter {
public:
  VectorEmitter(KernelBody &kernel, const Vectors &vectors, Block &part)
      : kernel(kernel), b(kernel.b), loc(kernel.loc), vectors(vectors),
        part(part) {}

  void run(Value number) {
    Value first = arith::MulIOp::create(b, loc, number, index(kLanes));
    auto branches = scf::IfOp::create(b, loc, isAligned(), true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branches.thenBlock());
    emitTogether(first);
    b.setInsertionPointToStart(branches.elseBlock());
    auto loop = scf::ForOp::create(b, loc, index(0), index(kLanes), index(1));
    b.setInsertionPointToStart(loop.getBody());
    PointEmitter emitter(
        b, kernel.mapping,
        arith::AddIOp::create(b, loc, first, loop.getInductionVar()));
    for (Operation &op : part.without_terminator())
      emitter.emit(&op);
    emitter.flush();
  }

private:
  Value index(int64_t value) { return createIndex(b, loc, value); }

  Value isAligned() {
    SetVector<Value> roots = vectors.read;
    roots.insert_range(vectors.written);
    SmallVector<Value> buffers = llvm::map_to_vector(
        roots, [&](Value root) { return kernel.mapping.lookup(root); });
    return createIsAligned(b, loc, buffers);
  }

  /// All elements of a buffer in one axis.
  Value flatten(Value root) {
    auto type = cast<MemRefType>(root.getType());
    int64_t count = type.getNumElements();
    return memref::ReinterpretCastOp::create(
        b, loc, MemRefType::get({count}, type.getElementType()),
        kernel.mapping.lookup(root), /*offset=*/0, ArrayRef<int64_t>{count},
        ArrayRef<int64_t>{1});
  }

  void emitTogether(Value first) {
    SmallVector<PointEmitter> emitters;
    for (int64_t i = 0; i < kLanes; ++i)
      emitters.emplace_back(b, kernel.mapping,
                            arith::AddIOp::create(b, loc, first, index(i)));
    for (Value root : vectors.read) {
      auto type = VectorType::get({kLanes}, getElementTypeOrSelf(root));
      Value vector = vector::LoadOp::create(b, loc, type, flatten(root), first,
                                            /*nontemporal=*/false,
                                            llvm::Align(kVectorBytes));
      for (int64_t i = 0; i < kLanes; ++i)
        emitters[i].provide(root, vector::ExtractOp::create(b, loc, vector, i));
    }
    for (PointEmitter &emitter : emitters)
      for (Operation &op : part.without_terminator())
        emitter.emit(&op);
    for (Value root : vectors.written) {
      SmallVector<Value> values;
      for (PointEmitter &emitter : emitters)
        values.push_back(emitter.take(root));
      auto type = VectorType::get({kLanes}, getElementTypeOrSelf(root));
      Value vector = vector::FromElementsOp::create(b, loc, type, values);
      vector::StoreOp::create(b, loc, vector, flatten(root), first,
                              /*nontemporal=*/false, llvm::Align(kVectorBytes));
    }
    for (PointEmitter &emitter : emitters)
      emitter.flush();
  }

  KernelBody &kernel;
  OpBuilder &b;
  Location loc;
  const Vectors &vectors;
  Block &part;
};

} // namespace

std::optional<Schedule> scheduleVectors(Block &part) {
  int64_t count = 0;
  size_t size = 0;
  for (Operation &op : part.without_terminator()) {
    op.walk([&](Operation *) { ++size; });
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (isa<scf::ForOp, memref::StoreOp>(op) ||
        (generic && generic.getNumReductionLoops() != 0))
      return std::nullopt;
    if (generic)
      count = getPoints(generic).count;
  }
  if (count < kManyPoints || count % kLanes != 0 || size > kMaxSize)
    return std::nullopt;
  std::optional<Vectors> vectors = Vectors::find(part);
  if (!vectors)
    return std::nullopt;
  return scheduleThreads(
      "vectors", count / kLanes,
      [vectors = *vectors, &part](KernelBody &body, Value number) {
        VectorEmitter(body, vectors, part).run(number);
      });
}

} // namespace catgrad
