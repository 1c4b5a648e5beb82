//===- Symbols.cpp - Lookup of driver functions -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has cuGetProcAddress. As in the driver, names come without a
// version there, and the newest one is meant; dlsym wants the exact name, so a
// program that asks dlsym for an old one is found out.

#include "Driver/State.h"

#include <dlfcn.h>

using namespace fakecuda;

/// This library, and no other that has the same symbols.
static void *ownSymbol(const std::string &name) {
  static void *library = [] {
    Dl_info info;
    dladdr(reinterpret_cast<void *>(&ownSymbol), &info);
    return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  }();
  return library ? dlsym(library, name.c_str()) : nullptr;
}

static CUresult find(const char *name, void **function, int version,
                     int *status) {
  // CU_GET_PROC_ADDRESS_SUCCESS, _SYMBOL_NOT_FOUND, _VERSION_NOT_SUFFICIENT.
  if (!name || !function)
    return CUDA_ERROR_INVALID_VALUE;
  *function = nullptr;
  if (version > currentOptions().version) {
    if (status)
      *status = 2;
    return CUDA_ERROR_NOT_FOUND;
  }
  std::string plain(name);
  // What CUDA 13 calls so; older programs mean the older form.
  for (const char *suffix : {"_v4", "_v3", "_v2", "WithFlags", ""}) {
    std::string full = plain + suffix;
    bool recent = full == "cuCtxCreate_v4" || full == "cuEventElapsedTime_v2";
    if ((recent && version < 12080) ||
        (full == "cuGraphInstantiate_v2" && version >= 12000) ||
        plain == "cuGetProcAddress")
      continue;
    if ((*function = ownSymbol(full)))
      break;
  }
  if (plain == "cuGetProcAddress")
    *function = ownSymbol(version >= 12000 ? "cuGetProcAddress_v2"
                                           : "cuGetProcAddress");
  if (status)
    *status = *function ? 0 : 1;
  return *function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

FAKECUDA_API cuGetProcAddress(const char *name, void **function, int version,
                              uint64_t) {
  return call(
      "cuGetProcAddress",
      [&] { return find(name, function, version, nullptr); }, false);
}

FAKECUDA_API cuGetProcAddress_v2(const char *name, void **function, int version,
                                 uint64_t, int *status) {
  return call(
      "cuGetProcAddress_v2",
      [&] { return find(name, function, version, status); }, false);
}
