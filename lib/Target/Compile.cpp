//===- Compile.cpp - The compiler as one function ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file runs the phases one after the other, times them, and stops at the
// form that is asked for.

#include "catgrad/Target/Compile.h"

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/Pipelines/Pipelines.h"
#include "catgrad/Target/CSource.h"
#include "catgrad/Target/Cuda.h"
#include "catgrad/Target/CudaCode.h"
#include "catgrad/Target/Guard.h"
#include "catgrad/Target/Header.h"
#include "catgrad/Target/Link.h"
#include "catgrad/Target/Manifest.h"
#include "catgrad/Target/NativeCode.h"
#include "catgrad/Target/VerifyNativeSignatures.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>

using namespace mlir;
using namespace catgrad;

void catgrad::registerCompilerDialects(DialectRegistry &registry) {
  catgrad::registerAllDialects(registry);
  catgrad::registerAllExtensions(registry);
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

namespace {
/// One compilation: the module on its way, and what was asked for.
class Compilation {
public:
  Compilation(const llvm::SourceMgr &sources, MLIRContext &context,
              const CompileOptions &options)
      : sources(sources), context(context), options(options) {}

  FailureOr<CompileResult> run();

private:
  /// Runs one phase and records its time. A failure without a diagnostic gets
  /// one here, so that no failure is silent. Phases hold `ReadsOptions` each
  /// for itself, so that another thread's link waits for one of them only.
  LogicalResult time(StringRef phase, function_ref<LogicalResult()> body);

  LogicalResult parse();
  /// Runs a pipeline's phase on a module. `build` adds its passes.
  LogicalResult runPhase(StringRef name, ModuleOp on,
                         function_ref<void(PassManager &)> build);
  LogicalResult runPhase(CpuPhase phase, ModuleOp on, StringRef name = {});
  LogicalResult runPhase(CudaPhase phase);
  LogicalResult describe(ModuleOp from);
  /// From the module after phase rev to code of the LLVM dialect.
  LogicalResult runCpu();
  /// The same for CUDA: the module becomes kernels, and a copy of it, which
  /// keeps only what draws initial values, becomes the host's code.
  LogicalResult runCuda();
  LogicalResult buildHost();
  LogicalResult buildProgram();
  LogicalResult emitCSource();
  LogicalResult emitNative();

  /// True if `kind`, or something after it, is asked for.
  bool reaches(EmitKind kind) const { return options.emit >= kind; }
  bool needsDescription() const {
    return options.header || options.manifest ||
           options.emit == EmitKind::CSource || reaches(EmitKind::LLVM);
  }
  bool isCuda() const { return options.target == CompileTarget::CUDA; }
  /// Prints the module if that is what was asked for.
  void printIf(EmitKind kind) {
    if (options.emit == kind)
      llvm::raw_string_ostream(result.output) << *module;
  }
  InFlightDiagnostic emitError() {
    return module ? module->emitError()
                  : mlir::emitError(UnknownLoc::get(&context));
  }

  const llvm::SourceMgr &sources;
  MLIRContext &context;
  const CompileOptions &options;
  OwningOpRef<ModuleOp> module;
  OwningOpRef<ModuleOp> host; ///< for CUDA
  std::optional<CudaProgram> program;
  Artefact artefact;
  NativeTarget target;
  CompileResult result;
};
} // namespace

LogicalResult Compilation::time(StringRef phase,
                                function_ref<LogicalResult()> body) {
  bool hasError = false;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    hasError |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return failure(); // the next handler prints it
  });
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  LogicalResult outcome = body();
  std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
  result.times.push_back({phase, elapsed.count()});
  if (succeeded(outcome) || hasError)
    return outcome;
  return emitError() << "phase '" << phase << "' failed";
}

LogicalResult Compilation::parse() {
  ReadsOptions lock;
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  // MLIR's reader of bytecode trusts its input.
  if (isBytecode(buffer->getMemBufferRef()))
    return mlir::emitError(FileLineColLoc::get(
               &context, buffer->getBufferIdentifier(), 1, 1))
           << "expected MLIR as text but got bytecode";
  if (failed(verifyText(sources, context, options.limits)))
    return failure();
  // The handler of `time` does not see the parser's own source locations.
  module = parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module)
    return failure();
  return success(succeeded(verifyNativeSignatures(*module)) &&
                 succeeded(verifySizes(*module, options.limits)));
}

LogicalResult Compilation::runPhase(StringRef name, ModuleOp on,
                                    function_ref<void(PassManager &)> build) {
  return time(name, [&] {
    ReadsOptions lock;
    PassManager passes(&context);
    if (!options.crashReproducer.empty())
      passes.enableCrashReproducerGeneration(options.crashReproducer);
    build(passes);
    return success(succeeded(passes.run(on)) &&
                   succeeded(verifySizes(on, options.limits)));
  });
}

