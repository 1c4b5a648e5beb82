// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivatives of softmax and normalisation, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// y * (d - sum(y * d)); y is kept.
// CHECK-LABEL: func.func @softmax_rev(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf32>, %[[ARG1:[^:]*]]: tensor<2x3xf32>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.softmax %[[ARG0]] {axis = 0 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.multiply %[[V0]], %[[ARG1]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.reduce_sum %[[V1]] {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.broadcast %[[V2]] {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.subtract %[[ARG1]], %[[V3]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[V0]], %[[V4]] : tensor<2x3xf32>
// CHECK-NEXT:    return %[[V5]] : tensor<2x3xf32>
func.func @softmax(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.softmax %x {axis = 0} : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @softmax_rev of(@softmax)

// d - exp(y) * sum(d); y is kept.
// CHECK-LABEL: func.func @log_softmax_rev(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf32>, %[[ARG1:[^:]*]]: tensor<2x3xf32>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.log_softmax %[[ARG0]] {axis = 1 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.reduce_sum %[[ARG1]] {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.broadcast %[[V1]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.exp %[[V0]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V2]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.subtract %[[ARG1]], %[[V4]] : tensor<2x3xf32>
// CHECK-NEXT:    return %[[V5]] : tensor<2x3xf32>
func.func @log_softmax(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.log_softmax %x {axis = 1} : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @log_softmax_rev of(@log_softmax)

// exp(x - y) * d; x and y are kept.
// CHECK-LABEL: func.func @logsumexp_rev(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x3xf64>, %[[ARG1:[^:]*]]: tensor<2xf64>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.logsumexp %[[ARG0]] {axis = 1 : i64} : (tensor<2x3xf64>) -> tensor<2xf64>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.broadcast %[[ARG1]] {dimensions = array<i64: 1>} : (tensor<2xf64>) -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.broadcast %[[V0]] {dimensions = array<i64: 1>} : (tensor<2xf64>) -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.subtract %[[ARG0]], %[[V2]] : tensor<2x3xf64>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.exp %[[V3]] : tensor<2x3xf64>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[V4]], %[[V1]] : tensor<2x3xf64>
// CHECK-NEXT:    return %[[V5]] : tensor<2x3xf64>
func.func @logsumexp(%x: tensor<2x3xf64>) -> tensor<2xf64> {
  %0 = catgrad.logsumexp %x {axis = 1} : (tensor<2x3xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @logsumexp_rev of(@logsumexp)

// r * (g - mean(g) - h * mean(g * h)), sum(d * h), sum(d). The statistics are made
// again from x.
// CHECK-LABEL: func.func @layer_norm_rev(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<2x4xf32>, %[[ARG1:[^:]*]]: tensor<4xf32>, %[[ARG2:[^:]*]]: tensor<4xf32>, %[[ARG3:[^:]*]]: tensor<2x4xf32>)
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
// CHECK-NEXT:    %[[V14:.*]] = catgrad.multiply %[[ARG3]], %[[V13]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.multiply %[[V14]], %[[V12]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.reduce_sum %[[V15]] {dimensions = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.multiply %[[V16]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.broadcast %[[V17]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.multiply %[[V12]], %[[V18]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V20:.*]] = catgrad.reduce_sum %[[V14]] {dimensions = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V21:.*]] = catgrad.multiply %[[V20]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V22:.*]] = catgrad.broadcast %[[V21]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x4xf32>
// CHECK-NEXT:    %[[V23:.*]] = catgrad.subtract %[[V14]], %[[V22]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V24:.*]] = catgrad.subtract %[[V23]], %[[V19]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V25:.*]] = catgrad.multiply %[[V11]], %[[V24]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V26:.*]] = catgrad.multiply %[[ARG3]], %[[V12]] : tensor<2x4xf32>
// CHECK-NEXT:    %[[V27:.*]] = catgrad.reduce_sum %[[V26]] {dimensions = array<i64: 0>} : (tensor<2x4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V28:.*]] = catgrad.reduce_sum %[[ARG3]] {dimensions = array<i64: 0>} : (tensor<2x4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    return %[[V25]], %[[V27]], %[[V28]] : tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @layer_norm(%x: tensor<2x4xf32>, %scale: tensor<4xf32>, %bias: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = catgrad.layer_norm %x, %scale, %bias {eps = 0.5} : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
catgrad.derive @layer_norm_rev of(@layer_norm)

// r * (g - h * mean(g * h)), d * h: one row, so there is no sum. In f32, rounded
// once.
// CHECK-LABEL: func.func @rms_norm_rev(
// CHECK-SAME:    %[[ARG0:[^:]*]]: tensor<4xf16>, %[[ARG1:[^:]*]]: tensor<4xf16>, %[[ARG2:[^:]*]]: tensor<4xf16>)
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.cast %[[ARG0]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.cast %[[ARG1]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.cast %[[ARG2]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[V2]], %[[V2]] : tensor<4xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.reduce_sum %[[V5]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V1]] : tensor<f32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.add %[[V7]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.rsqrt %[[V8]] : tensor<f32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.broadcast %[[V9]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.multiply %[[V2]], %[[V10]] : tensor<4xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.multiply %[[V4]], %[[V3]] : tensor<4xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.multiply %[[V12]], %[[V11]] : tensor<4xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.reduce_sum %[[V13]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.multiply %[[V14]], %[[V1]] : tensor<f32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.broadcast %[[V15]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.multiply %[[V11]], %[[V16]] : tensor<4xf32>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.subtract %[[V12]], %[[V17]] : tensor<4xf32>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.multiply %[[V10]], %[[V18]] : tensor<4xf32>
// CHECK-NEXT:    %[[V20:.*]] = catgrad.multiply %[[V4]], %[[V11]] : tensor<4xf32>
// CHECK-NEXT:    %[[V21:.*]] = catgrad.cast %[[V19]] : (tensor<4xf32>) -> tensor<4xf16>
// CHECK-NEXT:    %[[V22:.*]] = catgrad.cast %[[V20]] : (tensor<4xf32>) -> tensor<4xf16>
// CHECK-NEXT:    return %[[V21]], %[[V22]] : tensor<4xf16>, tensor<4xf16>
func.func @rms_norm(%x: tensor<4xf16>, %scale: tensor<4xf16>) -> tensor<4xf16> {
  %0 = catgrad.rms_norm %x, %scale {eps = 0.5} : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
catgrad.derive @rms_norm_rev of(@rms_norm)
