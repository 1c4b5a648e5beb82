// f16 and bf16 are computed in f32, and each result is rounded once.
// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @add(
// CHECK:       linalg.generic
// CHECK:       ^bb0(%[[X:.*]]: f16, %[[Y:.*]]: f16, %{{.*}}: f16):
// CHECK-NEXT:    %[[A:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK-NEXT:    %[[B:.*]] = arith.extf %[[Y]] : f16 to f32
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[A]], %[[B]] : f32
// CHECK-NEXT:    %[[R:.*]] = arith.truncf %[[S]] : f32 to f16
// CHECK-NEXT:    linalg.yield %[[R]] : f16
func.func @add(%x: tensor<3xf16>, %y: tensor<3xf16>) -> tensor<3xf16> {
  %0 = catgrad.add %x, %y : tensor<3xf16>
  return %0 : tensor<3xf16>
}

// One rounding for all of it.
// CHECK-LABEL: func.func @sigmoid(
// CHECK:         arith.extf
// CHECK:         arith.negf %{{.*}} : f32
// CHECK-NEXT:    math.exp %{{.*}} : f32
// CHECK:         arith.divf %{{.*}} : f32
// CHECK-NEXT:    arith.truncf %{{.*}} : f32 to bf16
// CHECK-NEXT:    linalg.yield
func.func @sigmoid(%x: tensor<3xbf16>) -> tensor<3xbf16> {
  %0 = catgrad.sigmoid %x : tensor<3xbf16>
  return %0 : tensor<3xbf16>
}

// A choice moves its operands.
// CHECK-LABEL: func.func @select(
// CHECK:       ^bb0(
// CHECK-NEXT:    arith.select %{{.*}} : bf16
// CHECK-NEXT:    linalg.yield
func.func @select(%c: tensor<3xi1>, %x: tensor<3xbf16>, %y: tensor<3xbf16>) -> tensor<3xbf16> {
  %0 = catgrad.select %c, %x, %y : (tensor<3xi1>, tensor<3xbf16>, tensor<3xbf16>) -> tensor<3xbf16>
  return %0 : tensor<3xbf16>
}

// Sums are accumulated in f32 and rounded when they are complete.
// CHECK-LABEL: func.func @reduce_sum(
// CHECK:         %[[SUM:.*]] = linalg.reduce ins(%{{.*}} : tensor<2x3xf16>) outs(%{{.*}} : tensor<2xf32>) dimensions = [1]
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]] : tensor<2xf32>) outs(%{{.*}} : tensor<2xf16>)
// CHECK:           arith.truncf %{{.*}} : f32 to f16
func.func @reduce_sum(%x: tensor<2x3xf16>) -> tensor<2xf16> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 1>} : (tensor<2x3xf16>) -> tensor<2xf16>
  return %0 : tensor<2xf16>
}

// CHECK-LABEL: func.func @matmul(
// CHECK:         %[[SUM:.*]] = linalg.matmul {{.*}}outs(%{{.*}} : tensor<2x4xf32>) -> tensor<2x4xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]] : tensor<2x4xf32>)
// CHECK:           arith.truncf %{{.*}} : f32 to bf16
func.func @matmul(%x: tensor<2x3xbf16>, %y: tensor<3x4xbf16>) -> tensor<2x4xbf16> {
  %0 = catgrad.matmul %x, %y : (tensor<2x3xbf16>, tensor<3x4xbf16>) -> tensor<2x4xbf16>
  return %0 : tensor<2x4xbf16>
}

// A product without a sum is rounded where it is made.
// CHECK-LABEL: func.func @outer(
// CHECK:         arith.mulf %{{.*}} : f32
// CHECK-NEXT:    arith.truncf %{{.*}} : f32 to f16
// CHECK-NEXT:    linalg.yield
// CHECK-NOT:     linalg.generic
func.func @outer(%x: tensor<2xf16>, %y: tensor<3xf16>) -> tensor<2x3xf16> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<2xf16>, tensor<3xf16>) -> tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}

// Casts have one rounding: only f32 becomes f16, and what is wider rounds to odd before.
// CHECK-LABEL: func.func @casts(
// CHECK:         arith.extf %{{.*}} : bf16 to f32
// CHECK-NEXT:    arith.truncf %{{.*}} : f32 to f16
// CHECK:         arith.truncf %{{.*}} : f64 to f32
// CHECK:         %[[ODD:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK-NEXT:    arith.truncf %[[ODD]] : f32 to f16
// CHECK:         %[[W:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK-NEXT:    arith.fptosi %[[W]] : f32 to i8
// CHECK:         %[[N:.*]] = arith.sitofp %{{.*}} : i16 to f32
// CHECK-NEXT:    arith.truncf %[[N]] : f32 to bf16
func.func @casts(%x: tensor<3xbf16>, %y: tensor<3xf64>, %n: tensor<3xi16>)
    -> (tensor<3xf16>, tensor<3xf16>, tensor<3xi8>, tensor<3xbf16>) {
  %0 = catgrad.cast %x : (tensor<3xbf16>) -> tensor<3xf16>
  %1 = catgrad.cast %y : (tensor<3xf64>) -> tensor<3xf16>
  %2 = catgrad.cast %x : (tensor<3xbf16>) -> tensor<3xi8>
  %3 = catgrad.cast %n : (tensor<3xi16>) -> tensor<3xbf16>
  return %0, %1, %2, %3 : tensor<3xf16>, tensor<3xf16>, tensor<3xi8>, tensor<3xbf16>
}

// Between integers: the sign is extended, or what does not fit is cut off.
// CHECK-LABEL: func.func @integers(
// CHECK:         arith.extsi %{{.*}} : i8 to i64
// CHECK:         arith.trunci %{{.*}} : i64 to i16
func.func @integers(%x: tensor<3xi8>, %y: tensor<3xi64>) -> (tensor<3xi64>, tensor<3xi16>) {
  %0 = catgrad.cast %x : (tensor<3xi8>) -> tensor<3xi64>
  %1 = catgrad.cast %y : (tensor<3xi64>) -> tensor<3xi16>
  return %0, %1 : tensor<3xi64>, tensor<3xi16>
}
