//===- State.h - Contexts and what lives in them ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the objects behind the driver's handles, and the frame in
// which every driver function runs.

#ifndef FAKECUDA_DRIVER_STATE_H
#define FAKECUDA_DRIVER_STATE_H

#include "Driver/FakeCuda.h"
#include "Driver/Options.h"
#include "Sim/Exec.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace fakecuda {
struct Context;
struct Module;
struct Stream;

struct Function {
  Module *module;
  std::unique_ptr<Kernel> kernel;
  int maxDynamicShared = 48 * 1024;
  int carveout = -1;
};

struct Module {
  std::string text;
  syntax::Module syntax;
  std::map<std::string, Allocation *, std::less<>> globals;
  std::map<std::string, std::unique_ptr<Function>, std::less<>> functions;
  bool loaded = true;
};

using Operation = std::function<CUresult(Context &)>;

/// How far each stream had got.
using Progress = std::map<const Stream *, uint64_t>;

struct Graph {
  struct Node {
    enum Kind { Kernel, Copy, Set } kind;
    Operation run;
  };
  std::vector<Node> nodes;
  bool valid = true; ///< whether its capture did what may not be captured
  Stream *origin = nullptr;
  std::vector<Stream *> streams;
  int mode = 0;
  std::thread::id thread;
};

struct Stream {
  Context *context;
  unsigned flags = 0;
  std::shared_ptr<Graph> capture;
  Progress progress; ///< during a capture
};

struct Event {
  Context *context;
  unsigned flags = 0;
  bool recorded = false;
  std::chrono::steady_clock::time_point time;
  std::shared_ptr<Graph> capture;
  Progress progress;
};

struct GraphHandle {
  std::shared_ptr<Graph> graph;
};

struct GraphExec {
  Context *context;
  std::vector<Graph::Node> nodes;
};

struct Context {
  std::recursive_mutex mutex;
  bool primary = false, destroyed = false;
  unsigned flags = 0;
  uint64_t id = 0;                ///< no other context ever has it
  CUresult status = CUDA_SUCCESS; ///< a fault stays until the context goes
  Memory memory;
  uint64_t peak = 0;
  std::set<std::unique_ptr<Module>> modules;
  std::set<std::unique_ptr<Stream>> streams;
  std::set<std::unique_ptr<Event>> events;
  std::set<std::unique_ptr<GraphHandle>> graphs;
  std::set<std::unique_ptr<GraphExec>> executables;
  std::map<void *, std::unique_ptr<uint8_t[]>> pinned;
  std::vector<std::shared_ptr<Graph>> captures; ///< that are going on
  Stream legacy{this, 0, nullptr, {}};
};

struct Driver {
  std::mutex mutex; ///< of all here
  bool initialised = false;
  std::vector<std::unique_ptr<Context>>
      contexts; ///< kept when destroyed, as handles may be
  Context *primary = nullptr;
  unsigned primaryUses = 0, primaryFlags = 0;
  FakeCudaStatistics statistics{};
  std::string report;
  std::map<std::string, uint64_t, std::less<>> calls;
};

Driver &driver();

/// Appends to the report and, unless it is off, prints to stderr.
void report(const std::string &text);
/// Changes the statistics under their lock.
void count(const std::function<void(FakeCudaStatistics &)> &change);

std::vector<Context *> &contextStack();
bool isContext(const Context *context);
/// Destroys what a context holds and reports it as leaked.
void tearDown(Context &context);

/// A handle as the object that `owner` holds, or null.
template <class T>
T *findHandle(const std::set<std::unique_ptr<T>> &owner, const void *handle) {
  for (const std::unique_ptr<T> &item : owner)
    if (item.get() == handle)
      return item.get();
  return nullptr;
}
template <class T>
bool eraseHandle(std::set<std::unique_ptr<T>> &owner, const void *handle) {
  for (auto it = owner.begin(); it != owner.end(); ++it)
    if (it->get() == handle) {
      owner.erase(it);
      return true;
    }
  return false;
}

Stream *findStream(Context &context, CUstream handle);
/// Runs an operation, or adds it to the graph that the stream captures.
CUresult submit(Context &context, CUstream stream, Graph::Node::Kind kind,
                Operation run);
/// An error if a capture is going on that forbids this; it spoils the capture.
CUresult checkCapture(Context &context);

/// Runs a driver function: counts it, makes it fail if so asked.
CUresult call(std::string_view name, const std::function<CUresult()> &body,
              bool needsInit = true);
/// The same with the current context, locked.
CUresult callIn(std::string_view name,
                const std::function<CUresult(Context &)> &body,
                bool evenAfterFault = false);

/// Turns PTX into a module of the context.
CUresult loadModule(Context &context, const void *image, CUmodule *result,
                    std::string &log);
CUresult launchKernel(Context &context, CUfunction function, Dimensions grid,
                      Dimensions block, unsigned shared, CUstream stream,
                      void **parameters, void **extra);

} // namespace fakecuda

#define FAKECUDA_API extern "C" __attribute__((visibility("default"))) CUresult

#endif // FAKECUDA_DRIVER_STATE_H
