/*===- Library.h - What the compiler tells the CUDA runtime -------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the constant data that the compiler emits next to the   *|
|* runtime: kernels and, for each function, the launches in their order.      *|
|* lib/Target/CudaCode.cpp writes the same structures, field for field.       *|
|*                                                                            *|
|* A compiled library contains the runtime, internal to it: two libraries in  *|
|* one process share nothing. It allocates nothing and needs dlopen, dlsym,   *|
|* pthread_mutex_lock and pthread_mutex_unlock.                               *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_RUNTIME_CUDA_LIBRARY_H
#define CATGRAD_RUNTIME_CUDA_LIBRARY_H

#include <stdint.h>

/* Contexts that a library can be initialised in at once. */
enum { CATGRAD_CUDA_CONTEXTS = 64 };

/* Pointers that a kernel may take: CUDA passes 4096 bytes to any kernel. */
enum { CATGRAD_CUDA_ARGUMENTS = 512 };

/* The kernels, compiled for a chip of compute capability `capability`, which is
 * 10 * major + minor. */
struct catgrad_cuda_image {
  uint32_t capability;
  uint32_t exact;    /* whether it is for no other capability: sm_90a */
  const char *ptx;   /* ends with a zero byte */
  const char *cubin; /* null if there is none */
};

struct catgrad_cuda_kernel {
  const char *name;
  uint32_t shared_bytes; /* the most dynamic shared memory of its launches */
};

/* A device pointer: that of an argument of the function, and an offset. */
struct catgrad_cuda_argument {
  uint64_t offset;
  uint32_t pointer;
};

struct catgrad_cuda_launch {
  uint32_t kernel;
  uint32_t grid[3], block[3];
  uint32_t shared_bytes;
  uint32_t argument_count;
  const struct catgrad_cuda_argument *arguments;
};

/* Made at the entry, if the two pointers differ. */
struct catgrad_cuda_copy {
  uint32_t destination, source;
  uint64_t bytes;
};

/* What an argument of the function has to be. */
struct catgrad_cuda_pointer {
  uint64_t bytes;
  uint32_t alignment;
};

struct catgrad_cuda_function {
  uint32_t pointer_count, copy_count, launch_count;
  const struct catgrad_cuda_pointer *pointers;
  const struct catgrad_cuda_copy *copies;
  const struct catgrad_cuda_launch *launches;
};

struct catgrad_cuda_library {
  uint32_t image_count, kernel_count;
  const struct catgrad_cuda_image *images; /* by ascending capability */
  const struct catgrad_cuda_kernel *kernels;
  /* Room for CATGRAD_CUDA_CONTEXTS times all kernels. */
  struct CUfunc_st **functions;
};

/* Emitted by the compiler. */
extern const struct catgrad_cuda_library catgrad_cuda_library;

/* What the compiler's entries call: LIB_cuda_init and so on. The result is 0,
 * a code of Error.h, or a CUresult. */
int catgrad_cuda_init(void);
int catgrad_cuda_shutdown(void);
const char *catgrad_cuda_error_string(int error);
int catgrad_cuda_run(const struct catgrad_cuda_function *function,
                     void *const *pointers, void *stream);

#endif /* CATGRAD_RUNTIME_CUDA_LIBRARY_H */
