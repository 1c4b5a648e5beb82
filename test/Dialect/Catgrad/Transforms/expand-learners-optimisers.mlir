// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The step of each optimiser, for one parameter of which the gradient is
// w - label.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-expand-learners --canonicalize --cse | FileCheck %s

// The first buffer is the gradient, since it begins as zeros.
// CHECK-LABEL: func.func @momentum_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[M_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "m.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK:         %[[V2:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[M_W]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.add %[[V3]], %[[V2]] : tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[V4]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.subtract %[[W]], %[[V5]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V6]], %[[V4]] : tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @momentum model(@model) optimiser(#catgrad.sgd<rate = 0.5, momentum = 0.25>) loss(#catgrad.mse)

// -----

// Looks ahead, with weight decay; the rate is an input.
// CHECK-LABEL: func.func @nesterov_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[M_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "m.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-SAME:    %[[RATE:[^:]*]]: tensor<f32> {{{[^}]*}}catgrad.name = "rate", catgrad.role = "hyper"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK:         %[[V2:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[W]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.add %[[V2]], %[[V3]] : tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[M_W]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.add %[[V5]], %[[V4]] : tensor<2xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.add %[[V4]], %[[V7]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.broadcast %[[RATE]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.multiply %[[V8]], %[[V9]] : tensor<2xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.subtract %[[W]], %[[V10]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V11]], %[[V6]] : tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @nesterov model(@model) optimiser(#catgrad.sgd<rate = dynamic, momentum = 0.25, nesterov = true, weight_decay = 2.0>) loss(#catgrad.mse)

// -----

// The corrections go into the rate and eps, as scalars of f64; t is one more.
// CHECK-LABEL: func.func @adam_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[T:[^:]*]]: tensor<i64> {{{[^}]*}}catgrad.name = "t", catgrad.role = "state"}
// CHECK-SAME:    %[[M_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "m.w", catgrad.role = "state"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<7.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<2.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<7.500000e-01> : tensor<f64>
// CHECK-DAG:     %[[V4:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f64>
// CHECK-DAG:     %[[V5:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V6:.*]] = catgrad.constant dense<5.000000e-01> : tensor<f64>
// CHECK-DAG:     %[[V7:.*]] = catgrad.constant dense<1> : tensor<i64>
// CHECK:         %[[V8:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.add %[[T]], %[[V7]] : tensor<i64>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.cast %[[V9]] : (tensor<i64>) -> tensor<f64>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.power %[[V4]], %[[V10]] : tensor<f64>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.subtract %[[V5]], %[[V11]] : tensor<f64>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.sqrt %[[V12]] : tensor<f64>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.multiply %[[V13]], %[[V6]] : tensor<f64>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.power %[[V3]], %[[V10]] : tensor<f64>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.subtract %[[V5]], %[[V15]] : tensor<f64>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.divide %[[V14]], %[[V16]] : tensor<f64>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.multiply %[[V13]], %[[V2]] : tensor<f64>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.multiply %[[M_W]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V20:.*]] = catgrad.multiply %[[V8]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V21:.*]] = catgrad.add %[[V19]], %[[V20]] : tensor<2xf32>
// CHECK-NEXT:    %[[V22:.*]] = catgrad.multiply %[[V8]], %[[V8]] : tensor<2xf32>
// CHECK-NEXT:    %[[V23:.*]] = catgrad.multiply %[[V_W]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V24:.*]] = catgrad.multiply %[[V22]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V25:.*]] = catgrad.add %[[V23]], %[[V24]] : tensor<2xf32>
// CHECK-NEXT:    %[[V26:.*]] = catgrad.sqrt %[[V25]] : tensor<2xf32>
// CHECK-NEXT:    %[[V27:.*]] = catgrad.cast %[[V18]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V28:.*]] = catgrad.broadcast %[[V27]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V29:.*]] = catgrad.add %[[V26]], %[[V28]] : tensor<2xf32>
// CHECK-NEXT:    %[[V30:.*]] = catgrad.divide %[[V21]], %[[V29]] : tensor<2xf32>
// CHECK-NEXT:    %[[V31:.*]] = catgrad.cast %[[V17]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V32:.*]] = catgrad.broadcast %[[V31]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V33:.*]] = catgrad.multiply %[[V30]], %[[V32]] : tensor<2xf32>
// CHECK-NEXT:    %[[V34:.*]] = catgrad.subtract %[[W]], %[[V33]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V34]], %[[V9]], %[[V21]], %[[V25]] : tensor<2xf32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @adam model(@model) optimiser(#catgrad.adam<rate = 0.5, beta1 = 0.75, beta2 = 0.25, eps = 2.0>) loss(#catgrad.mse)

