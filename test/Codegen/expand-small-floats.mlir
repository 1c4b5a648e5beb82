// What the bits are is tested by execution (test_element_types.py); this is that
// nothing but integer arithmetic and f32 is left, and what stays as it is.
// RUN: catgrad-opt %s --catgrad-expand-small-floats | FileCheck %s
// RUN: catgrad-opt %s --catgrad-expand-small-floats=native-f16 | FileCheck %s --check-prefix=NATIVE

// CHECK-LABEL: func.func @extend_bf16(
// CHECK-SAME:    %[[X:.*]]: bf16)
// CHECK-NEXT:    %[[B:.*]] = arith.bitcast %[[X]] : bf16 to i16
// CHECK-NEXT:    %[[W:.*]] = arith.extui %[[B]] : i16 to i32
// CHECK-NEXT:    %[[N:.*]] = arith.constant 16 : i32
// CHECK-NEXT:    %[[S:.*]] = arith.shli %[[W]], %[[N]] : i32
// CHECK-NEXT:    %[[F:.*]] = arith.bitcast %[[S]] : i32 to f32
// CHECK-NEXT:    return %[[F]]
func.func @extend_bf16(%x: bf16) -> f32 {
  %0 = arith.extf %x : bf16 to f32
  return %0 : f32
}

// CHECK-LABEL:  func.func @truncate_bf16(
// CHECK-NOT:      truncf
// CHECK:          arith.bitcast %{{.*}} : i16 to bf16
// NATIVE-LABEL: func.func @truncate_bf16(
// NATIVE-NOT:     truncf
// NATIVE:         return
func.func @truncate_bf16(%x: f32) -> bf16 {
  %0 = arith.truncf %x : f32 to bf16
  return %0 : bf16
}

// CHECK-LABEL:  func.func @f16(
// CHECK-NOT:      extf
// CHECK-NOT:      truncf
// CHECK:          return
// NATIVE-LABEL: func.func @f16(
// NATIVE-NEXT:    arith.extf %{{.*}} : f16 to f32
// NATIVE-NEXT:    arith.truncf %{{.*}} : f32 to f16
// NATIVE-NEXT:    return
func.func @f16(%x: f16, %y: f32) -> (f32, f16) {
  %0 = arith.extf %x : f16 to f32
  %1 = arith.truncf %y : f32 to f16
  return %0, %1 : f32, f16
}

// Each operation computes in f32 and rounds; a comparison has nothing to round.
// NATIVE-LABEL: func.func @arithmetic(
// NATIVE-SAME:    %[[X:.*]]: f16, %[[Y:.*]]: f16)
// NATIVE-NEXT:    %[[A:.*]] = arith.extf %[[X]] : f16 to f32
// NATIVE-NEXT:    %[[B:.*]] = arith.extf %[[Y]] : f16 to f32
// NATIVE-NEXT:    %[[SUM:.*]] = arith.addf %[[A]], %[[B]] : f32
// NATIVE-NEXT:    %[[ROUNDED:.*]] = arith.truncf %[[SUM]] : f32 to f16
// NATIVE-NEXT:    %[[C:.*]] = arith.extf %[[ROUNDED]] : f16 to f32
// NATIVE-NEXT:    %[[E:.*]] = math.exp %[[C]] : f32
// NATIVE-NEXT:    %[[R:.*]] = arith.truncf %[[E]] : f32 to f16
// NATIVE-NEXT:    %[[D:.*]] = arith.extf %[[R]] : f16 to f32
// NATIVE-NEXT:    %[[G:.*]] = arith.extf %[[X]] : f16 to f32
// NATIVE-NEXT:    %[[L:.*]] = arith.cmpf olt, %[[D]], %[[G]] : f32
// NATIVE-NEXT:    return %[[L]]
func.func @arithmetic(%x: f16, %y: f16) -> i1 {
  %0 = arith.addf %x, %y : f16
  %1 = math.exp %0 : f16
  %2 = arith.cmpf olt, %1, %x : f16
  return %2 : i1
}

// Moving bits needs no arithmetic.
// CHECK-LABEL: func.func @moves(
// CHECK-NEXT:    arith.constant 1.000000e+00 : f16
// CHECK-NEXT:    arith.select %{{.*}} : f16
// CHECK-NEXT:    arith.bitcast %{{.*}} : f16 to i16
// CHECK-NEXT:    return
func.func @moves(%c: i1, %x: f16) -> i16 {
  %y = arith.constant 1.0 : f16
  %0 = arith.select %c, %x, %y : f16
  %1 = arith.bitcast %0 : f16 to i16
  return %1 : i16
}

// Conversions of f64 and of large integers go by way of f32, rounded to odd.
// NATIVE-LABEL: func.func @wide(
// NATIVE:         %[[F:.*]] = arith.truncf %{{.*}} : f64 to f32
// NATIVE:         arith.extf %[[F]] : f32 to f64
// NATIVE:         %[[ODD:.*]] = arith.bitcast %{{.*}} : i32 to f32
// NATIVE:         arith.truncf %[[ODD]] : f32 to f16
// NATIVE:         arith.sitofp %{{.*}} : i64 to f64
// NATIVE:         arith.truncf %{{.*}} : f32 to f16
// NATIVE-NEXT:    return
func.func @wide(%x: f64, %n: i64) -> (f16, f16) {
  %0 = arith.truncf %x : f64 to f16
  %1 = arith.sitofp %n : i64 to f16
  return %0, %1 : f16, f16
}

// Other floats are left alone.
// CHECK-LABEL: func.func @f64(
// CHECK-NEXT:    arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT:    arith.extf %{{.*}} : f32 to f64
// CHECK-NEXT:    return
func.func @f64(%x: f64) -> f64 {
  %0 = arith.truncf %x : f64 to f32
  %1 = arith.extf %0 : f32 to f64
  return %1 : f64
}
