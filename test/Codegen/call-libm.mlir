// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that convert-math-to-llvm would expand to log(1 + x) and exp(x) - 1.
//
// RUN: catgrad-opt %s --catgrad-call-libm | FileCheck %s

// CHECK-DAG: func.func private @log1p(f64) -> f64
// CHECK-DAG: func.func private @expm1f(f32) -> f32
// CHECK-LABEL: func.func @f
// CHECK:         call @log1p(%{{.*}}) : (f64) -> f64
// CHECK:         call @expm1f(%{{.*}}) : (f32) -> f32
// CHECK:         math.exp %{{.*}} : f64
func.func @f(%x: f64, %y: f32) -> (f64, f32, f64) {
  %0 = math.log1p %x : f64
  %1 = math.expm1 %y : f32
  %2 = math.exp %x : f64
  return %0, %1, %2 : f64, f32, f64
}
