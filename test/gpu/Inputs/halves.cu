// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This file has conversions to and from 16-bit numbers, and arithmetic in them.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

extern "C" __global__ void to_half(const float *a, __half *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __float2half_rn(a[i]);
}
extern "C" __global__ void from_half(const __half *a, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __half2float(a[i]);
}
extern "C" __global__ void to_bf16(const float *a, __nv_bfloat16 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __float2bfloat16_rn(a[i]);
}
extern "C" __global__ void from_bf16(const __nv_bfloat16 *a, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __bfloat162float(a[i]);
}
extern "C" __global__ void fma_half2(const __half2 *a, const __half2 *b, __half2 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __hmul2(__hfma2(a[i], b[i], a[i]), __hadd2(a[i], b[i]));
}
extern "C" __global__ void fma_bf16(const __nv_bfloat16 *a, const __nv_bfloat16 *b,
                                    __nv_bfloat16 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = __hmax(__hfma(a[i], b[i], a[i]), b[i]);
}
// Every rounding of a double to f32 and to integers, and of integers to f32.
extern "C" __global__ void roundings(const double *a, float *f, long long *l, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  double x = a[i];
  f[8 * i] = __double2float_rn(x);
  f[8 * i + 1] = __double2float_rz(x);
  f[8 * i + 2] = __double2float_rd(x);
  f[8 * i + 3] = __double2float_ru(x);
  long long whole = __double2ll_rn(x);
  f[8 * i + 4] = __ll2float_rz(whole);
  f[8 * i + 5] = __ll2float_ru(whole);
  f[8 * i + 6] = __fadd_rd((float)x, 0.1f);
  f[8 * i + 7] = __fdiv_ru((float)x, 3.0f);
  l[8 * i] = whole;
  l[8 * i + 1] = __double2ll_rz(x);
  l[8 * i + 2] = __double2ll_rd(x);
  l[8 * i + 3] = __double2ll_ru(x);
  l[8 * i + 4] = __float2int_rn((float)x);
  l[8 * i + 5] = __float2uint_rz((float)x);
  l[8 * i + 6] = __double_as_longlong(__dadd_ru(x, 0.1));
  l[8 * i + 7] = __double_as_longlong(__fma_rd(x, x, 0.3));
}
