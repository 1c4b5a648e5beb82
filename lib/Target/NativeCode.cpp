//===- NativeCode.cpp - LLVM IR to native code ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file drives LLVM: translation, optimisation and code generation for the
// host's architecture. The same input gives the same bytes: no path and no time
// enters the code.

#include "catgrad/Target/NativeCode.h"

#include "catgrad/Target/CudaCode.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

static llvm::Triple getHostTriple() {
  return llvm::Triple(llvm::Triple::normalize(llvm::sys::getProcessTriple()));
}

/// LLVM's description of the host's architecture, null if it was built without.
static const llvm::Target *lookupHostTarget(std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  return llvm::TargetRegistry::lookupTarget(getHostTriple(), error);
}

/// The processors of a target. Made without a name, as LLVM prints a warning to
/// stderr when it is given one that it does not know.
static std::unique_ptr<llvm::MCSubtargetInfo>
getSubtarget(const llvm::Target &target) {
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      target.createMCSubtargetInfo(getHostTriple(), "", ""));
}

/// True if `cpu` can run the host's kind of code: LLVM's list of x86 processors
/// has 32-bit ones, for which its code generator would end the process.
static bool isFit(const llvm::Target &target, StringRef cpu) {
  if (!getSubtarget(target)->isCPUStringValid(cpu))
    return false;
  if (getHostTriple().getArch() != llvm::Triple::x86_64)
    return true;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target.createMCSubtargetInfo(getHostTriple(), cpu, ""));
  return subtarget->checkFeatures("+64bit");
}

SmallVector<StringRef> catgrad::getNativeCpus() {
  std::string error;
  const llvm::Target *target = lookupHostTarget(error);
  SmallVector<StringRef> names;
  if (target)
    for (const llvm::SubtargetSubTypeKV &processor :
         getSubtarget(*target)->getAllProcessorDescriptions())
      if (isFit(*target, processor.Key))
        names.push_back(processor.Key);
  llvm::sort(names);
  return names;
}

/// The host's features as LLVM wants them, in an order that is always the same.
static std::string getHostFeatures() {
  SmallVector<std::string> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features);
  return llvm::join(features, ",");
}

FailureOr<NativeTarget> catgrad::createNativeTarget(StringRef cpu,
                                                    unsigned optLevel,
                                                    EmitError emitError) {
  std::string error;
  const llvm::Target *target = lookupHostTarget(error);
  if (!target)
    return emitError() << "no native code for this machine: " << error;

  NativeTarget native;
  native.optLevel = optLevel;
  native.cpu = cpu;
  std::string features;
  if (cpu == "native") {
    native.cpu = llvm::sys::getHostCPUName();
    features = getHostFeatures();
  } else if (!isFit(*target, cpu)) {
    return emitError() << "unknown processor '" << cpu
                       << "' (catgrad-compile --cpu=help lists the known ones)";
  }

  static constexpr llvm::CodeGenOptLevel levels[] = {
      llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less,
      llvm::CodeGenOptLevel::Default, llvm::CodeGenOptLevel::Aggressive};
  native.machine.reset(target->createTargetMachine(
      getHostTriple(), native.cpu, features, llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, levels[std::min(optLevel, 3u)]));
  if (!native.machine)
    return emitError() << "cannot generate code for processor '" << native.cpu
                       << "'";
  return native;
}

bool catgrad::convertsF16(const NativeTarget &target) {
  switch (getHostTriple().getArch()) {
  case llvm::Triple::aarch64:
    return true;
  case llvm::Triple::x86_64:
    return target.machine->getMCSubtargetInfo()->checkFeatures("+f16c");
  default:
    return false;
  }
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

/// Adds the manifest as text that ends with a zero byte.
static void embedManifest(llvm::Module &module, const Artefact &artefact) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printManifest(artefact, os, /*indent=*/0);
  llvm::Constant *data =
      llvm::ConstantDataArray::getString(module.getContext(), text);
  auto *global = new llvm::GlobalVariable(
      module, data->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, data, artefact.manifestSymbol());
  global->setAlignment(llvm::Align(1));
}

/// Lets LLVM choose between a fused multiply-add and the two operations: the
/// polynomials of the pipeline ask for a fused one, which would be a slow call
/// of libm's fma on processors without it.
static void relaxFusedMultiplyAdd(llvm::Module &module) {
  for (llvm::Function &callee : llvm::make_early_inc_range(module)) {
    if (callee.getIntrinsicID() != llvm::Intrinsic::fma)
      continue;
    callee.replaceAllUsesWith(llvm::Intrinsic::getOrInsertDeclaration(
        &module, llvm::Intrinsic::fmuladd, callee.getReturnType()));
    callee.eraseFromParent();
  }
}

