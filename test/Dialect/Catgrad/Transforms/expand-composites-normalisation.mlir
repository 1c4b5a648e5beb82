// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The definitions of softmax and normalisation.
//
// RUN: catgrad-opt %s --catgrad-expand-composites --canonicalize | FileCheck %s

// Exponentials of what is at most 0.
// CHECK-LABEL: func.func @softmax(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf32>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.reduce_max %[[ARG0]] {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.broadcast %[[V0]] {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.subtract %[[ARG0]], %[[V1]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.exp %[[V2]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.reduce_sum %[[V3]] {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.broadcast %[[V4]] {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.divide %[[V3]], %[[V5]] : tensor<2x3xf32>
// CHECK-NEXT:    return %[[V6]] : tensor<2x3xf32>
func.func @softmax(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.softmax %x {axis = 0} : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// No logarithm of a quotient.
// CHECK-LABEL: func.func @log_softmax(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf32>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.reduce_max %[[ARG0]] {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.broadcast %[[V0]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.subtract %[[ARG0]], %[[V1]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.exp %[[V2]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.reduce_sum %[[V3]] {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.log %[[V4]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.broadcast %[[V5]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.subtract %[[V2]], %[[V6]] : tensor<2x3xf32>
// CHECK-NEXT:    return %[[V7]] : tensor<2x3xf32>
func.func @log_softmax(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.log_softmax %x {axis = 1} : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// A maximum that is not finite is not subtracted.
// CHECK-LABEL: func.func @logsumexp(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf64>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.reduce_max %[[ARG0]] {dimensions = array<i64: 1>} : (tensor<2x3xf64>) -> tensor<2xf64>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.subtract %[[V1]], %[[V1]] : tensor<2xf64>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.compare %[[V2]], %[[V0]] {predicate = #catgrad.predicate<eq>} : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xi1>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.select %[[V3]], %[[V1]], %[[V0]] : (tensor<2xi1>, tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.broadcast %[[V4]] {dimensions = array<i64: 1>} : (tensor<2xf64>) -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.subtract %[[ARG0]], %[[V5]] : tensor<2x3xf64>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.exp %[[V6]] : tensor<2x3xf64>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.reduce_sum %[[V7]] {dimensions = array<i64: 1>} : (tensor<2x3xf64>) -> tensor<2xf64>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.log %[[V8]] : tensor<2xf64>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.add %[[V4]], %[[V9]] : tensor<2xf64>
// CHECK-NEXT:    return %[[V10]] : tensor<2xf64>
func.func @logsumexp(%x: tensor<2x3xf64>) -> tensor<2xf64> {
  %0 = catgrad.logsumexp %x {axis = 1} : (tensor<2x3xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}

// The root once a row.
// CHECK-LABEL: func.func @layer_norm(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x4xf32>, %[[ARG1:[^:]*]]: tensor<4xf32>, %[[ARG2:[^:]*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.reduce_sum %[[ARG0]] {dimensions = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[V2]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.broadcast %[[V3]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.subtract %[[ARG0]], %[[V4]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V5]], %[[V5]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.reduce_sum %[[V6]] {dimensions = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.multiply %[[V7]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.add %[[V8]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.rsqrt %[[V9]] : tensor<2xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.broadcast %[[V10]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.multiply %[[V5]], %[[V11]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.broadcast %[[ARG1]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.multiply %[[V12]], %[[V13]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.broadcast %[[ARG2]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.add %[[V14]], %[[V15]] : tensor<2x4xf32>
// CHECK-NEXT:    return %[[V16]] : tensor<2x4xf32>
func.func @layer_norm(%x: tensor<2x4xf32>, %scale: tensor<4xf32>, %bias: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = catgrad.layer_norm %x, %scale, %bias {eps = 0.5} : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// In f32, rounded once.
// CHECK-LABEL: func.func @rms_norm(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<4xf16>, %[[ARG1:[^:]*]]: tensor<4xf16>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.cast %[[ARG0]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.cast %[[ARG1]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V2]], %[[V2]] : tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.reduce_sum %[[V4]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V5]], %[[V1]] : tensor<f32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.add %[[V6]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.rsqrt %[[V7]] : tensor<f32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.broadcast %[[V8]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.multiply %[[V2]], %[[V9]] : tensor<4xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.multiply %[[V10]], %[[V3]] : tensor<4xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.cast %[[V11]] : (tensor<4xf32>) -> tensor<4xf16>
// CHECK-NEXT:    return %[[V12]] : tensor<4xf16>
func.func @rms_norm(%x: tensor<4xf16>, %scale: tensor<4xf16>) -> tensor<4xf16> {
  %0 = catgrad.rms_norm %x, %scale {eps = 0.5} : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
