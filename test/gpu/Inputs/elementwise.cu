// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This file has elementwise kernels, with libdevice's functions inlined by nvcc.

#define UNARY(name, T, expression)                                             \
  extern "C" __global__ void name(const T *a, T *out, int n) {                 \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                             \
    if (i < n) {                                                               \
      T x = a[i];                                                              \
      out[i] = expression;                                                     \
    }                                                                          \
  }
#define BINARY(name, T, expression)                                            \
  extern "C" __global__ void name(const T *a, const T *b, T *out, int n) {     \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                             \
    if (i < n) {                                                               \
      T x = a[i], y = b[i];                                                    \
      out[i] = expression;                                                     \
    }                                                                          \
  }

UNARY(exp_f32, float, expf(x))
UNARY(log_f32, float, logf(x))
UNARY(tanh_f32, float, tanhf(x))
UNARY(sin_f32, float, sinf(x))
UNARY(cos_f32, float, cosf(x))
UNARY(erf_f32, float, erff(x))
UNARY(sqrt_f32, float, sqrtf(x))
UNARY(rsqrt_f32, float, rsqrtf(x))
UNARY(log1p_f32, float, log1pf(x))
UNARY(expm1_f32, float, expm1f(x))
UNARY(floor_f32, float, floorf(x))
UNARY(rint_f32, float, rintf(x))
UNARY(exp_f64, double, exp(x))
UNARY(log_f64, double, log(x))
UNARY(tanh_f64, double, tanh(x))
UNARY(sin_f64, double, sin(x))
UNARY(cos_f64, double, cos(x))
UNARY(erf_f64, double, erf(x))
UNARY(sqrt_f64, double, sqrt(x))
UNARY(rsqrt_f64, double, rsqrt(x))
BINARY(pow_f32, float, powf(x, y))
BINARY(div_f32, float, x / y)
BINARY(fmod_f32, float, fmodf(x, y))
BINARY(atan2_f32, float, atan2f(x, y))
BINARY(min_f32, float, fminf(x, y))
BINARY(copysign_f32, float, copysignf(x, y))
BINARY(pow_f64, double, pow(x, y))
BINARY(div_f64, double, x / y)
BINARY(fma_f64, double, fma(x, y, x))
