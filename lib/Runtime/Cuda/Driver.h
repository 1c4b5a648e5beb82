/*===- Driver.h - The CUDA driver, found at run time --------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the part of the driver interface that the runtime uses. *|
|* No header and no library of CUDA is needed to build it.                    *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_RUNTIME_CUDA_DRIVER_H
#define CATGRAD_RUNTIME_CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;

enum {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_INVALID_IMAGE = 200,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_ERROR_INVALID_HANDLE = 400,

  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
};

/* X(member, symbol, parameters): the symbols that every driver since 11.0 has,
 * by the names that dlsym knows. */
#define CATGRAD_CUDA_DRIVER(X)                                                 \
  X(init, cuInit, (unsigned flags))                                            \
  X(ctx_get_current, cuCtxGetCurrent, (CUcontext *))                           \
  X(ctx_get_device, cuCtxGetDevice, (CUdevice *))                              \
  X(device_get_attribute, cuDeviceGetAttribute,                                \
    (int *, int attribute, CUdevice))                                          \
  X(module_load_data, cuModuleLoadData, (CUmodule *, const void *image))       \
  X(module_unload, cuModuleUnload, (CUmodule))                                 \
  X(module_get_function, cuModuleGetFunction,                                  \
    (CUfunction *, CUmodule, const char *name))                                \
  X(func_set_attribute, cuFuncSetAttribute,                                    \
    (CUfunction, int attribute, int value))                                    \
  X(launch_kernel, cuLaunchKernel,                                             \
    (CUfunction, unsigned gridX, unsigned gridY, unsigned gridZ,               \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     CUstream, void **parameters, void **extra))                               \
  X(memcpy_on_device, cuMemcpyDtoDAsync_v2,                                    \
    (CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream))                \
  X(get_error_string, cuGetErrorString, (CUresult, const char **text))

struct catgrad_cuda_driver {
#define CATGRAD_CUDA_MEMBER(member, symbol, parameters)                        \
  CUresult(*member) parameters;
  CATGRAD_CUDA_DRIVER(CATGRAD_CUDA_MEMBER)
#undef CATGRAD_CUDA_MEMBER
  /* Since 12.0; null in an older driver. */
  CUresult (*ctx_get_id)(CUcontext, unsigned long long *id);
  /* Since 12.4; null in an older driver. */
  CUresult (*func_load)(CUfunction);
};

/* Fills in the table and starts the driver. On failure it changes nothing that
 * another call would trip over. */
int catgrad_cuda_load_driver(struct catgrad_cuda_driver *driver);

#endif /* CATGRAD_RUNTIME_CUDA_DRIVER_H */
