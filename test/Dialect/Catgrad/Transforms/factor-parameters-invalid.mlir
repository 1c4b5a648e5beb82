// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each error of factoring.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-factor-parameters

func.func @another_type() {
  // expected-note @+1 {{first used here}}
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // expected-error @+1 {{expected parameter "w" to have type 'tensor<2xf32>' but got 'tensor<3xf32>'}}
  %1 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>
  return
}

// -----

func.func @another_init() {
  // expected-note @+1 {{first used here}}
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // expected-error @+1 {{expected parameter "w" to have init #catgrad.zeros but got #catgrad.constant<0.000000e+00>}}
  %1 = catgrad.parameter "w" {init = #catgrad.constant<0.0>} : tensor<2xf32>
  return
}

// -----

// Through a call, at the call.
func.func @callee() {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>
  return
}
func.func @caller() {
  // expected-note @+1 {{first used here}}
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // expected-error @+1 {{expected parameter "w" to have type 'tensor<2xf32>' but got 'tensor<3xf32>'}}
  call @callee() : () -> ()
  return
}

// -----

// By a scope.
func.func @callee() {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>
  return
}
func.func @caller() {
  // expected-note @+1 {{first used here}}
  call @callee() {catgrad.scope = "a"} : () -> ()
  // expected-error @+1 {{expected parameter "a.w" to have type 'tensor<3xf32>' but got 'tensor<2xf32>'}}
  %0 = catgrad.parameter "a.w" {init = #catgrad.zeros} : tensor<2xf32>
  return
}

// -----

// The name of an argument.
// expected-note @+1 {{argument 1 has it}}
func.func @taken(%x: tensor<2xf32>, %w: tensor<2xf32> {catgrad.name = "w"}) {
  // expected-error @+1 {{expected a name other than that of an argument of @taken for parameter "w"}}
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return
}

// -----

// expected-note @+1 {{of this function}}
func.func @recursive() {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // expected-error @+1 {{recursive call: the parameters of @recursive cannot be factored out}}
  call @recursive() : () -> ()
  return
}

// -----

// The parameter is in another function of the circle.
// expected-note @+1 {{of this function}}
func.func @a() {
  call @b() : () -> ()
  return
}
func.func @b() {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // expected-error @+1 {{recursive call: the parameters of @a cannot be factored out}}
  call @a() {catgrad.scope = "s"} : () -> ()
  return
}

// -----

// The verifier refuses a scope that is no name.
func.func @callee() {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return
}
func.func @caller() {
  // expected-error @+1 {{'func.call' op expected 'catgrad.scope' to be a string that is not empty but got ""}}
  call @callee() {catgrad.scope = ""} : () -> ()
  return
}
