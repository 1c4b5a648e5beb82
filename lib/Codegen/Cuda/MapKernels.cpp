//===- MapKernels.cpp - Kernels for blocks and threads ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file chooses a schedule for each kernel, and moves the kernels to a
// gpu.module and their calls to launches.

#include "Schedule.h"
#include "catgrad/Codegen/Cuda/Passes.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Target/Header.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_MAPKERNELS
#include "catgrad/Codegen/Cuda/Passes.h.inc"

Value KernelBody::addShared(int64_t elements, Type element) {
  auto space = gpu::AddressSpaceAttr::get(
      function.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  auto type =
      MemRefType::get({elements}, element, MemRefLayoutAttrInterface(), space);
  for (BlockArgument other : function.getWorkgroupAttributions())
    if (other.getType() == type && !llvm::is_contained(shared, other)) {
      shared.push_back(other);
      return other;
    }
  shared.push_back(function.addWorkgroupAttribution(type, loc));
  // LLVM loads vectors from shared memory as if it were aligned to 16, but asks
  // for the alignment of an element only.
  function.setWorkgroupAttributionAttr(
      function.getNumWorkgroupAttributions() - 1,
      LLVM::LLVMDialect::getAlignAttrName(),
      OpBuilder(function.getContext()).getI64IntegerAttr(16));
  return shared.back();
}

namespace {

/// The largest number of blocks of one launch.
constexpr int64_t kMaxBlocks = (int64_t(1) << 31) - 1;

/// The parts of a kernel, side by side in the grid.
SmallVector<Block *> getParts(func::FuncOp kernel) {
  SmallVector<Block *> parts;
  for (auto part : kernel.getOps<scf::ExecuteRegionOp>())
    parts.push_back(&part.getRegion().front());
  if (parts.empty())
    parts.push_back(&kernel.front());
  return parts;
}

/// Whether the part has a reduction whose order decides how it is rounded.
bool dependsOnOrder(Block &part) {
  linalg::GenericOp op = getOnlyReduction(part);
  std::optional<Combiner> combiner;
  if (op)
    combiner = Combiner::match(op);
  return combiner && combiner->dependsOnOrder();
}

Schedule chooseSchedule(Block &part, bool inOrder) {
  if (inOrder && dependsOnOrder(part))
    return std::move(*schedulePoints(part));
  for (auto schedule : {scheduleLoops, scheduleTiles, scheduleRows,
                        scheduleFusedRows, scheduleVectors})
    if (std::optional<Schedule> found = schedule(part))
      return std::move(*found);
  return std::move(*schedulePoints(part));
}

int64_t countBytes(ArrayRef<Type> types) {
  int64_t bytes = 0;
  for (Type type : types)
    if (auto memref = dyn_cast<MemRefType>(type);
        memref && memref.getElementType().isIntOrFloat())
      bytes += memref.getNumElements() *
               llvm::divideCeil(memref.getElementTypeBitWidth(), 8);
  return bytes;
}

/// Arithmetic on numbers in all turns of all loops, a fused multiply-add as
/// two.
int64_t countOperations(func::FuncOp kernel) {
  int64_t count = 0;
  kernel.walk([&](linalg::GenericOp op) {
    int64_t body = 0,
            turns = llvm::product_of(op.getStaticLoopRanges(), int64_t(1));
    op.getBody()->walk([&](Operation *nested) {
      body += nested->getNumResults() == 1 &&
              isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
                  nested->getDialect()) &&
              !nested->hasTrait<OpTrait::ConstantLike>() &&
              !isa<CastOpInterface, arith::SelectOp>(nested);
    });
    count += body * turns;
  });
  return count;
}

struct MapKernels : impl::MapKernelsBase<MapKernels> {
  using MapKernelsBase::MapKernelsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    SmallVector<func::FuncOp> kernels;
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(metadata::kKernel))
        kernels.push_back(function);
    if (kernels.empty())
      return;
    module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                    UnitAttr::get(&getContext()));
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    device = gpu::GPUModuleOp::create(b, module.getLoc(), "kernels");
    symbols.insert(device);
    for (func::FuncOp kernel : kernels)
      if (failed(mapKernel(kernel)))
        return signalPassFailure();
    if (hasShortIndices()) {
      DataLayoutEntryInterface entry =
          DataLayoutEntryAttr::get(b.getIndexType(), b.getI64IntegerAttr(32));
      device->setAttr(DLTIDialect::kDataLayoutAttrName,
                      DataLayoutSpecAttr::get(&getContext(), entry));
    }
    SmallVector<func::CallOp> calls;
    module.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls)
      launch(call);
    for (func::FuncOp kernel : kernels)
      symbols.erase(kernel);
    eraseUnusedGlobals();
  }

