// RUN: catgrad-opt %s --catgrad-reference-math | FileCheck %s

// Nothing is left but operations that round once, without a flag.
// CHECK-NOT: math.{{exp|expm1|log|log1p|tanh|sin|cos|tan|atan|erf|erfc|powf|rsqrt}}
// CHECK-NOT: fastmath

// CHECK-LABEL: func.func @f64
// CHECK:         math.fma
// CHECK:         return
func.func @f64(%x: f64, %y: f64) -> (f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64) {
  %0 = math.exp %x : f64
  %1 = math.expm1 %x : f64
  %2 = math.log %x : f64
  %3 = math.log1p %x : f64
  %4 = math.tanh %x : f64
  %5 = math.sin %x : f64
  %6 = math.cos %x : f64
  %7 = math.tan %x : f64
  %8 = math.atan %x : f64
  %9 = math.erf %x : f64
  %10 = math.erfc %x : f64
  %11 = math.powf %x, %y : f64
  %12 = math.rsqrt %x : f64
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12 : f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64
}

// In f64, and rounded once more.
// CHECK-LABEL: func.func @f32
// CHECK-SAME:    (%[[X:.*]]: f32)
// CHECK:         %[[WIDE:.*]] = arith.extf %[[X]] : f32 to f64
// CHECK:         %[[ROOT:.*]] = math.sqrt %[[WIDE]] : f64
// CHECK:         %[[Y:.*]] = arith.divf %{{.*}}, %[[ROOT]] : f64
// CHECK:         %[[R:.*]] = arith.truncf %[[Y]] : f64 to f32
// CHECK:         return %[[R]]
func.func @f32(%x: f32) -> f32 {
  %0 = math.rsqrt %x : f32
  return %0 : f32
}

// By way of f32, for whose conversions there are expansions.
// CHECK-LABEL: func.func @bf16
// CHECK:         arith.extf %{{.*}} : bf16 to f32
// CHECK:         arith.extf %{{.*}} : f32 to f64
// CHECK:         arith.truncf %{{.*}} : f64 to f32
// CHECK:         arith.truncf %{{.*}} : f32 to bf16
func.func @bf16(%x: bf16) -> bf16 {
  %0 = math.rsqrt %x : bf16
  return %0 : bf16
}

// One result by definition.
// CHECK-LABEL: func.func @exact
// CHECK-NEXT:    math.sqrt %{{.*}} : f32
// CHECK-NEXT:    math.floor
// CHECK-NEXT:    math.absf
// CHECK-NEXT:    math.ctlz
// CHECK-NEXT:    return
func.func @exact(%x: f32, %n: i32) -> (f32, f32, f32, i32) {
  %0 = math.sqrt %x : f32
  %1 = math.floor %x : f32
  %2 = math.absf %x : f32
  %3 = math.ctlz %n : i32
  return %0, %1, %2, %3 : f32, f32, f32, i32
}
