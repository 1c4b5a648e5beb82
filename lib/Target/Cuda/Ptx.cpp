//===- Ptx.cpp - Kernels to PTX ---------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file translates the kernels to LLVM IR, links what they need of NVIDIA's
// library of mathematical functions, and lets LLVM write PTX.

#include "catgrad/Target/Cuda.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace mlir;
using namespace catgrad;

/// Vectors are loaded from shared memory as if it were aligned to this.
static constexpr uint64_t kSharedAlignment = 16;

static FailureOr<NativeTarget> createTarget(StringRef chip, unsigned optLevel,
                                            EmitError emitError) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return emitError() << "no code for CUDA: " << error;
  std::unique_ptr<llvm::MCSubtargetInfo> chips(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!chip.starts_with("sm_") || !chips->isCPUStringValid(chip))
    return emitError() << "expected a GPU such as sm_80 but got '" << chip
                       << "'";
  static constexpr llvm::CodeGenOptLevel levels[] = {
      llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less,
      llvm::CodeGenOptLevel::Default, llvm::CodeGenOptLevel::Aggressive};
  NativeTarget result;
  result.cpu = chip;
  result.optLevel = optLevel;
  // No features: the oldest version of PTX that knows the chip.
  result.machine.reset(target->createTargetMachine(
      triple, chip, "", llvm::TargetOptions(), std::nullopt, std::nullopt,
      levels[std::min(optLevel, 3u)]));
  return result;
}

/// The functions that the kernels call and nobody defines.
static SmallVector<llvm::Function *> getUndefined(llvm::Module &module) {
  SmallVector<llvm::Function *> undefined;
  for (llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        !function.use_empty())
      undefined.push_back(&function);
  return undefined;
}

static LogicalResult linkLibdevice(llvm::Module &module, EmitError emitError) {
  auto isNeeded = [](llvm::Function *function) {
    return function->getName().starts_with("__nv_");
  };
  if (llvm::none_of(getUndefined(module), isNeeded))
    return success();
  std::string path = findLibdevice();
  if (path.empty())
    return emitError() << "expected NVIDIA's library libdevice for functions "
                          "such as '"
                       << getUndefined(module).front()->getName()
                       << "' but found none: set CUDA_HOME to a CUDA toolkit "
                          "or run 'make deps-cuda'";
  llvm::SMDiagnostic diagnostic;
  auto library = llvm::parseIRFile(path, diagnostic, module.getContext());
  if (!library)
    return emitError() << "cannot read '" << path
                       << "': " << diagnostic.getMessage();
  library->setTargetTriple(module.getTargetTriple());
  library->setDataLayout(module.getDataLayout());
  if (llvm::Linker::linkModules(module, std::move(library),
                                llvm::Linker::LinkOnlyNeeded))
    return emitError() << "cannot link '" << path << "'";
  return success();
}

/// What would make a kernel slow or wrong without anyone noticing.
static LogicalResult verifyKernels(llvm::Module &module, EmitError emitError) {
  for (llvm::Function *function : getUndefined(module)) {
    if (function->getName() == "malloc" || function->getName() == "free")
      return emitError() << "a kernel allocates memory";
    if (function->getName() != "__nvvm_reflect")
      return emitError() << "a kernel calls '" << function->getName()
                         << "', which is nowhere defined";
  }
  for (llvm::GlobalVariable &global : module.globals())
    if (global.getAddressSpace() == 3 &&
        global.getAlign().valueOrOne().value() < kSharedAlignment)
      return emitError() << "expected shared memory '" << global.getName()
                         << "' to be aligned to " << kSharedAlignment
                         << " bytes but got "
                         << global.getAlign().valueOrOne().value();
  return success();
}

FailureOr<std::string> catgrad::emitPtx(gpu::GPUModuleOp kernels,
                                        StringRef chip, unsigned optLevel) {
  auto emitError = [&] { return kernels.emitError(); };
  auto target = createTarget(chip, optLevel, emitError);
  if (failed(target))
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(
      kernels, context, "kernels", /*disableVerification=*/true);
  if (!module)
    return failure();
  module->setTargetTriple(target->machine->getTargetTriple());
  module->setDataLayout(target->machine->createDataLayout());
  std::string invalid;
  llvm::raw_string_ostream os(invalid);
  if (llvm::verifyModule(*module, &os))
    return emitError() << "LLVM refuses the code: "
                       << StringRef(invalid).rtrim();
  if (failed(linkLibdevice(*module, emitError)))
    return failure();
  for (llvm::GlobalValue &value : module->global_values()) {
    auto *function = dyn_cast<llvm::Function>(&value);
    bool isKernel =
        function && function->getCallingConv() == llvm::CallingConv::PTX_Kernel;
    if (!value.isDeclaration() && !isKernel)
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
  optimise(*module, *target);
  if (failed(verifyKernels(*module, emitError)))
    return failure();
  return emitCode(*module, *target, llvm::CodeGenFileType::AssemblyFile,
                  emitError);
}