// -----

// The parameter shrinks by 1 - rate * weight_decay, apart from the gradient.
// CHECK-LABEL: func.func @adamw_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[T:[^:]*]]: tensor<i64> {{{[^}]*}}catgrad.name = "t", catgrad.role = "state"}
// CHECK-SAME:    %[[M_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "m.w", catgrad.role = "state"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-SAME:    %[[RATE:[^:]*]]: tensor<f32> {{{[^}]*}}catgrad.name = "rate", catgrad.role = "hyper"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<7.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<4.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<2.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V4:.*]] = catgrad.constant dense<7.500000e-01> : tensor<f64>
// CHECK-DAG:     %[[V5:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f64>
// CHECK-DAG:     %[[V6:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V7:.*]] = catgrad.constant dense<1> : tensor<i64>
// CHECK:         %[[V8:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.add %[[T]], %[[V7]] : tensor<i64>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.cast %[[V9]] : (tensor<i64>) -> tensor<f64>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.cast %[[RATE]] : (tensor<f32>) -> tensor<f64>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.power %[[V5]], %[[V10]] : tensor<f64>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.subtract %[[V6]], %[[V12]] : tensor<f64>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.sqrt %[[V13]] : tensor<f64>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.multiply %[[V11]], %[[V14]] : tensor<f64>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.power %[[V4]], %[[V10]] : tensor<f64>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.subtract %[[V6]], %[[V16]] : tensor<f64>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.divide %[[V15]], %[[V17]] : tensor<f64>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.multiply %[[V14]], %[[V3]] : tensor<f64>
// CHECK-NEXT:    %[[V20:.*]] = catgrad.multiply %[[V11]], %[[V2]] : tensor<f64>
// CHECK-NEXT:    %[[V21:.*]] = catgrad.subtract %[[V6]], %[[V20]] : tensor<f64>
// CHECK-NEXT:    %[[V22:.*]] = catgrad.multiply %[[M_W]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V23:.*]] = catgrad.multiply %[[V8]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V24:.*]] = catgrad.add %[[V22]], %[[V23]] : tensor<2xf32>
// CHECK-NEXT:    %[[V25:.*]] = catgrad.multiply %[[V8]], %[[V8]] : tensor<2xf32>
// CHECK-NEXT:    %[[V26:.*]] = catgrad.multiply %[[V_W]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V27:.*]] = catgrad.multiply %[[V25]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V28:.*]] = catgrad.add %[[V26]], %[[V27]] : tensor<2xf32>
// CHECK-NEXT:    %[[V29:.*]] = catgrad.sqrt %[[V28]] : tensor<2xf32>
// CHECK-NEXT:    %[[V30:.*]] = catgrad.cast %[[V19]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V31:.*]] = catgrad.broadcast %[[V30]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V32:.*]] = catgrad.add %[[V29]], %[[V31]] : tensor<2xf32>
// CHECK-NEXT:    %[[V33:.*]] = catgrad.divide %[[V24]], %[[V32]] : tensor<2xf32>
// CHECK-NEXT:    %[[V34:.*]] = catgrad.cast %[[V18]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V35:.*]] = catgrad.broadcast %[[V34]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V36:.*]] = catgrad.multiply %[[V33]], %[[V35]] : tensor<2xf32>
// CHECK-NEXT:    %[[V37:.*]] = catgrad.cast %[[V21]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V38:.*]] = catgrad.broadcast %[[V37]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V39:.*]] = catgrad.multiply %[[W]], %[[V38]] : tensor<2xf32>
// CHECK-NEXT:    %[[V40:.*]] = catgrad.subtract %[[V39]], %[[V36]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V40]], %[[V9]], %[[V24]], %[[V28]] : tensor<2xf32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @adamw model(@model) optimiser(#catgrad.adamw<rate = dynamic, beta1 = 0.75, beta2 = 0.25, eps = 2.0, weight_decay = 4.0>) loss(#catgrad.mse)

