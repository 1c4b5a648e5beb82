// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of softmax and normalisation.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'catgrad.softmax' op expected an axis within rank 2 but got 2}}
  %0 = catgrad.softmax %x {axis = 2} : tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'catgrad.log_softmax' op expected an axis within rank 2 but got -1}}
  %0 = catgrad.log_softmax %x {axis = -1} : tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<f32>) {
  // expected-error @+1 {{'catgrad.softmax' op expected an axis within rank 0 but got 0}}
  %0 = catgrad.softmax %x {axis = 0} : tensor<f32>
  return
}

// -----

func.func @f(%x: tensor<f32>) {
  // expected-error @+2 {{expected dimensions within rank 0 but got 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.logsumexp %x {axis = 0} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got -9}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.logsumexp %x {axis = -9} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{requires attribute 'axis'}}
  %0 = catgrad.softmax %x : tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{attribute 'axis' failed to satisfy constraint: 64-bit signless integer attribute}}
  %0 = catgrad.softmax %x {axis = 1 : i32} : tensor<2x3xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'catgrad.softmax' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.softmax %x {axis = 1} : tensor<2x3xi32>
  return
}

// -----

func.func @f(%x: tensor<2x3xi1>) {
  // expected-error @+1 {{'catgrad.log_softmax' op expected element type f16, bf16, f32 or f64 but got 'i1'}}
  %0 = catgrad.log_softmax %x {axis = 1} : tensor<2x3xi1>
  return
}

// -----

func.func @f(%x: tensor<2x3xi64>) {
  // expected-error @+1 {{'catgrad.logsumexp' op expected element type f16, bf16, f32 or f64 but got 'i64'}}
  %0 = catgrad.logsumexp %x {axis = 1} : (tensor<2x3xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{'catgrad.logsumexp' op inferred type(s) 'tensor<2xf32>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.logsumexp %x {axis = 1} : (tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @f(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{'catgrad.softmax' op dynamic shapes are not supported yet, but got 'tensor<?x3xf32>'}}
  %0 = catgrad.softmax %x {axis = 1} : tensor<?x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xi8>, %row: tensor<3xi8>) {
  // expected-error @+1 {{'catgrad.layer_norm' op expected element type f16, bf16, f32 or f64 but got 'i8'}}
  %0 = catgrad.layer_norm %x, %row, %row {eps = 1.0e-5} : (tensor<2x3xi8>, tensor<3xi8>, tensor<3xi8>) -> tensor<2x3xi8>
  return
}

// -----

func.func @f(%x: tensor<2x3xi16>, %row: tensor<3xi16>) {
  // expected-error @+1 {{'catgrad.rms_norm' op expected element type f16, bf16, f32 or f64 but got 'i16'}}
  %0 = catgrad.rms_norm %x, %row {eps = 1.0e-5} : (tensor<2x3xi16>, tensor<3xi16>) -> tensor<2x3xi16>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Normalisation over the last axis
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2x3xf32>, %row: tensor<2xf32>) {
  // expected-error @+1 {{'catgrad.layer_norm' op expected scale and bias of type 'tensor<3xf32>' but got 'tensor<2xf32>'}}
  %0 = catgrad.layer_norm %x, %row, %row {eps = 1.0e-5} : (tensor<2x3xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf64>) {
  // expected-error @+1 {{'catgrad.rms_norm' op expected scale of type 'tensor<3xf32>' but got 'tensor<3xf64>'}}
  %0 = catgrad.rms_norm %x, %row {eps = 1.0e-5} : (tensor<2x3xf32>, tensor<3xf64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %scale: tensor<3xf32>, %bias: tensor<2xf32>) {
  // expected-error @+1 {{failed to verify that all of {scale, bias} have same type}}
  %0 = catgrad.layer_norm %x, %scale, %bias {eps = 1.0e-5} : (tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf32>) {
  // expected-error @+1 {{failed to verify that all of {input, result} have same type}}
  %0 = catgrad.rms_norm %x, %row {eps = 1.0e-5} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @f(%x: tensor<f32>) {
  // expected-error @+1 {{'catgrad.rms_norm' op expected an operand with an axis but got 'tensor<f32>'}}
  %0 = catgrad.rms_norm %x, %x {eps = 1.0e-5} : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @f(%x: tensor<f32>) {
  // expected-error @+1 {{'catgrad.layer_norm' op expected an operand with an axis but got 'tensor<f32>'}}
  %0 = catgrad.layer_norm %x, %x, %x {eps = 1.0e-5} : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.layer_norm' op expected a positive eps that element type 'f32' can hold but got 0}}
  %0 = catgrad.layer_norm %x, %row, %row {eps = 0.0} : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.rms_norm' op expected a positive eps that element type 'f32' can hold but got -1}}
  %0 = catgrad.rms_norm %x, %row {eps = -1.0} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// It would be 0 in f32, in which f16 is computed.
func.func @f(%x: tensor<2x3xf16>, %row: tensor<3xf16>) {
  // expected-error @+1 {{'catgrad.rms_norm' op expected a positive eps that element type 'f32' can hold but got 1.000000e-60}}
  %0 = catgrad.rms_norm %x, %row {eps = 1.0e-60} : (tensor<2x3xf16>, tensor<3xf16>) -> tensor<2x3xf16>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf32>) {
  // expected-error @+1 {{attribute 'eps' failed to satisfy constraint: 64-bit float attribute}}
  %0 = catgrad.rms_norm %x, %row {eps = 1.0e-5 : f32} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>, %row: tensor<3xf32>) {
  // expected-error @+1 {{requires attribute 'eps'}}
  %0 = catgrad.rms_norm %x, %row : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}
