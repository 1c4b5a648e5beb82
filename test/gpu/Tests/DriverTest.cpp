//===- DriverTest.cpp - The driver's interface ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests what a host runtime meets: handles, limits, errors on demand,
// statistics, streams, events, graphs, contexts and threads.

#include "Tests/Gpu.h"

#include <thread>

using namespace gpu;

namespace {

const char *const increment =
    "ld.global.u32 %r5, [%rd4];\n add.s32 %r5, %r5, 1;\n"
    "st.global.u32 [%rd4], %r5;";

class DriverTest : public GpuTest {
protected:
  /// Launches k on 32 threads that add 1 to each word of `b`.
  CUresult add(CUdeviceptr b) {
    return launch(function("k"), {1}, {32}, 0, b, b, 32);
  }
};

TEST_F(DriverTest, NamesOfErrors) {
  const char *name = nullptr, *text = nullptr;
  ASSERT_EQ(api().cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &name),
            CUDA_SUCCESS);
  ASSERT_EQ(api().cuGetErrorString(CUDA_ERROR_ILLEGAL_ADDRESS, &text),
            CUDA_SUCCESS);
  EXPECT_STREQ(name, "CUDA_ERROR_ILLEGAL_ADDRESS");
  EXPECT_STREQ(text, "an illegal memory access was encountered");
  EXPECT_EQ(api().cuGetErrorName(CUresult(12345), &name),
            CUDA_ERROR_INVALID_VALUE);
}

TEST_F(DriverTest, DeviceAndVersion) {
  int value = 0;
  CUdevice device = 7;
  ASSERT_EQ(api().cuDeviceGet(&device, 0), CUDA_SUCCESS);
  EXPECT_EQ(api().cuDeviceGet(&device, 1), CUDA_ERROR_INVALID_DEVICE);
  option("SM", "86");
  ASSERT_EQ(api().cuDeviceGetAttribute(&value, 75, device), CUDA_SUCCESS);
  EXPECT_EQ(value, 8);
  ASSERT_EQ(api().cuDeviceGetAttribute(&value, 76, device), CUDA_SUCCESS);
  EXPECT_EQ(value, 6);
  EXPECT_EQ(api().cuDeviceGetAttribute(&value, 9999, device),
            CUDA_ERROR_INVALID_VALUE);
  option("VERSION", "10020");
  ASSERT_EQ(api().cuDriverGetVersion(&value), CUDA_SUCCESS);
  EXPECT_EQ(value, 10020);
}

TEST_F(DriverTest, GetProcAddress) {
  void *function = nullptr;
  int status = -1;
  ASSERT_EQ(
      api().cuGetProcAddress_v2("cuMemAlloc", &function, 12000, 0, &status),
      CUDA_SUCCESS);
  EXPECT_EQ(function, reinterpret_cast<void *>(api().cuMemAlloc_v2));
  EXPECT_EQ(status, 0);
  EXPECT_EQ(
      api().cuGetProcAddress_v2("cuNothing", &function, 12000, 0, &status),
      CUDA_ERROR_NOT_FOUND);
  EXPECT_EQ(function, nullptr);
  EXPECT_EQ(status, 1);
  ASSERT_EQ(api().cuGetProcAddress_v2("cuGraphInstantiate", &function, 12000, 0,
                                      &status),
            CUDA_SUCCESS);
  EXPECT_EQ(function,
            reinterpret_cast<void *>(api().cuGraphInstantiateWithFlags));
  EXPECT_EQ(
      api().cuGetProcAddress_v2("cuMemAlloc", &function, 99000, 0, &status),
      CUDA_ERROR_NOT_FOUND);
}

