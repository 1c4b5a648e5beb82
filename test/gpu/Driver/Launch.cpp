//===- Launch.cpp - Functions and launches ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks and runs launches. A kernel runs at once when it is
// launched; its faults are the launch's status and stay in the context.

#include "Driver/State.h"

#include <cstring>

using namespace fakecuda;

static constexpr int maxShared = 227 * 1024;

static Function *findFunction(Context &context, CUfunction handle) {
  for (const std::unique_ptr<Module> &module : context.modules)
    for (auto &[name, function] : module->functions)
      if (function.get() == reinterpret_cast<Function *>(handle))
        return function.get();
  return nullptr;
}

static CUresult refuse(const Function &function, CUresult status,
                       const std::string &why) {
  report("launch of '" + function.kernel->name + "' refused: " + why);
  return status;
}

static std::string text(Dimensions d) {
  return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," +
         std::to_string(d.z) + ")";
}

static CUresult checkShape(const Function &function, Dimensions grid,
                           Dimensions block, unsigned shared) {
  const Kernel &kernel = *function.kernel;
  if (!grid.count() || !block.count() || grid.y > 65535 || grid.z > 65535 ||
      grid.x > 0x7fffffff || block.x > 1024 || block.y > 1024 || block.z > 64 ||
      block.count() > 1024)
    return refuse(function, CUDA_ERROR_INVALID_VALUE,
                  "grid " + text(grid) + " of blocks " + text(block) +
                      " is beyond the limits of the device");
  if (block.count() > kernel.maxThreads)
    return refuse(function, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                  "expected at most " + std::to_string(kernel.maxThreads) +
                      " threads (.maxntid) but got " +
                      std::to_string(block.count()));
  if (!kernel.required.empty() &&
      (block.x != kernel.required[0] || block.y != kernel.required[1] ||
       block.z != kernel.required[2]))
    return refuse(
        function, CUDA_ERROR_INVALID_VALUE,
        "expected a block of .reqntid " +
            text({kernel.required[0], kernel.required[1], kernel.required[2]}) +
            " but got " + text(block));
  if (shared > unsigned(function.maxDynamicShared) ||
      kernel.sharedBytes + shared >
          uint64_t(std::max(48 * 1024, function.maxDynamicShared)))
    return refuse(
        function, CUDA_ERROR_INVALID_VALUE,
        std::to_string(kernel.sharedBytes) + " + " + std::to_string(shared) +
            " bytes of shared memory are beyond the limit of the kernel");
  return CUDA_SUCCESS;
}

static CUresult packParameters(const Function &function, void **parameters,
                               void **extra, std::vector<uint8_t> &packed) {
  const Kernel &kernel = *function.kernel;
  packed.assign(kernel.parameterBytes, 0);
  if (parameters && extra)
    return CUDA_ERROR_INVALID_VALUE;
  if (extra) {
    const void *buffer = nullptr;
    const size_t *size = nullptr;
    for (; *extra != CU_LAUNCH_PARAM_END; extra += 2) {
      if (*extra == CU_LAUNCH_PARAM_BUFFER_POINTER)
        buffer = extra[1];
      else if (*extra == CU_LAUNCH_PARAM_BUFFER_SIZE)
        size = static_cast<const size_t *>(extra[1]);
      else
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (!buffer || !size || *size < packed.size())
      return refuse(function, CUDA_ERROR_INVALID_VALUE,
                    "expected " + std::to_string(packed.size()) +
                        " bytes of parameters");
    std::memcpy(packed.data(), buffer, packed.size());
    return CUDA_SUCCESS;
  }
  for (size_t i = 0; i < kernel.parameters.size(); ++i) {
    if (!parameters || !parameters[i])
      return refuse(function, CUDA_ERROR_INVALID_VALUE,
                    "parameter " + std::to_string(i) + " is missing");
    std::memcpy(&packed[kernel.parameters[i].offset], parameters[i],
                kernel.parameters[i].size);
  }
  return CUDA_SUCCESS;
}

static CUresult run(Context &context, CUfunction handle, Dimensions grid,
                    Dimensions block, unsigned shared,
                    const std::vector<uint8_t> &parameters) {
  Function *function = findFunction(context, handle);
  if (!function) {
    report("launch of a function whose module was unloaded");
    return CUDA_ERROR_INVALID_HANDLE;
  }
  Options options = currentOptions();
  Exec exec(*function->kernel, context.memory, options, function->module->text);
  CUresult status = CUDA_SUCCESS;
  try {
    exec.launch(grid, block, shared, parameters);
  } catch (const Fault &fault) {
    status = context.status = fault.status;
    report(fault.what());
  }
  count([&](FakeCudaStatistics &all) {
    ++all.launches;
    all.instructions += exec.counts.instructions;
    all.bytesLoaded += exec.counts.loaded;
    all.bytesStored += exec.counts.stored;
    all.faults += status != CUDA_SUCCESS;
  });
  return status;
}

CUresult fakecuda::launchKernel(Context &context, CUfunction handle,
                                Dimensions grid, Dimensions block,
                                unsigned shared, CUstream stream,
                                void **parameters, void **extra) {
  Function *function = findFunction(context, handle);
  if (!function)
    return CUDA_ERROR_INVALID_HANDLE;
  if (CUresult status = checkShape(*function, grid, block, shared))
    return status;
  std::vector<uint8_t> packed;
  if (CUresult status = packParameters(*function, parameters, extra, packed))
    return status;
  return submit(context, stream, Graph::Node::Kernel,
                [=, packed = std::move(packed)](Context &where) {
                  return run(where, handle, grid, block, shared, packed);
                });
}

FAKECUDA_API cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY,
                            unsigned gridZ, unsigned blockX, unsigned blockY,
                            unsigned blockZ, unsigned shared, CUstream stream,
                            void **parameters, void **extra) {
  return callIn("cuLaunchKernel", [&](Context &context) {
    return launchKernel(context, function, {gridX, gridY, gridZ},
                        {blockX, blockY, blockZ}, shared, stream, parameters,
                        extra);
  });
}

