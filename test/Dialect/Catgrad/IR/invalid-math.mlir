// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the elementary functions.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @exp_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.exp' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.exp %x : tensor<3xi32>
  return
}

// -----

func.func @expm1_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.expm1' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.expm1 %x : tensor<3xi32>
  return
}

// -----

func.func @log_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.log' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.log %x : tensor<3xi32>
  return
}

// -----

func.func @log1p_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.log1p' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.log1p %x : tensor<3xi32>
  return
}

// -----

func.func @sqrt_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.sqrt' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.sqrt %x : tensor<3xi32>
  return
}

// -----

func.func @rsqrt_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.rsqrt' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.rsqrt %x : tensor<3xi32>
  return
}

// -----

func.func @sin_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.sin' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.sin %x : tensor<3xi32>
  return
}

// -----

func.func @cos_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.cos' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.cos %x : tensor<3xi32>
  return
}

// -----

func.func @tan_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.tan' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.tan %x : tensor<3xi32>
  return
}

// -----

func.func @atan_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.atan' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.atan %x : tensor<3xi32>
  return
}

// -----

func.func @tanh_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.tanh' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.tanh %x : tensor<3xi32>
  return
}

// -----

func.func @erf_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.erf' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.erf %x : tensor<3xi32>
  return
}

// -----

func.func @erfc_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.erfc' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.erfc %x : tensor<3xi32>
  return
}

// -----

func.func @result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.exp' op requires the same type for all operands and results}}
  %0 = "catgrad.exp"(%x) : (tensor<3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @dynamic(%x: tensor<?xf32>) {
  // expected-error @+1 {{'catgrad.erf' op dynamic shapes are not supported yet}}
  %0 = catgrad.erf %x : tensor<?xf32>
  return
}

// -----

func.func @memref(%x: memref<2xf32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'memref<2xf32>'}}
  %0 = catgrad.log %x : memref<2xf32>
  return
}
