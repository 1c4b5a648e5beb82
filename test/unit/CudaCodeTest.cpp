//===- CudaCodeTest.cpp - Libraries for CUDA on the double ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests what calls of a library for CUDA do in any context and
// thread, which image is chosen, and what the compiler refuses.

#include "CudaCodeFixture.h"

#include <thread>

using namespace catgrad;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

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
// Images, and what the compiler refuses
//===----------------------------------------------------------------------===//

/// The PTX that a library loads on a device: its kernels write other numbers.
float getLoadedImage(const char *chip, const std::vector<CudaImage> &images) {
  static int number = 0;
  CudaCompiler compiler;
  CudaProgram program = makeProgram();
  program.images = images;
  std::string stem = "images" + std::to_string(++number);
  CudaLibrary library = compiler.load(makeArtefact(stem), program);
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
  CudaCompiler compiler;
  EXPECT_EQ(compiler.compile(artefact, program), "");
  return compiler.errors;
}

TEST(CudaCode, IsTheSameEachTime) {
  CudaCompiler first, second;
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
