//===- NvccTest.cpp - Kernels that nvcc compiled ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the interpreter against C++, on PTX of another compiler than
// ours: Inputs/*.cu. Every test runs in several schedules.

#include "Tests/Gpu.h"

#include <cmath>
#include <functional>
#include <random>

using namespace gpu;

namespace {

class NvccTest : public GpuTest {
protected:
  void everySchedule(const std::function<void()> &test) {
    for (const char *schedule : {"0", "1", "7"}) {
      SCOPED_TRACE(std::string("schedule ") + schedule);
      option("SCHEDULE", schedule);
      test();
    }
  }

  template <class T> std::vector<T> values(T low, T high, size_t count) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> distribution(low, high);
    std::vector<T> result(count);
    for (T &value : result)
      value = distribution(random);
    return result;
  }

  /// |got - expected| in units of the last place of `expected`.
  template <class T> static double ulps(T got, T expected) {
    if (std::isnan(expected) || std::isinf(expected) || got == expected)
      return got == expected || (std::isnan(got) && std::isnan(expected))
                 ? 0
                 : INFINITY;
    T unit =
        std::nextafter(std::fabs(expected), T(INFINITY)) - std::fabs(expected);
    return std::fabs(double(got) - double(expected)) / unit;
  }

  template <class T>
  void unary(const char *name, std::vector<T> a,
             const std::function<double(double)> &reference, double bound) {
    SCOPED_TRACE(name);
    unsigned n = a.size();
    everySchedule([&] {
      CUdeviceptr in = upload(a), out = allocate(n * sizeof(T));
      ASSERT_EQ(launch(function(name), {(n + 95) / 96}, {96}, 0, in, out, n),
                CUDA_SUCCESS)
          << report();
      std::vector<T> got = download<T>(out, n);
      for (unsigned i = 0; i < n; ++i)
        ASSERT_LE(ulps<T>(got[i], reference(a[i])), bound)
            << a[i] << " -> " << got[i];
    });
  }

  template <class T>
  void binary(const char *name, std::vector<T> a, std::vector<T> b,
              const std::function<double(double, double)> &reference,
              double bound) {
    SCOPED_TRACE(name);
    unsigned n = a.size();
    everySchedule([&] {
      CUdeviceptr x = upload(a), y = upload(b), out = allocate(n * sizeof(T));
      ASSERT_EQ(launch(function(name), {(n + 95) / 96}, {96}, 0, x, y, out, n),
                CUDA_SUCCESS)
          << report();
      std::vector<T> got = download<T>(out, n);
      for (unsigned i = 0; i < n; ++i)
        ASSERT_LE(ulps<T>(got[i], reference(a[i], b[i])), bound)
            << a[i] << ", " << b[i] << " -> " << got[i];
    });
  }
};

