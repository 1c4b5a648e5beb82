//===- Buffers.cpp - Device memory of the program ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has allocation, copies and sets.

#include "Driver/State.h"

#include <algorithm>
#include <cstring>

using namespace fakecuda;

static CUresult fail(const std::string &text) {
  report(text);
  count([](FakeCudaStatistics &all) { ++all.faults; });
  return CUDA_ERROR_INVALID_VALUE;
}

/// The allocation in which all of a range lies; else null, and a report.
static Allocation *findRange(Context &context, const char *what,
                             CUdeviceptr address, size_t bytes) {
  Allocation *allocation = context.memory.find(address);
  if (allocation && allocation->contains(address, bytes))
    return allocation;
  fail(std::string(what) + " of " + std::to_string(bytes) +
       " bytes: " + context.memory.describe(address));
  return nullptr;
}

static bool isDevice(const void *host) {
  uint64_t window = reinterpret_cast<uint64_t>(host) & windowMask;
  return window == globalWindow;
}

static CUresult allocate(Context &context, CUdeviceptr *address, size_t bytes) {
  if (!address || !bytes)
    return CUDA_ERROR_INVALID_VALUE;
  uint64_t limit = currentOptions().memory;
  if (bytes > limit || context.memory.bytes > limit - bytes)
    return CUDA_ERROR_OUT_OF_MEMORY;
  *address = context.memory.allocate(bytes, Allocation::Device)->base;
  context.peak = std::max(context.peak, context.memory.bytes);
  count([&](FakeCudaStatistics &all) {
    ++all.allocations;
    all.bytesAllocated += bytes;
    all.peakBytes = std::max(all.peakBytes, context.peak);
  });
  return CUDA_SUCCESS;
}

static CUresult release(Context &context, CUdeviceptr address) {
  if (!address)
    return CUDA_SUCCESS;
  if (!context.memory.release(address))
    return fail("free: " + context.memory.describe(address) +
                ", or is not where one begins");
  count([](FakeCudaStatistics &all) { ++all.frees; });
  return CUDA_SUCCESS;
}

FAKECUDA_API cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  return callIn("cuMemAlloc_v2", [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    return allocate(context, address, bytes);
  });
}

FAKECUDA_API cuMemFree_v2(CUdeviceptr address) {
  return callIn("cuMemFree_v2", [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    count([](FakeCudaStatistics &all) { ++all.synchronisations; });
    return release(context, address);
  });
}

/// Nodes of graphs that allocate are not offered.
static CUresult notCaptured(Context &context, CUstream stream) {
  Stream *where = findStream(context, stream);
  return !where           ? CUDA_ERROR_INVALID_HANDLE
         : where->capture ? CUDA_ERROR_NOT_SUPPORTED
                          : CUDA_SUCCESS;
}

FAKECUDA_API cuMemAllocAsync(CUdeviceptr *address, size_t bytes,
                             CUstream stream) {
  return callIn("cuMemAllocAsync", [&](Context &context) {
    if (CUresult status = notCaptured(context, stream))
      return status;
    return allocate(context, address, bytes);
  });
}

FAKECUDA_API cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  return callIn("cuMemFreeAsync", [&](Context &context) {
    if (CUresult status = notCaptured(context, stream))
      return status;
    return release(context, address);
  });
}

