//===- Translate.cpp - Modules in other languages ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file parses a module, expands what only the compiler knows, and hands it
// to the printer of a language.

#include "catgrad/Target/Translate.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Hypergraph/JSON.h"
#include "catgrad/Pipelines/Pipelines.h"
#include "catgrad/Target/Guard.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace catgrad;

std::optional<TranslationKind> catgrad::parseTranslationKind(StringRef name) {
  return llvm::StringSwitch<std::optional<TranslationKind>>(name)
      .Case("python", TranslationKind::Python)
      .Case("json", TranslationKind::JSON)
      .Case("dot", TranslationKind::Dot)
      .Default(std::nullopt);
}

static OwningOpRef<ModuleOp> parse(const llvm::SourceMgr &sources,
                                   MLIRContext &context, const Limits &limits) {
  if (failed(verifyText(sources, context, limits)))
    return {};
  auto module = parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module || failed(verifySizes(*module, limits)))
    return {};
  return module;
}

/// Expands learners, derives and parameters, unless there are none (left).
static LogicalResult expand(ModuleOp module) {
  auto isExpanded = [](Operation *op) {
    return isa<LearnerOp, DeriveOp, ParameterOp>(op) ? WalkResult::interrupt()
                                                     : WalkResult::advance();
  };
  if (!module.walk(isExpanded).wasInterrupted())
    return success();
  PassManager passes(module.getContext());
  passes.addPass(createExpandLearners());
  buildDerivePipeline(passes);
  return passes.run(module);
}

/// Gives the cotangents among the arguments of derivatives their role, which
/// learners' functions have already.
static LogicalResult expandWithRoles(ModuleOp module) {
  llvm::SmallVector<std::pair<std::string, std::string>> derivatives;
  for (auto derive : module.getOps<DeriveOp>())
    derivatives.push_back(
        {derive.getSymName().str(), derive.getFunction().str()});
  if (failed(expand(module)))
    return failure();
  auto role = StringAttr::get(module.getContext(), "cotangent");
  for (auto &[name, of] : derivatives) {
    auto derivative = module.lookupSymbol<func::FuncOp>(name);
    auto function = module.lookupSymbol<func::FuncOp>(of);
    if (!derivative || !function)
      continue;
    // One cotangent for each result, behind the inputs.
    unsigned numInputs =
        derivative.getNumArguments() - function.getNumResults();
    for (unsigned i = numInputs; i < derivative.getNumArguments(); ++i)
      derivative.setArgAttr(i, metadata::kRole, role);
  }
  return success();
}

LogicalResult catgrad::translate(const llvm::SourceMgr &sources,
                                 MLIRContext &context, TranslationKind kind,
                                 raw_ostream &os,
                                 const TranslationOptions &options) {
  ReadsOptions lock; // another thread's link resets LLVM's options
  auto module = parse(sources, context, options.limits);
  if (!module)
    return failure();
  switch (kind) {
  case TranslationKind::Python:
    return success(succeeded(expand(*module)) &&
                   succeeded(translateToPython(*module, os, options.python)));
  case TranslationKind::JSON:
    return success(succeeded(expand(*module)) &&
                   succeeded(translateToJSON(*module, os)));
  case TranslationKind::Dot:
    return success(succeeded(expandWithRoles(*module)) &&
                   succeeded(translateToDot(*module, os, options.dot)));
  }
  llvm_unreachable("all kinds are handled");
}
