/*===- Error.h - What can go wrong on a GPU -----------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file lists the errors that the runtime itself finds. They are below   *|
|* zero; above it stands what the driver returned, a CUresult. The compiler   *|
|* reads the list too, for the headers that it writes.                        *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_RUNTIME_CUDA_ERROR_H
#define CATGRAD_RUNTIME_CUDA_ERROR_H

/* X(name, code, text) */
#define CATGRAD_CUDA_ERRORS(X)                                                 \
  X(NO_DRIVER, -1, "no CUDA driver: libcuda.so.1 cannot be loaded")            \
  X(OLD_DRIVER, -2, "the CUDA driver is too old for this library")             \
  X(OLD_DEVICE, -3, "the library has no kernels for a device this old")        \
  X(NO_CONTEXT, -4, "no CUDA context is current in this thread")               \
  X(NOT_INITIALISED, -5,                                                       \
    "the library was not initialised: call its "                               \
    "_cuda_init first")                                                        \
  X(WRONG_CONTEXT, -6,                                                         \
    "the library was initialised in another CUDA context, "                    \
    "or the stream belongs to another one")                                    \
  X(TOO_MANY_CONTEXTS, -7,                                                     \
    "the library is initialised in too many CUDA "                             \
    "contexts")                                                                \
  X(NULL_POINTER, -8, "a pointer is null, but its buffer has bytes")           \
  X(MISALIGNED, -9,                                                            \
    "a pointer lacks the alignment of its element, or the "                    \
    "workspace that of 64 bytes")

enum {
#define CATGRAD_CUDA_ENUMERATOR(name, code, text) CATGRAD_CUDA_##name = code,
  CATGRAD_CUDA_ERRORS(CATGRAD_CUDA_ENUMERATOR)
#undef CATGRAD_CUDA_ENUMERATOR
};

#endif /* CATGRAD_RUNTIME_CUDA_ERROR_H */
