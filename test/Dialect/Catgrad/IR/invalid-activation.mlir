// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the activation functions.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @sigmoid_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.sigmoid' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.sigmoid %x : tensor<3xi32>
  return
}

// -----

func.func @silu_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.silu' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.silu %x : tensor<3xi32>
  return
}

// -----

func.func @softplus_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.softplus' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.softplus %x : tensor<3xi32>
  return
}

// -----

func.func @gelu_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.gelu' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.gelu %x : tensor<3xi32>
  return
}

// -----

func.func @relu_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.relu' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.relu %x : tensor<3xi1>
  return
}

// -----

func.func @sigmoid_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.sigmoid' op requires the same type for all operands and results}}
  %0 = "catgrad.sigmoid"(%x) : (tensor<3xf32>) -> tensor<3xf64>
  return
}

// -----

func.func @relu_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.relu' op requires the same type for all operands and results}}
  %0 = "catgrad.relu"(%x) : (tensor<3xf32>) -> tensor<3xf64>
  return
}

// -----

func.func @silu_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.silu' op requires the same type for all operands and results}}
  %0 = "catgrad.silu"(%x) : (tensor<3xf32>) -> tensor<3xf64>
  return
}

// -----

func.func @gelu_approximate(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.gelu' op expected 'approximate' to be "none" or "tanh" but got "erf"}}
  %0 = catgrad.gelu %x {approximate = "erf"} : tensor<3xf32>
  return
}

// -----

func.func @gelu_attribute(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.gelu' op attribute 'approximate' failed to satisfy constraint: string attribute}}
  %0 = catgrad.gelu %x {approximate = 1 : i64} : tensor<3xf32>
  return
}

// -----

func.func @clamp_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.clamp' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.clamp %x {low = 0.0 : f64, high = 1.0 : f64} : tensor<3xi1>
  return
}

// -----

func.func @clamp_order(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.clamp' op expected 'low' not greater than 'high' but got 1.000000e+00 : f64 and 0.000000e+00 : f64}}
  %0 = catgrad.clamp %x {low = 1.0 : f64, high = 0.0 : f64} : tensor<3xf32>
  return
}

// -----

func.func @clamp_nan(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.clamp' op expected 'low' not greater than 'high' but got 0x7FF8000000000000 : f64 and 0.000000e+00 : f64}}
  %0 = catgrad.clamp %x {low = 0x7FF8000000000000 : f64, high = 0.0 : f64} : tensor<3xf32>
  return
}

// -----

func.func @clamp_fraction(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.clamp' op expected bounds that 'i32' can hold but got 5.000000e-01 : f64}}
  %0 = catgrad.clamp %x {low = 0.5 : f64, high = 1.0 : f64} : tensor<3xi32>
  return
}

// -----

func.func @clamp_range(%x: tensor<3xi8>) {
  // expected-error @+1 {{'catgrad.clamp' op expected bounds that 'i8' can hold but got 1.280000e+02 : f64}}
  %0 = catgrad.clamp %x {low = 0.0 : f64, high = 128.0 : f64} : tensor<3xi8>
  return
}

// -----

func.func @clamp_missing(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.clamp' op requires attribute 'high'}}
  %0 = catgrad.clamp %x {low = 0.0 : f64} : tensor<3xf32>
  return
}

// -----

func.func @clamp_attribute(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.clamp' op attribute 'low' failed to satisfy constraint: 64-bit float attribute}}
  %0 = catgrad.clamp %x {low = 0.0 : f32, high = 1.0 : f64} : tensor<3xf32>
  return
}
