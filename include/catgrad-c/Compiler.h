/*===- catgrad-c/Compiler.h - The compiler, from C ----------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the narrow interface of the compiler: text goes in, and *|
|* code or diagnostics come out. It needs no header of MLIR, and no call here *|
|* writes to standard output or standard error. Any number of threads may     *|
|* compile at once.                                                           *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_C_COMPILER_H
#define CATGRAD_C_COMPILER_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this interface. It grows when functions or options are added,
 *  and those that exist keep their meaning. */
#define CATGRAD_API_VERSION 2

/** The CATGRAD_API_VERSION that the library was built with. */
int catgradGetApiVersion(void);
/** The version of catgrad, such as "0.1.0". */
const char *catgradGetVersion(void);
/** The version of LLVM that generates the code, such as "22.1.8". */
const char *catgradGetLLVMVersion(void);

/** An option of one compilation. Both are text that ends with a zero byte.
 *
 *  emit          what to make, separated by commas: one of catgrad, rev,
 *                linalg, bufferized, c, gpu, nvvm, ptx, llvm, asm, obj, so;
 *                and header, manifest. Or, alone: python, json, dot.
 *                Default: so
 *  target        cpu or cuda. Default: cpu
 *  gpu           for cuda, chips separated by commas. Default: sm_80
 *  cubin         for cuda, machine code besides PTX: 0 never, 1 always, which
 *                needs NVIDIA's ptxas. Default: if ptxas is found
 *  math          default, or reference for the same bits on every processor
 *  file          name of the text in diagnostics. Default: <input>
 *  name          name of the artefact, a C identifier. Default: model
 *  soname        file name that a library carries. Default: lib<name>.so
 *  cpu           processor of the host, such as x86-64-v3. Default: native
 *  opt-level     0 to 3. Default: 2
 *  python-class  of `python`: the class of functions that belong to no learner.
 *                Default: Functions
 *  python-lists  1: methods return lists, also of one result. Default: 0
 *  python-externals
 *                1: functions without a body are methods that the reader adds.
 *                Default: 0
 *  dot-function  of `dot`: the function to draw. Default: all
 *  max-ops       operations that the module may have. Default: 1000000
 *  max-nesting   brackets within brackets in the text. Default: 256
 *  catch-crashes 1: a crash of the compiler is an error like others, and the
 *                memory of the compilation is lost; while it runs, the signals
 *                SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT are handled, and
 *                passed on when they concern another thread. 0: the process
 *                ends. Default: 1
 *  crash-reproducer
 *                a file for the module and the passes when a phase fails
 *
 *  An unknown key or a wrong value is an error of the compilation. */
typedef struct CatgradOption {
  const char *key;
  const char *value;
} CatgradOption;

/** Bytes that someone else owns. A zero byte, not counted, follows them. `data`
 *  is null if there are none of the kind asked for. */
typedef struct CatgradBytes {
  const char *data;
  size_t size;
} CatgradBytes;

typedef enum CatgradSeverity {
  CATGRAD_NOTE = 0,
  CATGRAD_WARNING = 1,
  CATGRAD_ERROR = 2,
  CATGRAD_REMARK = 3
} CatgradSeverity;

/** What a compilation gave. It owns all that can be asked of it. */
typedef struct CatgradResult CatgradResult;
/** A message about a place in the text, with notes about other places. */
typedef struct CatgradDiagnostic CatgradDiagnostic;

/** Compiles a module: `size` bytes of MLIR as text. Never returns null, except
 *  when there is no memory for a result. Free it with catgradResultDestroy. */
CatgradResult *catgradCompile(const char *text, size_t size,
                              const CatgradOption *options, size_t numOptions);
void catgradResultDestroy(CatgradResult *result);

/** False after an error, which is among the diagnostics. */
bool catgradResultSucceeded(const CatgradResult *result);

/** What the compilation made of a kind that the option "emit" asked for, for
 *  instance the bytes of a shared library for "so". */
CatgradBytes catgradResultGetOutput(const CatgradResult *result,
                                    const char *kind);

/** The diagnostics, in the order in which they were reported. */
size_t catgradResultGetNumDiagnostics(const CatgradResult *result);
const CatgradDiagnostic *catgradResultGetDiagnostic(const CatgradResult *result,
                                                    size_t index);

CatgradSeverity catgradDiagnosticGetSeverity(const CatgradDiagnostic *);
/** The message without place and severity. */
const char *catgradDiagnosticGetMessage(const CatgradDiagnostic *);
/** The file of the place; empty if the message is about no place. */
const char *catgradDiagnosticGetFile(const CatgradDiagnostic *);
/** Line and column count from 1; 0 if the message is about no place. */
unsigned catgradDiagnosticGetLine(const CatgradDiagnostic *);
unsigned catgradDiagnosticGetColumn(const CatgradDiagnostic *);
size_t catgradDiagnosticGetNumNotes(const CatgradDiagnostic *);
const CatgradDiagnostic *catgradDiagnosticGetNote(const CatgradDiagnostic *,
                                                  size_t index);

#ifdef __cplusplus
}
#endif

#endif /* CATGRAD_C_COMPILER_H */
