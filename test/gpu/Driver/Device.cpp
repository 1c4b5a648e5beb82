//===- Device.cpp - Driver, device and errors -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has cuInit, what one can ask of the one device, and names of
// errors.

#include "Driver/State.h"

#include <cstdio>
#include <cstring>

using namespace fakecuda;

FAKECUDA_API cuInit(unsigned flags) {
  return call(
      "cuInit",
      [&] {
        if (flags)
          return CUDA_ERROR_INVALID_VALUE;
        driver().initialised = true;
        return CUDA_SUCCESS;
      },
      false);
}

FAKECUDA_API cuDriverGetVersion(int *version) {
  return call(
      "cuDriverGetVersion",
      [&] {
        if (!version)
          return CUDA_ERROR_INVALID_VALUE;
        *version = currentOptions().version;
        return CUDA_SUCCESS;
      },
      false);
}

static const std::pair<const char *, const char *> *
findResult(CUresult status) {
  static const std::map<int, std::pair<const char *, const char *>> table = {
#define FAKECUDA_ENTRY(name, number, text) {number, {#name, text}},
      FAKECUDA_RESULTS(FAKECUDA_ENTRY)
#undef FAKECUDA_ENTRY
  };
  auto it = table.find(status);
  return it == table.end() ? nullptr : &it->second;
}

FAKECUDA_API cuGetErrorName(CUresult status, const char **name) {
  const auto *entry = findResult(status);
  if (!name)
    return CUDA_ERROR_INVALID_VALUE;
  *name = entry ? entry->first : nullptr;
  return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

FAKECUDA_API cuGetErrorString(CUresult status, const char **text) {
  const auto *entry = findResult(status);
  if (!text)
    return CUDA_ERROR_INVALID_VALUE;
  *text = entry ? entry->second : nullptr;
  return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

FAKECUDA_API cuDeviceGetCount(int *count) {
  return call("cuDeviceGetCount", [&] {
    if (!count)
      return CUDA_ERROR_INVALID_VALUE;
    *count = 1;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDeviceGet(CUdevice *device, int ordinal) {
  return call("cuDeviceGet", [&] {
    if (!device)
      return CUDA_ERROR_INVALID_VALUE;
    if (ordinal != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    *device = 0;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDeviceGetName(char *name, int length, CUdevice device) {
  return call("cuDeviceGetName", [&] {
    if (!name || length <= 0)
      return CUDA_ERROR_INVALID_VALUE;
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::snprintf(name, length, "PTX interpreter");
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
  return call("cuDeviceTotalMem_v2", [&] {
    if (!bytes)
      return CUDA_ERROR_INVALID_VALUE;
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    *bytes = currentOptions().memory;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device) {
  return call("cuDeviceGetUuid_v2", [&] {
    if (!uuid)
      return CUDA_ERROR_INVALID_VALUE;
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::memcpy(uuid->bytes, "PTX interpreter", 16);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
  return call("cuDeviceGetAttribute", [&] {
    int chip = currentOptions().chip;
    // Numbers of CUdevice_attribute.
    static const std::map<int, int> table = {
        {1, 1024},        // threads of a block
        {2, 1024},        // .. in x
        {3, 1024},        // .. in y
        {4, 64},          // .. in z
        {5, 0x7fffffff},  // blocks of a grid in x
        {6, 65535},       // .. in y
        {7, 65535},       // .. in z
        {8, 48 * 1024},   // shared memory of a block
        {9, 64 * 1024},   // constant memory
        {10, 32},         // lanes of a warp
        {12, 65536},      // registers of a block
        {13, 1000000},    // clock in kHz
        {14, 512},        // alignment of textures
        {15, 1},          // copies and kernels overlap
        {16, 4},          // multiprocessors
        {17, 0},          // no timeout of kernels
        {18, 0},          // not integrated
        {19, 1},          // host memory can be mapped
        {20, 0},          // compute mode: default
        {31, 1},          // concurrent kernels
        {36, 1000000},    // memory clock in kHz
        {37, 256},        // memory bus
        {38, 4 << 20},    // L2
        {39, 2048},       // threads of a multiprocessor
        {40, 1},          // copy engines
        {41, 1},          // unified addresses
        {81, 228 * 1024}, // shared memory of a multiprocessor
        {82, 65536},      // registers of a multiprocessor
        {83, 0},          // no managed memory
        {95, 0},          // no cooperative launches
        {97, 227 * 1024}, // shared memory of a block that opts in
        {106, 32},        // blocks of a multiprocessor
        {115, 1},         // memory pools
    };
    if (!value)
      return CUDA_ERROR_INVALID_VALUE;
    if (device)
      return CUDA_ERROR_INVALID_DEVICE;
    if (attribute == 75 || attribute == 76) {
      *value = attribute == 75 ? chip / 10 : chip % 10;
      return CUDA_SUCCESS;
    }
    auto it = table.find(attribute);
    if (it == table.end()) {
      report("device attribute " + std::to_string(attribute) +
             " is not known to the double");
      return CUDA_ERROR_INVALID_VALUE;
    }
    *value = it->second;
    return CUDA_SUCCESS;
  });
}
