// RUN: catgrad-opt %s --catgrad-approximate-math | FileCheck %s

// CHECK-LABEL: func.func @f32
// CHECK-NOT:     math.exp
// CHECK-NOT:     math.tanh
// CHECK:         return
func.func @f32(%x: f32) -> (f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.tanh %x : f32
  return %0, %1 : f32, f32
}

// Wrong on denormals, or only for f32: these keep calling libm.
// CHECK-LABEL: func.func @libm
// CHECK:         math.log
// CHECK:         math.exp
// CHECK:         math.sin
func.func @libm(%x: f32, %y: f64) -> (f32, f64, f64) {
  %0 = math.log %x : f32
  %1 = math.exp %y : f64
  %2 = math.sin %y : f64
  return %0, %1, %2 : f32, f64, f64
}
