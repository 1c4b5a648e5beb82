//===- Translate.h - Modules in other languages -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the ways from MLIR text to Python, JSON and Graphviz, for
// catgrad-translate and the C interface.

#ifndef CATGRAD_TARGET_TRANSLATE_H
#define CATGRAD_TARGET_TRANSLATE_H

#include "catgrad/Hypergraph/Dot.h"
#include "catgrad/Target/Limits.h"
#include "catgrad/Target/Python.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace catgrad {

/// A language to translate a module to.
enum class TranslationKind { Python, JSON, Dot };

/// The kind of that name: python, json, dot.
std::optional<TranslationKind> parseTranslationKind(llvm::StringRef name);

struct TranslationOptions {
  PythonOptions python;
  DotOptions dot;
  /// What the module may ask of the compiler.
  Limits limits;
};

/// Parses the main buffer of `sources`, expands learners, derives and
/// parameters if there are any, and prints the module in another language.
mlir::LogicalResult translate(const llvm::SourceMgr &sources,
                              mlir::MLIRContext &context, TranslationKind kind,
                              llvm::raw_ostream &os,
                              const TranslationOptions &options = {});

} // namespace catgrad

#endif // CATGRAD_TARGET_TRANSLATE_H
