/*===- threads.c - Several compilations at once, from C -----------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file compiles on four threads at once, good and faulty models, up to  *|
|* the linker. Equal input has to give equal bytes.                           *|
\*===----------------------------------------------------------------------===*/

// RUN: catgrad-capi-threads >%t.out 2>%t.err
// RUN: FileCheck %s <%t.out
// RUN: count 0 <%t.err
// CHECK: 16 libraries, 16 errors

#include "catgrad-c/Compiler.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { numThreads = 4, rounds = 4 };

static const char good[] =
    "func.func @model(%x: tensor<8x4xf32>) -> tensor<8x2xf32> {\n"
    "  %w = catgrad.parameter \"w\" {init = #catgrad.zeros} : tensor<4x2xf32>\n"
    "  %0 = catgrad.matmul %x, %w\n"
    "    : (tensor<8x4xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>\n"
    "  %1 = catgrad.sigmoid %0 : tensor<8x2xf32>\n"
    "  return %1 : tensor<8x2xf32>\n"
    "}\n"
    "catgrad.learner @m model(@model) optimiser(#catgrad.sgd<rate = 0.5>)\n"
    "  loss(#catgrad.mse)\n";

static const char faulty[] =
    "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
    "  %0 = catgrad.add %x, %y : tensor<4xf32>\n"
    "  return %0 : tensor<4xf32>\n"
    "}\n";

typedef struct Work {
  pthread_t thread;
  CatgradResult *first; /* a library */
  unsigned libraries, errors;
} Work;

static void *run(void *data) {
  static const CatgradOption options[] = {{"emit", "so"}, {"opt-level", "1"}};
  Work *work = data;
  int round;
  for (round = 0; round < rounds; ++round) {
    CatgradResult *library = catgradCompile(good, strlen(good), options, 2);
    CatgradResult *error = catgradCompile(faulty, strlen(faulty), NULL, 0);
    const CatgradDiagnostic *d = catgradResultGetDiagnostic(error, 0);
    CatgradBytes bytes = catgradResultGetOutput(library, "so");
    if (catgradResultSucceeded(library) && bytes.size > 4 &&
        memcmp(bytes.data, "\177ELF", 4) == 0)
      ++work->libraries;
    if (!catgradResultSucceeded(error) &&
        catgradResultGetNumDiagnostics(error) == 1 &&
        catgradDiagnosticGetLine(d) == 2 &&
        strstr(catgradDiagnosticGetMessage(d), "undeclared SSA value"))
      ++work->errors;
    catgradResultDestroy(error);
    if (work->first)
      catgradResultDestroy(library);
    else
      work->first = library;
  }
  return NULL;
}

int main(void) {
  Work work[numThreads] = {{0}};
  unsigned libraries = 0, errors = 0;
  int i;
  for (i = 0; i < numThreads; ++i)
    if (pthread_create(&work[i].thread, NULL, run, &work[i]) != 0)
      abort();
  for (i = 0; i < numThreads; ++i) {
    CatgradBytes bytes, expected;
    pthread_join(work[i].thread, NULL);
    libraries += work[i].libraries;
    errors += work[i].errors;
    bytes = catgradResultGetOutput(work[i].first, "so");
    expected = catgradResultGetOutput(work[0].first, "so");
    if (bytes.size != expected.size ||
        memcmp(bytes.data, expected.data, bytes.size) != 0)
      puts("the libraries of two threads differ");
  }
  for (i = 0; i < numThreads; ++i)
    catgradResultDestroy(work[i].first);
  printf("%u libraries, %u errors\n", libraries, errors);
  return 0;
}
