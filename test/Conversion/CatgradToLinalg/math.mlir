// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elementary functions: each is one operation of math on one element.
//
// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @exp(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.exp %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @exp(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.exp %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @expm1(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.expm1 %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @expm1(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.expm1 %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @log(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.log %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @log(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.log %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @log1p(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.log1p %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @log1p(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.log1p %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @sqrt(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.sqrt %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @sqrt(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.sqrt %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @rsqrt(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.rsqrt %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @rsqrt(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.rsqrt %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @sin(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.sin %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @sin(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @cos(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.cos %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @cos(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.cos %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @tan(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.tan %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @tan(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.tan %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @atan(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.atan %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @atan(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.atan %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @tanh(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.tanh %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @tanh(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.tanh %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @erf(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.erf %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @erf(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.erf %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @erfc(
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = math.erfc %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[Y]]
func.func @erfc(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.erfc %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
