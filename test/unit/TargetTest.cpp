//===- TargetTest.cpp - Native artefacts from a program ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests what the command line cannot reach: names, the linker after a
// failure, the check of symbols, and several compilations in one process.

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Header.h"
#include "catgrad/Target/Link.h"
#include "catgrad/Target/NativeCode.h"
#include "catgrad/Target/OutputFiles.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace catgrad;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

TEST(Names, AreFitForC) {
  EXPECT_EQ(toCIdentifier("w"), "w");
  EXPECT_EQ(toCIdentifier("w.bias"), "w_bias");
  EXPECT_EQ(toCIdentifier("a..b"), "a_b");
  EXPECT_EQ(toCIdentifier("int"), "int_");
  EXPECT_EQ(toCIdentifier("class"), "class_");
  EXPECT_EQ(toCIdentifier("0"), "x0");
  EXPECT_EQ(toCIdentifier("_w"), "w");
  EXPECT_EQ(toCIdentifier(""), "x");
  EXPECT_EQ(toCIdentifier("\xc3\xa9"), "x");
  for (llvm::StringRef name : {"w.bias", "int", "0", "", "_", "__a__", "\n"})
    EXPECT_TRUE(isCIdentifier(toCIdentifier(name))) << name.str();
  for (llvm::StringRef name : {"", "1a", "a b", "f.rev", "_a", "a__b", "new"})
    EXPECT_FALSE(isCIdentifier(name)) << name.str();
}

TEST(Names, OfArtefacts) {
  EXPECT_EQ(getArtefactStem("out/libiris.so"), "iris");
  EXPECT_EQ(getArtefactStem("libiris.so.1"), "iris");
  EXPECT_EQ(getArtefactStem("lib.so"), "lib");
  EXPECT_EQ(getArtefactStem("library.mlir"), "library");
  EXPECT_EQ(getArtefactStem("my-model.v2.o"), "my_model_v2");
  EXPECT_EQ(getEmitKindForFile("a.so"), EmitKind::SharedLibrary);
  EXPECT_EQ(getEmitKindForFile("a.c"), EmitKind::CSource);
  EXPECT_EQ(getEmitKindForFile("a.dll"), std::nullopt);
}

/// A context that keeps its error messages.
class TargetTest : public testing::Test {
protected:
  TargetTest()
      : context(makeRegistry()), handler(&context, [&](mlir::Diagnostic &d) {
          errors += d.str() + "\n";
          return mlir::success();
        }) {}

  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerCompilerDialects(registry);
    return registry;
  }

  mlir::FailureOr<CompileResult> compileText(llvm::StringRef text,
                                             const CompileOptions &options) {
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(text),
                               llvm::SMLoc());
    return compile(sources, context, options);
  }

  mlir::InFlightDiagnostic emitError() {
    return mlir::emitError(mlir::UnknownLoc::get(&context));
  }

  std::string errors;
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
};

constexpr llvm::StringLiteral kDouble = R"(
  func.func @twice(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = catgrad.add %x, %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
)";

TEST_F(TargetTest, CompilesAgainAfterAnError) {
  CompileOptions options;
  auto first = compileText(kDouble, options);
  ASSERT_TRUE(mlir::succeeded(first)) << errors;
  EXPECT_THAT(first->output, StartsWith("\x7f"
                                        "ELF"));
  EXPECT_TRUE(mlir::failed(compileText("func.func @f(", options)));
  EXPECT_FALSE(errors.empty());
  auto second = compileText(kDouble, options);
  ASSERT_TRUE(mlir::succeeded(second)) << errors;
  EXPECT_EQ(first->output, second->output);
}

TEST_F(TargetTest, RefusesAStemThatCannotBeASymbol) {
  CompileOptions options;
  options.stem = "not a name";
  EXPECT_TRUE(mlir::failed(compileText(kDouble, options)));
  EXPECT_THAT(errors, HasSubstr("expected the name of the artefact to be a C "
                                "identifier but got 'not a name'"));
}

