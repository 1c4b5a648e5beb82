//===- catgrad-translate.cpp - Modules in other languages -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the command line of the translations, on MLIR's own driver.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
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

/// Reads the module, within the limits of the compiler.
static mlir::OwningOpRef<mlir::ModuleOp> parse(const Sources &sources,
                                               mlir::MLIRContext &context) {
  context.printOpOnDiagnostic(false); // the source line says it better
  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  context.appendDialectRegistry(registry);
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

int main(int argc, char **argv) {
  registerToPython();
  return failed(mlir::mlirTranslateMain(
      argc, argv, "catgrad-translate: modules in other languages"));
}