LogicalResult Compilation::runPhase(CpuPhase phase, ModuleOp on,
                                    StringRef name) {
  CpuPipelineOptions pipeline;
  pipeline.maxOperations = options.limits.maxOperations;
  pipeline.nativeF16 = convertsF16(target);
  pipeline.callDraws = options.emit == EmitKind::CSource;
  pipeline.math = options.math;
  if (name.empty())
    name = getPhaseName(phase);
  return runPhase(name, on, [&](PassManager &passes) {
    buildCpuPhase(passes, phase, pipeline);
  });
}

LogicalResult Compilation::runPhase(CudaPhase phase) {
  CudaPipelineOptions pipeline;
  pipeline.maxOperations = options.limits.maxOperations;
  pipeline.math = options.math;
  return runPhase(getPhaseName(phase), *module, [&](PassManager &passes) {
    buildCudaPhase(passes, phase, pipeline);
  });
}

/// The functions are described while their types still are tensors and their
/// arguments still have names.
LogicalResult Compilation::describe(ModuleOp from) {
  if (failed(verifyNativeSignatures(from)))
    return failure();
  SmallVector<std::string> chips;
  if (isCuda())
    chips = options.chips;
  // C source is for any processor.
  StringRef cpu =
      options.emit == EmitKind::CSource ? StringRef("any") : target.cpu;
  auto description = describeArtefact(from, options.stem, cpu, chips);
  if (failed(description))
    return failure();
  artefact = std::move(*description);
  return success();
}

LogicalResult Compilation::emitCSource() {
  if (failed(runPhase("loops", *module, buildCSourcePhase)))
    return failure();
  return time("c", [&] {
    llvm::raw_string_ostream os(result.output);
    return translateToC(*module, artefact, os);
  });
}

/// From the LLVM dialect to what is asked for.
LogicalResult Compilation::emitNative() {
  auto emitError = [&] { return this->emitError(); };
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> code;
  if (failed(time("translate", [&]() -> LogicalResult {
        ReadsOptions lock;
        auto translated =
            translateToLLVMIR(isCuda() ? *host : *module, artefact, target,
                              llvmContext, program ? &*program : nullptr);
        if (failed(translated))
          return failure();
        code = std::move(*translated);
        return success();
      })))
    return failure();

  (void)time("optimise", [&] {
    ReadsOptions lock;
    optimise(*code, target);
    return success();
  });
  if (options.emit == EmitKind::LLVM) {
    llvm::raw_string_ostream(result.output) << *code;
    return success();
  }

  auto type = options.emit == EmitKind::Assembly
                  ? llvm::CodeGenFileType::AssemblyFile
                  : llvm::CodeGenFileType::ObjectFile;
  if (failed(time("codegen", [&]() -> LogicalResult {
        ReadsOptions lock;
        auto bytes = emitCode(*code, target, type, emitError);
        if (failed(bytes))
          return failure();
        result.output = std::move(*bytes);
        if (type == llvm::CodeGenFileType::ObjectFile)
          return verifyUndefinedSymbols(result.output, artefact.isCuda(),
                                        emitError);
        return success();
      })))
    return failure();
  if (options.emit != EmitKind::SharedLibrary)
    return success();

  std::string soname =
      options.soname.empty() ? "lib" + options.stem + ".so" : options.soname;
  return time("link", [&]() -> LogicalResult {
    auto library =
        linkSharedLibrary(result.output, artefact, soname, emitError);
    if (failed(library))
      return failure();
    result.output = std::move(*library);
    return success();
  });
}

LogicalResult Compilation::runCpu() {
  if (options.emit == EmitKind::CSource)
    nameOrigins(*module);
  for (auto [phase, kind] : {std::pair(CpuPhase::Linalg, EmitKind::Linalg),
                             {CpuPhase::Bufferized, EmitKind::Bufferized},
                             {CpuPhase::LLVM, EmitKind::LLVM}}) {
    // The workspace of a header or manifest is known once it is planned.
    bool isNeeded =
        reaches(kind) || (phase != CpuPhase::LLVM && needsDescription());
    if (!isNeeded)
      break;
    if (failed(runPhase(phase, *module)))
      return failure();
    if (phase == CpuPhase::Linalg && needsDescription() &&
        failed(describe(*module)))
      return failure();
    if (phase == CpuPhase::Bufferized && needsDescription() &&
        failed(readWorkspaceBytes(artefact, *module)))
      return failure();
    if (kind != EmitKind::LLVM)
      printIf(kind);
  }
  return options.emit == EmitKind::CSource ? emitCSource() : success();
}

