// RUN: split-file %s %t
// RUN: catgrad-compile %t/learner.mlir -o - --emit=c | FileCheck %s --check-prefix=LEARNER
// RUN: catgrad-compile %t/scalars.mlir -o - --emit=c | FileCheck %s --check-prefix=SCALARS
// RUN: catgrad-compile %t/calls.mlir -o - --emit=c | FileCheck %s --check-prefix=CALLS
// RUN: catgrad-compile %t/loops.mlir -o - --emit=c | FileCheck %s --check-prefix=LOOPS
// RUN: not catgrad-compile %t/operation.mlir -o %t/x.c 2>&1 | FileCheck %s --check-prefix=OPERATION
// RUN: not catgrad-compile %t/learner.mlir -o %t/x.c --target=cuda 2>&1 | FileCheck %s --check-prefix=CUDA
// RUN: not ls %t/x.c

//--- learner.mlir
// A parameter that is updated in place: the output's buffer from the start.
func.func @model(%x: tensor<5x4xf32> {catgrad.name = "x"}) -> tensor<5x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.constant<0.1>} : tensor<4x3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  %1 = catgrad.sigmoid %0 : tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}
catgrad.learner @net model(@model) optimiser(#catgrad.sgd<rate = 0.5>) loss(#catgrad.mse)

// LEARNER:      #include <math.h>
// LEARNER-NEXT: #include <stddef.h>
// LEARNER-NEXT: #include <stdint.h>
// LEARNER:      void net_init(const int64_t *seed, float *w, void *workspace) {
// LEARNER-NEXT:   (void)seed;
// LEARNER-NEXT:   (void)workspace;
// LEARNER-NEXT:   for (size_t i = 0; i < 12; ++i)
// LEARNER-NEXT:     w[i] = 0x1.99999ap-4f /* 0.1 */;
// LEARNER-NEXT: }

// LEARNER:       * net_step: one step of training: new parameters and state.
// LEARNER-NEXT:  *   in  w       parameter  float[4][3]
// LEARNER-NEXT:  *   in  x       input      float[5][4]
// LEARNER-NEXT:  *   in  label0  label      float[5][3]
// LEARNER-NEXT:  *   out w_out   parameter  float[4][3]; may be w itself
// LEARNER-NEXT:  */
// LEARNER-NEXT: void net_step(const float *w, const float *x, const float *label0, float *w_out, void *workspace) {
// LEARNER-NEXT:   if (w_out != w)
// LEARNER-NEXT:     for (size_t i = 0; i < 12; ++i)
// LEARNER-NEXT:       w_out[i] = w[i];
// LEARNER-EMPTY:
// LEARNER-NEXT:   /* line 4: matmul */
// LEARNER-NEXT:   float *matmul = (float *)workspace; /* [5][3] */
// LEARNER-NEXT:   for (size_t i = 0; i < 15; ++i)
// LEARNER-NEXT:     matmul[i] = 0.0f;
// LEARNER-NEXT:   for (size_t i = 0; i < 5; ++i)
// LEARNER-NEXT:     for (size_t j = 0; j < 4; ++j)
// LEARNER-NEXT:       for (size_t k = 0; k < 3; ++k)
// LEARNER-NEXT:         matmul[3*i + k] += x[4*i + j] * w_out[3*j + k];
// LEARNER:        /* line 5: {{.*}}sigmoid{{.*}} */
// LEARNER-NEXT:   float *multiply = (float *)((char *)workspace + 64); /* [5][3] */
// LEARNER-NEXT:   for (size_t i = 0; i < 15; ++i) {
// LEARNER-NEXT:     const float sigmoid = 1.0f / (expf(-matmul[i]) + 1.0f);
// LEARNER:        }
// LEARNER:          w_out[i] -= {{.*}} * 0.5f;
// LEARNER:      size_t net_step_workspace_bytes(void) {
// LEARNER:      extern const char {{[a-z]+}}_manifest[];{{$}}

//--- scalars.mlir
// Integers wrap, i1 is a byte, f16 is its bits; NaN and infinity have names.
func.func @wrap(%x: tensor<4xi32>, %y: tensor<4xi32>) -> tensor<4xi32> {
  %0 = catgrad.add %x, %y : tensor<4xi32>
  return %0 : tensor<4xi32>
}
func.func @bits(%x: tensor<4xi1>, %y: tensor<4xi1>) -> tensor<4xi1> {
  %0 = catgrad.multiply %x, %y : tensor<4xi1>
  return %0 : tensor<4xi1>
}
func.func @half(%x: tensor<4xf16>) -> tensor<4xf16> {
  %0 = catgrad.negate %x : tensor<4xf16>
  %1 = catgrad.add %0, %0 : tensor<4xf16>
  return %1 : tensor<4xf16>
}
func.func @constants() -> tensor<5xf64> {
  %0 = catgrad.constant dense<[1.5, 0.1, -0.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<5xf64>
  return %0 : tensor<5xf64>
}

// SCALARS:      static const double constant[5] = {
// SCALARS-NEXT:   1.5, 0x1.999999999999ap-4, -0.0, INFINITY, NAN
// SCALARS-NEXT: };
// SCALARS:      static uint32_t f32_bits(float x) {
// SCALARS:      static float f16_to_f32(uint16_t half) {
// SCALARS:      static uint16_t f32_to_f16(float x) {
// SCALARS-NOT:  bf16
// SCALARS:      void wrap(const int32_t *x0, const int32_t *x1, int32_t *y0, void *workspace) {
// SCALARS:          y0[i] = (uint32_t)x0[i] + (uint32_t)x1[i];
// SCALARS:      void bits(const uint8_t *x0, const uint8_t *x1, uint8_t *y0, void *workspace) {
// SCALARS:          y0[i] = (x0[i] & 1) & (x1[i] & 1);
// SCALARS:      void half(const uint16_t *x0, uint16_t *y0, void *workspace) {
// SCALARS:            f32_to_f16(

//--- calls.mlir
// A private function is static, and stands before its callers; its workspace is
// a part of theirs.
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @"g.1"(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %1 = call @"g.1"(%0) : (tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}
func.func private @"g.1"(%y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.exp %y : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CALLS:      static void g_1(const float *x0, float *y1) {
// CALLS:          y1[i] = expf(x0[i]);
// CALLS:      void f(const float *x0, float *y0, void *workspace) {
// CALLS-NEXT:   float *call = (float *)workspace; /* [3] */
// CALLS-NEXT:   g_1(x0, call);
// CALLS-NEXT:   g_1(call, y0);
// CALLS-NEXT: }

//--- loops.mlir
// What a loop carries is assigned at once: Fibonacci.
func.func @fibonacci(%x: tensor<f64>) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %a = tensor.extract %x[] : tensor<f64>
  %r:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%u = %a, %v = %a) -> (f64, f64) {
    %w = arith.addf %u, %v : f64
    scf.yield %v, %w : f64, f64
  }
  %0 = tensor.from_elements %r#1 : tensor<f64>
  return %0 : tensor<f64>
}

// LOOPS:      double [[U:[a-z0-9]+]] = [[X:[a-z0-9_]+]];
// LOOPS-NEXT: double [[V:[a-z0-9]+]] = [[X]];
// LOOPS-NEXT: for (size_t i = 0; i < 9; ++i) {
// LOOPS-NEXT:   const double next = [[U]] + [[V]];
// LOOPS-NEXT:   [[U]] = [[V]];
// LOOPS-NEXT:   [[V]] = next;
// LOOPS-NEXT: }

//--- operation.mlir
func.func @f(%x: tensor<3xi32>) -> tensor<3xi32> {
  %0 = math.ctpop %x : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// OPERATION: operation.mlir:2:8: error: operation 'math.ctpop' has no form in C source here
// CUDA: error: expected target cpu for C source
