//===- catgrad-opt.cpp - Optimiser driver -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file is catgrad-opt: mlir-opt with the dialect and its passes. Text that
// is nested too deeply for MLIR's parser is an error.

#include "catgrad/InitAllDialects.h"
#include "catgrad/InitAllExtensions.h"
#include "catgrad/InitAllPasses.h"
#include "catgrad/Target/Limits.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

namespace cl = llvm::cl;

/// Checks the text against the limits, with diagnostics that show the place.
static mlir::LogicalResult verifyInput(llvm::MemoryBufferRef input,
                                       const catgrad::Limits &limits) {
  if (mlir::isBytecode(input))
    return mlir::success();
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(input, /*RequiresNullTerminator=*/false),
      llvm::SMLoc());
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  return catgrad::verifyText(sources, context, limits);
}

static int fail(const llvm::Twine &message) {
  llvm::errs() << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::registerAllPasses();
  catgrad::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  catgrad::registerAllDialects(registry);
  catgrad::registerAllExtensions(registry);
  cl::opt<unsigned> maxNesting(
      "max-nesting", cl::init(catgrad::Limits().maxNesting),
      cl::desc("Brackets within brackets in the input (default 256)"));
  auto [inputName, outputName] = mlir::registerAndParseCLIOptions(
      argc, argv, "Reverse derivatives ahead of time, in MLIR\n", registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::asMainReturnCode(
        mlir::MlirOptMain(argc, argv, inputName, outputName, registry));

  std::string message;
  auto input = mlir::openInputFile(inputName, &message);
  if (!input)
    return fail(message);
  catgrad::Limits limits;
  limits.maxNesting = maxNesting;
  if (mlir::failed(verifyInput(input->getMemBufferRef(), limits)))
    return 1;
  auto output = mlir::openOutputFile(outputName, &message);
  if (!output)
    return fail(message);
  if (mlir::failed(
          mlir::MlirOptMain(output->os(), std::move(input), registry, config)))
    return 1;
  output->keep();
  return 0;
}
