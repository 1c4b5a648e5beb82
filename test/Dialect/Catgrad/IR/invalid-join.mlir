// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the operations that join tensors or take one apart.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @stack_axis(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected an axis within rank 2 but got 2}}
  %0 = catgrad.stack %x, %x {axis = 2} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @stack_negative_axis(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected an axis within rank 2 but got -1}}
  %0 = catgrad.stack %x, %x {axis = -1} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @stack_rank(%x: tensor<f32>) {
  // expected-error @+1 {{expected an axis within rank 0 but got 0}}
  %0 = catgrad.stack %x {axis = 0} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @stack_number(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected 3 operands, the size of axis 0 of 'tensor<3x3xf32>', but got 2}}
  %0 = catgrad.stack %x, %x {axis = 0} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @stack_shape(%x: tensor<3xf32>, %y: tensor<2xf32>) {
  // expected-error @+1 {{expected operand #1 of type 'tensor<3xf32>' but got 'tensor<2xf32>'}}
  %0 = catgrad.stack %x, %y {axis = 0} : (tensor<3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @stack_element_type(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected operand #0 of type 'tensor<3xf64>' but got 'tensor<3xf32>'}}
  %0 = catgrad.stack %x {axis = 0} : (tensor<3xf32>) -> tensor<1x3xf64>
  return
}

// -----

func.func @unstack_axis(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected an axis within rank 1 but got 1}}
  catgrad.unstack %x {axis = 1} : (tensor<3xf32>) -> ()
  return
}

// -----

func.func @unstack_number(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected 3 results, the size of axis 0 of 'tensor<3xf32>', but got 2}}
  %0:2 = catgrad.unstack %x {axis = 0} : (tensor<3xf32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @unstack_shape(%x: tensor<1x3xf32>) {
  // expected-error @+1 {{expected result #0 of type 'tensor<3xf32>' but got 'tensor<1xf32>'}}
  %0 = catgrad.unstack %x {axis = 0} : (tensor<1x3xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @unstack_many(%x: tensor<1000000000000xf32>) {
  // expected-error @+1 {{expected 1000000000000 results, the size of axis 0 of 'tensor<1000000000000xf32>', but got 1}}
  %0 = catgrad.unstack %x {axis = 0} : (tensor<1000000000000xf32>) -> tensor<f32>
  return
}

// -----

func.func @concat_axis(%x: tensor<3xf32>, %y: tensor<2xf32>) {
  // expected-error @+1 {{expected an axis within rank 1 but got 1}}
  %0 = catgrad.concat %x, %y {axis = 1} : (tensor<3xf32>, tensor<2xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @concat_rank(%x: tensor<f32>) {
  // expected-error @+1 {{expected an axis within rank 0 but got 0}}
  %0 = catgrad.concat %x {axis = 0} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @concat_size(%x: tensor<3xf32>, %y: tensor<2xf32>) {
  // expected-error @+1 {{expected a result of size 5 along axis 0 but got 6}}
  %0 = catgrad.concat %x, %y {axis = 0} : (tensor<3xf32>, tensor<2xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @concat_shape(%x: tensor<3x2xf32>, %y: tensor<3x3xf32>) {
  // expected-error @+1 {{expected operand #1 to be like 'tensor<6x2xf32>' but for axis 0 but got 'tensor<3x3xf32>'}}
  %0 = catgrad.concat %x, %y {axis = 0} : (tensor<3x2xf32>, tensor<3x3xf32>) -> tensor<6x2xf32>
  return
}

// -----

func.func @concat_operand_rank(%x: tensor<3x2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{expected operand #1 to be like 'tensor<6x2xf32>' but for axis 0 but got 'tensor<3xf32>'}}
  %0 = catgrad.concat %x, %y {axis = 0} : (tensor<3x2xf32>, tensor<3xf32>) -> tensor<6x2xf32>
  return
}

// -----

func.func @concat_element_type(%x: tensor<3xf32>, %y: tensor<2xi32>) {
  // expected-error @+1 {{expected operand #1 to be like 'tensor<5xf32>' but for axis 0 but got 'tensor<2xi32>'}}
  %0 = catgrad.concat %x, %y {axis = 0} : (tensor<3xf32>, tensor<2xi32>) -> tensor<5xf32>
  return
}

// -----

func.func @split_axis(%x: tensor<3xf32>) {
  // expected-error @+2 {{expected an axis within rank 1 but got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.split %x {axis = 1, sizes = array<i64: 3>} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @split_sizes(%x: tensor<3xf32>) {
  // expected-error @+2 {{expected sizes with sum 3 but got [2, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = catgrad.split %x {axis = 0, sizes = array<i64: 2, 2>} : (tensor<3xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_negative_size(%x: tensor<3xf32>) {
  // expected-error @+2 {{expected sizes of at least 0 but got -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = catgrad.split %x {axis = 0, sizes = array<i64: 4, -1>} : (tensor<3xf32>) -> (tensor<4xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_results(%x: tensor<3xf32>) {
  // expected-error @+2 {{'catgrad.split' op inferred type(s) 'tensor<1xf32>', 'tensor<2xf32>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.split %x {axis = 0, sizes = array<i64: 1, 2>} : (tensor<3xf32>) -> tensor<3xf32>
  return
}
