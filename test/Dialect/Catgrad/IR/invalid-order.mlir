// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the operations that use the order of numbers.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @abs_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.abs' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.abs %x : tensor<3xi1>
  return
}

// -----

func.func @sign_bit(%x: tensor<3xi1>) {
  // expected-error @+1 {{'catgrad.sign' op expected element type f16, bf16, f32, f64, i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.sign %x : tensor<3xi1>
  return
}

// -----

func.func @floor_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.floor' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.floor %x : tensor<3xi32>
  return
}

// -----

func.func @ceil_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.ceil' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.ceil %x : tensor<3xi32>
  return
}

// -----

func.func @maximum_shapes(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{'catgrad.maximum' op requires the same type for all operands and results}}
  %0 = "catgrad.maximum"(%x, %y) : (tensor<3xf32>, tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @maximum_types(%x: tensor<3xf32>, %y: tensor<3xf64>) {
  // expected-error @+1 {{'catgrad.maximum' op requires the same type for all operands and results}}
  %0 = "catgrad.maximum"(%x, %y) : (tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
  return
}

// -----

func.func @minimum_shapes(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{'catgrad.minimum' op requires the same type for all operands and results}}
  %0 = "catgrad.minimum"(%x, %y) : (tensor<3xf32>, tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @minimum_types(%x: tensor<3xf32>, %y: tensor<3xf64>) {
  // expected-error @+1 {{'catgrad.minimum' op requires the same type for all operands and results}}
  %0 = "catgrad.minimum"(%x, %y) : (tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
  return
}
