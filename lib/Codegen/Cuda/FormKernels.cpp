//===- FormKernels.cpp - Operations that run in one launch ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file divides a function on buffers into kernels. It works before the
// workspace is planned: two buffers are apart then, or the same.

#include "../Buffers.h"
#include "Groups.h"
#include "RowPlan.h"
#include "catgrad/Codegen/Cuda/Passes.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_FORMKERNELS
#include "catgrad/Codegen/Cuda/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// One form for all operations
//===----------------------------------------------------------------------===//

/// Makes every operation on whole buffers a linalg.generic with work to do.
LogicalResult generalise(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  SmallVector<memref::CopyOp> copies;
  SmallVector<linalg::LinalgOp> ops;
  function.walk([](memref::DeallocOp op) { op.erase(); });
  function.walk([&](memref::CopyOp op) { copies.push_back(op); });
  for (memref::CopyOp copy : copies) {
    rewriter.setInsertionPoint(copy);
    linalg::CopyOp::create(rewriter, copy.getLoc(), copy.getSource(),
                           copy.getTarget());
    rewriter.eraseOp(copy);
  }
  function.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  for (linalg::LinalgOp op : ops) {
    if (llvm::is_contained(op.getStaticLoopRanges(), 0)) {
      rewriter.eraseOp(op);
      continue;
    }
    rewriter.setInsertionPoint(op);
    if (!isa<linalg::GenericOp>(op.getOperation()) &&
        failed(linalg::generalizeNamedOp(rewriter, op)))
      return op->emitOpError("cannot be written as linalg.generic");
  }
  return success();
}

/// What needs no launch: where a buffer is, and numbers for operations that
/// take them along to the device.
bool isFree(Operation &op) {
  return isa<memref::AllocOp, memref::GetGlobalOp, memref::LoadOp,
             ViewLikeOpInterface>(op) ||
         op.hasTrait<OpTrait::ConstantLike>() ||
         isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
             op.getDialect());
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Clones what a launch needs into a function of its own.
class Outliner {
public:
  Outliner(Launch &launch, const llvm::DenseSet<Value> &local, StringRef name)
      : launch(launch), local(local), name(name) {}

  /// The kernel; it belongs to no module yet. `roots` become its arguments.
  func::FuncOp run() {
    SmallVector<Location> locs;
    for (Group *group : launch.groups)
      for (Work *work : group->works) {
        locs.push_back(work->op->getLoc());
        for (const Access &access : work->accesses)
          addRoot(access.root);
        // An operand whose elements nobody reads is an operand still.
        for (Value operand : work->op->getOperands())
          if (isa<MemRefType>(operand.getType()))
            addRoot(getRootBuffer(operand));
      }
    OpBuilder b(locs.front().getContext());
    Location loc = b.getFusedLoc(locs);
    auto kernel = func::FuncOp::create(
        loc, name, b.getFunctionType(ValueRange(roots.getArrayRef()), {}));
    kernel.setPrivate();
    kernel->setAttr(metadata::kKernel, b.getUnitAttr());
    Block *body = kernel.addEntryBlock();
    mapping.map(roots.getArrayRef(), body->getArguments());
    b.setInsertionPointToStart(body);
    if (launch.groups.size() == 1)
      clone(b, *launch.groups.front());
    else
      for (Group *group : launch.groups)
        clonePart(b, loc, *group);
    func::ReturnOp::create(b, loc);
    return kernel;
  }

  SetVector<Value> roots;

private:
  void addRoot(Value root) {
    if (!local.contains(root) && !root.getDefiningOp<memref::GetGlobalOp>())
      roots.insert(root);
  }

  void clonePart(OpBuilder &b, Location loc, Group &group) {
    auto part = scf::ExecuteRegionOp::create(b, loc, TypeRange());
    // Side by side the parts are not what they would be one after the other.
    part.setNoInline(true);
    IRMapping outer = mapping;
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&part.getRegion());
    clone(b, group);
    scf::YieldOp::create(b, loc);
    mapping = outer;
  }

  void clone(OpBuilder &b, Group &group) {
    for (Work *work : group.works) {
      for (Operation *scalar : work->scalars)
        clone(b, scalar);
      clone(b, work->op);
    }
  }

  void clone(OpBuilder &b, Operation *op) {
    op->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
          import(b, operand);
    });
    b.clone(*op, mapping);
  }

  /// Makes a value from outside again: a constant, a view, a local buffer.
  void import(OpBuilder &b, Value value) {
    if (mapping.contains(value))
      return;
    Operation *op = value.getDefiningOp();
    assert(op && "every argument is a root");
    for (Value operand : op->getOperands())
      import(b, operand);
    b.clone(*op, mapping);
  }

  Launch &launch;
  const llvm::DenseSet<Value> &local;
  StringRef name;
  IRMapping mapping;
};

