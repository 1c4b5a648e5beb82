// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the operations that move elements.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @slice_starts(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 2 starts but got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0>, limits = array<i64: 2, 6>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @slice_limits(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 2 limits but got 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 2, 6, 1>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @slice_strides(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 2 strides but got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 2, 6>, strides = array<i64: 1>} : (tensor<4x6xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @slice_negative_start(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 0 <= start <= limit <= 4 but got start -1 and limit 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: -1, 0>, limits = array<i64: 2, 6>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<3x6xf32>
  return
}

// -----

func.func @slice_limit_below_start(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 0 <= start <= limit <= 6 but got start 3 and limit 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 3>, limits = array<i64: 4, 2>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<4x0xf32>
  return
}

// -----

func.func @slice_limit_too_large(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected 0 <= start <= limit <= 6 but got start 0 and limit 7}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 4, 7>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @slice_stride_zero(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{expected strides of at least 1 but got 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 4, 6>, strides = array<i64: 1, 0>} : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @slice_result(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{'catgrad.slice' op inferred type(s) 'tensor<4x2xf32>' are incompatible with return type(s) of operation 'tensor<4x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 4, 6>, strides = array<i64: 1, 3>} : (tensor<4x6xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @slice_element_type(%x: tensor<4x6xf32>) {
  // expected-error @+2 {{'catgrad.slice' op inferred type(s) 'tensor<4x6xf32>' are incompatible with return type(s) of operation 'tensor<4x6xf64>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 4, 6>, strides = array<i64: 1, 1>} : (tensor<4x6xf32>) -> tensor<4x6xf64>
  return
}

// -----

func.func @pad_low(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected 1 low but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 0, 0>, high = array<i64: 0>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_high(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected 1 high but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 0>, high = array<i64: 0, 1>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_interior(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected 1 interior but got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 0>, high = array<i64: 0>, interior = array<i64: 0, 1>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_negative(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected paddings of at least 0 but got low 0, high -1 and interior 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 0>, high = array<i64: -1>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @pad_overflow(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected a size below 2^63 but got low 9223372036854775807, high 0 and interior 0 for size 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 9223372036854775807>, high = array<i64: 0>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_result(%x: tensor<2xf32>) {
  // expected-error @+2 {{'catgrad.pad' op inferred type(s) 'tensor<4xf32>' are incompatible with return type(s) of operation 'tensor<5xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = catgrad.pad %x {low = array<i64: 1>, high = array<i64: 1>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @pad_too_large(%x: tensor<2xf32>) {
  // expected-error @+1 {{byte size of 'tensor<9223372036854775807xf32>' overflows}}
  %0 = catgrad.pad %x {low = array<i64: 9223372036854775805>, high = array<i64: 0>, interior = array<i64: 0>} : (tensor<2xf32>) -> tensor<9223372036854775807xf32>
  return
}

// -----

func.func @reverse_rank(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected dimensions within rank 2 but got 2}}
  %0 = catgrad.reverse %x {dimensions = array<i64: 0, 2>} : tensor<4x6xf32>
  return
}

// -----

func.func @reverse_order(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{expected dimensions in increasing order but got 0 after 1}}
  %0 = catgrad.reverse %x {dimensions = array<i64: 1, 0>} : tensor<4x6xf32>
  return
}

// -----

func.func @reverse_generic(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{'catgrad.reverse' op requires the same type for all operands and results}}
  %0 = "catgrad.reverse"(%x) {dimensions = array<i64: 0>} : (tensor<4x6xf32>) -> tensor<6x4xf32>
  return
}

// -----

func.func @reverse_element_type(%x: tensor<2xui8>) {
  // expected-error @+1 {{expected element type}}
  %0 = catgrad.reverse %x {dimensions = array<i64: 0>} : tensor<2xui8>
  return
}
