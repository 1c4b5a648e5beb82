//===- PlanWorkspace.cpp - One workspace instead of a heap ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file places every buffer of a function in one workspace, by lifetime.

#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "catgrad/Codegen/Passes.h.inc"

namespace {

/// A cache line, and enough for every vector type.
constexpr int64_t kAlignment = 64;
/// Sizes stay below this, so that the sum of two of them is representable.
constexpr int64_t kMaxBytes = int64_t(1) << 62;
/// The plan goes down the calls, one stack frame each.
constexpr unsigned kMaxCallDepth = 1000;

/// A range of the workspace that is needed from one operation to another.
struct Buffer {
  Operation *owner; // a memref.alloc or a func.call
  int64_t bytes = 0;
  int64_t first = 0; // positions in the function's block, inclusive
  int64_t last = 0;
  int64_t offset = 0;
};

/// First fit, largest first; returns the bytes of the whole, kMaxBytes if that
/// is not enough.
int64_t placeBuffers(MutableArrayRef<Buffer> buffers) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    if (buffer.bytes > 0)
      order.push_back(&buffer);
  llvm::sort(order, [](const Buffer *a, const Buffer *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
  });
  SmallVector<Buffer *> placed; // by offset
  int64_t total = 0;
  for (Buffer *buffer : order) {
    int64_t offset = 0;
    for (const Buffer *other : placed) {
      if (other->last < buffer->first || buffer->last < other->first)
        continue;
      if (offset + buffer->bytes <= other->offset)
        break;
      offset = std::max<int64_t>(
          offset, llvm::alignTo(other->offset + other->bytes, kAlignment));
    }
    if (offset + buffer->bytes >= kMaxBytes)
      return kMaxBytes;
    buffer->offset = offset;
    total = std::max(total, offset + buffer->bytes);
    placed.insert(llvm::upper_bound(placed, buffer,
                                    [](const Buffer *a, const Buffer *b) {
                                      return a->offset < b->offset;
                                    }),
                  buffer);
  }
  return total;
}

/// The bytes of an allocation, or an error.
FailureOr<int64_t> getAllocationBytes(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (!type.hasStaticShape())
    return alloc.emitOpError("expected a static size but got ") << type;
  if (!type.getLayout().isIdentity())
    return alloc.emitOpError("expected an identity layout but got ") << type;
  if (llvm::is_contained(type.getShape(), 0))
    return 0;
  int64_t bytes = DataLayout::closest(alloc).getTypeSize(type.getElementType());
  for (int64_t extent : type.getShape()) {
    auto product = llvm::checkedMul(bytes, extent);
    if (!product || *product >= kMaxBytes)
      return alloc.emitOpError("expected a size in bytes below 2^62 but got ")
             << type;
    bytes = *product;
  }
  return bytes;
}

class Planner {
public:
  explicit Planner(ModuleOp module) : symbols(module) {}

