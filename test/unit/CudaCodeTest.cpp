//===- CudaCodeTest.cpp - Libraries for CUDA on the double ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file compiles a plan with kernels written by hand into shared libraries
// and runs them on the GPU test double: what they do, and what they return when
// the driver or the caller does not play along.

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
#include <thread>

using namespace catgrad;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// `square` writes x * x to its second argument, `add` adds its first to its
/// second; each for 4 floats.
constexpr char kKernels[] = R"(.version 7.0
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

TensorDescription makeTensor(llvm::StringRef name, llvm::StringRef role) {
  TensorDescription tensor;
  tensor.name = name;
  tensor.dtype = "f32";
  tensor.shape = {4};
  tensor.role = role;
  return tensor;
}

/// A library with step : (w, x) -> (w + x * x), in place if the caller wants.
Artefact makeArtefact(llvm::StringRef stem) {
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

CudaProgram makeProgram() {
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
struct Library {
  void *handle = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char *(*errorString)(int) = nullptr;
  int (*step)(CUdeviceptr w, CUdeviceptr x, CUdeviceptr wOut,
              CUdeviceptr workspace, CUstream stream) = nullptr;
  size_t (*workspaceBytes)() = nullptr;
};

/// The libraries are made once: each test has contexts of its own.
class Compiler {
public:
  Compiler()
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

  Library load(const Artefact &artefact, const CudaProgram &program) {
    std::string soname = "lib" + artefact.stem + ".so";
    auto bytes = linkSharedLibrary(compile(artefact, program), artefact, soname,
                                   [&] { return emitError(); });
    Library library;
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

const Library &library(llvm::StringRef stem = "one") {
  auto load = [](llvm::StringRef name) {
    Compiler compiler;
    Library library = compiler.load(makeArtefact(name), makeProgram());
    EXPECT_TRUE(library.step) << compiler.errors;
    return library;
  };
  static const Library one = load("one"), two = load("two");
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

//===----------------------------------------------------------------------===//
// What a call does
//===----------------------------------------------------------------------===//

TEST_F(CudaCodeTest, RunsInPlaceAndOutOfPlace) {
  EXPECT_EQ(library().workspaceBytes(), 80u);
  ASSERT_EQ(library().init(), 0);
  ASSERT_EQ(run(out), 0);
  EXPECT_THAT(read(out), ElementsAre(2, 102, 10003, 1000004));
  EXPECT_THAT(read(w), ElementsAre(1, 2, 3, 4));
  ASSERT_EQ(run(w), 0);
  EXPECT_THAT(read(w), ElementsAre(2, 102, 10003, 1000004));
}

TEST_F(CudaCodeTest, OnlyCopiesAndLaunches) {
  ASSERT_EQ(library().init(), 0);
  ASSERT_EQ(library().init(), 0); // does nothing
  FakeCudaStatistics before = statistics();
  EXPECT_EQ(before.modules, 1u);
  EXPECT_EQ(before.functionLookups, 2u);
  ASSERT_EQ(run(w), 0);
  ASSERT_EQ(run(out), 0);
  FakeCudaStatistics after = statistics();
  EXPECT_EQ(after.launches, 4u);
  EXPECT_EQ(after.copiesOnDevice, 1u); // not in place
  EXPECT_EQ(after.copiesToDevice + after.copiesToHost, 0u);
  EXPECT_EQ(after.synchronisations + after.allocations + after.sets, 0u);
  EXPECT_EQ(after.functionLookups, 2u);
}

TEST_F(CudaCodeTest, IsCapturedIntoAGraph) {
  ASSERT_EQ(library().init(), 0);
  ASSERT_EQ(gpu::api().cuStreamCreate(&stream, 1), CUDA_SUCCESS);
  ASSERT_EQ(gpu::api().cuStreamBeginCapture_v2(stream, 0), CUDA_SUCCESS);
  ASSERT_EQ(run(w), 0);
  CUgraph graph = nullptr;
  CUgraphExec executable = nullptr;
  ASSERT_EQ(gpu::api().cuStreamEndCapture(stream, &graph), CUDA_SUCCESS);
  size_t nodes = 0;
  EXPECT_EQ(gpu::api().cuGraphGetNodes(graph, nullptr, &nodes), CUDA_SUCCESS);
  EXPECT_EQ(nodes, 2u);
  ASSERT_EQ(gpu::api().cuGraphInstantiateWithFlags(&executable, graph, 0),
            CUDA_SUCCESS);
  EXPECT_THAT(read(w), ElementsAre(1, 2, 3, 4)); // nothing ran yet
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(gpu::api().cuGraphLaunch(executable, stream), CUDA_SUCCESS);
  EXPECT_THAT(read(w), ElementsAre(3, 202, 20003, 2000004));
  gpu::api().cuGraphExecDestroy(executable);
  gpu::api().cuGraphDestroy(graph);
  gpu::api().cuStreamDestroy_v2(stream);
}

TEST_F(CudaCodeTest, WorksInTwoLibrariesOfOneProcess) {
  ASSERT_EQ(library("one").init(), 0);
  // They share no state.
  EXPECT_EQ(library("two").step(w, x, w, workspace, stream),
            -5 /*NOT_INITIALISED*/);
  ASSERT_EQ(library("two").init(), 0);
  EXPECT_EQ(statistics().modules, 2u);
  ASSERT_EQ(library("one").step(w, x, w, workspace, stream), 0);
  ASSERT_EQ(library("two").step(w, x, w, workspace, stream), 0);
  EXPECT_THAT(read(w), ElementsAre(3, 202, 20003, 2000004));
  ASSERT_EQ(library("one").shutdown(), 0);
  ASSERT_EQ(library("two").step(w, x, w, workspace, stream), 0);
}

//===----------------------------------------------------------------------===//
// Contexts and threads
//===----------------------------------------------------------------------===//

TEST_F(CudaCodeTest, LoadsOneModuleForAContextAndAnyThreads) {
  std::vector<std::thread> threads;
  std::vector<int> results(8, 1);
  for (int &result : results)
    threads.emplace_back([&] {
      gpu::api().cuCtxSetCurrent(context);
      result = library().init();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_THAT(results, testing::Each(0));
  EXPECT_EQ(statistics().modules, 1u);
}

TEST_F(CudaCodeTest, RunsInEachThreadsContext) {
  ASSERT_EQ(library().init(), 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      CUcontext own;
      ASSERT_EQ(gpu::api().cuCtxCreate_v2(&own, 0, 0), CUDA_SUCCESS);
      ASSERT_EQ(library().init(), 0);
      CUdeviceptr at;
      ASSERT_EQ(gpu::api().cuMemAlloc_v2(&at, 192), CUDA_SUCCESS);
      std::vector<float> values(4, float(i));
      for (int part = 0; part < 2; ++part)
        gpu::api().cuMemcpyHtoD_v2(at + 16 * part, values.data(), 16);
      for (int n = 0; n < 20; ++n)
        ASSERT_EQ(library().step(at, at + 16, at, at + 64, nullptr), 0);
      gpu::api().cuMemcpyDtoH_v2(values.data(), at, 16);
      EXPECT_EQ(values[3], float(i + 20 * i * i));
      gpu::api().cuMemFree_v2(at);
      EXPECT_EQ(library().shutdown(), 0);
      gpu::api().cuCtxDestroy_v2(own);
    });
  for (std::thread &thread : threads)
    thread.join();
  ASSERT_EQ(run(w), 0);
}

TEST_F(CudaCodeTest, HasRoomForManyContexts) {
  std::vector<CUcontext> contexts(65);
  int error = 0;
  for (CUcontext &each : contexts) {
    ASSERT_EQ(gpu::api().cuCtxCreate_v2(&each, 0, 0), CUDA_SUCCESS);
    EXPECT_EQ(error, 0);
    error = library().init();
  }
  EXPECT_EQ(error, -7);
  EXPECT_THAT(describe(error), HasSubstr("too many CUDA contexts"));
  EXPECT_EQ(statistics().modules, 64u);
  for (CUcontext each : contexts) {
    gpu::api().cuCtxSetCurrent(each);
    EXPECT_EQ(library().shutdown(), 0);
    gpu::api().cuCtxDestroy_v2(each);
  }
  EXPECT_EQ(statistics().leaks, 0u);
  gpu::api().cuCtxSetCurrent(context);
  EXPECT_EQ(library().init(), 0);
}

//===----------------------------------------------------------------------===//
// What callers do wrong
//===----------------------------------------------------------------------===//

TEST_F(CudaCodeTest, WantsToBeInitialised) {
  int error = run(w);
  EXPECT_EQ(error, -5);
  EXPECT_THAT(describe(error), HasSubstr("was not initialised"));
  ASSERT_EQ(library().init(), 0);
  EXPECT_EQ(run(w), 0);
  ASSERT_EQ(library().shutdown(), 0);
  EXPECT_EQ(library().shutdown(), 0); // nothing to do
  EXPECT_EQ(run(w), -5);
  ASSERT_EQ(library().init(), 0);
  EXPECT_EQ(run(w), 0);
}

TEST_F(CudaCodeTest, WantsACurrentContext) {
  ASSERT_EQ(library().init(), 0);
  gpu::api().cuCtxSetCurrent(nullptr);
  for (int error : {library().init(), run(w), library().shutdown()}) {
    EXPECT_EQ(error, -4);
    EXPECT_THAT(describe(error), HasSubstr("no CUDA context is current"));
  }
  gpu::api().cuCtxSetCurrent(context);
  EXPECT_EQ(run(w), 0);
}

TEST_F(CudaCodeTest, WantsTheContextOfItsModuleAndStream) {
  ASSERT_EQ(library().init(), 0);
  CUcontext other;
  ASSERT_EQ(gpu::api().cuCtxCreate_v2(&other, 0, 0), CUDA_SUCCESS);
  CUstream foreign;
  ASSERT_EQ(gpu::api().cuStreamCreate(&foreign, 1), CUDA_SUCCESS);
  int error = run(w);
  EXPECT_EQ(error, -6);
  EXPECT_THAT(describe(error), HasSubstr("another CUDA context"));
  gpu::api().cuCtxSetCurrent(context);
  EXPECT_EQ(library().step(w, x, w, workspace, foreign), -6);
  EXPECT_EQ(run(w), 0);
  gpu::api().cuCtxSetCurrent(other);
  gpu::api().cuStreamDestroy_v2(foreign);
  gpu::api().cuCtxDestroy_v2(other);
}

TEST_F(CudaCodeTest, ChecksPointers) {
  ASSERT_EQ(library().init(), 0);
  EXPECT_EQ(library().step(0, x, w, workspace, stream), -8);
  EXPECT_EQ(library().step(w, x, w, 0, stream), -8);
  EXPECT_THAT(describe(-8), HasSubstr("is null"));
  EXPECT_EQ(library().step(w + 2, x, w, workspace, stream), -9);
  EXPECT_EQ(library().step(w, x, w, workspace + 16, stream), -9);
  EXPECT_THAT(describe(-9), HasSubstr("alignment"));
  EXPECT_EQ(statistics().launches, 0u);
  EXPECT_EQ(run(w), 0);
}

TEST_F(CudaCodeTest, NamesEveryError) {
  std::set<std::string> texts;
  for (int error = -9; error <= 0; ++error)
    texts.insert(describe(error));
  EXPECT_EQ(texts.size(), 10u);
  ASSERT_EQ(library().init(), 0);
  EXPECT_EQ(describe(2), "out of memory");
  EXPECT_EQ(describe(12345), "unknown error of the CUDA driver");
  EXPECT_EQ(describe(-100), "unknown error of the CUDA driver");
}

//===----------------------------------------------------------------------===//
// What the driver does wrong
//===----------------------------------------------------------------------===//

/// Lets each call of `name` fail in turn while `body` runs, until one run has
/// no call left to fail; returns how many there were.
template <typename Body> int failInTurn(const std::string &name, Body body) {
  for (int call = 1;; ++call) {
    gpu::api().fakecudaResetStatistics();
    std::string option = name + ":" + std::to_string(call) + ":2";
    EXPECT_EQ(gpu::api().fakecudaSetOption("FAIL", option.c_str()), 0);
    int error = body();
    EXPECT_EQ(gpu::api().fakecudaSetOption("FAIL", ""), 0);
    if (error == 0)
      return call - 1;
    EXPECT_EQ(error, 2) << option;
  }
}

TEST_F(CudaCodeTest, SurvivesEveryFailureOfInit) {
  for (auto [name, calls] : {std::pair("cuCtxGetCurrent", 1),
                             {"cuCtxGetId", 1},
                             {"cuCtxGetDevice", 1},
                             {"cuDeviceGetAttribute", 2},
                             {"cuModuleLoadData", 1},
                             {"cuModuleGetFunction", 2},
                             {"cuFuncLoad", 2}}) {
    EXPECT_EQ(failInTurn(name, [] { return library().init(); }), calls) << name;
    EXPECT_EQ(run(w), 0) << name;
    // A module that stayed would be found as a leak at the end of the test.
    EXPECT_EQ(library().shutdown(), 0) << name;
  }
}

TEST_F(CudaCodeTest, SurvivesEveryFailureOfStepAndShutdown) {
  ASSERT_EQ(library().init(), 0);
  for (auto [name, calls] : {std::pair("cuCtxGetCurrent", 1),
                             {"cuCtxGetId", 1},
                             {"cuMemcpyDtoDAsync", 1},
                             {"cuLaunchKernel", 2}}) {
    EXPECT_EQ(failInTurn(name, [&] { return run(out); }), calls) << name;
    EXPECT_THAT(read(out), ElementsAre(2, 102, 10003, 1000004)) << name;
  }
  EXPECT_EQ(failInTurn("cuCtxGetId", [] { return library().shutdown(); }), 1);
}

TEST_F(CudaCodeTest, ReportsAFaultAndWorksInTheNextContext) {
  ASSERT_EQ(library().init(), 0);
  EXPECT_EQ(library().step(w, x + 4096, w, workspace, stream), 700);
  EXPECT_EQ(describe(700), "an illegal memory access was encountered");
  EXPECT_EQ(run(w), 700); // as the driver has it: the context is lost
  EXPECT_EQ(library().shutdown(), 700);
  restart();
}

TEST_F(CudaCodeTest, RefusesOldDriversAndDevices) {
  option("VERSION", "10020");
  EXPECT_EQ(library().init(), -2);
  EXPECT_THAT(describe(-2), HasSubstr("driver is too old"));
  option("VERSION", "13000");
  option("SM", "75");
  EXPECT_EQ(library().init(), -3);
  EXPECT_THAT(describe(-3), HasSubstr("no kernels for a device this old"));
  option("SM", "80");
  EXPECT_EQ(library().init(), 0);
  EXPECT_EQ(run(w), 0);
}

TEST_F(CudaCodeTest, ReportsThatMemoryIsShort) {
  gpu::api().fakecudaResetStatistics();
  option("FAIL", "cuModuleLoadData:1:2");
  EXPECT_EQ(library().init(), 2);
  EXPECT_EQ(describe(2), "out of memory");
  EXPECT_EQ(library().init(), 0);
}

//===----------------------------------------------------------------------===//
// Images, and what the compiler refuses
//===----------------------------------------------------------------------===//

/// The PTX that a library loads on a device: its kernels write other numbers.
float getLoadedImage(const char *chip, const std::vector<CudaImage> &images) {
  static int number = 0;
  Compiler compiler;
  CudaProgram program = makeProgram();
  program.images = images;
  std::string stem = "images" + std::to_string(++number);
  Library library = compiler.load(makeArtefact(stem), program);
  EXPECT_TRUE(library.step) << compiler.errors;
  gpu::api().fakecudaSetOption("SM", chip);
  CUdeviceptr memory = 0;
  std::vector<float> ones(4, 1);
  gpu::api().cuMemAlloc_v2(&memory, 192);
  for (int part = 0; part < 2; ++part)
    gpu::api().cuMemcpyHtoD_v2(memory + 16 * part, ones.data(), 16);
  int error = library.init();
  if (!error)
    error = library.step(memory, memory + 16, memory, memory + 64, nullptr);
  if (!error)
    gpu::api().cuMemcpyDtoH_v2(ones.data(), memory, 16);
  library.shutdown();
  gpu::api().cuMemFree_v2(memory);
  gpu::api().fakecudaSetOption("SM", "90");
  dlclose(library.handle);
  return error ? error : ones[0];
}

TEST_F(CudaCodeTest, ChoosesTheImage) {
  // 1 + 1 * 1 on sm_80, 1 + (1 + 1) on others.
  std::string sum = gpu::replaced(kKernels, "mul.rn", "add.rn");
  auto forChip = [&](const std::string &chip, const std::string &ptx) {
    return CudaImage{chip, gpu::replaced(ptx, "sm_80", chip), ""};
  };
  std::vector<CudaImage> images = {forChip("sm_80", kKernels),
                                   forChip("sm_90", sum)};
  EXPECT_EQ(getLoadedImage("80", images), 2);
  EXPECT_EQ(getLoadedImage("89", images), 2);
  EXPECT_EQ(getLoadedImage("90", images), 3);
  EXPECT_EQ(getLoadedImage("120", images), 3);
  EXPECT_EQ(getLoadedImage("75", images), -3);
  // Features of one chip are those of no other.
  images[1] = {"sm_90a", images[1].ptx, ""};
  EXPECT_EQ(getLoadedImage("90", images), 3);
  EXPECT_EQ(getLoadedImage("120", images), 2);
  // A driver that cannot read the newer PTX takes the older.
  images[1] = {"sm_90", gpu::replaced(images[1].ptx, "7.0", "9.9"), ""};
  EXPECT_EQ(getLoadedImage("90", images), 2);
  // The double has no GPU for machine code; the PTX serves.
  images[0].cubin = "\x7f"
                    "ELF";
  EXPECT_EQ(getLoadedImage("86", images), 2);
}

std::string compileErrors(const Artefact &artefact,
                          const CudaProgram &program) {
  Compiler compiler;
  EXPECT_EQ(compiler.compile(artefact, program), "");
  return compiler.errors;
}

TEST(CudaCode, IsTheSameEachTime) {
  Compiler first, second;
  EXPECT_EQ(first.compile(makeArtefact("m"), makeProgram()),
            second.compile(makeArtefact("m"), makeProgram()));
}

TEST(CudaCode, RefusesProgramsThatCannotRun) {
  Artefact artefact = makeArtefact("model");
  auto withChange = [&](llvm::function_ref<void(CudaProgram &)> change) {
    CudaProgram program = makeProgram();
    change(program);
    return compileErrors(artefact, program);
  };
  EXPECT_THAT(withChange([](CudaProgram &p) { p.functions.clear(); }),
              HasSubstr("expected a plan of 'step' for CUDA"));
  EXPECT_THAT(withChange([](CudaProgram &p) { p.functions[0].pointers = 3; }),
              HasSubstr("to have 4 pointers but got 3"));
  EXPECT_THAT(withChange([](CudaProgram &p) { p.images.clear(); }),
              HasSubstr("expected kernels for at least one chip"));
  EXPECT_THAT(withChange([](CudaProgram &p) { p.images[0].chip = "gfx90a"; }),
              HasSubstr("expected a chip such as sm_80 but got 'gfx90a'"));
  EXPECT_THAT(
      withChange([](CudaProgram &p) { p.functions[0].copies[0].bytes = 12; }),
      HasSubstr("to be of an input to an output of its size"));
  EXPECT_THAT(
      withChange([](CudaProgram &p) { p.functions[0].copies[0].source = 2; }),
      HasSubstr("to be of an input to an output of its size"));
  auto withLaunch = [&](llvm::function_ref<void(CudaLaunch &)> change) {
    return withChange(
        [&](CudaProgram &p) { change(p.functions[0].launches[0]); });
  };
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.kernel = "cube"; }),
              HasSubstr("expected a kernel 'cube' for sm_80"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.grid[1] = 65536; }),
              HasSubstr("beyond the limits of any GPU: grid 1 x 65536 x 1"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.block = {32, 33, 1}; }),
              HasSubstr("block 32 x 33 x 1"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.block[0] = 0; }),
              HasSubstr("block 0 x 1 x 1"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.arguments[1].offset = 81; }),
              HasSubstr("an argument outside of all buffers"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) { l.arguments[1].pointer = 4; }),
              HasSubstr("an argument outside of all buffers"));
  EXPECT_THAT(withLaunch([](CudaLaunch &l) {
                l.arguments.assign(513, CudaArgument{0, 0});
              }),
              HasSubstr("to take at most 512 pointers but got 513"));
}

} // namespace
