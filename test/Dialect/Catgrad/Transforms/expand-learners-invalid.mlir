// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each error of a learner's expansion.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-expand-learners

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @f_rev of(@f)
// expected-error @+1 {{'catgrad.learner' op expected 'model' to name a func.func but got @f_rev}}
catgrad.learner @l model(@f_rev) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-error @+1 {{expected a body of one block but got 2; control flow is not supported yet}}
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^next
^next:
  return %x : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{expected a terminator that gives the results of the function, 'tensor<2xf32>', but got 'ub.unreachable'}}
  ub.unreachable
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'tosa.floor' has no reverse derivative}}
  %0 = tosa.floor %x : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-note @+1 {{of this function}}
func.func @recursive(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{recursive call: @recursive has no reverse derivative made ahead of time}}
  %0 = call @recursive(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @recursive(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// Parameters that are arguments already.
// expected-error @+1 {{'func.func' op argument #0 is a parameter: expected 'catgrad.name' beside its role}}
func.func @model(%w: tensor<2xf32> {catgrad.role = "parameter", catgrad.init = #catgrad.zeros}) -> tensor<2xf32> {
  return %w : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-error @+1 {{'func.func' op argument #0 is a parameter: expected 'catgrad.init' beside its role}}
func.func @model(%w: tensor<2xf32> {catgrad.role = "parameter", catgrad.name = "w"}) -> tensor<2xf32> {
  return %w : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-error @+1 {{'func.func' op argument #0 is a parameter: dynamic shapes are not supported yet, but got 'tensor<?xf32>'}}
func.func @model(%w: tensor<?xf32> {catgrad.role = "parameter", catgrad.name = "w", catgrad.init = #catgrad.zeros}, %x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-error @+1 {{'func.func' op argument #0 is a parameter: expected a ranked tensor but got 'f32'}}
func.func @model(%w: f32 {catgrad.role = "parameter", catgrad.name = "w", catgrad.init = #catgrad.zeros}, %x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse)

// -----

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

// expected-note @+1 {{defined here}}
func.func private @l_step()
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected the name @l_step to be free}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// By another learner.
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected the name @l_rev to be free}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
// expected-note @+1 {{defined here}}
catgrad.learner @l_rev model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<2xi32>
  %0 = catgrad.multiply %w, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.sgd but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %n = catgrad.parameter "n" {init = #catgrad.zeros} : tensor<2xi1>
  return %x : tensor<2xf32>
}
// expected-error @+1 {{expected parameters of a floating-point element type for #catgrad.sgd but got 'tensor<2xi1>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse)

// -----

// A rate that is infinite as a float.
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// expected-error @+1 {{expected numbers that element type 'f32' can hold but got #catgrad.sgd<rate = 1.000000e+300>}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0e300>) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// No cotangents.
// expected-note @+1 {{defined here}}
func.func private @optimiser(%p: tensor<2xf32>) -> tensor<2xf32> {
  return %p : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected @optimiser to have the signature (state.., p.., p'.., hyper..) -> (p.., state..) but got '(tensor<2xf32>) -> tensor<2xf32>'}}
catgrad.learner @l model(@model) optimiser(@optimiser) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// The state goes first.
// expected-note @+1 {{defined here}}
func.func private @optimiser(%p: tensor<2xf32>, %dp: tensor<2xf32>, %s: tensor<i32>) -> (tensor<2xf32>, tensor<i32>) {
  return %p, %s : tensor<2xf32>, tensor<i32>
}
// expected-error @+1 {{expected @optimiser to have the signature (state.., p.., p'.., hyper..) -> (p.., state..) but got '(tensor<2xf32>, tensor<2xf32>, tensor<i32>) -> (tensor<2xf32>, tensor<i32>)'}}
catgrad.learner @l model(@model) optimiser(@optimiser) loss(#catgrad.mse)

// -----

func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
// Parameters of another type.
// expected-note @+1 {{defined here}}
func.func private @optimiser(%p: tensor<3xf32>, %dp: tensor<3xf32>) -> tensor<3xf32> {
  return %p : tensor<3xf32>
}
// expected-error @+1 {{expected @optimiser to have the signature}}
catgrad.learner @l model(@model) optimiser(@optimiser) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @optimiser of(@model)
// expected-error @+1 {{'catgrad.learner' op expected @optimiser to be a func.func; expand derives first}}
catgrad.learner @l model(@model) optimiser(@optimiser) loss(#catgrad.mse)

// -----

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

func.func @model(%x: tensor<2xf32>) {
  return
}
// expected-error @+1 {{expected a model with a result for #catgrad.mse}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xi32>) -> tensor<2xi32> {
  return %x : tensor<2xi32>
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.mse but got 'tensor<2xi32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: f32) -> f32 {
  return %x : f32
}
// expected-error @+1 {{expected model results of a floating-point element type for #catgrad.mse but got 'f32'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xf32>, %y: tensor<2xf64>) -> (tensor<2xf32>, tensor<2xf64>) {
  return %x, %y : tensor<2xf32>, tensor<2xf64>
}
// expected-error @+1 {{expected model results of one element type for #catgrad.mse but got 'f32' and 'f64'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-note @+1 {{defined here}}
func.func private @lens(%y: tensor<3xf32>, %label: tensor<2xf32>) -> tensor<3xf32> {
  return %y : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected @lens to have the signature (y.., label..) -> y'.. but got '(tensor<3xf32>, tensor<2xf32>) -> tensor<3xf32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@lens, value = @lens)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// More results than the model has.
// expected-note @+1 {{defined here}}
func.func private @lens(%y: tensor<2xf32>, %label: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  return %y, %label : tensor<2xf32>, tensor<2xf32>
}
// expected-error @+1 {{expected @lens to have the signature (y.., label..) -> y'..}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@lens, value = @lens)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// The value is no scalar.
// expected-note @+1 {{defined here}}
func.func private @lens(%y: tensor<2xf32>, %label: tensor<2xf32>) -> tensor<2xf32> {
  return %y : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected @lens to have the signature (y.., label..) -> a rank-0 tensor, with the inputs of the loss, but got}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@lens, value = @lens)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
func.func private @lens(%y: tensor<2xf32>, %label: tensor<2xf32>) -> tensor<2xf32> {
  return %y : tensor<2xf32>
}
// The value has other labels than the lens.
// expected-note @+1 {{defined here}}
func.func private @value(%y: tensor<2xf32>, %label: tensor<2xi1>) -> tensor<f32> {
  %0 = catgrad.reduce_sum %y {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
// expected-error @+1 {{'catgrad.learner' op expected @value to have the signature (y.., label..) -> a rank-0 tensor, with the inputs of the loss, but got}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@lens, value = @value)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// A lens without its value.
// expected-note @+1 {{defined here}}
func.func private @lens(%y: tensor<2xf32>, %label: tensor<2xf32>) -> tensor<2xf32> {
  return %y : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected @lens to have the signature (y.., label..) -> a rank-0 tensor, beside no 'value', but got}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@lens)

// -----

func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// Of results that the model does not have.
// expected-note @+1 {{defined here}}
func.func private @value(%y: tensor<3xf32>) -> tensor<f32> {
  %0 = catgrad.reduce_sum %y {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
// expected-error @+1 {{expected @value to have the signature (y.., label..) -> a rank-0 tensor, beside no 'value', but got '(tensor<3xf32>) -> tensor<f32>'}}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@value)

// -----

// A loss without a derivative.
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-note @+1 {{the path comes from input 0}}
func.func private @value(%y: tensor<2xf32>, %label: tensor<2xf32>) -> tensor<f32> {
  // expected-error @+1 {{'tosa.floor' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = tosa.floor %y : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{on to this 'catgrad.reduce_sum'}}
  %1 = catgrad.reduce_sum %0 {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %1 : tensor<f32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@value)
