//===- Context.cpp - Contexts -----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has primary and other contexts, each thread's stack of them, and
// the report of leaks at their end.

#include "Driver/State.h"

using namespace fakecuda;

static CUcontext toHandle(Context *context) {
  return reinterpret_cast<CUcontext>(context);
}
static Context *fromHandle(CUcontext handle) {
  return reinterpret_cast<Context *>(handle);
}

static Context *create(unsigned flags, bool primary) {
  auto context = std::make_unique<Context>();
  context->flags = flags;
  context->primary = primary;
  Context *result = context.get();
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  result->id = state.contexts.size() + 1; // contexts are kept
  state.contexts.push_back(std::move(context));
  return result;
}

void fakecuda::tearDown(Context &context) {
  std::lock_guard lock(context.mutex);
  uint64_t leaks = 0;
  auto leak = [&](const std::string &what) {
    ++leaks;
    report("leak: " + what + " was alive when its context was destroyed");
  };
  // After a fault nothing can be freed, so nothing counts as leaked.
  if (!context.status) {
    for (auto &[base, allocation] : context.memory.allocations)
      if (allocation->kind == Allocation::Device)
        leak("an allocation of " + std::to_string(allocation->size) + " bytes");
    for (size_t i = 0; i < context.modules.size(); ++i)
      leak("a module");
    for (size_t i = 0; i < context.streams.size(); ++i)
      leak("a stream");
    for (size_t i = 0; i < context.events.size(); ++i)
      leak("an event");
    for (size_t i = 0; i < context.graphs.size(); ++i)
      leak("a graph");
    for (size_t i = 0; i < context.executables.size(); ++i)
      leak("an executable graph");
    for (size_t i = 0; i < context.pinned.size(); ++i)
      leak("host memory of the driver");
  }
  count([&](FakeCudaStatistics &all) { all.leaks += leaks; });
  context.destroyed = true;
  context.executables.clear();
  context.graphs.clear();
  context.captures.clear();
  context.events.clear();
  context.streams.clear();
  context.modules.clear();
  context.pinned.clear();
  context.memory.allocations.clear();
}

static CUresult createCurrent(CUcontext *result, unsigned flags,
                              CUdevice device) {
  if (!result)
    return CUDA_ERROR_INVALID_VALUE;
  if (device)
    return CUDA_ERROR_INVALID_DEVICE;
  Context *context = create(flags, false);
  contextStack().push_back(context);
  *result = toHandle(context);
  return CUDA_SUCCESS;
}

FAKECUDA_API cuCtxCreate_v2(CUcontext *result, unsigned flags,
                            CUdevice device) {
  return call("cuCtxCreate_v2",
              [&] { return createCurrent(result, flags, device); });
}

FAKECUDA_API cuCtxCreate_v4(CUcontext *result, const void *parameters,
                            unsigned flags, CUdevice device) {
  return call("cuCtxCreate_v4", [&] {
    return parameters ? CUDA_ERROR_NOT_SUPPORTED
                      : createCurrent(result, flags, device);
  });
}

FAKECUDA_API cuCtxDestroy_v2(CUcontext handle) {
  return call("cuCtxDestroy_v2", [&] {
    Context *context = fromHandle(handle);
    if (!isContext(context) || context->destroyed || context->primary)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (!contextStack().empty() && contextStack().back() == context)
      contextStack().pop_back();
    CUresult status = context->status;
    tearDown(*context);
    return status;
  });
}

FAKECUDA_API cuDevicePrimaryCtxRetain(CUcontext *result, CUdevice device) {
  return call("cuDevicePrimaryCtxRetain", [&] {
    if (!result)
      return CUDA_ERROR_INVALID_VALUE;
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    static std::mutex mutex;
    std::lock_guard lock(mutex);
    Driver &state = driver();
    if (!state.primary)
      state.primary = create(state.primaryFlags, true);
    ++state.primaryUses;
    *result = toHandle(state.primary);
    return CUDA_SUCCESS;
  });
}

static void dropPrimary() {
  Driver &state = driver();
  if (state.primary)
    tearDown(*state.primary);
  state.primary = nullptr;
  state.primaryUses = 0;
}

FAKECUDA_API cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxRelease_v2", [&] {
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    if (!driver().primaryUses)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (--driver().primaryUses == 0)
      dropPrimary();
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDevicePrimaryCtxReset_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxReset_v2", [&] {
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    dropPrimary();
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags,
                                        int *active) {
  return call("cuDevicePrimaryCtxGetState", [&] {
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    if (!flags || !active)
      return CUDA_ERROR_INVALID_VALUE;
    *flags = driver().primaryFlags;
    *active = driver().primary != nullptr;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned flags) {
  return call("cuDevicePrimaryCtxSetFlags_v2", [&] {
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    driver().primaryFlags = flags;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxSetCurrent(CUcontext handle) {
  return call("cuCtxSetCurrent", [&] {
    Context *context = fromHandle(handle);
    if (context && (!isContext(context) || context->destroyed))
      return CUDA_ERROR_INVALID_CONTEXT;
    std::vector<Context *> &stack = contextStack();
    if (!stack.empty())
      stack.pop_back();
    if (context)
      stack.push_back(context);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxGetCurrent(CUcontext *handle) {
  return call("cuCtxGetCurrent", [&] {
    if (!handle)
      return CUDA_ERROR_INVALID_VALUE;
    *handle =
        contextStack().empty() ? nullptr : toHandle(contextStack().back());
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxPushCurrent_v2(CUcontext handle) {
  return call("cuCtxPushCurrent_v2", [&] {
    Context *context = fromHandle(handle);
    if (!isContext(context) || context->destroyed)
      return CUDA_ERROR_INVALID_CONTEXT;
    contextStack().push_back(context);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxPopCurrent_v2(CUcontext *handle) {
  return call("cuCtxPopCurrent_v2", [&] {
    if (contextStack().empty())
      return CUDA_ERROR_INVALID_CONTEXT;
    if (handle)
      *handle = toHandle(contextStack().back());
    contextStack().pop_back();
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxGetDevice(CUdevice *device) {
  return callIn("cuCtxGetDevice", [&](Context &) {
    if (!device)
      return CUDA_ERROR_INVALID_VALUE;
    *device = 0;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxGetFlags(unsigned *flags) {
  return callIn("cuCtxGetFlags", [&](Context &context) {
    if (!flags)
      return CUDA_ERROR_INVALID_VALUE;
    *flags = context.flags;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxGetId(CUcontext handle, unsigned long long *id) {
  return call("cuCtxGetId", [&] {
    Context *context = fromHandle(handle);
    if (!id || !isContext(context) || context->destroyed)
      return CUDA_ERROR_INVALID_VALUE;
    *id = context->id;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuCtxSynchronize() {
  return callIn("cuCtxSynchronize", [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    count([](FakeCudaStatistics &all) { ++all.synchronisations; });
    return CUDA_SUCCESS;
  });
}
