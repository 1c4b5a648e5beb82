//===- MutantTest.cpp - Kernels that are wrong by one edit ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file edits PTX of nvcc so that it is wrong as kernels are wrong in
// practice, and asks that every schedule catches it, and by what.

#include "Tests/Gpu.h"

#include <numeric>

using namespace gpu;

namespace {

struct Mutant {
  const char *name, *file, *from, *to;
  unsigned occurrence;
  const char *caught; ///< words of the report with "|" between, or "wrong" for
                      ///< a wrong result
};

class MutantTest : public GpuTest {
protected:
  /// What comes of the reductions, products and so on of `text`.
  std::string outcome(const std::string &file, const std::string &text) {
    if (load(text) != CUDA_SUCCESS)
      return "refused: " + report();
    bool right = file == "reduce.ptx" ? sums() && products() && vectors()
                                      : exponentials();
    return report().empty() ? (right ? "right" : "wrong") : report();
  }

  bool sums() {
    std::vector<float> a(1000);
    for (int i = 0; i < 1000; ++i)
      a[i] = i % 13 + 1;
    CUdeviceptr in = upload(a), out = allocate(5 * sizeof(float));
    int n = 1000;
    if (launch(function("sum_shared"), {4}, {256}, 0, in, out, n) !=
        CUDA_SUCCESS)
      return false;
    CUdeviceptr all = out + 16;
    if (launch(function("sum_shuffle"), {1}, {32}, 0, in, all, n) !=
        CUDA_SUCCESS)
      return false;
    std::vector<float> got = download<float>(out, 5);
    float sum = std::accumulate(a.begin(), a.end(), 0.0f);
    return got[0] + got[1] + got[2] + got[3] == sum && got[4] == sum;
  }

  bool products() {
    int m = 20, n = 24, k = 18;
    std::vector<float> a(m * k), b(k * n), c(m * n);
    for (int i = 0; i < m * k; ++i)
      a[i] = i % 7 - 2;
    for (int i = 0; i < k * n; ++i)
      b[i] = i % 5 + 1;
    for (int i = 0; i < m * n; ++i)
      for (int l = 0; l < k; ++l)
        c[i] += a[i / n * k + l] * b[l * n + i % n];
    CUdeviceptr x = upload(a), y = upload(b),
                z = allocate(m * n * sizeof(float));
    if (launch(function("matmul_f32"), {2, 2}, {16, 16}, 0, x, y, z, m, n, k) !=
        CUDA_SUCCESS)
      return false;
    std::vector<float> got(m * n);
    return api().cuMemcpyDtoH_v2(got.data(), z, m * n * sizeof(float)) ==
               CUDA_SUCCESS &&
           got == c;
  }

  bool vectors() {
    std::vector<float> x(400), y(400, 2);
    std::iota(x.begin(), x.end(), 0);
    CUdeviceptr dx = upload(x), dy = upload(y);
    if (launch(function("axpy4"), {4}, {32}, 0, dx, dy, 3.0f, 100) !=
        CUDA_SUCCESS)
      return false;
    std::vector<float> got = download<float>(dy, 400);
    for (int i = 0; i < 400; ++i)
      if (got[i] != 3 * x[i] + 2)
        return false;
    return true;
  }

