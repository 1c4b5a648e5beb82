/*===- Image.c - Kernels for the device at hand -------------------*- C -*-===*\
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*===----------------------------------------------------------------------===*|
|* This file chooses between the images of a library. Machine code runs on    *|
|* devices of its generation that are not older; PTX on all that are not      *|
|* older, when the driver has compiled it.                                    *|
\*===----------------------------------------------------------------------===*/

#include "Image.h"
#include "Error.h"
#include "Library.h"

static int get_capability(const struct catgrad_cuda_driver *driver,
                          uint32_t *capability) {
  CUdevice device;
  int major = 0, minor = 0;
  int error = driver->ctx_get_device(&device);
  if (!error)
    error = driver->device_get_attribute(
        &major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
  if (!error)
    error = driver->device_get_attribute(
        &minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
  *capability = (uint32_t)(10 * major + minor);
  return error;
}

static int runs_on(const struct catgrad_cuda_image *image,
                   uint32_t capability) {
  return image->exact ? image->capability == capability
                      : image->capability <= capability;
}

/* Errors that say "not this image", so that another one may do. */
static int is_refusal(int error) {
  return error == CUDA_ERROR_INVALID_IMAGE ||
         error == CUDA_ERROR_NO_BINARY_FOR_GPU ||
         error == CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
}

static int load_module(const struct catgrad_cuda_driver *driver,
                       CUmodule *module) {
  const struct catgrad_cuda_library *library = &catgrad_cuda_library;
  uint32_t capability;
  int error = get_capability(driver, &capability);
  if (error)
    return error;
  error = CATGRAD_CUDA_OLD_DEVICE;
  for (uint32_t i = library->image_count; i-- > 0;) {
    const struct catgrad_cuda_image *image = &library->images[i];
    if (!runs_on(image, capability))
      continue;
    if (image->cubin && image->capability / 10 == capability / 10) {
      error = driver->module_load_data(module, image->cubin);
      if (!is_refusal(error))
        return error;
    }
    error = driver->module_load_data(module, image->ptx);
    if (!is_refusal(error))
      return error;
  }
  /* An older chip's PTX is of an older version; all of them were too new. */
  return error == CUDA_ERROR_UNSUPPORTED_PTX_VERSION ? CATGRAD_CUDA_OLD_DRIVER
                                                     : error;
}

static int look_up(const struct catgrad_cuda_driver *driver, CUmodule module,
                   CUfunction *functions) {
  /* More dynamic shared memory than this has to be asked for. */
  enum { DEFAULT_SHARED_BYTES = 48 * 1024 };
  int error = 0;
  for (uint32_t i = 0; !error && i < catgrad_cuda_library.kernel_count; ++i) {
    const struct catgrad_cuda_kernel *kernel = &catgrad_cuda_library.kernels[i];
    error = driver->module_get_function(&functions[i], module, kernel->name);
    if (!error && kernel->shared_bytes > DEFAULT_SHARED_BYTES)
      error = driver->func_set_attribute(
          functions[i], CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
          (int)kernel->shared_bytes);
    /* Else the first launch loads it, which a capture might not allow. */
    if (!error && driver->func_load)
      error = driver->func_load(functions[i]);
  }
  return error;
}

int catgrad_cuda_load_image(const struct catgrad_cuda_driver *driver,
                            CUmodule *module, CUfunction *functions) {
  int error = load_module(driver, module);
  if (error)
    return error;
  error = look_up(driver, *module, functions);
  if (error)
    (void)driver->module_unload(*module);
  return error;
}
