/*===- catgrad-c/Dialects.h - Registration, for MLIR's C API ------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares the dialect and the passes for programs that use MLIR   *|
|* through its C API. They bring MLIR's C API themselves: libCatgrad has none *|
|* of it.                                                                     *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_C_DIALECTS_H
#define CATGRAD_C_DIALECTS_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/** mlirGetDialectHandle__catgrad__: the catgrad dialect alone. */
MLIR_DECLARE_CAPI_DIALECT_REGISTRATION(Catgrad, catgrad);

/** Adds the project's dialects and its interface models on other dialects to a
 *  registry. */
MLIR_CAPI_EXPORTED void
catgradRegisterAllDialects(MlirDialectRegistry registry);

/** Registers the project's passes and pipelines for textual pipelines such as
 *  builtin.module(catgrad-derive). May be called again. */
MLIR_CAPI_EXPORTED void catgradRegisterAllPasses(void);

#ifdef __cplusplus
}
#endif

#endif /* CATGRAD_C_DIALECTS_H */
