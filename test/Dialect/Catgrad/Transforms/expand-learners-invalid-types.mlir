// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each error of an optimiser or a loss on the types of a model.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-expand-learners

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<3xi32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.adam but got 'tensor<3xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.adam<rate = 0.5>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.adam<rate = 5.000000e-01, eps = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.adam<rate = 0.5, eps = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<3xi32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.adamw but got 'tensor<3xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.adamw<rate = 0.5>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.adamw<rate = 5.000000e-01, eps = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.adamw<rate = 0.5, eps = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<3xi32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.adagrad but got 'tensor<3xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.adagrad<rate = 0.5>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.adagrad<rate = 5.000000e-01, eps = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.adagrad<rate = 0.5, eps = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<3xi32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.rmsprop but got 'tensor<3xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.rmsprop<rate = 0.5>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.rmsprop<rate = 5.000000e-01, eps = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.rmsprop<rate = 0.5, eps = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.sgd<rate = 5.000000e-01, momentum = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 0.5, momentum = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<3xi1>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.clip but got 'tensor<3xi1>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.clip<max_norm = 1.0, optimiser = #catgrad.sgd<rate = 0.5>>) loss(#catgrad.mse)

// -----

// What clipping wraps has errors, too.
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.sgd<rate = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.clip<max_norm = 1.0, optimiser = #catgrad.sgd<rate = 1.0e300>>) loss(#catgrad.mse)

// -----

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.mse_mean but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse_mean)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.mse_mean}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse_mean)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.mae but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mae)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.mae}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mae)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.huber but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.huber)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.huber}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.huber)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.softmax_cross_entropy but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.softmax_cross_entropy)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.softmax_cross_entropy}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.softmax_cross_entropy)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.sparse_softmax_cross_entropy but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.sparse_softmax_cross_entropy)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.sparse_softmax_cross_entropy}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.sparse_softmax_cross_entropy)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.binary_cross_entropy_with_logits but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.binary_cross_entropy_with_logits)

// -----

func.func @model() {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.binary_cross_entropy_with_logits}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.binary_cross_entropy_with_logits)

// -----

func.func @model(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
// expected-error @+1 {{expected model results with an axis of classes for #catgrad.softmax_cross_entropy but got 'tensor<f32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.softmax_cross_entropy)

// -----

func.func @model(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
// expected-error @+1 {{expected model results with an axis of classes for #catgrad.sparse_softmax_cross_entropy but got 'tensor<f32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.sparse_softmax_cross_entropy)

// -----

func.func @model(%x: tensor<2x200xf32>) -> tensor<2x200xf32> {
  return %x : tensor<2x200xf32>
}
// expected-error @+1 {{expected a label_type that can hold 200 classes but got 'i8'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.sparse_softmax_cross_entropy<label_type = i8>)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{expected a delta that element type 'f32' can hold but got #catgrad.huber<delta = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.huber<delta = 1.0e300>)

// -----

func.func @model(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
// expected-error @+1 {{expected a model result for #catgrad.mae: dynamic shapes are not supported yet, but got 'tensor<?xf32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mae)