TEST_F(TargetTest, LinksAfterAFailedLink) {
  CompileOptions options;
  options.emit = EmitKind::Object;
  auto object = compileText(kDouble, options);
  ASSERT_TRUE(mlir::succeeded(object)) << errors;
  Artefact artefact;
  artefact.stem = "model";
  auto report = [&] { return emitError(); };
  EXPECT_TRUE(mlir::failed(
      linkSharedLibrary("no object", artefact, "libmodel.so", report)));
  EXPECT_THAT(errors, HasSubstr("linking failed: "));
  EXPECT_TRUE(mlir::succeeded(
      linkSharedLibrary(object->output, artefact, "libmodel.so", report)))
      << errors;
}

TEST_F(TargetTest, RefusesCodeThatNeedsMore) {
  auto report = [&] { return emitError(); };
  auto target = createNativeTarget("native", 2, report);
  ASSERT_TRUE(mlir::succeeded(target)) << errors;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(R"(
    llvm.func @malloc(i64) -> !llvm.ptr
    llvm.func @f(%n: i64) -> !llvm.ptr {
      %p = llvm.call @malloc(%n) : (i64) -> !llvm.ptr
      llvm.return %p : !llvm.ptr
    }
    llvm.func @f_workspace_bytes() -> i64 {
      %0 = llvm.mlir.constant(0 : i64) : i64
      llvm.return %0 : i64
    }
    llvm.func @helper() {
      llvm.return
    }
  )",
                                                        &context);
  ASSERT_TRUE(module) << errors;
  Artefact artefact;
  artefact.stem = "model";
  artefact.functions.emplace_back();
  artefact.functions.back().symbol = "f";
  llvm::LLVMContext llvmContext;
  auto code = translateToLLVMIR(*module, artefact, *target, llvmContext);
  ASSERT_TRUE(mlir::succeeded(code)) << errors;
  // Only what the artefact offers is visible from outside.
  EXPECT_FALSE((*code)->getFunction("f")->hasLocalLinkage());
  EXPECT_TRUE((*code)->getFunction("helper")->hasLocalLinkage());
  auto object =
      emitCode(**code, *target, llvm::CodeGenFileType::ObjectFile, report);
  ASSERT_TRUE(mlir::succeeded(object)) << errors;
  EXPECT_TRUE(
      mlir::failed(verifyUndefinedSymbols(*object, /*isCuda=*/false, report)));
  EXPECT_THAT(errors, HasSubstr("the code needs 'malloc'"));

  artefact.functions.back().symbol = "g";
  EXPECT_TRUE(
      mlir::failed(translateToLLVMIR(*module, artefact, *target, llvmContext)));
  EXPECT_THAT(errors, HasSubstr("expected the native entry 'g'"));
}

TEST(OutputFiles, AreWrittenTogetherOrNotAtAll) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("catgrad-test", folder));
  auto path = [&](llvm::StringRef name) {
    llvm::SmallString<128> file(folder);
    llvm::sys::path::append(file, name);
    return file.str().str();
  };
  auto read = [](llvm::StringRef file) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    return buffer ? (*buffer)->getBuffer().str() : "none";
  };
  std::string first = path("first"), second = path("second");
  EXPECT_FALSE(writeOutputFiles({{first, "1"}, {second, "2"}}));
  EXPECT_EQ(read(first) + read(second), "12");

  // What exists stays as it was when another file cannot be written.
  std::string third = path("third"), nowhere = path("missing/file");
  llvm::Error error =
      writeOutputFiles({{first, "3"}, {third, "3"}, {nowhere, "3"}});
  EXPECT_THAT(llvm::toString(std::move(error)),
              HasSubstr("missing/file': No such file or directory"));
  EXPECT_EQ(read(first) + read(third), "1none");
  std::error_code status;
  unsigned count = 0;
  for (llvm::sys::fs::directory_iterator i(folder, status), end; i != end;
       i.increment(status))
    ++count;
  EXPECT_EQ(count, 2u);
  llvm::sys::fs::remove_directories(folder);
}

} // namespace
