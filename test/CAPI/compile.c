/*===- compile.c - One compilation, from C ------------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file compiles a model, loads the library, trains one step, and looks  *|
|* at what faulty models and options give.                                    *|
\*===----------------------------------------------------------------------===*/

// RUN: catgrad-capi-compile %t.so >%t.out 2>%t.err
// RUN: FileCheck %s <%t.out
// The library itself prints nothing.
// RUN: count 0 <%t.err

#include "catgrad-c/Compiler.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char model[] =
    "func.func @model(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {\n"
    "  %w = catgrad.parameter \"w\" {init = #catgrad.zeros} : tensor<3x1xf32>\n"
    "  %0 = catgrad.matmul %x, %w\n"
    "    : (tensor<2x3xf32>, tensor<3x1xf32>) -> tensor<2x1xf32>\n"
    "  return %0 : tensor<2x1xf32>\n"
    "}\n"
    "catgrad.learner @line model(@model) optimiser(#catgrad.sgd<rate = 0.5>)\n"
    "  loss(#catgrad.mse)\n";

static CatgradResult *compile(const char *text, const CatgradOption *options,
                              size_t numOptions) {
  CatgradResult *result =
      catgradCompile(text, strlen(text), options, numOptions);
  if (!result)
    abort();
  return result;
}

static void print(const CatgradDiagnostic *d, int indent) {
  static const char *const names[] = {"note", "warning", "error", "remark"};
  size_t i;
  printf("%*s%s:%u:%u: %s: %s\n", indent, "", catgradDiagnosticGetFile(d),
         catgradDiagnosticGetLine(d), catgradDiagnosticGetColumn(d),
         names[catgradDiagnosticGetSeverity(d)],
         catgradDiagnosticGetMessage(d));
  for (i = 0; i < catgradDiagnosticGetNumNotes(d); ++i)
    print(catgradDiagnosticGetNote(d, i), indent + 2);
}

/** Prints whether the compilation succeeded, and its diagnostics; frees it. */
static void report(const char *what, CatgradResult *result) {
  size_t i;
  printf("%s: %s\n", what,
         catgradResultSucceeded(result) ? "success" : "failure");
  for (i = 0; i < catgradResultGetNumDiagnostics(result); ++i)
    print(catgradResultGetDiagnostic(result, i), 0);
  if (catgradResultGetDiagnostic(result, i) != NULL)
    abort();
  catgradResultDestroy(result);
}

static void reportOption(const char *key, const char *value) {
  CatgradOption option;
  option.key = key;
  option.value = value;
  report(key, compile(model, &option, 1));
}

/** Loads the library and makes one step in place. */
static void train(CatgradBytes library, const char *path) {
  typedef void Step(const float *w, const float *x, const float *label,
                    float *w_out, void *workspace);
  Step *step;
  size_t (*workspaceBytes)(void);
  void *handle, *workspace;
  FILE *file = fopen(path, "wb");
  float w[3] = {1, 2, 3};
  const float x[6] = {1, 0, 0, 0, 1, 1}, label[2] = {0, 4};

  if (!file || fwrite(library.data, 1, library.size, file) != library.size ||
      fclose(file) != 0)
    abort();
  handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    puts(dlerror());
    return;
  }
  /* ISO C has no cast from an object to a function. */
  *(void **)&step = dlsym(handle, "line_step");
  *(void **)&workspaceBytes = dlsym(handle, "line_step_workspace_bytes");
  if (!step || !workspaceBytes || !dlsym(handle, "mine_manifest"))
    abort();
  workspace = calloc(1, workspaceBytes() + 64);
  if (!workspace)
    abort();
  /* w - 1/2 x^T (x w - label), with x w - label = (1, 1). */
  step(w, x, label, w, (char *)workspace + (64 - (uintptr_t)workspace % 64));
  printf("step: %g %g %g\n", w[0], w[1], w[2]);
  free(workspace);
  dlclose(handle);
}

