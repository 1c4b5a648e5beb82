// A header compiles as C99 and as C++, whatever the names in the module are.
// RUN: catgrad-compile %s --cpu=x86-64 -o %t.names.o --emit-header %t.h
// RUN: FileCheck %s --input-file=%t.h
// RUN: clang-22 -x c -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only %t.h
// RUN: clang-22 -x c++ -std=c++17 -Wall -Wextra -pedantic -Werror -fsyntax-only %t.h

// CHECK: #ifndef CATGRAD_HEADER_MLIR_TMP_NAMES_H
// CHECK: Any other overlap is
// CHECK-NEXT: undefined

// CHECK:      * keywords
// CHECK:        in  w_bias   {{.*}} float[2]
// CHECK:        in  w_bias_1 {{.*}} float[2]
// CHECK:        in  int_     {{.*}} double, one value
// CHECK:        in  workspace_1
// CHECK:        out y0       {{.*}} float[2]
// CHECK:      void keywords(const float *w_bias, const float *w_bias_1, const double *int_, const int32_t *workspace_1, float *y0, double *w_out, int32_t *y2, void *workspace);
// CHECK-NEXT: size_t keywords_workspace_bytes(void);
// CHECK-NEXT: #define KEYWORDS_WORKSPACE_BYTES {{[0-9]+}}
func.func @keywords(%0: tensor<2xf32> {catgrad.name = "w.bias"},
                    %1: tensor<2xf32> {catgrad.name = "w_bias"},
                    %2: tensor<f64> {catgrad.name = "int"},
                    %3: tensor<1xi32> {catgrad.name = "workspace"})
    -> (tensor<2xf32>, tensor<f64> {catgrad.name = "w_out"}, tensor<1xi32>) {
  %4 = catgrad.add %0, %1 : tensor<2xf32>
  return %4, %2, %3 : tensor<2xf32>, tensor<f64>, tensor<1xi32>
}

// CHECK:      * elements
// CHECK:        in  x0 {{.*}} uint8_t[3], each 0 or 1
// CHECK:        in  x1 {{.*}} int8_t[0][2], no element: may be null
// CHECK:      void elements(const uint8_t *x0, const int8_t *x1, const int16_t *x2, const int64_t *x3, uint8_t *y0, void *workspace);
func.func @elements(%0: tensor<3xi1>, %1: tensor<0x2xi8>, %2: tensor<1xi16>, %3: tensor<i64>) -> tensor<3xi1> {
  return %0 : tensor<3xi1>
}

// C99 has no such types.
// CHECK:      * small_floats
// CHECK:        in  x0 {{.*}} uint16_t[3], the bits of f16
// CHECK:        out y0 {{.*}} uint16_t[3], the bits of bf16
// CHECK:      void small_floats(const uint16_t *x0, uint16_t *y0, void *workspace);
func.func @small_floats(%0: tensor<3xf16>) -> tensor<3xbf16> {
  %1 = catgrad.cast %0 : (tensor<3xf16>) -> tensor<3xbf16>
  return %1 : tensor<3xbf16>
}

// Macros differ even if names differ by case only.
// CHECK: #define CASE_WORKSPACE_BYTES
func.func @Case(%0: tensor<f32>) -> tensor<f32> {
  return %0 : tensor<f32>
}
// CHECK: #define CasE_WORKSPACE_BYTES
func.func @CasE(%0: tensor<f32>) -> tensor<f32> {
  return %0 : tensor<f32>
}

// An input that is updated in place.
// CHECK: * n_step: one step of training
// CHECK:   in  p {{ *}}parameter  float[2]
// CHECK:   out p_out {{ *}}parameter  float[2]; may be p itself
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %p = catgrad.parameter "p" {init = #catgrad.zeros} : tensor<2xf32>
  %y = catgrad.multiply %p, %x : tensor<2xf32>
  return %y : tensor<2xf32>
}
catgrad.learner @n model(@model) optimiser(#catgrad.sgd<rate = 0.5>) loss(#catgrad.mse)

// CHECK: extern const char header_mlir_tmp_names_manifest[];
