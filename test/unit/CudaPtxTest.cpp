//===- CudaPtxTest.cpp - What kernels must not do ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file asks for PTX of kernels that our passes would not make: each is an
// error, and never code that is silently slow or wrong.

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/Cuda.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include "gmock/gmock.h"

using namespace catgrad;
using testing::HasSubstr;

namespace {

class CudaPtxTest : public testing::Test {
protected:
  CudaPtxTest() {
    mlir::DialectRegistry registry;
    registerCompilerDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// The diagnostic of compiling `text`, or the PTX.
  std::string compile(const std::string &text, llvm::StringRef chip = "sm_80") {
    std::string message;
    mlir::ScopedDiagnosticHandler handler(&context,
                                          [&](mlir::Diagnostic &diagnostic) {
                                            message += diagnostic.str();
                                            return mlir::success();
                                          });
    auto module = mlir::parseSourceString<mlir::ModuleOp>(
        "module attributes {gpu.container_module} {" + text + "}", &context);
    if (!module)
      return "cannot parse: " + message;
    CudaOptions options;
    options.chips = {chip.str()};
    options.assemble = false;
    auto program = buildCudaProgram(*module, options);
    if (failed(program)) {
      EXPECT_NE(message, "");
      return message;
    }
    return program->images.front().ptx;
  }

  /// A module of one kernel with this body.
  static std::string kernel(const std::string &body,
                            const std::string &before = "") {
    return "gpu.module @kernels {" + before +
           "llvm.func @k(%p: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} "
           "{" +
           body + "llvm.return } }";
  }

  mlir::MLIRContext context;
};

TEST_F(CudaPtxTest, KernelIsAnEntry) {
  std::string ptx = compile(kernel("%0 = llvm.mlir.constant(1.0 : f32) : f32 "
                                   "llvm.store %0, %p : f32, !llvm.ptr "));
  EXPECT_THAT(ptx, HasSubstr(".visible .entry k("));
  EXPECT_THAT(ptx, HasSubstr(".target sm_80"));
}

TEST_F(CudaPtxTest, RefusesFunctionsThatAreNowhere) {
  EXPECT_THAT(compile(kernel("llvm.call @other(%p) : (!llvm.ptr) -> () ",
                             "llvm.func @other(!llvm.ptr) ")),
              HasSubstr("a kernel calls 'other', which is nowhere defined"));
  EXPECT_THAT(compile(kernel("%0 = llvm.load %p : !llvm.ptr -> f32 "
                             "%1 = llvm.call @__nv_none(%0) : (f32) -> f32 "
                             "llvm.store %1, %p : f32, !llvm.ptr ",
                             "llvm.func @__nv_none(f32) -> f32 ")),
              testing::AnyOf(HasSubstr("a kernel calls '__nv_none'"),
                             HasSubstr("expected NVIDIA's library libdevice")));
}

TEST_F(CudaPtxTest, RefusesAllocations) {
  EXPECT_THAT(compile(kernel("%0 = llvm.mlir.constant(64 : i64) : i64 "
                             "%1 = llvm.call @malloc(%0) : (i64) -> !llvm.ptr "
                             "llvm.store %1, %p : !llvm.ptr, !llvm.ptr ",
                             "llvm.func @malloc(i64) -> !llvm.ptr ")),
              HasSubstr("a kernel allocates memory"));
}

TEST_F(CudaPtxTest, RefusesSharedMemoryOfTooLittleAlignment) {
  std::string body = "%0 = llvm.mlir.addressof @s : !llvm.ptr<3> "
                     "%1 = llvm.load volatile %0 : !llvm.ptr<3> -> f32 "
                     "llvm.store volatile %1, %0 : f32, !llvm.ptr<3> "
                     "llvm.store %1, %p : f32, !llvm.ptr ";
  auto global = [](int alignment) {
    return "llvm.mlir.global internal @s() {addr_space = 3 : i32, alignment "
           "= " +
           std::to_string(alignment) + " : i64} : !llvm.array<64 x f32> ";
  };
  EXPECT_THAT(compile(kernel(body, global(4))),
              HasSubstr("expected shared memory 's' to be aligned to 16 bytes "
                        "but got 4"));
  EXPECT_THAT(compile(kernel(body, global(16))),
              HasSubstr(".shared .align 16"));
}

TEST_F(CudaPtxTest, RefusesUnknownChips) {
  EXPECT_THAT(compile(kernel(""), "sm_7"),
              HasSubstr("expected a GPU such as sm_80 but got 'sm_7'"));
}

constexpr char kAttributes[] =
    " attributes {catgrad.destinations = array<i64>, "
    "catgrad.workspace_bytes = 0 : i64} ";

TEST_F(CudaPtxTest, RefusesWorkForTheHost) {
  std::string arguments = "(%x: memref<4xf32>, %y: memref<4xf32>, %w: "
                          "memref<0xi8>)";
  EXPECT_THAT(compile("func.func @f" + arguments + kAttributes +
                      "{ memref.copy %x, %y : memref<4xf32> to memref<4xf32> "
                      "return }"),
              HasSubstr("is left for the host, which may only launch kernels"));
  EXPECT_THAT(compile("func.func @f" + arguments + kAttributes +
                      "{ %0 = memref.alloc() : memref<4xf32> return }"),
              HasSubstr("is left for the host"));
  EXPECT_THAT(compile("func.func @f" + arguments + kAttributes +
                      "{ %c0 = arith.constant 0 : index "
                      "%c1 = arith.constant 1 : index "
                      "scf.for %i = %c0 to %c1 step %c1 { } return }"),
              HasSubstr("is left for the host"));
  EXPECT_THAT(compile("func.func private @f() { return }"),
              HasSubstr("is left for the host"));
  EXPECT_THAT(compile("func.func @f" + arguments + "{ return }"),
              HasSubstr("expected destinations and a workspace"));
}

} // namespace
