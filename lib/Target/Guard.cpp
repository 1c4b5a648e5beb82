//===- Guard.cpp - Live with LLVM's process-wide state ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file leaves a body at a fatal error or a crash by siglongjmp: LLVM is
// built without exceptions, and its handler must not return.

#include "catgrad/Target/Guard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <memory>
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
  bool catchCrashes;
  sigjmp_buf escape = {};
  std::string fatal = {};           // the error that ended it
  volatile sig_atomic_t signal = 0; // the signal that ended it
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
    siglongjmp(current->escape, 1);
}

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
struct sigaction previous[std::size(kSignals)];

void handleSignal(int number, siginfo_t *info, void *context) {
  if (current && current->catchCrashes &&
      !llvm::CrashRecoveryContext::GetCurrent()) {
    current->signal = number;
    siglongjmp(current->escape, 1);
  }
  const struct sigaction &next =
      previous[llvm::find(kSignals, number) - std::begin(kSignals)];
  if (next.sa_flags & SA_SIGINFO) {
    next.sa_sigaction(number, info, context);
  } else if (next.sa_handler == SIG_DFL) {
    // The instruction runs again and ends the process; abort() raises again.
    sigaction(number, &next, nullptr);
  } else if (next.sa_handler != SIG_IGN) {
    next.sa_handler(number);
  }
}

/// The handlers are installed while there is a guard that wants them.
class Handlers {
public:
  explicit Handlers(bool catchCrashes) : catchCrashes(catchCrashes) {
    std::lock_guard<std::mutex> lock(mutex);
    if (users++ == 0) {
      llvm::install_fatal_error_handler(handleFatalError);
      llvm::install_bad_alloc_error_handler(handleFatalError);
    }
    if (!catchCrashes || crashUsers++ != 0)
      return;
    struct sigaction action = {};
    action.sa_sigaction = handleSignal;
    // A stack that overflowed cannot serve the handler.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (auto [number, old] : llvm::zip_equal(kSignals, previous))
      sigaction(number, &action, &old);
  }
  ~Handlers() {
    std::lock_guard<std::mutex> lock(mutex);
    if (--users == 0) {
      llvm::remove_fatal_error_handler();
      llvm::remove_bad_alloc_error_handler();
    }
    if (catchCrashes && --crashUsers == 0)
      for (auto [number, old] : llvm::zip_equal(kSignals, previous))
        sigaction(number, &old, nullptr);
  }

private:
  bool catchCrashes;
  static inline std::mutex mutex;
  static inline unsigned users = 0, crashUsers = 0;
};

void *runThread(void *argument) {
  auto &guard = *static_cast<Guard *>(argument);
  // LLVM's own handlers change the thread's stack for signals; a sanitizer
  // gives back the one that it finds when the thread ends.
  stack_t before = {};
  sigaltstack(nullptr, &before);
  // For the handler of signals. Not on the stack that may overflow.
  std::unique_ptr<char[]> memory;
  if (guard.catchCrashes) {
    constexpr size_t size = 1 << 16;
    memory = std::make_unique<char[]>(size);
    stack_t stack = {};
    stack.ss_sp = memory.get();
    stack.ss_size = size;
    sigaltstack(&stack, nullptr);
  }
  current = &guard;
  if (sigsetjmp(guard.escape, /*savemask=*/1) == 0) {
    try {
      guard.body();
    } catch (const std::bad_alloc &) {
      guard.fatal = "out of memory";
    }
  }
  release();
  current = nullptr;
  sigaltstack(&before, nullptr);
  return nullptr;
}
} // namespace

/// Enough for what the limits allow, with a sanitizer's larger frames too.
static constexpr size_t kStackBytes = size_t(256) << 20;

llvm::Error catgrad::runGuarded(llvm::function_ref<void()> body,
                                bool catchCrashes) {
#if LLVM_ADDRESS_SANITIZER_BUILD || LLVM_THREAD_SANITIZER_BUILD
  catchCrashes = false;
#endif
  Handlers handlers(catchCrashes);
  Guard guard{body, catchCrashes};
  pthread_attr_t attributes;
  pthread_t thread;
  bool started = pthread_attr_init(&attributes) == 0 &&
                 pthread_attr_setstacksize(&attributes, kStackBytes) == 0 &&
                 pthread_create(&thread, &attributes, runThread, &guard) == 0;
  pthread_attr_destroy(&attributes);
  if (!started)
    return llvm::createStringError("cannot start a thread");
  pthread_join(thread, nullptr);
  if (guard.signal)
    return llvm::createStringError("the compiler crashed (%s)",
                                   strsignal(guard.signal));
  if (!guard.fatal.empty())
    return llvm::createStringError("LLVM reported a fatal error: " +
                                   guard.fatal);
  return llvm::Error::success();
}