/// The text of a kernel: two with equal texts are one.
std::string getKey(func::FuncOp kernel) {
  std::string text;
  llvm::raw_string_ostream os(text);
  kernel->getRegion(0).front().print(os);
  os << kernel.getFunctionType();
  return text;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

struct FormKernels : impl::FormKernelsBase<FormKernels> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    for (auto function : llvm::to_vector(module.getOps<func::FuncOp>()))
      if (!function->hasAttr(metadata::kKernel) &&
          failed(run(function, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult run(func::FuncOp function, SymbolTable &symbols) {
    if (function.isExternal())
      return function.emitOpError("expected a body but got a declaration");
    if (failed(generalise(function)))
      return failure();
    Block &block = function.front();
    std::deque<Work> works;
    for (Operation &op : block.without_terminator()) {
      if (isFree(op))
        continue;
      FailureOr<Work> work = describeWork(&op);
      if (failed(work))
        return refuse(op);
      if (failed(checkScalars(*work)))
        return failure();
      works.push_back(*work);
    }
    sinkFills(works);
    std::deque<Group> groups = makeGroups(works, fuseRows);
    llvm::DenseSet<Value> local = findLocal(function, groups);
    OpBuilder b(block.getTerminator());
    for (auto [i, launch] : llvm::enumerate(makeLaunches(groups))) {
      std::string name = llvm::formatv("{0}_{1}", function.getSymName(), i);
      Outliner outliner(launch, local, name);
      func::FuncOp kernel = outliner.run();
      Location loc = kernel.getLoc();
      auto [it, inserted] = kernels.try_emplace(getKey(kernel), kernel);
      if (inserted)
        symbols.insert(kernel, getOperation().getBody()->end());
      else
        kernel->erase();
      func::CallOp::create(b, loc, it->second, outliner.roots.getArrayRef());
    }
    for (Work &work : llvm::reverse(works))
      work.op->erase();
    eraseDead(block);
    return success();
  }

  /// What runs on neither side.
  static LogicalResult refuse(Operation &op) {
    if (isa<scf::ForOp, scf::WhileOp, scf::IfOp>(op))
      return op.emitOpError("cannot run on the GPU: between the launches of a "
                            "step there is no loop or branch of the host");
    return op.emitOpError("cannot run on the GPU: a step is launches of "
                          "kernels only");
  }

  /// Scalars are computed again in the kernel, so what they read must still be
  /// there.
  static LogicalResult checkScalars(const Work &work) {
    for (Operation *scalar : work.scalars) {
      auto load = dyn_cast<memref::LoadOp>(scalar);
      if (!load)
        continue;
      Value root = getRootBuffer(load.getMemRef());
      for (Operation *op = load->getNextNode(); op != work.op;
           op = op->getNextNode()) {
        FailureOr<Work> between = describeWork(op);
        if (succeeded(between) &&
            llvm::any_of(between->accesses, [&](const Access &access) {
              return access.root == root && access.writes;
            }))
          return load.emitOpError("cannot run on the GPU: what it reads is "
                                  "overwritten before it is used");
      }
    }
    return success();
  }

  /// Buffers that one group only touches: their elements stay in its threads.
  static llvm::DenseSet<Value> findLocal(func::FuncOp function,
                                         std::deque<Group> &groups) {
    llvm::DenseMap<Value, Group *> owner;
    llvm::DenseSet<Value> local;
    function.walk(
        [&](memref::AllocOp alloc) { local.insert(alloc.getMemref()); });
    for (Group &group : groups) {
      std::optional<RowPlan> plan;
      if (group.alongRows)
        plan = RowPlan::make(
            SmallVector<const Work *>(group.works.begin(), group.works.end()));
      for (Work *work : group.works)
        for (const Access &access : work->accesses)
          if (owner.try_emplace(access.root, &group).first->second != &group ||
              !(plan ? plan->canBeLocal(access.root) : access.atPoint))
            local.erase(access.root);
    }
    return local;
  }

  static void eraseDead(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isFree(op) && op.use_empty())
        op.erase();
  }

  llvm::StringMap<func::FuncOp> kernels;
};

} // namespace
} // namespace catgrad
