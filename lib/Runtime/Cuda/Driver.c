/*===- Driver.c - The CUDA driver, found at run time --------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file finds the driver's functions. The program needs no CUDA to       *|
|* start, only to call the library.                                           *|
\*===----------------------------------------------------------------------===*/

#include "Driver.h"
#include "Error.h"

#include <dlfcn.h>

/* A function is no data for ISO C, but for POSIX, which has dlsym. */
static int find(void *library, const char *name, void *function) {
  *(void **)function = dlsym(library, name);
  return *(void **)function != NULL;
}

int catgrad_cuda_load_driver(struct catgrad_cuda_driver *driver) {
  /* Never closed: a driver does not survive it. Opening it again gives the same
   * handle. */
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return CATGRAD_CUDA_NO_DRIVER;
#define CATGRAD_CUDA_FIND(member, symbol, parameters)                          \
  if (!find(library, #symbol, &driver->member))                                \
    return CATGRAD_CUDA_OLD_DRIVER;
  CATGRAD_CUDA_DRIVER(CATGRAD_CUDA_FIND)
#undef CATGRAD_CUDA_FIND
  find(library, "cuCtxGetId", &driver->ctx_get_id);
  find(library, "cuFuncLoad", &driver->func_load);
  return driver->init(0);
}
