// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The value of each loss, and its lens: a step that gives the gradient of the
// model's result.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-expand-learners --canonicalize --cse | FileCheck %s

// 1/n, where mse has 1/2.
// CHECK-LABEL: func.func @mse_mean_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x2xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2x2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<2x2xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.multiply %[[V1]], %[[V1]] : tensor<2x2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.reduce_sum %[[V2]] {dimensions = array<i64: 0, 1>} : (tensor<2x2xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    return %[[V4]] : tensor<f32>
// CHECK-LABEL: func.func @mse_mean_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x2xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2x2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2x2xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<2x2xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.multiply %[[V1]], %[[V0]] : tensor<2x2xf32>
// CHECK-NEXT:    %[[V3:.*]] = call @give(%[[Y]], %[[V2]]) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK-NEXT:    return %[[V3]] : tensor<2x2xf32>
func.func @model() -> tensor<2x2xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
func.func private @give(%p: tensor<2x2xf32>, %dp: tensor<2x2xf32>) -> tensor<2x2xf32> {
  return %dp : tensor<2x2xf32>
}
catgrad.learner @mse_mean model(@model) optimiser(@give) loss(#catgrad.mse_mean)

// -----

// CHECK-LABEL: func.func @mae_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.abs %[[V1]] : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.reduce_sum %[[V2]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    return %[[V4]] : tensor<f32>
// CHECK-LABEL: func.func @mae_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.sign %[[V1]] : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[V2]], %[[V0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = call @give(%[[Y]], %[[V3]]) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    return %[[V4]] : tensor<4xf32>
func.func @model() -> tensor<4xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @give(%p: tensor<4xf32>, %dp: tensor<4xf32>) -> tensor<4xf32> {
  return %dp : tensor<4xf32>
}
catgrad.learner @mae model(@model) optimiser(@give) loss(#catgrad.mae)

// -----

// Without branches: c (e - c / 2) of the clamped error c.
// CHECK-LABEL: func.func @huber_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.constant dense<-2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.constant dense<2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.compare %[[V4]], %[[V3]] {predicate = #catgrad.predicate<gt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.select %[[V5]], %[[V3]], %[[V4]] : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.compare %[[V4]], %[[V2]] {predicate = #catgrad.predicate<lt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.select %[[V7]], %[[V2]], %[[V6]] : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.multiply %[[V8]], %[[V1]] : tensor<4xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.subtract %[[V4]], %[[V9]] : tensor<4xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.multiply %[[V8]], %[[V10]] : tensor<4xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.reduce_sum %[[V11]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.multiply %[[V12]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    return %[[V13]] : tensor<f32>
// CHECK-LABEL: func.func @huber_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<-2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.subtract %[[Y]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.compare %[[V2]], %[[V1]] {predicate = #catgrad.predicate<gt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.select %[[V3]], %[[V1]], %[[V2]] : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.compare %[[V2]], %[[V0]] {predicate = #catgrad.predicate<lt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.select %[[V5]], %[[V0]], %[[V4]] : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V1]] : tensor<4xf32>
// CHECK-NEXT:    %[[V8:.*]] = call @give(%[[Y]], %[[V7]]) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    return %[[V8]] : tensor<4xf32>
func.func @model() -> tensor<4xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @give(%p: tensor<4xf32>, %dp: tensor<4xf32>) -> tensor<4xf32> {
  return %dp : tensor<4xf32>
}
catgrad.learner @huber model(@model) optimiser(@give) loss(#catgrad.huber<delta = 0.25>)

// -----

// The labels need not sum to 1.
// CHECK-LABEL: func.func @dense_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<-5.000000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.log_softmax %[[Y]] {axis = 1 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.multiply %[[LABEL0]], %[[V1]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.reduce_sum %[[V2]] {dimensions = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    return %[[V4]] : tensor<f32>
// CHECK-LABEL: func.func @dense_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2x3xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.softmax %[[Y]] {axis = 1 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.reduce_sum %[[LABEL0]] {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.broadcast %[[V2]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V1]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.subtract %[[V4]], %[[LABEL0]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V5]], %[[V0]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V7:.*]] = call @give(%[[Y]], %[[V6]]) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    return %[[V7]] : tensor<2x3xf32>
func.func @model() -> tensor<2x3xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
func.func private @give(%p: tensor<2x3xf32>, %dp: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %dp : tensor<2x3xf32>
}
catgrad.learner @dense model(@model) optimiser(@give) loss(#catgrad.softmax_cross_entropy)

// -----

// Labels outside of the classes are ignored.
// CHECK-LABEL: func.func @sparse_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xi64> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.constant dense<3> : tensor<2xi64>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.constant dense<0> : tensor<2xi64>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.one_hot %[[LABEL0]] {axis = 1 : i64} : (tensor<2xi64>) -> tensor<2x3xi1>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.compare %[[LABEL0]], %[[V3]] {predicate = #catgrad.predicate<ge>} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi1>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.compare %[[LABEL0]], %[[V2]] {predicate = #catgrad.predicate<lt>} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi1>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V5]], %[[V6]] : tensor<2xi1>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.cast %[[V7]] : (tensor<2xi1>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.reduce_sum %[[V8]] {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.compare %[[V9]], %[[V1]] {predicate = #catgrad.predicate<gt>} : (tensor<f32>, tensor<f32>) -> tensor<i1>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.select %[[V10]], %[[V9]], %[[V1]] : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.broadcast %[[V11]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.divide %[[V8]], %[[V12]] : tensor<2xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.log_softmax %[[Y]] {axis = 1 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.select %[[V4]], %[[V14]], %[[V0]] : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.reduce_sum %[[V15]] {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.multiply %[[V16]], %[[V13]] : tensor<2xf32>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.reduce_sum %[[V17]] {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.negate %[[V18]] : tensor<f32>
// CHECK-NEXT:    return %[[V19]] : tensor<f32>
// CHECK-LABEL: func.func @sparse_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2x3xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xi64> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.constant dense<3> : tensor<2xi64>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.constant dense<0> : tensor<2xi64>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.one_hot %[[LABEL0]] {axis = 1 : i64} : (tensor<2xi64>) -> tensor<2x3xi1>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.compare %[[LABEL0]], %[[V2]] {predicate = #catgrad.predicate<ge>} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi1>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.compare %[[LABEL0]], %[[V1]] {predicate = #catgrad.predicate<lt>} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi1>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V4]], %[[V5]] : tensor<2xi1>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.cast %[[V6]] : (tensor<2xi1>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.reduce_sum %[[V7]] {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.compare %[[V8]], %[[V0]] {predicate = #catgrad.predicate<gt>} : (tensor<f32>, tensor<f32>) -> tensor<i1>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.select %[[V9]], %[[V8]], %[[V0]] : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.broadcast %[[V10]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.divide %[[V7]], %[[V11]] : tensor<2xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.softmax %[[Y]] {axis = 1 : i64} : tensor<2x3xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.cast %[[V3]] : (tensor<2x3xi1>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.subtract %[[V13]], %[[V14]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.broadcast %[[V12]] {dimensions = array<i64: 1>} : (tensor<2xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.multiply %[[V15]], %[[V16]] : tensor<2x3xf32>
// CHECK-NEXT:    %[[V18:.*]] = call @give(%[[Y]], %[[V17]]) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:    return %[[V18]] : tensor<2x3xf32>
func.func @model() -> tensor<2x3xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
func.func private @give(%p: tensor<2x3xf32>, %dp: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %dp : tensor<2x3xf32>
}
catgrad.learner @sparse model(@model) optimiser(@give) loss(#catgrad.sparse_softmax_cross_entropy)

// -----

// Stable for large logits.
// CHECK-LABEL: func.func @binary_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.relu %[[Y]] : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.multiply %[[Y]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.subtract %[[V1]], %[[V2]] : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.abs %[[Y]] : tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.negate %[[V4]] : tensor<4xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.exp %[[V5]] : tensor<4xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.log1p %[[V6]] : tensor<4xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.add %[[V3]], %[[V7]] : tensor<4xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.reduce_sum %[[V8]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.multiply %[[V9]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    return %[[V10]] : tensor<f32>
// CHECK-LABEL: func.func @binary_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.sigmoid %[[Y]] : tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.subtract %[[V1]], %[[LABEL0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[V2]], %[[V0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = call @give(%[[Y]], %[[V3]]) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    return %[[V4]] : tensor<4xf32>
func.func @model() -> tensor<4xf32> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @give(%p: tensor<4xf32>, %dp: tensor<4xf32>) -> tensor<4xf32> {
  return %dp : tensor<4xf32>
}
catgrad.learner @binary model(@model) optimiser(@give) loss(#catgrad.binary_cross_entropy_with_logits)

// -----

// In f32, rounded once.
// CHECK-LABEL: func.func @half_loss(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf16> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf16> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.cast %[[Y]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.cast %[[LABEL0]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.subtract %[[V1]], %[[V2]] : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V3]] : tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.reduce_sum %[[V4]] {dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V5]], %[[V0]] : tensor<f32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.cast %[[V6]] : (tensor<f32>) -> tensor<f16>
// CHECK-NEXT:    return %[[V7]] : tensor<f16>
// CHECK-LABEL: func.func @half_step(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf16> {{{[^}]*}}catgrad.name = "y", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<4xf16> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-NEXT:    %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT:    %[[V1:.*]] = catgrad.cast %[[Y]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V2:.*]] = catgrad.cast %[[LABEL0]] : (tensor<4xf16>) -> tensor<4xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.subtract %[[V1]], %[[V2]] : tensor<4xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V0]] : tensor<4xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.cast %[[V4]] : (tensor<4xf32>) -> tensor<4xf16>
// CHECK-NEXT:    %[[V6:.*]] = call @give(%[[Y]], %[[V5]]) : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
// CHECK-NEXT:    return %[[V6]] : tensor<4xf16>
func.func @model() -> tensor<4xf16> {
  %y = catgrad.parameter "y" {init = #catgrad.zeros} : tensor<4xf16>
  return %y : tensor<4xf16>
}
func.func private @give(%p: tensor<4xf16>, %dp: tensor<4xf16>) -> tensor<4xf16> {
  return %dp : tensor<4xf16>
}
catgrad.learner @half model(@model) optimiser(@give) loss(#catgrad.mse_mean)
