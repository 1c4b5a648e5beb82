//===- Compile.h - The compiler as one function -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the whole way from MLIR text to a native artefact, for
// catgrad-compile and for programs that embed the compiler.

#ifndef CATGRAD_TARGET_COMPILE_H
#define CATGRAD_TARGET_COMPILE_H

#include "catgrad/Pipelines/Pipelines.h"
#include "catgrad/Target/Limits.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace catgrad {

/// What the compiler produces, in the order of its phases: up to Nvvm MLIR,
/// except that CSource is C99, for the CPU only; LLVM is the host's LLVM IR
/// after optimisation. Gpu, Nvvm and PTX, the text for the oldest chip, exist
/// for CUDA only.
enum class EmitKind {
  Catgrad,
  Rev,
  Linalg,
  Bufferized,
  CSource,
  Gpu,
  Nvvm,
  PTX,
  LLVM,
  Assembly,
  Object,
  SharedLibrary
};

/// The kind that the suffix of a file name stands for: `.mlir` (Rev), `.c`,
/// `.ll`, `.ptx`, `.s`, `.o`, `.so`.
std::optional<EmitKind> getEmitKindForFile(llvm::StringRef path);

/// The kind of that name: catgrad, rev, linalg, bufferized, c, gpu, nvvm, ptx,
/// llvm, asm, obj, so.
std::optional<EmitKind> parseEmitKind(llvm::StringRef name);

/// Where the code runs.
enum class CompileTarget { CPU, CUDA };

/// The target of that name: cpu, cuda.
std::optional<CompileTarget> parseCompileTarget(llvm::StringRef name);

/// The mode of that name: default, reference.
std::optional<MathMode> parseMathMode(llvm::StringRef name);

/// The chips of a list such as "sm_80,sm_90": each once, the oldest first.
/// Nothing if that is no such list.
std::optional<llvm::SmallVector<std::string>> parseChips(llvm::StringRef list);

/// True for the kinds that are text.
bool isText(EmitKind kind);

/// The name of the artefact in `path`: `out/libiris.so` gives `iris`.
std::string getArtefactStem(llvm::StringRef path);

struct CompileOptions {
  EmitKind emit = EmitKind::SharedLibrary;
  CompileTarget target = CompileTarget::CPU;
  /// How functions and sums of floats are computed.
  MathMode math = MathMode::Default;
  /// GPUs to compile for, the oldest first; target CUDA only.
  llvm::SmallVector<std::string> chips = {"sm_80"};
  /// Whether a library has machine code besides PTX: if not said, when there is
  /// an assembler.
  std::optional<bool> cubin;
  /// Processor of the host: a name that LLVM knows, or "native".
  std::string cpu = "native";
  /// Optimisation level, 0 to 3.
  unsigned optLevel = 2;
  /// Name of the artefact, a C identifier: the manifest is the symbol
  /// `<stem>_manifest`.
  std::string stem = "model";
  /// File name that a shared library carries; empty: `lib<stem>.so`.
  std::string soname;
  /// Whether to fill in `header` and `manifest` of the result.
  bool header = false;
  bool manifest = false;
  /// Whether to fill in `kernelReport` (target CUDA).
  bool kernelReport = false;
  /// What the module may ask of the compiler.
  Limits limits;
  /// A file for the module and the passes when a phase fails or crashes, that
  /// `catgrad-opt --run-reproducer` runs again; empty: none.
  std::string crashReproducer;
};

/// The wall time of one phase.
struct PhaseTime {
  llvm::StringRef phase;
  double milliseconds;
};

struct CompileResult {
  /// Text or bytes of the kind asked for.
  std::string output;
  std::string header;
  std::string manifest;
  std::string kernelReport;
  llvm::SmallVector<PhaseTime> times;
};

/// Registers what a context needs for `compile`: the project's dialect, and the
/// dialects, interface models and translations that the pipeline uses.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Compiles the main buffer of `sources`. Errors go to the context's diagnostic
/// handlers; a failure always comes with at least one.
mlir::FailureOr<CompileResult> compile(const llvm::SourceMgr &sources,
                                       mlir::MLIRContext &context,
                                       const CompileOptions &options);

} // namespace catgrad

#endif // CATGRAD_TARGET_COMPILE_H
