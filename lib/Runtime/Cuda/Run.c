/*===- Run.c - One call of a function -----------------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file walks the plan of a function: it puts copies and launches into   *|
|* the caller's stream and waits for nothing, so that a stream capture turns  *|
|* the call into a graph.                                                     *|
\*===----------------------------------------------------------------------===*/

#include "Error.h"
#include "Library.h"
#include "State.h"

static int check(const struct catgrad_cuda_function *function,
                 void *const *pointers) {
  for (uint32_t i = 0; i < function->pointer_count; ++i) {
    const struct catgrad_cuda_pointer *expected = &function->pointers[i];
    if (expected->bytes == 0)
      continue;
    if (!pointers[i])
      return CATGRAD_CUDA_NULL_POINTER;
    if ((uintptr_t)pointers[i] % expected->alignment)
      return CATGRAD_CUDA_MISALIGNED;
  }
  return 0;
}

static int copy(const struct catgrad_cuda_scope *scope,
                const struct catgrad_cuda_copy *copy, void *const *pointers,
                CUstream stream) {
  void *to = pointers[copy->destination], *from = pointers[copy->source];
  if (to == from || copy->bytes == 0)
    return 0;
  return scope->driver->memcpy_on_device((uintptr_t)to, (uintptr_t)from,
                                         copy->bytes, stream);
}

static int launch(const struct catgrad_cuda_scope *scope,
                  const struct catgrad_cuda_launch *launch,
                  void *const *pointers, CUstream stream) {
  CUdeviceptr values[CATGRAD_CUDA_ARGUMENTS];
  for (uint32_t i = 0; i < launch->argument_count; ++i)
    values[i] = (uintptr_t)pointers[launch->arguments[i].pointer] +
                launch->arguments[i].offset;
  size_t bytes = launch->argument_count * sizeof values[0];
  /* The whole parameter block at once; CU_LAUNCH_PARAM_.. are 1, 2 and 0. */
  void *block[] = {(void *)1, values, (void *)2, &bytes, (void *)0};
  return scope->driver->launch_kernel(
      scope->functions[launch->kernel], launch->grid[0], launch->grid[1],
      launch->grid[2], launch->block[0], launch->block[1], launch->block[2],
      launch->shared_bytes, stream, NULL, block);
}

int catgrad_cuda_run(const struct catgrad_cuda_function *function,
                     void *const *pointers, void *stream) {
  struct catgrad_cuda_scope scope;
  int error = catgrad_cuda_enter(&scope);
  if (!error)
    error = check(function, pointers);
  for (uint32_t i = 0; !error && i < function->copy_count; ++i)
    error = copy(&scope, &function->copies[i], pointers, stream);
  for (uint32_t i = 0; !error && i < function->launch_count; ++i)
    error = launch(&scope, &function->launches[i], pointers, stream);
  /* What belongs to another context is no valid handle in this one. */
  if (error == CUDA_ERROR_INVALID_HANDLE || error == CUDA_ERROR_INVALID_CONTEXT)
    return CATGRAD_CUDA_WRONG_CONTEXT;
  return error;
}
