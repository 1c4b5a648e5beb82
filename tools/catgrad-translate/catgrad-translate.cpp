//===- catgrad-translate.cpp - Modules in other languages -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the command line of the translations, on MLIR's own driver.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Hypergraph/Dot.h"
#include "catgrad/Hypergraph/JSON.h"
#include "catgrad/Pipelines/Pipelines.h"
#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Limits.h"
#include "catgrad/Target/Python.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace catgrad;
namespace cl = llvm::cl;

using Sources = std::shared_ptr<llvm::SourceMgr>;

static void prepare(mlir::MLIRContext &context) {
  context.printOpOnDiagnostic(false); // the source line says it better
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  context.appendDialectRegistry(registry);
}

/// Reads the module, within the limits of the compiler.
static mlir::OwningOpRef<mlir::ModuleOp> parse(const Sources &sources,
                                               mlir::MLIRContext &context) {
  prepare(context);
  if (failed(verifyText(*sources, context)))
    return {};
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(
      *sources, mlir::ParserConfig(&context));
  if (!module || failed(verifyOperationCount(*module)))
    return {};
  return module;
}

/// Expands learners, derives and parameters, unless there are none (left).
static mlir::LogicalResult expand(mlir::ModuleOp module) {
  auto isExpanded = [](mlir::Operation *op) {
    return mlir::isa<LearnerOp, DeriveOp, ParameterOp>(op)
               ? mlir::WalkResult::interrupt()
               : mlir::WalkResult::advance();
  };
  if (!module.walk(isExpanded).wasInterrupted())
    return mlir::success();
  mlir::PassManager passes(module.getContext());
  passes.addPass(createExpandLearners());
  buildDerivePipeline(passes);
  return passes.run(module);
}

static void registerToPython() {
  static cl::opt<std::string> functionsClass(
      "python-class", cl::value_desc("name"),
      cl::init(PythonOptions().functionsClass),
      cl::desc("Class of the functions that belong to no learner (default "
               "Functions)"));
  static mlir::TranslateRegistration registration(
      "catgrad-to-python",
      "Python source over an array backend: a class for each learner. "
      "Learners, "
      "derives and parameters are expanded first, if there are any",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        auto module = parse(sources, *context);
        if (!module || failed(expand(*module)))
          return mlir::failure();
        return translateToPython(*module, os, {functionsClass});
      });
}

static void registerJSON() {
  static mlir::TranslateRegistration toJSON(
      "catgrad-to-json",
      "Open hypergraphs of the functions as JSON (docs/hypergraphs.md). "
      "Learners, derives and parameters are expanded first, if there are any",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        auto module = parse(sources, *context);
        if (!module || failed(expand(*module)))
          return mlir::failure();
        return translateToJSON(*module, os);
      });
  static mlir::TranslateRegistration fromJSON(
      "json-to-catgrad", "Module of the open hypergraphs in JSON",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        prepare(*context);
        const llvm::MemoryBuffer *buffer =
            sources->getMemoryBuffer(sources->getMainFileID());
        auto module = translateFromJSON(
            buffer->getBuffer(), buffer->getBufferIdentifier(), *context);
        if (!module)
          return mlir::failure();
        module->print(os);
        return mlir::success();
      });
}

/// Gives the cotangents among the arguments of derivatives their role, which
/// learners' functions have already.
static mlir::LogicalResult expandWithRoles(mlir::ModuleOp module) {
  llvm::SmallVector<std::pair<std::string, std::string>> derivatives;
  for (auto derive : module.getOps<DeriveOp>())
    derivatives.push_back(
        {derive.getSymName().str(), derive.getFunction().str()});
  if (failed(expand(module)))
    return mlir::failure();
  auto role = mlir::StringAttr::get(module.getContext(), "cotangent");
  for (auto &[name, of] : derivatives) {
    auto derivative = module.lookupSymbol<mlir::func::FuncOp>(name);
    auto function = module.lookupSymbol<mlir::func::FuncOp>(of);
    if (!derivative || !function)
      continue;
    // One cotangent for each result, behind the inputs.
    unsigned numInputs =
        derivative.getNumArguments() - function.getNumResults();
    for (unsigned i = numInputs; i < derivative.getNumArguments(); ++i)
      derivative.setArgAttr(i, metadata::kRole, role);
  }
  return mlir::success();
}

static void registerToDot() {
  static cl::opt<std::string> function(
      "dot-function", cl::value_desc("name"),
      cl::desc("Draw only this function (default: all)"));
  static cl::opt<unsigned> maxOperations(
      "dot-max-ops", cl::value_desc("n"), cl::init(DotOptions().maxOperations),
      cl::desc("Functions of more operations are drawn as a table of how many "
               "there are (default 200)"));
  static mlir::TranslateRegistration registration(
      "catgrad-to-dot",
      "Drawing of the open hypergraphs for Graphviz. Learners, derives and "
      "parameters are expanded first, if there are any",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        auto module = parse(sources, *context);
        if (!module || failed(expandWithRoles(*module)))
          return mlir::failure();
        return translateToDot(*module, os, {function, maxOperations});
      });
}

int main(int argc, char **argv) {
  registerJSON();
  registerToDot();
  registerToPython();
  return failed(mlir::mlirTranslateMain(
      argc, argv, "catgrad-translate: modules in other languages"));
}
