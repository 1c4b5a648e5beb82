/*===- FakeCuda.h - What the double offers beyond the driver ------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the extra symbols of the double's libcuda.so.1, for *|
|* tests that ask what a program did. Find them with dlsym. *|
\*===----------------------------------------------------------------------===*/

#ifndef FAKECUDA_H
#define FAKECUDA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counts since the start or the last fakecudaResetStatistics. */
struct FakeCudaStatistics {
  uint64_t launches; /* kernels, also within graphs */
  uint64_t graphLaunches;
  uint64_t captures;
  uint64_t copiesToDevice;
  uint64_t copiesToHost;
  uint64_t copiesOnDevice;
  uint64_t sets; /* cuMemset */
  uint64_t bytesCopied;
  uint64_t allocations;
  uint64_t frees;
  uint64_t bytesAllocated;   /* in all */
  uint64_t peakBytes;        /* at once, in one context */
  uint64_t synchronisations; /* of contexts, streams and events, and copies that
                                wait */
  uint64_t modules;          /* loaded */
  uint64_t functionLookups;  /* cuModuleGetFunction */
  uint64_t instructions;     /* of threads */
  uint64_t bytesLoaded;      /* by kernels from global memory */
  uint64_t bytesStored;
  uint64_t faults; /* reports of kernels, copies and modules */
  uint64_t leaks;  /* what was alive when its context was destroyed */
  uint64_t calls;  /* of driver functions */
};

void fakecudaGetStatistics(struct FakeCudaStatistics *statistics);
void fakecudaResetStatistics(void);

/* Copy all reports since the last fakecudaClearReport into `text`, cut to
   `size` with the 0 at the end, and return their length. */
size_t fakecudaGetReport(char *text, size_t size);
void fakecudaClearReport(void);

/* Set the option that the environment calls FAKECUDA_<NAME>; 0 if it was
 * understood. */
int fakecudaSetOption(const char *name, const char *value);

#ifdef __cplusplus
}
#endif

#endif /* FAKECUDA_H */
