//===- Guard.h - Live with LLVM's process-wide state ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how code of ours shares one process with others: a fatal
// error of LLVM or a crash ends one compilation instead of the process, and the
// linker does not change options under the feet of another compilation.

#ifndef CATGRAD_TARGET_GUARD_H
#define CATGRAD_TARGET_GUARD_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace catgrad {

/// Runs `body` on a thread of its own, whose stack has a known size whoever
/// calls, and waits for it. If LLVM reports a fatal error on that thread, the
/// body is left where it stands, and the error is returned: what it had
/// allocated is lost, and no destructor runs. With `catchCrashes`, the same
/// goes for SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT; a sanitizer has them
/// itself.
///
/// While a body runs, LLVM's handler of fatal errors and those of the signals
/// are ours. What concerns another thread goes where it would have gone.
llvm::Error runGuarded(llvm::function_ref<void()> body,
                       bool catchCrashes = true);

/// lld, as a library, resets every command-line option of LLVM. Work that reads
/// these options holds a `ReadsOptions`, a link a `ResetsOptions`. One thread
/// holds one at a time. What an abandoned body held, `runGuarded` gives back.
class ReadsOptions {
public:
  ReadsOptions();
  ~ReadsOptions();
  ReadsOptions(const ReadsOptions &) = delete;
  ReadsOptions &operator=(const ReadsOptions &) = delete;
};

class ResetsOptions {
public:
  ResetsOptions();
  ~ResetsOptions();
  ResetsOptions(const ResetsOptions &) = delete;
  ResetsOptions &operator=(const ResetsOptions &) = delete;
};

} // namespace catgrad

#endif // CATGRAD_TARGET_GUARD_H