FAKECUDA_API cuMemGetInfo_v2(size_t *available, size_t *total) {
  return callIn("cuMemGetInfo_v2", [&](Context &context) {
    if (!available || !total)
      return CUDA_ERROR_INVALID_VALUE;
    *total = currentOptions().memory;
    *available = *total - std::min<uint64_t>(*total, context.memory.bytes);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuMemGetAddressRange_v2(CUdeviceptr *base, size_t *size,
                                     CUdeviceptr address) {
  return callIn("cuMemGetAddressRange_v2", [&](Context &context) {
    Allocation *allocation = context.memory.find(address);
    if (!allocation)
      return CUDA_ERROR_NOT_FOUND;
    if (base)
      *base = allocation->base;
    if (size)
      *size = allocation->size;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuPointerGetAttribute(void *data, int attribute,
                                   CUdeviceptr address) {
  return callIn("cuPointerGetAttribute", [&](Context &context) {
    Allocation *allocation = context.memory.find(address);
    if (!data || !allocation)
      return CUDA_ERROR_INVALID_VALUE;
    auto put = [&](auto value) {
      std::memcpy(data, &value, sizeof value);
      return CUDA_SUCCESS;
    };
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_CONTEXT:
      return put(&context);
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
      return put(unsigned(CU_MEMORYTYPE_DEVICE));
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
      return put(address);
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
      return put(0u);
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
      return put(0);
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
      return put(allocation->base);
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
      return put(allocation->size);
    }
    return CUDA_ERROR_INVALID_VALUE;
  });
}

// Host memory of the driver
// --------------------------------------------------------

static CUresult allocateHost(Context &context, void **result, size_t bytes) {
  if (!result || !bytes)
    return CUDA_ERROR_INVALID_VALUE;
  auto memory = std::make_unique<uint8_t[]>(bytes);
  *result = memory.get();
  context.pinned.emplace(*result, std::move(memory));
  return CUDA_SUCCESS;
}

FAKECUDA_API cuMemAllocHost_v2(void **result, size_t bytes) {
  return callIn("cuMemAllocHost_v2", [&](Context &context) {
    return allocateHost(context, result, bytes);
  });
}

FAKECUDA_API cuMemHostAlloc(void **result, size_t bytes, unsigned) {
  return callIn("cuMemHostAlloc", [&](Context &context) {
    return allocateHost(context, result, bytes);
  });
}

FAKECUDA_API cuMemFreeHost(void *memory) {
  return callIn("cuMemFreeHost", [&](Context &context) {
    return context.pinned.erase(memory) ? CUDA_SUCCESS
                                        : CUDA_ERROR_INVALID_VALUE;
  });
}

// Copies
// ---------------------------------------------------------------------------

static CUresult toDevice(Context &context, CUdeviceptr to, const void *from,
                         size_t bytes) {
  if (isDevice(from))
    return fail("copy from host memory: the address is one of the device");
  Allocation *allocation = findRange(context, "copy to the device", to, bytes);
  if (!allocation || !from)
    return CUDA_ERROR_INVALID_VALUE;
  std::memcpy(allocation->data.get() + (to - allocation->base), from, bytes);
  std::memset(allocation->written.get() + (to - allocation->base), Written,
              bytes);
  count([&](FakeCudaStatistics &all) {
    ++all.copiesToDevice, all.bytesCopied += bytes;
  });
  return CUDA_SUCCESS;
}

static CUresult toHost(Context &context, void *to, CUdeviceptr from,
                       size_t bytes) {
  if (isDevice(to))
    return fail("copy to host memory: the address is one of the device");
  Allocation *allocation = findRange(context, "copy to the host", from, bytes);
  if (!allocation || !to)
    return CUDA_ERROR_INVALID_VALUE;
  uint64_t offset = from - allocation->base;
  const uint8_t *written = allocation->written.get() + offset;
  if (const void *hole = currentOptions().initialised
                             ? std::memchr(written, 0, bytes)
                             : nullptr)
    return fail("copy to the host of uninitialised memory: byte " +
                std::to_string(static_cast<const uint8_t *>(hole) - written) +
                " of " + std::to_string(bytes));
  std::memcpy(to, allocation->data.get() + offset, bytes);
  count([&](FakeCudaStatistics &all) {
    ++all.copiesToHost, all.bytesCopied += bytes;
  });
  return CUDA_SUCCESS;
}

static CUresult onDevice(Context &context, CUdeviceptr to, CUdeviceptr from,
                         size_t bytes) {
  Allocation *target = findRange(context, "copy on the device", to, bytes);
  Allocation *source = findRange(context, "copy on the device", from, bytes);
  if (!target || !source)
    return CUDA_ERROR_INVALID_VALUE;
  if (to < from + bytes && from < to + bytes && to != from)
    return fail("copy on the device: the ranges overlap");
  std::memmove(target->data.get() + (to - target->base),
               source->data.get() + (from - source->base), bytes);
  std::memmove(target->written.get() + (to - target->base),
               source->written.get() + (from - source->base), bytes);
  count([&](FakeCudaStatistics &all) {
    ++all.copiesOnDevice, all.bytesCopied += bytes;
  });
  return CUDA_SUCCESS;
}

template <class Run>
static CUresult copyNow(std::string_view name, size_t bytes, Run run) {
  return callIn(name, [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    count([](FakeCudaStatistics &all) { ++all.synchronisations; });
    return bytes ? run(context) : CUDA_SUCCESS;
  });
}

template <class Run>
static CUresult copyLater(std::string_view name, size_t bytes, CUstream stream,
                          Run run) {
  return callIn(name, [&](Context &context) {
    if (!bytes)
      return findStream(context, stream) ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_HANDLE;
    return submit(context, stream, Graph::Node::Copy, run);
  });
}

FAKECUDA_API cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
  return copyNow("cuMemcpyHtoD_v2", bytes, [=](Context &context) {
    return toDevice(context, to, from, bytes);
  });
}

FAKECUDA_API cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
  return copyNow("cuMemcpyDtoH_v2", bytes, [=](Context &context) {
    return toHost(context, to, from, bytes);
  });
}

FAKECUDA_API cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copyNow("cuMemcpyDtoD_v2", bytes, [=](Context &context) {
    return onDevice(context, to, from, bytes);
  });
}

FAKECUDA_API cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from,
                                  size_t bytes, CUstream stream) {
  return copyLater(
      "cuMemcpyHtoDAsync_v2", bytes, stream,
      [=](Context &context) { return toDevice(context, to, from, bytes); });
}

FAKECUDA_API cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes,
                                  CUstream stream) {
  return copyLater(
      "cuMemcpyDtoHAsync_v2", bytes, stream,
      [=](Context &context) { return toHost(context, to, from, bytes); });
}