TEST_F(DriverTest, LaunchesBeyondLimits) {
  std::string text = replaced(kernel(""), ".param .u32 n)",
                              ".param .u32 n)\n.maxntid 64, 1, 1");
  ASSERT_EQ(load(text), CUDA_SUCCESS) << report();
  CUfunction k = function("k");
  CUdeviceptr p = allocate(4);
  EXPECT_EQ(launch(k, {1}, {64}, 0, p, p, 1), CUDA_SUCCESS);
  EXPECT_EQ(launch(k, {1}, {65}, 0, p, p, 1),
            CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
  EXPECT_NE(report().find("expected at most 64 threads (.maxntid) but got 65"),
            std::string::npos);
  EXPECT_EQ(launch(k, {1}, {2048}, 0, p, p, 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launch(k, {0}, {32}, 0, p, p, 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launch(k, {1, 70000}, {32}, 0, p, p, 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launch(k, {1}, {32}, 50000, p, p, 1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(
      api().cuLaunchKernel(k, 1, 1, 1, 32, 1, 1, 0, nullptr, nullptr, nullptr),
      CUDA_ERROR_INVALID_VALUE);
  ASSERT_EQ(api().cuFuncSetAttribute(
                k, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 60000),
            CUDA_SUCCESS);
  EXPECT_EQ(launch(k, {1}, {32}, 50000, p, p, 1), CUDA_SUCCESS);
  EXPECT_EQ(api().cuFuncSetAttribute(
                k, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 240000),
            CUDA_ERROR_INVALID_VALUE);
  int threads = 0;
  ASSERT_EQ(api().cuFuncGetAttribute(
                &threads, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, k),
            CUDA_SUCCESS);
  EXPECT_EQ(threads, 64);
  // None of these hurts the context.
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_SUCCESS);
}

TEST_F(DriverTest, ParametersInABuffer) {
  ASSERT_EQ(load(kernel(increment)), CUDA_SUCCESS);
  struct {
    CUdeviceptr a, b;
    int n;
  } packed{0, upload(std::vector<int>(32, 4)), 32};
  size_t size = 20;
  void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &packed,
                   CU_LAUNCH_PARAM_BUFFER_SIZE, &size, CU_LAUNCH_PARAM_END};
  ASSERT_EQ(api().cuLaunchKernel(function("k"), 1, 1, 1, 32, 1, 1, 0, nullptr,
                                 nullptr, extra),
            CUDA_SUCCESS);
  EXPECT_EQ(download<int>(packed.b, 32), std::vector<int>(32, 5));
  size = 8;
  EXPECT_EQ(api().cuLaunchKernel(function("k"), 1, 1, 1, 32, 1, 1, 0, nullptr,
                                 nullptr, extra),
            CUDA_ERROR_INVALID_VALUE);
}

TEST_F(DriverTest, HandlesThatAreNone) {
  CUdeviceptr p = allocate(16);
  auto bad = [](auto handle) { return decltype(handle)(uintptr_t(0x1234)); };
  EXPECT_EQ(launch(bad(CUfunction()), {1}, {32}, 0, p),
            CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(api().cuModuleUnload(bad(CUmodule())), CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(api().cuStreamSynchronize(bad(CUstream())),
            CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(api().cuEventRecord(bad(CUevent()), nullptr),
            CUDA_ERROR_INVALID_HANDLE);
  EXPECT_EQ(api().cuCtxSetCurrent(bad(CUcontext())),
            CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(api().cuMemFree_v2(p + 4), CUDA_ERROR_INVALID_VALUE);
  CUstream one = nullptr;
  ASSERT_EQ(api().cuStreamCreate(&one, 0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamDestroy_v2(one), CUDA_SUCCESS);
  EXPECT_EQ(api().cuStreamDestroy_v2(one), CUDA_ERROR_INVALID_HANDLE);
  // A stream of another context is none of this one.
  CUcontext other = nullptr;
  ASSERT_EQ(api().cuStreamCreate(&one, 0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuCtxCreate_v2(&other, 0, 0), CUDA_SUCCESS);
  EXPECT_EQ(api().cuStreamSynchronize(one), CUDA_ERROR_INVALID_HANDLE);
  ASSERT_EQ(api().cuCtxDestroy_v2(other), CUDA_SUCCESS);
  ASSERT_EQ(api().cuCtxSetCurrent(context), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamDestroy_v2(one), CUDA_SUCCESS);
}

TEST_F(DriverTest, WithoutAContext) {
  ASSERT_EQ(api().cuCtxSetCurrent(nullptr), CUDA_SUCCESS);
  CUdeviceptr address;
  EXPECT_EQ(api().cuMemAlloc_v2(&address, 4), CUDA_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
  ASSERT_EQ(api().cuCtxSetCurrent(context), CUDA_SUCCESS);
}

TEST_F(DriverTest, FailuresOnDemand) {
  ASSERT_EQ(load(kernel(increment)), CUDA_SUCCESS);
  CUdeviceptr b = upload(std::vector<int>(32));
  api().fakecudaResetStatistics();
  option("FAIL", "cuLaunchKernel:2:719,cuMemAlloc:1:2,cuCtxSynchronize:1");
  EXPECT_EQ(add(b), CUDA_SUCCESS);
  EXPECT_EQ(add(b), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_EQ(add(b), CUDA_SUCCESS); // the context goes on
  CUdeviceptr address = 0;
  EXPECT_EQ(api().cuMemAlloc_v2(&address, 4), CUDA_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_ERROR_UNKNOWN);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_SUCCESS);
  EXPECT_EQ(download<int>(b, 1)[0], 2);
  EXPECT_NE(api().fakecudaSetOption("FAIL", "cuInit"), 0);
  EXPECT_NE(api().fakecudaSetOption("RACES", "sometimes"), 0);
  EXPECT_NE(api().fakecudaSetOption("NOTHING", "1"), 0);
}

TEST_F(DriverTest, MemoryLimit) {
  option("MEMORY", "1000");
  CUdeviceptr first = 0, second = 0;
  ASSERT_EQ(api().cuMemAlloc_v2(&first, 600), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemAlloc_v2(&second, 600), CUDA_ERROR_OUT_OF_MEMORY);
  ASSERT_EQ(api().cuMemFree_v2(first), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemAlloc_v2(&second, 600), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemFree_v2(second), CUDA_SUCCESS);
  EXPECT_EQ(api().cuMemAlloc_v2(&second, 0), CUDA_ERROR_INVALID_VALUE);
}

TEST_F(DriverTest, PointersAndRanges) {
  CUdeviceptr p = allocate(100), start = 0;
  ASSERT_EQ(api().cuPointerGetAttribute(
                &start, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, p + 99),
            CUDA_SUCCESS);
  EXPECT_EQ(start, p);
  EXPECT_EQ(api().cuPointerGetAttribute(
                &start, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, p + 100),
            CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(p % 256, 0u);
  EXPECT_EQ(api().cuMemsetD32_v2(p + 2, 0, 1),
            CUDA_ERROR_INVALID_VALUE); // misaligned
  EXPECT_EQ(api().cuMemsetD8_v2(p + 1, 0, 100), CUDA_ERROR_INVALID_VALUE);
  EXPECT_NE(report().find("misaligned"), std::string::npos);
}

TEST_F(DriverTest, Statistics) {
  ASSERT_EQ(load(kernel(increment)), CUDA_SUCCESS);
  CUdeviceptr b = upload(std::vector<int>(32));
  api().fakecudaResetStatistics();
  ASSERT_EQ(add(b), CUDA_SUCCESS);
  ASSERT_EQ(add(b), CUDA_SUCCESS);
  ASSERT_EQ(api().cuMemcpyDtoDAsync_v2(b, b + 64, 64, nullptr), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamSynchronize(nullptr), CUDA_SUCCESS);
  FakeCudaStatistics all = statistics();
  EXPECT_EQ(all.launches, 2u);
  EXPECT_EQ(all.functionLookups, 2u);
  EXPECT_EQ(all.instructions, 2u * 32 * 14); // 10 before the body, 3, and ret
  EXPECT_EQ(all.bytesLoaded, 2u * 128);
  EXPECT_EQ(all.bytesStored, 2u * 128);
  EXPECT_EQ(all.copiesOnDevice, 1u);
  EXPECT_EQ(all.bytesCopied, 64u);
  EXPECT_EQ(all.synchronisations, 1u);
  EXPECT_EQ(all.allocations, 0u);
}

TEST_F(DriverTest, JitLog) {
  char log[100] = "";
  unsigned options[] = {CU_JIT_ERROR_LOG_BUFFER,
                        CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, reinterpret_cast<void *>(sizeof log)};
  CUmodule none = nullptr;
  EXPECT_EQ(api().cuModuleLoadDataEx(&none, kernel("nothing;").c_str(), 2,
                                     options, values),
            CUDA_ERROR_INVALID_PTX);
  EXPECT_NE(std::string(log).find("unknown instruction 'nothing'"),
            std::string::npos)
      << log;
}

TEST_F(DriverTest, PrimaryContext) {
  CUcontext first = nullptr, second = nullptr;
  ASSERT_EQ(api().cuDevicePrimaryCtxRetain(&first, 0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuDevicePrimaryCtxRetain(&second, 0), CUDA_SUCCESS);
  EXPECT_EQ(first, second);
  EXPECT_EQ(api().cuDevicePrimaryCtxRelease_v2(0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuCtxSetCurrent(first), CUDA_SUCCESS);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_SUCCESS);
  EXPECT_EQ(api().cuDevicePrimaryCtxRelease_v2(0), CUDA_SUCCESS);
  EXPECT_EQ(api().cuCtxSynchronize(), CUDA_ERROR_CONTEXT_IS_DESTROYED);
  EXPECT_EQ(api().cuDevicePrimaryCtxRelease_v2(0), CUDA_ERROR_INVALID_CONTEXT);
  ASSERT_EQ(api().cuCtxSetCurrent(context), CUDA_SUCCESS);
}

TEST_F(DriverTest, ThreadsAndContexts) {
  std::vector<int> results(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t, &results] {
      CUcontext own = nullptr;
      CUmodule loaded = nullptr;
      CUfunction k = nullptr;
      CUdeviceptr b = 0;
      api().cuCtxCreate_v2(&own, 0, 0);
      api().cuModuleLoadData(&loaded, kernel(increment).c_str());
      api().cuModuleGetFunction(&k, loaded, "k");
      api().cuMemAlloc_v2(&b, 128);
      api().cuMemsetD8_v2(b, 0, 128);
      int n = 32;
      void *list[] = {&b, &b, &n};
      for (int i = 0; i < 100 * (t + 1); ++i)
        api().cuLaunchKernel(k, 1, 1, 1, 32, 1, 1, 0, nullptr, list, nullptr);
      api().cuMemcpyDtoH_v2(&results[t], b + 124, 4);
      api().cuMemFree_v2(b);
      api().cuModuleUnload(loaded);
      api().cuCtxDestroy_v2(own);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(results, (std::vector<int>{100, 200, 300, 400})) << report();
}

// Graphs ---------------------------------------------------------------------

TEST_F(DriverTest, GraphsReplayWhatWasCaptured) {
  ASSERT_EQ(load(kernel(increment)), CUDA_SUCCESS);
  CUdeviceptr b = upload(std::vector<int>(32)),
              copy = upload(std::vector<int>(32));
  ASSERT_EQ(api().cuStreamCreate(&stream, 1), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamBeginCapture_v2(stream, 0), CUDA_SUCCESS);
  ASSERT_EQ(add(b), CUDA_SUCCESS);
  ASSERT_EQ(add(b), CUDA_SUCCESS);
  ASSERT_EQ(api().cuMemcpyDtoDAsync_v2(copy, b, 128, stream), CUDA_SUCCESS);
  CUgraph graph = nullptr;
  ASSERT_EQ(api().cuStreamEndCapture(stream, &graph), CUDA_SUCCESS);
  EXPECT_EQ(statistics().launches, 0u); // nothing ran
  size_t nodes = 0;
  ASSERT_EQ(api().cuGraphGetNodes(graph, nullptr, &nodes), CUDA_SUCCESS);
  EXPECT_EQ(nodes, 3u);
  CUgraphExec executable = nullptr;
  ASSERT_EQ(api().cuGraphInstantiateWithFlags(&executable, graph, 0),
            CUDA_SUCCESS);
  ASSERT_EQ(api().cuGraphDestroy(graph), CUDA_SUCCESS); // the instance lives on
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(api().cuGraphLaunch(executable, stream), CUDA_SUCCESS);
  EXPECT_EQ(download<int>(copy, 32), std::vector<int>(32, 20));
  EXPECT_EQ(statistics().launches, 20u);
  EXPECT_EQ(statistics().graphLaunches, 10u);
  EXPECT_EQ(statistics().captures, 1u);
  ASSERT_EQ(api().cuGraphExecDestroy(executable), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamDestroy_v2(stream), CUDA_SUCCESS);
}

TEST_F(DriverTest, CapturesForbidWhatWaitsOrAllocates) {
  CUdeviceptr b = upload(std::vector<int>(32)), address = 0;
  CUstream one = nullptr;
  CUgraph graph = nullptr;
  ASSERT_EQ(api().cuStreamCreate(&one, 0), CUDA_SUCCESS);
  auto spoils = [&](auto call, CUresult expected) {
    ASSERT_EQ(api().cuStreamBeginCapture_v2(one, 0), CUDA_SUCCESS);
    EXPECT_EQ(call(), expected);
    EXPECT_EQ(api().cuStreamEndCapture(one, &graph),
              CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    EXPECT_EQ(graph, nullptr);
  };
  CUresult unsupported = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  spoils([&] { return api().cuMemAlloc_v2(&address, 4); }, unsupported);
  spoils([&] { return api().cuCtxSynchronize(); }, unsupported);
  spoils([&] { return api().cuStreamSynchronize(one); }, unsupported);
  spoils([&] { return api().cuMemsetD8_v2(b, 0, 4); }, unsupported);
  // Work in the legacy stream would have to wait for the capture.
  spoils([&] { return api().cuMemcpyDtoDAsync_v2(b, b + 64, 4, nullptr); },
         CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  EXPECT_EQ(api().cuStreamEndCapture(one, &graph),
            CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
  EXPECT_EQ(api().cuStreamSynchronize(one), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamDestroy_v2(one), CUDA_SUCCESS);
}

TEST_F(DriverTest, CapturesForkAndJoin) {
  CUdeviceptr b = upload(std::vector<int>(32));
  CUstream one = nullptr, two = nullptr;
  CUevent fork = nullptr, join = nullptr;
  CUgraph graph = nullptr;
  ASSERT_EQ(api().cuStreamCreate(&one, 1), CUDA_SUCCESS);
  ASSERT_EQ(api().cuStreamCreate(&two, 1), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventCreate(&fork, 2), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventCreate(&join, 2), CUDA_SUCCESS);
  for (bool joins : {true, false}) {
    ASSERT_EQ(api().cuStreamBeginCapture_v2(one, 0), CUDA_SUCCESS);
    ASSERT_EQ(api().cuEventRecord(fork, one), CUDA_SUCCESS);
    ASSERT_EQ(api().cuStreamWaitEvent(two, fork, 0), CUDA_SUCCESS);
    int capturing = 0;
    ASSERT_EQ(api().cuStreamIsCapturing(two, &capturing), CUDA_SUCCESS);
    EXPECT_EQ(capturing, 1);
    ASSERT_EQ(api().cuMemcpyDtoDAsync_v2(b, b + 64, 4, two), CUDA_SUCCESS);
    ASSERT_EQ(api().cuEventRecord(join, two), CUDA_SUCCESS);
    if (joins)
      ASSERT_EQ(api().cuStreamWaitEvent(one, join, 0), CUDA_SUCCESS);
    EXPECT_EQ(api().cuStreamEndCapture(one, &graph),
              joins ? CUDA_SUCCESS : CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    if (joins)
      ASSERT_EQ(api().cuGraphDestroy(graph), CUDA_SUCCESS);
  }
  for (CUevent event : {fork, join})
    ASSERT_EQ(api().cuEventDestroy_v2(event), CUDA_SUCCESS);
  for (CUstream each : {one, two})
    ASSERT_EQ(api().cuStreamDestroy_v2(each), CUDA_SUCCESS);
}

TEST_F(DriverTest, Events) {
  ASSERT_EQ(load(kernel(increment)), CUDA_SUCCESS);
  CUdeviceptr b = upload(std::vector<int>(32));
  CUevent start = nullptr, end = nullptr;
  ASSERT_EQ(api().cuEventCreate(&start, 0), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventCreate(&end, 0), CUDA_SUCCESS);
  float milliseconds = -1;
  EXPECT_EQ(api().cuEventElapsedTime(&milliseconds, start, end),
            CUDA_ERROR_INVALID_HANDLE);
  ASSERT_EQ(api().cuEventRecord(start, nullptr), CUDA_SUCCESS);
  ASSERT_EQ(add(b), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventRecord(end, nullptr), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventSynchronize(end), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventElapsedTime(&milliseconds, start, end), CUDA_SUCCESS);
  EXPECT_GT(milliseconds, 0);
  ASSERT_EQ(api().cuEventDestroy_v2(start), CUDA_SUCCESS);
  ASSERT_EQ(api().cuEventDestroy_v2(end), CUDA_SUCCESS);
}

} // namespace
