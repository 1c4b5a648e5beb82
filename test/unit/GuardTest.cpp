//===- GuardTest.cpp - Crashes and fatal errors -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests that what goes wrong in a guarded body is an error, and that
// nothing of the guard stays behind.

#include "catgrad/Target/Guard.h"
#include "llvm/Support/ErrorHandling.h"
#include "gtest/gtest.h"

#include <csignal>
#include <cstdlib>

using namespace catgrad;

namespace {

std::string run(llvm::function_ref<void()> body) {
  return llvm::toString(runGuarded(body));
}

/// Not a loop, and deeper than any stack.
[[gnu::noinline]] int descend(volatile int *depth) {
  volatile char frame[4096];
  frame[*depth % 4096] = 1;
  ++*depth;
  return descend(depth) + frame[*depth % 4096];
}

TEST(GuardTest, RunsTheBody) {
  bool ran = false;
  EXPECT_EQ(run([&] { ran = true; }), "");
  EXPECT_TRUE(ran);
}

TEST(GuardTest, CatchesFatalErrors) {
  EXPECT_EQ(run([] { llvm::report_fatal_error("no way", false); }),
            "LLVM reported a fatal error: no way");
}

TEST(GuardTest, CatchesCrashes) {
  EXPECT_EQ(run([] { std::raise(SIGSEGV); }),
            "the compiler crashed (Segmentation fault)");
  EXPECT_EQ(run([] { std::abort(); }), "the compiler crashed (Aborted)");
  EXPECT_EQ(run([] {
              volatile int depth = 0;
              (void)descend(&depth);
            }),
            "the compiler crashed (Segmentation fault)");
  // One crash spoils nothing for the next.
  EXPECT_EQ(run([] { std::raise(SIGFPE); }),
            "the compiler crashed (Floating point exception)");
  EXPECT_EQ(run([] {}), "");
}

volatile sig_atomic_t handled = 0;

TEST(GuardTest, RestoresHandlersAndPassesSignalsOn) {
  auto *before = std::signal(SIGABRT, [](int) { handled = handled + 1; });
  // Without a guard that wants crashes, the handler stays.
  EXPECT_EQ(llvm::toString(runGuarded([] { std::raise(SIGABRT); },
                                      /*catchCrashes=*/false)),
            "");
  EXPECT_EQ(handled, 1);
  // A guard takes those of its own body only.
  EXPECT_EQ(run([] { std::raise(SIGABRT); }), "the compiler crashed (Aborted)");
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(
      run([] {
        EXPECT_EQ(
            llvm::toString(runGuarded([] { std::raise(SIGABRT); }, false)), "");
      }),
      "");
  EXPECT_EQ(handled, 2);
  std::raise(SIGABRT);
  EXPECT_EQ(handled, 3);
  std::signal(SIGABRT, before);
}

} // namespace
