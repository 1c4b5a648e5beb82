// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the operations on indices.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @iota_axis() {
  // expected-error @+1 {{expected an axis within rank 1 but got 1}}
  %0 = catgrad.iota {axis = 1} : tensor<3xf32>
  return
}

// -----

func.func @iota_rank() {
  // expected-error @+1 {{expected an axis within rank 0 but got 0}}
  %0 = catgrad.iota {axis = 0} : tensor<f32>
  return
}

// -----

func.func @iota_no_axis() {
  // expected-error @+1 {{requires attribute 'axis'}}
  %0 = catgrad.iota : tensor<3xf32>
  return
}

// -----

func.func @iota_element_type() {
  // expected-error @+1 {{expected element type}}
  %0 = catgrad.iota {axis = 0} : tensor<3xindex>
  return
}

// -----

func.func @one_hot_axis(%i: tensor<2xi32>) {
  // expected-error @+1 {{expected an axis within rank 2 but got -1}}
  %0 = catgrad.one_hot %i {axis = -1} : (tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @one_hot_indices(%i: tensor<2xf32>) {
  // expected-error @+1 {{expected element type i8, i16, i32 or i64 but got 'f32'}}
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @one_hot_bits(%i: tensor<2xi1>) {
  // expected-error @+1 {{expected element type i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xi1>) -> tensor<2x3xf32>
  return
}

// -----

func.func @one_hot_shape(%i: tensor<2xi32>) {
  // expected-error @+1 {{expected indices of type 'tensor<3xi32>' but got 'tensor<2xi32>'}}
  %0 = catgrad.one_hot %i {axis = 0} : (tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @gather_axis(%x: tensor<9x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+2 {{expected an axis within rank 2 but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.gather %x, %i {axis = 2} : (tensor<9x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_scalar(%x: tensor<f32>, %i: tensor<i32>) {
  // expected-error @+2 {{expected an axis within rank 0 but got 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<f32>, tensor<i32>) -> tensor<f32>
  return
}

// -----

func.func @gather_indices(%x: tensor<9x4xf32>, %i: tensor<2xf32>) {
  // expected-error @+1 {{expected element type i8, i16, i32 or i64 but got 'f32'}}
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<9x4xf32>, tensor<2xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_result(%x: tensor<9x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+2 {{'catgrad.gather' op inferred type(s) 'tensor<2x4xf32>' are incompatible with return type(s) of operation 'tensor<4x2xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<9x4xf32>, tensor<2xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @gather_from_nothing(%x: tensor<0x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+2 {{expected no indices into the empty axis 0 of 'tensor<0x4xf32>' but got 'tensor<2xi32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<0x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @scatter_add_axis(%x: tensor<9x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{expected an axis within rank 1 but got 1}}
  %0 = catgrad.scatter_add %x, %i {axis = 1} : (tensor<9x4xf32>, tensor<2xi32>) -> tensor<9xf32>
  return
}

// -----

func.func @scatter_add_indices(%x: tensor<2xf32>, %i: tensor<2xi1>) {
  // expected-error @+1 {{expected element type i8, i16, i32 or i64 but got 'i1'}}
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2xf32>, tensor<2xi1>) -> tensor<9xf32>
  return
}

// -----

func.func @scatter_add_shape(%x: tensor<3x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{expected an operand of type 'tensor<2x4xf32>' but got 'tensor<3x4xf32>'}}
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<3x4xf32>, tensor<2xi32>) -> tensor<9x4xf32>
  return
}

// -----

func.func @scatter_add_element_type(%x: tensor<2x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{expected an operand of type 'tensor<2x4xi32>' but got 'tensor<2x4xf32>'}}
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<9x4xi32>
  return
}

// -----

func.func @scatter_add_into_nothing(%x: tensor<2x4xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{expected no indices into the empty axis 0 of 'tensor<0x4xf32>' but got 'tensor<2xi32>'}}
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<0x4xf32>
  return
}
