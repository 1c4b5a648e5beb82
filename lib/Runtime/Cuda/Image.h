/*===- Image.h - Kernels for the device at hand -------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file declares how the kernels get into a context.                     *|
\*===----------------------------------------------------------------------===*/

#ifndef CATGRAD_RUNTIME_CUDA_IMAGE_H
#define CATGRAD_RUNTIME_CUDA_IMAGE_H

#include "Driver.h"

/* Loads the best image of the library for the current context's device, and
 * looks all kernels up. On failure no module is loaded. */
int catgrad_cuda_load_image(const struct catgrad_cuda_driver *driver,
                            CUmodule *module, CUfunction *functions);

#endif /* CATGRAD_RUNTIME_CUDA_IMAGE_H */
