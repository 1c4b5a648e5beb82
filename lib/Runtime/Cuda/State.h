/*===- State.h - Where a library is initialised -------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the only data of the runtime that ever changes: the     *|
|* driver's functions, and which contexts have a module of the library.       *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_RUNTIME_CUDA_STATE_H
#define CATGRAD_RUNTIME_CUDA_STATE_H

#include "Driver.h"

/* What a thread needs to launch kernels in its current context. It stays as it
 * is until the library is shut down in that context. */
struct catgrad_cuda_scope {
  const struct catgrad_cuda_driver *driver;
  const CUfunction *functions; /* one for each kernel of the library */
};

/* Finds what the current context has of the library. */
int catgrad_cuda_enter(struct catgrad_cuda_scope *scope);

#endif /* CATGRAD_RUNTIME_CUDA_STATE_H */