// -----

// Without a decay no step is counted.
// CHECK-LABEL: func.func @adagrad_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK:         %[[V2:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V3:.*]] = catgrad.multiply %[[V2]], %[[V2]] : tensor<2xf32>
// CHECK-NEXT:    %[[V4:.*]] = catgrad.add %[[V_W]], %[[V3]] : tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.sqrt %[[V4]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.add %[[V5]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.divide %[[V2]], %[[V6]] : tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.multiply %[[V7]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.subtract %[[W]], %[[V8]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V9]], %[[V4]] : tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @adagrad model(@model) optimiser(#catgrad.adagrad<rate = 0.5, eps = 2.0>) loss(#catgrad.mse)

// -----

// The rate of step t, counted from 0.
// CHECK-LABEL: func.func @decaying_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[T:[^:]*]]: tensor<i64> {{{[^}]*}}catgrad.name = "t", catgrad.role = "state"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-SAME:    %[[RATE:[^:]*]]: tensor<f32> {{{[^}]*}}catgrad.name = "rate", catgrad.role = "hyper"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<2.500000e-01> : tensor<f64>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<1> : tensor<i64>
// CHECK:         %[[V4:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.add %[[T]], %[[V3]] : tensor<i64>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.cast %[[T]] : (tensor<i64>) -> tensor<f64>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V2]] : tensor<f64>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.add %[[V7]], %[[V1]] : tensor<f64>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.cast %[[RATE]] : (tensor<f32>) -> tensor<f64>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.divide %[[V9]], %[[V8]] : tensor<f64>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.multiply %[[V4]], %[[V4]] : tensor<2xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.add %[[V_W]], %[[V11]] : tensor<2xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.sqrt %[[V12]] : tensor<2xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.add %[[V13]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.cast %[[V10]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.broadcast %[[V15]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.divide %[[V4]], %[[V14]] : tensor<2xf32>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.multiply %[[V16]], %[[V17]] : tensor<2xf32>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.subtract %[[W]], %[[V18]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V19]], %[[V5]], %[[V12]] : tensor<2xf32>, tensor<i64>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @decaying model(@model) optimiser(#catgrad.adagrad<rate = dynamic, decay = 0.25, eps = 2.0>) loss(#catgrad.mse)

// -----

// CHECK-LABEL: func.func @rmsprop_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<7.500000e-01> : tensor<2xf32>
// CHECK:         %[[V4:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.multiply %[[V4]], %[[V4]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.multiply %[[V_W]], %[[V3]] : tensor<2xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V5]], %[[V2]] : tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.add %[[V6]], %[[V7]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.sqrt %[[V8]] : tensor<2xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.add %[[V9]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.divide %[[V4]], %[[V10]] : tensor<2xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.multiply %[[V11]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.subtract %[[W]], %[[V12]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V13]], %[[V8]] : tensor<2xf32>, tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @rmsprop model(@model) optimiser(#catgrad.rmsprop<rate = 0.5, alpha = 0.75, eps = 2.0>) loss(#catgrad.mse)

// -----

