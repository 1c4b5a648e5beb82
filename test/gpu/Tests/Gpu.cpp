//===- Gpu.cpp - The driver as a test sees it -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the fixture.

#include "Tests/Gpu.h"

#include <dlfcn.h>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace gpu;

Api::Api() {
  void *library = dlopen(FAKECUDA_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  auto find = [&](auto &function, const char *name) {
    void *symbol = library ? dlsym(library, name) : nullptr;
    if (!symbol) {
      fprintf(stderr, "%s\n", dlerror());
      abort();
    }
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
  };
#define FIND(name) find(name, #name)
  FIND(cuInit), FIND(cuDriverGetVersion), FIND(cuGetErrorName),
      FIND(cuGetErrorString);
  FIND(cuGetProcAddress_v2), FIND(cuDeviceGet), FIND(cuDeviceGetAttribute);
  FIND(cuDevicePrimaryCtxRetain), FIND(cuDevicePrimaryCtxRelease_v2);
  FIND(cuCtxCreate_v2), FIND(cuCtxDestroy_v2), FIND(cuCtxSetCurrent),
      FIND(cuCtxGetCurrent);
  FIND(cuCtxSynchronize), FIND(cuModuleLoadData), FIND(cuModuleLoadDataEx);
  FIND(cuModuleUnload), FIND(cuModuleGetFunction), FIND(cuModuleGetGlobal_v2);
  FIND(cuFuncGetAttribute), FIND(cuFuncSetAttribute), FIND(cuMemAlloc_v2),
      FIND(cuMemFree_v2);
  FIND(cuMemcpyHtoD_v2), FIND(cuMemcpyDtoH_v2), FIND(cuMemcpyDtoDAsync_v2);
  FIND(cuMemsetD8_v2), FIND(cuMemsetD32_v2), FIND(cuPointerGetAttribute);
  FIND(cuLaunchKernel), FIND(cuStreamCreate), FIND(cuStreamDestroy_v2);
  FIND(cuStreamSynchronize), FIND(cuStreamWaitEvent),
      FIND(cuStreamBeginCapture_v2);
  FIND(cuStreamEndCapture), FIND(cuStreamIsCapturing), FIND(cuEventCreate);
  FIND(cuEventDestroy_v2), FIND(cuEventRecord), FIND(cuEventSynchronize);
  FIND(cuEventElapsedTime), FIND(cuGraphInstantiateWithFlags),
      FIND(cuGraphLaunch);
  FIND(cuGraphExecDestroy), FIND(cuGraphDestroy), FIND(cuGraphGetNodes);
  FIND(fakecudaGetStatistics), FIND(fakecudaResetStatistics),
      FIND(fakecudaGetReport);
  FIND(fakecudaClearReport), FIND(fakecudaSetOption);
#undef FIND
}

const Api &gpu::api() {
  static const Api functions;
  return functions;
}

std::string gpu::input(const std::string &name) {
  std::ifstream file(std::string(FAKECUDA_INPUTS "/") + name);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << "no input " << name;
  return text.str();
}

std::string gpu::replaced(std::string text, const std::string &from,
                          const std::string &to, unsigned n) {
  size_t at = text.find(from);
  for (unsigned i = 1; i < n && at != text.npos; ++i)
    at = text.find(from, at + 1);
  if (at == text.npos) {
    ADD_FAILURE() << "'" << from << "' does not occur " << n << " times";
    return text;
  }
  return text.replace(at, from.size(), to);
}

std::string gpu::kernel(const std::string &body,
                        const std::string &declarations) {
  return R"(.version 7.0
.target sm_80
.address_size 64
)" + declarations +
         R"(
.visible .entry k(.param .u64 a, .param .u64 b, .param .u32 n)
{
  .reg .pred %p<10>;
  .reg .b16 %rs<20>;
  .reg .b32 %r<40>;
  .reg .b64 %rd<40>;
  .reg .f32 %f<40>;
  .reg .f64 %fd<40>;
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  ld.param.u32 %r1, [n];
  mov.u32 %r2, %ctaid.x;
  mov.u32 %r3, %ntid.x;
  mov.u32 %r4, %tid.x;
  mad.lo.s32 %r2, %r2, %r3, %r4;
  mul.wide.u32 %rd5, %r2, 4;
  add.s64 %rd3, %rd1, %rd5;
  add.s64 %rd4, %rd2, %rd5;
)" + body +
         "\n  ret;\n}\n";
}

void GpuTest::SetUp() {
  ASSERT_EQ(api().cuInit(0), CUDA_SUCCESS);
  for (auto [name, value] : {std::pair("SCHEDULE", "0"),
                             {"RACES", "strict"},
                             {"INIT", "1"},
                             {"QUIET", "1"},
                             {"VERSION", "13000"},
                             {"SM", "90"},
                             {"FAIL", ""},
                             {"MEMORY", "8589934592"},
                             {"INSTRUCTIONS", "17179869184"}})
    option(name, value);
  api().fakecudaClearReport();
  api().fakecudaResetStatistics();
  ASSERT_EQ(api().cuCtxCreate_v2(&context, 0, 0), CUDA_SUCCESS);
}

void GpuTest::TearDown() {
  for (CUdeviceptr buffer : buffers)
    api().cuMemFree_v2(buffer);
  if (module)
    api().cuModuleUnload(module);
  api().cuCtxDestroy_v2(context);
  EXPECT_EQ(statistics().leaks, 0u) << report();
}

void GpuTest::restart() {
  TearDown();
  buffers.clear();
  module = nullptr;
  SetUp();
}

void GpuTest::option(const char *name, const std::string &value) {
  ASSERT_EQ(api().fakecudaSetOption(name, value.c_str()), 0)
      << name << "=" << value;
}

std::string GpuTest::report() {
  std::string text(api().fakecudaGetReport(nullptr, 0) + 1, '\0');
  api().fakecudaGetReport(text.data(), text.size());
  text.pop_back();
  return text;
}

FakeCudaStatistics GpuTest::statistics() {
  FakeCudaStatistics all;
  api().fakecudaGetStatistics(&all);
  return all;
}

CUresult GpuTest::load(const std::string &text) {
  if (module)
    EXPECT_EQ(api().cuModuleUnload(module), CUDA_SUCCESS);
  module = nullptr;
  return api().cuModuleLoadData(&module, text.c_str());
}

CUfunction GpuTest::function(const std::string &name) {
  CUfunction result = nullptr;
  EXPECT_EQ(api().cuModuleGetFunction(&result, module, name.c_str()),
            CUDA_SUCCESS)
      << name;
  return result;
}

CUdeviceptr GpuTest::allocate(size_t bytes) {
  CUdeviceptr address = 0;
  EXPECT_EQ(api().cuMemAlloc_v2(&address, bytes), CUDA_SUCCESS);
  buffers.push_back(address);
  return address;
}

CUresult GpuTest::runKernel(const std::string &body,
                            const std::string &declarations, int threads,
                            int blocks) {
  CUresult status = load(kernel(body, declarations));
  if (status != CUDA_SUCCESS)
    return status;
  int n = threads * blocks;
  std::vector<int> values(n);
  std::iota(values.begin(), values.end(), 1);
  CUdeviceptr a = upload(values), b = allocate(n * sizeof(int));
  EXPECT_EQ(api().cuMemsetD8_v2(b, 0, n * sizeof(int)), CUDA_SUCCESS);
  status = launch(function("k"), {unsigned(blocks)}, {unsigned(threads)}, 0, a,
                  b, n);
  if (status == CUDA_SUCCESS)
    words = download<int>(b, n);
  return status;
}
