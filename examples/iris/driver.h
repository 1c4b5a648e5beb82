//===- driver.h - the part of the CUDA driver that we call ---------*- C
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file declares what cuda.h declares too, so that the example builds where
// no CUDA toolkit is installed. The driver itself comes with the graphics card.
//
//===----------------------------------------------------------------------===//

#ifndef DRIVER_H
#define DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUstream_st *CUstream;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;

enum { CU_STREAM_NON_BLOCKING = 1, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1 };

// X(name, symbol of the driver, parameters)
#define DRIVER_FUNCTIONS(X)                                                    \
  X(cuInit, "cuInit", (unsigned flags))                                        \
  X(cuGetErrorString, "cuGetErrorString", (CUresult, const char **))           \
  X(cuDeviceGet, "cuDeviceGet", (CUdevice *, int ordinal))                     \
  X(cuDeviceGetName, "cuDeviceGetName", (char *, int length, CUdevice))        \
  X(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain",                      \
    (CUcontext *, CUdevice))                                                   \
  X(cuDevicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease_v2", (CUdevice))     \
  X(cuCtxSetCurrent, "cuCtxSetCurrent", (CUcontext))                           \
  X(cuMemAlloc, "cuMemAlloc_v2", (CUdeviceptr *, size_t bytes))                \
  X(cuMemFree, "cuMemFree_v2", (CUdeviceptr))                                  \
  X(cuMemcpyHtoD, "cuMemcpyHtoD_v2",                                           \
    (CUdeviceptr, const void *from, size_t bytes))                             \
  X(cuMemcpyDtoH, "cuMemcpyDtoH_v2", (void *to, CUdeviceptr, size_t bytes))    \
  X(cuStreamCreate, "cuStreamCreate", (CUstream *, unsigned flags))            \
  X(cuStreamDestroy, "cuStreamDestroy_v2", (CUstream))                         \
  X(cuStreamSynchronize, "cuStreamSynchronize", (CUstream))                    \
  X(cuStreamBeginCapture, "cuStreamBeginCapture_v2", (CUstream, int mode))     \
  X(cuStreamEndCapture, "cuStreamEndCapture", (CUstream, CUgraph *))           \
  X(cuGraphInstantiate, "cuGraphInstantiateWithFlags",                         \
    (CUgraphExec *, CUgraph, unsigned long long flags))                        \
  X(cuGraphLaunch, "cuGraphLaunch", (CUgraphExec, CUstream))                   \
  X(cuGraphExecDestroy, "cuGraphExecDestroy", (CUgraphExec))                   \
  X(cuGraphDestroy, "cuGraphDestroy", (CUgraph))

#define DECLARE_FUNCTION(name, symbol, parameters)                             \
  extern CUresult(*name) parameters;
DRIVER_FUNCTIONS(DECLARE_FUNCTION)
#undef DECLARE_FUNCTION

// Finds the functions, or exits with a message.
void load_driver(void);

#endif // DRIVER_H
