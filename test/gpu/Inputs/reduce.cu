// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This file has reductions, products of matrices, shuffles and atomics.

extern "C" __global__ void sum_shuffle(const float *a, float *out, int n) {
  float sum = 0;
  for (int i = threadIdx.x; i < n; i += 32)
    sum += a[i];
  for (int step = 16; step; step /= 2)
    sum += __shfl_xor_sync(0xffffffff, sum, step);
  if (threadIdx.x == 0)
    *out = sum;
}

extern "C" __global__ void __launch_bounds__(256) sum_shared(const float *a, float *out, int n) {
  __shared__ float part[256];
  int t = threadIdx.x, i = blockIdx.x * 256 + t;
  part[t] = i < n ? a[i] : 0.0f;
  __syncthreads();
  for (int step = 128; step; step /= 2) {
    if (t < step)
      part[t] += part[t + step];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

extern "C" __global__ void shuffles(const int *a, int *out) {
  int lane = threadIdx.x & 31, x = a[threadIdx.x], *o = out + 8 * threadIdx.x;
  o[0] = __shfl_sync(0xffffffff, x, lane + 3);
  o[1] = __shfl_up_sync(0xffffffff, x, 2);
  o[2] = __shfl_down_sync(0xffffffff, x, 5);
  o[3] = __shfl_xor_sync(0xffffffff, x, 9, 16);
  o[4] = __ballot_sync(0xffffffff, x & 1);
  o[5] = __any_sync(0xffffffff, x == 40) * 2 + __all_sync(0xffffffff, x >= 0);
  o[6] = __reduce_add_sync(0xffffffff, x) + __reduce_max_sync(0xffffffff, x);
  o[7] = __match_any_sync(0xffffffff, x / 4);
}

extern "C" __global__ void count_votes(const int *a, int *out) {
  int x = a[blockIdx.x * blockDim.x + threadIdx.x];
  int count = __syncthreads_count(x > 3);
  int all = __syncthreads_and(x > 0), any = __syncthreads_or(x > 100);
  if (threadIdx.x == 0)
    out[blockIdx.x] = count * 4 + (all != 0) * 2 + (any != 0);
}

template <class T>
__device__ void matmul(const T *a, const T *b, T *c, int m, int n, int k) {
  __shared__ T left[16][16], right[16][16];
  int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
  T sum = 0;
  for (int tile = 0; tile < k; tile += 16) {
    int x = tile + threadIdx.x, y = tile + threadIdx.y;
    left[threadIdx.y][threadIdx.x] = row < m && x < k ? a[row * k + x] : T(0);
    right[threadIdx.y][threadIdx.x] = y < k && column < n ? b[y * n + column] : T(0);
    __syncthreads();
    for (int i = 0; i < 16; ++i)
      sum += left[threadIdx.y][i] * right[i][threadIdx.x];
    __syncthreads();
  }
  if (row < m && column < n)
    c[row * n + column] = sum;
}

extern "C" __global__ void matmul_f32(const float *a, const float *b, float *c, int m, int n,
                                      int k) {
  matmul(a, b, c, m, n, k);
}
extern "C" __global__ void matmul_f64(const double *a, const double *b, double *c, int m, int n,
                                      int k) {
  matmul(a, b, c, m, n, k);
}

extern "C" __global__ void atomics(const int *a, int *i32, unsigned long long *u64, float *f32,
                                   double *f64, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int x = a[i];
  atomicAdd(i32 + 0, x);
  atomicMin(i32 + 1, x);
  atomicMax(i32 + 2, x);
  atomicAnd(i32 + 3, x);
  atomicOr(i32 + 4, x);
  atomicXor(i32 + 5, x);
  atomicInc((unsigned *)i32 + 6, 10);
  atomicDec((unsigned *)i32 + 7, 10);
  for (int old = i32[0] & 0; old != -1;) { // a lock-free maximum of squares
    int seen = atomicCAS(i32 + 8, 0, 0);
    old = seen >= x * x || atomicCAS(i32 + 8, seen, x * x) == seen ? -1 : 0;
  }
  atomicAdd(u64, (unsigned long long)x << 33);
  atomicMax(u64 + 1, (unsigned long long)x << 40);
  atomicAdd(f32, 0.5f * x);
  atomicAdd(f64, 0.25 * x);
}

// Two vectors of four at a time.
extern "C" __global__ void axpy4(const float4 *x, float4 *y, float alpha, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float4 a = x[i], b = y[i];
    y[i] = make_float4(alpha * a.x + b.x, alpha * a.y + b.y, alpha * a.z + b.z, alpha * a.w + b.w);
  }
}

extern __shared__ double dynamic[];
extern "C" __global__ void reverse(double *a, int n) {
  dynamic[threadIdx.x] = a[threadIdx.x];
  __syncthreads();
  a[threadIdx.x] = dynamic[n - 1 - threadIdx.x];
}