  bool exponentials() {
    CUdeviceptr in = upload(std::vector<float>(50)), out = allocate(200);
    return launch(function("exp_f32"), {2}, {32}, 0, in, out, 50) ==
               CUDA_SUCCESS &&
           download<float>(out, 50) == std::vector<float>(50, 1);
  }
};

/// Whether `text` has one of the words.
static bool mentions(const std::string &text, std::string_view words) {
  while (!words.empty()) {
    size_t end = std::min(words.find('|'), words.size());
    if (text.find(words.substr(0, end)) != text.npos)
      return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

TEST_F(MutantTest, TheOriginalsAreRight) {
  for (const char *file : {"reduce.ptx", "elementwise.ptx"})
    for (const char *schedule : {"0", "1", "2", "3"}) {
      option("SCHEDULE", schedule);
      EXPECT_EQ(outcome(file, input(file)), "right");
    }
}

TEST_F(MutantTest, EveryMutantIsCaughtInEverySchedule) {
  const char *barrier = "bar.sync \t0;";
  std::vector<Mutant> mutants = {
      {"tile index off by one", "reduce.ptx", "[%r4+512]", "[%r4+516]", 1,
       "out of bounds"},
      {"tile beyond its end", "reduce.ptx", "[%r4+512]", "[%r4+1020]", 1,
       "out of bounds"},
      {"row index off by one", "reduce.ptx", "[%r8+60]", "[%r8+64]", 1,
       "out of bounds"},
      {"row beyond the tile", "reduce.ptx", "[%r8+60]", "[%r8+124]", 1,
       "out of bounds"},
      {"stage skipped", "reduce.ptx", "setp.gt.s32 \t%p2, %r2, 127",
       "setp.gt.s32 \t%p2, %r2, -1", 1, "wrong"},
      {"half a stage skipped", "reduce.ptx", "setp.gt.s32 \t%p3, %r2, 63",
       "setp.gt.s32 \t%p3, %r2, 31", 1, "wrong"},
      {"stage too large", "reduce.ptx", "setp.gt.s32 \t%p2, %r2, 127",
       "setp.gt.s32 \t%p2, %r2, 128", 1, "out of bounds"},
      {"store into the tile dropped", "reduce.ptx",
       "st.shared.f32 \t[%r4], %f29;", "", 1, "uninitialised"},
      {"wrong element size", "reduce.ptx", "shl.b32 \t%r7, %r2, 2;",
       "shl.b32 \t%r7, %r2, 3;", 1, "out of bounds"},
      {"overlapping elements", "reduce.ptx", "shl.b32 \t%r7, %r2, 2;",
       "shl.b32 \t%r7, %r2, 1;", 1, "misaligned"},
      {"guard of a load dropped", "reduce.ptx", "@%p1 bra \t$L__BB1_2;", "", 1,
       "out of bounds"},
      {"guard off by one", "reduce.ptx", "setp.ge.s32 \t%p1, %r3, %r5;",
       "setp.gt.s32 \t%p1, %r3, %r5;", 1, "out of bounds"},
      {"guard of a tile dropped", "reduce.ptx", "@%p4 bra \t$L__BB4_4;", "", 1,
       "out of bounds"},
      {"guard of vectors dropped", "reduce.ptx", "@%p1 bra \t$L__BB7_2;", "", 1,
       "out of bounds"},
      {"vector at an odd place", "reduce.ptx", "{%f2, %f3, %f4, %f5}, [%rd6];",
       "{%f2, %f3, %f4, %f5}, [%rd6+4];", 1, "misaligned"},
      {"guard of an elementwise kernel dropped", "elementwise.ptx",
       "@%p1 bra \t$L__BB0_2;", "", 1, "out of bounds"},
      {"barrier within a branch", "reduce.ptx", "ld.shared.f32 \t%f4, [%r4];",
       "bar.sync 0; ld.shared.f32 \t%f4, [%r4];", 1, "divergent barrier"},
      {"exit before a barrier", "reduce.ptx", "@%p1 bra \t$L__BB1_2;",
       "@%p1 exit;", 1, "divergent barrier"},
      {"register used too early", "reduce.ptx", "mov.f32 \t%f29, 0f00000000;",
       "", 1, "read of register %f29"},
  };
  // The ninth barrier of sum_shared stands before a read by the thread that
  // wrote.
  for (unsigned n : {1, 2, 3, 4, 5, 6, 7, 8, 10, 11})
    mutants.push_back({"barrier removed", "reduce.ptx", barrier, "", n,
                       "race in shared|uninitialised"});
  for (const Mutant &mutant : mutants) {
    std::string text =
        replaced(input(mutant.file), mutant.from, mutant.to, mutant.occurrence);
    for (const char *schedule : {"0", "1", "2", "3"}) {
      restart();
      option("SCHEDULE", schedule);
      std::string got = outcome(mutant.file, text);
      EXPECT_TRUE(mentions(got, mutant.caught))
          << mutant.name << " (" << mutant.occurrence << "), schedule "
          << schedule << ": " << got;
    }
  }
}

} // namespace