LogicalResult Compilation::buildHost() {
  host = module->clone();
  if (failed(runPhase(CpuPhase::Linalg, *host, "host linalg")) ||
      failed(describe(*host)))
    return failure();
  SymbolTable symbols(*host);
  for (const FunctionDescription &function : artefact.functions)
    if (function.onDevice)
      SymbolTable::setSymbolVisibility(symbols.lookup(function.symbol),
                                       SymbolTable::Visibility::Private);
  return success(
      succeeded(runPhase("host dce", *host,
                         [](PassManager &passes) {
                           passes.addPass(createSymbolDCEPass());
                         })) &&
      succeeded(runPhase(CpuPhase::Bufferized, *host, "host buffers")) &&
      succeeded(readWorkspaceBytes(artefact, *host)) &&
      succeeded(runPhase(CpuPhase::LLVM, *host, "host llvm")));
}

LogicalResult Compilation::buildProgram() {
  CudaOptions cuda;
  cuda.chips = options.chips;
  cuda.optLevel = options.optLevel;
  // Who wants PTX or a header has no use for machine code.
  cuda.assemble = options.cubin.value_or(true) &&
                  (reaches(EmitKind::LLVM) || options.kernelReport);
  if (options.cubin.value_or(false) && findPtxas().empty())
    return emitError() << "expected NVIDIA's assembler ptxas in CUDA_HOME, "
                          "CUDA_PATH, PATH or /usr/local/cuda, but it is not "
                          "there: machine code needs it";
  auto built = buildCudaProgram(*module, cuda);
  if (failed(built))
    return failure();
  program = std::move(*built);
  for (FunctionDescription &function : artefact.functions)
    for (const CudaFunction &plan : program->functions)
      if (function.onDevice && plan.symbol == function.symbol)
        function.workspaceBytes = plan.workspaceBytes;
  if (options.emit == EmitKind::PTX)
    result.output = program->images.front().ptx;
  if (options.kernelReport) {
    llvm::raw_string_ostream os(result.kernelReport);
    printKernelReport(*program, os);
  }
  if (!needsDescription())
    return success();
  return verifyCudaProgram(artefact, *program, [&] { return emitError(); });
}

LogicalResult Compilation::runCuda() {
  if (needsDescription() && failed(buildHost()))
    return failure();
  for (auto [phase, kind] : {std::pair(CudaPhase::Linalg, EmitKind::Linalg),
                             {CudaPhase::Bufferized, EmitKind::Bufferized},
                             {CudaPhase::Gpu, EmitKind::Gpu},
                             {CudaPhase::Nvvm, EmitKind::Nvvm}}) {
    if (!reaches(kind) && !needsDescription() && !options.kernelReport)
      return success();
    if (failed(runPhase(phase)))
      return failure();
    printIf(kind);
  }
  if (!reaches(EmitKind::PTX) && !needsDescription() && !options.kernelReport)
    return success();
  return time("ptx", [&] {
    ReadsOptions lock;
    return buildProgram();
  });
}

FailureOr<CompileResult> Compilation::run() {
  if (!isCuda() && reaches(EmitKind::Gpu) && options.emit <= EmitKind::PTX)
    return emitError() << "expected target cuda for this kind of output";
  if (isCuda() && options.emit == EmitKind::CSource)
    return emitError() << "expected target cpu for C source";
  // Compilers of C fuse products and sums as they like.
  if (options.math == MathMode::Reference && options.emit == EmitKind::CSource)
    return emitError() << "expected default math for C source";

  if (!isCIdentifier(options.stem))
    return emitError() << "expected the name of the artefact to be a C "
                          "identifier but got '"
                       << options.stem << "'";
  auto native = createNativeTarget(options.cpu, options.optLevel,
                                   [&] { return emitError(); });
  if (failed(native))
    return failure();
  target = std::move(*native);
  target.mayUnfuse = options.math != MathMode::Reference;

  if (failed(time("parse", [&] { return parse(); })))
    return failure();

  for (auto [phase, kind] : {std::pair(CpuPhase::Catgrad, EmitKind::Catgrad),
                             {CpuPhase::Rev, EmitKind::Rev}}) {
    if (!reaches(kind) && !needsDescription())
      break;
    if (failed(runPhase(phase, *module)))
      return failure();
    printIf(kind);
  }
  if (failed(isCuda() ? runCuda() : runCpu()))
    return failure();
  if (reaches(EmitKind::LLVM) && failed(emitNative()))
    return failure();

  llvm::raw_string_ostream header(result.header), manifest(result.manifest);
  if (options.header)
    printHeader(artefact, header);
  if (options.manifest)
    printManifest(artefact, manifest);
  return std::move(result);
}

FailureOr<CompileResult> catgrad::compile(const llvm::SourceMgr &sources,
                                          MLIRContext &context,
                                          const CompileOptions &options) {
  return Compilation(sources, context, options).run();
}