private:
  struct Mapped {
    gpu::GPUFuncOp function;
    int64_t blocks, threads, bytesMoved, operations, sharedBytes;
  };

  LogicalResult mapKernel(func::FuncOp kernel) {
    SmallVector<Schedule> schedules;
    int64_t blocks = 0, threads = 0;
    for (Block *part : getParts(kernel)) {
      schedules.push_back(chooseSchedule(*part, inOrder));
      blocks += schedules.back().blocks;
      threads = std::max(threads, schedules.back().threads);
    }
    if (blocks > kMaxBlocks)
      return kernel.emitError() << "expected at most " << kMaxBlocks
                                << " blocks but got " << blocks;
    importGlobals(kernel);
    OpBuilder b(&getContext());
    b.setInsertionPointToEnd(device.getBody());
    // Names of PTX are those of C.
    std::string name =
        toCIdentifier((kernel.getSymName() + "_" +
                       (schedules.size() == 1 ? schedules.front().name.str()
                                              : std::string("parts")))
                          .str());
    auto function = gpu::GPUFuncOp::create(b, kernel.getLoc(), name,
                                           kernel.getFunctionType());
    SymbolTable(device).insert(function);
    function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                      b.getUnitAttr());
    auto size = b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1});
    function.setKnownBlockSizeAttr(size);
    function.setKnownGridSizeAttr(
        b.getDenseI32ArrayAttr({static_cast<int32_t>(blocks), 1, 1}));
    describeArguments(kernel, function);

    b.setInsertionPointToStart(&function.getBody().front());
    IRMapping mapping;
    mapping.map(kernel.getArguments(), function.getArguments());
    Location loc = kernel.getLoc();
    Value block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
    Value thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
    KernelBody body{b, loc, function, mapping, block, thread};
    if (schedules.size() == 1)
      schedules.front().emit(body);
    else
      emitParts(body, kernel, schedules, threads);
    b.setInsertionPointToEnd(&function.getBody().front());
    gpu::ReturnOp::create(b, loc);
    mapped[kernel.getSymNameAttr()] = {
        function,
        blocks,
        threads,
        countBytes(kernel.getArgumentTypes()),
        countOperations(kernel),
        countBytes(llvm::map_to_vector(
            function.getWorkgroupAttributions(),
            [](BlockArgument shared) { return shared.getType(); }))};
    return success();
  }

  /// Each block works on one of the parts: all of its threads come to the same
  /// barriers.
  static void emitParts(KernelBody &body, func::FuncOp kernel,
                        MutableArrayRef<Schedule> schedules, int64_t threads) {
    OpBuilder &b = body.b;
    Location loc = body.loc;
    // Constants that canonicalisation moved out of the parts.
    for (Operation &op : kernel.front().without_terminator())
      if (!isa<scf::ExecuteRegionOp>(op))
        b.clone(op, body.mapping);
    auto guard = [&](Value number, int64_t bound) {
      Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                           number, createIndex(b, loc, bound));
      auto guarded = scf::IfOp::create(b, loc, inside, false);
      b.setInsertionPointToStart(guarded.thenBlock());
    };
    int64_t first = 0;
    for (Schedule &schedule : schedules) {
      OpBuilder::InsertionGuard insertion(b);
      // Below the first block of the part, the difference wraps around.
      Value block =
          arith::SubIOp::create(b, loc, body.block, createIndex(b, loc, first));
      guard(block, schedule.blocks);
      if (schedule.threads < threads)
        guard(body.thread, schedule.threads);
      KernelBody part{b, loc, body.function, body.mapping, block, body.thread};
      schedule.emit(part);
      first += schedule.blocks;
    }
  }

  /// Whether every index fits into 32 bits with room for what guards cut off:
  /// GPUs compute with those in half the registers and time. Indices that are
  /// data of 64 bits stay what they are.
  bool hasShortIndices() {
    constexpr int64_t limit = int64_t(1) << 30;
    auto isShort = [](Type type) {
      auto memref = dyn_cast<MemRefType>(type);
      return !memref || memref.getNumElements() < limit;
    };
    for (auto &[name, kernel] : mapped)
      if (kernel.blocks * kernel.threads >= limit ||
          !llvm::all_of(kernel.function.getArgumentTypes(), isShort))
        return false;
    auto result = device.walk([&](Operation *op) {
      bool isCast = isa<arith::IndexCastOp, arith::IndexCastUIOp>(op) &&
                    op->getOperand(0).getType().isInteger(64);
      auto constant = dyn_cast<arith::ConstantIndexOp>(op);
      return isCast || (constant && std::abs(constant.value()) >= limit) ||
                     !llvm::all_of(op->getResultTypes(), isShort)
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    return !result.wasInterrupted();
  }

  /// Two arguments are two buffers; what is only read stays as it is.
  void describeArguments(func::FuncOp kernel, gpu::GPUFuncOp function) {
    llvm::DenseSet<Value> written;
    for (Block *part : getParts(kernel))
      for (Operation &op : *part)
        if (FailureOr<Work> work = describeWork(&op); succeeded(work))
          for (const Access &access : work->accesses)
            if (access.writes)
              written.insert(access.root);
    auto unit = UnitAttr::get(&getContext());
    for (BlockArgument argument : kernel.getArguments()) {
      unsigned i = argument.getArgNumber();
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), unit);
      if (!written.contains(argument))
        function.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(), unit);
    }
  }

  /// Constants go with the code.
  void importGlobals(func::FuncOp kernel) {
    SymbolTable host(getOperation());
    kernel.walk([&](memref::GetGlobalOp get) {
      if (device.lookupSymbol(get.getNameAttr()))
        return;
      auto global = host.lookup<memref::GlobalOp>(get.getName());
      OpBuilder b = OpBuilder::atBlockBegin(device.getBody());
      b.clone(*global);
    });
  }

  void eraseUnusedGlobals() {
    for (auto global :
         llvm::make_early_inc_range(getOperation().getOps<memref::GlobalOp>()))
      if (SymbolTable::symbolKnownUseEmpty(global, getOperation()) ||
          device.lookupSymbol(global.getSymName()))
        global.erase();
  }

  void launch(func::CallOp call) {
    auto it = mapped.find(call.getCalleeAttr().getAttr());
    if (it == mapped.end())
      return;
    const Mapped &kernel = it->second;
    OpBuilder b(call);
    Location loc = call.getLoc();
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    Value blocks = arith::ConstantIndexOp::create(b, loc, kernel.blocks);
    Value threads = arith::ConstantIndexOp::create(b, loc, kernel.threads);
    auto launch = gpu::LaunchFuncOp::create(
        b, loc, kernel.function, {blocks, one, one}, {threads, one, one},
        Value(), call.getOperands());
    launch->setAttr("bytes_moved", b.getI64IntegerAttr(kernel.bytesMoved));
    launch->setAttr("operations", b.getI64IntegerAttr(kernel.operations));
    launch->setAttr("shared_bytes", b.getI64IntegerAttr(kernel.sharedBytes));
    call.erase();
  }

  gpu::GPUModuleOp device;
  llvm::DenseMap<StringAttr, Mapped> mapped;
};

} // namespace
} // namespace catgrad