int main(int argc, char **argv) {
  static const CatgradOption options[] = {{"emit", "so,header,manifest"},
                                          {"name", "mine"},
                                          {"cpu", "x86-64-v3"},
                                          {"opt-level", "3"},
                                          {"file", "line.mlir"}};
  static const CatgradOption text[] = {{"emit", "rev"}};
  static const CatgradOption headerOnly[] = {{"emit", "header"}};
  static const CatgradOption named[] = {{"file", "faulty.mlir"}};
  static const CatgradOption shallow[] = {{"max-nesting", "8"}};
  static const CatgradOption cuda[] = {{"emit", "ptx,header"},
                                       {"target", "cuda"},
                                       {"gpu", "sm_90,sm_80"},
                                       {"cubin", "0"}};
  static const CatgradOption small[] = {{"max-ops", "3"}};
  CatgradResult *result;
  if (argc != 2)
    return 1;

  // CHECK: versions: 2 {{[0-9]+\.[0-9]+\.[0-9]+}} 22.
  printf("versions: %d %s %s\n", catgradGetApiVersion(), catgradGetVersion(),
         catgradGetLLVMVersion());

  result = compile(model, options, sizeof options / sizeof *options);
  // CHECK-NEXT: step: 0.5 1.5 2.5
  train(catgradResultGetOutput(result, "so"), argv[1]);
  // CHECK-NEXT: header: #ifndef CATGRAD_MINE_H
  printf("header: %.22s\n",
         strstr(catgradResultGetOutput(result, "header").data, "#ifndef"));
  // CHECK-NEXT: manifest: "abi": 1
  printf("manifest: %.8s\n",
         strstr(catgradResultGetOutput(result, "manifest").data, "\"abi\""));
  // CHECK-NEXT: other kinds: none
  printf("other kinds: %s\n",
         catgradResultGetOutput(result, "obj").data ? "some" : "none");
  // CHECK-NEXT: library: success
  report("library", result);

  // CHECK-NEXT: text: catgrad.constant
  result = compile(model, text, 1);
  printf("text: %.16s\n", strstr(catgradResultGetOutput(result, "rev").data,
                                 "catgrad.constant"));
  catgradResultDestroy(result);
  // CHECK-NEXT: header alone: success
  report("header alone", compile(model, headerOnly, 1));
  // CHECK-NEXT: kernels: .target sm_80
  // CHECK-NEXT: int line_step_cuda(
  result = compile(model, cuda, 4);
  printf("kernels: %.13s\n",
         strstr(catgradResultGetOutput(result, "ptx").data, ".target"));
  printf("%.19s\n", strstr(catgradResultGetOutput(result, "header").data,
                           "int line_step_cuda("));
  catgradResultDestroy(result);
  // CHECK-NEXT: nothing: failure
  // CHECK-NEXT: error: expected at least one public function
  report("nothing", catgradCompile(NULL, 0, NULL, 0));

  // CHECK-NEXT: parser: failure
  // CHECK-NEXT: {{^}}<input>:1:11: error: {{.*}}expected valid '@'-identifier
  report("parser", compile("func.func model", NULL, 0));

  // CHECK-NEXT: derivative: failure
  // CHECK-NEXT: {{^}}faulty.mlir:2:8: error: 'math.isnan' has no reverse
  // CHECK-NEXT: {{^}}  faulty.mlir:1:14: note: the path comes from input 0
  // CHECK-NEXT: {{^}}  faulty.mlir:3:3: note: and ends in this 'func.return'
  report("derivative",
         compile("func.func @f(%x: tensor<4xf32>) -> tensor<4xi1> {\n"
                 "  %0 = math.isnan %x : tensor<4xf32>\n"
                 "  return %0 : tensor<4xi1>\n"
                 "}\n"
                 "catgrad.derive @f_rev of(@f)\n",
                 named, 1));

  // CHECK-NEXT: nesting: failure
  // CHECK-NEXT: <input>:1:9: error: expected brackets nested at most 8 deep
  report("nesting", compile("((((((((((", shallow, 1));
  // CHECK-NEXT: operations: failure
  // CHECK-NEXT: {{^}}<input>:3:8: error: expected at most 3 operations
  report("operations", compile(model, small, 1));

  // CHECK-NEXT: emmit: failure
  // CHECK-NEXT: :0:0: error: unknown option 'emmit'
  reportOption("emmit", "so");
  // CHECK-NEXT: emit: failure
  // CHECK-NEXT: error: expected option 'emit' to list {{.*}} but got 'dll'
  reportOption("emit", "dll");
  // CHECK-NEXT: emit: failure
  // CHECK-NEXT: error: expected one of 'so' and 'obj' in option 'emit'
  reportOption("emit", "so,obj");
  // CHECK-NEXT: emit: failure
  // CHECK-NEXT: error: expected target cuda for this kind of output
  reportOption("emit", "ptx");
  // CHECK-NEXT: target: failure
  // CHECK-NEXT: error: expected option 'target' to be cpu or cuda but got 'gpu'
  reportOption("target", "gpu");
  // CHECK-NEXT: gpu: failure
  // CHECK-NEXT: error: expected option 'gpu' to list chips {{.*}} but got '80'
  reportOption("gpu", "80");
  // CHECK-NEXT: math: failure
  // CHECK-NEXT: error: expected option 'math' to be default or reference but
  // got 'exact'
  reportOption("math", "exact");
  // CHECK-NEXT: cubin: failure
  // CHECK-NEXT: error: expected option 'cubin' to be a number from 0 to 1
  reportOption("cubin", "yes");
  // CHECK-NEXT: opt-level: failure
  // CHECK-NEXT: error: expected option 'opt-level' to be a number from 0 to 3
  reportOption("opt-level", "4");
  // CHECK-NEXT: cpu: failure
  // CHECK-NEXT: error: unknown processor 'abacus'
  reportOption("cpu", "abacus");
  // CHECK-NEXT: cpu: failure
  // CHECK-NEXT: error: expected an option's key and value but got null
  reportOption("cpu", NULL);
  return 0;
}
