// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This file has arithmetic on integers of all widths, bits, and a table.

#include <stdint.h>

extern "C" __global__ void arithmetic_i64(const long long *a, const long long *b, long long *out,
                                          int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  long long x = a[i], y = b[i];
  long long *o = out + 8 * i;
  o[0] = x * y + 3;
  o[1] = y ? x / y : 0;
  o[2] = y ? x % y : 0;
  o[3] = __mul64hi(x, y);
  o[4] = (long long)((unsigned long long)x / (unsigned long long)(y | 1));
  o[5] = x < y ? x << (y & 63) : x >> (y & 63);
  o[6] = __popcll(x) + 100 * __clzll(x) + 10000 * __ffsll(y);
  o[7] = (long long)__brevll(x) ^ min(x, y);
}

extern "C" __global__ void arithmetic_i32(const int *a, const int *b, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int x = a[i], y = b[i];
  unsigned u = x, v = y;
  int *o = out + 12 * i;
  o[0] = y ? x / y : 0;
  o[1] = y ? x % y : 0;
  o[2] = v ? u / v : 0;
  o[3] = __mulhi(x, y);
  o[4] = __umulhi(u, v);
  o[5] = __byte_perm(u, v, 0x3715);
  o[6] = __funnelshift_l(u, v, y & 63);
  o[7] = __funnelshift_r(u, v, y & 63);
  o[8] = (u >> 5 & 0x3ff) | (v & 0xff) << 12;
  o[9] = __usad(u, v, 7) + abs(x);
  o[10] = (x & y) ^ (~x | y);
  o[11] = (int8_t)x + (int16_t)y * (uint8_t)x + (uint16_t)y;
}

extern "C" __global__ void arithmetic_i8(const int8_t *a, const uint8_t *b, int8_t *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = a[i] * 3 + (b[i] >> 2);
}

__constant__ float weights[5] = {1.0f, -2.5f, 3.25f, 0.125f, -7.0f};
__device__ int calls = 5;
__device__ double offsets[3] = {0.5, 1.5, 2.5};

extern "C" __global__ void table(const int *index, double *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = weights[index[i]] + offsets[index[i] % 3] + calls;
}

struct Pair {
  int first;
  double second;
};
struct Large {
  char tag;
  Pair pairs[3];
  short scale;
};

extern "C" __global__ void structs(Large value, Pair *out, int which) {
  Pair pair = value.pairs[which];
  out->first = pair.first * value.scale + value.tag;
  out->second = pair.second / value.scale;
}

// A table of branches, and a loop whose length differs between lanes.
extern "C" __global__ void diverge(const int *kind, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int value = 0;
  switch (kind[i]) {
  case 0: value = 17; break;
  case 1: for (int k = 0; k < i; ++k) value += k ^ i; break;
  case 2: value = i * i; break;
  case 3: value = -i; break;
  case 4: { int x = i + 1; while (x != 1) { x = x & 1 ? 3 * x + 1 : x / 2; ++value; } break; }
  case 5: value = out[i] + 1; break;
  case 6: value = i % 7 == 3 ? 1000 : 2000; break;
  default: value = 99;
  }
  out[i] = value;
}

__device__ __noinline__ int helper(int a, long long b, float c) {
  if (a > 10)
    return (int)b;
  return a * 2 + (int)c;
}

extern "C" __global__ void called(const int *a, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = helper(a[i], 1000 + i, 0.5f * i) + helper(i, a[i], 3.0f);
}

// An array that is indexed at run time stands in local memory.
extern "C" __global__ void local_array(const int *index, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int values[16];
  for (int k = 0; k < 16; ++k)
    values[(k * 5) & 15] = k * i;
  if (i < n)
    out[i] = values[index[i]] + values[(index[i] + 1) & 15];
}