FAKECUDA_API cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from,
                                  size_t bytes, CUstream stream) {
  return copyLater(
      "cuMemcpyDtoDAsync_v2", bytes, stream,
      [=](Context &context) { return onDevice(context, to, from, bytes); });
}

// Sets
// -----------------------------------------------------------------------------

template <class T>
static CUresult fill(Context &context, CUdeviceptr to, T value, size_t count) {
  Allocation *allocation = findRange(context, "set", to, count * sizeof(T));
  if (!allocation)
    return CUDA_ERROR_INVALID_VALUE;
  if (to % sizeof(T))
    return fail("set: misaligned address");
  uint64_t offset = to - allocation->base;
  for (size_t i = 0; i < count; ++i)
    std::memcpy(allocation->data.get() + offset + i * sizeof(T), &value,
                sizeof(T));
  std::memset(allocation->written.get() + offset, Written, count * sizeof(T));
  fakecuda::count([](FakeCudaStatistics &all) { ++all.sets; });
  return CUDA_SUCCESS;
}

template <class T>
static CUresult setNow(std::string_view name, CUdeviceptr to, T value,
                       size_t count) {
  return callIn(name, [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    return count ? fill(context, to, value, count) : CUDA_SUCCESS;
  });
}

template <class T>
static CUresult setLater(std::string_view name, CUdeviceptr to, T value,
                         size_t count, CUstream stream) {
  return callIn(name, [&](Context &context) {
    if (!count)
      return findStream(context, stream) ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_HANDLE;
    return submit(context, stream, Graph::Node::Set, [=](Context &where) {
      return fill(where, to, value, count);
    });
  });
}

FAKECUDA_API cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  return setNow("cuMemsetD8_v2", to, value, count);
}
FAKECUDA_API cuMemsetD16_v2(CUdeviceptr to, unsigned short value,
                            size_t count) {
  return setNow("cuMemsetD16_v2", to, value, count);
}
FAKECUDA_API cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
  return setNow("cuMemsetD32_v2", to, value, count);
}
FAKECUDA_API cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count,
                             CUstream stream) {
  return setLater("cuMemsetD8Async", to, value, count, stream);
}
FAKECUDA_API cuMemsetD16Async(CUdeviceptr to, unsigned short value,
                              size_t count, CUstream stream) {
  return setLater("cuMemsetD16Async", to, value, count, stream);
}
FAKECUDA_API cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count,
                              CUstream stream) {
  return setLater("cuMemsetD32Async", to, value, count, stream);
}
