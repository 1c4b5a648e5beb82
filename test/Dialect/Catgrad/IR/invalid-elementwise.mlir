// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of quotients, powers and complements.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @divide_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.divide' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.divide %x, %x : tensor<3xi1>
  return
}

// -----

func.func @divide_shapes(%x: tensor<3xf32>, %y: tensor<f32>) {
  // expected-error @+1 {{'catgrad.divide' op requires the same type for all operands and results}}
  %0 = "catgrad.divide"(%x, %y) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @power_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.power' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.power %x, %x : tensor<3xi1>
  return
}

// -----

func.func @power_shapes(%x: tensor<3xf32>, %y: tensor<f32>) {
  // expected-error @+1 {{'catgrad.power' op requires the same type for all operands and results}}
  %0 = "catgrad.power"(%x, %y) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @invert_float(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.invert' op expected element type i1, i8, i16, i32 or i64 but got 'f32'}}
  %0 = catgrad.invert %x : tensor<3xf32>
  return
}

// -----

func.func @invert_result(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.invert' op requires the same type for all operands and results}}
  %0 = "catgrad.invert"(%x) : (tensor<3xi32>) -> tensor<3xi8>
  return
}