// The norm in f64; its quotient is at most 1.
// CHECK-LABEL: func.func @clipped_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<2.000000e+00> : tensor<f64>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<9.9999999999999995E-7> : tensor<f64>
// CHECK-DAG:     %[[V4:.*]] = catgrad.constant dense<0.000000e+00> : tensor<f64>
// CHECK:         %[[V5:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.cast %[[V5]] : (tensor<2xf32>) -> tensor<2xf64>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V6]] : tensor<2xf64>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.reduce_sum %[[V7]] {dimensions = array<i64: 0>} : (tensor<2xf64>) -> tensor<f64>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.add %[[V8]], %[[V4]] : tensor<f64>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.sqrt %[[V9]] : tensor<f64>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.add %[[V10]], %[[V3]] : tensor<f64>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.divide %[[V2]], %[[V11]] : tensor<f64>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.compare %[[V12]], %[[V1]] {predicate = #catgrad.predicate<gt>} : (tensor<f64>, tensor<f64>) -> tensor<i1>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.select %[[V13]], %[[V1]], %[[V12]] : (tensor<i1>, tensor<f64>, tensor<f64>) -> tensor<f64>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.cast %[[V14]] : (tensor<f64>) -> tensor<f32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.broadcast %[[V15]] {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V17:.*]] = catgrad.multiply %[[V5]], %[[V16]] : tensor<2xf32>
// CHECK-NEXT:    %[[V18:.*]] = catgrad.multiply %[[V17]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V19:.*]] = catgrad.subtract %[[W]], %[[V18]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V19]] : tensor<2xf32>
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @clipped model(@model) optimiser(#catgrad.clip<max_norm = 2.0, optimiser = #catgrad.sgd<rate = 0.5>>) loss(#catgrad.mse)

// -----

// Parameters of f16 are updated in f32, where their state is, and rounded once.
// CHECK-LABEL: func.func @half_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf16> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    %[[V_W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "v.w", catgrad.role = "state"}
// CHECK-SAME:    %[[LABEL0:[^:]*]]: tensor<2xf16> {{{[^}]*}}catgrad.name = "label0", catgrad.role = "label"}
// CHECK-DAG:     %[[V0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V1:.*]] = catgrad.constant dense<9.99999993E-9> : tensor<2xf32>
// CHECK-DAG:     %[[V2:.*]] = catgrad.constant dense<2.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[V3:.*]] = catgrad.constant dense<7.500000e-01> : tensor<2xf32>
// CHECK:         %[[V4:.*]] = catgrad.subtract %[[W]], %[[LABEL0]] : tensor<2xf16>
// CHECK-NEXT:    %[[V5:.*]] = catgrad.cast %[[W]] : (tensor<2xf16>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V6:.*]] = catgrad.cast %[[V4]] : (tensor<2xf16>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V6]] : tensor<2xf32>
// CHECK-NEXT:    %[[V8:.*]] = catgrad.multiply %[[V_W]], %[[V3]] : tensor<2xf32>
// CHECK-NEXT:    %[[V9:.*]] = catgrad.multiply %[[V7]], %[[V2]] : tensor<2xf32>
// CHECK-NEXT:    %[[V10:.*]] = catgrad.add %[[V8]], %[[V9]] : tensor<2xf32>
// CHECK-NEXT:    %[[V11:.*]] = catgrad.sqrt %[[V10]] : tensor<2xf32>
// CHECK-NEXT:    %[[V12:.*]] = catgrad.add %[[V11]], %[[V1]] : tensor<2xf32>
// CHECK-NEXT:    %[[V13:.*]] = catgrad.divide %[[V6]], %[[V12]] : tensor<2xf32>
// CHECK-NEXT:    %[[V14:.*]] = catgrad.multiply %[[V13]], %[[V0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V15:.*]] = catgrad.subtract %[[V5]], %[[V14]] : tensor<2xf32>
// CHECK-NEXT:    %[[V16:.*]] = catgrad.cast %[[V15]] : (tensor<2xf32>) -> tensor<2xf16>
// CHECK-NEXT:    return %[[V16]], %[[V10]] : tensor<2xf16>, tensor<2xf32>
func.func @model() -> tensor<2xf16> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf16>
  return %w : tensor<2xf16>
}
catgrad.learner @half model(@model) optimiser(#catgrad.rmsprop<rate = 0.5, alpha = 0.75, eps = 1.0e-8>) loss(#catgrad.mse)
