//===- Check.h - Kernels that break a rule ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has the fixture for tests of checks: a small kernel faults, and its
// report says where, or it runs without a report.

#ifndef FAKECUDA_TESTS_CHECK_H
#define FAKECUDA_TESTS_CHECK_H

#include "Tests/Gpu.h"

namespace gpu {

class CheckTest : public GpuTest {
protected:
  /// `body` faults with `status` and a report that has all of `words`.
  void expectFault(const std::string &body, CUresult status,
                   std::vector<std::string> texts,
                   const std::string &declarations = "") {
    EXPECT_EQ(runKernel(body, declarations), status) << report();
    texts.push_back("kernel 'k', block (");
    texts.push_back("thread (");
    texts.push_back("line ");
    std::string got = report();
    for (const std::string &text : texts)
      EXPECT_NE(got.find(text), got.npos) << "no '" << text << "' in: " << got;
    EXPECT_EQ(statistics().faults, 1u);
  }
  void expectClean(const std::string &body,
                   const std::string &declarations = "") {
    EXPECT_EQ(runKernel(body, declarations), CUDA_SUCCESS) << report();
    EXPECT_EQ(report(), "");
  }
};

inline const char *const sharedWords = ".shared .align 4 .b8 s[128];\n";
/// %r5 = the thread's address in s.
inline const std::string slot =
    "mov.u32 %r6, s;\n mad.lo.s32 %r5, %r4, 4, %r6;\n";
/// %r8 = the address in s of the thread's left neighbour, around the end.
inline const std::string neighbour =
    "add.s32 %r7, %r4, 31;\n and.b32 %r7, %r7, 31;\n"
    "mad.lo.s32 %r8, %r7, 4, %r6;\n";

} // namespace gpu

#endif // FAKECUDA_TESTS_CHECK_H
