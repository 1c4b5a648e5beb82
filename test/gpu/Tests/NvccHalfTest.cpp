//===- NvccHalfTest.cpp - Halves and roundings ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the interpreter against C++ on PTX of nvcc: 16-bit floats,
// and conversions with every rounding.

#include "Tests/Gpu.h"

#include <bit>
#include <climits>
#include <cmath>
#include <random>

using namespace gpu;

namespace {

class NvccHalfTest : public GpuTest {
protected:
  std::mt19937_64 random{5};
};

/// By definition, not by the interpreter's way: the nearest of all values.
static uint16_t nearestHalf(float x) {
  auto value = [](unsigned bits) {
    return std::ldexp(double((bits & 1023) | (bits >> 10 ? 1024 : 0)),
                      std::max(int(bits >> 10), 1) - 25);
  };
  double magnitude = std::fabs(x);
  unsigned low = 0, high = 0x7c00; // infinity stands for 65536
  while (high - low > 1) {
    unsigned middle = (low + high) / 2;
    (value(middle) <= magnitude ? low : high) = middle;
  }
  double down = magnitude - value(low), up = value(high) - magnitude;
  unsigned bits = down < up || (down == up && !(low & 1)) ? low : high;
  if (magnitude >= 65536)
    bits = 0x7c00;
  return bits | (std::signbit(x) ? 0x8000 : 0);
}

static uint16_t nearestBrain(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

TEST_F(NvccHalfTest, HalfConversions) {
  ASSERT_EQ(load(input("halves.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> a = {0.0f,     -0.0f,   1.0f,      65504.0f, 65519.9f,
                          65520.0f, 1e6f,    -70000.0f, 6e-8f,    2.98e-8f,
                          2.9e-8f,  6.1e-5f, INFINITY,  0.1f,     2049.0f,
                          2051.0f,  1e-5f};
  for (int i = 0; i < 400; ++i)
    a.push_back(
        std::bit_cast<float>(uint32_t(0x33000000 + random() % 0x14800000)));
  unsigned n = a.size();
  CUdeviceptr in = upload(a), half = allocate(2 * n), brain = allocate(2 * n),
              back = allocate(4 * n);
  ASSERT_EQ(launch(function("to_half"), {7}, {64}, 0, in, half, n),
            CUDA_SUCCESS)
      << report();
  ASSERT_EQ(launch(function("to_bf16"), {7}, {64}, 0, in, brain, n),
            CUDA_SUCCESS)
      << report();
  std::vector<uint16_t> halves = download<uint16_t>(half, n),
                        brains = download<uint16_t>(brain, n);
  for (unsigned i = 0; i < n; ++i) {
    EXPECT_EQ(halves[i], nearestHalf(a[i])) << a[i];
    EXPECT_EQ(brains[i], nearestBrain(a[i])) << a[i];
  }
  ASSERT_EQ(launch(function("from_half"), {7}, {64}, 0, half, back, n),
            CUDA_SUCCESS)
      << report();
  std::vector<float> wide = download<float>(back, n);
  for (unsigned i = 0; i < n; ++i)
    EXPECT_EQ(nearestHalf(wide[i]), halves[i]);
  EXPECT_EQ(wide[13], 0x1.998p-4f);
  ASSERT_EQ(launch(function("from_bf16"), {7}, {64}, 0, brain, back, n),
            CUDA_SUCCESS)
      << report();
  EXPECT_EQ(download<float>(back, n)[13], 0x1.9ap-4f);
}

TEST_F(NvccHalfTest, HalfArithmetic) {
  ASSERT_EQ(load(input("halves.ptx")), CUDA_SUCCESS) << report();
  unsigned n = 64;
  std::vector<float> x(2 * n), y(2 * n);
  std::vector<uint16_t> hx(2 * n), hy(2 * n);
  for (unsigned i = 0; i < 2 * n;
       ++i) { // few bits, so that every step is exact
    x[i] = float(int(random() % 17) - 8) / 4,
    y[i] = float(int(random() % 9) - 4) / 2;
    hx[i] = nearestHalf(x[i]), hy[i] = nearestHalf(y[i]);
  }
  CUdeviceptr a = upload(hx), b = upload(hy), out = allocate(4 * n);
  ASSERT_EQ(launch(function("fma_half2"), {1}, {64}, 0, a, b, out, n),
            CUDA_SUCCESS)
      << report();
  std::vector<uint16_t> got = download<uint16_t>(out, 2 * n);
  for (unsigned i = 0; i < 2 * n; ++i) {
    float expected = (x[i] * y[i] + x[i]) * (x[i] + y[i]);
    if (expected != 0)
      EXPECT_EQ(got[i], nearestHalf(expected)) << x[i] << " " << y[i];
  }
  for (unsigned i = 0; i < n; ++i)
    hx[i] = nearestBrain(x[i]), hy[i] = nearestBrain(y[i]);
  a = upload(hx), b = upload(hy), out = allocate(2 * n);
  ASSERT_EQ(launch(function("fma_bf16"), {1}, {64}, 0, a, b, out, n),
            CUDA_SUCCESS)
      << report();
  got = download<uint16_t>(out, n);
  for (unsigned i = 0; i < n; ++i)
    if (float expected = std::max(x[i] * y[i] + x[i], y[i]); expected != 0)
      EXPECT_EQ(got[i], nearestBrain(expected));
}

TEST_F(NvccHalfTest, Roundings) {
  ASSERT_EQ(load(input("halves.ptx")), CUDA_SUCCESS) << report();
  std::vector<double> a = {0.1,        -0.1,       2.5,         3.5, -2.5,
                           1e15 + 0.5, 16777217.0, -16777219.0, 0.75};
  unsigned n = a.size();
  CUdeviceptr in = upload(a), f = allocate(8 * 4 * n), l = allocate(8 * 8 * n);
  ASSERT_EQ(launch(function("roundings"), {1}, {32}, 0, in, f, l, n),
            CUDA_SUCCESS)
      << report();
  std::vector<float> singles = download<float>(f, 8 * n);
  std::vector<long long> wholes = download<long long>(l, 8 * n);
  auto down = [](double x) {
    float y = x;
    return y > x ? std::nextafterf(y, -INFINITY) : y;
  };
  auto up = [](double x) {
    float y = x;
    return y < x ? std::nextafterf(y, INFINITY) : y;
  };
  for (unsigned i = 0; i < n; ++i) {
    double x = a[i];
    const float *s = &singles[8 * i];
    const long long *w = &wholes[8 * i];
    long long whole = std::llrint(x);
    EXPECT_EQ(s[0], float(x));
    EXPECT_EQ(s[1], x < 0 ? up(x) : down(x));
    EXPECT_EQ(s[2], down(x));
    EXPECT_EQ(s[3], up(x));
    EXPECT_EQ(s[4], whole < 0 ? up(whole) : down(whole));
    EXPECT_EQ(s[5], up(whole));
    EXPECT_LE(double(s[6]), double(float(x)) + double(0.1f));
    EXPECT_GE(double(s[7]) * 3, double(float(x)) * (1 - 1e-15));
    EXPECT_EQ(w[0], whole);
    EXPECT_EQ(w[1], (long long)std::trunc(x));
    EXPECT_EQ(w[2], (long long)std::floor(x));
    EXPECT_EQ(w[3], (long long)std::ceil(x));
    if (std::fabs(x) < 1e9) {
      EXPECT_EQ(w[4], std::llrintf(float(x)));
      EXPECT_EQ(w[5], x < 0 ? 0 : (long long)float(x));
    } else {
      EXPECT_EQ(w[4], INT_MAX); // saturates
    }
    long double sum = (long double)x + 0.1, product = (long double)x * x;
    double raised = std::bit_cast<double>(w[6]),
           lowered = std::bit_cast<double>(w[7]);
    EXPECT_GE((long double)raised, sum);
    EXPECT_LT((long double)std::nextafter(raised, -INFINITY), sum);
    EXPECT_LE(std::fabs(lowered - double(product + 0.3L)),
              1e-15 * double(product) + 1e-15);
  }
}

} // namespace