  /// Plans the callees of `function`, then the function itself.
  FailureOr<int64_t> plan(func::FuncOp function) {
    auto [it, inserted] = sizes.try_emplace(function, -1);
    if (!inserted) {
      if (it->second < 0)
        return function.emitOpError("expected no recursion but this function "
                                    "calls itself");
      return it->second;
    }
    if (++depth > kMaxCallDepth)
      return function.emitError()
             << "expected calls nested at most " << kMaxCallDepth << " deep";
    FailureOr<SmallVector<Buffer>> buffers = collect(function);
    --depth;
    if (failed(buffers))
      return failure();
    int64_t total = placeBuffers(*buffers);
    if (total >= kMaxBytes)
      return function.emitOpError("expected a workspace below 2^62 bytes");
    if (failed(rewrite(function, *buffers, total)))
      return failure();
    sizes[function] = total;
    return total;
  }

private:
  /// All buffers with their lifetimes; an operation in a region counts as the
  /// operation of the function's block that holds it.
  FailureOr<SmallVector<Buffer>> collect(func::FuncOp function) {
    if (!function.getBody().hasOneBlock())
      return function.emitOpError("expected one block but got several");
    SmallVector<Buffer> buffers;
    llvm::DenseMap<Operation *, int64_t> positions;
    for (auto [position, top] : llvm::enumerate(function.front())) {
      positions[&top] = position;
      auto result = top.walk([&](Operation *op) -> WalkResult {
        if (isa<memref::AllocaOp, memref::ReallocOp>(op))
          return op->emitOpError("expected memref.alloc in generated code");
        if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
          FailureOr<int64_t> bytes = getAllocationBytes(alloc);
          if (failed(bytes))
            return failure();
          buffers.push_back({op, *bytes});
        } else if (auto call = dyn_cast<func::CallOp>(op)) {
          auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
          FailureOr<int64_t> bytes = plan(callee);
          if (failed(bytes))
            return failure();
          int64_t now = position;
          buffers.push_back({op, *bytes, now, now});
        }
        return success();
      });
      if (result.wasInterrupted())
        return failure();
    }
    // Through views, and through what regions yield.
    BufferViewFlowAnalysis aliases(function);
    for (Buffer &buffer : buffers)
      if (isa<memref::AllocOp>(buffer.owner))
        setLifetime(buffer, aliases, positions);
    return buffers;
  }

  /// From the first use to the last, of the buffer or of anything that may be
  /// it. The first may come much later than the allocation.
  static void
  setLifetime(Buffer &buffer, const BufferViewFlowAnalysis &aliases,
              const llvm::DenseMap<Operation *, int64_t> &positions) {
    Block *block = nullptr;
    buffer.first = kMaxBytes;
    buffer.last = -1;
    for (Value alias : aliases.resolve(buffer.owner->getResult(0)))
      for (Operation *user : alias.getUsers()) {
        if (isa<ViewLikeOpInterface, memref::DeallocOp>(user))
          continue;
        if (!block)
          block = &user->getParentOfType<func::FuncOp>().front();
        int64_t position = positions.at(block->findAncestorOpInBlock(*user));
        buffer.first = std::min(buffer.first, position);
        buffer.last = std::max(buffer.last, position);
      }
  }

  /// The type of a buffer's view; null for a call without workspace.
  MemRefType getType(const Buffer &buffer) {
    if (auto alloc = dyn_cast<memref::AllocOp>(buffer.owner))
      return alloc.getType();
    auto call = cast<func::CallOp>(buffer.owner);
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (callee.getNumArguments() == call.getNumOperands())
      return {};
    return cast<MemRefType>(callee.getArgumentTypes().back());
  }

  /// Turns the buffers into views of a new argument.
  LogicalResult rewrite(func::FuncOp function, ArrayRef<Buffer> buffers,
                        int64_t total) {
    OpBuilder b = OpBuilder::atBlockBegin(&function.front());
    Type byte = b.getI8Type();
    function->setAttr("catgrad.workspace_bytes", b.getI64IntegerAttr(total));
    function.walk([](memref::DeallocOp op) { op.erase(); });
    Value workspace;
    // A buffer without elements needs no byte, but its view needs a base.
    if (!function.isPrivate() ||
        llvm::any_of(buffers, [&](const Buffer &b) { return !!getType(b); })) {
      unsigned index = function.getNumArguments();
      if (failed(function.insertArgument(index, MemRefType::get({total}, byte),
                                         {}, function.getLoc())))
        return failure();
      workspace = function.getArgument(index);
    }
    for (const Buffer &buffer : buffers) {
      MemRefType type = getType(buffer);
      if (!type)
        continue;
      b.setInsertionPoint(buffer.owner);
      Location loc = buffer.owner->getLoc();
      Value offset = arith::ConstantIndexOp::create(b, loc, buffer.offset);
      Value view =
          memref::ViewOp::create(b, loc, type, workspace, offset, ValueRange());
      if (auto call = dyn_cast<func::CallOp>(buffer.owner)) {
        call.getOperandsMutable().append(view);
        continue;
      }
      buffer.owner->replaceAllUsesWith(ValueRange(view));
      buffer.owner->erase();
    }
    return success();
  }

  SymbolTable symbols;
  llvm::DenseMap<Operation *, int64_t> sizes;
  unsigned depth = 0;
};

struct PlanWorkspace : impl::PlanWorkspaceBase<PlanWorkspace> {
  void runOnOperation() override {
    Planner planner(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(planner.plan(function)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace catgrad
