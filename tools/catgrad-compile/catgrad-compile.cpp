//===- catgrad-compile.cpp - Models to native code --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the command line of the compiler. It reads options and writes
// files; the compiler itself is `catgrad::compile`.

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Guard.h"
#include "catgrad/Target/NativeCode.h"
#include "catgrad/Target/OutputFiles.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace catgrad;
namespace cl = llvm::cl;

static constexpr char overview[] = R"(catgrad-compile: models to native code

Compiles a module of the catgrad dialect ahead of time: learners and derivatives
become C functions in an object file or a shared library, with a C header and a
manifest that say how to call them.
)";

static constexpr char epilogue[] = R"(
EXAMPLES:
  catgrad-compile iris.mlir -o libiris.so --emit-header iris.h --emit-manifest iris.json
  catgrad-compile iris.mlir -o iris.o --emit-header iris.h -O3 --cpu=x86-64-v3
  catgrad-compile iris.mlir -o libiris.so --target=cuda --gpu=sm_80,sm_90
  catgrad-compile iris.mlir -o libiris.so --math=reference
  catgrad-compile iris.mlir -o - --emit=rev         the derivative, as catgrad ops
  catgrad-compile iris.mlir -o iris.s --time-phases
  catgrad-compile iris.mlir -o iris.c               C99, for any compiler of it
  catgrad-compile --cpu=help                        the processors it knows

EXIT STATUS:
  0  success
  1  an error, reported on standard error; no output file was written
)";

namespace {
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> input{cl::Positional, cl::desc("<input.mlir or ->"),
                             cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::value_desc("file"), cl::cat(category),
      cl::desc("Output file; - is standard output, for text. The suffix says "
               "what to emit unless --emit does: .so, .o, .s, .ll, .c, .ptx, "
               ".mlir (rev)")};
  cl::opt<EmitKind> emit{
      "emit", cl::cat(category), cl::desc("What to emit:"),
      cl::values(
          clEnumValN(EmitKind::Catgrad, "catgrad",
                     "the module as read, canonicalised"),
          clEnumValN(EmitKind::Rev, "rev", "learners and derivatives expanded"),
          clEnumValN(EmitKind::Linalg, "linalg", "linalg on tensors"),
          clEnumValN(EmitKind::Bufferized, "bufferized",
                     "linalg on buffers, workspace planned"),
          clEnumValN(EmitKind::CSource, "c",
                     "one file of C99: loops on arrays, for reading too"),
          clEnumValN(EmitKind::Gpu, "gpu",
                     "launches of GPU kernels (target cuda)"),
          clEnumValN(EmitKind::Nvvm, "nvvm",
                     "the kernels in the NVVM dialect (target cuda)"),
          clEnumValN(EmitKind::PTX, "ptx",
                     "the kernels as PTX for the oldest chip (target cuda)"),
          clEnumValN(EmitKind::LLVM, "llvm",
                     "LLVM IR as text, optimised at the level of -O; with "
                     "target cuda that of the host"),
          clEnumValN(EmitKind::Assembly, "asm", "assembly"),
          clEnumValN(EmitKind::Object, "obj", "object file"),
          clEnumValN(EmitKind::SharedLibrary, "so", "shared library"))};
  cl::opt<std::string> header{"emit-header", cl::value_desc("file"),
                              cl::desc("Also write the C header"),
                              cl::cat(category)};
  cl::opt<std::string> manifest{"emit-manifest", cl::value_desc("file"),
                                cl::desc("Also write the manifest, as JSON"),
                                cl::cat(category)};
  cl::opt<std::string> kernelReport{
      "emit-kernel-report", cl::value_desc("file"), cl::cat(category),
      cl::desc("Also write what each GPU kernel needs and does")};
  cl::opt<bool> printKernelReport{"catgrad-kernel-report", cl::cat(category),
                                  cl::desc("Print that on standard error")};
  cl::opt<CompileTarget> target{
      "target", cl::init(CompileTarget::CPU), cl::cat(category),
      cl::desc("Where the code runs:"),
      cl::values(clEnumValN(CompileTarget::CPU, "cpu", "the host (default)"),
                 clEnumValN(CompileTarget::CUDA, "cuda", "an NVIDIA GPU"))};
  cl::opt<MathMode> math{
      "math", cl::init(MathMode::Default), cl::cat(category),
      cl::desc("How functions and sums of floats are computed:"),
      cl::values(clEnumValN(MathMode::Default, "default",
                            "fast, and accurate (default)"),
                 clEnumValN(MathMode::Reference, "reference",
                            "with the same bits on every processor and GPU; "
                            "slower"))};
  cl::opt<std::string> gpu{
      "gpu", cl::value_desc("list"), cl::init("sm_80"), cl::cat(category),
      cl::desc("Chips to compile for, with commas between (default sm_80): "
               "newer ones run the code for older ones")};
  cl::opt<bool> cubin{
      "cubin", cl::cat(category),
      cl::desc("Embed machine code besides PTX: =false never, =true or an "
               "error; default: if NVIDIA's ptxas is found")};
  cl::opt<std::string> cpu{"cpu", cl::value_desc("name"), cl::init("native"),
                           cl::cat(category),
                           cl::desc("Processor to compile the host's code for: "
                                    "native (default), a name such as "
                                    "x86-64-v3, or help")};
  cl::opt<unsigned> optLevel{"O",
                             cl::Prefix,
                             cl::init(2),
                             cl::cat(category),
                             cl::value_desc("0..3"),
                             cl::desc("Optimisation level (default 2)")};
  cl::opt<bool> timePhases{
      "time-phases", cl::cat(category),
      cl::desc("Print the time of each phase to standard error")};
  cl::opt<uint64_t> maxOperations{
      "max-ops", cl::value_desc("n"), cl::init(Limits().maxOperations),
      cl::cat(category),
      cl::desc("Operations that the module may have, as read and after each "
               "phase (default 1000000)")};
  cl::opt<unsigned> maxNesting{
      "max-nesting", cl::value_desc("n"), cl::init(Limits().maxNesting),
      cl::cat(category),
      cl::desc("Brackets within brackets in the input (default 256)")};
  cl::opt<std::string> crashReproducer{
      "crash-reproducer", cl::value_desc("file"), cl::cat(category),
      cl::desc("When a phase fails or crashes, write its input and its passes; "
               "catgrad-opt --run-reproducer runs them again")};
  cl::opt<bool> catchCrashes{
      "catch-crashes", cl::init(true), cl::cat(category),
      cl::desc("Report a crash as an error (default); =false shows the stack")};
  cl::extrahelp help{epilogue};
};
} // namespace

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "catgrad-compile") << message << "\n";
  return 1;
}