TEST_F(NvccTest, ElementwiseSingle) {
  ASSERT_EQ(load(input("elementwise.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> any = values<float>(-20, 20, 1000),
                     positive = values<float>(1e-3, 50, 1000);
  for (float special :
       {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1e-40f, 100.0f, -120.0f})
    any.push_back(special);
  // The bounds are those of the CUDA C++ Programming Guide, in ulp.
  unary<float>("exp_f32", any, [](double x) { return std::exp(x); }, 2);
  unary<float>("tanh_f32", any, [](double x) { return std::tanh(x); }, 2);
  unary<float>("erf_f32", any, [](double x) { return std::erf(x); }, 2);
  unary<float>("expm1_f32", any, [](double x) { return std::expm1(x); }, 1.5);
  unary<float>("floor_f32", any, [](double x) { return std::floor(x); }, 0);
  unary<float>("rint_f32", any, [](double x) { return std::nearbyint(x); }, 0);
  unary<float>("log_f32", positive, [](double x) { return std::log(x); }, 1.5);
  unary<float>(
      "log1p_f32", positive, [](double x) { return std::log1p(x); }, 1.5);
  unary<float>(
      "sqrt_f32", positive, [](double x) { return std::sqrt(x); }, 0.5);
  unary<float>(
      "rsqrt_f32", positive, [](double x) { return 1 / std::sqrt(x); }, 2.5);
}

// Beyond about 1e5 sine and cosine reduce their argument with integers of many
// words: mad.lo.cc and its like.
TEST_F(NvccTest, AnglesOfAllSizes) {
  ASSERT_EQ(load(input("elementwise.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> single;
  std::vector<double> wide;
  for (double magnitude : {1.0, 1e3, 1e5, 1e7, 1e12, 1e25})
    for (int i = -40; i < 40; ++i) {
      single.push_back(float(magnitude * (i + 0.37)));
      wide.push_back(magnitude * (i + 0.37));
    }
  unary<float>("sin_f32", single, [](double x) { return std::sin(x); }, 2);
  unary<float>("cos_f32", single, [](double x) { return std::cos(x); }, 2);
  unary<double>("sin_f64", wide, [](double x) { return std::sin(x); }, 2);
  unary<double>("cos_f64", wide, [](double x) { return std::cos(x); }, 2);
}

TEST_F(NvccTest, ElementwiseDouble) {
  ASSERT_EQ(load(input("elementwise.ptx")), CUDA_SUCCESS) << report();
  std::vector<double> any = values<double>(-20, 20, 500),
                      positive = values<double>(1e-3, 50, 500);
  for (double special : std::initializer_list<double>{
           0.0, -0.0, INFINITY, -INFINITY, NAN, 1e-310, 700.0, -740.0})
    any.push_back(special);
  unary<double>("exp_f64", any, [](double x) { return std::exp(x); }, 1);
  unary<double>("tanh_f64", any, [](double x) { return std::tanh(x); }, 2);
  unary<double>("erf_f64", any, [](double x) { return std::erf(x); }, 2);
  unary<double>("log_f64", positive, [](double x) { return std::log(x); }, 1);
  unary<double>("sqrt_f64", positive, [](double x) { return std::sqrt(x); }, 0);
  unary<double>(
      "rsqrt_f64", positive, [](double x) { return 1 / std::sqrt(x); }, 1.5);
}

TEST_F(NvccTest, ElementwiseOfTwo) {
  ASSERT_EQ(load(input("elementwise.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> base = values<float>(0.1, 9, 500),
                     power = values<float>(-8, 8, 500);
  std::swap(power[0], power[499]);
  binary<float>(
      "pow_f32", base, power, [](double x, double y) { return std::pow(x, y); },
      8);
  binary<float>(
      "div_f32", base, power,
      [](double x, double y) { return float(x) / float(y); }, 0);
  binary<float>(
      "fmod_f32", base, power,
      [](double x, double y) { return std::fmod(x, y); }, 0);
  binary<float>(
      "atan2_f32", base, power,
      [](double x, double y) { return std::atan2(x, y); }, 3);
  binary<float>(
      "min_f32", base, power,
      [](double x, double y) { return std::fmin(x, y); }, 0);
  binary<float>(
      "copysign_f32", base, power,
      [](double x, double y) { return std::copysign(x, y); }, 0);
  std::vector<double> x(base.begin(), base.end()),
      y(power.begin(), power.end());
  binary<double>(
      "pow_f64", x, y, [](double x, double y) { return std::pow(x, y); }, 2);
  binary<double>("div_f64", x, y, [](double x, double y) { return x / y; }, 0);
  binary<double>(
      "fma_f64", x, y, [](double x, double y) { return std::fma(x, y, x); }, 0);
}

TEST_F(NvccTest, Reductions) {
  ASSERT_EQ(load(input("reduce.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> a(1000);
  for (int i = 0; i < 1000; ++i)
    a[i] = i % 17 - 5; // sums of small integers are exact in any order
  everySchedule([&] {
    CUdeviceptr in = upload(a), out = allocate(sizeof(float)),
                parts = allocate(4 * sizeof(float));
    int n = 1000;
    double sum = 0;
    for (float value : a)
      sum += value;
    ASSERT_EQ(launch(function("sum_shuffle"), {1}, {32}, 0, in, out, n),
              CUDA_SUCCESS)
        << report();
    EXPECT_EQ(download<float>(out, 1)[0], sum);
    ASSERT_EQ(launch(function("sum_shared"), {4}, {256}, 0, in, parts, n),
              CUDA_SUCCESS)
        << report();
    std::vector<float> partial = download<float>(parts, 4);
    EXPECT_EQ(partial[0] + partial[1] + partial[2] + partial[3], sum);
    EXPECT_NE(partial[0], sum);
  });
}

TEST_F(NvccTest, Warps) {
  ASSERT_EQ(load(input("reduce.ptx")), CUDA_SUCCESS) << report();
  std::vector<int> a(64);
  for (int i = 0; i < 64; ++i)
    a[i] = (i * 7) % 41;
  everySchedule([&] {
    CUdeviceptr in = upload(a), out = allocate(64 * 8 * sizeof(int));
    ASSERT_EQ(launch(function("shuffles"), {1}, {64}, 0, in, out), CUDA_SUCCESS)
        << report();
    std::vector<int> got = download<int>(out, 64 * 8);
    for (int t = 0; t < 64; ++t) {
      int lane = t % 32, first = t - lane;
      const int *x = &a[first], *o = &got[8 * t];
      unsigned odd = 0, same = 0;
      int sum = 0, most = 0;
      bool forty = false, all = true;
      for (int i = 0; i < 32; ++i) {
        odd |= unsigned(x[i] & 1) << i;
        same |= unsigned(x[i] / 4 == x[lane] / 4) << i;
        sum += x[i], most = std::max(most, x[i]);
        forty |= x[i] == 40, all &= x[i] >= 0;
      }
      EXPECT_EQ(o[0], x[(lane + 3) % 32]);
      EXPECT_EQ(o[1], x[lane < 2 ? lane : lane - 2]);
      EXPECT_EQ(o[2], x[lane + 5 > 31 ? lane : lane + 5]);
      EXPECT_EQ(o[3], x[(lane & 16) | ((lane ^ 9) & 15)]);
      EXPECT_EQ(unsigned(o[4]), odd);
      EXPECT_EQ(o[5], forty * 2 + all);
      EXPECT_EQ(o[6], sum + most);
      EXPECT_EQ(unsigned(o[7]), same);
    }
    CUdeviceptr votes = allocate(2 * sizeof(int));
    ASSERT_EQ(launch(function("count_votes"), {1}, {64}, 0, in, votes),
              CUDA_SUCCESS)
        << report();
    int above = 0;
    for (int value : a)
      above += value > 3;
    EXPECT_EQ(download<int>(votes, 1)[0],
              above * 4); // a[0] is 0, none is above 100
  });
}

template <class T>
static std::vector<T> product(const std::vector<T> &a, const std::vector<T> &b,
                              int m, int n, int k) {
  std::vector<T> c(m * n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      T sum = 0;
      for (int l = 0; l < k; ++l)
        sum = std::fma(a[i * k + l], b[l * n + j], sum);
      c[i * n + j] = sum;
    }
  return c;
}

TEST_F(NvccTest, TiledProducts) {
  ASSERT_EQ(load(input("reduce.ptx")), CUDA_SUCCESS) << report();
  int m = 50, n = 37, k = 45;
  std::vector<float> a = values<float>(-1, 1, m * k),
                     b = values<float>(-1, 1, k * n);
  std::vector<double> a64(a.begin(), a.end()), b64(b.begin(), b.end());
  everySchedule([&] {
    CUdeviceptr x = upload(a), y = upload(b),
                z = allocate(m * n * sizeof(float));
    ASSERT_EQ(
        launch(function("matmul_f32"), {3, 4}, {16, 16}, 0, x, y, z, m, n, k),
        CUDA_SUCCESS)
        << report();
    EXPECT_EQ(download<float>(z, m * n),
              product(a, b, m, n, k)); // bitwise: the same order, fused
    CUdeviceptr x64 = upload(a64), y64 = upload(b64),
                z64 = allocate(m * n * sizeof(double));
    ASSERT_EQ(launch(function("matmul_f64"), {3, 4}, {16, 16}, 0, x64, y64, z64,
                     m, n, k),
              CUDA_SUCCESS)
        << report();
    EXPECT_EQ(download<double>(z64, m * n), product(a64, b64, m, n, k));
  });
}

TEST_F(NvccTest, VectorsAndDynamicShared) {
  ASSERT_EQ(load(input("reduce.ptx")), CUDA_SUCCESS) << report();
  std::vector<float> x = values<float>(-1, 1, 400), y(400, 0.5f);
  everySchedule([&] {
    CUdeviceptr dx = upload(x), dy = upload(y);
    ASSERT_EQ(launch(function("axpy4"), {4}, {32}, 0, dx, dy, 3.0f, 100),
              CUDA_SUCCESS)
        << report();
    std::vector<float> got = download<float>(dy, 400);
    for (int i = 0; i < 400; ++i)
      ASSERT_EQ(got[i], std::fma(3.0f, x[i], y[i]));
    std::vector<double> line = {1, 2, 3, 4, 5, 6, 7};
    CUdeviceptr a = upload(line);
    ASSERT_EQ(launch(function("reverse"), {1}, {7}, 7 * sizeof(double), a, 7),
              CUDA_SUCCESS)
        << report();
    EXPECT_EQ(download<double>(a, 7),
              (std::vector<double>{7, 6, 5, 4, 3, 2, 1}));
  });
}

} // namespace
