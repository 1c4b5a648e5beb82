//===- State.cpp - The frame of driver functions ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file counts calls, makes them fail on demand, keeps reports and
// statistics, and finds the current context.

#include "Driver/State.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace fakecuda;

static void printStatistics() {
  Driver &state = driver();
  for (std::unique_ptr<Context> &context : state.contexts)
    if (!context->destroyed) {
      report("a context was never destroyed");
      tearDown(*context);
    }
  if (!currentOptions().stats)
    return;
  const FakeCudaStatistics &s = state.statistics;
  const std::pair<const char *, uint64_t> lines[] = {
      {"launches", s.launches},
      {"graph launches", s.graphLaunches},
      {"captures", s.captures},
      {"copies to device", s.copiesToDevice},
      {"copies to host", s.copiesToHost},
      {"copies on device", s.copiesOnDevice},
      {"sets", s.sets},
      {"bytes copied", s.bytesCopied},
      {"allocations", s.allocations},
      {"frees", s.frees},
      {"bytes allocated", s.bytesAllocated},
      {"peak bytes", s.peakBytes},
      {"synchronisations", s.synchronisations},
      {"modules", s.modules},
      {"function lookups", s.functionLookups},
      {"instructions", s.instructions},
      {"bytes loaded", s.bytesLoaded},
      {"bytes stored", s.bytesStored},
      {"faults", s.faults},
      {"leaks", s.leaks},
      {"calls", s.calls},
  };
  for (auto [name, value] : lines)
    std::fprintf(stderr, "fakecuda: %s: %llu\n", name,
                 static_cast<unsigned long long>(value));
}

Driver &fakecuda::driver() {
  // Never destroyed: programs call the driver from destructors of their own.
  static Driver *state = [] {
    std::atexit(printStatistics);
    return new Driver;
  }();
  return *state;
}

void fakecuda::report(const std::string &text) {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  state.report += text + "\n";
  if (!currentOptions().quiet)
    std::fprintf(stderr, "fakecuda: %s\n", text.c_str());
}

void fakecuda::count(const std::function<void(FakeCudaStatistics &)> &change) {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  change(state.statistics);
}

std::vector<Context *> &fakecuda::contextStack() {
  static thread_local std::vector<Context *> stack;
  return stack;
}

bool fakecuda::isContext(const Context *context) {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  return std::any_of(state.contexts.begin(), state.contexts.end(),
                     [&](const auto &item) { return item.get() == context; });
}

/// The failure that the options ask for at this call of `name`, or success.
static CUresult injected(std::string_view name) {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  ++state.statistics.calls;
  Options options = currentOptions();
  std::string_view plain = name.substr(0, name.find("_v"));
  auto it = options.failures.find(name);
  if (it == options.failures.end())
    it = options.failures.find(plain);
  if (it == options.failures.end())
    return CUDA_SUCCESS;
  return ++state.calls[std::string(plain)] == it->second.call
             ? it->second.status
             : CUDA_SUCCESS;
}

CUresult fakecuda::call(std::string_view name,
                        const std::function<CUresult()> &body, bool needsInit) {
  try {
    if (CUresult status = injected(name))
      return status;
    if (needsInit && !driver().initialised)
      return CUDA_ERROR_NOT_INITIALIZED;
    return body();
  } catch (const std::bad_alloc &) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

CUresult fakecuda::callIn(std::string_view name,
                          const std::function<CUresult(Context &)> &body,
                          bool evenAfterFault) {
  return call(name, [&]() -> CUresult {
    if (contextStack().empty() || !contextStack().back())
      return CUDA_ERROR_INVALID_CONTEXT;
    Context &context = *contextStack().back();
    std::lock_guard lock(context.mutex);
    if (context.destroyed)
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    if (context.status && !evenAfterFault)
      return context.status;
    return body(context);
  });
}

extern "C" {
#define FAKECUDA_EXPORT __attribute__((visibility("default")))

FAKECUDA_EXPORT void fakecudaGetStatistics(FakeCudaStatistics *statistics) {
  count([&](FakeCudaStatistics &all) { *statistics = all; });
}

FAKECUDA_EXPORT void fakecudaResetStatistics() {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  state.statistics = {};
  state.calls.clear();
}

FAKECUDA_EXPORT size_t fakecudaGetReport(char *text, size_t size) {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  if (text && size) {
    size_t length = std::min(size - 1, state.report.size());
    std::memcpy(text, state.report.data(), length);
    text[length] = 0;
  }
  return state.report.size();
}

FAKECUDA_EXPORT void fakecudaClearReport() {
  Driver &state = driver();
  std::lock_guard lock(state.mutex);
  state.report.clear();
}
}
