//===- CudaCodeErrorTest.cpp - What goes wrong on a GPU ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests what a library for CUDA returns when the driver or the caller
// does not play along.

#include "CudaCodeFixture.h"

#include <thread>

using namespace catgrad;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

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
} // namespace
