//===- Module.cpp - Modules and functions -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file loads PTX: it gives the module's variables their memory and decodes
// all kernels at once, so that what is unknown is found at load time.

#include "Driver/State.h"
#include "Isa/Decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace fakecuda;

/// The newest PTX that a driver version takes: 8.0 came with 12.0, 9.0
/// with 13.0.
static unsigned newestPtx(int version) {
  int major = version / 1000, minor = version % 1000 / 10;
  return major >= 11 ? (major - 4) * 10 + minor : 65;
}

static void storeVariable(Module &module, const syntax::Variable &variable,
                          const std::map<std::string_view, Entity> &entities) {
  Allocation &allocation = *module.globals.find(variable.name)->second;
  // Without a value a variable in global or constant memory is zero.
  std::memset(allocation.data.get(), 0, allocation.size);
  std::memset(allocation.written.get(), 1, allocation.size);
  unsigned bytes = variable.type.bytes();
  uint64_t at = 0;
  for (const syntax::Initialiser &item : variable.initialisers) {
    uint64_t bits = item.bits;
    if (!item.symbol.empty()) {
      auto it = entities.find(item.symbol);
      if (it == entities.end())
        throw PtxError(variable.line,
                       "unknown symbol '" + std::string(item.symbol) + "'");
      bits += it->second.address;
    }
    std::memcpy(allocation.data.get() + at, &bits, bytes);
    at += bytes;
  }
}

static std::unique_ptr<Module> decodeModule(Context &context,
                                            std::string_view text,
                                            const Options &options,
                                            CUresult &status) {
  auto module = std::make_unique<Module>();
  module->text = text;
  module->syntax = parseModule(module->text);
  if (module->syntax.version > newestPtx(options.version)) {
    status = CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
    throw PtxError(1, "expected at most PTX " +
                          std::to_string(newestPtx(options.version)) +
                          " (times 10) for this driver but got " +
                          std::to_string(module->syntax.version));
  }
  if (module->syntax.target > unsigned(options.chip)) {
    status = CUDA_ERROR_NO_BINARY_FOR_GPU;
    throw PtxError(1, "expected at most sm_" + std::to_string(options.chip) +
                          " but got sm_" +
                          std::to_string(module->syntax.target));
  }
  std::map<std::string_view, Entity> entities;
  auto release = [&] {
    for (auto &[name, allocation] : module->globals)
      context.memory.allocations.erase(allocation->base);
  };
  try {
    for (const syntax::Variable &variable : module->syntax.variables) {
      if (variable.space == "shared")
        continue;
      if (variable.external)
        throw PtxError(variable.line, "unresolved extern variable '" +
                                          std::string(variable.name) + "'");
      Allocation *allocation = context.memory.allocate(
          variable.size,
          variable.space == "const" ? Allocation::Const : Allocation::Global,
          variable.align, std::string(variable.name));
      module->globals.emplace(variable.name, allocation);
      Entity entity{Entity::Device, variable.type};
      entity.address = allocation->base;
      entity.size = variable.size;
      entities.emplace(variable.name, entity);
    }
    for (const syntax::Variable &variable : module->syntax.variables)
      if (variable.space != "shared")
        storeVariable(*module, variable, entities);
    for (const syntax::Function &function : module->syntax.functions) {
      if (!function.entry)
        continue;
      auto loaded = std::make_unique<Function>();
      loaded->module = module.get();
      loaded->kernel = Decoder(module->syntax, entities).decode(function);
      module->functions.emplace(function.name, std::move(loaded));
    }
  } catch (...) {
    release();
    throw;
  }
  return module;
}

CUresult fakecuda::loadModule(Context &context, const void *image,
                              CUmodule *result, std::string &log) {
  if (!image || !result)
    return CUDA_ERROR_INVALID_VALUE;
  auto refuse = [&](CUresult status, const std::string &why) {
    log = why;
    report("module refused: " + why);
    count([](FakeCudaStatistics &all) { ++all.faults; });
    return status;
  };
  auto *bytes = static_cast<const char *>(image);
  if (!std::memcmp(bytes, "\x7f", 1) || !std::memcmp(bytes, "\x50", 1))
    return refuse(
        CUDA_ERROR_NO_BINARY_FOR_GPU,
        "the double runs PTX text; a cubin or a fatbin holds code for a GPU");
  std::string_view text(bytes);
  if (text.find(".version") == text.npos)
    return refuse(CUDA_ERROR_INVALID_IMAGE, "the image is no PTX");
  CUresult status = CUDA_ERROR_INVALID_PTX;
  try {
    std::unique_ptr<Module> module =
        decodeModule(context, text, currentOptions(), status);
    *result = reinterpret_cast<CUmodule>(module.get());
    context.modules.insert(std::move(module));
  } catch (const PtxError &error) {
    return refuse(status, error.what());
  }
  count([](FakeCudaStatistics &all) { ++all.modules; });
  return CUDA_SUCCESS;
}

FAKECUDA_API cuModuleLoadData(CUmodule *result, const void *image) {
  return callIn("cuModuleLoadData", [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    std::string log;
    return loadModule(context, image, result, log);
  });
}

FAKECUDA_API cuModuleLoadDataEx(CUmodule *result, const void *image,
                                unsigned count, unsigned *options,
                                void **values) {
  return callIn("cuModuleLoadDataEx", [&](Context &context) {
    if (CUresult status = checkCapture(context))
      return status;
    std::string log;
    CUresult status = loadModule(context, image, result, log);
    char *buffer = nullptr;
    size_t size = 0, sizeIndex = 0;
    for (unsigned i = 0; i < count; ++i) {
      if (options[i] == CU_JIT_ERROR_LOG_BUFFER)
        buffer = static_cast<char *>(values[i]);
      else if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
        size = reinterpret_cast<uintptr_t>(values[i]), sizeIndex = i;
    }
    if (buffer && size) {
      std::snprintf(buffer, size, "%s", log.c_str());
      values[sizeIndex] =
          reinterpret_cast<void *>(std::min(log.size() + 1, size));
    }
    return status;
  });
}

FAKECUDA_API cuModuleUnload(CUmodule handle) {
  return callIn("cuModuleUnload", [&](Context &context) {
    Module *module = findHandle(context.modules, handle);
    if (!module)
      return CUDA_ERROR_INVALID_HANDLE;
    for (auto &[name, allocation] : module->globals)
      context.memory.allocations.erase(allocation->base);
    eraseHandle(context.modules, handle);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuModuleGetFunction(CUfunction *result, CUmodule handle,
                                 const char *name) {
  return callIn("cuModuleGetFunction", [&](Context &context) {
    Module *module = findHandle(context.modules, handle);
    if (!module)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!result || !name)
      return CUDA_ERROR_INVALID_VALUE;
    count([](FakeCudaStatistics &all) { ++all.functionLookups; });
    auto it = module->functions.find(name);
    if (it == module->functions.end())
      return CUDA_ERROR_NOT_FOUND;
    *result = reinterpret_cast<CUfunction>(it->second.get());
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuModuleGetGlobal_v2(CUdeviceptr *address, size_t *bytes,
                                  CUmodule handle, const char *name) {
  return callIn("cuModuleGetGlobal_v2", [&](Context &context) {
    Module *module = findHandle(context.modules, handle);
    if (!module)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!name)
      return CUDA_ERROR_INVALID_VALUE;
    auto it = module->globals.find(name);
    if (it == module->globals.end())
      return CUDA_ERROR_NOT_FOUND;
    if (address)
      *address = it->second->base;
    if (bytes)
      *bytes = it->second->size;
    return CUDA_SUCCESS;
  });
}
