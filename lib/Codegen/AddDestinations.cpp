//===- AddDestinations.cpp - Results become out arguments -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives every tensor result a destination, still on tensors: stores
// are insertions and their results are returned, which is the form that
// one-shot bufferisation analyses soundly.

#include "Buffers.h"
#include "Overwrites.h"
#include "catgrad/Codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/SetVector.h"
#include <queue>
#include <utility>

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_ADDDESTINATIONS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

constexpr StringRef kWritable =
    bufferization::BufferizationDialect::kWritableAttrName;

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

/// Writes values to destinations at the end of one function.
class Stores {
public:
  explicit Stores(func::ReturnOp ret) : builder(ret) {}

  /// Stores `value` in the tensor `destination`; returns what to return.
  Value store(Value value, Value destination) {
    if (value == destination || isEmpty(destination)) // nothing to store
      return destination;
    Location loc = value.getLoc();
    // A value has one buffer: the second destination gets a copy of the first.
    if (Value first = stored.lookup(value))
      return copy(loc, first, destination);
    if (isa<BlockArgument>(value))
      return copy(loc, value, destination);
    Value result = storeReshaped(value, destination);
    if (!result) {
      tensor::InsertSliceOp op = insertWhole(builder, loc, value, destination);
      emitted.push_back(op);
      result = op.getResult();
    }
    stored[value] = result;
    return result;
  }

  /// The operations that wrote the last destination asked for.
  SmallVector<Operation *> takeEmitted() { return std::move(emitted); }

private:
  Value copy(Location loc, Value source, Value destination) {
    auto op = linalg::CopyOp::create(builder, loc, source, destination);
    emitted.push_back(op);
    return op->getResult(0);
  }

  /// Stores the operand of a reshape in the reshaped destination: a value
  /// behind a reshape could not be computed in place.
  Value storeReshaped(Value value, Value destination) {
    Location loc = value.getLoc();
    if (auto op = value.getDefiningOp<tensor::CollapseShapeOp>()) {
      auto view = tensor::ExpandShapeOp::create(builder, loc, op.getSrcType(),
                                                destination,
                                                op.getReassociationIndices());
      Value inner = store(op.getSrc(), view);
      return tensor::CollapseShapeOp::create(builder, loc, op.getResultType(),
                                             inner,
                                             op.getReassociationIndices());
    }
    if (auto op = value.getDefiningOp<tensor::ExpandShapeOp>()) {
      auto view = tensor::CollapseShapeOp::create(builder, loc, op.getSrcType(),
                                                  destination,
                                                  op.getReassociationIndices());
      Value inner = store(op.getSrc(), view);
      return tensor::ExpandShapeOp::create(builder, loc, op.getResultType(),
                                           inner, op.getReassociationIndices());
    }
    return {};
  }

  OpBuilder builder;
  llvm::DenseMap<Value, Value> stored;
  SmallVector<Operation *> emitted;
};

//===----------------------------------------------------------------------===//
// Order of updates
//===----------------------------------------------------------------------===//

/// Sinks in-place updates to the end of a block, each behind the reads of the
/// old value, so that no read finds the new value in the buffer.
class UpdateSinker {
public:
  explicit UpdateSinker(Block &block) : block(block) {}

  /// `store` and the operations whose buffers become the destination's all
  /// write `argument`.
  void addUpdate(BlockArgument argument, Operation *store) {
    SmallVector<Operation *> worklist{store};
    while (!worklist.empty()) {
      Operation *op = worklist.pop_back_val();
      if (op->getBlock() != &block || !writers[argument].insert(op))
        continue;
      Value next;
      if (op == store && isa<tensor::InsertSliceOp>(op))
        next = op->getOperand(0);
      else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
        next = op->getOperand(0);
      else if (auto dps = dyn_cast<DestinationStyleOpInterface>(op);
               dps && dps.getNumDpsInits() == 1)
        next = dps.getDpsInits().front();
      if (next && next.getDefiningOp())
        worklist.push_back(next.getDefiningOp());
    }
  }

