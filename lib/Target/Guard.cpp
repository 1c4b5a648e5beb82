//===- Guard.cpp - Live with LLVM's process-wide state ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file leaves a body at a fatal error by longjmp: LLVM is built without
// exceptions, and its handler must not return.

#include "catgrad/Target/Guard.h"

#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

#include <csetjmp>
#include <mutex>
#include <new>
#include <pthread.h>
#include <shared_mutex>
#include <string>

using namespace catgrad;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
enum class Hold { None, Shared, Exclusive };

/// A lock that writers get in turn: readers that come later wait for them.
struct OptionsLock {
  std::shared_mutex options;
  std::mutex entry;

  void lockShared() {
    std::lock_guard<std::mutex> turn(entry);
    options.lock_shared();
  }
  void lock() {
    std::lock_guard<std::mutex> turn(entry);
    options.lock();
  }
};

/// Never destroyed: a thread may outlive the statics of a process that exits.
OptionsLock &getLock() {
  static auto *lock = new OptionsLock;
  return *lock;
}

thread_local Hold held = Hold::None;

void release() {
  if (held == Hold::Shared)
    getLock().options.unlock_shared();
  else if (held == Hold::Exclusive)
    getLock().options.unlock();
  held = Hold::None;
}
} // namespace

ReadsOptions::ReadsOptions() {
  getLock().lockShared();
  held = Hold::Shared;
}
ReadsOptions::~ReadsOptions() { release(); }

ResetsOptions::ResetsOptions() {
  getLock().lock();
  held = Hold::Exclusive;
}
ResetsOptions::~ResetsOptions() { release(); }

//===----------------------------------------------------------------------===//
// Fatal errors
//===----------------------------------------------------------------------===//

namespace {
/// A body in progress on its thread.
struct Guard {
  llvm::function_ref<void()> body;
  jmp_buf escape;
  std::string fatal; // the error that ended it
};

thread_local Guard *current = nullptr;

void handleFatalError(void *, const char *reason, bool) {
  if (!current) {
    // LLVM ends the process when this returns, but prints no more.
    llvm::errs() << "LLVM ERROR: " << reason << "\n";
    return;
  }
  current->fatal = reason;
  // Within a crash recovery context (crash reproducers) LLVM's way of ending
  // the process is caught nearer to the error.
  if (!llvm::CrashRecoveryContext::GetCurrent())
    longjmp(current->escape, 1);
}

/// The handlers are installed while there is a guard.
class Handlers {
public:
  Handlers() {
    std::lock_guard<std::mutex> lock(mutex);
    if (users++ != 0)
      return;
    llvm::install_fatal_error_handler(handleFatalError);
    llvm::install_bad_alloc_error_handler(handleFatalError);
  }
  ~Handlers() {
    std::lock_guard<std::mutex> lock(mutex);
    if (--users != 0)
      return;
    llvm::remove_fatal_error_handler();
    llvm::remove_bad_alloc_error_handler();
  }

private:
  static inline std::mutex mutex;
  static inline unsigned users = 0;
};

void runHere(Guard &guard) {
  current = &guard;
  if (setjmp(guard.escape) == 0) {
    try {
      guard.body();
    } catch (const std::bad_alloc &) {
      guard.fatal = "out of memory";
    }
  }
  release();
  current = nullptr;
}

void *runThread(void *guard) {
  runHere(*static_cast<Guard *>(guard));
  return nullptr;
}
} // namespace

/// Enough for what the limits allow, with a sanitizer's larger frames too.
static constexpr size_t kStackBytes = size_t(256) << 20;

llvm::Error catgrad::runGuarded(llvm::function_ref<void()> body) {
  Handlers handlers;
  Guard guard{body, {}, {}};
  pthread_attr_t attributes;
  pthread_t thread;
  bool started = pthread_attr_init(&attributes) == 0 &&
                 pthread_attr_setstacksize(&attributes, kStackBytes) == 0 &&
                 pthread_create(&thread, &attributes, runThread, &guard) == 0;
  pthread_attr_destroy(&attributes);
  if (!started)
    return llvm::createStringError("cannot start a thread");
  pthread_join(thread, nullptr);
  if (guard.fatal.empty())
    return llvm::Error::success();
  return llvm::createStringError(guard.fatal);
}
