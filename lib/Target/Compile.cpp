//===- Compile.cpp - The compiler as one function ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file runs the phases one after the other, times them, and stops at the
// form that is asked for.

#include "catgrad/Target/Compile.h"

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/Pipelines/Pipelines.h"
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
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

std::optional<EmitKind> catgrad::getEmitKindForFile(StringRef path) {
  return llvm::StringSwitch<std::optional<EmitKind>>(
             llvm::sys::path::extension(path))
      .Case(".mlir", EmitKind::Rev)
      .Case(".ll", EmitKind::LLVM)
      .Case(".s", EmitKind::Assembly)
      .Case(".o", EmitKind::Object)
      .Case(".so", EmitKind::SharedLibrary)
      .Default(std::nullopt);
}

std::optional<EmitKind> catgrad::parseEmitKind(StringRef name) {
  return llvm::StringSwitch<std::optional<EmitKind>>(name)
      .Case("catgrad", EmitKind::Catgrad)
      .Case("rev", EmitKind::Rev)
      .Case("linalg", EmitKind::Linalg)
      .Case("bufferized", EmitKind::Bufferized)
      .Case("llvm", EmitKind::LLVM)
      .Case("asm", EmitKind::Assembly)
      .Case("obj", EmitKind::Object)
      .Case("so", EmitKind::SharedLibrary)
      .Default(std::nullopt);
}

bool catgrad::isText(EmitKind kind) { return kind < EmitKind::Object; }

std::string catgrad::getArtefactStem(StringRef path) {
  StringRef name = llvm::sys::path::filename(path);
  // Only libraries have the prefix: libiris.so, but library.mlir.
  bool isLibrary = name.ends_with(".so") || name.contains(".so.");
  StringRef stem = isLibrary ? name.take_front(name.find(".so"))
                             : llvm::sys::path::stem(name);
  if (isLibrary && stem.size() > 3)
    stem.consume_front("lib");
  return toCIdentifier(stem);
}

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
  LogicalResult runPhase(CpuPhase phase);
  LogicalResult describe();
  LogicalResult emitNative();

  /// True if `kind`, or something after it, is asked for.
  bool reaches(EmitKind kind) const { return options.emit >= kind; }
  bool needsDescription() const {
    return options.header || options.manifest || reaches(EmitKind::LLVM);
  }
  InFlightDiagnostic emitError() {
    return module ? module->emitError()
                  : mlir::emitError(UnknownLoc::get(&context));
  }

  const llvm::SourceMgr &sources;
  MLIRContext &context;
  const CompileOptions &options;
  OwningOpRef<ModuleOp> module;
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
  return success(succeeded(verifyOperationCount(*module, options.limits)) &&
                 succeeded(verifyNativeSignatures(*module)));
}

LogicalResult Compilation::runPhase(CpuPhase phase) {
  return time(getPhaseName(phase), [&] {
    ReadsOptions lock;
    PassManager passes(&context);
    if (!options.crashReproducer.empty())
      passes.enableCrashReproducerGeneration(options.crashReproducer);
    CpuPipelineOptions pipeline;
    pipeline.maxOperations = options.limits.maxOperations;
    pipeline.nativeF16 = convertsF16(target);
    buildCpuPhase(passes, phase, pipeline);
    return success(succeeded(passes.run(*module)) &&
                   succeeded(verifyOperationCount(*module, options.limits)));
  });
}

/// The functions are described while their types still are tensors and their
/// arguments still have names.
LogicalResult Compilation::describe() {
  auto description = describeArtefact(*module, options.stem, target.cpu);
  if (failed(description) || failed(verifyNativeSignatures(*module)))
    return failure();
  artefact = std::move(*description);
  return success();
}

/// From the LLVM dialect to what is asked for.
LogicalResult Compilation::emitNative() {
  auto emitError = [&] { return this->emitError(); };
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> code;
  if (failed(time("translate", [&]() -> LogicalResult {
        ReadsOptions lock;
        auto translated =
            translateToLLVMIR(*module, artefact, target, llvmContext);
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

FailureOr<CompileResult> Compilation::run() {
  if (!isCIdentifier(options.stem))
    return emitError() << "expected the name of the artefact to be a C "
                          "identifier but got '"
                       << options.stem << "'";
  auto native = createNativeTarget(options.cpu, options.optLevel,
                                   [&] { return emitError(); });
  if (failed(native))
    return failure();
  target = std::move(*native);

  if (failed(time("parse", [&] { return parse(); })))
    return failure();

  struct Step {
    CpuPhase phase;
    EmitKind kind;
  };
  for (auto [phase, kind] : {Step{CpuPhase::Catgrad, EmitKind::Catgrad},
                             Step{CpuPhase::Rev, EmitKind::Rev},
                             Step{CpuPhase::Linalg, EmitKind::Linalg},
                             Step{CpuPhase::Bufferized, EmitKind::Bufferized},
                             Step{CpuPhase::LLVM, EmitKind::LLVM}}) {
    // The workspace of a header or manifest is known once it is planned.
    bool isNeeded =
        reaches(kind) || (phase != CpuPhase::LLVM && needsDescription());
    if (!isNeeded)
      break;
    if (failed(runPhase(phase)))
      return failure();
    if (phase == CpuPhase::Linalg && needsDescription() && failed(describe()))
      return failure();
    if (phase == CpuPhase::Bufferized && needsDescription() &&
        failed(readWorkspaceBytes(artefact, *module)))
      return failure();
    if (options.emit == kind && kind != EmitKind::LLVM) {
      llvm::raw_string_ostream os(result.output);
      module->print(os);
    }
  }
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