  void run() {
    collect();
    schedule();
  }

private:
  /// The writers and everything that depends on them, in block order.
  void collect() {
    llvm::DenseSet<Operation *> roots;
    for (auto &[argument, ops] : writers)
      roots.insert(ops.begin(), ops.end());
    for (Operation &op : block.without_terminator()) {
      bool member = roots.contains(&op);
      forEachOperand(op, [&](Value operand) {
        member |= index.contains(operand.getDefiningOp());
      });
      if (!member)
        continue;
      index[&op] = ops.size();
      ops.push_back(&op);
    }
  }

  /// Kahn's algorithm over definitions and, as far as possible, over the edges
  /// from the readers of an old value to its writers.
  void schedule() {
    size_t n = ops.size();
    std::vector<SmallVector<unsigned, 2>> uses(n), reads(n);
    std::vector<unsigned> definitions(n), readers(n);
    for (size_t i = 0; i < n; ++i)
      forEachOperand(*ops[i], [&](Value operand) {
        if (auto it = index.find(operand.getDefiningOp()); it != index.end()) {
          uses[it->second].push_back(i);
          ++definitions[i];
        }
        auto it = writers.find(operand);
        if (it == writers.end() || it->second.contains(ops[i]))
          return;
        for (Operation *writer : it->second) {
          reads[i].push_back(index[writer]);
          ++readers[index[writer]];
        }
      });

    using Queue =
        std::priority_queue<unsigned, std::vector<unsigned>, std::greater<>>;
    Queue ready, early; // early: only old values stand in the way
    std::vector<bool> done(n);
    auto enqueue = [&](unsigned i) {
      if (definitions[i] == 0)
        (readers[i] == 0 ? ready : early).push(i);
    };
    for (size_t i = 0; i < n; ++i)
      enqueue(i);
    while (!ready.empty() || !early.empty()) {
      // Updates that read each other (a swap) have no order without a copy:
      // take the first, the bufferisation inserts the copy.
      Queue &queue = ready.empty() ? early : ready;
      unsigned i = queue.top();
      queue.pop();
      if (done[i])
        continue;
      done[i] = true;
      ops[i]->moveBefore(block.getTerminator());
      for (unsigned j : uses[i])
        if (--definitions[j] == 0)
          enqueue(j);
      for (unsigned j : reads[i])
        if (--readers[j] == 0)
          enqueue(j);
    }
  }

  template <typename Fn> static void forEachOperand(Operation &op, Fn fn) {
    op.walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        fn(operand);
    });
  }

  Block &block;
  llvm::MapVector<Value, llvm::SetVector<Operation *>> writers;
  llvm::DenseMap<Operation *, unsigned> index;
  std::vector<Operation *> ops;
};

//===----------------------------------------------------------------------===//
// Functions and calls
//===----------------------------------------------------------------------===//

LogicalResult checkSignature(func::FuncOp function) {
  if (function.isExternal())
    return function.emitOpError("expected a body but got a declaration");
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("expected one block but got several");
  auto check = [&](Type type, const Twine &what) -> LogicalResult {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor && tensor.hasStaticShape())
      return success();
    return function.emitOpError("expected a tensor of static shape as ")
           << what << " but got " << type;
  };
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (failed(check(type, "argument #" + Twine(i))))
      return failure();
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    if (failed(check(type, "result #" + Twine(i))))
      return failure();
  return success();
}

