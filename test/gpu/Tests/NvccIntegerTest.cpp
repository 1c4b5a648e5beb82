//===- NvccIntegerTest.cpp - Integers and control ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file holds the interpreter against C++ on PTX of nvcc: integers of all
// widths, 16-bit floats, roundings, atomics, tables, structs, calls,
// divergence.

#include "Tests/Gpu.h"

#include <bit>
#include <climits>
#include <random>

using namespace gpu;

namespace {

class NvccIntegerTest : public GpuTest {
protected:
  std::mt19937_64 random{5};

  template <class T> std::vector<T> integers(size_t count) {
    std::vector<T> result(count);
    for (size_t i = 0; i < count; ++i) {
      result[i] = T(random() >> (random() % 64));
      if (random() % 2)
        result[i] = T(0) - result[i];
    }
    result[0] = std::numeric_limits<T>::min();
    result[1] = std::numeric_limits<T>::max();
    result[2] = 0;
    return result;
  }
};

TEST_F(NvccIntegerTest, SixtyFourBits) {
  ASSERT_EQ(load(input("integers.ptx")), CUDA_SUCCESS) << report();
  unsigned n = 300;
  std::vector<long long> a = integers<long long>(n), b = integers<long long>(n);
  std::swap(b[0], b[7]);
  CUdeviceptr x = upload(a), y = upload(b), out = allocate(8 * n * 8);
  ASSERT_EQ(launch(function("arithmetic_i64"), {3}, {128}, 0, x, y, out, n),
            CUDA_SUCCESS)
      << report();
  std::vector<long long> got = download<long long>(out, 8 * n);
  using U = unsigned long long;
  for (unsigned i = 0; i < n; ++i) {
    long long p = a[i], q = b[i];
    const long long *o = &got[8 * i];
    EXPECT_EQ(o[0], (long long)(U(p) * U(q) + 3));
    if (q && !(q == -1 && p == LLONG_MIN)) {
      EXPECT_EQ(o[1], p / q);
      EXPECT_EQ(o[2], p % q);
    }
    EXPECT_EQ(o[3], (long long)((__int128(p) * q) >> 64));
    EXPECT_EQ(o[4], (long long)(U(p) / U(q | 1)));
    EXPECT_EQ(o[5], p < q ? (long long)(U(p) << (q & 63)) : p >> (q & 63));
    EXPECT_EQ(o[6], std::popcount(U(p)) + 100 * std::countl_zero(U(p)) +
                        10000 * __builtin_ffsll(q));
    U reversed = 0;
    for (int bit = 0; bit < 64; ++bit)
      reversed |= (U(p) >> bit & 1) << (63 - bit);
    EXPECT_EQ(o[7], (long long)reversed ^ std::min(p, q));
  }
}

TEST_F(NvccIntegerTest, ThirtyTwoBits) {
  ASSERT_EQ(load(input("integers.ptx")), CUDA_SUCCESS) << report();
  unsigned n = 300;
  std::vector<int> a = integers<int>(n), b = integers<int>(n);
  std::swap(b[0], b[9]);
  CUdeviceptr x = upload(a), y = upload(b), out = allocate(12 * n * 4);
  ASSERT_EQ(launch(function("arithmetic_i32"), {3}, {128}, 0, x, y, out, n),
            CUDA_SUCCESS)
      << report();
  std::vector<int> got = download<int>(out, 12 * n);
  for (unsigned i = 0; i < n; ++i) {
    int p = a[i], q = b[i];
    unsigned u = p, v = q;
    const int *o = &got[12 * i];
    uint64_t both = uint64_t(v) << 32 | u;
    if (q && !(q == -1 && p == INT_MIN)) {
      EXPECT_EQ(o[0], p / q);
      EXPECT_EQ(o[1], p % q);
      EXPECT_EQ(unsigned(o[2]), u / v);
    }
    EXPECT_EQ(o[3], int(int64_t(p) * q >> 32));
    EXPECT_EQ(unsigned(o[4]), unsigned(uint64_t(u) * v >> 32));
    auto byte = [&](int index) { return unsigned(both >> 8 * index & 0xff); };
    EXPECT_EQ(unsigned(o[5]),
              byte(5) | byte(1) << 8 | byte(7) << 16 | byte(3) << 24);
    EXPECT_EQ(unsigned(o[6]), unsigned(both << (q & 31) >> 32));
    EXPECT_EQ(unsigned(o[7]), unsigned(both >> (q & 31)));
    EXPECT_EQ(unsigned(o[8]), (u >> 5 & 0x3ff) | (v & 0xff) << 12);
    EXPECT_EQ(unsigned(o[9]),
              (u > v ? u - v : v - u) + 7 + (p < 0 ? 0u - u : u));
    EXPECT_EQ(o[10], (p & q) ^ (~p | q));
    EXPECT_EQ(o[11], int8_t(p) + int16_t(q) * uint8_t(p) + uint16_t(q));
  }
}

TEST_F(NvccIntegerTest, BytesTablesAndStructs) {
  ASSERT_EQ(load(input("integers.ptx")), CUDA_SUCCESS) << report();
  std::vector<int8_t> a = integers<int8_t>(100);
  std::vector<uint8_t> b = integers<uint8_t>(100);
  CUdeviceptr x = upload(a), y = upload(b), out = allocate(100);
  ASSERT_EQ(launch(function("arithmetic_i8"), {1}, {128}, 0, x, y, out, 100),
            CUDA_SUCCESS)
      << report();
  std::vector<int8_t> bytes = download<int8_t>(out, 100);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(bytes[i], int8_t(a[i] * 3 + (b[i] >> 2)));

  std::vector<int> index = {4, 0, 3, 1, 2};
  CUdeviceptr in = upload(index), table = allocate(5 * sizeof(double));
  ASSERT_EQ(launch(function("table"), {1}, {32}, 0, in, table, 5), CUDA_SUCCESS)
      << report();
  EXPECT_EQ(download<double>(table, 5),
            (std::vector<double>{-0.5, 6.5, 5.625, 4, 10.75}));

  struct Pair {
    int first;
    double second;
  };
  struct Large {
    char tag;
    Pair pairs[3];
    short scale;
  } value{5, {{1, 2.0}, {30, 40.0}, {-7, 8.5}}, 4};
  CUdeviceptr pair = allocate(sizeof(Pair));
  ASSERT_EQ(api().cuMemsetD8_v2(pair, 0, sizeof(Pair)), CUDA_SUCCESS);
  ASSERT_EQ(launch(function("structs"), {1}, {1}, 0, value, pair, 1),
            CUDA_SUCCESS)
      << report();
  Pair got = download<Pair>(pair, 1)[0];
  EXPECT_EQ(got.first, 30 * 4 + 5);
  EXPECT_EQ(got.second, 10.0);
}

TEST_F(NvccIntegerTest, GlobalsOfTheModule) {
  ASSERT_EQ(load(input("integers.ptx")), CUDA_SUCCESS) << report();
  CUdeviceptr address = 0;
  size_t bytes = 0;
  ASSERT_EQ(api().cuModuleGetGlobal_v2(&address, &bytes, module, "calls"),
            CUDA_SUCCESS);
  EXPECT_EQ(bytes, 4u);
  EXPECT_EQ(download<int>(address, 1)[0], 5);
  int calls = 105;
  ASSERT_EQ(api().cuMemcpyHtoD_v2(address, &calls, 4), CUDA_SUCCESS);
  CUdeviceptr in = upload(std::vector<int>{0}), out = allocate(sizeof(double));
  ASSERT_EQ(launch(function("table"), {1}, {32}, 0, in, out, 1), CUDA_SUCCESS)
      << report();
  EXPECT_EQ(download<double>(out, 1)[0], 106.5);
  EXPECT_EQ(api().cuModuleGetGlobal_v2(&address, &bytes, module, "none"),
            CUDA_ERROR_NOT_FOUND);
}

TEST_F(NvccIntegerTest, ControlFlow) {
  ASSERT_EQ(load(input("integers.ptx")), CUDA_SUCCESS) << report();
  int n = 150;
  std::vector<int> kind(n), before(n, 41), index(n);
  for (int i = 0; i < n; ++i)
    kind[i] = random() % 9, index[i] = random() % 16;
  for (const char *schedule : {"0", "1", "2", "3"}) {
    option("SCHEDULE", schedule);
    CUdeviceptr in = upload(kind), out = upload(before);
    ASSERT_EQ(launch(function("diverge"), {5}, {32}, 0, in, out, n),
              CUDA_SUCCESS)
        << report();
    std::vector<int> got = download<int>(out, n);
    for (int i = 0; i < n; ++i) {
      int value = 0;
      switch (kind[i]) {
      case 0:
        value = 17;
        break;
      case 1:
        for (int k = 0; k < i; ++k)
          value += k ^ i;
        break;
      case 2:
        value = i * i;
        break;
      case 3:
        value = -i;
        break;
      case 4:
        for (int x = i + 1; x != 1; ++value)
          x = x & 1 ? 3 * x + 1 : x / 2;
        break;
      case 5:
        value = 42;
        break;
      case 6:
        value = i % 7 == 3 ? 1000 : 2000;
        break;
      default:
        value = 99;
      }
      ASSERT_EQ(got[i], value) << i << " of kind " << kind[i];
    }
    ASSERT_EQ(launch(function("called"), {5}, {32}, 0, in, out, n),
              CUDA_SUCCESS)
        << report();
    got = download<int>(out, n);
    auto helper = [](int a, long long b, float c) {
      return a > 10 ? int(b) : a * 2 + int(c);
    };
    for (int i = 0; i < n; ++i)
      ASSERT_EQ(got[i],
                helper(kind[i], 1000 + i, 0.5f * i) + helper(i, kind[i], 3));
    CUdeviceptr at = upload(index);
    ASSERT_EQ(launch(function("local_array"), {5}, {32}, 0, at, out, n),
              CUDA_SUCCESS)
        << report();
    got = download<int>(out, n);
    for (int i = 0; i < n; ++i) {
      int values[16];
      for (int k = 0; k < 16; ++k)
        values[(k * 5) & 15] = k * i;
      ASSERT_EQ(got[i], values[index[i]] + values[(index[i] + 1) & 15]);
    }
  }
}

TEST_F(NvccIntegerTest, Atomics) {
  ASSERT_EQ(load(input("reduce.ptx")), CUDA_SUCCESS) << report();
  int n = 200;
  std::vector<int> a(n);
  for (int &value : a)
    value = random() % 1000;
  for (const char *schedule : {"0", "1", "9"}) {
    option("SCHEDULE", schedule);
    std::vector<int> first = {0, 500, 500, -1, 0, 0, 0, 0, 0};
    CUdeviceptr x = upload(a), i32 = upload(first),
                u64 = upload(std::vector<uint64_t>{0, 0}),
                f32 = upload(std::vector<float>{0}),
                f64 = upload(std::vector<double>{0});
    ASSERT_EQ(
        launch(function("atomics"), {4}, {64}, 0, x, i32, u64, f32, f64, n),
        CUDA_SUCCESS)
        << report();
    uint64_t wide = 0, most = 0;
    unsigned up = 0, down = 0;
    std::vector<int> expected = first;
    for (int value : a) {
      expected[0] += value;
      expected[1] = std::min(expected[1], value);
      expected[2] = std::max(expected[2], value);
      expected[3] &= value, expected[4] |= value, expected[5] ^= value;
      expected[8] = std::max(expected[8], value * value);
      wide += uint64_t(value) << 33;
      most = std::max(most, uint64_t(value) << 40);
      up = up >= 10 ? 0 : up + 1;
      down = down == 0 || down > 10 ? 10 : down - 1;
    }
    double sum = expected[0];
    expected[6] = up, expected[7] = down;
    EXPECT_EQ(download<int>(i32, 9), expected);
    EXPECT_EQ(download<uint64_t>(u64, 2), (std::vector<uint64_t>{wide, most}));
    EXPECT_EQ(download<float>(f32, 1)[0], float(0.5 * sum));
    EXPECT_EQ(download<double>(f64, 1)[0], 0.25 * sum);
  }
}

} // namespace