/// CUlaunchConfig.
struct LaunchConfig {
  unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, shared;
  CUstream stream;
  void *attributes;
  unsigned attributeCount;
};

FAKECUDA_API cuLaunchKernelEx(const LaunchConfig *config, CUfunction function,
                              void **parameters, void **extra) {
  return callIn("cuLaunchKernelEx", [&](Context &context) {
    if (!config)
      return CUDA_ERROR_INVALID_VALUE;
    if (config->attributeCount)
      return CUDA_ERROR_NOT_SUPPORTED;
    return launchKernel(context, function,
                        {config->gridX, config->gridY, config->gridZ},
                        {config->blockX, config->blockY, config->blockZ},
                        config->shared, config->stream, parameters, extra);
  });
}

FAKECUDA_API cuFuncGetAttribute(int *value, int attribute, CUfunction handle) {
  return callIn("cuFuncGetAttribute", [&](Context &context) {
    Function *function = findFunction(context, handle);
    if (!function)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!value)
      return CUDA_ERROR_INVALID_VALUE;
    const Kernel &kernel = *function->kernel;
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
      *value = std::min<uint64_t>(kernel.maxThreads, 1024);
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
      *value = kernel.sharedBytes;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
      *value = 0;
      for (auto &[name, allocation] : function->module->globals)
        *value += allocation->kind == Allocation::Const ? allocation->size : 0;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
      *value = kernel.localBytes;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_NUM_REGS:
      *value = std::min(kernel.registers, 255u);
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION:
      *value = function->module->syntax.target;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
      *value = currentOptions().chip;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
      *value = function->maxDynamicShared;
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
      *value = function->carveout;
      return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
  });
}

FAKECUDA_API cuFuncSetAttribute(CUfunction handle, int attribute, int value) {
  return callIn("cuFuncSetAttribute", [&](Context &context) {
    Function *function = findFunction(context, handle);
    if (!function)
      return CUDA_ERROR_INVALID_HANDLE;
    if (attribute == CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES) {
      if (value < 0 ||
          value + int64_t(function->kernel->sharedBytes) > maxShared)
        return CUDA_ERROR_INVALID_VALUE;
      function->maxDynamicShared = value;
      return CUDA_SUCCESS;
    }
    if (attribute == CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT) {
      function->carveout = value;
      return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
  });
}

/// Here everything is loaded with its module.
FAKECUDA_API cuFuncLoad(CUfunction handle) {
  return callIn("cuFuncLoad", [&](Context &context) {
    return findFunction(context, handle) ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_HANDLE;
  });
}

FAKECUDA_API cuFuncSetCacheConfig(CUfunction handle, int) {
  return callIn("cuFuncSetCacheConfig", [&](Context &context) {
    return findFunction(context, handle) ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_HANDLE;
  });
}
