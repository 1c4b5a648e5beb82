// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the operations that combine elements along axes.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @reduce_max_rank(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0, 2>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_max_order(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions in increasing order but got 0 after 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0, 0>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_max_result(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{'catgrad.reduce_max' op inferred type(s) 'tensor<6xf32>' are incompatible with return type(s) of operation 'tensor<4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<4x6xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @reduce_max_element_type(%x: tensor<2xcomplex<f32>>) {
  // expected-error @+1 {{expected element type}}
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<2xcomplex<f32>>) -> tensor<complex<f32>>
  return
}

// -----

func.func @reduce_min_rank(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0, 2>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_min_order(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions in increasing order but got 0 after 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0, 0>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_min_result(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{'catgrad.reduce_min' op inferred type(s) 'tensor<6xf32>' are incompatible with return type(s) of operation 'tensor<4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0>} : (tensor<4x6xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @reduce_min_element_type(%x: tensor<2xcomplex<f32>>) {
  // expected-error @+1 {{expected element type}}
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0>} : (tensor<2xcomplex<f32>>) -> tensor<complex<f32>>
  return
}

// -----

func.func @reduce_prod_rank(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 0, 2>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_prod_order(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected dimensions in increasing order but got 0 after 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 0, 0>} : (tensor<4x6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reduce_prod_result(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{'catgrad.reduce_prod' op inferred type(s) 'tensor<6xf32>' are incompatible with return type(s) of operation 'tensor<4xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 0>} : (tensor<4x6xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @reduce_prod_element_type(%x: tensor<2xcomplex<f32>>) {
  // expected-error @+1 {{expected element type}}
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 0>} : (tensor<2xcomplex<f32>>) -> tensor<complex<f32>>
  return
}

// -----

func.func @cumsum_axis(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected an axis within rank 2 but got 2}}
  %0 = catgrad.cumsum %x {axis = 2} : tensor<4x6xf32>
  return
}

// -----

func.func @cumsum_rank(%x: tensor<f32>) {
  // expected-error @+1 {{expected an axis within rank 0 but got 0}}
  %0 = catgrad.cumsum %x {axis = 0} : tensor<f32>
  return
}

// -----

func.func @cumsum_flag(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{attribute 'reverse' failed to satisfy constraint: unit attribute}}
  %0 = catgrad.cumsum %x {axis = 0, reverse = 1} : tensor<4x6xf32>
  return
}

// -----

func.func @argmax_axis(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected an axis within rank 2 but got -1}}
  %0 = catgrad.argmax %x {axis = -1} : (tensor<4x6xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @argmax_empty(%x: tensor<4x0xf32>) {
  // expected-error @+1 {{expected an axis that is not empty but got axis 1 of 'tensor<4x0xf32>'}}
  %0 = catgrad.argmax %x {axis = 1} : (tensor<4x0xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @argmax_index_type(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected element type i8, i16, i32 or i64 but got 'f32'}}
  %0 = catgrad.argmax %x {axis = 1} : (tensor<4x6xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @argmax_too_many(%x: tensor<4294967296xf32>) {
  // expected-error @+1 {{expected a result of i64 for an axis of size 4294967296 but got 'i32'}}
  %0 = catgrad.argmax %x {axis = 0} : (tensor<4294967296xf32>) -> tensor<i32>
  return
}

// -----

func.func @argmax_shape(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected a result of type 'tensor<4xi32>' but got 'tensor<6xi32>'}}
  %0 = catgrad.argmax %x {axis = 1} : (tensor<4x6xf32>) -> tensor<6xi32>
  return
}

// -----

func.func @argmax_short_index(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected a result of i32 or i64 but got 'i8'}}
  %0 = catgrad.argmax %x {axis = 1} : (tensor<4x6xf32>) -> tensor<4xi8>
  return
}
