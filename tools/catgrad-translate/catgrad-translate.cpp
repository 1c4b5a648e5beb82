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

/// Writes a program, and the description of its functions, as JSON.
static void printProgram(const CudaProgram &program, const Artefact &artefact,
                         llvm::raw_ostream &os) {
  llvm::json::OStream json(os);
  auto size = [&](llvm::StringRef name,
                  const std::array<uint32_t, 3> &value) {
    json.attributeArray(name, [&] {
      for (uint32_t extent : value)
        json.value(extent);
    });
  };
  json.object([&] {
    std::string manifest;
    llvm::raw_string_ostream text(manifest);
    printManifest(artefact, text, /*indent=*/0);
    json.attributeBegin("manifest");
    json.rawValue(manifest);
    json.attributeEnd();
    json.attributeArray("functions", [&] {
      for (const CudaFunction &function : program.functions)
        json.object([&] {
          json.attribute("symbol", function.symbol);
          json.attribute("pointers", function.pointers);
          json.attribute("workspace_bytes", function.workspaceBytes);
          json.attributeArray("copies", [&] {
            for (const CudaCopy &copy : function.copies)
              json.object([&] {
                json.attribute("destination", copy.destination);
                json.attribute("source", copy.source);
                json.attribute("bytes", copy.bytes);
              });
          });
          json.attributeArray("launches", [&] {
            for (const CudaLaunch &launch : function.launches)
              json.object([&] {
                json.attribute("kernel", launch.kernel);
                size("grid", launch.grid);
                size("block", launch.block);
                json.attribute("shared_bytes", launch.sharedBytes);
                json.attributeArray("arguments", [&] {
                  for (const CudaArgument &argument : launch.arguments)
                    json.object([&] {
                      json.attribute("pointer", argument.pointer);
                      json.attribute("offset", argument.offset);
                    });
                });
              });
          });
        });
    });
    json.attributeArray("images", [&] {
      for (const CudaImage &image : program.images)
        json.object([&] {
          json.attribute("chip", image.chip);
          json.attribute("ptx", image.ptx);
        });
    });
  });
  os << "\n";
}

static void registerToCuda() {
  static cl::list<std::string> chips(
      "cuda-gpu", cl::value_desc("name"), cl::CommaSeparated,
      cl::desc("GPUs to make PTX for (default sm_80)"));
  static mlir::TranslateRegistration registration(
      "catgrad-to-cuda-json",
      "Launches of each function and the PTX of their kernels, as JSON",
      [](const Sources &sources, llvm::raw_ostream &os,
         mlir::MLIRContext *context) -> mlir::LogicalResult {
        prepare(*context);
        auto module = mlir::parseSourceFile<mlir::ModuleOp>(*sources, context);
        if (!module || failed(verifyNativeSignatures(*module)))
          return mlir::failure();
        Artefact artefact;
        for (CudaPhase phase :
             {CudaPhase::Catgrad, CudaPhase::Rev, CudaPhase::Linalg,
              CudaPhase::Bufferized, CudaPhase::Gpu, CudaPhase::Nvvm}) {
          mlir::PassManager passes(context);
          buildCudaPhase(passes, phase);
          if (failed(passes.run(*module)))
            return mlir::failure();
          if (phase != CudaPhase::Linalg)
            continue;
          auto description = describeArtefact(*module, "module", "cuda");
          if (failed(description))
            return mlir::failure();
          artefact = std::move(*description);
        }
        CudaOptions options;
        options.assemble = false;
        if (!chips.empty())
          options.chips.assign(chips.begin(), chips.end());
        auto program = buildCudaProgram(*module, options);
        if (failed(program))
          return mlir::failure();
        printProgram(*program, artefact, os);
        return mlir::success();
      });
}

int main(int argc, char **argv) {
  registerJSON();
  registerToCuda();
  registerToDot();
  registerToPython();
  return failed(mlir::mlirTranslateMain(
      argc, argv, "catgrad-translate: modules in other languages"));
}
