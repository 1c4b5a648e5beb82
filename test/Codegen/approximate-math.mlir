// RUN: catgrad-opt %s --catgrad-approximate-math | FileCheck %s

// CHECK-LABEL: func.func @f32
// CHECK-NOT:     math.{{exp|expm1|log|log1p|tanh|erf|erfc}}
// CHECK:         return
func.func @f32(%x: f32) -> (f32, f32, f32, f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.expm1 %x : f32
  %2 = math.log %x : f32
  %3 = math.log1p %x : f32
  %4 = math.tanh %x : f32
  %5 = math.erf %x : f32
  %6 = math.erfc %x : f32
  return %0, %1, %2, %3, %4, %5, %6 : f32, f32, f32, f32, f32, f32, f32
}

// The polynomial is wrong on denormals: those are scaled by 2^24.
// CHECK-LABEL: func.func @denormal
// CHECK-SAME:    (%[[X:.*]]: f32)
// CHECK-DAG:     %[[LEAST:.*]] = arith.constant 1.17549435E-38 : f32
// CHECK-DAG:     %[[SCALE:.*]] = arith.constant 0x4B800000 : f32
// CHECK-DAG:     %[[LOG:.*]] = arith.constant 16.6355324 : f32
// CHECK-DAG:     %[[SMALL:.*]] = arith.cmpf olt, %[[X]], %[[LEAST]] : f32
// CHECK-DAG:     %[[SCALED:.*]] = arith.mulf %[[X]], %[[SCALE]] : f32
// CHECK:         arith.select %[[SMALL]], %[[SCALED]], %[[X]] : f32
// CHECK:         %[[DIFFERENCE:.*]] = arith.subf %[[Y:.*]], %[[LOG]] : f32
// CHECK:         %[[R:.*]] = arith.select %[[SMALL]], %[[DIFFERENCE]], %[[Y]] : f32
// CHECK:         return %[[R]]
func.func @denormal(%x: f32) -> f32 {
  %0 = math.log %x : f32
  return %0 : f32
}

// Inaccurate, or only for f32: these keep calling libm.
// CHECK-LABEL: func.func @libm
// CHECK:         math.atan
// CHECK:         math.sin
// CHECK:         math.exp
// CHECK:         math.log
func.func @libm(%x: f32, %y: f64) -> (f32, f32, f64, f64) {
  %0 = math.atan %x : f32
  %1 = math.sin %x : f32
  %2 = math.exp %y : f64
  %3 = math.log %y : f64
  return %0, %1, %2, %3 : f32, f32, f64, f64
}
