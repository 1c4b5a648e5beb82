//===- catgrad-translate.cpp - Modules in other languages -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is the command line of the translations, on MLIR's own driver.

#include "catgrad/Hypergraph/JSON.h"
#include "catgrad/Pipelines/Pipelines.h"
#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Cuda.h"
#include "catgrad/Target/Manifest.h"
#include "catgrad/Target/Translate.h"
#include "catgrad/Target/VerifyNativeSignatures.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/JSON.h"
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
        prepare(*context);
        TranslationOptions options;
        options.python.functionsClass = functionsClass;
        return translate(*sources, *context, TranslationKind::Python, os,
                         options);
      });
}

static void registerJSON() {
  static mlir::TranslateRegistration toJSON(
      "catgrad-to-json",
      "Open hypergraphs of the functions as JSON (docs/hypergraphs.md). "
      "Learners, derives and parameters are expanded first, if there are any",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        prepare(*context);
        return translate(*sources, *context, TranslationKind::JSON, os);
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
        prepare(*context);
        TranslationOptions options;
        options.dot = {function, maxOperations};
        return translate(*sources, *context, TranslationKind::Dot, os, options);
      });
}

int main(int argc, char **argv) {
  registerJSON();
  registerToDot();
  registerToPython();
  return failed(mlir::mlirTranslateMain(
      argc, argv, "catgrad-translate: modules in other languages"));
}