FailureOr<std::unique_ptr<llvm::Module>> catgrad::translateToLLVMIR(
    ModuleOp module, const Artefact &artefact, const NativeTarget &target,
    llvm::LLVMContext &context, const CudaProgram *cuda) {
  // LLVM crashes on constraints that it does not know, and nothing checks what
  // the instructions do.
  WalkResult assembly = module.walk([](LLVM::InlineAsmOp op) -> WalkResult {
    return op.emitError() << "inline assembly is not supported";
  });
  if (assembly.wasInterrupted())
    return failure();
  // A module's name ends up in the object file: the stem, not a path.
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, artefact.stem,
                              /*disableVerification=*/true); // it prints
  if (!llvmModule)
    return failure();
  llvmModule->setTargetTriple(target.machine->getTargetTriple());
  llvmModule->setDataLayout(target.machine->createDataLayout());
  llvmModule->setPICLevel(llvm::PICLevel::BigPIC);
  embedManifest(*llvmModule, artefact);
  if (cuda && failed(addCudaCode(*llvmModule, artefact, *cuda,
                                 [&] { return module.emitError(); })))
    return failure();
  if (target.mayUnfuse)
    relaxFusedMultiplyAdd(*llvmModule);

  // Operations of the LLVM dialect can say what LLVM's passes would crash on.
  std::string invalid;
  llvm::raw_string_ostream os(invalid);
  if (llvm::verifyModule(*llvmModule, &os))
    return module.emitError()
           << "LLVM refuses the code: " << StringRef(invalid).rtrim();

  llvm::StringSet<> exports;
  for (const std::string &name : artefact.exports()) {
    llvm::GlobalValue *value = llvmModule->getNamedValue(name);
    if (!value || value->isDeclaration() || value->hasLocalLinkage())
      return module.emitError()
             << "expected the native entry '" << name
             << "' after lowering to the LLVM dialect, but there is none";
    exports.insert(name);
  }
  for (llvm::GlobalValue &value : llvmModule->global_values())
    if (!value.isDeclaration() && !exports.contains(value.getName()))
      value.setLinkage(llvm::GlobalValue::InternalLinkage);

  for (llvm::Function &function : *llvmModule) {
    if (function.isDeclaration())
      continue;
    // Not those that the CUDA runtime was compiled with.
    function.removeFnAttr("tune-cpu");
    function.removeFnAttr("target-features");
    // Nothing here throws, so that no unwind tables are needed.
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr("target-cpu", target.machine->getTargetCPU());
    if (StringRef features = target.machine->getTargetFeatureString();
        !features.empty())
      function.addFnAttr("target-features", features);
  }
  return llvmModule;
}

void catgrad::optimise(llvm::Module &module, const NativeTarget &target) {
  llvm::PipelineTuningOptions tuning;
  // Off by default, unlike clang. On a GPU the threads are the vector.
  tuning.SLPVectorization =
      target.optLevel >= 2 && !target.machine->getTargetTriple().isNVPTX();
  llvm::PassBuilder builder(target.machine.get(), tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);

  static constexpr const llvm::OptimizationLevel *levels[] = {
      &llvm::OptimizationLevel::O0, &llvm::OptimizationLevel::O1,
      &llvm::OptimizationLevel::O2, &llvm::OptimizationLevel::O3};
  builder.buildPerModuleDefaultPipeline(*levels[std::min(target.optLevel, 3u)])
      .run(module, modules);
}

//===----------------------------------------------------------------------===//
// Assembly and objects
//===----------------------------------------------------------------------===//

namespace {
/// Turns errors of LLVM's code generator into ours, and drops remarks.
class ErrorCollector : public llvm::DiagnosticHandler {
public:
  explicit ErrorCollector(std::string &errors) : errors(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    llvm::raw_string_ostream os(errors);
    llvm::DiagnosticPrinterRawOStream printer(os);
    os << (errors.empty() ? "" : "; ");
    info.print(printer);
    return true;
  }

private:
  std::string &errors;
};
} // namespace

FailureOr<std::string> catgrad::emitCode(llvm::Module &module,
                                         const NativeTarget &target,
                                         llvm::CodeGenFileType type,
                                         EmitError emitError) {
  std::string errors;
  module.getContext().setDiagnosticHandler(
      std::make_unique<ErrorCollector>(errors));
  SmallVector<char, 0> code;
  llvm::raw_svector_ostream os(code);
  llvm::legacy::PassManager passes;
  if (target.machine->addPassesToEmitFile(passes, os, nullptr, type))
    return emitError() << "no code of this kind for processor '" << target.cpu
                       << "'";
  passes.run(module);
  if (!errors.empty())
    return emitError() << "code generation failed: " << errors;
  return std::string(code.data(), code.size());
}

/// True for functions that libm.so.6 has, for double and float.
static bool isMathFunction(StringRef name) {
  static const llvm::StringSet<> names = {
      "acos",   "acosh",     "asin",  "asinh",    "atan",      "atan2",
      "atanh",  "cbrt",      "ceil",  "copysign", "cos",       "cosh",
      "erf",    "erfc",      "exp",   "exp10",    "exp2",      "expm1",
      "fabs",   "fdim",      "floor", "fma",      "fmax",      "fmin",
      "fmod",   "frexp",     "hypot", "ldexp",    "lgamma",    "log",
      "log10",  "log1p",     "log2",  "logb",     "modf",      "nearbyint",
      "pow",    "remainder", "rint",  "round",    "roundeven", "scalbn",
      "sin",    "sincos",    "sinh",  "sqrt",     "tan",       "tanh",
      "tgamma", "trunc"};
  return names.contains(name) ||
         (name.consume_back("f") && names.contains(name));
}

LogicalResult catgrad::verifyUndefinedSymbols(StringRef object, bool isCuda,
                                              EmitError emitError) {
  // With these the CUDA runtime finds the driver, and guards its table.
  static const llvm::StringSet<> cudaNames = {
      "dlopen", "dlsym", "pthread_mutex_lock", "pthread_mutex_unlock"};
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return emitError() << "cannot read the object: "
                       << llvm::toString(file.takeError());
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    auto name = symbol.getName();
    if (!flags || !name)
      return emitError() << "cannot read the object's symbols: "
                         << llvm::toString(llvm::joinErrors(flags.takeError(),
                                                            name.takeError()));
    if (!(*flags & llvm::object::SymbolRef::SF_Undefined) || name->empty())
      continue;
    if (*name == "memcpy" || *name == "memmove" || *name == "memset" ||
        *name == "_GLOBAL_OFFSET_TABLE_" || isMathFunction(*name) ||
        (isCuda && cudaNames.contains(*name)))
      continue;
    return emitError() << "the code needs '" << *name
                       << "', but it may need only libm, memcpy, memmove and "
                          "memset";
  }
  return success();
}