/// True if both paths name one file that exists.
static bool isSameFile(llvm::StringRef a, llvm::StringRef b) {
  bool same = false;
  return a == b || (!llvm::sys::fs::equivalent(a, b, same) && same);
}

static void printTimes(llvm::ArrayRef<PhaseTime> times) {
  double total = 0;
  for (const PhaseTime &time : times)
    total += time.milliseconds;
  llvm::errs() << "phase               ms   share\n";
  for (const PhaseTime &time : times)
    llvm::errs() << llvm::left_justify(time.phase, 12)
                 << llvm::format("%10.1f  %5.1f%%\n", time.milliseconds,
                                 total ? 100 * time.milliseconds / total : 0);
  llvm::errs() << llvm::format("total       %10.1f\n", total);
}

/// Checks the options and turns them into those of the compiler. Returns false
/// after an error.
static bool readOptions(const Options &options, CompileOptions &result) {
  auto error = [](const llvm::Twine &message) {
    fail(message);
    return false;
  };
  if (options.input.empty())
    return error("expected an input file (see --help)");
  llvm::SmallVector<llvm::StringRef> files;
  for (const std::string *file :
       {&options.output.getValue(), &options.header.getValue(),
        &options.manifest.getValue(), &options.kernelReport.getValue()}) {
    if (file->empty())
      continue;
    if (*file != "-" && isSameFile(*file, options.input))
      return error("output '" + *file + "' is the input file");
    for (llvm::StringRef other : files)
      if (isSameFile(*file, other))
        return error("two outputs have the name '" + *file + "'");
    files.push_back(*file);
  }
  if (files.empty())
    return error("expected an output file: -o, --emit-header or "
                 "--emit-manifest (see --help)");
  if (options.optLevel > 3)
    return error("expected an optimisation level -O0 to -O3 but got -O" +
                 llvm::Twine(options.optLevel));

  auto chips = parseChips(options.gpu);
  if (!chips)
    return error("expected a list of chips such as sm_80,sm_90 but got '" +
                 options.gpu + "'");
  if (options.target != CompileTarget::CUDA &&
      (options.gpu.getNumOccurrences() || options.cubin.getNumOccurrences()))
    return error("expected --target=cuda for --gpu and --cubin");
  for (const cl::Option *report :
       {static_cast<const cl::Option *>(&options.kernelReport),
        static_cast<const cl::Option *>(&options.printKernelReport)})
    if (report->getNumOccurrences() && options.target != CompileTarget::CUDA)
      return error("expected --target=cuda for --" + report->ArgStr);

  const std::string &output = options.output;
  result.emit = EmitKind::Bufferized; // as far as a header needs
  if (options.emit.getNumOccurrences()) {
    if (output.empty())
      return error("expected an output file (-o) for --emit");
    result.emit = options.emit;
  } else if (!output.empty()) {
    auto kind = getEmitKindForFile(output);
    if (!kind)
      return error("cannot tell from the name '" + output +
                   "' what to emit: use --emit, or the suffix .so, .o, .s, "
                   ".ll, .c, .ptx or .mlir");
    result.emit = *kind;
  }
  if (output == "-" && !isText(result.emit))
    return error("binary output needs a file name: -o <file>");

  bool hasName = !output.empty() && output != "-";
  llvm::StringRef input = options.input;
  result.stem = getArtefactStem(hasName        ? llvm::StringRef(output)
                                : input == "-" ? "model"
                                               : input);
  if (hasName)
    result.soname = llvm::sys::path::filename(output);
  result.target = options.target;
  result.math = options.math;
  result.chips = *chips;
  if (options.cubin.getNumOccurrences())
    result.cubin = options.cubin;
  result.cpu = options.cpu;
  result.optLevel = options.optLevel;
  result.header = !options.header.empty();
  result.manifest = !options.manifest.empty();
  result.kernelReport =
      !options.kernelReport.empty() || options.printKernelReport;
  result.limits = {options.maxNesting, options.maxOperations};
  result.crashReproducer = options.crashReproducer;
  return true;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  if (options.cpu == "help") {
    for (llvm::StringRef name : getNativeCpus())
      llvm::outs() << name << "\n";
    return 0;
  }
  CompileOptions compileOptions;
  if (!readOptions(options, compileOptions))
    return 1;
  // The linker, a library here, resets every command-line option of the
  // process.
  const std::string output = options.output, header = options.header,
                    manifest = options.manifest,
                    kernelReport = options.kernelReport;
  const bool timePhases = options.timePhases,
             printKernelReport = options.printKernelReport,
             catchCrashes = options.catchCrashes;

  std::string message;
  auto input = mlir::openInputFile(options.input, &message);
  if (!input)
    return fail(message);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(input), llvm::SMLoc());

  mlir::FailureOr<CompileResult> result = mlir::failure();
  if (llvm::Error error = runGuarded(
          [&] {
            mlir::DialectRegistry registry;
            registerCompilerDialects(registry);
            mlir::MLIRContext context(registry);
            // The source line says it better.
            context.printOpOnDiagnostic(false);
            mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
            result = compile(sources, context, compileOptions);
          },
          catchCrashes))
    // Who knows what state the process is in.
    std::_Exit(fail(llvm::toString(std::move(error))));
  if (mlir::failed(result))
    return 1;

  llvm::SmallVector<OutputFile> files;
  if (!output.empty())
    files.push_back({output, result->output,
                     compileOptions.emit == EmitKind::SharedLibrary});
  if (!header.empty())
    files.push_back({header, result->header});
  if (!manifest.empty())
    files.push_back({manifest, result->manifest});
  if (!kernelReport.empty())
    files.push_back({kernelReport, result->kernelReport});
  if (llvm::Error error = writeOutputFiles(files))
    return fail(llvm::toString(std::move(error)));
  if (printKernelReport)
    llvm::errs() << result->kernelReport;
  if (timePhases)
    printTimes(result->times);
  return 0;
}
