//===- CudaCodeFixture.h - A library of hand-written kernels ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file compiles a plan with kernels written by hand into shared libraries,
// which the tests run on the GPU test double.

#ifndef CATGRAD_TEST_UNIT_CUDACODEFIXTURE_H
#define CATGRAD_TEST_UNIT_CUDACODEFIXTURE_H

#include "catgrad/Target/CudaCode.h"
#include "catgrad/Target/Link.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include "Tests/Gpu.h"
#include "gmock/gmock.h"

#include <dlfcn.h>

namespace catgrad {

/// `square` writes x * x to its second argument, `add` adds its first to its
/// second; each for 4 floats.
inline constexpr char kKernels[] = R"(.version 7.0
.target sm_80
.address_size 64
.visible .entry square(.param .u64 a, .param .u64 b)
{
  .reg .b32 %r<2>;
  .reg .b64 %rd<6>;
  .reg .f32 %f<3>;
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd4, %rd1, %rd3;
  add.s64 %rd5, %rd2, %rd3;
  ld.global.f32 %f1, [%rd4];
  mul.rn.f32 %f2, %f1, %f1;
  st.global.f32 [%rd5], %f2;
  ret;
}
.visible .entry add(.param .u64 a, .param .u64 b)
{
  .reg .b32 %r<2>;
  .reg .b64 %rd<6>;
  .reg .f32 %f<4>;
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd4, %rd1, %rd3;
  add.s64 %rd5, %rd2, %rd3;
  ld.global.f32 %f1, [%rd4];
  ld.global.f32 %f2, [%rd5];
  add.rn.f32 %f3, %f1, %f2;
  st.global.f32 [%rd5], %f3;
  ret;
}
)";

inline TensorDescription makeTensor(llvm::StringRef name,
                                    llvm::StringRef role) {
  TensorDescription tensor;
  tensor.name = name;
  tensor.dtype = "f32";
  tensor.shape = {4};
  tensor.role = role;
  return tensor;
}

/// A library with step : (w, x) -> (w + x * x), in place if the caller wants.
inline Artefact makeArtefact(llvm::StringRef stem) {
  Artefact artefact;
  artefact.stem = stem;
  artefact.cpu = "x86-64";
  artefact.chips = {"sm_80"};
  FunctionDescription step;
  step.symbol = "step";
  step.onDevice = true;
  step.kind = "step";
  step.workspaceBytes = 80;
  step.inputs = {makeTensor("w", "parameter"), makeTensor("x", "input")};
  step.outputs = {makeTensor("w_out", "parameter")};
  step.outputs[0].alias = 0;
  artefact.functions.push_back(step);
  return artefact;
}

inline CudaProgram makeProgram() {
  CudaFunction step;
  step.symbol = "step";
  step.pointers = 4;
  step.workspaceBytes = 80;
  step.copies = {{2, 0, 16}};
  // The second half of the workspace, to see the offset.
  CudaLaunch square{"square", {1, 1, 1}, {4, 1, 1}, 0, {{1, 0}, {3, 64}}};
  CudaLaunch add{"add", {1, 1, 1}, {4, 1, 1}, 0, {{3, 64}, {2, 0}}};
  step.launches = {square, add};
  return {{step}, {{"sm_80", kKernels, ""}}};
}

/// A compiled and loaded library.
struct CudaLibrary {
  void *handle = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char *(*errorString)(int) = nullptr;
  int (*step)(CUdeviceptr w, CUdeviceptr x, CUdeviceptr wOut,
              CUdeviceptr workspace, CUstream stream) = nullptr;
  size_t (*workspaceBytes)() = nullptr;
};

/// The libraries are made once: each test has contexts of its own.
class CudaCompiler {
public:
  CudaCompiler()
      : handler(&context, [&](mlir::Diagnostic &diagnostic) {
          errors += diagnostic.str() + "\n";
          return mlir::success();
        }) {
    mlir::DialectRegistry registry;
    mlir::registerAllToLLVMIRTranslations(registry);
    context.appendDialectRegistry(registry);
  }

  mlir::InFlightDiagnostic emitError() {
    return mlir::emitError(mlir::UnknownLoc::get(&context));
  }

  /// The object's bytes, empty after an error.
  std::string compile(const Artefact &artefact, const CudaProgram &program) {
    auto report = [&] { return emitError(); };
    auto target = createNativeTarget("x86-64", 2, report);
    mlir::OwningOpRef<mlir::ModuleOp> host =
        mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
    llvm::LLVMContext llvmContext;
    if (mlir::failed(target) ||
        mlir::failed(verifyCudaProgram(artefact, program, report)))
      return {};
    auto module =
        translateToLLVMIR(*host, artefact, *target, llvmContext, &program);
    if (mlir::failed(module))
      return {};
    optimise(**module, *target);
    auto object =
        emitCode(**module, *target, llvm::CodeGenFileType::ObjectFile, report);
    if (mlir::failed(object) ||
        mlir::failed(verifyUndefinedSymbols(*object, /*isCuda=*/true, report)))
      return {};
    return *object;
  }

  CudaLibrary load(const Artefact &artefact, const CudaProgram &program) {
    std::string soname = "lib" + artefact.stem + ".so";
    auto bytes = linkSharedLibrary(compile(artefact, program), artefact, soname,
                                   [&] { return emitError(); });
    CudaLibrary library;
    llvm::SmallString<128> path;
    int file;
    if (mlir::failed(bytes) ||
        llvm::sys::fs::createTemporaryFile(artefact.stem, "so", file, path))
      return library;
    llvm::raw_fd_ostream(file, /*shouldClose=*/true) << *bytes;
    library.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    llvm::sys::fs::remove(path);
    if (!library.handle) {
      errors += dlerror();
      return library;
    }
    auto find = [&](auto &function, const std::string &name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(
          dlsym(library.handle, name.c_str()));
    };
    find(library.init, artefact.cudaInitSymbol());
    find(library.shutdown, artefact.cudaShutdownSymbol());
    find(library.errorString, artefact.cudaErrorStringSymbol());
    find(library.step, "step_cuda");
    find(library.workspaceBytes, "step_cuda_workspace_bytes");
    return library;
  }

  std::string errors;

private:
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
};

inline const CudaLibrary &library(llvm::StringRef stem = "one") {
  auto load = [](llvm::StringRef name) {
    CudaCompiler compiler;
    CudaLibrary library = compiler.load(makeArtefact(name), makeProgram());
    EXPECT_TRUE(library.step) << compiler.errors;
    return library;
  };
  static const CudaLibrary one = load("one"), two = load("two");
  return stem == "one" ? one : two;
}

class CudaCodeTest : public gpu::GpuTest {
protected:
  void SetUp() override {
    GpuTest::SetUp();
    ASSERT_TRUE(library().step);
    w = upload<float>({1, 2, 3, 4});
    x = upload<float>({1, 10, 100, 1000});
    out = allocate(16);
    workspace = allocate(library().workspaceBytes());
    gpu::api().fakecudaResetStatistics();
  }
  void TearDown() override {
    gpu::api().cuCtxSetCurrent(context);
    library().shutdown();
    library("two").shutdown();
    GpuTest::TearDown();
  }

  int run(CUdeviceptr to) {
    return library().step(w, x, to, workspace, stream);
  }
  std::vector<float> read(CUdeviceptr from) { return download<float>(from, 4); }
  std::string describe(int error) { return library().errorString(error); }

  CUdeviceptr w = 0, x = 0, out = 0, workspace = 0;
};

} // namespace catgrad

#endif // CATGRAD_TEST_UNIT_CUDACODEFIXTURE_H
