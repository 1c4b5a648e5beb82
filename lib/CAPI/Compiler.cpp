//===- Compiler.cpp - The compiler, from C ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file translates options and results. Each compilation has a context, a
// thread and memory of its own.

#include "catgrad-c/Compiler.h"

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Guard.h"
#include "catgrad/Target/Translate.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/SourceMgr.h"

#include <deque>
#include <new>

using namespace catgrad;

struct CatgradDiagnostic {
  CatgradSeverity severity;
  std::string message, file;
  unsigned line = 0, column = 0;
  std::deque<CatgradDiagnostic> notes;
};

struct CatgradResult {
  bool succeeded = false;
  llvm::StringMap<std::string> outputs;
  // Stays in place while it grows: C holds pointers to its elements.
  std::deque<CatgradDiagnostic> diagnostics;

  /// An error about no place in the text. Returns false.
  bool addError(const llvm::Twine &message) {
    diagnostics.push_back({CATGRAD_ERROR, message.str(), {}, 0, 0, {}});
    return false;
  }
};

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
/// What the caller wants, beyond the compiler's own options.
struct Request {
  CompileOptions options;
  std::string kind = "so"; // the one that is no header and no manifest
  // Set when the kind is another language.
  std::optional<TranslationKind> translation;
  TranslationOptions translationOptions;
  std::string file = "<input>";
  bool catchCrashes = true;
};
} // namespace

/// Reads "so,header": at most one form of the module, and what describes it.
static bool readEmit(llvm::StringRef value, Request &request,
                     CatgradResult &result) {
  request.kind.clear();
  llvm::SmallVector<llvm::StringRef> kinds;
  value.split(kinds, ',');
  for (llvm::StringRef kind : kinds) {
    if (kind == "header") {
      request.options.header = true;
    } else if (kind == "manifest") {
      request.options.manifest = true;
    } else {
      auto emit = parseEmitKind(kind);
      request.translation = parseTranslationKind(kind);
      if (!emit && !request.translation)
        return result.addError(
            "expected option 'emit' to list catgrad, rev, linalg, bufferized, "
            "c, gpu, nvvm, ptx, llvm, asm, obj, so, python, json, dot, header "
            "or manifest but got '" +
            kind + "'");
      if (!request.kind.empty())
        return result.addError("expected one of '" + request.kind + "' and '" +
                               kind + "' in option 'emit' but got both");
      request.kind = kind.str();
      if (emit)
        request.options.emit = *emit;
    }
  }
  if (request.translation &&
      (request.options.header || request.options.manifest))
    return result.addError("expected no header and no manifest beside '" +
                           request.kind + "' in option 'emit'");
  if (request.kind.empty())
    request.options.emit = EmitKind::Bufferized; // as far as a header needs
  return true;
}

template <typename T>
static bool readNumber(const CatgradOption &option, uint64_t max, T &number,
                       CatgradResult &result) {
  uint64_t value;
  if (!llvm::to_integer(llvm::StringRef(option.value), value, 10) ||
      value > max)
    return result.addError(llvm::Twine("expected option '") + option.key +
                           "' to be a number from 0 to " + llvm::Twine(max) +
                           " but got '" + option.value + "'");
  number = static_cast<T>(value);
  return true;
}

