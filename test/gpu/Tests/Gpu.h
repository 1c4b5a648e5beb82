//===- Gpu.h - The driver as a test sees it ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file loads the double with dlopen, as a program loads the driver, and
// has a fixture with a context of its own.

#ifndef FAKECUDA_TESTS_GPU_H
#define FAKECUDA_TESTS_GPU_H

#include "Driver/Cuda.h"
#include "Driver/FakeCuda.h"

#include "gtest/gtest.h"

#include <string>
#include <vector>

namespace gpu {

/// The functions that the tests call, by the names that cuda.h gives them.
struct Api {
  Api();
#define FUNCTION(name, ...) CUresult (*name)(__VA_ARGS__)
  FUNCTION(cuInit, unsigned);
  FUNCTION(cuDriverGetVersion, int *);
  FUNCTION(cuGetErrorName, CUresult, const char **);
  FUNCTION(cuGetErrorString, CUresult, const char **);
  FUNCTION(cuGetProcAddress_v2, const char *, void **, int, uint64_t, int *);
  FUNCTION(cuDeviceGet, CUdevice *, int);
  FUNCTION(cuDeviceGetAttribute, int *, int, CUdevice);
  FUNCTION(cuDevicePrimaryCtxRetain, CUcontext *, CUdevice);
  FUNCTION(cuDevicePrimaryCtxRelease_v2, CUdevice);
  FUNCTION(cuCtxCreate_v2, CUcontext *, unsigned, CUdevice);
  FUNCTION(cuCtxDestroy_v2, CUcontext);
  FUNCTION(cuCtxSetCurrent, CUcontext);
  FUNCTION(cuCtxGetCurrent, CUcontext *);
  FUNCTION(cuCtxSynchronize, );
  FUNCTION(cuModuleLoadData, CUmodule *, const void *);
  FUNCTION(cuModuleLoadDataEx, CUmodule *, const void *, unsigned, unsigned *,
           void **);
  FUNCTION(cuModuleUnload, CUmodule);
  FUNCTION(cuModuleGetFunction, CUfunction *, CUmodule, const char *);
  FUNCTION(cuModuleGetGlobal_v2, CUdeviceptr *, size_t *, CUmodule,
           const char *);
  FUNCTION(cuFuncGetAttribute, int *, int, CUfunction);
  FUNCTION(cuFuncSetAttribute, CUfunction, int, int);
  FUNCTION(cuMemAlloc_v2, CUdeviceptr *, size_t);
  FUNCTION(cuMemFree_v2, CUdeviceptr);
  FUNCTION(cuMemcpyHtoD_v2, CUdeviceptr, const void *, size_t);
  FUNCTION(cuMemcpyDtoH_v2, void *, CUdeviceptr, size_t);
  FUNCTION(cuMemcpyDtoDAsync_v2, CUdeviceptr, CUdeviceptr, size_t, CUstream);
  FUNCTION(cuMemsetD8_v2, CUdeviceptr, unsigned char, size_t);
  FUNCTION(cuMemsetD32_v2, CUdeviceptr, unsigned, size_t);
  FUNCTION(cuPointerGetAttribute, void *, int, CUdeviceptr);
  FUNCTION(cuLaunchKernel, CUfunction, unsigned, unsigned, unsigned, unsigned,
           unsigned, unsigned, unsigned, CUstream, void **, void **);
  FUNCTION(cuStreamCreate, CUstream *, unsigned);
  FUNCTION(cuStreamDestroy_v2, CUstream);
  FUNCTION(cuStreamSynchronize, CUstream);
  FUNCTION(cuStreamWaitEvent, CUstream, CUevent, unsigned);
  FUNCTION(cuStreamBeginCapture_v2, CUstream, int);
  FUNCTION(cuStreamEndCapture, CUstream, CUgraph *);
  FUNCTION(cuStreamIsCapturing, CUstream, int *);
  FUNCTION(cuEventCreate, CUevent *, unsigned);
  FUNCTION(cuEventDestroy_v2, CUevent);
  FUNCTION(cuEventRecord, CUevent, CUstream);
  FUNCTION(cuEventSynchronize, CUevent);
  FUNCTION(cuEventElapsedTime, float *, CUevent, CUevent);
  FUNCTION(cuGraphInstantiateWithFlags, CUgraphExec *, CUgraph,
           unsigned long long);
  FUNCTION(cuGraphLaunch, CUgraphExec, CUstream);
  FUNCTION(cuGraphExecDestroy, CUgraphExec);
  FUNCTION(cuGraphDestroy, CUgraph);
  FUNCTION(cuGraphGetNodes, CUgraph, CUgraphNode *, size_t *);
#undef FUNCTION
  void (*fakecudaGetStatistics)(FakeCudaStatistics *);
  void (*fakecudaResetStatistics)();
  size_t (*fakecudaGetReport)(char *, size_t);
  void (*fakecudaClearReport)();
  int (*fakecudaSetOption)(const char *, const char *);
};

const Api &api();

struct Shape {
  unsigned x = 1, y = 1, z = 1;
};

/// The text of a file of Inputs/.
std::string input(const std::string &name);
/// `text` with `from`, which has to be there, replaced; the n-th occurrence.
std::string replaced(std::string text, const std::string &from,
                     const std::string &to, unsigned n = 1);
/// A kernel "k" with `body`, whose parameters are "a", "b" (pointers) and "n";
/// they are in %rd1, %rd2 and %r1, the thread within the grid is %r2, its
/// address in a %rd3 and in b %rd4 (4 bytes a thread).
std::string kernel(const std::string &body,
                   const std::string &declarations = "");

class GpuTest : public testing::Test {
protected:
  void SetUp() override;
  void TearDown() override;
  void restart(); ///< with a context that has no fault

  void option(const char *name, const std::string &value);
  std::string report();
  FakeCudaStatistics statistics();
  CUresult load(const std::string &text);
  CUfunction function(const std::string &name);

  template <class T> CUdeviceptr upload(const std::vector<T> &values) {
    CUdeviceptr address = allocate(values.size() * sizeof(T));
    EXPECT_EQ(api().cuMemcpyHtoD_v2(address, values.data(),
                                    values.size() * sizeof(T)),
              CUDA_SUCCESS);
    return address;
  }
  template <class T>
  std::vector<T> download(CUdeviceptr address, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(api().cuMemcpyDtoH_v2(values.data(), address, count * sizeof(T)),
              CUDA_SUCCESS);
    return values;
  }
  CUdeviceptr allocate(size_t bytes);

  template <class... Arguments>
  CUresult launch(CUfunction kernel, Shape grid, Shape block, unsigned shared,
                  Arguments... arguments) {
    void *list[] = {&arguments..., nullptr};
    return api().cuLaunchKernel(kernel, grid.x, grid.y, grid.z, block.x,
                                block.y, block.z, shared, stream, list,
                                nullptr);
  }

  /// Runs a kernel "k" made by kernel() on 64 threads of 2 blocks and 64 words.
  CUresult runKernel(const std::string &body,
                     const std::string &declarations = "", int threads = 32,
                     int blocks = 2);

  CUcontext context = nullptr;
  CUmodule module = nullptr;
  CUstream stream = nullptr;
  std::vector<CUdeviceptr> buffers;
  std::vector<int> words; ///< b after runKernel
};

} // namespace gpu

#endif // FAKECUDA_TESTS_GPU_H
