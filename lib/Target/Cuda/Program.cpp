//===- Program.cpp - Launches as data ---------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads the launches of each function: kernels on parts of arguments
// that are known now. Whatever else the host would have to do is an error.

#include "catgrad/Target/Cuda.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

using namespace mlir;
using namespace catgrad;

namespace {

/// Reads one function after `catgrad-plan-workspace`.
class FunctionReader {
public:
  explicit FunctionReader(func::FuncOp function) : function(function) {}

  FailureOr<CudaFunction> run() {
    auto results =
        function->getAttrOfType<DenseI64ArrayAttr>("catgrad.destinations");
    auto bytes =
        function->getAttrOfType<IntegerAttr>("catgrad.workspace_bytes");
    if (!results || !bytes)
      return function.emitOpError("expected destinations and a workspace");
    destinations = results.asArrayRef();
    unsigned arguments = function.getNumArguments();
    inputs = arguments - 1;
    while (inputs > 0 && function.getArgAttr(inputs - 1, "catgrad.output"))
      --inputs;
    result.symbol = function.getSymName();
    result.pointers = inputs + destinations.size() + 1;
    result.workspaceBytes = bytes.getInt();
    for (auto [i, k] : llvm::enumerate(destinations))
      if (k < inputs)
        result.copies.push_back({static_cast<unsigned>(inputs + i),
                                 static_cast<unsigned>(k),
                                 getBytes(function.getArgument(k).getType())});
    for (Operation &op : function.front().without_terminator()) {
      if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op)) {
        if (failed(readLaunch(launch)))
          return failure();
      } else if (!isa<arith::ConstantOp, memref::ViewOp>(op)) {
        return op.emitOpError("is left for the host, which may only launch "
                              "kernels");
      }
    }
    return std::move(result);
  }

private:
  static uint64_t getBytes(Type type) {
    auto memref = cast<MemRefType>(type);
    return memref.getNumElements() *
           llvm::divideCeil(memref.getElementTypeBitWidth(), 8);
  }

  /// The pointer of an argument: an updated input is the output that holds it.
  unsigned getPointer(BlockArgument argument) {
    unsigned k = argument.getArgNumber();
    for (auto [i, destination] : llvm::enumerate(destinations))
      if (destination == k)
        return inputs + i;
    return k < inputs ? k : result.pointers - 1;
  }

  LogicalResult readLaunch(gpu::LaunchFuncOp op) {
    CudaLaunch launch;
    launch.kernel = op.getKernelName().str();
    auto readSizes = [&](gpu::KernelDim3 from, std::array<uint32_t, 3> &to) {
      for (auto [value, size] :
           llvm::zip_equal(std::array<Value, 3>{from.x, from.y, from.z}, to)) {
        auto constant = getConstantIntValue(value);
        if (!constant)
          return failure();
        size = *constant;
      }
      return success();
    };
    if (failed(readSizes(op.getGridSizeOperandValues(), launch.grid)) ||
        failed(readSizes(op.getBlockSizeOperandValues(), launch.block)))
      return op.emitOpError("expected constant numbers of blocks and threads");
    for (Value operand : op.getKernelOperands()) {
      CudaArgument argument{0, 0};
      if (auto view = operand.getDefiningOp<memref::ViewOp>()) {
        auto shift = getConstantIntValue(view.getByteShift());
        if (!shift)
          return view.emitOpError("expected a constant offset");
        argument.offset = *shift;
        operand = view.getSource();
      }
      auto base = dyn_cast<BlockArgument>(operand);
      if (!base)
        return op.emitOpError("expected arguments of the function, or parts of "
                              "its workspace");
      argument.pointer = getPointer(base);
      launch.arguments.push_back(argument);
    }
    auto read = [&](StringRef name) -> uint64_t {
      auto attribute = op->getAttrOfType<IntegerAttr>(name);
      return attribute ? attribute.getInt() : 0;
    };
    launch.bytesMoved = read("bytes_moved");
    launch.operations = read("operations");
    launch.staticSharedBytes = read("shared_bytes");
    result.launches.push_back(std::move(launch));
    return success();
  }

  func::FuncOp function;
  ArrayRef<int64_t> destinations;
  unsigned inputs = 0;
  CudaFunction result;
};

} // namespace

FailureOr<CudaProgram> catgrad::buildCudaProgram(ModuleOp module,
                                                 const CudaOptions &options) {
  CudaProgram program;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isPrivate())
      return function.emitOpError("is left for the host, which may only launch "
                                  "kernels");
    auto read = FunctionReader(function).run();
    if (failed(read))
      return failure();
    program.functions.push_back(std::move(*read));
  }
  auto kernels = module.getOps<gpu::GPUModuleOp>();
  OwningOpRef<gpu::GPUModuleOp> empty;
  gpu::GPUModuleOp device;
  if (kernels.empty()) {
    OpBuilder b(module.getContext());
    empty = gpu::GPUModuleOp::create(b, module.getLoc(), "kernels");
    device = *empty;
  } else {
    device = *kernels.begin();
  }
  std::string ptxas = options.assemble ? findPtxas() : "";
  for (StringRef chip : options.chips) {
    auto ptx = emitPtx(device, chip, options.optLevel);
    if (failed(ptx))
      return failure();
    CudaImage image{chip.str(), std::move(*ptx), {}, {}};
    if (!ptxas.empty()) {
      auto assembled = assemblePtx(ptxas, chip, image.ptx,
                                   [&] { return module.emitError(); });
      if (failed(assembled))
        return failure();
      image.cubin = std::move(assembled->cubin);
      image.resources = std::move(assembled->kernels);
    }
    program.images.push_back(std::move(image));
  }
  return program;
}