/// The argument of each result of `function`; adds the missing ones.
FailureOr<SmallVector<int64_t>> makeDestinations(func::FuncOp function) {
  Builder b(function.getContext());
  int64_t inputs = function.getNumArguments();
  for (int64_t i = 0; i < inputs; ++i)
    function.setArgAttr(i, kWritable, b.getBoolAttr(false));

  llvm::SmallDenseSet<int64_t> taken;
  SmallVector<int64_t> destinations;
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    auto alias = function.getResultAttrOfType<IntegerAttr>(i, "catgrad.alias");
    if (!alias) {
      destinations.push_back(-1);
      continue;
    }
    int64_t k = alias.getInt();
    if (k < 0 || k >= inputs || function.getArgumentTypes()[k] != type)
      return function.emitOpError("expected catgrad.alias of result #")
             << i << " to be an argument of type " << type << " but got " << k;
    if (!taken.insert(k).second)
      return function.emitOpError("expected one result with catgrad.alias = ")
             << k << " but got several";
    function.setArgAttr(k, kWritable, b.getBoolAttr(true));
    destinations.push_back(k);
  }
  for (auto [i, k] : llvm::enumerate(destinations)) {
    if (k >= 0)
      continue;
    k = function.getNumArguments();
    auto attrs = b.getDictionaryAttr(
        {b.getNamedAttr(kWritable, b.getBoolAttr(true)),
         b.getNamedAttr("catgrad.output", b.getUnitAttr())});
    if (failed(function.insertArgument(k, function.getResultTypes()[i], attrs,
                                       function.getLoc())))
      return failure();
  }
  function->setAttr("catgrad.destinations",
                    b.getDenseI64ArrayAttr(destinations));
  return destinations;
}

LogicalResult addDestinations(func::FuncOp function) {
  unsigned inputs = function.getNumArguments();
  FailureOr<SmallVector<int64_t>> destinations = makeDestinations(function);
  if (failed(destinations))
    return failure();
  Block &body = function.front();
  auto ret = cast<func::ReturnOp>(body.getTerminator());
  Stores stores(ret);
  UpdateSinker sinker(body);
  // Pure outputs first: one of them may be the old value of a parameter.
  for (bool inPlace : {false, true})
    for (auto [i, k] : llvm::enumerate(*destinations)) {
      if ((k < inputs) != inPlace)
        continue;
      BlockArgument argument = body.getArgument(k);
      ret.setOperand(i, stores.store(ret.getOperand(i), argument));
      for (Operation *store : stores.takeEmitted())
        if (inPlace)
          sinker.addUpdate(argument, store);
    }
  sinker.run();
  return success();
}

/// Gives each initial value its own operation: two values computed on top of
/// one fill would cost a copy, and a shared `tensor.empty` a longer lifetime.
void unshareInits(func::FuncOp function) {
  SmallVector<Operation *> inits;
  function.walk([&](Operation *op) {
    if (isa<linalg::FillOp, tensor::EmptyOp>(op))
      inits.push_back(op);
  });
  auto isInit = [](OpOperand &use) {
    auto user = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
    return user && user.isDpsInit(&use);
  };
  // Users before definitions, so that a cloned fill counts as a user.
  for (Operation *op : llvm::reverse(inits)) {
    // One user may take the operation itself, unless somebody reads it.
    bool free = llvm::all_of(op->getUses(), isInit);
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      if (!isInit(use) || std::exchange(free, false))
        continue;
      OpBuilder b(op);
      use.set(b.clone(*op)->getResult(0));
    }
  }
}

struct AddDestinations : impl::AddDestinationsBase<AddDestinations> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    llvm::DenseMap<StringAttr, unsigned> inputs;
    for (auto function : module.getOps<func::FuncOp>()) {
      inputs[function.getSymNameAttr()] = function.getNumArguments();
      if (isOfScalars(function))
        continue;
      if (failed(checkSignature(function)))
        return signalPassFailure();
      unshareInits(function);
      if (failed(addDestinations(function)))
        return signalPassFailure();
    }
    module.walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      OpBuilder b(call);
      for (Type type : callee.getArgumentTypes().drop_front(
               inputs[callee.getSymNameAttr()])) {
        auto tensor = cast<RankedTensorType>(type);
        call.getOperandsMutable().append(
            tensor::EmptyOp::create(b, call.getLoc(), tensor.getShape(),
                                    tensor.getElementType())
                .getResult());
      }
    });
  }
};

} // namespace
} // namespace catgrad
