//===- driver.c - the part of the CUDA driver that we call ---------*- C
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This file finds the driver's functions when the program starts. A program
// that is linked with the driver (-lcuda) needs nothing of it.
//
//===----------------------------------------------------------------------===//

#include "driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFINE_FUNCTION(name, symbol, parameters) CUresult(*name) parameters;
DRIVER_FUNCTIONS(DEFINE_FUNCTION)
#undef DEFINE_FUNCTION

static void find(void *library, const char *symbol, void *function) {
  *(void **)function = dlsym(library, symbol);
  if (*(void **)function)
    return;
  fprintf(stderr, "iris-cuda: the CUDA driver is too old: no %s\n", symbol);
  exit(1);
}

void load_driver(void) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW);
  if (!library) {
    fprintf(stderr, "iris-cuda: no CUDA driver: %s\n", dlerror());
    exit(1);
  }
#define FIND_FUNCTION(name, symbol, parameters) find(library, symbol, &name);
  DRIVER_FUNCTIONS(FIND_FUNCTION)
#undef FIND_FUNCTION
}