static bool readOption(const CatgradOption &option, Request &request,
                       CatgradResult &result) {
  CompileOptions &options = request.options;
  PythonOptions &python = request.translationOptions.python;
  if (!option.key || !option.value)
    return result.addError("expected an option's key and value but got null");
  llvm::StringRef key = option.key, value = option.value;
  if (key == "emit")
    return readEmit(value, request, result);
  if (key == "opt-level")
    return readNumber(option, 3, options.optLevel, result);
  if (key == "target") {
    auto target = parseCompileTarget(value);
    if (!target)
      return result.addError(
          "expected option 'target' to be cpu or cuda but got '" + value + "'");
    options.target = *target;
    return true;
  }
  if (key == "math") {
    auto math = parseMathMode(value);
    if (!math)
      return result.addError("expected option 'math' to be default or "
                             "reference but got '" +
                             value + "'");
    options.math = *math;
    return true;
  }
  if (key == "gpu") {
    auto chips = parseChips(value);
    if (!chips)
      return result.addError("expected option 'gpu' to list chips such as "
                             "sm_80,sm_90 but got '" +
                             value + "'");
    options.chips = *chips;
    return true;
  }
  if (key == "cubin")
    return readNumber(option, 1, options.cubin.emplace(), result);
  if (key == "catch-crashes")
    return readNumber(option, 1, request.catchCrashes, result);
  if (key == "python-lists")
    return readNumber(option, 1, python.lists, result);
  if (key == "python-externals")
    return readNumber(option, 1, python.externals, result);
  if (key == "max-ops")
    return readNumber(option, INT64_MAX, options.limits.maxOperations, result);
  if (key == "max-nesting")
    return readNumber(option, UINT16_MAX, options.limits.maxNesting, result);
  for (auto [name, text] :
       {std::pair<llvm::StringRef, std::string &>("file", request.file),
        {"name", options.stem},
        {"soname", options.soname},
        {"cpu", options.cpu},
        {"python-class", python.functionsClass},
        {"dot-function", request.translationOptions.dot.function},
        {"crash-reproducer", options.crashReproducer}})
    if (key == name) {
      text = value.str();
      return true;
    }
  return result.addError("unknown option '" + key + "'");
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

/// The place in a file that a location speaks of: of a call, the callee's.
static mlir::FileLineColLoc findPlace(mlir::Location loc) {
  mlir::FileLineColLoc place;
  loc->walk([&](mlir::Location inner) {
    place = llvm::dyn_cast<mlir::FileLineColLoc>(inner);
    return place ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return place;
}

static CatgradSeverity toSeverity(mlir::DiagnosticSeverity severity) {
  switch (severity) {
  case mlir::DiagnosticSeverity::Note:
    return CATGRAD_NOTE;
  case mlir::DiagnosticSeverity::Warning:
    return CATGRAD_WARNING;
  case mlir::DiagnosticSeverity::Error:
    return CATGRAD_ERROR;
  case mlir::DiagnosticSeverity::Remark:
    return CATGRAD_REMARK;
  }
  llvm_unreachable("all severities are handled");
}

static CatgradDiagnostic toDiagnostic(mlir::Diagnostic &diagnostic) {
  CatgradDiagnostic result;
  result.severity = toSeverity(diagnostic.getSeverity());
  result.message = diagnostic.str();
  if (auto place = findPlace(diagnostic.getLocation())) {
    result.file = place.getFilename().str();
    result.line = place.getLine();
    result.column = place.getColumn();
  }
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    result.notes.push_back(toDiagnostic(note));
  return result;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

static void compileText(llvm::StringRef text, const Request &request,
                        CatgradResult &result) {
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  // The caller has threads if it wants them. Without any of its own, a context
  // can be abandoned at a fatal error.
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        result.diagnostics.push_back(toDiagnostic(diagnostic));
        return mlir::success();
      });
  llvm::SourceMgr sources;
  // The parser reads the zero byte after the text.
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(text, request.file), llvm::SMLoc());
  if (request.translation) {
    TranslationOptions options = request.translationOptions;
    options.limits = request.options.limits;
    llvm::raw_string_ostream os(result.outputs[request.kind]);
    result.succeeded = mlir::succeeded(
        translate(sources, context, *request.translation, os, options));
    return;
  }
  auto compiled = compile(sources, context, request.options);
  if (mlir::failed(compiled))
    return;
  if (!request.kind.empty())
    result.outputs[request.kind] = std::move(compiled->output);
  if (request.options.header)
    result.outputs["header"] = std::move(compiled->header);
  if (request.options.manifest)
    result.outputs["manifest"] = std::move(compiled->manifest);
  result.succeeded = true;
}

CatgradResult *catgradCompile(const char *text, size_t size,
                              const CatgradOption *options, size_t numOptions) {
  auto *result = new (std::nothrow) CatgradResult;
  if (!result)
    return nullptr;
  try {
    Request request;
    for (size_t i = 0; i < numOptions; ++i)
      if (!readOption(options[i], request, *result))
        return result;
    llvm::StringRef source(text, text ? size : 0);
    if (llvm::Error error =
            runGuarded([&] { compileText(source, request, *result); },
                       request.catchCrashes)) {
      result->succeeded = false;
      result->addError(llvm::toString(std::move(error)));
    }
  } catch (const std::exception &error) { // memory
    result->succeeded = false;
  }
  return result;
}

void catgradResultDestroy(CatgradResult *result) { delete result; }

bool catgradResultSucceeded(const CatgradResult *result) {
  return result->succeeded;
}

CatgradBytes catgradResultGetOutput(const CatgradResult *result,
                                    const char *kind) {
  auto found = result->outputs.find(kind ? kind : "");
  if (found == result->outputs.end())
    return {nullptr, 0};
  return {found->second.c_str(), found->second.size()};
}

size_t catgradResultGetNumDiagnostics(const CatgradResult *result) {
  return result->diagnostics.size();
}

const CatgradDiagnostic *catgradResultGetDiagnostic(const CatgradResult *result,
                                                    size_t index) {
  return index < result->diagnostics.size() ? &result->diagnostics[index]
                                            : nullptr;
}

CatgradSeverity catgradDiagnosticGetSeverity(const CatgradDiagnostic *d) {
  return d->severity;
}
const char *catgradDiagnosticGetMessage(const CatgradDiagnostic *d) {
  return d->message.c_str();
}
const char *catgradDiagnosticGetFile(const CatgradDiagnostic *d) {
  return d->file.c_str();
}
unsigned catgradDiagnosticGetLine(const CatgradDiagnostic *d) {
  return d->line;
}
unsigned catgradDiagnosticGetColumn(const CatgradDiagnostic *d) {
  return d->column;
}
size_t catgradDiagnosticGetNumNotes(const CatgradDiagnostic *d) {
  return d->notes.size();
}
const CatgradDiagnostic *catgradDiagnosticGetNote(const CatgradDiagnostic *d,
                                                  size_t index) {
  return index < d->notes.size() ? &d->notes[index] : nullptr;
}

int catgradGetApiVersion(void) { return CATGRAD_API_VERSION; }
const char *catgradGetVersion(void) { return CATGRAD_VERSION; }
const char *catgradGetLLVMVersion(void) { return LLVM_VERSION_STRING; }
